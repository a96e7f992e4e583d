import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Issue } from '../wire/issue.ts';
import { decodeUtf8Lossy, encodeUtf8, untilNul } from '../wire/text.ts';

/** Length of the header that starts every ACPI table. ACPI 6.5, section 5.2.6. */
export const acpiHeaderLength = 36;

/** The header that starts every ACPI table. ACPI 6.5, section 5.2.6. */
export interface AcpiHeader {
	/** Four ASCII characters: `'iBFT'`. */
	readonly signature: string;
	/** Bytes of the whole table, header and heap included. */
	readonly length: number;
	readonly revision: number;
	/** Chosen so that all bytes of the table sum to 0, modulo 256. */
	readonly checksum: number;
	/** Who wrote the table, up to six characters: `'FENSYS'` for iPXE. Trailing NULs are dropped, spaces are kept. */
	readonly oemId: string;
	/** Up to eight characters. Trailing NULs are dropped, spaces are kept. */
	readonly oemTableId: string;
	readonly oemRevision: number;
	readonly creatorId: number;
	readonly creatorRevision: number;
}

/** What {@link parseAcpiHeader} found. */
export interface ParsedAcpiHeader extends AcpiHeader {
	/** The table, cut to its `length` where the input was longer. Shares the input's memory. */
	readonly bytes: Uint8Array;
	/** `bad-checksum`, `bad-length`, `truncated`, `trailing-bytes`. */
	readonly issues: readonly Issue[];
}

/**
 * Reads the header of any ACPI table, checks length and checksum, and cuts off what follows the table.
 *
 * @throws a {@link DecodeError} `too-short` when there are fewer than 36 bytes
 * @example
 * ```ts
 * import { encodeAbft, parseAcpiHeader } from 'pxekit/ibft';
 *
 * const table = encodeAbft({ major: 7, minor: 3, mac: '52:54:00:12:34:56' });
 * const { signature, length, issues } = parseAcpiHeader(table);
 * [signature, length, issues.length]; // => ['aBFT', 46, 0]
 * ```
 */
export function parseAcpiHeader(bytes: Uint8Array): ParsedAcpiHeader {
	if (bytes.length < acpiHeaderLength) {
		throw new DecodeError(
			'too-short',
			`an ACPI table starts with ${acpiHeaderLength} bytes; here are ${bytes.length}`,
			{
				offset: bytes.length,
				path: 'header',
			},
		);
	}
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const length = view.getUint32(4, true);
	const issues: Issue[] = [];
	const odd = (code: string, message: string, offset: number, path: string) =>
		issues.push({ code, message, offset, path });
	if (length < acpiHeaderLength) odd('bad-length', `a table of ${length} bytes can't hold its own header`, 4, 'length');
	else if (length > bytes.length) {
		odd('truncated', `the table says ${length} bytes; here are ${bytes.length}`, 4, 'length');
	} else if (length < bytes.length) {
		odd('trailing-bytes', `${bytes.length - length} bytes follow the table`, length, 'length');
	}
	const table = length < acpiHeaderLength ? bytes : bytes.subarray(0, length);
	const sum = checksumOf(table);
	if (sum !== 0) odd('bad-checksum', `the bytes sum to ${sum}, not 0`, 9, 'checksum');
	return {
		signature: paddedText(bytes.subarray(0, 4)),
		length,
		revision: view.getUint8(8),
		checksum: view.getUint8(9),
		oemId: paddedText(bytes.subarray(10, 16)),
		oemTableId: paddedText(bytes.subarray(16, 24)),
		oemRevision: view.getUint32(24, true),
		creatorId: view.getUint32(28, true),
		creatorRevision: view.getUint32(32, true),
		bytes: table,
		issues,
	};
}

/** The sum of all bytes modulo 256: 0 for a table that is whole. */
function checksumOf(bytes: Uint8Array): number {
	let sum = 0;
	for (let i = 0; i < bytes.length; i++) sum = (sum + (bytes[i] as number)) & 0xff;
	return sum;
}

/** Who wrote a table. All are empty or 0 by default. */
export interface AcpiOem {
	/** Up to six ASCII characters. */
	readonly oemId?: string | undefined;
	/** Up to eight ASCII characters. */
	readonly oemTableId?: string | undefined;
	readonly oemRevision?: number | undefined;
	readonly creatorId?: number | undefined;
	readonly creatorRevision?: number | undefined;
}

/**
 * Fills in the header of a finished table, length and checksum included.
 *
 * @internal
 */
export function writeAcpiHeader(table: Uint8Array, signature: string, revision: number, oem: AcpiOem): void {
	const view = new DataView(table.buffer, table.byteOffset, table.length);
	table.set(fixedAscii(signature, 4, 'signature'), 0);
	view.setUint32(4, table.length, true);
	view.setUint8(8, revision);
	table.set(fixedAscii(oem.oemId ?? '', 6, 'oemId'), 10);
	table.set(fixedAscii(oem.oemTableId ?? '', 8, 'oemTableId'), 16);
	for (const [at, name] of [
		[24, 'oemRevision'],
		[28, 'creatorId'],
		[32, 'creatorRevision'],
	] as const) {
		const value = oem[name] ?? 0;
		if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
			throw new EncodeError('out-of-range', `${name} must be a whole number below 2^32, not ${value}`, { path: name });
		}
		view.setUint32(at, value, true);
	}
	table[9] = 0;
	table[9] = -checksumOf(table);
}

function paddedText(bytes: Uint8Array): string {
	return decodeUtf8Lossy(untilNul(bytes));
}

function fixedAscii(text: string, length: number, path: string): Uint8Array {
	const bytes = encodeUtf8(text, path);
	if (bytes.length > length || !/^[\x20-\x7e]*$/.test(text)) {
		throw new EncodeError(
			'bad-oem',
			`${path} has at most ${length} printable ASCII characters, not ${JSON.stringify(text)}`,
			{
				path,
			},
		);
	}
	return bytes;
}
