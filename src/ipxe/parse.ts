import { decodeUtf8 } from '../wire/text.ts';
import type { IpxeCommandInfo } from './commands/command-info.ts';
import { ipxeCommand } from './commands/table.ts';
import { type LogicalLine, positionIn, splitLogicalLines } from './logical-lines.ts';
import {
	constantText,
	type IpxeCommand,
	type IpxeIssue,
	type IpxeLine,
	type IpxeMagic,
	type IpxeOperator,
	type IpxePart,
	type IpxeScript,
	type IpxeWord,
	ipxeWordText,
	partsText,
	splitSettingName,
} from './tree.ts';

/**
 * Reads an iPXE or gPXE script. It never throws: what a real iPXE would reject is in `issues`. Give bytes for a file
 * as it came over the network, text for one that you hold as text.
 *
 * @example
 * ```ts
 * import { parseIpxe, printIpxe } from 'pxekit/ipxe';
 *
 * const source = '#!ipxe\n:retry dhcp && goto done || goto retry\n';
 * const script = parseIpxe(source);
 * script.lines[1]?.label?.name; // => 'retry'
 * script.lines[1]?.commands.length; // => 3
 * printIpxe(script) === source; // => true
 * parseIpxe('echo hello').issues.map((issue) => issue.code); // => ['no-magic']
 * ```
 */
export function parseIpxe(source: string | Uint8Array): IpxeScript {
	const decoded = typeof source === 'string' ? source : decodeUtf8(source);
	const text = decoded ?? latin1(source as Uint8Array);
	const lines = splitLogicalLines(text).map(parseLine);
	const magic = magicOf(text);
	return { magic, lines, encoding: decoded === undefined ? 'latin1' : 'utf-8', issues: issuesOf(magic, lines) };
}

/** Each byte as the character of that number. */
export function latin1(bytes: Uint8Array): string {
	let text = '';
	for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
	return text;
}

/** `script_probe` of `src/image/script.c`: the magic and one byte of white space, at the very start. */
export function magicOf(text: string): IpxeMagic {
	const match = /^#!(ipxe|gpxe)[ \t\n\v\f\r]/.exec(text.slice(0, 7));
	return (match?.[1] as IpxeMagic | undefined) ?? 'none';
}

function issuesOf(magic: IpxeMagic, lines: readonly IpxeLine[]): IpxeIssue[] {
	const issues: IpxeIssue[] = [];
	if (magic === 'none') {
		const message = 'no script: the first line must be "#!ipxe" with a line end or a space after it';
		issues.push({ code: 'no-magic', message, position: { line: 1, column: 1 } });
	}
	const last = lines.at(-1);
	if (last?.pending) {
		const message = 'the file ends after a "\\" that continues the line; iPXE drops the line and fails';
		issues.push({ code: 'pending-continuation', message, position: last.position });
	}
	return issues;
}

/** `isspace` of `src/core/ctype.c`. */
function isSpace(code: number): boolean {
	return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function skipSpace(text: string, at: number): number {
	while (at < text.length && isSpace(text.charCodeAt(at))) at++;
	return at;
}

function skipWord(text: string, at: number): number {
	while (at < text.length && !isSpace(text.charCodeAt(at))) at++;
	return at;
}

function parseLine(logical: LogicalLine): IpxeLine {
	const nul = logical.text.indexOf('\0');
	const text = nul < 0 ? logical.text : logical.text.slice(0, nul);
	let at = skipSpace(text, 0);
	const leading = text.slice(0, at);
	let label: IpxeLine['label'];
	if (text[at] === ':') {
		const end = skipWord(text, at);
		label = { name: text.slice(at + 1, end), position: positionIn(logical, at) };
		at = end;
	}
	const { commands, comment, trailing } = parseCommands(logical, text, at, label ? '' : leading);
	return {
		position: { line: logical.line, column: 1 },
		leading: label || (commands.length === 0 && leading !== '') ? leading : '',
		...(label ? { label } : {}),
		commands,
		...(comment ? { comment } : {}),
		trailing,
		afterNul: nul < 0 ? '' : logical.text.slice(nul),
		joins: logical.joins,
		end: logical.end,
		pending: logical.pending,
	};
}

function parseCommands(logical: LogicalLine, text: string, start: number, firstLeading: string) {
	const commands: IpxeCommand[] = [];
	let words: IpxeWord[] = [];
	let comment: IpxeLine['comment'];
	let trailing = '';
	let at = start;
	let pendingLeading = firstLeading;
	let commandStart = start;
	const finish = (operator: IpxeCommand['operator']) => {
		const position = words[0]?.position ?? positionIn(logical, commandStart);
		commands.push({ position, words: withRoles(words), ...(operator ? { operator } : {}) });
		words = [];
	};
	for (;;) {
		const from = skipSpace(text, at);
		const leading = pendingLeading + text.slice(at, from);
		pendingLeading = '';
		if (from === text.length) {
			trailing = leading;
			break;
		}
		if (text[from] === '#') {
			trailing = leading;
			comment = { text: text.slice(from), position: positionIn(logical, from) };
			break;
		}
		at = skipWord(text, from);
		const word = text.slice(from, at);
		const position = positionIn(logical, from);
		if (word === '||' || word === '&&' || word === ';') {
			finish({ text: word satisfies IpxeOperator, leading, position });
			commandStart = at;
		} else {
			words.push({ leading, position, parts: parseWord(logical, word, from), role: 'argument' });
		}
	}
	if (words.length > 0 || commands.length > 0) finish(undefined);
	// A line of white space or comment alone keeps its white space in `leading`, not twice.
	if (commands.length === 0 && firstLeading !== '') trailing = trailing.slice(firstLeading.length);
	return { commands, comment, trailing };
}

/** Expansions nested deeper than any script needs are kept as text, so that no script can exhaust the stack. */
const deepestExpansion = 100;

/** Pairs `${` with `}` from the inside out, as `expand_settings` does. What stays open is text. */
function parseWord(logical: LogicalLine, word: string, offset: number): IpxePart[] {
	if (!word.includes('${')) return [{ kind: 'text', text: word, position: positionIn(logical, offset) }];
	const stack: { parts: IpxePart[]; start: number }[] = [{ parts: [], start: 0 }];
	let textStart = 0;
	const top = () => stack.at(-1) as { parts: IpxePart[]; start: number };
	const addText = (end: number) => {
		if (end <= textStart) return;
		top().parts.push({
			kind: 'text',
			text: word.slice(textStart, end),
			position: positionIn(logical, offset + textStart),
		});
	};
	for (let at = 0; at < word.length; at++) {
		if (word[at] === '$' && word[at + 1] === '{' && stack.length <= deepestExpansion) {
			addText(at);
			stack.push({ parts: [], start: at });
			textStart = at + 2;
			at++;
		} else if (word[at] === '}' && stack.length > 1) {
			addText(at);
			const { parts, start } = stack.pop() as { parts: IpxePart[]; start: number };
			const constant = parts.every((part) => part.kind === 'text');
			top().parts.push({
				kind: 'expansion',
				position: positionIn(logical, offset + start),
				inside: parts,
				...(constant ? { setting: splitSettingName(partsText(parts)) } : {}),
			});
			textStart = at + 1;
		}
	}
	addText(word.length);
	const flat: IpxePart[] = [];
	for (const [level, { parts, start }] of stack.entries()) {
		if (level > 0) flat.push({ kind: 'text', text: '${', position: positionIn(logical, offset + start) });
		for (const part of parts) flat.push(part);
	}
	return mergeText(flat);
}

function mergeText(parts: readonly IpxePart[]): IpxePart[] {
	const merged: IpxePart[] = [];
	for (const part of parts) {
		const last = merged.at(-1);
		if (part.kind === 'text' && last?.kind === 'text')
			merged[merged.length - 1] = { ...last, text: last.text + part.text };
		else merged.push(part);
	}
	return merged;
}

/** Options stand before the first positional argument (`src/core/getopt.c`). */
function withRoles(words: readonly IpxeWord[]): readonly IpxeWord[] {
	const [name, ...rest] = words;
	if (!name) return words;
	const command = ipxeCommand(constantText(name) ?? '');
	const result: IpxeWord[] = [{ ...name, role: 'name' }];
	let awaiting: string | undefined;
	let options = command !== undefined && command.name !== 'help';
	for (const word of rest) {
		if (awaiting !== undefined) {
			result.push({ ...word, role: 'optionValue', option: awaiting });
			awaiting = undefined;
			continue;
		}
		const text = options ? ipxeWordText(word) : '';
		if (!text.startsWith('-')) {
			options = false;
			result.push(word);
		} else if (text === '--') {
			options = false;
			result.push({ ...word, role: 'endOfOptions' });
		} else {
			const found = optionOf(command as IpxeCommandInfo, text);
			result.push({ ...word, role: 'option', ...(found ? { option: found.long } : {}) });
			if (found?.wantsValue) awaiting = found.long;
		}
	}
	return result;
}

/** The option that a word is, or for a cluster its last one; and whether the next word is its value. */
export function optionOf(
	command: IpxeCommandInfo,
	text: string,
): { readonly long: string; readonly wantsValue: boolean } | undefined {
	if (text.startsWith('--')) {
		const equals = text.indexOf('=');
		const long = equals < 0 ? text.slice(2) : text.slice(2, equals);
		if (long === 'help') return { long, wantsValue: false };
		const option = command.options.find((candidate) => candidate.long === long);
		return option && { long, wantsValue: option.type !== 'flag' && equals < 0 };
	}
	for (let at = 1; at < text.length; at++) {
		if (text[at] === 'h') return { long: 'help', wantsValue: false };
		const option = command.options.find((candidate) => candidate.short === text[at]);
		if (!option) return undefined;
		if (option.type !== 'flag') return { long: option.long, wantsValue: at === text.length - 1 };
		if (at === text.length - 1) return { long: option.long, wantsValue: false };
	}
	return undefined;
}
