import { u16 } from '../frames/frame-reading.ts';
import type { NumberMap } from './anonymous-numbers.ts';

// All of them write the new address over the old one. `false`: it tells of nobody, and stays.

const keptFirstOctets = [10, 100, 127, 169, 172, 192];

/**
 * An IPv4 address becomes one with as many digits in each part, which shares with others as much of its beginning as before. Networks that mean
 * something stay: RFC 1918, link-local, loopback, multicast; and 0 and 255, which end networks.
 */
export function anonymizeIpv4(numbers: NumberMap, bytes: Uint8Array, at: number): boolean {
	const [a, b, c, d] = bytes.subarray(at, at + 4) as unknown as [number, number, number, number];
	if (a === 0 || a === 127 || a >= 224) return false;
	const part = (context: string, value: number, isFit?: (candidate: number) => boolean) =>
		value === 255 ? 255 : numbers.mapDigits(context, value, 10, 254, isFit);
	if (!keptFirstOctets.includes(a)) {
		bytes[at] = part('4', a, (candidate) => candidate < 224 && !keptFirstOctets.includes(candidate));
	}
	const isPrivate = (second: number) =>
		(a === 192 && second === 168) || (a === 169 && second === 254) || (a === 172 && second >= 16 && second < 32);
	if (a === 172 && isPrivate(b)) bytes[at + 1] = numbers.map('4.172', b, 16, 31);
	else if (!isPrivate(b)) bytes[at + 1] = part(`4.${a}`, b, (candidate) => !isPrivate(candidate));
	bytes[at + 2] = part(`4.${a}.${b}`, c);
	bytes[at + 3] = part(`4.${a}.${b}.${c}`, d);
	return true;
}

/** The three last bytes of a hardware address: solicited-node multicast groups have them too (RFC 4291 section 2.7.1). */
function anonymizeTail(numbers: NumberMap, bytes: Uint8Array, at: number): void {
	const first = bytes[at] as number;
	const rest = u16(bytes, at + 1);
	bytes[at] = numbers.mapDigits('tail', first, 16, 0xff);
	setU16(bytes, at + 1, numbers.mapDigits(`tail ${first}`, rest, 16, 0xffff));
}

/** A hardware address becomes a locally administered one, those of one maker with one beginning. Groups and zeros stay. */
export function anonymizeMac(numbers: NumberMap, bytes: Uint8Array, at: number): boolean {
	const first = bytes[at] as number;
	if (bytes.subarray(at, at + 6).every((byte) => byte === 0)) return false;
	if ((first & 1) !== 0) {
		// RFC 2464 section 7.
		const solicited = first === 0x33 && bytes[at + 1] === 0x33 && bytes[at + 2] === 0xff;
		if (solicited) anonymizeTail(numbers, bytes, at + 3);
		return solicited;
	}
	// The beginning as IPv6 interface identifiers have it (RFC 4291 appendix A), where it must keep the digits that are written.
	const start = ((first ^ 2) << 8) | (bytes[at + 1] as number);
	const isLocal = (candidate: number) => ((candidate >> 8) & 3) === 0;
	const anonymous = numbers.mapDigits('maker', start, 16, 0xffff, isLocal);
	const third = bytes[at + 2] as number;
	bytes[at] = (anonymous >> 8) ^ 2;
	bytes[at + 1] = anonymous & 0xff;
	bytes[at + 2] = numbers.mapDigits(`maker ${start}`, third, 16, 0xff);
	anonymizeTail(numbers, bytes, at + 3);
	return true;
}

/** As with IPv4: as many digits in each group, and as much of the beginning in common. An interface identifier made of a hardware address stays one. */
export function anonymizeIpv6(numbers: NumberMap, bytes: Uint8Array, at: number): boolean {
	const address = bytes.slice(at, at + 16);
	const group = (i: number) => u16(address, 2 * i);
	const isZero = (end: number) => address.subarray(0, end).every((byte) => byte === 0);
	if (isZero(15)) return false;
	if (isZero(10) && group(5) === 0xffff) return anonymizeIpv4(numbers, bytes, at + 12);
	if (address[0] === 0xff) {
		const solicited = isSolicitedNode(address, 0);
		if (solicited) anonymizeTail(numbers, bytes, at + 13);
		return solicited;
	}
	let context = '6';
	for (let i = 0; i < 4; i++) {
		const value = group(i);
		if (!(i === 0 && isLocalPrefix(value))) setU16(bytes, at + 2 * i, prefixGroup(numbers, context, value, i === 0));
		context += ` ${value}`;
	}
	const mac = Uint8Array.of((address[8] as number) ^ 2, ...address.subarray(9, 11), ...address.subarray(13));
	const fromMac = address[11] === 0xff && address[12] === 0xfe && anonymizeMac(numbers, mac, 0);
	if (fromMac) {
		bytes.set([(mac[0] as number) ^ 2, mac[1] as number, mac[2] as number, 0xff, 0xfe, ...mac.subarray(3)], at + 8);
		return true;
	}
	setU16(bytes, at + 8, numbers.mapDigits('6 four', group(4), 16, 0xffff));
	setU16(bytes, at + 10, numbers.mapDigits(`6 five ${group(4)}`, group(5), 16, 0xffff));
	bytes[at + 12] = numbers.mapDigits(`6 six ${group(4)} ${group(5)}`, address[12] as number, 16, 0xff);
	anonymizeTail(numbers, bytes, at + 13);
	return true;
}

/** fe80::/10 and, of old, fec0::/10: RFC 4291 sections 2.5.6 and 2.5.7. */
function isLocalPrefix(group: number): boolean {
	return group >> 7 === 0x1fd;
}

/** Global addresses stay global ones (2000::/3), and private ones private (fc00::/7). */
function prefixGroup(numbers: NumberMap, context: string, value: number, isFirst: boolean): number {
	if (isFirst && value >> 13 === 1) return numbers.map(context, value, 0x2000, 0x3fff);
	if (isFirst && value >> 9 === 0x7e) return numbers.map(context, value, 0xfc00, 0xfdff);
	const isFit = (candidate: number) => candidate >> 13 !== 1 && candidate < 0xfc00;
	return numbers.mapDigits(context, value, 16, 0xffff, isFirst ? isFit : undefined);
}

/** ff02::1:ff00:0/104. */
export function isSolicitedNode(bytes: Uint8Array, at: number): boolean {
	return bytes[at] === 0xff && solicitedNode.every((byte, i) => bytes[at + i] === byte);
}

const solicitedNode = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff];

function setU16(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value >> 8;
	bytes[at + 1] = value & 0xff;
}
