import { EncodeError } from './errors.ts';

/** Character by character: every packet that is written has four addresses. */
function readDotted(text: string, into: Uint8Array, start: number): boolean {
	if (typeof text !== 'string' || text.length > 15) return false;
	let part = 0;
	let value = -1;
	for (let i = 0; i <= text.length; i++) {
		const digit = i < text.length ? text.charCodeAt(i) - 0x30 : -2;
		if (digit === -2) {
			if (value < 0 || part > 3) return false;
			into[start + part++] = value;
			value = -1;
		} else {
			if (digit < 0 || digit > 9 || value === 0) return false;
			value = Math.max(value, 0) * 10 + digit;
			if (value > 255) return false;
		}
	}
	return part === 4;
}

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
	const bytes = new Uint8Array(4);
	writeIpv4(text, bytes, 0, path);
	return bytes;
}

/** As {@link parseIpv4}, into memory that is there. @internal */
export function writeIpv4(text: string, into: Uint8Array, offset: number, path?: string): void {
	if (!readDotted(text, into, offset)) {
		throw new EncodeError('bad-ipv4', `not an IPv4 address: ${JSON.stringify(text)}`, { path });
	}
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
	const [a, b, c, d] = [bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]];
	// Most addresses in a packet are not set.
	return a === 0 && b === 0 && c === 0 && d === 0 ? '0.0.0.0' : `${a}.${b}.${c}.${d}`;
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
