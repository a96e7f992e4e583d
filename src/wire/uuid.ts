import { EncodeError } from './errors.ts';
import { hexOfByte, parseHex } from './hex.ts';

/**
 * How the 16 bytes of a UUID stand in memory. `le`: the first three fields little-endian, as SMBIOS keeps them and as
 * UEFI, iPXE and PC ROMs send them in DHCP option 97. `be`: in order of the text, RFC 4122.
 */
export type UuidByteOrder = 'le' | 'be';

/** Index in memory of each byte of the text when the first three fields are little-endian (SMBIOS 2.6, section 7.2.1). */
const littleEndianFields: readonly number[] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/**
 * Sixteen bytes as a UUID in text form.
 *
 * @example
 * ```ts
 * import { formatUuid, parseHex } from 'pxekit';
 *
 * const raw = parseHex('78563412bc9af0de1122334455667788');
 * formatUuid(raw, 'le'); // => '12345678-9abc-def0-1122-334455667788'
 * formatUuid(raw, 'be'); // => '78563412-bc9a-f0de-1122-334455667788'
 * ```
 */
export function formatUuid(bytes: Uint8Array, order: UuidByteOrder): string {
	let text = '';
	for (let i = 0; i < 16; i++) {
		if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
		text += hexOfByte(bytes[order === 'le' ? (littleEndianFields[i] as number) : i] as number);
	}
	return text;
}

/**
 * The sixteen bytes of a UUID in text form.
 *
 * @throws an {@link EncodeError} `bad-uuid`
 * @example
 * ```ts
 * import { formatHex, parseUuid } from 'pxekit';
 *
 * formatHex(parseUuid('12345678-9abc-def0-1122-334455667788', 'le')); // => '78563412bc9af0de1122334455667788'
 * ```
 */
export function parseUuid(text: string, order: UuidByteOrder, path?: string): Uint8Array<ArrayBuffer> {
	if (typeof text !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
		throw new EncodeError('bad-uuid', `not a UUID: ${JSON.stringify(text)}`, { path });
	}
	const bytes = parseHex(text);
	return order === 'le' ? Uint8Array.from(littleEndianFields, (i) => bytes[i] as number) : bytes;
}
