import { EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';
import { decodeSubOptions, encodeSubOptions, type SubOption } from './sub-options.ts';

/** One vendor's part of option 124 (RFC 3925 section 3). */
export interface VendorIdentifyingClass {
	/** IANA private enterprise number. */
	readonly enterpriseNumber: number;
	/** What its classes look like is the vendor's affair. */
	readonly data: Uint8Array;
}

/** One vendor's part of option 125 (RFC 3925 section 4). */
export interface VendorIdentifyingInformation {
	/** IANA private enterprise number. */
	readonly enterpriseNumber: number;
	readonly options: readonly SubOption[];
}

/** Enterprise number, length, data; again and again. */
function perVendor<Part>(
	read: (data: Uint8Array, path: string) => Part,
	write: (part: Part, path: string) => Uint8Array,
): OptionKind<readonly (Part & { readonly enterpriseNumber: number })[]> {
	return {
		decode(bytes, path) {
			const reader = new Reader(bytes);
			const parts: (Part & { enterpriseNumber: number })[] = [];
			do {
				const at = `${path}[${parts.length}]`;
				const enterpriseNumber = reader.u32(at);
				parts.push({ enterpriseNumber, ...read(reader.take(reader.u8(at), at), at) });
			} while (reader.left > 0);
			return parts;
		},
		encode(parts, path) {
			if (parts.length === 0) throw new EncodeError('empty-list', `${path} needs at least one vendor`, { path });
			const writer = new Writer();
			parts.forEach((part, i) => {
				const at = `${path}[${i}]`;
				const data = write(part, at);
				writer.u32(part.enterpriseNumber, `${at}.enterpriseNumber`).u8(data.length, `${at}.length`).raw(data);
			});
			return writer.finish();
		},
	};
}

export const vendorIdentifyingClassesKind: OptionKind<readonly VendorIdentifyingClass[]> = perVendor(
	(data) => ({ data }),
	({ data }) => data,
);

export const vendorIdentifyingInformationKind: OptionKind<readonly VendorIdentifyingInformation[]> = perVendor(
	(data, path) => ({ options: decodeSubOptions(data, path) }),
	({ options }, path) => encodeSubOptions(options, path),
);
