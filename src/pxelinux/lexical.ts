/** White space as the loader has it (`my_isspace`): every control character, the space and DEL. */
export const space = '[\\0-\\x20\\x7f]';

/** Longest piece of a line that one read takes, `fgets` into MAX_LINE bytes. */
export const maximumLineBytes = 4095;

/** Longest command line that is executed, MAX_CMDLINE_LEN less its NUL. */
export const maximumCommandLine = 2047;

const leading = new RegExp(`^${space}+`);
const firstSpace = new RegExp(space);

/** Without leading white space. */
export function skipSpace(text: string): string {
	return text.replace(leading, '');
}

/** Up to the first white space. */
export function firstWord(text: string): string {
	const end = text.search(firstSpace);
	return end < 0 ? text : text.slice(0, end);
}

/** First word, and the rest without white space before it. */
export function splitWord(text: string): [word: string, rest: string] {
	const word = firstWord(text);
	return [word, skipSpace(text.slice(word.length))];
}

/** Whether the text has a character that ends a word. */
export function hasSpace(text: string): boolean {
	return firstSpace.test(text);
}

/** C's `atoi`: junk is 0, a tail is left alone. */
export function atoi(text: string): number {
	const number = Number.parseInt(/^[\t-\r ]*([+-]?\d+)/.exec(text)?.[1] ?? '0', 10);
	return Math.max(-0x8000_0000, Math.min(0x7fff_ffff, number));
}

/** C's `strtoul` with base 0: decimal, `0x` or `0` for octal; 32 bits. */
export function strtoul(text: string): number {
	const [, sign, hex, octal, decimal] = /^[\t-\r ]*([+-]?)(?:0x([0-9a-f]+)|(0[0-7]*)|([1-9]\d*))/i.exec(text) ?? [];
	const number = hex
		? Number.parseInt(hex, 16)
		: octal
			? Number.parseInt(octal, 8)
			: Number.parseInt(decimal ?? '0', 10);
	return (sign === '-' ? -Math.min(number, 0xffff_ffff) : Math.min(number, 0xffff_ffff)) >>> 0;
}

/** Bytes of the text in UTF-8. */
export function byteLength(text: string): number {
	return new TextEncoder().encode(text).length;
}

const endText = new RegExp(`^[\\x01-\\x20\\x7f]*endtext(?:${space}|$)`, 'i');

/** Whether a line ends a TEXT block. A carriage return before the word is white space here: such lines are not cut at it. */
export function endsText(line: string): boolean {
	return endText.test(line);
}
