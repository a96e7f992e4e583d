import { encodeValue } from '../dhcp/encode-value.ts';
import { formatValue } from '../dhcp/format.ts';
import type { SubOption } from '../dhcp/index.ts';
import type { OptionKind } from '../dhcp/option-kinds.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Issue } from '../wire/issue.ts';
import { decodeTlvBlock } from '../wire/tlv.ts';
import { Writer } from '../wire/writer.ts';

/** One row of a table of sub-options: of `pxeOptionTable` or `ipxeOptionTable`. */
export interface EncapsulatedOptionsRow<KindName extends string = string> {
	/** Number of the sub-option, 1 to 254. */
	readonly code: number;
	readonly name: string;
	/** How the bytes are read and written. */
	readonly kind: KindName;
	/** Where the format is laid down. */
	readonly source: string;
	/** Holds credentials, or may: printed as a length only. */
	readonly secret?: boolean;
}

/** Sub-options by name, and as bytes by number. */
export type EncapsulatedOptionsRecord<Values> = { readonly [N in keyof Values]?: Values[N] | undefined } & {
	readonly [code: number]: Uint8Array | undefined;
};

/** One sub-option as a pair: name and value, or code and bytes. */
export type EncapsulatedOptionsPair<Values> =
	| { readonly [N in keyof Values]: readonly [N, Values[N]] }[keyof Values]
	| readonly [number, Uint8Array];

/** What stands inside option 43 or 175. Byte arrays share the input's memory. */
export interface EncapsulatedOptions<Values> {
	/**
	 * Each sub-option under its name. Those that have no name, and those whose bytes are malformed, are under their
	 * number as bytes. Of repeats the first counts.
	 */
	readonly values: EncapsulatedOptionsRecord<Values>;
	/** All sub-options as they stand, repeats too. */
	readonly items: readonly SubOption[];
	/** Whether End (255) was there. It is customary, not required. */
	readonly end: boolean;
	/** What was odd. */
	readonly issues: readonly Issue[];
}

/** How to write sub-options. */
export interface EncodeEncapsulatedOptions {
	/** Write End (255) behind the last one. Default `true`: all servers do, and some ROMs read on without it. */
	readonly end?: boolean | undefined;
}

/** The sub-options of one option: what they are called, and how each is read and written. */
export interface SubOptionSpace {
	/** Name of the option that holds them, for errors. */
	readonly path: string;
	readonly rows: readonly EncapsulatedOptionsRow[];
	readonly kinds: Readonly<Record<string, unknown>>;
	/** How to print the kinds that `formatValue` would make unreadable. */
	readonly print: Readonly<Record<string, unknown>>;
}

const end = 255;
/** Clients do not join parts of such an option: all must stand in one. */
const maxLength = 255;

/** A kind whose value type the row's types vouch for. */
function kindOf(space: SubOptionSpace, row: EncapsulatedOptionsRow): OptionKind<unknown> {
	return space.kinds[row.kind] as OptionKind<unknown>;
}

function rowOfCode(space: SubOptionSpace, code: number): EncapsulatedOptionsRow | undefined {
	return space.rows.find((row) => row.code === code);
}

/** Reads as far as the bytes can be read; never throws. */
export function decodeEncapsulated(
	space: SubOptionSpace,
	bytes: Uint8Array,
): EncapsulatedOptions<Record<string, unknown>> {
	const block = decodeTlvBlock(bytes, space.path);
	const issues: Issue[] = [];
	const values: Record<string, unknown> = {};
	const seen = new Set<number>();
	for (const { code, bytes, offset } of block.items) {
		const row = rowOfCode(space, code);
		const path = row ? `${space.path}.${row.name}` : `${space.path}[${code}]`;
		if (seen.has(code)) {
			issues.push({ code: 'duplicate-option', message: `${path} is repeated; the first counts`, offset, path });
			continue;
		}
		seen.add(code);
		if (!row) {
			values[code] = bytes;
			continue;
		}
		try {
			values[row.name] = kindOf(space, row).decode(bytes, path);
		} catch (error) {
			if (!(error instanceof DecodeError)) throw error;
			values[code] = bytes;
			issues.push({ code: error.code, message: error.message, offset, path: error.path ?? path });
		}
	}
	return {
		values: values as EncapsulatedOptionsRecord<Record<string, unknown>>,
		items: block.items,
		end: block.end,
		issues: [...issues, ...block.issues],
	};
}

/** Code and encoder of one thing to write. */
function writerOf(space: SubOptionSpace, key: string | number) {
	if (typeof key === 'string' && !/^\d+$/.test(key)) {
		const row = space.rows.find((row) => row.name === key);
		const path = `${space.path}.${key}`;
		if (!row) throw new EncodeError('unknown-option', `${space.path} has no ${JSON.stringify(key)}`, { path });
		return { code: row.code, path, encode: (value: unknown) => encodeValue(kindOf(space, row), value, path) };
	}
	const code = Number(key);
	const path = `${space.path}[${code}]`;
	if (!Number.isInteger(code) || code < 1 || code > 254) {
		throw new EncodeError('bad-code', `a code of ${space.path} is 1 to 254, not ${key}`, { path });
	}
	const encode = (value: unknown) => {
		if (value instanceof Uint8Array) return value;
		throw new EncodeError('not-bytes', `${path} is given by number, so its value must be a Uint8Array`, { path });
	};
	return { code, path, encode };
}

/** Writes sub-options in the order given. */
export function encodeEncapsulated(
	space: SubOptionSpace,
	init: object,
	options: EncodeEncapsulatedOptions = {},
): Uint8Array<ArrayBuffer> {
	const withEnd = options.end ?? true;
	const pairs: readonly (readonly [string | number, unknown])[] = Array.isArray(init) ? init : Object.entries(init);
	const room = maxLength - (withEnd ? 1 : 0);
	const writer = new Writer();
	for (const [key, value] of pairs) {
		if (value === undefined) continue;
		const { code, path, encode } = writerOf(space, key);
		const bytes = encode(value);
		const left = room - writer.length - 2;
		if (bytes.length > left) {
			// Of a list, the entry with which it no longer fits.
			const entry = Array.isArray(value) ? value.findIndex((_, i) => encode(value.slice(0, i + 1)).length > left) : -1;
			const culprit = entry < 0 ? path : `${path}[${entry}]`;
			const message = `${culprit} does not fit: ${space.path} holds ${room} bytes, of which ${writer.length} stand before ${path}`;
			throw new EncodeError('too-long', message, { path: culprit });
		}
		writer.u8(code, path).u8(bytes.length, path).raw(bytes);
	}
	if (withEnd) writer.u8(end, space.path);
	return writer.finish();
}

/**
 * A line for each sub-option. Of secret ones, and of nameless ones beside them, which may be secret too, only the
 * length is told.
 */
export function formatEncapsulated(space: SubOptionSpace, bytes: Uint8Array): string[] {
	const { values, items, issues } = decodeEncapsulated(space, bytes);
	const hasSecrets = space.rows.some((row) => row.secret);
	const lines = [...new Set(items.map(({ code }) => code))].map((code) => {
		const row = rowOfCode(space, code);
		const name = `${code} ${row?.name ?? '(no name)'}`;
		const raw = items.find((item) => item.code === code)?.bytes as Uint8Array;
		if (row ? row.secret : hasSecrets) return `${name}: ${raw.length} bytes, not shown`;
		const value = row && values[row.name];
		if (!row || value === undefined) return `${name}: ${formatValue(raw)}`;
		const print = space.print[row.kind] as ((value: unknown) => string) | undefined;
		return `${name}: ${print ? print(value) : formatValue(value)}`;
	});
	return [...lines, ...issues.map(({ code, message }) => `! ${message} (${code})`)];
}
