import { EncodeError } from '../wire/errors.ts';
import { encodeUtf8 } from '../wire/text.ts';
import type { IpxeOptionType } from './commands/command-info.ts';
import { ipxeCommand } from './commands/table.ts';
import { type IpxeSettingType, ipxeSettings, ipxeSettingTypes } from './settings-table.ts';
import { splitSettingName } from './tree.ts';

/** `${...}` in a built script: the client puts in its own value. Make it with {@link setting}. */
export interface IpxeReference {
	/** What stands between the braces: `net0/mac:hexhyp`. */
	readonly reference: string;
}

/** Text of which parts come from the client. Make it with {@link ipxeText}. */
export interface IpxeTemplate {
	readonly parts: readonly (string | IpxeReference)[];
}

/** A value for a script: literal text, a number, a setting of the client, or a mix. */
export type IpxeValue = string | number | IpxeReference | IpxeTemplate;

/**
 * The client's own value of a setting, in a built script. Nested references are made by giving another as the name.
 *
 * @param type how to print it: `hexhyp`, `uristring`, `uuid`; the setting's own type by default
 * @throws an {@link EncodeError} `bad-setting` for a name that iPXE could not read, `unknown-type`
 * @example
 * ```ts
 * import { ipxe, setting } from 'pxekit/ipxe';
 *
 * ipxe().echo(setting('net0/mac', 'hexhyp')).toString(); // => '#!ipxe\necho ${net0/mac:hexhyp}\n'
 * ```
 */
export function setting(name: string | IpxeTemplate, type?: IpxeSettingType): IpxeReference {
	const text =
		typeof name === 'string'
			? name
			: name.parts.map((part) => (typeof part === 'string' ? part : `\${${part.reference}}`)).join('');
	const plain = typeof name === 'string' ? [name] : name.parts.filter((part) => typeof part === 'string');
	if (text === '' || plain.some((part) => !isSettingText(part))) {
		throw new EncodeError('bad-setting', `not the name of a setting: ${shown(text)}`);
	}
	if (type !== undefined && !Object.hasOwn(ipxeSettingTypes, type)) {
		throw new EncodeError('unknown-type', `iPXE has no setting type ${shown(type)}`);
	}
	return { reference: type === undefined ? text : `${text}:${type}` };
}

/** A reference to no setting: an empty word. Between words it makes a space more than one. */
export const nothing: IpxeReference = { reference: '' };

/**
 * Literal text with values of the client in it, as a template tag.
 *
 * @example
 * ```ts
 * import { ipxe, ipxeText, setting } from 'pxekit/ipxe';
 *
 * ipxe().kernel('vmlinuz', [ipxeText`ip=${setting('ip')}`]).toString(); // => '#!ipxe\nkernel vmlinuz ip=${ip}\n'
 * ```
 */
export function ipxeText(literals: TemplateStringsArray, ...values: readonly IpxeValue[]): IpxeTemplate {
	return { parts: literals.flatMap((literal, at) => [literal, ...(at < values.length ? partsOf(values[at]!) : [])]) };
}

function isSettingText(text: string): boolean {
	return /^[!-z|~]*$/.test(text) && !text.includes('${') && !text.startsWith('-') && !text.startsWith('#');
}

export function partsOf(value: IpxeValue): readonly (string | IpxeReference)[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'number') return [wholeNumber(value)];
	const parts = typeof value === 'object' && value !== null && 'parts' in value ? value.parts : [value];
	if (Array.isArray(parts) && parts.every(isPart)) return parts;
	throw new EncodeError('not-a-value', 'a value must be text, a number, setting(...) or ipxeText`...`');
}

function isPart(part: unknown): boolean {
	if (typeof part === 'string') return true;
	return typeof part === 'object' && part !== null && 'reference' in part && typeof part.reference === 'string';
}

/** iPXE reads no fractions and no exponents. */
function wholeNumber(value: number): string {
	if (Number.isSafeInteger(value)) return String(value);
	throw new EncodeError('not-a-number', `${value} is not a whole number; give a fraction as text`);
}

function shown(value: string): string {
	return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}

/** For messages. */
function literalText(value: IpxeValue): string {
	return partsOf(value)
		.map((part) => (typeof part === 'string' ? part : `\${${part.reference}}`))
		.join('');
}

/** Where a value goes, for messages; a secret's value is not shown. */
export interface ValuePlace {
	readonly path: string;
	readonly secret?: boolean | undefined;
}

function refuse(code: string, place: ValuePlace, value: string, why: string, instead: string): EncodeError {
	const what = place.secret ? 'the value' : shown(value);
	return new EncodeError(code, `${place.path}: ${what} ${why}; ${instead}`, { path: place.path });
}

/** A value as the words that a command joins with single spaces: `echo`, `set`, `item`. */
export function textWords(value: IpxeValue, place: ValuePlace): string[] {
	const literal = partsOf(value)
		.map((part) => (typeof part === 'string' ? part : `\0${part.reference}\0`))
		.join('');
	checkLiteral(value, place);
	const words = literal.split(' ');
	if (words.includes('')) {
		const instead = 'put ${nothing} of pxekit/ipxe between the words, or set a setting from bytes with :hex';
		throw refuse(
			'bad-spaces',
			place,
			literalText(value),
			'is empty or begins, ends or goes on with a second space, which iPXE drops',
			instead,
		);
	}
	return words.map((word) => checkedWord(word, place));
}

/** A value as one word. */
export function oneWord(value: IpxeValue, place: ValuePlace): string {
	const words = textWords(value, place);
	if (words.length === 1) return words[0] as string;
	throw refuse(
		'not-one-word',
		place,
		literalText(value),
		'has a space, but must be one word',
		'put the space into a setting of its own',
	);
}

/** A URI as one word; what can't stand in a script is percent-encoded. Escapes that it has already are kept. */
export function uriWord(value: IpxeValue, place: ValuePlace): string {
	let parts = partsOf(value).map((part) => (typeof part === 'string' ? encodeUriText(part, place) : part));
	const whole = parts.map((part) => (typeof part === 'string' ? part : '${')).join('');
	if (whole === '||' || whole === '&&' || whole === ';') {
		parts = [whole.replace(/./g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)];
	}
	return oneWord({ parts: parts.filter((part) => part !== '') }, place);
}

function encodeUriText(text: string, place: ValuePlace): string {
	const utf8 = encodeUtf8(text, place.path);
	let encoded = '';
	for (const [at, byte] of utf8.entries()) {
		const character = String.fromCharCode(byte);
		const opensBrace = character === '{' && utf8[at - 1] === 0x24;
		const plain = byte > 0x20 && byte < 0x7f && character !== '\\' && !opensBrace;
		encoded += plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
	}
	return encoded;
}

function checkReference({ reference }: IpxeReference, place: ValuePlace): void {
	let rest = reference;
	for (let before = ''; before !== rest; ) {
		before = rest;
		rest = rest.replace(/\$\{[!-z|~]*\}/g, '');
	}
	if (/^[!-z|~]*$/.test(rest)) return;
	throw refuse('bad-setting', place, reference, 'is not the name of a setting', 'make it with setting(...)');
}

function checkLiteral(value: IpxeValue, place: ValuePlace): void {
	for (const part of partsOf(value)) if (typeof part !== 'string') checkReference(part, place);
	const literals = partsOf(value).filter((part) => typeof part === 'string');
	for (const literal of literals) {
		if (/[\r\n]/.test(literal)) {
			throw refuse(
				'line-end',
				place,
				literal,
				'holds a line end, which would start a new command',
				'in a URI write %0A; elsewhere use a setting from bytes with :hex',
			);
		}
		if (/[\0\t\v\f]/.test(literal)) {
			throw refuse(
				'white-space',
				place,
				literal,
				'holds a NUL, tab or form feed, at which iPXE splits or stops',
				'use a single space, or a setting from bytes with :hex',
			);
		}
		encodeUtf8(literal, place.secret ? undefined : place.path);
	}
	// Joined, because "$" in one piece and "{" in the next open an expansion too.
	const joined = partsOf(value)
		.map((part) => (typeof part === 'string' ? part : '\0'))
		.join('');
	if (joined.includes('${')) {
		throw refuse(
			'expansion',
			place,
			joined,
			'holds "${", which the client would replace',
			'give setting(...) if that is meant; in a URI write $%7B',
		);
	}
}

function checkedWord(word: string, place: ValuePlace): string {
	if (word === '||' || word === '&&' || word === ';') {
		throw refuse(
			'operator',
			place,
			word,
			'is an operator of iPXE when it stands alone',
			'join it to its neighbours, or put it into a setting',
		);
	}
	if (word.startsWith('#')) {
		throw refuse(
			'comment',
			place,
			word,
			'begins with "#", which makes the rest of the line a comment',
			'put something before the "#", or in a URI write %23',
		);
	}
	return word.replace(/\0([^\0]*)\0/g, '${$1}');
}

/** The last character of a line must not be a backslash. */
export function checkLineEnd(line: string, place: ValuePlace): void {
	if (!line.endsWith('\\')) return;
	throw refuse(
		'backslash',
		place,
		line.slice(line.lastIndexOf(' ') + 1),
		'ends in "\\", which continues the line',
		'put another word after it, or in a URI write %5C',
	);
}

/** Types whose text never begins with `-`. */
const neverDash: readonly string[] = [
	'ipv4',
	'ipv6',
	'hex',
	'hexraw',
	'hexhyp',
	'uuid',
	'guid',
	'uint8',
	'uint16',
	'uint32',
	'busdevfn',
];

/** Whether iPXE could take the word for an option. */
function maybeOption(word: string): boolean {
	// A setting may be empty: then what comes after it begins the word.
	let rest = word;
	for (;;) {
		if (rest.startsWith('-')) return true;
		if (!rest.startsWith('${')) return false;
		const reference = /^\$\{([^{}]*)\}/.exec(rest);
		if (!reference) return true;
		const { name, type } = splitSettingName(reference[1] as string);
		const known = type ?? ipxeSettings.find((each) => each.name === name)?.type;
		if (known === undefined || !neverDash.includes(known)) return true;
		rest = rest.slice(reference[0].length);
	}
}

/** A command with its options as the words of a line. */
export function commandWords(
	name: string,
	options: Readonly<Record<string, IpxeValue | boolean | undefined>>,
	positional: readonly string[],
	target: 'ipxe' | 'gpxe',
): string[] {
	const command = ipxeCommand(name);
	if (!command) throw new EncodeError('unknown-command', `iPXE has no command ${shown(name)}`);
	const words = [name];
	for (const [long, value] of Object.entries(options)) {
		if (value === undefined || value === false) continue;
		const option = command.options.find((each) => each.long === long);
		const path = `${name} --${long}`;
		if (!option) throw new EncodeError('unknown-option', `${name} has no option --${long}`, { path });
		if (option.type === 'flag') {
			if (value !== true) throw new EncodeError('not-a-flag', `${path} takes no value; give true`, { path });
			words.push(`--${long}`);
			continue;
		}
		if (value === true) throw new EncodeError('no-value', `${path} needs a value`, { path });
		// A single digit would be the key with that digit on it.
		const given = option.type === 'key' && typeof value === 'number' ? `0x${value.toString(16)}` : value;
		checkOptionType(option.type, given, path);
		const text = long === 'picture' ? uriWord(given, { path }) : oneWord(given, { path });
		// A separate value that begins with "-" is refused by iPXE.
		if (maybeOption(text)) words.push(`--${long}=${text}`);
		else words.push(`--${long}`, text);
	}
	const [minimum, maximum] = command.arguments;
	if (positional.length < minimum || positional.length > maximum) {
		const limits = `${name} takes ${minimum} to ${maximum} words, not ${positional.length}`;
		throw new EncodeError('too-many-words', `${limits}; iPXE counts each word, and never takes more than 255`, {
			path: name,
		});
	}
	const [first] = positional;
	if (first !== undefined && target === 'ipxe' && maybeOption(first)) words.push('--');
	if (target === 'gpxe' && first?.startsWith('-')) {
		throw new EncodeError('not-in-gpxe', `gPXE would take ${shown(first)} for an option`, { path: name });
	}
	return [...words, ...positional];
}

/** What `parse_integer` reads, without a sign. */
const unsigned = /^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i;

/** Refuses a literal that iPXE could not read as the option's type (`src/core/parseopt.c`). */
function checkOptionType(type: IpxeOptionType, value: IpxeValue, path: string): void {
	if (typeof value !== 'string' && typeof value !== 'number') return;
	const literal = String(value);
	if ((type === 'integer' || type === 'timeout') && !unsigned.test(literal)) {
		throw new EncodeError('not-a-number', `${path} must be a whole number, not ${shown(literal)}`, { path });
	}
	if (type === 'key' && !/^[!-~]$/.test(literal) && !unsigned.test(literal)) {
		const what = 'one ASCII character or a number of the key table';
		throw new EncodeError('bad-key', `${path} must be ${what}, not ${shown(literal)}`, { path });
	}
	if (type === 'uuid' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(literal)) {
		throw new EncodeError('bad-uuid', `${path} must be a UUID, not ${shown(literal)}`, { path });
	}
}
