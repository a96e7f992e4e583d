import { decodeUtf8 } from '../../wire/text.ts';
import { latin1 } from '../parse.ts';

/**
 * iPXE works on bytes. The dry run keeps them as strings in which each character is one byte, because JavaScript has
 * fast string operations and `Map` keys for strings only.
 */
export function toBinary(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether all is ASCII
	return /^[\x00-\x7f]*$/.test(text) ? text : latin1(new TextEncoder().encode(text));
}

/** For people: as UTF-8 where it is, else a character for a byte. */
export function fromBinary(binary: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether all is ASCII
	return /^[\x00-\x7f]*$/.test(binary) ? binary : (decodeUtf8(binaryBytes(binary)) ?? binary);
}

export function binaryBytes(binary: string): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(binary.length);
	for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
	return bytes;
}

/** Text or bytes that a caller gave. */
export function binaryOf(value: string | Uint8Array): string {
	return typeof value === 'string' ? toBinary(value) : latin1(value);
}
