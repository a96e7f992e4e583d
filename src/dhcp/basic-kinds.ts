import { DecodeError, EncodeError } from '../wire/errors.ts';
import { formatIpv6, parseIpv6 } from '../wire/ipv6.ts';
import { Reader } from '../wire/reader.ts';
import { encodeUtf8, readUtf8, untilNul } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/** A reader over bytes that must have one length. */
export function wholeReader(bytes: Uint8Array, length: number, path: string): Reader {
	if (bytes.length !== length) {
		throw new DecodeError('bad-length', `${path} must be ${length} bytes, not ${bytes.length}`, { path });
	}
	return new Reader(bytes);
}

/** Unsigned numbers of 1, 2 or 4 bytes share their shape. */
export function unsigned(size: 1 | 2 | 4): OptionKind<number> {
	const read = { 1: Reader.prototype.u8, 2: Reader.prototype.u16, 4: Reader.prototype.u32 }[size];
	const write = { 1: Writer.prototype.u8, 2: Writer.prototype.u16, 4: Writer.prototype.u32 }[size];
	return {
		fixedLength: size,
		decode: (bytes, path) => read.call(wholeReader(bytes, size, path), path),
		encode: (value, path) => write.call(new Writer(), value, path).finish(),
	};
}

/** Two's complement. */
export function signed(size: 1 | 4): OptionKind<number> {
	const { decode, encode } = unsigned(size);
	const half = 2 ** (8 * size - 1);
	return {
		fixedLength: size,
		decode(bytes, path) {
			const value = decode(bytes, path);
			return value < half ? value : value - 2 * half;
		},
		encode(value, path) {
			if (!Number.isInteger(value) || value < -half || value >= half) {
				const message = `${path} must be a whole number from ${-half} to ${half - 1}, not ${String(value)}`;
				throw new EncodeError('out-of-range', message, { path });
			}
			return encode(value < 0 ? value + 2 * half : value, path);
		},
	};
}

/** One or more values of one size, end to end (RFC 2132: "the minimum length is n, and always a multiple of n"). */
export function list<Item>(
	size: number,
	read: (reader: Reader, path: string) => Item,
	write: (writer: Writer, item: Item, path: string) => void,
	mayBeEmpty = false,
): OptionKind<readonly Item[]> {
	return {
		mayBeEmpty,
		decode(bytes, path) {
			if ((bytes.length === 0 && !mayBeEmpty) || bytes.length % size !== 0) {
				const wanted = size === 1 ? 'at least 1' : `a multiple of ${size} and at least ${size}`;
				throw new DecodeError('bad-length', `${path} must be ${wanted} bytes, not ${bytes.length}`, { path });
			}
			const reader = new Reader(bytes);
			const items: Item[] = [];
			while (reader.left > 0) items.push(read(reader, path));
			return items;
		},
		encode(items, path) {
			if (!Array.isArray(items) || (items.length === 0 && !mayBeEmpty)) {
				throw new EncodeError('empty-list', `${path} needs at least one entry`, { path });
			}
			const writer = new Writer();
			items.forEach((item, i) => {
				write(writer, item, `${path}[${i}]`);
			});
			return writer.finish();
		},
	};
}

export const textKind: OptionKind<string> = {
	decode: (bytes, path) => readUtf8(untilNul(bytes), path),
	encode(value, path) {
		const bytes = encodeUtf8(value, path);
		// RFC 2132: the minimum length of text is 1. EDK2's Dhcp4Dxe drops a packet whose 12, 43 or 60 is empty.
		if (bytes.length === 0) throw new EncodeError('empty-option', `${path} must not be empty`, { path });
		return bytes;
	},
};

export const bytesKind: OptionKind<Uint8Array> = {
	decode: (bytes) => bytes,
	encode(value, path) {
		if (!(value instanceof Uint8Array)) throw new EncodeError('not-bytes', `${path} must be a Uint8Array`, { path });
		if (value.length === 0) throw new EncodeError('empty-option', `${path} must not be empty`, { path });
		return value;
	},
};

export const booleanKind: OptionKind<boolean> = {
	fixedLength: 1,
	decode(bytes, path) {
		const value = wholeReader(bytes, 1, path).u8(path);
		if (value > 1) throw new DecodeError('bad-boolean', `${path} must be 0 or 1, not ${value}`, { path });
		return value === 1;
	},
	encode(value, path) {
		if (typeof value !== 'boolean') throw new EncodeError('not-boolean', `${path} must be true or false`, { path });
		return Uint8Array.of(value ? 1 : 0);
	},
};

export const ipv4Kind: OptionKind<string> = {
	fixedLength: 4,
	decode: (bytes, path) => wholeReader(bytes, 4, path).ipv4(path),
	encode: (value, path) => new Writer().ipv4(value, path).finish(),
};

const ipv4s = (mayBeEmpty: boolean): OptionKind<readonly string[]> =>
	list(
		4,
		(reader, path) => reader.ipv4(path),
		(writer, item, path) => writer.ipv4(item, path),
		mayBeEmpty,
	);

export const ipv4ListKind: OptionKind<readonly string[]> = ipv4s(false);

/** RFC 2132 8.13: no address means that there is no home agent. */
export const optionalIpv4ListKind: OptionKind<readonly string[]> = ipv4s(true);

export const ipv6Kind: OptionKind<string> = {
	fixedLength: 16,
	decode: (bytes, path) => formatIpv6(wholeReader(bytes, 16, path).rest()),
	encode: (value, path) => parseIpv6(value, path),
};

/** An option that says all by being there. */
export const presentKind: OptionKind<true> = {
	fixedLength: 0,
	mayBeEmpty: true,
	decode(bytes, path) {
		wholeReader(bytes, 0, path);
		return true;
	},
	encode(value, path) {
		if (value !== true) throw new EncodeError('not-true', `${path} is true, or left out`, { path });
		return new Uint8Array(0);
	},
};
