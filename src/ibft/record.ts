import { formatLun, parseLun } from '../san/lun.ts';
import { EncodeError, PxekitError } from '../wire/errors.ts';
import { formatHex, parseHex } from '../wire/hex.ts';
import type { Issue } from '../wire/issue.ts';
import { formatMac, parseMac } from '../wire/mac.ts';
import { encodeUtf8 } from '../wire/text.ts';
import { formatUuid, parseUuid } from '../wire/uuid.ts';
import { inRange } from '../wire/writer.ts';
import { readHeapText } from './heap-text.ts';
import { formatIp, isAbsent, parseIp } from './ip.ts';

/** How a field of an aBFT, sBFT or NBFT is written. Integers are little-endian. */
export type RecordFieldType =
	| 'u8'
	| 'u16'
	| 'u32'
	/** Six bytes. */
	| 'mac'
	/** Eight bytes as SCSI sends them, in the short text form. */
	| 'lun'
	/** Eight bytes, as hexadecimal text. */
	| 'hex8'
	/** Sixteen bytes, as hexadecimal text. */
	| 'hex16'
	/** Sixteen bytes, the first three fields little-endian. */
	| 'uuid'
	/** Sixteen bytes, IPv4 mapped. */
	| 'ip'
	/** Offset (u32) and length (u16) of a text in the heap. A NUL follows it that is not counted. */
	| 'text'
	/** Offset and length of bytes in the heap, as hexadecimal text. */
	| 'bytes'
	/** Offset and length of bytes in the heap, as numbers. */
	| 'indexes'
	/** Offset and length of a 16-byte IP address in the heap. */
	| 'address';

/** One field of an aBFT, sBFT or NBFT structure. */
export interface RecordField<Name extends string = string> {
	/** Property of the decoded structure. */
	readonly name: Name;
	/** Byte offset from the start of the structure. */
	readonly offset: number;
	readonly type: RecordFieldType;
	/** What it means, for docs. */
	readonly about: string;
}

/** Types that have the same form in all four tables. */
type CommonFieldType = 'u8' | 'u16' | 'mac' | 'lun' | 'ip';

const fieldLengths: Record<RecordFieldType, number> = {
	u8: 1,
	u16: 2,
	u32: 4,
	mac: 6,
	lun: 8,
	hex8: 8,
	hex16: 16,
	uuid: 16,
	ip: 16,
	text: 6,
	bytes: 6,
	indexes: 6,
	address: 6,
};

/**
 * A table while it is read.
 *
 * @internal
 */
export interface RecordSource {
	readonly bytes: Uint8Array;
	readonly view: DataView;
	readonly issues: Issue[];
	/** Where objects of the heap may stand. */
	readonly heap?: { readonly start: number; readonly end: number } | undefined;
	/** Bytes of heap objects that may still be read: objects can overlap, and this bounds the work. */
	heapBudget: number;
}

/** @internal */
export function recordSource(bytes: Uint8Array, issues: Issue[], heap?: { start: number; end: number }): RecordSource {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	return { bytes, view, issues, heap, heapBudget: 1 << 20 };
}

/**
 * Reads the fields that lie within `length` bytes; absent ones have no property.
 *
 * @internal
 */
export function readRecord(
	source: RecordSource,
	at: number,
	length: number,
	fields: readonly RecordField[],
	path: string,
): Record<string, unknown> {
	const value: Record<string, unknown> = {};
	const end = Math.min(at + length, source.bytes.length);
	for (const { name, offset, type } of fields) {
		if (at + offset + fieldLengths[type] > end) continue;
		const read = readers[type](source, at + offset, `${path}.${name}`);
		if (read !== undefined) value[name] = read;
	}
	return value;
}

/**
 * Reads a field; `undefined` for an absent one.
 *
 * @internal
 */
export type FieldReader = (source: RecordSource, at: number, path: string) => unknown;

/**
 * The types that the iBFT has, too.
 *
 * @internal
 */
export const commonReaders: Readonly<Record<CommonFieldType, FieldReader>> = {
	u8: ({ view }, at) => view.getUint8(at),
	u16: ({ view }, at) => view.getUint16(at, true),
	mac: ({ bytes }, at) => formatMac(bytes.subarray(at, at + 6)),
	lun: ({ bytes }, at) => formatLun(bytes.subarray(at, at + 8)),
	ip: ({ bytes }, at) => ipOrNothing(bytes.subarray(at, at + 16)),
};

const readers: Readonly<Record<RecordFieldType, FieldReader>> = {
	...commonReaders,
	u32: ({ view }, at) => view.getUint32(at, true),
	hex8: ({ bytes }, at) => formatHex(bytes.subarray(at, at + 8)),
	hex16: ({ bytes }, at) => formatHex(bytes.subarray(at, at + 16)),
	uuid: ({ bytes }, at) => formatUuid(bytes.subarray(at, at + 16), 'le'),
	text: (source, at, path) => {
		const object = readHeapObject(source, at, path);
		return object && readHeapText(source.bytes, object.offset, object.bytes.length, source.issues, path);
	},
	bytes: (source, at, path) => {
		const object = readHeapObject(source, at, path);
		return object && formatHex(object.bytes);
	},
	indexes: (source, at, path) => {
		const object = readHeapObject(source, at, path);
		return object && Array.from(object.bytes);
	},
	address: (source, at, path) => {
		const object = readHeapObject(source, at, path);
		if (!object) return undefined;
		if (object.bytes.length < 16) {
			odd(source, 'short-address', `an address has 16 bytes, not ${object.bytes.length}`, object.offset, path);
			return undefined;
		}
		return ipOrNothing(object.bytes.subarray(0, 16));
	},
};

function ipOrNothing(bytes: Uint8Array): string | undefined {
	return isAbsent(bytes) ? undefined : formatIp(bytes);
}

/** @internal */
export function odd(source: RecordSource, code: string, message: string, offset: number, path: string): void {
	source.issues.push({ code, message, offset, path });
}

/**
 * The bytes that a heap reference (u32 offset, u16 length) at `at` points to; `undefined` for an empty or a wrong one.
 *
 * @internal
 */
export function readHeapObject(
	source: RecordSource,
	at: number,
	path: string,
): { offset: number; bytes: Uint8Array } | undefined {
	const offset = source.view.getUint32(at, true);
	const length = source.view.getUint16(at + 4, true);
	if (length === 0) return undefined;
	const { start, end } = source.heap ?? { start: 0, end: source.bytes.length };
	if (offset < start || offset + length > end) {
		odd(
			source,
			'outside-heap',
			`bytes ${offset} to ${offset + length} are outside the heap (${start} to ${end})`,
			at,
			path,
		);
		return undefined;
	}
	source.heapBudget -= length;
	if (source.heapBudget < 0) {
		odd(source, 'too-much-heap', 'heap objects overlap too often; this one is left out', at, path);
		return undefined;
	}
	return { offset, bytes: source.bytes.subarray(offset, offset + length) };
}

/**
 * A table while it is written.
 *
 * @internal
 */
export interface RecordSink {
	readonly bytes: Uint8Array;
	readonly view: DataView;
	/** Puts an object into the heap, a NUL after it where asked for; returns its offset. */
	readonly addToHeap: (object: Uint8Array, withNul: boolean, path: string) => number;
}

/** @internal */
export function writeRecord(
	sink: RecordSink,
	at: number,
	fields: readonly RecordField[],
	value: Readonly<Record<string, unknown>>,
	path: string,
): void {
	for (const { name, offset, type } of fields) {
		const field = value[name];
		if (field !== undefined) writers[type](sink, at + offset, field as never, `${path}.${name}`);
	}
}

/** @internal */
export type FieldWriter = (sink: RecordSink, at: number, value: never, path: string) => void;

/**
 * The types that the iBFT has, too.
 *
 * @internal
 */
export const commonWriters: Readonly<Record<CommonFieldType, FieldWriter>> = {
	u8: ({ view }, at, value: number, path) => view.setUint8(at, inRange(value, 0xff, path)),
	u16: ({ view }, at, value: number, path) => view.setUint16(at, inRange(value, 0xffff, path), true),
	mac: ({ bytes }, at, value: string, path) => bytes.set(parseMac(value, path), at),
	lun: ({ bytes }, at, value: string, path) =>
		bytes.set(
			atPath(path, () => parseLun(value)),
			at,
		),
	ip: ({ bytes }, at, value: string, path) => bytes.set(presentIp(value, path), at),
};

const writers: Readonly<Record<RecordFieldType, FieldWriter>> = {
	...commonWriters,
	u32: ({ view }, at, value: number, path) => view.setUint32(at, inRange(value, 0xffff_ffff, path), true),
	hex8: ({ bytes }, at, value: string, path) => bytes.set(hexOf(value, 8, path), at),
	hex16: ({ bytes }, at, value: string, path) => bytes.set(hexOf(value, 16, path), at),
	uuid: ({ bytes }, at, value: string, path) => bytes.set(parseUuid(value, 'le', path), at),
	text: (sink, at, value: string, path) => writeReference(sink, at, encodeUtf8(value, path), true, path),
	bytes: (sink, at, value: string, path) =>
		writeReference(
			sink,
			at,
			atPath(path, () => parseHex(value)),
			false,
			path,
		),
	indexes: (sink, at, value: readonly number[], path) => {
		const indexes = value.map((index, at) => inRange(index, 0xff, `${path}[${at}]`));
		writeReference(sink, at, Uint8Array.from(indexes), false, path);
	},
	address: (sink, at, value: string, path) => writeReference(sink, at, presentIp(value, path), false, path),
};

function writeReference(sink: RecordSink, at: number, object: Uint8Array, withNul: boolean, path: string): void {
	if (object.length === 0)
		throw new EncodeError('empty-text', `${path}: leave it out instead of giving nothing`, { path });
	inRange(object.length, 0xffff, `length of ${path}`);
	sink.view.setUint32(at, sink.addToHeap(object, withNul, path), true);
	sink.view.setUint16(at + 4, object.length, true);
}

function presentIp(text: string, path: string): Uint8Array {
	const address = parseIp(text, path);
	if (isAbsent(address))
		throw new EncodeError('no-address', `${path}: leave it out instead of writing ${text}`, { path });
	return address;
}

/** For parsers that know of no fields: what they refuse is refused with the field's path. */
function atPath<T>(path: string, parse: () => T): T {
	try {
		return parse();
	} catch (error) {
		if (error instanceof PxekitError) throw new EncodeError(error.code, error.message, { path });
		throw error;
	}
}

function hexOf(text: string, length: number, path: string): Uint8Array {
	const bytes = atPath(path, () => parseHex(text));
	if (bytes.length === length) return bytes;
	throw new EncodeError('bad-length', `${path} has ${length} bytes, not ${bytes.length}`, { path });
}
