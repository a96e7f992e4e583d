import { EncodeError } from './errors.ts';
import { formatHex, parseHex } from './hex.ts';

/**
 * The six bytes of an Ethernet address. Reads `52:54:00:12:34:56`, `52-54-00-12-34-56`, `5254.0012.3456` and
 * `525400123456`, in either case.
 *
 * @throws an {@link EncodeError} `bad-mac`
 * @example
 * ```ts
 * import { parseMac } from 'pxekit';
 *
 * parseMac('52:54:00:12:34:56'); // => Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56)
 * ```
 */
export function parseMac(text: string, path?: string): Uint8Array<ArrayBuffer> {
	const forms = /^(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12})$/i;
	if (typeof text !== 'string' || !forms.test(text)) {
		throw new EncodeError('bad-mac', `not a MAC address: ${JSON.stringify(text)}`, { path });
	}
	return parseHex(text.replace(/[:.-]/g, ''));
}

/**
 * A hardware address of any length in colon form, lower case.
 *
 * @example
 * ```ts
 * import { formatMac } from 'pxekit';
 *
 * formatMac(Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56)); // => '52:54:00:12:34:56'
 * ```
 */
export function formatMac(bytes: Uint8Array): string {
	return formatHex(bytes, ':');
}
