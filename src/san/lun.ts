import { DecodeError, EncodeError } from '../wire/errors.ts';
import { formatHex } from '../wire/hex.ts';

/**
 * The eight bytes of a logical unit number as SCSI (and the iBFT) carry it, from its text form: up to four groups of
 * up to four hexadecimal digits. Leading zeros of a group and trailing zero groups may be left out; empty means 0.
 * RFC 4173 section 5.
 *
 * @throws a {@link DecodeError} `bad-lun`
 * @example
 * ```ts
 * import { formatHex } from 'pxekit';
 * import { parseLun } from 'pxekit/san';
 *
 * formatHex(parseLun('1')); // => '0001000000000000'
 * formatHex(parseLun('4186-9')); // => '4186000900000000'
 * ```
 */
export function parseLun(text: string): Uint8Array<ArrayBuffer> {
	if (!/^(?:[0-9a-f]{1,4}(?:-[0-9a-f]{1,4}){0,3})?$/i.test(text)) throw badLun();
	return fromGroups(text === '' ? [] : text.split('-').map((group) => Number.parseInt(group, 16)));
}

/**
 * The short text form of a logical unit number.
 *
 * @throws an {@link EncodeError} `bad-lun` when there are not eight bytes
 * @example
 * ```ts
 * import { parseHex } from 'pxekit';
 * import { formatLun } from 'pxekit/san';
 *
 * formatLun(parseHex('0001000000000000')); // => '1'
 * formatLun(new Uint8Array(8)); // => '0'
 * ```
 */
export function formatLun(bytes: Uint8Array): string {
	if (bytes.length !== 8) throw new EncodeError('bad-lun', `a LUN has 8 bytes, not ${bytes.length}`, { path: 'lun' });
	const groups = [0, 2, 4, 6].map((at) => formatHex(bytes.subarray(at, at + 2)).replace(/^0{1,3}/, ''));
	while (groups.length > 1 && groups.at(-1) === '0') groups.pop();
	return groups.join('-');
}

/**
 * As iPXE reads it (`scsi_parse_lun`): an empty group is 0, and of a long one the low 16 bits stay.
 *
 * @internal
 */
export function parseLunIpxe(text: string): Uint8Array<ArrayBuffer> {
	if (!/^(?:0x)?[0-9a-f]*(?:-(?:0x)?[0-9a-f]*){0,3}$/i.test(text)) throw badLun();
	return fromGroups(text.split('-').map((group) => Number.parseInt(group.replace(/^0x/i, '').slice(-4) || '0', 16)));
}

/**
 * The plain number that Linux user space calls a LUN; `undefined` when it needs more than the first eight bits.
 *
 * @internal
 */
export function lunNumber(lun: string): number | undefined {
	const bytes = parseLun(lun);
	return bytes.every((byte, at) => at === 1 || byte === 0) ? bytes[1] : undefined;
}

/**
 * Without the text: it may be part of a password in another dialect's form.
 *
 * @internal
 */
export function badLun(): DecodeError {
	return new DecodeError('bad-lun', 'not a LUN: up to four groups of up to four hexadecimal digits', { path: 'lun' });
}

function fromGroups(groups: readonly number[]): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(8);
	for (const [at, group] of groups.entries()) bytes.set([group >> 8, group & 0xff], 2 * at);
	return bytes;
}
