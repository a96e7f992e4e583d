import { concatBytes } from '../wire/bytes.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import { formatUuid, parseUuid } from '../wire/uuid.ts';
import { inRange } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/**
 * Option 97. Which of the two readings is the machine's own depends on the client: PC ROMs, UEFI and iPXE send the
 * first three fields little-endian, U-Boot does not, and a Raspberry Pi 4 sends no UUID at all but text. Compare `raw`
 * when in doubt; many machines share one value.
 */
export interface MachineIdentifier {
	/** 0 = a UUID; nothing else is defined. */
	readonly type: number;
	/** The 16 bytes as they are on the wire. */
	readonly raw: Uint8Array;
	/** Read as PC firmware writes it: first three fields little-endian. What SMBIOS and `dmidecode` show. */
	readonly guid: string;
	/** Read in wire order (RFC 4122). */
	readonly uuid: string;
}

/** A machine identifier to write: bytes, or one of the two readings as text. Type 0 unless said. */
export type MachineIdentifierInit =
	| { readonly type?: number; readonly raw: Uint8Array }
	| { readonly type?: number; readonly guid: string }
	| { readonly type?: number; readonly uuid: string };

function rawOf(init: MachineIdentifierInit, path: string): Uint8Array {
	if ('raw' in init) return init.raw;
	return 'guid' in init ? parseUuid(init.guid, 'le', `${path}.guid`) : parseUuid(init.uuid, 'be', `${path}.uuid`);
}

export const machineIdentifierKind: OptionKind<MachineIdentifier, MachineIdentifierInit> = {
	fixedLength: 17,
	decode(bytes, path) {
		if (bytes.length !== 17) {
			throw new DecodeError('bad-length', `${path} must be 17 bytes, not ${bytes.length}`, { path });
		}
		const raw = bytes.subarray(1);
		return { type: bytes[0] as number, raw, guid: formatUuid(raw, 'le'), uuid: formatUuid(raw, 'be') };
	},
	encode(init, path) {
		const raw = rawOf(init, path);
		if (raw.length !== 16)
			throw new EncodeError('bad-length', `${path}.raw must be 16 bytes, not ${raw.length}`, { path });
		return concatBytes([Uint8Array.of(inRange(init.type ?? 0, 255, `${path}.type`)), raw]);
	},
};
