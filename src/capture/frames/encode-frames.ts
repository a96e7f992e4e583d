import { EncodeError } from '../../wire/errors.ts';
import { internetSum } from '../../wire/internet-checksum.ts';
import { formatIpv4, parseIpv4 } from '../../wire/ipv4.ts';
import { formatIpv6 } from '../../wire/ipv6.ts';
import { parseMac } from '../../wire/mac.ts';
import { Writer } from '../../wire/writer.ts';
import { macText } from './address-texts.ts';
import {
	ethernetFrame,
	type FrameHeaders,
	type FrameHost,
	type IpAddresses,
	ipPackets,
	macOf,
	parseAddresses,
	pseudoHeaderSum,
	writeChecksum,
} from './encode-headers.ts';
import type { IcmpError } from './frame.ts';
import { icmpNumbersOf } from './icmp-kinds.ts';
import { etherType, ipProtocol } from './ip-numbers.ts';

/** One end of a made datagram. */
export interface FrameEndpoint extends FrameHost {
	readonly port: number;
}

/** A UDP datagram to put into a frame. */
export interface UdpFrameInit extends FrameHeaders {
	readonly source: FrameEndpoint;
	readonly destination: FrameEndpoint;
	readonly payload: Uint8Array;
	/** `absent` writes 0 instead of a UDP checksum, which IPv4 allows; `good` by default. */
	readonly checksum?: 'good' | 'absent' | undefined;
}

/** As {@link UdpFrameInit}, for a link that takes only so much. */
export interface UdpFramesInit extends UdpFrameInit {
	/** Most bytes of an IP packet; 1500 by default. */
	readonly mtu?: number | undefined;
}

/** A TCP segment to put into a frame. */
export interface TcpFrameInit extends FrameHeaders {
	readonly source: FrameEndpoint;
	readonly destination: FrameEndpoint;
	/** None by default. */
	readonly payload?: Uint8Array | undefined;
	/** 0 by default, like `acknowledgement`. */
	readonly sequence?: number | undefined;
	readonly acknowledgement?: number | undefined;
	/** Those left out are not set. */
	readonly flags?:
		| {
				readonly syn?: boolean;
				readonly ack?: boolean;
				readonly fin?: boolean;
				readonly rst?: boolean;
				readonly psh?: boolean;
		  }
		| undefined;
	/** 65535 by default. */
	readonly window?: number | undefined;
}

/** An ARP packet to put into a frame. */
export interface ArpFrameInit {
	readonly operation: 'request' | 'reply';
	readonly senderMac: string;
	readonly senderIp: string;
	/** Needed in a reply; 00:00:00:00:00:00 by default in a request, which goes to everybody. */
	readonly targetMac?: string | undefined;
	readonly targetIp: string;
	/** As in {@link FrameHeaders}. */
	readonly vlans?: readonly number[] | undefined;
}

/** An ICMP or ICMPv6 error to put into a frame. */
export interface IcmpFrameInit extends Omit<FrameHeaders, 'vlans'> {
	readonly kind: IcmpError['kind'];
	/** The Ethernet frame that the error is about; its datagram is quoted, and its VLAN tags are taken over. */
	readonly about: Uint8Array;
	/** Who reports it; the host that the frame was for by default, a router otherwise. */
	readonly source?: FrameHost | undefined;
	/** With `fragmentation-needed`: the largest packet that fits; 0 by default. */
	readonly mtu?: number | undefined;
}

/**
 * An Ethernet frame with a UDP datagram over IPv4 or IPv6, checksums and all, of whatever length: no MTU is looked at.
 *
 * @throws an {@link EncodeError} `too-long` when IP can't carry the payload, `out-of-range`, `bad-ipv4`, `bad-ipv6`, `bad-mac`,
 * `mixed-ip-versions`
 * @example
 * ```ts
 * import { decodeFrame, encodeUdpFrame } from 'pxekit/capture';
 *
 * const data = encodeUdpFrame({
 *   source: { mac: '52:54:00:12:34:56', address: '0.0.0.0', port: 68 },
 *   destination: { address: '255.255.255.255', port: 67 },
 *   payload: new Uint8Array(300),
 * });
 * const frame = { index: 1, time: 0n, linkType: 1, data, originalLength: data.length, interface: 0 };
 * decodeFrame(frame).link?.destination; // => 'ff:ff:ff:ff:ff:ff'
 * ```
 */
export function encodeUdpFrame(init: UdpFrameInit): Uint8Array {
	return udpFrames(init)[0] as Uint8Array;
}

/**
 * As {@link encodeUdpFrame}, in as many fragments as the link's MTU makes necessary, in order.
 *
 * @throws an {@link EncodeError} as {@link encodeUdpFrame} does; `out-of-range` for an MTU without room for data
 * @example
 * ```ts
 * import { encodeUdpFrames } from 'pxekit/capture';
 *
 * const frames = encodeUdpFrames({
 *   source: { address: '10.0.0.1', port: 49152 },
 *   destination: { address: '10.0.0.9', port: 2070 },
 *   payload: new Uint8Array(4096),
 *   identification: 7,
 * });
 * frames.map((frame) => frame.length); // => [1514, 1514, 1178]
 * ```
 */
export function encodeUdpFrames({ mtu = 1500, ...init }: UdpFramesInit): Uint8Array[] {
	return udpFrames(init, mtu);
}

function udpFrames(init: UdpFrameInit, mtu?: number): Uint8Array[] {
	const { source, destination, payload, checksum = 'good' } = init;
	const addresses = parseAddresses(source.address, destination.address);
	if (checksum === 'absent' && addresses.version === 6) {
		throw new EncodeError('out-of-range', 'UDP over IPv6 must have a checksum (RFC 8200 section 8.1)', {
			path: 'checksum',
		});
	}
	if (payload.length > 0xffff - 8) {
		throw new EncodeError('too-long', `a payload of ${payload.length} bytes: UDP has room for 65527`, {
			path: 'payload',
		});
	}
	const length = 8 + payload.length;
	const datagram = new Writer(length)
		.u16(source.port, 'source.port')
		.u16(destination.port, 'destination.port')
		.u16(length, 'length')
		.u16(0, 'checksum')
		.raw(payload)
		.finish();
	if (checksum === 'good') {
		const sum = internetSum(datagram, 0, length, pseudoHeaderSum(addresses, ipProtocol.udp, length));
		// 0 would say that there is no checksum (RFC 768).
		writeChecksum(datagram, 6, sum === 0xffff ? 0 : sum);
	}
	return ipFrames(init, addresses, ipProtocol.udp, datagram, mtu);
}

/**
 * An Ethernet frame with a TCP segment, without options.
 *
 * @throws an {@link EncodeError} as {@link encodeUdpFrame} does
 * @example
 * ```ts
 * import { decodeFrame, encodeTcpFrame } from 'pxekit/capture';
 *
 * const data = encodeTcpFrame({
 *   source: { address: '10.0.0.9', port: 40000 },
 *   destination: { address: '10.0.0.1', port: 80 },
 *   flags: { syn: true },
 * });
 * const frame = { index: 1, time: 0n, linkType: 1, data, originalLength: data.length, interface: 0 };
 * decodeFrame(frame).tcp?.flags.syn; // => true
 * ```
 */
export function encodeTcpFrame(init: TcpFrameInit): Uint8Array {
	const { source, destination, payload = new Uint8Array(), flags = {} } = init;
	const addresses = parseAddresses(source.address, destination.address);
	const bits =
		(flags.fin ? 0x01 : 0) |
		(flags.syn ? 0x02 : 0) |
		(flags.rst ? 0x04 : 0) |
		(flags.psh ? 0x08 : 0) |
		(flags.ack ? 0x10 : 0);
	const segment = new Writer(20 + payload.length)
		.u16(source.port, 'source.port')
		.u16(destination.port, 'destination.port')
		.u32(init.sequence ?? 0, 'sequence')
		.u32(init.acknowledgement ?? 0, 'acknowledgement')
		.u16(0x5000 | bits, 'flags')
		.u16(init.window ?? 0xffff, 'window')
		.u32(0, 'checksum')
		.raw(payload)
		.finish();
	const pseudo = pseudoHeaderSum(addresses, ipProtocol.tcp, segment.length);
	writeChecksum(segment, 16, internetSum(segment, 0, segment.length, pseudo));
	return ipFrames(init, addresses, ipProtocol.tcp, segment)[0] as Uint8Array;
}

/**
 * An Ethernet frame with an ARP packet for IPv4 (RFC 826): a request to everybody, a reply to the one who asked.
 *
 * @throws an {@link EncodeError} `bad-ipv4`, `bad-mac`; `no-target` for a reply without `targetMac`
 * @example
 * ```ts
 * import { encodeArpFrame } from 'pxekit/capture';
 *
 * const data = encodeArpFrame({
 *   operation: 'request',
 *   senderMac: '52:54:00:12:34:56',
 *   senderIp: '10.0.0.9',
 *   targetIp: '10.0.0.1',
 * });
 * data.length; // => 42
 * ```
 */
export function encodeArpFrame({
	operation,
	senderMac,
	senderIp,
	targetMac,
	targetIp,
	vlans = [],
}: ArpFrameInit): Uint8Array {
	if (operation === 'reply' && targetMac === undefined) {
		throw new EncodeError('no-target', 'an ARP reply goes to the one who asked: say targetMac', { path: 'targetMac' });
	}
	const sender = parseMac(senderMac, 'senderMac');
	const target = targetMac === undefined ? new Uint8Array(6) : parseMac(targetMac, 'targetMac');
	const packet = new Writer(28)
		// Ethernet, IPv4, and the lengths of their addresses.
		.u16(1, 'hardwareType')
		.u16(etherType.ipv4, 'protocolType')
		.u16(0x0604, 'lengths')
		.u16(operation === 'request' ? 1 : 2, 'operation')
		.raw(sender)
		.raw(parseIpv4(senderIp, 'senderIp'))
		.raw(target)
		.raw(parseIpv4(targetIp, 'targetIp'))
		.finish();
	const destination = operation === 'request' ? new Uint8Array(6).fill(0xff) : target;
	return ethernetFrame(sender, destination, vlans, etherType.arp, packet);
}

/**
 * An Ethernet frame with the ICMP error that answers another frame: as much of its datagram is quoted as RFC 792 (the header and 8
 * bytes) and RFC 4443 (up to 1280 bytes in all) say.
 *
 * @throws an {@link EncodeError} `not-ip` when `about` is no Ethernet frame with IPv4 or IPv6
 * @example
 * ```ts
 * import { decodeFrame, encodeIcmpFrame, encodeUdpFrame } from 'pxekit/capture';
 *
 * const about = encodeUdpFrame({
 *   source: { address: '10.0.0.9', port: 2070 },
 *   destination: { address: '10.0.0.1', port: 69 },
 *   payload: new Uint8Array(20),
 * });
 * const data = encodeIcmpFrame({ kind: 'port-unreachable', about });
 * const frame = { index: 2, time: 0n, linkType: 1, data, originalLength: data.length, interface: 0 };
 * decodeFrame(frame).icmp?.destinationPort; // => 69
 * ```
 */
export function encodeIcmpFrame({ kind, about, source, mtu = 0, ...headers }: IcmpFrameInit): Uint8Array {
	const { vlans, packet } = unwrapEthernet(about);
	const version = (packet[0] as number) >> 4;
	const sixes = version === 6;
	const [addressesAt, addressLength] = sixes ? [8, 16] : [12, 4];
	const addressText = (which: 0 | 1) => {
		const at = addressesAt + which * addressLength;
		const bytes = packet.subarray(at, at + addressLength);
		return sixes ? formatIpv6(bytes) : formatIpv4(bytes);
	};
	const from = source ?? { address: addressText(1), mac: macText(about, 0) };
	const to = { address: addressText(0), mac: macText(about, 6) };
	const addresses = parseAddresses(from.address, to.address);
	const { type, code } = icmpNumbersOf(addresses.version, kind);
	const quoted = packet.subarray(0, sixes ? 1280 - 48 : 4 * ((packet[0] as number) & 15) + 8);
	const message = new Writer(8 + quoted.length).u8(type, 'type').u8(code, 'code').u16(0, 'checksum');
	// RFC 1191 section 4 has 16 bits for the MTU, RFC 4443 section 3.2 has 32.
	if (sixes) message.u32(mtu, 'mtu');
	else message.u16(0, 'unused').u16(mtu, 'mtu');
	const bytes = message.raw(quoted).finish();
	const protocol = sixes ? ipProtocol.icmpv6 : ipProtocol.icmp;
	const pseudo = sixes ? pseudoHeaderSum(addresses, protocol, bytes.length) : 0;
	writeChecksum(bytes, 2, internetSum(bytes, 0, bytes.length, pseudo));
	return ipFrames({ ...headers, vlans, source: from, destination: to }, addresses, protocol, bytes)[0] as Uint8Array;
}

/** The VLAN numbers and the IP packet of an Ethernet frame that a maker above made. */
function unwrapEthernet(frame: Uint8Array): { vlans: number[]; packet: Uint8Array } {
	const u16 = (at: number) => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
	const vlans: number[] = [];
	let at = 12;
	for (; u16(at) === etherType.vlan || u16(at) === etherType.serviceVlan; at += 4) vlans.push(u16(at + 2) & 0xfff);
	const packet = frame.subarray(at + 2);
	const header = { [etherType.ipv4]: 20, [etherType.ipv6]: 40 }[u16(at)];
	if (header === undefined || packet.length < header) {
		throw new EncodeError('not-ip', 'the frame that the error is about is no Ethernet frame with an IP packet', {
			path: 'about',
		});
	}
	return { vlans, packet };
}

function ipFrames(
	init: FrameHeaders & { readonly source: FrameHost; readonly destination: FrameHost },
	addresses: IpAddresses,
	protocol: number,
	payload: Uint8Array,
	mtu?: number,
): Uint8Array[] {
	const sourceMac = macOf(init.source, addresses.source, 'source.mac');
	const destinationMac = macOf(init.destination, addresses.destination, 'destination.mac');
	const ethernetType = addresses.version === 4 ? etherType.ipv4 : etherType.ipv6;
	return ipPackets(addresses, protocol, payload, init, mtu).map((packet) =>
		ethernetFrame(sourceMac, destinationMac, init.vlans ?? [], ethernetType, packet),
	);
}
