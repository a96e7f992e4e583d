import { EncodeError } from './errors.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The text, or `undefined` when the bytes are not UTF-8 (of which ASCII is a part). */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
	try {
		return strict.decode(bytes);
	} catch {
		return undefined;
	}
}

/** The text with U+FFFD in place of what is not UTF-8. */
export function decodeUtf8Lossy(bytes: Uint8Array): string {
	return lenient.decode(bytes);
}

/**
 * Text as UTF-8. Refused are NUL, which ends text in every protocol here, lone surrogates, and U+FFFD, which is what
 * a lossy decoder put in place of bytes that it could not read.
 */
export function encodeUtf8(text: string, path?: string): Uint8Array<ArrayBuffer> {
	if (typeof text !== 'string') throw new EncodeError('not-text', `${path ?? 'value'} must be a string`, { path });
	if (text.includes('\0')) throw new EncodeError('nul-in-text', `${path ?? 'text'} must not hold a NUL`, { path });
	if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\uFFFD/.test(text)) {
		throw new EncodeError('not-utf8', `${path ?? 'text'} can't be written as UTF-8; give it as bytes`, { path });
	}
	return encoder.encode(text);
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
