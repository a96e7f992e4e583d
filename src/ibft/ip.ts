import { EncodeError } from '../wire/errors.ts';
import { formatIpv4, isIpv4, parseIpv4 } from '../wire/ipv4.ts';
import { formatIpv6, parseIpv6 } from '../wire/ipv6.ts';

/** IPv4 addresses stand in the last four of the sixteen bytes, after `00…00 ff ff` (RFC 4291, section 2.5.5.2). */
const mappedPrefix: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Whether the sixteen bytes hold an IPv4 address. */
export function isMapped(bytes: Uint8Array): boolean {
	return mappedPrefix.every((byte, at) => bytes[at] === byte);
}

/**
 * Whether no address is there: all zero (iPXE) or `::ffff:0.0.0.0` (EDK2). Linux takes both so (`address_not_null` in
 * iscsi_ibft.c).
 */
export function isAbsent(bytes: Uint8Array): boolean {
	return bytes.every((byte) => byte === 0) || (isMapped(bytes) && bytes.subarray(12).every((byte) => byte === 0));
}

/** Sixteen bytes as text: dotted IPv4, or IPv6 as RFC 5952 wants it. */
export function formatIp(bytes: Uint8Array): string {
	return isMapped(bytes) ? formatIpv4(bytes, 12) : formatIpv6(bytes);
}

/** IPv4 or IPv6 text as sixteen bytes, IPv4 in its mapped form. */
export function parseIp(text: string, path?: string): Uint8Array<ArrayBuffer> {
	try {
		return isIpv4(text) ? Uint8Array.from([...mappedPrefix, ...parseIpv4(text)]) : parseIpv6(withoutDots(text));
	} catch (error) {
		if (!(error instanceof EncodeError)) throw error;
		throw new EncodeError('bad-ip', `not an IPv4 or IPv6 address: ${JSON.stringify(text)}`, { path });
	}
}

/** The last four bytes of an IPv6 address may be dotted (RFC 4291, section 2.2): `::ffff:10.0.0.1`. */
function withoutDots(text: string): string {
	return String(text).replace(/(?<=:)[\d.]+\.\d+$/, (dotted) => {
		const [a, b, c, d] = parseIpv4(dotted) as unknown as [number, number, number, number];
		return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
	});
}

/** An IPv4 prefix length as a subnet mask: 20 is `255.255.240.0`. */
export function dottedMask(prefix: number): string {
	return [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - at)))).join('.');
}
