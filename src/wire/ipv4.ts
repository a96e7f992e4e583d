import { EncodeError } from './errors.ts';

/**
 * The four bytes of an IPv4 address in dotted form. Octal and shortened spellings (`010.1`) are refused: programs
 * read them differently.
 *
 * @throws an {@link EncodeError} `bad-ipv4`
 * @example
 * ```ts
 * import { parseIpv4 } from 'pxekit';
 *
 * parseIpv4('10.0.0.1'); // => Uint8Array.of(10, 0, 0, 1)
 * ```
 */
export function parseIpv4(text: string, path?: string): Uint8Array<ArrayBuffer> {
	const parts = typeof text === 'string' ? text.split('.') : [];
	const ok = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
	if (!ok) throw new EncodeError('bad-ipv4', `not an IPv4 address: ${JSON.stringify(text)}`, { path });
	return Uint8Array.from(parts, Number);
}

/**
 * Four bytes as an IPv4 address in dotted form.
 *
 * @param offset of the first of the four bytes; 0 by default
 * @example
 * ```ts
 * import { formatIpv4 } from 'pxekit';
 *
 * formatIpv4(Uint8Array.of(192, 168, 77, 1)); // => '192.168.77.1'
 * ```
 */
export function formatIpv4(bytes: Uint8Array, offset = 0): string {
	return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
}

/** Whether the text is an IPv4 address as {@link parseIpv4} reads it. */
export function isIpv4(text: string): boolean {
	try {
		parseIpv4(text);
		return true;
	} catch {
		return false;
	}
}
