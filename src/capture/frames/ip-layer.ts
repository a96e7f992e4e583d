import { internetSum } from '../../wire/internet-checksum.ts';
import { formatIpv6 } from '../../wire/ipv6.ts';
import { ipv4Text } from './address-texts.ts';
import type { IpFragment, IpHeader } from './frame.ts';
import { addIssue, type FrameReading, hasHeader, u16, u32 } from './frame-reading.ts';
import { ipProtocol } from './ip-numbers.ts';

/** An IP packet: its header, and where what it carries stands. */
export interface IpPart {
	readonly header: IpHeader;
	/** Of the payload, in the frame. */
	readonly start: number;
	readonly end: number;
	/** Bytes of the payload that the header tells of and the capture does not have. */
	readonly missing: number;
	/** The ones' complement sum of both addresses, for the checksums of UDP. */
	readonly addressSum: number;
	/** The last destination stands in a routing header: a checksum over the addresses can't be told. */
	readonly routed: boolean;
}

/** Reads an IPv4 header with its options (RFC 791 section 3.1). */
export function readIpv4(reading: FrameReading, data: Uint8Array, at: number): IpPart | undefined {
	if (!hasHeader(reading, 'the IPv4 header', at, data.length, 20)) return undefined;
	const first = data[at] as number;
	const headerLength = 4 * (first & 15);
	if (first >> 4 !== 4) return wrongVersion(reading, 4, first >> 4, at);
	if (headerLength < 20) {
		addIssue(
			reading,
			'ip-header-length',
			`the IPv4 header says that it is ${headerLength} bytes long, less than 20`,
			at,
		);
		return undefined;
	}
	if (!hasHeader(reading, 'the IPv4 header with its options', at, data.length, headerLength)) return undefined;
	const checksum = internetSum(data, at, at + headerLength);
	if (checksum !== 0xffff) {
		// A sender that leaves the sum to its network card is captured before the card has put it in.
		if (u16(data, at + 10) === 0)
			addIssue(reading, 'ip-checksum-offloaded', 'the IPv4 header has no checksum', at + 10);
		else addIssue(reading, 'ip-checksum', 'the checksum of the IPv4 header is wrong', at + 10);
	}
	// 0: the card is to cut a large packet into many, and writes the lengths.
	const totalLength = u16(data, at + 2) || data.length - at;
	if (totalLength < headerLength) {
		addIssue(reading, 'ip-length', `the IPv4 total length is ${totalLength}, less than its own header`, at + 2);
	}
	const offsetField = u16(data, at + 6);
	const offset = 8 * (offsetField & 0x1fff);
	const more = (offsetField & 0x2000) !== 0;
	const start = at + headerLength;
	const { end, missing } = payloadEnd(reading, data, start, Math.max(start, at + totalLength));
	return {
		header: {
			version: 4,
			source: ipv4Text(data, at + 12),
			destination: ipv4Text(data, at + 16),
			protocol: data[at + 9] as number,
			ttl: data[at + 8] as number,
			...(offset > 0 || more ? { fragment: { id: u16(data, at + 4), offset, more } } : undefined),
		},
		start,
		end,
		missing,
		addressSum: internetSum(data, at + 12, at + 20),
		routed: false,
	};
}

/** Reads an IPv6 header and its extension headers, up to a fragment header or what is no extension (RFC 8200 section 4). */
export function readIpv6(reading: FrameReading, data: Uint8Array, at: number): IpPart | undefined {
	if (!hasHeader(reading, 'the IPv6 header', at, data.length, 40)) return undefined;
	const version = (data[at] as number) >> 4;
	if (version !== 6) return wrongVersion(reading, 6, version, at);
	const { end, missing } = payloadEnd(reading, data, at + 40, at + 40 + u16(data, at + 4));
	const chain = readExtensions(reading, data, at + 40, end, data[at + 6] as number);
	return {
		header: {
			version: 6,
			source: formatIpv6(data.subarray(at + 8, at + 24)),
			destination: formatIpv6(data.subarray(at + 24, at + 40)),
			protocol: chain.protocol,
			ttl: data[at + 7] as number,
			...(chain.fragment && { fragment: chain.fragment }),
		},
		start: chain.start,
		end,
		missing,
		addressSum: internetSum(data, at + 8, at + 40),
		routed: chain.routed,
	};
}

function wrongVersion(reading: FrameReading, expected: number, found: number, at: number): undefined {
	addIssue(reading, 'ip-version', `where IPv${expected} should start, the version is ${found}`, at);
	return undefined;
}

/** Where the payload of a packet ends in the frame, and how much of what its header tells of is not there. */
function payloadEnd(reading: FrameReading, data: Uint8Array, start: number, declaredEnd: number) {
	const end = Math.max(start, Math.min(declaredEnd, data.length));
	const missing = declaredEnd - end;
	if (missing > 0 && !reading.cut) {
		addIssue(reading, 'ip-length', `the IP header tells of ${missing} bytes more than the frame has`, start);
	}
	return { end, missing };
}

/** What a chain of extension headers leads to. */
export interface ExtensionChain {
	/** Of what starts at `start`. */
	readonly protocol: number;
	readonly start: number;
	/** The chain goes on in the datagram that this is a part of. */
	readonly fragment: IpFragment | undefined;
	readonly routed: boolean;
}

/** Also for a chain that goes on in a datagram put together from fragments. */
export function readExtensions(
	reading: FrameReading,
	bytes: Uint8Array,
	at: number,
	end: number,
	firstHeader: number,
): ExtensionChain {
	let protocol = firstHeader;
	let start = at;
	let routed = false;
	for (;;) {
		const lengthOf = extensionLengths[protocol];
		if (lengthOf === undefined) return { protocol, start, fragment: undefined, routed };
		const length = start + 2 > end ? 8 : lengthOf(bytes[start + 1] as number);
		if (!hasHeader(reading, 'an IPv6 extension header', start, end, length)) {
			return { protocol, start, fragment: undefined, routed };
		}
		if (protocol === ipProtocol.routing) routed ||= bytes[start + 3] !== 0;
		const next = bytes[start] as number;
		if (protocol === ipProtocol.fragment) {
			const field = u16(bytes, start + 2);
			const fragment = { id: u32(bytes, start + 4), offset: field & 0xfff8, more: (field & 1) !== 0 };
			// RFC 6946: a fragment that is the whole datagram is none.
			if (fragment.offset > 0 || fragment.more) return { protocol: next, start: start + 8, fragment, routed };
		}
		protocol = next;
		start += length;
	}
}

const eightByteUnits = (units: number) => 8 * (units + 1);

/** The extension headers that are walked, with their length in bytes from the length field. */
const extensionLengths: Readonly<Record<number, (units: number) => number>> = {
	[ipProtocol.hopByHop]: eightByteUnits,
	[ipProtocol.routing]: eightByteUnits,
	[ipProtocol.fragment]: () => 8,
	[ipProtocol.destinationOptions]: eightByteUnits,
	[ipProtocol.mobility]: eightByteUnits,
	// RFC 4302 section 2.2.
	[ipProtocol.authentication]: (units) => 4 * (units + 2),
};
