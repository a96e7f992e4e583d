import type { Issue } from '../wire/issue.ts';
import type { IpxeSettingType } from './settings-table.ts';

/** Where something stands in the script as it was written. Both count from 1; a column is a character. */
export interface IpxePosition {
	readonly line: number;
	readonly column: number;
}

/** Which of the two programs the first line names; `none` when neither would run it. */
export type IpxeMagic = 'ipxe' | 'gpxe' | 'none';

/**
 * A script. Nothing is lost: {@link printIpxe} gives back every character. The first line (`#!ipxe`) is a line like
 * the others, because iPXE runs it too: it is a comment.
 */
export interface IpxeScript {
	readonly magic: IpxeMagic;
	readonly lines: readonly IpxeLine[];
	/**
	 * How text and bytes correspond. `utf-8` also for scripts given as text; `latin1` for bytes that are not UTF-8: then
	 * each character stands for one byte.
	 */
	readonly encoding: 'utf-8' | 'latin1';
	/** What a real iPXE would reject at once: `no-magic`, `pending-continuation`. */
	readonly issues: readonly IpxeIssue[];
}

/** Something wrong with a script that did not stop the parser. */
export interface IpxeIssue extends Issue {
	readonly position: IpxePosition;
}

/** A piece of the script that iPXE does not see: a `\` at the end of a line with that line's end. */
export interface IpxeJoin {
	/** Offset in the logical line's text. */
	readonly at: number;
	/** What stands there: `\`, then `\n` or `\r\n`. */
	readonly text: string;
}

/** One logical line: what iPXE takes as a line after joining lines that end in `\`. */
export interface IpxeLine {
	readonly position: IpxePosition;
	readonly leading: string;
	readonly label?: IpxeLabel | undefined;
	/** One more than there are operators; none on an empty line or a line of comment. */
	readonly commands: readonly IpxeCommand[];
	/** From the `#` to the end of the line. */
	readonly comment?: IpxeText | undefined;
	/** White space at the end. */
	readonly trailing: string;
	/** A NUL byte and all after it on the line: iPXE never sees it. */
	readonly afterNul: string;
	readonly joins: readonly IpxeJoin[];
	/** `\n`, `\r\n` or, at the end of the file, nothing. */
	readonly end: string;
	/** The file ended while a `\` asked for more: iPXE does not run this line and fails the script. */
	readonly pending: boolean;
}

/** A piece of text and where it stands. */
export interface IpxeText {
	readonly text: string;
	readonly position: IpxePosition;
}

/** `:name` at the start of a line; `goto` searches for it. It is never expanded. */
export interface IpxeLabel {
	/** Without the colon. */
	readonly name: string;
	readonly position: IpxePosition;
}

/** What joins two commands on a line: the next runs on failure (`||`), on success (`&&`) or always (`;`). */
export type IpxeOperator = '||' | '&&' | ';';

/** One command of a line, up to its operator. */
export interface IpxeCommand {
	readonly position: IpxePosition;
	/** None when nothing stands before an operator: an empty command succeeds. */
	readonly words: readonly IpxeWord[];
	readonly operator?: (IpxeText & { readonly text: IpxeOperator; readonly leading: string }) | undefined;
}

/** What a word is to its command, told by the command table. */
export type IpxeWordRole = 'name' | 'option' | 'optionValue' | 'endOfOptions' | 'argument';

/** One word: what stands between white space. */
export interface IpxeWord {
	/** White space before it. */
	readonly leading: string;
	readonly position: IpxePosition;
	readonly parts: readonly IpxePart[];
	readonly role: IpxeWordRole;
	/** The long name of the option that this is, or is the value of. */
	readonly option?: string | undefined;
}

/** Text as it is, or something that iPXE replaces when it runs the command. */
export type IpxePart = IpxeTextPart | IpxeExpansion;

/** Text that stands for itself. */
export interface IpxeTextPart extends IpxeText {
	readonly kind: 'text';
}

/** `${...}`. */
export interface IpxeExpansion {
	readonly kind: 'expansion';
	readonly position: IpxePosition;
	/** What stands between the braces; expansions nest. */
	readonly inside: readonly IpxePart[];
	/** What it names, when there is no further expansion inside. */
	readonly setting?: IpxeSettingName | undefined;
}

/** `block/name:type`. */
export interface IpxeSettingName {
	/** `net0`, `net0.dhcp`; without one, all blocks are searched. */
	readonly block?: string | undefined;
	/** A name or a number: `mac`, `210`, `1.8.16`. */
	readonly name: string;
	/** The type as written; {@link IpxeSettingType} when iPXE knows it. */
	readonly type?: IpxeSettingType | (string & {}) | undefined;
}

/** The text of a word as written. */
export function ipxeWordText(word: IpxeWord): string {
	return word.parts.length === 1 && word.parts[0]?.kind === 'text' ? word.parts[0].text : partsText(word.parts);
}

/** The text of parts as written. */
export function partsText(parts: readonly IpxePart[]): string {
	let text = '';
	for (const part of parts) text += part.kind === 'text' ? part.text : `\${${partsText(part.inside)}}`;
	return text;
}

/** The text of a word that holds no expansion, or `undefined`. */
export function constantText(word: IpxeWord | undefined): string | undefined {
	if (!word) return undefined;
	return word.parts.every((part) => part.kind === 'text') ? ipxeWordText(word) : undefined;
}

/** Splits at the first `/`, then at the first `:` after it (`parse_setting_name` in `src/core/settings.c`). */
export function splitSettingName(text: string): IpxeSettingName {
	const slash = text.indexOf('/');
	const rest = text.slice(slash + 1);
	const colon = rest.indexOf(':');
	return {
		...(slash < 0 ? {} : { block: text.slice(0, slash) }),
		name: colon < 0 ? rest : rest.slice(0, colon),
		...(colon < 0 ? {} : { type: rest.slice(colon + 1) }),
	};
}
