import type { Issue } from '../wire/issue.ts';
import { type AcpiHeader, type AcpiOem, parseAcpiHeader, writeAcpiHeader } from './acpi.ts';
import { heaplessSink, requireTable } from './acpi-table.ts';
import { type RecordField, readRecord, recordSource, writeRecord } from './record.ts';

/** What an aBFT says: which ATA over Ethernet disk was booted, through which card. */
export interface AbftContent {
	/** Shelf, 0 to 65535. */
	readonly major: number;
	/** Slot, 0 to 255. */
	readonly minor: number;
	/** The card's Ethernet address: `'52:54:00:12:34:56'`. */
	readonly mac: string;
}

/** A table to encode. */
export interface AbftInit extends AcpiOem, AbftContent {}

/** A decoded AoE Boot Firmware Table. */
export interface Abft extends AcpiHeader, AbftContent {
	/** The table. Shares the input's memory. */
	readonly bytes: Uint8Array;
	readonly issues: readonly Issue[];
}

/** Length of the table. */
const abftLength = 46;

/** Fields of the aBFT, by offset from the table's start. iPXE's aoe.h. */
export const abftFields: readonly RecordField<keyof AbftContent & string>[] = [
	{ name: 'major', offset: 36, type: 'u16', about: 'shelf' },
	{ name: 'minor', offset: 38, type: 'u8', about: 'slot' },
	{ name: 'mac', offset: 40, type: 'mac', about: 'Ethernet address of the card' },
];

/**
 * Reads an AoE Boot Firmware Table. Linux reads none; WinAoE and sanbootconf do.
 *
 * @throws a {@link DecodeError} `too-short` below 46 bytes, `bad-signature`
 * @example
 * ```ts
 * import { decodeAbft, encodeAbft } from 'pxekit/ibft';
 *
 * const { major, minor } = decodeAbft(encodeAbft({ major: 7, minor: 3, mac: '52:54:00:12:34:56' }));
 * `aoe:e${major}.${minor}`; // => 'aoe:e7.3'
 * ```
 */
export function decodeAbft(bytes: Uint8Array): Abft {
	const header = parseAcpiHeader(bytes);
	const issues = requireTable(header, 'aBFT', abftLength);
	const content = readRecord(recordSource(header.bytes, issues), 0, abftLength, abftFields, 'aBFT');
	return { ...header, ...(content as unknown as AbftContent), issues };
}

/**
 * Writes an AoE Boot Firmware Table, checksum included.
 *
 * @throws an {@link EncodeError} `out-of-range` or `bad-mac`
 * @example
 * ```ts
 * import { encodeAbft } from 'pxekit/ibft';
 *
 * encodeAbft({ major: 7, minor: 3, mac: '52:54:00:12:34:56', oemId: 'FENSYS', oemTableId: 'iPXE' }).length; // => 46
 * ```
 */
export function encodeAbft(init: AbftInit): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(abftLength);
	writeRecord(heaplessSink(bytes), 0, abftFields, { ...init }, 'aBFT');
	writeAcpiHeader(bytes, 'aBFT', 1, init);
	return bytes;
}
