import { DecodeError, EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { list } from './basic-kinds.ts';
import type { OptionKind } from './option-kinds.ts';

/** One entry of option 21: datagrams of other hosts may be sent on to these destinations only. */
export interface PolicyFilter {
	readonly address: string;
	readonly mask: string;
}

/** One entry of option 33. */
export interface StaticRoute {
	readonly destination: string;
	readonly router: string;
}

export const policyFiltersKind: OptionKind<readonly PolicyFilter[]> = list(
	8,
	(reader, path) => ({ address: reader.ipv4(path), mask: reader.ipv4(path) }),
	(writer, { address, mask }, path) => writer.ipv4(address, `${path}.address`).ipv4(mask, `${path}.mask`),
);

export const staticRoutesKind: OptionKind<readonly StaticRoute[]> = list(
	8,
	(reader, path) => ({ destination: reader.ipv4(path), router: reader.ipv4(path) }),
	(writer, { destination, router }, path) =>
		writer.ipv4(destination, `${path}.destination`).ipv4(router, `${path}.router`),
);

/** RFC 7291 section 4: a length byte before the addresses of each server. */
export const addressListsKind: OptionKind<readonly (readonly string[])[]> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const lists: string[][] = [];
		do {
			const length = reader.u8(path);
			if (length === 0 || length % 4 !== 0) {
				const place = { offset: reader.at - 1, path };
				throw new DecodeError('bad-length', `${path} has a list of ${length} bytes, not a multiple of 4`, place);
			}
			lists.push(Array.from({ length: length / 4 }, () => reader.ipv4(path)));
		} while (reader.left > 0);
		return lists;
	},
	encode(lists, path) {
		if (lists.length === 0 || lists.some((addresses) => addresses.length === 0)) {
			throw new EncodeError('empty-list', `${path} needs at least one list of at least one address`, { path });
		}
		const writer = new Writer();
		lists.forEach((addresses, i) => {
			writer.u8(4 * addresses.length, `${path}[${i}].length`);
			for (const address of addresses) writer.ipv4(address, `${path}[${i}]`);
		});
		return writer.finish();
	},
};
