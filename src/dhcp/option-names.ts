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

const byCode: ReadonlyMap<number, DhcpOptionRow> = new Map(dhcpOptionTable.map((row) => [row.code, row]));
const byName: ReadonlyMap<string, DhcpOptionRow> = new Map(dhcpOptionTable.map((row) => [row.name, row]));

/** The table's row for a code, if it has one. */
export function rowOfCode(code: number): DhcpOptionRow | undefined {
	return byCode.get(code);
}

/** The table's row for a name; refuses names that it does not have. */
export function rowOfName(name: string): DhcpOptionRow {
	const row = byName.get(name);
	if (!row) throw new EncodeError('unknown-option', `no DHCP option is named ${JSON.stringify(name)}`, { path: name });
	return row;
}

/** How errors and issues name an option: `options[67] bootfileName`. */
export function pathOfOption(code: number): string {
	return `options[${code}]`;
}
