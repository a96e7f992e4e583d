import { EncodeError } from '../wire/errors.ts';
import { byteLength, hasSpace, maximumLineBytes } from './lexical.ts';

/** Longest file name that the loader keeps. */
const maximumName = 255;

/** Refuses what a line can't hold. */
export function checkText(value: string, path: string): string {
	if (typeof value !== 'string') throw refuse('not-text', path, 'must be text');
	if (/[\r\n\0]/.test(value))
		throw refuse('line-end', path, 'a line end or NUL would end the line, and what follows would be a directive');
	if (hasSpace(value.slice(0, 1))) throw refuse('leading-space', path, 'white space at the beginning would be lost');
	if (value === '') throw refuse('empty', path, 'must not be empty; leave it out');
	return value;
}

/** Refuses what is not one word. */
export function checkWord(value: string, path: string): string {
	checkText(value, path);
	if (hasSpace(value))
		throw refuse('not-a-word', path, `${JSON.stringify(value)} has white space; the loader reads the first word`);
	return value;
}

/** Refuses what the loader can't ask for. */
export function checkFile(value: string, path: string): string {
	checkWord(value, path);
	if (byteLength(value) > maximumName)
		throw refuse('name-too-long', path, `a file name of more than ${maximumName} bytes is cut`);
	return value;
}

export function checkInteger(value: number, minimum: number, maximum: number, path: string): number {
	if (!Number.isInteger(value) || value < minimum || value > maximum) {
		throw refuse('out-of-range', path, `must be a whole number from ${minimum} to ${maximum}, not ${String(value)}`);
	}
	return value;
}

/** Refuses a line that the loader would read as two. */
export function checkLine(line: string, path: string): string {
	if (byteLength(line) + 1 > maximumLineBytes)
		throw refuse('line-too-long', path, `the loader splits lines of more than ${maximumLineBytes} bytes`);
	return line;
}

export function refuse(code: string, path: string, message: string): EncodeError {
	return new EncodeError(code, `${path}: ${message}`, { path });
}
