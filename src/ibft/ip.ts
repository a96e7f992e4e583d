import { EncodeError } from '../wire/errors.ts';
import { formatIpv4, isIpv4, parseIpv4 } from '../wire/ipv4.ts';

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
	if (isMapped(bytes)) return formatIpv4(bytes, 12);
	const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] as number) << 8) | (bytes[2 * at + 1] as number));
	const run = longestZeroRun(groups);
	const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
	if (run.length < 2) return hex(groups);
	return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

/** IPv4 or IPv6 text as sixteen bytes, IPv4 in its mapped form. */
export function parseIp(text: string, path?: string): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(16);
	if (isIpv4(text)) {
		bytes.set(mappedPrefix);
		bytes.set(parseIpv4(text), 12);
		return bytes;
	}
	const groups = typeof text === 'string' ? ipv6Groups(text) : undefined;
	if (!groups) throw new EncodeError('bad-ip', `not an IPv4 or IPv6 address: ${JSON.stringify(text)}`, { path });
	for (const [at, group] of groups.entries()) bytes.set([group >> 8, group & 0xff], 2 * at);
	return bytes;
}

function ipv6Groups(text: string): number[] | undefined {
	const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
	if (dotted) {
		const tail = dotted[2] as string;
		if (!isIpv4(tail)) return undefined;
		const [a, b, c, d] = parseIpv4(tail) as unknown as [number, number, number, number];
		return ipv6Groups(`${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
	}
	const halves = text.split('::');
	if (halves.length > 2) return undefined;
	const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
	const parts = [...head, ...tail];
	if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return undefined;
	if (halves.length === 1 ? parts.length !== 8 : parts.length > 7) return undefined;
	const middle = new Array<number>(8 - parts.length).fill(0);
	const numbers = (half: readonly string[]) => half.map((part) => Number.parseInt(part, 16));
	return [...numbers(head), ...middle, ...numbers(tail)];
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
	let best = { start: 0, length: 0 };
	for (let start = 0; start < groups.length; start++) {
		let length = 0;
		while (groups[start + length] === 0) length++;
		if (length > best.length) best = { start, length };
	}
	return best;
}

/** An IPv4 prefix length as a subnet mask: 20 is `255.255.240.0`. */
export function dottedMask(prefix: number): string {
	return [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - at)))).join('.');
}
