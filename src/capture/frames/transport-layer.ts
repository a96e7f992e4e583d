import { foldSum, internetSum } from '../../wire/internet-checksum.ts';
import type { ChecksumVerdict, IcmpError } from './frame.ts';
import { addIssue, type FrameReading, hasHeader, noIssues, u16, u32 } from './frame-reading.ts';
import { icmpKindOf } from './icmp-kinds.ts';
import { readIpv4, readIpv6 } from './ip-layer.ts';
import { ipProtocol } from './ip-numbers.ts';

/** What an IP packet, or a datagram put together from fragments, carries. */
export interface IpPayload {
	readonly version: 4 | 6;
	readonly protocol: number;
	readonly bytes: Uint8Array;
	readonly start: number;
	readonly end: number;
	/** Bytes that belong behind `end`, and the capture does not have. */
	readonly missing: number;
	readonly addressSum: number;
	readonly routed: boolean;
}

/** Reads UDP, TCP and ICMP errors; anything else is the payload as it is. */
export function readTransport(reading: FrameReading, payload: IpPayload): void {
	const { version, protocol, bytes, start, end } = payload;
	const read =
		protocol === ipProtocol.udp
			? readUdp(reading, payload)
			: protocol === ipProtocol.tcp
				? readTcp(reading, payload)
				: protocol === (version === 4 ? ipProtocol.icmp : ipProtocol.icmpv6) && readIcmp(reading, payload);
	if (!read) reading.payload = bytes.subarray(start, end);
}

/** RFC 768. Like those below tells whether there was such a header; then the payload is what it carries. */
function readUdp(reading: FrameReading, payload: IpPayload): boolean {
	const { bytes, start, end, missing } = payload;
	if (!hasHeader(reading, 'the UDP header', start, end, 8)) return false;
	const length = u16(bytes, start + 4);
	const room = end - start + missing;
	const fits = length >= 8 && length <= room;
	if (length !== room) {
		addIssue(reading, 'udp-length', `the UDP length is ${length}, but the IP header leaves ${room} bytes`, start + 4);
	}
	reading.udp = {
		sourcePort: u16(bytes, start),
		destinationPort: u16(bytes, start + 2),
		length,
		checksum: fits ? udpChecksum(payload, length) : 'unchecked',
	};
	const payloadEnd = Math.min(end, start + Math.max(length, 8));
	reading.payload = bytes.subarray(start + 8, payloadEnd);
	return true;
}

function udpChecksum(payload: IpPayload, length: number): ChecksumVerdict {
	const { version, bytes, start, end, addressSum, routed } = payload;
	const stored = u16(bytes, start + 6);
	// RFC 8200 section 8.1: over IPv6 a receiver throws such a datagram away.
	if (stored === 0) return version === 4 ? 'absent' : 'bad';
	if (start + length > end || routed) return 'unchecked';
	const pseudoHeader = foldSum(addressSum + ipProtocol.udp + length);
	if (internetSum(bytes, start, start + length, pseudoHeader) === 0xffff) return 'good';
	return stored === pseudoHeader ? 'offloaded' : 'bad';
}

/** RFC 9293 section 3.1. */
function readTcp(reading: FrameReading, { bytes, start, end }: IpPayload): boolean {
	if (!hasHeader(reading, 'the TCP header', start, end, 20)) return false;
	const headerLength = 4 * ((bytes[start + 12] as number) >> 4);
	const flags = bytes[start + 13] as number;
	reading.tcp = {
		sourcePort: u16(bytes, start),
		destinationPort: u16(bytes, start + 2),
		sequence: u32(bytes, start + 4),
		acknowledgement: u32(bytes, start + 8),
		flags: { fin: (flags & 1) !== 0, syn: (flags & 2) !== 0, rst: (flags & 4) !== 0, ack: (flags & 16) !== 0 },
	};
	if (headerLength < 20) {
		addIssue(
			reading,
			'tcp-header-length',
			`the TCP header says that it is ${headerLength} bytes long, less than 20`,
			start + 12,
		);
		reading.payload = bytes.subarray(end, end);
	} else {
		hasHeader(reading, 'the TCP header with its options', start, end, headerLength);
		reading.payload = bytes.subarray(Math.min(start + headerLength, end), end);
	}
	return true;
}

/** RFC 792, RFC 4443. What is no error, as an echo, stays the payload of the IP packet. */
function readIcmp(reading: FrameReading, { version, bytes, start, end }: IpPayload): boolean {
	if (!hasHeader(reading, 'the ICMP header', start, end, 4)) return false;
	const type = bytes[start] as number;
	const code = bytes[start + 1] as number;
	const kind = icmpKindOf(version, type, code);
	if (kind === undefined || !hasHeader(reading, 'the ICMP error', start, end, 8)) return false;
	const mtu = kind !== 'fragmentation-needed' ? 0 : version === 4 ? u16(bytes, start + 6) : u32(bytes, start + 4);
	reading.icmp = {
		kind,
		type,
		code,
		...quotedEnds(version, bytes.subarray(start + 8, end)),
		// Routers older than RFC 1191 leave it 0.
		...(mtu > 0 && { mtu }),
	};
	reading.payload = bytes.subarray(start + 8, end);
	return true;
}

/** From and to whom the datagram was that an ICMP error quotes. */
function quotedEnds(
	version: 4 | 6,
	quoted: Uint8Array,
): Pick<IcmpError, 'source' | 'destination' | 'sourcePort' | 'destinationPort'> {
	// The quoted datagram is cut by nature: what is odd in it is no issue of the frame.
	const apart: FrameReading = { index: 0, time: undefined, payload: quoted, cut: true, issues: noIssues };
	const ip = version === 4 ? readIpv4(apart, quoted, 0) : readIpv6(apart, quoted, 0);
	if (ip === undefined) return {};
	const { source, destination, protocol, fragment } = ip.header;
	const hasPorts = protocol === ipProtocol.udp || protocol === ipProtocol.tcp;
	if (!hasPorts || (fragment?.offset ?? 0) > 0 || ip.end - ip.start < 4) return { source, destination };
	return { source, destination, sourcePort: u16(quoted, ip.start), destinationPort: u16(quoted, ip.start + 2) };
}
