import { DecodeError } from '../wire/errors.ts';
import { parseAcpiHeader } from './acpi.ts';
import { requireTable } from './acpi-table.ts';
import {
	driverField,
	extensionInUse,
	type NbftStructure,
	nbftHeaderLength,
	nbftLists,
	nbftReferences,
	nbftStructures,
} from './nbft-fields.ts';
import { nbftIndexes } from './nbft-indexes.ts';
import type {
	Nbft,
	NbftContent,
	NbftHfi,
	NbftHfiExtension,
	NbftHost,
	NbftNamespace,
	NbftNamespaceExtension,
	NbftTcpInfo,
} from './nbft-model.ts';
import { odd, type RecordSource, readHeapObject, readRecord, recordSource } from './record.ts';

/**
 * Reads an NVMe Boot Firmware Table, revision 1.0 or 1.3. Nothing outside the table is read, and texts and further
 * structures only inside its heap. Entries without their valid flag are there, too; look at `flags`.
 *
 * @throws a {@link DecodeError} `too-short` below 128 bytes, `bad-signature`, `no-control`
 * @example
 * ```ts
 * import { decodeNbft, encodeNbft } from 'pxekit/ibft';
 *
 * const id = '12345678-aaaa-bbbb-cccc-123456789012';
 * const table = encodeNbft({ host: { flags: 7, id, nqn: `nqn.2014-08.org.nvmexpress:uuid:${id}` } });
 * decodeNbft(table).host?.id; // => '12345678-aaaa-bbbb-cccc-123456789012'
 * ```
 */
export function decodeNbft(bytes: Uint8Array): Nbft {
	const header = parseAcpiHeader(bytes);
	const issues = requireTable(header, 'NBFT', 2 * nbftHeaderLength);
	const view = new DataView(header.bytes.buffer, header.bytes.byteOffset, header.bytes.length);
	if (view.getUint8(nbftHeaderLength) !== 1) {
		const message = `the control structure has id 1; here is ${view.getUint8(nbftHeaderLength)}`;
		throw new DecodeError('no-control', message, { offset: nbftHeaderLength, path: 'control.id' });
	}
	const start = view.getUint32(36, true);
	const end = start + view.getUint32(40, true);
	const source = recordSource(header.bytes, issues, { start, end: Math.min(end, header.bytes.length) });
	if (end > header.bytes.length) {
		odd(source, 'heap-past-end', `the heap ends at ${end}, the table at ${header.bytes.length}`, 36, 'heap');
	}
	const minorRevision = view.getUint8(50);
	if (minorRevision > 1)
		odd(source, 'bad-revision', `minor revision ${minorRevision}, where 0 and 1 are known`, 50, 'minorRevision');
	if ((view.getUint8(nbftHeaderLength + 6) & 1) === 0) {
		odd(source, 'not-valid', 'the control structure lacks its valid flag', nbftHeaderLength + 6, 'control.flags');
	}
	const driver = readRecord(source, 0, nbftHeaderLength, driverField, 'header');
	const content: NbftContent = {
		minorRevision,
		...driver,
		...readHost(source),
		...(Object.fromEntries(
			nbftLists.map(({ name, structure, pointer }) => [name, readList(source, name, structure, pointer)]),
		) as unknown as Pick<NbftContent, 'hfis' | 'namespaces' | 'security' | 'discovery'>),
	};
	checkReferences(source, content);
	return { ...header, ...content, issues };
}

function readHost(source: RecordSource): { host?: NbftHost } {
	const { view } = source;
	const offset = view.getUint32(nbftHeaderLength + 8, true);
	const { id, length, fields } = nbftStructures.host;
	if (offset === 0) return {};
	if (offset < 2 * nbftHeaderLength || offset + length > view.byteLength) {
		odd(
			source,
			'host-outside',
			`the host structure at ${offset} is not inside the table`,
			nbftHeaderLength + 8,
			'host',
		);
		return {};
	}
	if (!hasId(source, offset, id, 'host')) return {};
	return { host: readRecord(source, offset, length, fields, 'host') as unknown as NbftHost };
}

function hasId(source: RecordSource, offset: number, id: number, path: string): boolean {
	const seen = source.view.getUint8(offset);
	if (seen === id) return true;
	odd(source, 'structure-id', `structure id ${seen}, where ${id} belongs`, offset, path);
	return false;
}

function readList(
	source: RecordSource,
	name: string,
	structureName: 'hfi' | 'namespace' | 'security' | 'discovery',
	pointer: number,
): unknown[] {
	const { view } = source;
	const at = nbftHeaderLength + pointer;
	const offset = view.getUint32(at, true);
	const entryLength = view.getUint16(at + 4, true);
	const count = view.getUint8(at + 7);
	if (count === 0) return [];
	const { id, length, fields }: NbftStructure = nbftStructures[structureName];
	if (entryLength < length) {
		odd(source, 'entry-length', `entries of ${entryLength} bytes, where ${length} are the least`, at + 4, name);
		return [];
	}
	if (offset < 2 * nbftHeaderLength || offset + count * entryLength > view.byteLength) {
		odd(source, 'list-outside', `${count} entries at ${offset} are not inside the table`, at, name);
		return [];
	}
	const entries: unknown[] = [];
	for (let entry = 0; entry < count; entry++) {
		const entryAt = offset + entry * entryLength;
		const path = `${name}[${entry}]`;
		if (!hasId(source, entryAt, id, path)) continue;
		const value = readRecord(source, entryAt, length, fields, path);
		if (structureName === 'hfi') Object.assign(value, readTcpInfo(source, entryAt, value as unknown as NbftHfi, path));
		if (structureName === 'namespace') {
			Object.assign(value, readNamespaceExtension(source, entryAt, value as unknown as NbftNamespace, path));
		}
		entries.push(value);
	}
	return entries;
}

/** A structure in the heap; `undefined` when it is not there, or not what the reference promises. */
function readReferenced<Value>(
	source: RecordSource,
	at: number,
	{ id, length, fields }: NbftStructure,
	path: string,
): { value: Value; offset: number; length: number } | undefined {
	const object = readHeapObject(source, at, path);
	if (!object) return undefined;
	if (object.bytes.length < length) {
		odd(source, 'structure-length', `${object.bytes.length} bytes, where ${length} are the least`, object.offset, path);
		return undefined;
	}
	if (!hasId(source, object.offset, id, path)) return undefined;
	const value = readRecord(source, object.offset, object.bytes.length, fields, path) as Value;
	return { value, offset: object.offset, length: object.bytes.length };
}

function readTcpInfo(source: RecordSource, hfiAt: number, hfi: NbftHfi, path: string): { tcp?: NbftTcpInfo } {
	const found = readReferenced<NbftTcpInfo>(
		source,
		hfiAt + nbftReferences.tcpInfo,
		nbftStructures.tcpInfo,
		`${path}.tcp`,
	);
	if (!found) return {};
	const { value, offset } = found;
	if (value.hfiIndex !== hfi.index) {
		const message = `says that it belongs to interface ${value.hfiIndex}, not ${hfi.index}`;
		odd(source, 'wrong-index', message, offset + 4, `${path}.tcp.hfiIndex`);
	}
	if (value.infoVersion < 2) return { tcp: value };
	const extension = readReferenced<NbftHfiExtension>(
		source,
		offset + nbftReferences.hfiExtension,
		nbftStructures.hfiExtension,
		`${path}.tcp.extension`,
	);
	const pciSegment = source.view.getUint8(offset + nbftReferences.pciSegment);
	return { tcp: { ...value, pciSegment, ...(extension && { extension: extension.value }) } };
}

function readNamespaceExtension(
	source: RecordSource,
	namespaceAt: number,
	{ flags, index }: NbftNamespace,
	path: string,
): { extension?: NbftNamespaceExtension } {
	if ((flags & extensionInUse) === 0) return {};
	const found = readReferenced<NbftNamespaceExtension>(
		source,
		namespaceAt + nbftReferences.namespaceExtension,
		nbftStructures.namespaceExtension,
		`${path}.extension`,
	);
	if (!found) return {};
	if (found.value.namespaceIndex !== index) {
		const message = `says that it belongs to namespace ${found.value.namespaceIndex}, not ${index}`;
		odd(source, 'wrong-index', message, found.offset + 2, `${path}.extension.namespaceIndex`);
	}
	return { extension: found.value };
}

/** Says which indexes lead nowhere, or to an entry without valid flag: readers have crashed on them (nvme-cli#3642). */
function checkReferences(source: RecordSource, content: NbftContent): void {
	for (const { list, index, what, path, optional } of nbftIndexes(content)) {
		if (optional && index === 0) continue;
		if (list.some((entry) => entry.index === index && (entry.flags & 1) === 1)) continue;
		source.issues.push({ code: 'no-such-index', message: `no valid ${what} has index ${index}`, path });
	}
}
