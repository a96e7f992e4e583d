import { controlLength, controlOffset, ibftStructures } from './fields.ts';

/** Whose habits a table follows. */
export type IbftLayout = 'compact' | 'ipxe' | 'edk2';

/** @internal */
export interface LayoutRules {
	/** Structures start at multiples of this. */
	readonly alignment: number;
	/** Room is kept for at least so many NICs and targets. */
	readonly leastSlots: number;
	/** NIC 0, target 0, NIC 1, target 1… instead of all NICs, then all targets. */
	readonly paired: boolean;
	/** The table always has this length, with texts growing down from its end. */
	readonly tableLength?: number;
	/** A NIC's absent IPv4 addresses are `::ffff:0.0.0.0`, not all zero. */
	readonly mapsAbsentIpv4: boolean;
}

/**
 * `ipxe`: interface/acpi/ibft.c of iPXE. `edk2`: IScsiIbft.c of EDK2.
 *
 * @internal
 */
export const ibftLayouts: Record<IbftLayout, LayoutRules> = {
	compact: { alignment: 8, leastSlots: 0, paired: false, mapsAbsentIpv4: false },
	ipxe: { alignment: 16, leastSlots: 2, paired: false, mapsAbsentIpv4: false },
	edk2: { alignment: 8, leastSlots: 0, paired: true, tableLength: 2048, mapsAbsentIpv4: true },
};

/** @internal */
export interface StructurePlan {
	readonly controlLength: number;
	readonly initiator: number;
	readonly nics: readonly number[];
	readonly targets: readonly number[];
	/** Where structures end and texts may start. */
	readonly end: number;
}

/**
 * Says where each structure goes. An index has eight bits, so there are at most 256 of a kind, which end below 64 KiB.
 *
 * @internal
 */
export function placeStructures(rules: LayoutRules, nicCount: number, targetCount: number): StructurePlan {
	const aligned = (at: number) => Math.ceil(at / rules.alignment) * rules.alignment;
	const pairs = Math.max(2, nicCount, targetCount);
	// Both firmwares alternate NIC and target pointers beyond the second pair, too.
	const length = controlLength + 4 * (pairs - 2);
	let at = aligned(controlOffset + length);
	const take = (size: number) => {
		const taken = at;
		at = aligned(at + size);
		return taken;
	};
	const { initiator, nic, target } = ibftStructures;
	const initiatorAt = take(initiator.length);
	const nics: number[] = [];
	const targets: number[] = [];
	const nicSlots = Math.max(rules.leastSlots, nicCount);
	const targetSlots = Math.max(rules.leastSlots, targetCount);
	if (rules.paired) {
		for (let pair = 0; pair < Math.max(nicSlots, targetSlots); pair++) {
			if (pair < nicSlots) nics.push(take(nic.length));
			if (pair < targetSlots) targets.push(take(target.length));
		}
	} else {
		for (let slot = 0; slot < nicSlots; slot++) nics.push(take(nic.length));
		for (let slot = 0; slot < targetSlots; slot++) targets.push(take(target.length));
	}
	return { controlLength: length, initiator: initiatorAt, nics, targets, end: at };
}
