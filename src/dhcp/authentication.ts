import { EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 90 (RFC 3118 section 2). Never printed. */
export interface DhcpAuthentication {
	/** 0 = configuration token, 1 = delayed authentication, 3 = Forcerenew nonce (RFC 6704). */
	readonly protocol: number;
	readonly algorithm: number;
	/** 0 = a counter that only grows. */
	readonly replayDetectionMethod: number;
	/** 8 bytes. */
	readonly replayDetection: Uint8Array;
	readonly information: Uint8Array;
}

export const authenticationKind: OptionKind<DhcpAuthentication> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		return {
			protocol: reader.u8(path),
			algorithm: reader.u8(path),
			replayDetectionMethod: reader.u8(path),
			replayDetection: reader.take(8, path),
			information: reader.rest(),
		};
	},
	encode({ protocol, algorithm, replayDetectionMethod, replayDetection, information }, path) {
		if (replayDetection.length !== 8) {
			throw new EncodeError('bad-length', `${path}.replayDetection must be 8 bytes`, { path });
		}
		return new Writer()
			.u8(protocol, `${path}.protocol`)
			.u8(algorithm, `${path}.algorithm`)
			.u8(replayDetectionMethod, `${path}.replayDetectionMethod`)
			.raw(replayDetection)
			.raw(information)
			.finish();
	},
};
