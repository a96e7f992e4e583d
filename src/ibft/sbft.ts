import type { Issue } from '../wire/issue.ts';
import { type AcpiHeader, type AcpiOem, parseAcpiHeader, writeAcpiHeader } from './acpi.ts';
import { heaplessSink, requireTable } from './acpi-table.ts';
import { odd, type RecordField, readRecord, recordSource, writeRecord } from './record.ts';

/** The SCSI part of an sBFT. */
export interface SbftScsi {
	/** Logical unit in its short text form: `'0'`, `'1f'`. */
	readonly lun: string;
}

/** The SRP part of an sBFT. Identifiers are 16 bytes in hexadecimal. */
export interface SbftSrp {
	readonly initiatorPortId: string;
	readonly targetPortId: string;
}

/** The InfiniBand part of an sBFT. */
export interface SbftInfiniBand {
	/** GID of our port, 16 bytes in hexadecimal. */
	readonly sourceGid: string;
	/** GID of the target's port, 16 bytes in hexadecimal. */
	readonly destinationGid: string;
	/** Eight bytes in hexadecimal. */
	readonly serviceId: string;
	/** 0 to 65535. */
	readonly partitionKey: number;
}

/** What an sBFT says: which SCSI disk was booted over SRP. Each part may be absent. */
export interface SbftContent {
	readonly scsi?: SbftScsi | undefined;
	readonly srp?: SbftSrp | undefined;
	readonly infiniBand?: SbftInfiniBand | undefined;
}

/** A table to encode. */
export interface SbftInit extends AcpiOem, SbftContent {}

/** A decoded SRP Boot Firmware Table. */
export interface Sbft extends AcpiHeader, SbftContent {
	/** The table. Shares the input's memory. */
	readonly bytes: Uint8Array;
	readonly issues: readonly Issue[];
}

/** One part of an sBFT. */
export interface SbftPart {
	/** Where the part's offset stands in the table. */
	readonly pointer: number;
	readonly length: number;
	/** Offsets are from the part's start. */
	readonly fields: readonly RecordField[];
}

/** Parts of the sBFT and their fields. iPXE's srp.h and ib_srp.h. */
export const sbftParts: Readonly<Record<keyof SbftContent & string, SbftPart>> = {
	scsi: { pointer: 36, length: 8, fields: [{ name: 'lun', offset: 0, type: 'lun', about: 'logical unit' }] },
	srp: {
		pointer: 38,
		length: 32,
		fields: [
			{ name: 'initiatorPortId', offset: 0, type: 'hex16', about: 'initiator port identifier' },
			{ name: 'targetPortId', offset: 16, type: 'hex16', about: 'target port identifier' },
		],
	},
	infiniBand: {
		pointer: 40,
		length: 48,
		fields: [
			{ name: 'sourceGid', offset: 0, type: 'hex16', about: 'GID of our port' },
			{ name: 'destinationGid', offset: 16, type: 'hex16', about: "GID of the target's port" },
			{ name: 'serviceId', offset: 32, type: 'hex8', about: 'service identifier' },
			{ name: 'partitionKey', offset: 40, type: 'u16', about: 'partition key' },
		],
	},
};

/** Header and pointers. */
const sbftHeaderLength = 48;
const partNames = ['scsi', 'srp', 'infiniBand'] as const;

/**
 * Reads an SRP Boot Firmware Table. Parts are found by their offsets.
 *
 * @throws a {@link DecodeError} `too-short` below 48 bytes, `bad-signature`
 * @example
 * ```ts
 * import { decodeSbft, encodeSbft } from 'pxekit/ibft';
 *
 * decodeSbft(encodeSbft({ scsi: { lun: '1f' } })).scsi?.lun; // => '1f'
 * ```
 */
export function decodeSbft(bytes: Uint8Array): Sbft {
	const header = parseAcpiHeader(bytes);
	const issues = requireTable(header, 'sBFT', sbftHeaderLength);
	const source = recordSource(header.bytes, issues);
	const content: Record<string, unknown> = {};
	for (const name of partNames) {
		const { pointer, length, fields } = sbftParts[name];
		const offset = source.view.getUint16(pointer, true);
		if (offset === 0) continue;
		if (offset < sbftHeaderLength || offset + length > header.bytes.length) {
			odd(source, 'part-outside', `${name} at ${offset} is not inside the table`, pointer, name);
		} else content[name] = readRecord(source, offset, length, fields, name);
	}
	return { ...header, ...content, issues };
}

/**
 * Writes an SRP Boot Firmware Table in iPXE's layout: SCSI, SRP, InfiniBand, 136 bytes with all three.
 *
 * @throws an {@link EncodeError} for values that a field can't hold
 * @example
 * ```ts
 * import { encodeSbft } from 'pxekit/ibft';
 *
 * encodeSbft({ scsi: { lun: '0' }, srp: { initiatorPortId: '00'.repeat(16), targetPortId: '01'.repeat(16) } }).length; // => 88
 * ```
 */
export function encodeSbft(init: SbftInit): Uint8Array<ArrayBuffer> {
	const present = partNames.filter((name) => init[name] !== undefined);
	const bytes = new Uint8Array(sbftHeaderLength + present.reduce((sum, name) => sum + sbftParts[name].length, 0));
	const sink = heaplessSink(bytes);
	let at = sbftHeaderLength;
	for (const name of present) {
		const { pointer, length, fields } = sbftParts[name];
		sink.view.setUint16(pointer, at, true);
		writeRecord(sink, at, fields, { ...init[name] }, name);
		at += length;
	}
	writeAcpiHeader(bytes, 'sBFT', 1, init);
	return bytes;
}
