import { formatHex } from '../../wire/hex.ts';
import type { IpxeSettingType } from '../settings-table.ts';
import { binaryBytes } from './binary.ts';
import { status } from './status.ts';

/** The bytes that a text stands for, or the status with which iPXE refuses it. */
export type ParsedValue = { readonly bytes: string } | { readonly status: number };

const invalid: ParsedValue = { status: status('EINVAL', 'settings') };
const notSettable: ParsedValue = { status: status('ENOTSUP', 'settings') };

/** Text to bytes (`setting_types` in `src/core/settings.c`). */
export function parseSettingValue(type: IpxeSettingType, text: string): ParsedValue {
	switch (type) {
		case 'string':
			return { bytes: text };
		case 'uristring':
			return { bytes: percentDecode(text) };
		case 'int8':
		case 'uint8':
			return integer(text, 1);
		case 'int16':
		case 'uint16':
			return integer(text, 2);
		case 'int32':
		case 'uint32':
			return integer(text, 4);
		case 'ipv4':
			return ipv4(text);
		case 'ipv6':
			return ipv6(text);
		case 'hex':
			return hex(text, ':');
		case 'hexhyp':
			return hex(text, '-');
		case 'hexraw':
			return hex(text, '');
		case 'base64':
			return base64(text);
		case 'uuid':
		case 'guid':
			return uuid(text, type === 'guid');
		case 'busdevfn':
		case 'dnssl':
			return notSettable;
	}
}

/** Bytes to text; bytes that the type can't show give the empty text. */
export function formatSettingValue(type: IpxeSettingType, bytes: string): string {
	switch (type) {
		case 'string':
			return bytes.includes('\0') ? bytes.slice(0, bytes.indexOf('\0')) : bytes;
		case 'uristring':
			return percentEncode(bytes);
		case 'int8':
		case 'int16':
		case 'int32':
			return bytes.length > 8 ? '' : signedInteger(bytes).toString();
		case 'uint8':
		case 'uint16':
		case 'uint32':
			return bytes.length > 8 ? '' : `0x${unsignedInteger(bytes).toString(16)}`;
		case 'ipv4':
			return bytes.length < 4 ? '' : codes(bytes.slice(0, 4)).join('.');
		case 'ipv6':
			return bytes.length < 16 ? '' : formatIpv6(bytes);
		case 'hex':
			return formatHex(binaryBytes(bytes), ':');
		case 'hexhyp':
			return formatHex(binaryBytes(bytes), '-');
		case 'hexraw':
			return formatHex(binaryBytes(bytes));
		case 'base64':
			return btoa(bytes);
		case 'uuid':
		case 'guid':
			return bytes.length === 16 ? formatUuidBytes(bytes, type === 'guid') : '';
		case 'busdevfn':
			return formatBusDevFn(bytes);
		case 'dnssl':
			return formatDnssl(bytes);
	}
}

const codes = (bytes: string): number[] => Array.from(bytes, (byte) => byte.charCodeAt(0));

/** `strtoul` with base 0: decimal, `0x` hexadecimal, `0` octal; all of the text must be used. */
export function parseInteger(text: string): number | undefined {
	const match = /^[ \t\n\v\f\r]*([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.exec(text);
	if (!match) return undefined;
	const digits = match[2] as string;
	const value = /^0x/i.test(digits)
		? Number.parseInt(digits, 16)
		: digits.startsWith('0')
			? Number.parseInt(digits, 8)
			: Number(digits);
	return match[1] === '-' ? -value : value;
}

function integer(text: string, width: number): ParsedValue {
	const value = parseInteger(text);
	return value === undefined ? invalid : { bytes: integerBytes(value, width) };
}

/** The low bytes of a number, most significant first. */
export function integerBytes(value: number, width: number): string {
	let bytes = '';
	for (let shift = width - 1; shift >= 0; shift--) {
		bytes += String.fromCharCode(((Math.floor(value / 2 ** (8 * shift)) % 256) + 256) % 256);
	}
	return bytes;
}

function unsignedInteger(bytes: string): bigint {
	return codes(bytes).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The number that all bytes make up, signed. */
export function signedInteger(bytes: string): bigint {
	return BigInt.asIntN(8 * bytes.length, unsignedInteger(bytes));
}

const badAddress: ParsedValue = { status: status('EINVAL', 'ipv4') };

function ipv4(text: string): ParsedValue {
	const parts = text.split('.');
	if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return badAddress;
	return { bytes: String.fromCharCode(...parts.map(Number)) };
}

function ipv6(text: string): ParsedValue {
	const halves = text.split('::');
	const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
	const given = groups.flat();
	const zeros = 8 - given.length;
	const ok =
		halves.length <= 2 &&
		given.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) &&
		(halves.length === 2 ? zeros > 0 : zeros === 0);
	if (!ok) return badAddress;
	const all = [...(groups[0] ?? []), ...Array.from({ length: zeros }, () => '0'), ...(groups[1] ?? [])];
	return { bytes: all.map((group) => integerBytes(Number.parseInt(group, 16), 2)).join('') };
}

function formatIpv6(bytes: string): string {
	const all = codes(bytes.slice(0, 16));
	const groups = Array.from({ length: 8 }, (_, i) =>
		(((all[2 * i] as number) << 8) | (all[2 * i + 1] as number)).toString(16),
	);
	// The first of the longest runs of zeros, of two groups or more, is cut.
	const runs = [...groups.join(' ').matchAll(/(?<![0-9a-f])0(?: 0)+(?![0-9a-f])/g)];
	const longest = runs.reduce((best, run) => (run[0].length > best.length ? run[0] : best), '');
	if (longest === '') return groups.join(':');
	const joined = ` ${groups.join(' ')} `;
	const at = joined.indexOf(` ${longest} `);
	const before = joined.slice(0, at).trim().replaceAll(' ', ':');
	const after = joined
		.slice(at + longest.length + 2)
		.trim()
		.replaceAll(' ', ':');
	return `${before}::${after}`;
}

const badHex: ParsedValue = { status: status('EINVAL', 'base16') };

function hex(text: string, separator: string): ParsedValue {
	if (text === '') return { bytes: '' };
	const pairs = separator === '' ? (text.match(/..?/g) ?? []) : text.split(separator);
	if (!pairs.every((pair) => /^[0-9a-f]{2}$/i.test(pair))) return badHex;
	return { bytes: pairs.map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join('') };
}

function base64(text: string): ParsedValue {
	try {
		return { bytes: atob(text) };
	} catch {
		return invalid;
	}
}

function uuid(text: string, swapped: boolean): ParsedValue {
	if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return invalid;
	const plain = hex(text.replaceAll('-', ''), '');
	return swapped && 'bytes' in plain ? { bytes: swapFields(plain.bytes) } : plain;
}

function formatUuidBytes(bytes: string, swapped: boolean): string {
	const digits = formatHex(binaryBytes(swapped ? swapFields(bytes) : bytes));
	return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function swapFields(bytes: string): string {
	const order = [3, 2, 1, 0, 5, 4, 7, 6];
	return order.map((at) => bytes[at]).join('') + bytes.slice(8);
}

function formatBusDevFn(bytes: string): string {
	if (bytes.length > 8) return '';
	const value = Number(unsignedInteger(bytes));
	const digits = (number: number, width: number) => number.toString(16).padStart(width, '0');
	const segment = digits(Math.floor(value / 0x1_0000), 4);
	return `${segment}:${digits((value >> 8) & 0xff, 2)}:${digits((value >> 3) & 0x1f, 2)}.${(value & 7).toString(16)}`;
}

/** Domain names in DNS form one after another, without compression. */
function formatDnssl(bytes: string): string {
	const names: string[] = [];
	let labels: string[] = [];
	for (let at = 0; at < bytes.length; ) {
		const length = bytes.charCodeAt(at);
		if (length > 63) return '';
		if (length === 0) {
			names.push(labels.join('.'));
			labels = [];
		} else labels.push(bytes.slice(at + 1, at + 1 + length));
		at += length + 1;
	}
	if (labels.length > 0) names.push(labels.join('.'));
	return names.join(' ');
}

/** What `uristring` escapes: all that is not printable, white space, `%`, and `/#:@?=&+` (`src/core/uri.c`). */
export function percentEncode(bytes: string): string {
	return bytes.replace(/[^!-~]|[%/#:@?=&+]/g, percent);
}

/** One byte as `%XX`. */
export function percent(byte: string): string {
	return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** `%XX` to bytes; a stray `%` stays. */
export function percentDecode(text: string): string {
	return text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
