import type { Issue } from '../wire/issue.ts';
import {
	controlLength,
	controlOffset,
	type IbftStructureKind,
	ibftStructures,
	structureHeaderLength,
} from './fields.ts';
import type { Ibft, IbftInitiator, IbftNic, IbftTarget } from './model.ts';

/** Linux drops a structure that starts in the last bytes of a table: it compares with the wrong end (`eot_offset`). */
const linuxTailLength = 48;

/**
 * What Linux's iscsi_ibft module makes of a table.
 *
 * @internal
 */
export interface LinuxView {
	/** Why the whole table is refused; nothing is shown then. */
	readonly refusals: readonly Issue[];
	/** Structures that are left out while the rest is shown. */
	readonly drops: readonly Issue[];
	/** What is shown, in the order of the pointers. */
	readonly shown: readonly ShownStructure[];
}

/** @internal */
export type ShownStructure =
	| { readonly kind: 'initiator'; readonly structure: IbftInitiator }
	| { readonly kind: 'nic'; readonly structure: IbftNic }
	| { readonly kind: 'target'; readonly structure: IbftTarget };

/**
 * Follows ibft_register_kobjects and ibft_create_kobject of drivers/firmware/iscsi_ibft.c.
 *
 * @param exactControl kernels before 5.6 want a control structure of exactly 18 bytes
 * @internal
 */
export function viewAsLinux(table: Ibft, exactControl: boolean): LinuxView {
	const refusals: Issue[] = [];
	const drops: Issue[] = [];
	const shown: ShownStructure[] = [];
	const { control } = table;
	if (table.revision !== 1) {
		refusals.push({
			code: 'revision',
			message: `revision ${table.revision}, where only 1 is read`,
			offset: 8,
			path: 'revision',
		});
	}
	if (table.issues.some(({ code }) => code === 'bad-checksum')) {
		refusals.push({ code: 'checksum', message: 'the checksum is wrong', offset: 9, path: 'checksum' });
	}
	if (control.index !== 0) {
		const message = `the control structure has index ${control.index}, where only 0 is read`;
		refusals.push({ code: 'control-index', message, offset: controlOffset + 4, path: 'control.index' });
	}
	const lengthIsFine = exactControl ? control.length === controlLength : control.length >= controlLength;
	if (!lengthIsFine) {
		const message = exactControl
			? `the control structure has ${control.length} bytes; kernels before 5.6 want exactly ${controlLength}, which is two NICs and two targets`
			: `the control structure has ${control.length} bytes, where at least ${controlLength} are wanted`;
		refusals.push({ code: 'control-length', message, offset: controlOffset + 2, path: 'control.length' });
	}
	const byOffset = structuresByOffset(table);
	const names = new Map<string, number>();
	// The extensions' pointer, the first one, is not followed.
	for (const [position, offset] of control.pointers.entries()) {
		if (position === 0 || offset === 0 || offset >= table.length) continue;
		const pointerAt = controlOffset + structureHeaderLength + 2 * position;
		if (offset >= table.length - linuxTailLength) {
			const message = `a structure at ${offset}, in the last ${linuxTailLength} bytes of the table, is not read`;
			drops.push({ code: 'near-end', message, offset: pointerAt, path: `control.pointers[${position}]` });
			continue;
		}
		const found = byOffset.get(offset);
		if (!found) {
			const other = table.others.find((place) => place.offset === offset);
			if (other && other.id > 5) {
				const message = `structure id ${other.id} is unknown: the kernel log asks to report it to ${table.oemId}`;
				drops.push({ code: 'unknown-structure', message, offset, path: other.slot });
			}
			continue;
		}
		const { kind, structure } = found;
		const wanted = ibftStructures[kind].length;
		if (structure.place?.length !== wanted) {
			const message = `a ${kind} of ${structure.place?.length} bytes, where exactly ${wanted} are wanted, is not read`;
			drops.push({ code: 'structure-length', message, offset: offset + 2, path: structure.place?.slot });
			continue;
		}
		const name = folderName(found);
		const earlier = names.get(name);
		if (earlier !== undefined) {
			const message = `two structures would both be /sys/firmware/ibft/${name}: the whole table is refused, with a warning and a stack trace in the kernel log`;
			refusals.push({ code: 'duplicate-index', message, offset: offset + 4, path: structure.place?.slot });
			continue;
		}
		names.set(name, offset);
		shown.push(found);
	}
	return { refusals, drops, shown };
}

const sysfsNames: Record<IbftStructureKind, string> = { initiator: 'initiator', nic: 'ethernet', target: 'target' };

/**
 * Folder below /sys/firmware/ibft.
 *
 * @internal
 */
export function folderName({ kind, structure }: ShownStructure): string {
	return kind === 'initiator' ? sysfsNames.initiator : `${sysfsNames[kind]}${structure.index}`;
}

function structuresByOffset(table: Ibft): Map<number, ShownStructure> {
	const found: ShownStructure[] = [
		...(table.initiator ? [{ kind: 'initiator', structure: table.initiator } as const] : []),
		...table.nics.map((structure) => ({ kind: 'nic', structure }) as const),
		...table.targets.map((structure) => ({ kind: 'target', structure }) as const),
	];
	// A second initiator stands among the others, but Linux reads it and stumbles over its name.
	for (const place of table.others) {
		if (place.id === 2 && table.initiator && place.bytes.length >= ibftStructures.initiator.length) {
			found.push({ kind: 'initiator', structure: { ...table.initiator, place } });
		}
	}
	return new Map(found.map((entry) => [entry.structure.place?.offset ?? -1, entry]));
}
