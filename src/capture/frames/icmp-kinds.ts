import type { IcmpError } from './frame.ts';

interface IcmpKindRow {
	readonly kind: IcmpError['kind'];
	readonly version: 4 | 6;
	readonly type: number;
	/** The first is the one to write; `'any'`: all that no row above has. */
	readonly codes: readonly number[] | 'any';
}

/** The errors of ICMP (RFC 792, RFC 1812 section 5.2.7) and of ICMPv6 (RFC 4443 section 3). The first row that fits counts. */
const icmpKinds: readonly IcmpKindRow[] = [
	{ version: 4, type: 3, codes: [0, 6, 11], kind: 'network-unreachable' },
	{ version: 4, type: 3, codes: [1, 7, 8, 12], kind: 'host-unreachable' },
	{ version: 4, type: 3, codes: [3], kind: 'port-unreachable' },
	{ version: 4, type: 3, codes: [4], kind: 'fragmentation-needed' },
	{ version: 4, type: 3, codes: [13, 9, 10], kind: 'prohibited' },
	{ version: 4, type: 3, codes: 'any', kind: 'other' },
	{ version: 4, type: 4, codes: 'any', kind: 'other' },
	{ version: 4, type: 5, codes: 'any', kind: 'other' },
	{ version: 4, type: 11, codes: [0, 1], kind: 'time-exceeded' },
	{ version: 4, type: 12, codes: 'any', kind: 'other' },
	{ version: 6, type: 1, codes: [0, 6], kind: 'network-unreachable' },
	{ version: 6, type: 1, codes: [1, 5], kind: 'prohibited' },
	{ version: 6, type: 1, codes: [3], kind: 'host-unreachable' },
	{ version: 6, type: 1, codes: [4], kind: 'port-unreachable' },
	{ version: 6, type: 1, codes: 'any', kind: 'other' },
	{ version: 6, type: 2, codes: [0], kind: 'fragmentation-needed' },
	{ version: 6, type: 3, codes: [0, 1], kind: 'time-exceeded' },
	{ version: 6, type: 4, codes: 'any', kind: 'other' },
];

/** What an ICMP type and code mean; `undefined` when that is no error, as an echo. */
export function icmpKindOf(version: 4 | 6, type: number, code: number): IcmpError['kind'] | undefined {
	const rows = icmpKinds.filter((row) => row.version === version && row.type === type);
	if (rows.length === 0) return undefined;
	return rows.find(({ codes }) => codes === 'any' || codes.includes(code))?.kind ?? 'other';
}

/** The type and code to write for a kind. */
export function icmpNumbersOf(version: 4 | 6, kind: IcmpError['kind']): { type: number; code: number } {
	const row = icmpKinds.find((candidate) => candidate.version === version && candidate.kind === kind) as IcmpKindRow;
	return { type: row.type, code: row.codes === 'any' ? 0 : (row.codes[0] as number) };
}
