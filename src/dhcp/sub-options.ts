import { DecodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';

/** One sub-option inside an option: code, length, data. */
export interface SubOption {
	readonly code: number;
	readonly bytes: Uint8Array;
}

/** Reads code, length, data to the end of the bytes. */
export function decodeSubOptions(bytes: Uint8Array, path: string): SubOption[] {
	const reader = new Reader(bytes);
	const items: SubOption[] = [];
	while (reader.left > 0) {
		const offset = reader.at;
		const code = reader.u8(path);
		const place = { offset, path: `${path}[${code}]` };
		if (reader.left === 0) throw new DecodeError('truncated', `${place.path} has no length`, place);
		const length = reader.u8(path);
		if (length > reader.left) {
			throw new DecodeError('truncated', `${place.path} says ${length} bytes, but ${reader.left} are left`, place);
		}
		items.push({ code, bytes: reader.take(length, path) });
	}
	return items;
}

/** The reverse; refuses data over 255 bytes. */
export function encodeSubOptions(items: readonly SubOption[], path: string): Uint8Array {
	const writer = new Writer();
	for (const { code, bytes } of items) {
		writer.u8(code, `${path}.code`).u8(bytes.length, `${path}[${code}].length`).raw(bytes);
	}
	return writer.finish();
}
