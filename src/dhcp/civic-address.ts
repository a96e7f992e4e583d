import { EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { encodeUtf8, readUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 99 (RFC 4776 section 3.1). */
export interface CivicAddress {
	/** Whose place it is: 0 = the DHCP server, 1 = the network element nearest to the client, 2 = the client. */
	readonly what: number;
	/** Two letters of ISO 3166: `'DE'`. */
	readonly countryCode: string;
	/** Parts of the address: `{ type: 3, text: 'Bonn' }`, types from section 3.4. */
	readonly elements: readonly { readonly type: number; readonly text: string }[];
}

export const civicAddressKind: OptionKind<CivicAddress> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const what = reader.u8(path);
		const countryCode = readUtf8(reader.take(2, path), `${path}.countryCode`);
		const elements: { type: number; text: string }[] = [];
		while (reader.left > 0) {
			const type = reader.u8(path);
			const at = `${path}.elements[${elements.length}]`;
			elements.push({ type, text: readUtf8(reader.take(reader.u8(at), at), at) });
		}
		return { what, countryCode, elements };
	},
	encode({ what, countryCode, elements }, path) {
		if (!/^[\x20-\x7e]{2}$/.test(countryCode)) {
			throw new EncodeError('bad-country', `${path}.countryCode must be two ASCII letters`, { path });
		}
		const writer = new Writer().u8(what, `${path}.what`).raw(encodeUtf8(countryCode, path));
		elements.forEach(({ type, text }, i) => {
			const value = encodeUtf8(text, `${path}.elements[${i}].text`);
			writer.u8(type, `${path}.elements[${i}].type`).u8(value.length, `${path}.elements[${i}].text.length`).raw(value);
		});
		return writer.finish();
	},
};
