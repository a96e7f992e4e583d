import { DecodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { decodeUtf8, encodeUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 151 (RFC 6926 section 6.2). */
export interface DhcpStatus {
	/** 0 = success, 1 = unspecified failure, 2 = query terminated, 3 = malformed query, 4 = not allowed. */
	readonly code: number;
	/** For people; may be `''`. */
	readonly message: string;
}

export const statusKind: OptionKind<DhcpStatus> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const code = reader.u8(path);
		const message = decodeUtf8(reader.rest());
		if (message === undefined) throw new DecodeError('not-text', `${path}.message is not UTF-8 text`, { path });
		return { code, message };
	},
	encode: ({ code, message }, path) =>
		new Writer()
			.u8(code, `${path}.code`)
			.raw(encodeUtf8(message, `${path}.message`))
			.finish(),
};
