import { EncodeError } from '../wire/errors.ts';
import { inRange } from '../wire/writer.ts';
import { writeAcpiHeader } from './acpi.ts';
import {
	driverField,
	extensionInUse,
	longNamespaceExtension,
	type NbftStructure,
	nbftHeaderLength,
	nbftLists,
	nbftReferences,
	nbftStructures,
} from './nbft-fields.ts';
import { nbftIndexes } from './nbft-indexes.ts';
import type { NbftHfi, NbftInit, NbftNamespace } from './nbft-model.ts';
import { type RecordSink, writeRecord } from './record.ts';

/** Larger tables than this are nothing that firmware writes. */
const longest = 1 << 20;

/**
 * Writes an NVMe Boot Firmware Table, checksum included: header, control, host, the four lists, then the heap.
 * The minor revision is 1 when a field of revision 1.3 is given, else 0.
 *
 * @throws an {@link EncodeError} for values that a field can't hold, for two entries of a list with the same index, and
 * for an index that leads nowhere
 * @example
 * ```ts
 * import { decodeNbft, encodeNbft } from 'pxekit/ibft';
 *
 * const table = encodeNbft({
 *   hfis: [{ index: 1, flags: 1, transport: 3 }],
 *   discovery: [{ flags: 1, index: 1, hfiIndex: 1, securityIndex: 0, uri: 'nvme+tcp://10.0.0.1:8009/' }],
 * });
 * decodeNbft(table).discovery[0]?.uri; // => 'nvme+tcp://10.0.0.1:8009/'
 * ```
 */
export function encodeNbft(init: NbftInit): Uint8Array<ArrayBuffer> {
	refuseWrongIndexes(init);
	let at = 2 * nbftHeaderLength;
	const take = (length: number) => {
		at += length;
		return at - length;
	};
	const hostAt = init.host ? take(nbftStructures.host.length) : 0;
	const lists = nbftLists.map((list) => {
		const entries = init[list.name] ?? [];
		return {
			...list,
			entries,
			offset: entries.length > 0 ? take(entries.length * nbftStructures[list.structure].length) : 0,
		};
	});
	const heapAt = at;
	const bytes = new Uint8Array(longest);
	const sink: RecordSink = {
		bytes,
		view: new DataView(bytes.buffer),
		addToHeap: (object, withNul, path) => {
			if (at + object.length + 1 > longest)
				throw new EncodeError('no-room', `${path}: the table gets too long`, { path });
			const offset = take(object.length + (withNul ? 1 : 0));
			bytes.set(object, offset);
			return offset;
		},
	};
	writeControl(sink, hostAt, lists);
	if (init.host) writeStructure(sink, hostAt, nbftStructures.host, { ...init.host }, 'host');
	for (const { name, structure, entries, offset } of lists) {
		const kind: NbftStructure = nbftStructures[structure];
		for (const [entry, value] of entries.entries()) {
			const entryAt = offset + entry * kind.length;
			const path = `${name}[${entry}]`;
			writeStructure(sink, entryAt, kind, { ...value }, path);
			if (structure === 'hfi') writeTcpInfo(sink, entryAt, value as NbftHfi, path);
			if (structure === 'namespace') writeNamespaceExtension(sink, entryAt, value as NbftNamespace, path);
		}
	}
	writeRecord(sink, 0, driverField, { driverSignature: init.driverSignature }, 'header');
	sink.view.setUint32(36, heapAt, true);
	sink.view.setUint32(40, at - heapAt, true);
	bytes[50] = inRange(init.minorRevision ?? (usesRevision13(init) ? 1 : 0), 0xff, 'minorRevision');
	const table = bytes.slice(0, at);
	writeAcpiHeader(table, 'NBFT', 1, init);
	return table;
}

function writeControl(
	{ view }: RecordSink,
	hostAt: number,
	lists: readonly {
		structure: (typeof nbftLists)[number]['structure'];
		pointer: number;
		entries: readonly unknown[];
		offset: number;
		name: string;
	}[],
): void {
	const at = nbftHeaderLength;
	view.setUint8(at, 1);
	view.setUint8(at + 1, 1);
	view.setUint16(at + 4, nbftHeaderLength, true);
	view.setUint8(at + 6, 1);
	if (hostAt > 0) {
		view.setUint32(at + 8, hostAt, true);
		view.setUint16(at + 12, nbftStructures.host.length, true);
	}
	view.setUint8(at + 14, 1);
	for (const { structure, pointer, entries, offset, name } of lists) {
		view.setUint32(at + pointer, offset, true);
		view.setUint16(at + pointer + 4, nbftStructures[structure].length, true);
		view.setUint8(at + pointer + 6, 1);
		view.setUint8(at + pointer + 7, inRange(entries.length, 0xff, `number of ${name}`));
	}
}

function writeStructure(
	sink: RecordSink,
	at: number,
	{ id, fields }: NbftStructure,
	value: Readonly<Record<string, unknown>>,
	path: string,
): void {
	sink.view.setUint8(at, id);
	writeRecord(sink, at, fields, value, path);
}

/** Writes a structure into the heap, and the reference to it at `referenceAt`. */
function writeReferenced(
	sink: RecordSink,
	referenceAt: number,
	structure: NbftStructure,
	length: number,
	value: Readonly<Record<string, unknown>>,
	path: string,
): number {
	const offset = sink.addToHeap(new Uint8Array(length), false, path);
	sink.view.setUint32(referenceAt, offset, true);
	sink.view.setUint16(referenceAt + 4, length, true);
	writeStructure(sink, offset, structure, value, path);
	return offset;
}

function writeTcpInfo(sink: RecordSink, hfiAt: number, { tcp }: NbftHfi, path: string): void {
	if (!tcp) return;
	const { tcpInfo, hfiExtension } = nbftStructures;
	const offset = writeReferenced(
		sink,
		hfiAt + nbftReferences.tcpInfo,
		tcpInfo,
		tcpInfo.length,
		{ ...tcp },
		`${path}.tcp`,
	);
	const { extension, pciSegment, infoVersion } = tcp;
	if ((extension || pciSegment !== undefined) && infoVersion < 2) {
		const message = `${path}.tcp: extension and pciSegment need infoVersion 2`;
		throw new EncodeError('needs-1.3', message, { path: `${path}.tcp.infoVersion` });
	}
	if (pciSegment !== undefined) {
		sink.view.setUint8(offset + nbftReferences.pciSegment, inRange(pciSegment, 0xff, `${path}.tcp.pciSegment`));
	}
	if (extension) {
		const at = offset + nbftReferences.hfiExtension;
		writeReferenced(sink, at, hfiExtension, hfiExtension.length, { ...extension }, `${path}.tcp.extension`);
	}
}

function writeNamespaceExtension(
	sink: RecordSink,
	namespaceAt: number,
	{ extension, flags }: NbftNamespace,
	path: string,
): void {
	if (!extension) return;
	if ((flags & extensionInUse) === 0) {
		const message = `${path}.flags lacks bit 4, so nobody would read the extension`;
		throw new EncodeError('extension-not-in-use', message, { path: `${path}.flags` });
	}
	const structure = nbftStructures.namespaceExtension;
	const at = namespaceAt + nbftReferences.namespaceExtension;
	const length = isLong(extension) ? longNamespaceExtension : structure.length;
	writeReferenced(sink, at, structure, length, { ...extension }, `${path}.extension`);
}

function isLong(extension: NonNullable<NbftNamespace['extension']>): boolean {
	const { namespaceAccess, identifyEvent, connectTimeout, connectEvent } = extension;
	return [namespaceAccess, identifyEvent, connectTimeout, connectEvent].some((value) => value !== undefined);
}

function usesRevision13({ hfis = [], namespaces = [] }: NbftInit): boolean {
	return (
		hfis.some(({ tcp }) => tcp !== undefined && tcp.infoVersion >= 2) ||
		namespaces.some(({ extension }) => extension && isLong(extension))
	);
}

function refuseWrongIndexes({ hfis = [], namespaces = [], security = [], discovery = [] }: NbftInit): void {
	for (const [name, list] of [
		['hfis', hfis],
		['namespaces', namespaces],
		['security', security],
		['discovery', discovery],
	] as const) {
		const seen = new Set<number>();
		for (const [at, { index }] of list.entries()) {
			const path = `${name}[${at}].index`;
			if (seen.has(index)) throw new EncodeError('duplicate-index', `${path}: ${index} is there already`, { path });
			seen.add(index);
		}
	}
	const content = { minorRevision: 0, hfis, namespaces, security, discovery };
	for (const { list, index, path, optional } of nbftIndexes(content)) {
		if ((optional && index === 0) || list.some((entry) => entry.index === index)) continue;
		throw new EncodeError('no-such-index', `${path}: there is no entry ${index}`, { path });
	}
}
