import { DecodeError, EncodeError } from '../wire/errors.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 61. Type 1 is an Ethernet address; 255 is an IAID and a DUID (RFC 4361); 0 is anything else. */
export interface ClientIdentifier {
	/** Hardware type, or 0 or 255. */
	readonly type: number;
	/** What follows the type byte. */
	readonly data: Uint8Array;
	/** For type 255 only: the identity association. */
	readonly iaid?: number;
	/** For type 255 only: the DHCP unique identifier. */
	readonly duid?: Uint8Array;
}

export const clientIdentifierKind: OptionKind<ClientIdentifier> = {
	decode(bytes, path) {
		if (bytes.length < 2) {
			throw new DecodeError('bad-length', `${path} must be at least 2 bytes, not ${bytes.length}`, { path });
		}
		const type = bytes[0] as number;
		const data = bytes.subarray(1);
		if (type !== 255 || data.length < 4) return { type, data };
		const iaid = new DataView(data.buffer, data.byteOffset).getUint32(0);
		return { type, data, iaid, duid: data.subarray(4) };
	},
	encode({ type, data }, path) {
		if (data.length === 0) throw new EncodeError('empty-option', `${path}.data must not be empty`, { path });
		return new Writer().u8(type, `${path}.type`).raw(data).finish();
	},
};
