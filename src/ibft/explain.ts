import { Secret } from '../san/secret.ts';
import { escapeBytes } from '../wire/text.ts';
import { checkIbft } from './check.ts';
import { type IbftField, type IbftStructureKind, ibftStructures } from './fields.ts';
import type { CheckIbftOptions, IbftFinding } from './finding.ts';
import type { Ibft } from './model.ts';

/** What {@link explainIbft} adds to the table's own content. */
export type ExplainIbftOptions = Partial<CheckIbftOptions>;

/**
 * A table in words: every structure with its offset and fields, the decoder's issues, and what a reader makes of it.
 * Secrets are shown as `***`; control characters in texts are escaped.
 *
 * @param options `reader` adds that reader's verdict
 * @example
 * ```ts
 * import { decodeIbft, encodeIbft, explainIbft, Secret } from 'pxekit/ibft';
 *
 * const targets = [{ name: 'iqn.2004-01.org.example:a', chapName: 'me', chapSecret: new Secret('s3cret') }];
 * const text = explainIbft(decodeIbft(encodeIbft({ nics: [{ mac: '52:54:00:12:34:56' }], targets })));
 * text.includes('chapSecret'); // => true
 * text.includes('s3cret'); // => false
 * ```
 */
export function explainIbft(table: Ibft, options: ExplainIbftOptions = {}): string {
	const lines = [
		`${table.signature}, ${table.length} bytes, revision ${table.revision}, written by ${quoted(table.oemId)} ${quoted(table.oemTableId)}`,
		`control at 48: ${table.control.length} bytes, flags ${table.control.flags}`,
	];
	if (table.initiator) lines.push(...structureLines('initiator', 'initiator', table.initiator));
	for (const nic of table.nics) lines.push(...structureLines('nic', `NIC ${nic.index}`, nic));
	for (const target of table.targets) lines.push(...structureLines('target', `target ${target.index}`, target));
	for (const { slot, offset, id, length } of table.others)
		lines.push(`${slot} at ${offset}: id ${id}, ${length} bytes, not read`);
	for (const { code, message, offset, path } of table.issues) {
		lines.push(`! ${path ?? ''}${offset === undefined ? '' : ` at ${offset}`}: ${message} (${code})`);
	}
	const { reader } = options;
	if (reader !== undefined) lines.push(...verdictLines(reader, checkIbft(table, { ...options, reader })));
	return `${lines.join('\n')}\n`;
}

function structureLines(
	kind: IbftStructureKind,
	title: string,
	structure: { readonly flags: number; readonly place?: { readonly offset: number } | undefined },
): string[] {
	const { fields, flags: names } = ibftStructures[kind];
	const set = names.filter((_, bit) => structure.flags & (1 << bit));
	const values = structure as unknown as Readonly<Record<string, unknown>>;
	const at = structure.place ? ` at ${structure.place.offset}` : '';
	return [
		`${title}${at}: ${set.length > 0 ? set.join(', ') : 'no flags'}`,
		...(fields as readonly IbftField[]).flatMap(({ name, about }) => {
			const value = values[name];
			return value === undefined ? [] : [`  ${name.padEnd(18)}${shown(value).padEnd(40)} ${about}`.trimEnd()];
		}),
	];
}

function verdictLines(reader: string, findings: readonly IbftFinding[]): string[] {
	if (findings.length === 0) return [`${reader} takes all of it`];
	return findings.flatMap(({ effect, path, message, cure }) => [
		`${reader} ${effect} ${path ?? 'it'}: ${message}`,
		...(cure === undefined ? [] : [`  -> ${cure}`]),
	]);
}

function shown(value: unknown): string {
	return value instanceof Secret ? '***' : typeof value === 'string' ? escaped(value) : String(value);
}

function quoted(text: string): string {
	return `'${escaped(text)}'`;
}

/** Texts come from the table: no escape sequence of a terminal may pass. */
function escaped(text: string): string {
	return escapeBytes(new TextEncoder().encode(text));
}
