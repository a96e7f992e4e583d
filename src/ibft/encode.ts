import { Secret } from '../san/secret.ts';
import { EncodeError } from '../wire/errors.ts';
import type { Issue } from '../wire/issue.ts';
import { encodeUtf8 } from '../wire/text.ts';
import { inRange } from '../wire/writer.ts';
import { writeAcpiHeader } from './acpi.ts';
import { completeIbft, type NumberedStructure } from './complete.ts';
import {
	chapTypeNames,
	controlOffset,
	type IbftField,
	type IbftFieldType,
	type IbftStructureKind,
	ibftStructures,
	originNames,
	structureHeaderLength,
} from './fields.ts';
import { type IbftLayout, ibftLayouts, type LayoutRules, placeStructures } from './layout.ts';
import type { IbftInit } from './model.ts';
import { commonWriters, type FieldWriter, type RecordSink } from './record.ts';
import { isIbftSignature } from './signature.ts';

/** How {@link encodeIbft} lays a table out. */
export interface EncodeIbftOptions {
	/** `'compact'` by default. */
	readonly layout?: IbftLayout | undefined;
	/** Told of what can be written but will not be read everywhere. */
	readonly onIssue?: ((issue: Issue) => void) | undefined;
}

/** iPXE on a BIOS keeps all its tables in one buffer of this size (seen: a third target no longer fits). */
const ipxeBiosBuffer = 768;

/**
 * Writes an iSCSI Boot Firmware Table, checksum included. `compact` is the shortest; `ipxe` and `edk2` give the bytes
 * that these firmwares give for the same content (EDK2's tables have 2048 bytes, their texts at the end).
 *
 * @throws an {@link EncodeError} with the field's path: for a value that no field holds, two NICs or two targets with
 * the same index, an association with no NIC, CHAP without name or secret, or more text than the layout has room for
 * @example
 * ```ts
 * import { encodeIbft } from 'pxekit/ibft';
 *
 * const init = {
 *   initiator: { name: 'iqn.2004-01.org.example:host1' },
 *   nics: [{ mac: '52:54:00:12:34:56', address: '10.0.0.2', prefixLength: 24 }],
 *   targets: [{ address: '10.0.0.1', name: 'iqn.2004-01.org.example:disk1' }],
 * };
 * encodeIbft(init).length; // => 372
 * encodeIbft(init, { layout: 'edk2' }).length; // => 2048
 * ```
 */
export function encodeIbft(
	init: IbftInit,
	{ layout = 'compact', onIssue }: EncodeIbftOptions = {},
): Uint8Array<ArrayBuffer> {
	const rules = ibftLayouts[layout];
	const { signature = 'iBFT' } = init;
	if (!isIbftSignature(signature)) {
		const message = `readers know iBFT, IBFT and BIFT, not ${JSON.stringify(signature)}`;
		throw new EncodeError('bad-signature', message, { path: 'signature' });
	}
	const { initiator, nics, targets } = completeIbft(init);
	const plan = placeStructures(rules, nics.length, targets.length);
	const heap = new Heap(rules, plan.end);
	const bytes = new Uint8Array(0x1_0000);
	const view = new DataView(bytes.buffer);
	const sink: RecordSink = { bytes, view, addToHeap: (text, _, path) => heap.add(text, path) };

	writeStructureHeader(
		view,
		controlOffset,
		1,
		plan.controlLength,
		0,
		inRange(init.control?.flags ?? 0, 0xff, 'control.flags'),
	);
	const present: (readonly [IbftStructureKind, NumberedStructure, number])[] = [
		...(initiator ? [['initiator', initiator, plan.initiator] as const] : []),
		...nics.map((nic, at) => ['nic', nic, plan.nics[at] as number] as const),
		...targets.map((target, at) => ['target', target, plan.targets[at] as number] as const),
	];
	for (const [kind, structure, offset] of inHeapOrder(rules, present)) {
		const { id, length, fields } = ibftStructures[kind];
		writeStructureHeader(view, offset, id, length, structure.index, structure.flags);
		const zeroIsMapped = rules.mapsAbsentIpv4 && kind === 'nic' && !String(structure.value.address ?? '').includes(':');
		for (const field of fields as readonly IbftField[]) {
			const value = structure.value[field.name];
			const path = `${structure.path}.${field.name}`;
			const at = offset + field.offset;
			if (value !== undefined) writers[field.type](sink, at, value as never, path);
			else if (zeroIsMapped && field.type === 'ip') bytes.set([0xff, 0xff], at + 10);
		}
	}
	const pointer = (at: number, offset: number) =>
		view.setUint16(controlOffset + structureHeaderLength + 2 * at, offset, true);
	if (initiator) pointer(1, plan.initiator);
	for (const [at] of nics.entries()) pointer(2 + 2 * at, plan.nics[at] as number);
	for (const [at] of targets.entries()) pointer(3 + 2 * at, plan.targets[at] as number);

	const table = heap.place(bytes);
	writeAcpiHeader(table, signature, 1, init);
	if (layout === 'ipxe' && table.length > ipxeBiosBuffer) {
		const message = `${table.length} bytes: iPXE on a BIOS has ${ipxeBiosBuffer} for all its tables and would give none`;
		onIssue?.({ code: 'ipxe-bios-buffer', message, path: 'length' });
	}
	return table;
}

/** EDK2 writes the texts of NIC 0, target 0, NIC 1… in the order of its structures; the others kind by kind. */
function inHeapOrder<T extends readonly [unknown, unknown, number]>(
	rules: LayoutRules,
	present: readonly T[],
): readonly T[] {
	return rules.paired ? [...present].sort((a, b) => a[2] - b[2]) : present;
}

function writeStructureHeader(
	view: DataView,
	at: number,
	id: number,
	length: number,
	index: number,
	flags: number,
): void {
	view.setUint8(at, id);
	view.setUint8(at + 1, 1);
	view.setUint16(at + 2, length, true);
	view.setUint8(at + 4, index);
	view.setUint8(at + 5, flags);
}

/** Collects texts and says where each will stand. */
class Heap {
	readonly #rules: LayoutRules;
	readonly #start: number;
	readonly #texts: { readonly at: number; readonly text: Uint8Array }[] = [];
	#edge: number;

	constructor(rules: LayoutRules, start: number) {
		this.#rules = rules;
		this.#start = start;
		this.#edge = rules.tableLength ?? start;
		if (this.#edge < start) this.#full('structures');
	}

	/** Reserves room for the text and its NUL; returns its offset. */
	add(text: Uint8Array, path: string): number {
		const { tableLength } = this.#rules;
		const at = tableLength === undefined ? this.#edge : this.#edge - text.length - 1;
		if (tableLength !== undefined ? at < this.#start : at + text.length + 1 > 0x1_0000) this.#full(path);
		this.#edge = tableLength === undefined ? at + text.length + 1 : at;
		this.#texts.push({ at, text });
		return at;
	}

	/** The finished table: structures and texts. */
	place(structures: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
		const table = structures.slice(0, this.#rules.tableLength ?? this.#edge);
		for (const { at, text } of this.#texts) table.set(text, at);
		return table;
	}

	#full(path: string): never {
		const limit = this.#rules.tableLength ?? 0x1_0000;
		throw new EncodeError('no-room', `${path} does not fit into a table of ${limit} bytes`, { path });
	}
}

const writers: Readonly<Record<IbftFieldType, FieldWriter>> = {
	...commonWriters,
	pci: ({ view }, at, value: string, path) => view.setUint16(at, parsePci(value, path), true),
	origin: ({ view }, at, value: string | number, path) => {
		if (value === 'unchanged') {
			const message = `${path}: iPXE reads 15 as "unchanged", EDK2 and open-iscsi 16; give the number`;
			throw new EncodeError('ambiguous-origin', message, { path });
		}
		view.setUint8(at, codeOf(originNames, value, path));
	},
	chapType: ({ view }, at, value: string | number, path) => view.setUint8(at, codeOf(chapTypeNames, value, path)),
	text: writeText,
	secret: (sink, at, value: unknown, path) => {
		if (!(value instanceof Secret)) {
			throw new EncodeError('not-a-secret', `${path} must be a Secret, so that nothing prints it by accident`, {
				path,
			});
		}
		writeText(sink, at, value.reveal(), path);
	},
};

function writeText({ view, addToHeap }: RecordSink, at: number, value: string, path: string): void {
	const text = encodeUtf8(value, path);
	if (text.length === 0)
		throw new EncodeError('empty-text', `${path}: leave it out instead of giving no text`, { path });
	view.setUint16(at, inRange(text.length, 0xffff, `length of ${path}`), true);
	view.setUint16(at + 2, addToHeap(text, true, path), true);
}

function codeOf(names: ReadonlyMap<number, string>, value: string | number, path: string): number {
	if (typeof value === 'number') return inRange(value, 0xff, path);
	for (const [code, name] of names) if (name === value) return code;
	const known = [...new Set(names.values())].join(', ');
	throw new EncodeError('bad-name', `${path} is one of ${known} or a number, not ${JSON.stringify(value)}`, { path });
}

/** Bus, device and function as the sixteen bits of a PCI address. */
function parsePci(text: string, path: string): number {
	const match = /^([0-9a-f]{2}):([01][0-9a-f])\.([0-7])$/i.exec(text);
	if (!match) {
		throw new EncodeError('bad-pci', `${path} is bus:device.function as in 00:03.0, not ${JSON.stringify(text)}`, {
			path,
		});
	}
	const [bus, device, fn] = match.slice(1).map((part) => Number.parseInt(part, 16)) as [number, number, number];
	return (bus << 8) | (device << 3) | fn;
}
