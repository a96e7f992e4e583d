import type { Issue } from '../wire/issue.ts';
import { findDirective, type PxelinuxDirectiveName } from './directives.ts';
import { byteLength, endsText, maximumLineBytes, space } from './lexical.ts';

/**
 * What a line is. `unknown`: its first word is no directive, so that it does nothing (comments are such lines); `text`:
 * inside a TEXT block; `end-text`: the line that ends it.
 */
export type PxelinuxLineKind = 'directive' | 'unknown' | 'blank' | 'text' | 'end-text';

/** One line as the loader reads it. A line of more than 4095 bytes is several. */
export interface PxelinuxLine {
	readonly kind: PxelinuxLineKind;
	/** All of it, with its line end. */
	readonly raw: string;
	/** Number of the line in the file, from 1. */
	readonly line: number;
	/** Index of its first character in the text. */
	readonly offset: number;
	/** Which directive, for kind `directive`. */
	readonly directive?: PxelinuxDirectiveName | undefined;
	/** The keyword as it is spelled: `menu  label`. For an unknown line its first word. */
	readonly keyword?: string | undefined;
	/** What follows the keyword, without leading white space; trailing white space counts. */
	readonly value: string;
	/** Index of the value in `raw`. */
	readonly valueStart: number;
	/** For INCLUDE and MENU INCLUDE, once {@link includePxelinux} has read the file. */
	readonly included?: PxelinuxConfig | undefined;
}

/** A configuration file as a list of lines, and as it stands, byte for byte. */
export interface PxelinuxConfig {
	readonly lines: readonly PxelinuxLine[];
	/** Its name, where it was read from a file. */
	readonly name?: string | undefined;
	/** What went wrong with included files. */
	readonly issues: readonly Issue[];
}

const content = /^[^\r\n\0]*/;
const keywordForm = new RegExp(`^(${space}*)([^\\0-\\x20\\x7f]+)(${space}*)`);
const functionKeyForm = new RegExp(`^(${space}*)(f(?:[\\t\\v\\f ]*\\+?(\\d+))?)(?=${space}|$)(${space}*)`, 'i');

/**
 * Reads a PXELINUX (or ISOLINUX, EXTLINUX, SYSLINUX) configuration into its lines. Never fails: the language knows no
 * syntax errors. The loader's rules: white space is every control character; case does not count; there are no comments,
 * quotes or continued lines. Source: SYSLINUX com32/elflink/ldlinux/readconfig.c.
 *
 * @example
 * ```ts
 * import { parsePxelinux, printPxelinux } from 'pxekit/pxelinux';
 *
 * const text = 'default arch\n\nlabel arch\n\tlinux vmlinuz\n';
 * const config = parsePxelinux(text);
 * config.lines[2]; // => { kind: 'directive', raw: 'label arch\n', line: 3, offset: 14, directive: 'LABEL', keyword: 'label', value: 'arch', valueStart: 6 }
 * printPxelinux(config); // => text
 * ```
 */
export function parsePxelinux(text: string): PxelinuxConfig {
	const lines: PxelinuxLine[] = [];
	let inText = false;
	let number = 1;
	let offset = 0;
	for (const raw of splitLines(text)) {
		const place = { raw, line: number, offset };
		const read = content.exec(raw)?.[0] ?? '';
		if (inText) {
			inText = !endsText(raw);
			const kind = inText ? 'text' : 'end-text';
			lines.push({ kind, ...place, value: read, valueStart: 0 });
		} else {
			const line = { ...place, ...readLine(read) };
			lines.push(line);
			inText = line.directive === 'TEXT';
		}
		offset += raw.length;
		if (raw.endsWith('\n')) number++;
	}
	return { lines, issues: [] };
}

/**
 * The text of a configuration, byte for byte as it was read. Included files are not in it.
 *
 * @example
 * ```ts
 * import { parsePxelinux, printPxelinux } from 'pxekit/pxelinux';
 *
 * printPxelinux(parsePxelinux('LaBeL  a \r\n')); // => 'LaBeL  a \r\n'
 * ```
 */
export function printPxelinux(config: PxelinuxConfig): string {
	return config.lines.map((line) => line.raw).join('');
}

function readLine(read: string): Pick<PxelinuxLine, 'kind' | 'directive' | 'keyword' | 'value' | 'valueStart'> {
	const [head, indent = '', first = ''] = keywordForm.exec(read) ?? [];
	if (head === undefined) return { kind: 'blank', value: '', valueStart: read.length };
	const found = (directive: PxelinuxDirectiveName, end: number, valueStart: number) => ({
		kind: 'directive' as const,
		directive,
		keyword: read.slice(indent.length, end),
		value: read.slice(valueStart),
		valueStart,
	});
	const firstKey = upperCase(first);
	if (firstKey === 'MENU') {
		const second = keywordForm.exec(read.slice(head.length));
		const row = second && findDirective(`MENU ${upperCase(second[2] as string)}`);
		if (row) {
			const end = head.length + (second[1] as string).length + (second[2] as string).length;
			return found(row.name, end, head.length + second[0].length);
		}
	}
	const functionKey = functionKeyForm.exec(read);
	if (functionKey && Number(functionKey[3] ?? 0) <= 12) {
		return found('F', indent.length + (functionKey[2] as string).length, functionKey[0].length);
	}
	const row = firstKey === 'F' ? undefined : findDirective(firstKey);
	if (row) return found(row.name, indent.length + first.length, head.length);
	return { kind: 'unknown', keyword: first, value: read.slice(head.length), valueStart: head.length };
}

/** As the loader compares: bit 5 of ASCII letters does not count. `toUpperCase` would take in more letters. */
function upperCase(word: string): string {
	return word.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x20));
}

/** Pieces that end with a newline or, when there is none, after 4095 bytes. A character is not cut, unlike in the loader. */
function* splitLines(text: string): Generator<string> {
	for (let start = 0; start < text.length; ) {
		const newline = text.indexOf('\n', start);
		const line = text.slice(start, newline < 0 ? text.length : newline + 1);
		start += line.length;
		// UTF-8 has up to three bytes for each UTF-16 unit.
		if (line.length * 3 <= maximumLineBytes || byteLength(line) <= maximumLineBytes) yield line;
		else yield* splitLong(line);
	}
}

function* splitLong(line: string): Generator<string> {
	let piece = '';
	let bytes = 0;
	for (const character of line) {
		const length = byteLength(character);
		if (bytes + length > maximumLineBytes) {
			yield piece;
			piece = '';
			bytes = 0;
		}
		piece += character;
		bytes += length;
	}
	yield piece;
}
