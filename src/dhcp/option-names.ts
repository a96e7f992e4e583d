import { EncodeError } from '../wire/errors.ts';
import type { OptionKindInits, OptionKindValues } from './option-kinds.ts';
import { type DhcpOptionRow, dhcpOptionTable } from './option-table.ts';

type Row = (typeof dhcpOptionTable)[number];

/** Name of an option that the table knows: `'bootfileName'`, … */
export type DhcpOptionName = Row['name'];

/** What each option reads as. */
export type DhcpOptionValues = { readonly [R in Row as R['name']]: OptionKindValues[R['kind']] };

/** What each option is written from. */
export type DhcpOptionInits = { readonly [R in Row as R['name']]: OptionKindInits[R['kind']] };

/** A row with the name that errors give its option. */
export interface NamedRow extends DhcpOptionRow {
	/** `options[67] bootfileName`. */
	readonly path: string;
}

const rows: readonly NamedRow[] = dhcpOptionTable.map((row: DhcpOptionRow) => ({
	...row,
	path: `${pathOfOption(row.code)} ${row.name}`,
}));
const byCode: readonly (NamedRow | undefined)[] = Array.from({ length: 256 }, (_, code) =>
	rows.find((row) => row.code === code),
);
const byName: ReadonlyMap<string, NamedRow> = new Map(rows.map((row) => [row.name, row]));

/** The table's row for a code, if it has one. */
export function rowOfCode(code: number): NamedRow | undefined {
	return byCode[code];
}

/** The table's row for a name; refuses names that it does not have. */
export function rowOfName(name: string): NamedRow {
	const row = byName.get(name);
	if (!row) throw new EncodeError('unknown-option', `no DHCP option is named ${JSON.stringify(name)}`, { path: name });
	return row;
}

/** How issues name an option: `options[67]`. */
export function pathOfOption(code: number): string {
	return `options[${code}]`;
}
