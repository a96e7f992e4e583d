import { parseHex, parseIpv4 } from 'pxekit';
import {
	encodeArpFrame,
	encodeIcmpFrame,
	encodeTcpFrame,
	encodeUdpFrame,
	encodeUdpFrames,
	type UdpFrameInit,
} from 'pxekit/capture';
import { concatBytes } from '../../src/wire/bytes.ts';

/** A frame made for what the captures at hand do not have. */
export interface MadeFrame {
	readonly name: string;
	readonly linkType: number;
	readonly data: Uint8Array;
	readonly originalLength: number;
}

const four: UdpFrameInit = {
	source: { mac: '52:54:00:12:34:56', address: '10.0.0.9', port: 2070 },
	destination: { mac: '52:54:00:00:00:01', address: '10.0.0.1', port: 9999 },
	payload: new TextEncoder().encode('made for a test!!'),
};
const six: UdpFrameInit = {
	...four,
	source: { ...four.source, address: 'fd00::5054:ff:fe12:3456' },
	destination: { ...four.destination, address: 'fd00:0:0:1::1' },
};
const plain4 = encodeUdpFrame(four);
const plain6 = encodeUdpFrame(six);
const long4 = { ...four, payload: new Uint8Array(4000).map((_, i) => i) };
const long6 = { ...six, payload: long4.payload };
const ipOf = (frame: Uint8Array) => frame.subarray(14);
const hex = (...parts: (string | Uint8Array)[]) =>
	concatBytes(parts.map((part) => (typeof part === 'string' ? parseHex(part) : part)));
const addresses = '52540000 0001 5254 0012 3456';

/** A copy with other bytes at a place. */
function changed(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
	const copy = bytes.slice();
	copy.set(values, at);
	return copy;
}

/** The IPv4 packet with options behind its header; the checksum of the header is set by hand below. */
function withOptions(packet: Uint8Array, options: string): Uint8Array {
	const bytes = parseHex(options);
	const total = packet.length + bytes.length;
	const longer = hex(packet.subarray(0, 20), bytes, packet.subarray(20));
	longer.set([0x45 + bytes.length / 4, 0, total >> 8, total & 0xff], 0);
	longer.set([0, 0], 10);
	let sum = 0;
	for (let at = 0; at < 20 + bytes.length; at += 2) sum += ((longer[at] as number) << 8) | (longer[at + 1] as number);
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
	longer.set([(~sum >> 8) & 0xff, ~sum & 0xff], 10);
	return longer;
}

/** The IPv6 packet with extension headers, whose last says what follows. */
function withExtensions(packet: Uint8Array, first: number, extensions: string): Uint8Array {
	const bytes = parseHex(extensions);
	const length = packet.length - 40 + bytes.length;
	const longer = hex(packet.subarray(0, 40), bytes, packet.subarray(40));
	longer.set([length >> 8, length & 0xff, first], 4);
	return longer;
}

/** The sum of the pseudo header alone, as a sender leaves it to its network card. */
function offloaded(): Uint8Array {
	const words = [...parseIpv4('10.0.0.9'), ...parseIpv4('10.0.0.1')];
	let sum = 17 + 8 + four.payload.length;
	for (let at = 0; at < 8; at += 2) sum += ((words[at] as number) << 8) | (words[at + 1] as number);
	return changed(plain4, 40, (sum >> 8) & 0xff, sum & 0xff);
}

const ethernet: readonly (readonly [name: string, data: Uint8Array, originalLength?: number])[] = [
	['UDP over IPv4', plain4],
	['UDP over IPv6', plain6],
	['no UDP checksum', encodeUdpFrame({ ...four, checksum: 'absent' })],
	['a UDP checksum left to the network card', offloaded()],
	['a wrong UDP checksum', changed(plain4, 40, 0x12, 0x34)],
	['no UDP checksum over IPv6', changed(plain6, 60, 0, 0)],
	['padding up to 60 bytes', hex(plain4, new Uint8Array(1))],
	['more padding', hex(plain4, '0102030405060708')],
	['a VLAN', encodeUdpFrame({ ...four, vlans: [77] })],
	['802.1ad', encodeUdpFrame({ ...six, vlans: [4001, 12] })],
	['the outer tag 0x9100', hex(addresses, '9100 0064', encodeUdpFrame({ ...four, vlans: [5] }).subarray(12))],
	['three tags', encodeUdpFrame({ ...four, vlans: [1, 2, 3] })],
	['a priority in the tag', hex(addresses, '8100 e04d', plain4.subarray(12))],
	['PPPoE with IPv4', hex(addresses, '8864 1100 0001 002f 0021', ipOf(plain4))],
	['PPPoE with IPv6', hex(addresses, '8864 1100 0001 0043 0057', ipOf(plain6))],
	['PPPoE with LCP', hex(addresses, '8864 1100 0001 000a c021 0901 0008 1234 5678')],
	['802.3 with spanning tree', hex('0180c2000000 525400123456 0026 424203', new Uint8Array(35))],
	['IPv4 with a router alert', hex(plain4.subarray(0, 14), withOptions(ipOf(plain4), '94040000'))],
	[
		'IPv4 with 40 bytes of options',
		hex(plain4.subarray(0, 14), withOptions(ipOf(plain4), `0727${'08'.repeat(0)}04${'00'.repeat(37)}`)),
	],
	['a wrong IPv4 checksum', changed(plain4, 24, 0x12, 0x34)],
	['an IPv4 checksum left to the network card', changed(plain4, 24, 0, 0)],
	['IPv6 with hop-by-hop options', hex(plain6.subarray(0, 14), withExtensions(ipOf(plain6), 0, '1100 0502 0000 0100'))],
	[
		'IPv6 with hop-by-hop, destination options and a used routing header',
		hex(
			plain6.subarray(0, 14),
			withExtensions(
				ipOf(plain6),
				0,
				'3c00 0104 0000 0000 2b00 0104 0000 0000 1102 0200 00000000 fd000000000000000000000000000007',
			),
		),
	],
	['an IPv6 fragment that is all', hex(plain6.subarray(0, 14), withExtensions(ipOf(plain6), 44, '1100 0000 00001234'))],
	['a UDP length of 0', changed(plain4, 38, 0, 0)],
	['a UDP length beyond the packet', changed(plain4, 38, 0, 200)],
	['TCP', encodeTcpFrame({ ...four, flags: { syn: true }, sequence: 0xfffffffe, payload: undefined })],
	['TCP with a payload', encodeTcpFrame({ ...six, flags: { ack: true, psh: true, fin: true }, acknowledgement: 77 })],
	['TCP with options', changed(encodeTcpFrame({ ...four, payload: hex('020405b4 01010402', four.payload) }), 46, 0x70)],
	[
		'an ARP request',
		encodeArpFrame({ operation: 'request', senderMac: '52:54:00:12:34:56', senderIp: '0.0.0.0', targetIp: '10.0.0.9' }),
	],
	[
		'an ARP reply',
		encodeArpFrame({
			operation: 'reply',
			senderMac: '52:54:00:00:00:01',
			senderIp: '10.0.0.1',
			targetMac: '52:54:00:12:34:56',
			targetIp: '10.0.0.9',
			vlans: [9],
		}),
	],
	['a closed port', encodeIcmpFrame({ kind: 'port-unreachable', about: plain4 })],
	['a closed port over IPv6', encodeIcmpFrame({ kind: 'port-unreachable', about: plain6 })],
	['no such host', encodeIcmpFrame({ kind: 'host-unreachable', about: plain4, source: { address: '10.0.0.254' } })],
	['no such network', encodeIcmpFrame({ kind: 'network-unreachable', about: plain6, source: { address: 'fd00::fe' } })],
	['a firewall', encodeIcmpFrame({ kind: 'prohibited', about: plain4, source: { address: '10.0.0.254' } })],
	[
		'too large for the next link',
		encodeIcmpFrame({ kind: 'fragmentation-needed', mtu: 1400, about: encodeUdpFrame(long4) }),
	],
	[
		'too large for the next IPv6 link',
		encodeIcmpFrame({ kind: 'fragmentation-needed', mtu: 1280, about: encodeUdpFrame(long6) }),
	],
	[
		'too many hops',
		encodeIcmpFrame({ kind: 'time-exceeded', about: encodeTcpFrame({ ...four, flags: { syn: true } }) }),
	],
	[
		'a closed port behind a VLAN',
		encodeIcmpFrame({ kind: 'port-unreachable', about: encodeUdpFrame({ ...four, vlans: [7, 8] }) }),
	],
	...encodeUdpFrames({ ...long4, identification: 1 }).map((data, i) => [`fragment ${i} of IPv4`, data] as const),
	...encodeUdpFrames({ ...long4, identification: 2 })
		.reverse()
		.map((data, i) => [`fragment ${i} of IPv4, the last first`, data] as const),
	...encodeUdpFrames({ ...long6, identification: 3 }).map((data, i) => [`fragment ${i} of IPv6`, data] as const),
	...encodeUdpFrames({ ...long6, identification: 4, mtu: 1280, vlans: [6] })
		.reverse()
		.map((data, i) => [`fragment ${i} of IPv6, the last first`, data] as const),
	['cut in the payload', plain4.subarray(0, 50), plain4.length],
	['cut in the padding', plain4, plain4.length + 10],
];

const otherLinks: readonly (readonly [name: string, linkType: number, data: Uint8Array])[] = [
	['loopback, little-endian', 0, hex('02000000', ipOf(plain4))],
	['loopback, big-endian', 0, hex('00000002', ipOf(plain4))],
	['loopback with IPv6 of macOS', 0, hex('1e000000', ipOf(plain6))],
	['loopback with IPv6 of FreeBSD', 0, hex('0000001c', ipOf(plain6))],
	['loopback with IPv6 of OpenBSD', 108, hex('00000018', ipOf(plain6))],
	['OpenBSD loopback', 108, hex('00000002', ipOf(plain4))],
	['raw IPv4', 101, ipOf(plain4)],
	['raw IPv6', 101, ipOf(plain6)],
	['raw IP by an old number', 12, ipOf(plain4)],
	['raw IPv4 by its own number', 228, ipOf(plain4)],
	['raw IPv6 by its own number', 229, ipOf(plain6)],
	['cooked', 113, hex('0000 0001 0006 525400123456 0000 0800', ipOf(plain4))],
	['cooked, sent by us', 113, hex('0004 0001 0006 525400123456 0000 86dd', ipOf(plain6))],
	['cooked with a VLAN', 113, hex('0000 0001 0006 525400123456 0000 8100 004d 0800', ipOf(plain4))],
	[
		'cooked with ARP',
		113,
		hex(
			'0001 0001 0006 525400123456 0000 0806',
			encodeArpFrame({
				operation: 'request',
				senderMac: '52:54:00:12:34:56',
				senderIp: '10.0.0.9',
				targetIp: '10.0.0.1',
			}).subarray(14),
		),
	],
	['cooked 2', 276, hex('0800 0000 00000003 0001 00 06 525400123456 0000', ipOf(plain4))],
	['cooked 2, sent by us', 276, hex('86dd 0000 00000003 0001 04 06 525400123456 0000', ipOf(plain6))],
];

/** Frames of all kinds: made by hand around the datagrams that this package's makers give. */
export const madeFrames: readonly MadeFrame[] = [
	...ethernet.map(([name, data, originalLength = data.length]) => ({ name, linkType: 1, data, originalLength })),
	...otherLinks.map(([name, linkType, data]) => ({ name, linkType, data, originalLength: data.length })),
];
