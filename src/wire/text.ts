import { DecodeError, EncodeError } from './errors.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Longer texts are rare here, and TextDecoder is the faster way for them. */
const shortText = 256;

/** ASCII without the cost of starting a TextDecoder; `undefined` when the bytes are anything else, or many. */
function decodeShortAscii(bytes: Uint8Array): string | undefined {
	const { length } = bytes;
	if (length > shortText) return undefined;
	let text = '';
	for (let i = 0; i < length; i++) {
		const byte = bytes[i] as number;
		if (byte > 0x7f) return undefined;
		text += String.fromCharCode(byte);
	}
	return text;
}

/** The text, or `undefined` when the bytes are not UTF-8 (of which ASCII is a part). */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
	const ascii = decodeShortAscii(bytes);
	if (ascii !== undefined) return ascii;
	try {
		return strict.decode(bytes);
	} catch {
		return undefined;
	}
}

/** The text; a {@link DecodeError} `not-text` when the bytes are not UTF-8. */
export function readUtf8(bytes: Uint8Array, path: string): string {
	const text = decodeUtf8(bytes);
	if (text === undefined) {
		throw new DecodeError('not-text', `${path} is not ASCII or UTF-8 text; read it as bytes`, { path });
	}
	return text;
}

/** The text with U+FFFD in place of what is not UTF-8. */
export function decodeUtf8Lossy(bytes: Uint8Array): string {
	return decodeShortAscii(bytes) ?? lenient.decode(bytes);
}

/**
 * Text as UTF-8. Refused are NUL, which ends text in every protocol here, lone surrogates, and U+FFFD, which is what
 * a lossy decoder put in place of bytes that it could not read.
 */
export function encodeUtf8(text: string, path?: string): Uint8Array<ArrayBuffer> {
	if (typeof text !== 'string') throw new EncodeError('not-text', `${path ?? 'value'} must be a string`, { path });
	const ascii = encodeAscii(text);
	if (ascii) return ascii;
	if (text.includes('\0')) throw new EncodeError('nul-in-text', `${path ?? 'text'} must not hold a NUL`, { path });
	if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\uFFFD/.test(text)) {
		throw new EncodeError('not-utf8', `${path ?? 'text'} can't be written as UTF-8; give it as bytes`, { path });
	}
	return encoder.encode(text);
}

/** ASCII without NUL, the common case; `undefined` for all else. */
function encodeAscii(text: string): Uint8Array<ArrayBuffer> | undefined {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === 0 || code > 0x7f) return undefined;
		bytes[i] = code;
	}
	return bytes;
}

/** The bytes before the first NUL, or all of them. The result shares the input's memory. */
export function untilNul(bytes: Uint8Array): Uint8Array {
	const nul = bytes.indexOf(0);
	return nul < 0 ? bytes : bytes.subarray(0, nul);
}

/** Bytes as text for people: printable ASCII as it is, all else as `\xNN`. */
export function escapeBytes(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) {
		text +=
			byte === 0x5c
				? '\\\\'
				: byte >= 0x20 && byte < 0x7f
					? String.fromCharCode(byte)
					: `\\x${byte.toString(16).padStart(2, '0')}`;
	}
	return text;
}

/** What a terminal acts on in place of showing it: control characters, and marks of writing direction. */
const unprintable = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text from the wire on one line, with nothing in it that a terminal would act on: `\u001b` in place of ESC. */
export function escapeControls(text: string): string {
	return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
