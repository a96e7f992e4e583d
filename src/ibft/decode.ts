import { Secret } from '../san/secret.ts';
import { DecodeError } from '../wire/errors.ts';
import { parseAcpiHeader } from './acpi.ts';
import {
	chapTypeNames,
	controlLength,
	controlOffset,
	type IbftFieldType,
	type IbftStructure,
	type IbftStructureKind,
	ibftStructures,
	originNames,
	structureHeaderLength,
} from './fields.ts';
import { readHeapText } from './heap-text.ts';
import type { Ibft, IbftControl, IbftInitiator, IbftNic, IbftPlace, IbftTarget } from './model.ts';
import { commonReaders, type FieldReader, odd, type RecordSource, recordSource } from './record.ts';
import { isIbftSignature } from './signature.ts';

/** An index has eight bits, so no kind can have more. */
const mostStructures = 3 * 256;

/**
 * Reads an iSCSI Boot Firmware Table. Structures are told apart by their id, never by the pointer's position, and
 * nothing outside the table is read. Whatever is odd is in `issues`, with offset and path.
 *
 * @param bytes from the table's first byte on; what follows the table is ignored
 * @throws a {@link DecodeError} `too-short` below 66 bytes, `bad-signature`, `no-control` without a control structure
 * @example
 * ```ts
 * import { decodeIbft, encodeIbft } from 'pxekit/ibft';
 *
 * const table = decodeIbft(
 *   encodeIbft({
 *     initiator: { name: 'iqn.2004-01.org.example:host1' },
 *     nics: [{ mac: '52:54:00:12:34:56', address: '10.0.0.2', prefixLength: 24, origin: 'dhcp' }],
 *     targets: [{ address: '10.0.0.1', name: 'iqn.2004-01.org.example:disk1', lun: '1' }],
 *   }),
 * );
 * table.targets[0]?.name; // => 'iqn.2004-01.org.example:disk1'
 * table.issues; // => []
 * ```
 */
export function decodeIbft(bytes: Uint8Array): Ibft {
	const header = parseAcpiHeader(bytes);
	const { signature } = header;
	if (!isIbftSignature(signature)) {
		const seen = JSON.stringify(signature);
		throw new DecodeError('bad-signature', `an iBFT starts with iBFT, IBFT or BIFT, not ${seen}`, {
			offset: 0,
			path: 'signature',
		});
	}
	const table = header.bytes;
	const source = recordSource(table, [...header.issues]);
	if (header.revision !== 1) {
		odd(source, 'bad-revision', `revision ${header.revision}, where readers know 1`, 8, 'revision');
	}
	if (table.slice(36, controlOffset).some((byte) => byte !== 0)) {
		odd(source, 'reserved-not-zero', 'the twelve reserved bytes are not zero', 36, 'reserved');
	}
	const control = readControl(source);
	const found = readStructures(source, control);
	return { ...header, signature, control, ...found, bytes: table, issues: source.issues };
}

function readControl(source: RecordSource): IbftControl {
	const { view } = source;
	if (view.byteLength < controlOffset + controlLength) {
		throw new DecodeError('too-short', `an iBFT has at least 66 bytes; here are ${view.byteLength}`, {
			offset: view.byteLength,
			path: 'control',
		});
	}
	const id = view.getUint8(controlOffset);
	if (id !== 1) {
		throw new DecodeError('no-control', `the control structure has id 1; here is ${id}`, {
			offset: controlOffset,
			path: 'control.id',
		});
	}
	const length = view.getUint16(controlOffset + 2, true);
	const control = {
		version: view.getUint8(controlOffset + 1),
		length,
		index: view.getUint8(controlOffset + 4),
		flags: view.getUint8(controlOffset + 5),
	};
	const end = Math.min(controlOffset + Math.max(length, controlLength), view.byteLength);
	if (length < controlLength || length % 2 !== 0 || controlOffset + length > view.byteLength) {
		const message = `a control structure of ${length} bytes, where 18, 20, 22… fit`;
		odd(source, 'structure-length', message, controlOffset + 2, 'control.length');
	}
	if (control.version !== 1) {
		odd(source, 'structure-version', `version ${control.version}, not 1`, controlOffset + 1, 'control.version');
	}
	if (control.index !== 0) {
		odd(source, 'control-index', `index ${control.index}, not 0`, controlOffset + 4, 'control.index');
	}
	const pointers: number[] = [];
	for (let at = controlOffset + structureHeaderLength; at + 2 <= end; at += 2) pointers.push(view.getUint16(at, true));
	return { ...control, pointers };
}

/** Names of the control structure's pointers, with the id of the structure that belongs there. */
const slots: readonly (readonly [name: string, id: number])[] = [
	['extensions', 5],
	['initiator', 2],
	['nic0', 3],
	['target0', 4],
	['nic1', 3],
	['target1', 4],
];

function readStructures(
	source: RecordSource,
	control: IbftControl,
): Pick<Ibft, 'initiator' | 'nics' | 'targets' | 'others'> {
	const initiators: IbftInitiator[] = [];
	const nics: IbftNic[] = [];
	const targets: IbftTarget[] = [];
	const others: IbftPlace[] = [];
	const seen = new Map<number, string>();
	// The extensions' pointer comes first but is read last: Linux never follows it, so the others have precedence.
	const order = [...control.pointers.entries()].slice(1).concat([[0, control.pointers[0] as number]]);
	for (const [position, offset] of order) {
		if (offset === 0) continue;
		const [name, wantedId] = slots[position] ?? [`expansion[${position - slots.length}]`, undefined];
		const slot = `control.${name}`;
		const pointerAt = controlOffset + structureHeaderLength + 2 * position;
		const earlier = seen.get(offset);
		if (earlier !== undefined) {
			odd(source, 'shared-structure', `points to the same structure as ${earlier}`, pointerAt, slot);
			continue;
		}
		if (seen.size === mostStructures) {
			odd(
				source,
				'too-many-structures',
				`more than ${mostStructures} structures; the rest is left out`,
				pointerAt,
				slot,
			);
			break;
		}
		seen.set(offset, slot);
		const place = readPlace(source, slot, offset, pointerAt);
		if (!place) continue;
		if (wantedId !== undefined && place.id !== wantedId) {
			odd(source, 'wrong-slot', `${slot} points to a structure with id ${place.id}, not ${wantedId}`, offset, slot);
		}
		const kind = position === 0 ? undefined : kindById.get(place.id);
		if (kind === 'initiator' && initiators.length > 0) {
			odd(source, 'second-initiator', 'a second initiator', offset, slot);
			others.push(place);
		} else if (kind && isWhole(source, place, ibftStructures[kind])) {
			const path = { initiator: 'initiator', nic: `nics[${nics.length}]`, target: `targets[${targets.length}]` }[kind];
			const value = readStructure(source, place, kind, path);
			if (kind === 'initiator') initiators.push(value as unknown as IbftInitiator);
			else if (kind === 'nic') nics.push(value as unknown as IbftNic);
			else targets.push(value as unknown as IbftTarget);
		} else {
			if (!kind && place.id !== 5) {
				odd(source, 'unknown-structure', `structure id ${place.id} is not known here`, offset, slot);
			}
			others.push(place);
		}
	}
	return { ...(initiators[0] && { initiator: initiators[0] }), nics, targets, others };
}

const kindById: ReadonlyMap<number, IbftStructureKind> = new Map(
	Object.entries(ibftStructures).map(([kind, { id }]) => [id, kind as IbftStructureKind]),
);

function readPlace(source: RecordSource, slot: string, offset: number, pointerAt: number): IbftPlace | undefined {
	const { bytes, view } = source;
	if (offset + structureHeaderLength > bytes.length) {
		odd(source, 'pointer-past-end', `points to ${offset}, but the table ends at ${bytes.length}`, pointerAt, slot);
		return undefined;
	}
	const length = view.getUint16(offset + 2, true);
	return {
		slot,
		offset,
		id: view.getUint8(offset),
		version: view.getUint8(offset + 1),
		length,
		bytes: bytes.subarray(offset, Math.min(offset + Math.max(length, structureHeaderLength), bytes.length)),
	};
}

function isWhole(source: RecordSource, place: IbftPlace, { length }: IbftStructure): boolean {
	if (place.offset + length <= source.bytes.length) return true;
	odd(source, 'structure-past-end', `needs ${length} bytes, but the table ends before`, place.offset, place.slot);
	return false;
}

function readStructure(
	source: RecordSource,
	place: IbftPlace,
	kind: IbftStructureKind,
	path: string,
): Record<string, unknown> {
	const structure: IbftStructure = ibftStructures[kind];
	const { offset } = place;
	const flags = source.view.getUint8(offset + 5);
	if (place.length !== structure.length) {
		const message = `length ${place.length}, where this kind has ${structure.length}`;
		odd(source, 'structure-length', message, offset + 2, `${path}.length`);
	}
	if (place.version !== 1) {
		odd(source, 'structure-version', `version ${place.version}, not 1`, offset + 1, `${path}.version`);
	}
	if (flags >> structure.flags.length !== 0) {
		odd(source, 'unknown-flags', `flags 0x${flags.toString(16)} hold unknown bits`, offset + 5, `${path}.flags`);
	}
	const value: Record<string, unknown> = { index: source.view.getUint8(offset + 4), flags };
	for (const field of structure.fields) {
		const read = readers[field.type](source, offset + field.offset, `${path}.${field.name}`);
		if (read !== undefined) value[field.name] = read;
	}
	value.place = place;
	return value;
}

const readers: Readonly<Record<IbftFieldType, FieldReader>> = {
	...commonReaders,
	pci: ({ view }, at) => formatPci(view.getUint16(at, true)),
	origin: ({ view }, at) => originNames.get(view.getUint8(at)) ?? view.getUint8(at),
	chapType: ({ view }, at) => chapTypeNames.get(view.getUint8(at)) ?? view.getUint8(at),
	text: readText,
	secret: (source, at, path) => {
		const text = readText(source, at, path);
		return text === undefined ? undefined : new Secret(text);
	},
};

function formatPci(value: number): string {
	const hex = (number: number) => number.toString(16).padStart(2, '0');
	return `${hex(value >> 8)}:${hex((value >> 3) & 0x1f)}.${value & 7}`;
}

function readText(source: RecordSource, at: number, path: string): string | undefined {
	const { bytes, view } = source;
	const length = view.getUint16(at, true);
	const offset = view.getUint16(at + 2, true);
	if (length === 0) return undefined;
	if (offset === 0) {
		odd(source, 'text-without-offset', `${length} bytes of text at offset 0`, at, path);
		return undefined;
	}
	if (offset + length > bytes.length) {
		const message = `text from ${offset} to ${offset + length}, but the table ends at ${bytes.length}`;
		odd(source, 'text-past-end', message, at, path);
		return undefined;
	}
	source.heapBudget -= length;
	if (source.heapBudget < 0) {
		odd(source, 'too-much-text', 'texts overlap too often; this one is left out', at, path);
		return undefined;
	}
	return readHeapText(bytes, offset, length, source.issues, path);
}
