import { EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { encodeUtf8, readUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';
import { decodeSubOptions, encodeSubOptions, type SubOption } from './sub-options.ts';

/** Option 220 (RFC 6656). */
export interface SubnetAllocation {
	readonly flags: number;
	readonly options: readonly SubOption[];
}

/** Option 221 (RFC 6607): which virtual network the client is in. */
export interface VirtualSubnetSelection {
	/** 0 = a name in ASCII, 1 = a VPN number of RFC 2685, 255 = the global one. */
	readonly type: number;
	readonly information: Uint8Array;
}

export const subOptionsKind: OptionKind<readonly SubOption[]> = {
	decode: decodeSubOptions,
	encode(items, path) {
		if (items.length === 0) throw new EncodeError('empty-list', `${path} needs at least one sub-option`, { path });
		return encodeSubOptions(items, path);
	},
};

export const subnetAllocationKind: OptionKind<SubnetAllocation> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		return { flags: reader.u8(path), options: decodeSubOptions(reader.rest(), path) };
	},
	encode: ({ flags, options }, path) =>
		new Writer().u8(flags, `${path}.flags`).raw(encodeSubOptions(options, path)).finish(),
};

export const virtualSubnetSelectionKind: OptionKind<VirtualSubnetSelection> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		return { type: reader.u8(path), information: reader.rest() };
	},
	encode: ({ type, information }, path) => new Writer().u8(type, `${path}.type`).raw(information).finish(),
};

/** RFC 8572 section 8.1: each URI behind its length in two bytes. */
export const uriListKind: OptionKind<readonly string[]> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const uris: string[] = [];
		do {
			uris.push(readUtf8(reader.take(reader.u16(path), path), `${path}[${uris.length}]`));
		} while (reader.left > 0);
		return uris;
	},
	encode(uris, path) {
		if (uris.length === 0) throw new EncodeError('empty-list', `${path} needs at least one URI`, { path });
		const writer = new Writer();
		uris.forEach((uri, i) => {
			const bytes = encodeUtf8(uri, `${path}[${i}]`);
			writer.u16(bytes.length, `${path}[${i}].length`).raw(bytes);
		});
		return writer.finish();
	},
};
