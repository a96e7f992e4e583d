import { EncodeError } from './errors.ts';

const digits: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Two digits. */
export function hexOfByte(byte: number): string {
	return digits[byte] as string;
}

/**
 * Bytes as lower-case hexadecimal text.
 *
 * @param separator put between the bytes; none by default
 * @example
 * ```ts
 * import { formatHex } from 'pxekit';
 *
 * formatHex(Uint8Array.of(0x63, 0x82, 0x53, 0x63)); // => '63825363'
 * formatHex(Uint8Array.of(1, 2), ' '); // => '01 02'
 * ```
 */
export function formatHex(bytes: Uint8Array, separator = ''): string {
	return formatHexBetween(bytes, 0, bytes.length, separator);
}

/** As {@link formatHex}, of a part, without the cost of an array for it. @internal */
export function formatHexBetween(bytes: Uint8Array, start: number, end: number, separator: string): string {
	let text = '';
	for (let i = start; i < end; i++) {
		if (i > start) text += separator;
		text += digits[bytes[i] as number];
	}
	return text;
}

/**
 * Hexadecimal text as bytes. White space, colons and dashes between bytes are skipped.
 *
 * @throws an {@link EncodeError} `bad-hex` when anything else is in the text, or half a byte
 * @example
 * ```ts
 * import { parseHex } from 'pxekit';
 *
 * parseHex('52:54:00 12-34-56'); // => Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56)
 * ```
 */
export function parseHex(text: string): Uint8Array<ArrayBuffer> {
	const compact = text.replace(/[\s:-]+/g, '');
	if (compact.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(compact)) {
		throw new EncodeError('bad-hex', `not hexadecimal bytes: ${JSON.stringify(text.slice(0, 60))}`);
	}
	const bytes = new Uint8Array(compact.length / 2);
	for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(compact.slice(2 * i, 2 * i + 2), 16);
	return bytes;
}
