import { EncodeError } from '../../wire/errors.ts';
import { foldSum, internetSum } from '../../wire/internet-checksum.ts';
import { parseIpv4 } from '../../wire/ipv4.ts';
import { parseIpv6 } from '../../wire/ipv6.ts';
import { parseMac } from '../../wire/mac.ts';
import { inRange, Writer } from '../../wire/writer.ts';
import { etherType, ipProtocol } from './ip-numbers.ts';

/** A machine on the link: where a made frame comes from, or goes to. */
export interface FrameHost {
	/**
	 * Ethernet address. By default one that follows from the IP address: all ones for 255.255.255.255, the multicast address for a
	 * multicast group, and `02:00:` with the last four bytes of the address for others.
	 */
	readonly mac?: string | undefined;
	/** IPv4 or IPv6, as text. Both ends must be of the same version. */
	readonly address: string;
}

/** What all makers of frames take. */
export interface FrameHeaders {
	/** VLAN numbers, from the outermost tag to the innermost; none by default. The outer one of several is written as 802.1ad. */
	readonly vlans?: readonly number[] | undefined;
	/** Number of the datagram, by which its fragments are told from those of others; 0 by default. IPv6 has it in fragments only. */
	readonly identification?: number | undefined;
	/** Time to live, or hop limit; 64 by default. */
	readonly ttl?: number | undefined;
}

/** Addresses as bytes, checked. */
export interface IpAddresses {
	readonly version: 4 | 6;
	readonly source: Uint8Array;
	readonly destination: Uint8Array;
}

export function parseAddresses(source: string, destination: string): IpAddresses {
	const version = source.includes(':') ? 6 : 4;
	if ((destination.includes(':') ? 6 : 4) !== version) {
		throw new EncodeError('mixed-ip-versions', `${source} and ${destination} are not of one version of IP`, {
			path: 'destination.address',
		});
	}
	const parse = version === 6 ? parseIpv6 : parseIpv4;
	return {
		version,
		source: parse(source, 'source.address'),
		destination: parse(destination, 'destination.address'),
	};
}

/** What UDP, TCP and ICMPv6 add to their checksum: addresses, length and protocol (RFC 768, RFC 8200 section 8.1). */
export function pseudoHeaderSum(addresses: IpAddresses, protocol: number, length: number): number {
	const { source, destination } = addresses;
	return internetSum(
		destination,
		0,
		destination.length,
		internetSum(source, 0, source.length, foldSum(length) + protocol),
	);
}

/** Puts a checksum into place; the two bytes there must be 0. */
export function writeChecksum(bytes: Uint8Array, at: number, sum: number): void {
	bytes[at] = (~sum >> 8) & 0xff;
	bytes[at + 1] = ~sum & 0xff;
}

/** IPv4 or IPv6 packets around a payload: one, or the fragments that an MTU leaves room for. */
export function ipPackets(
	addresses: IpAddresses,
	protocol: number,
	payload: Uint8Array,
	{ identification = 0, ttl = 64 }: FrameHeaders,
	mtu?: number,
): Uint8Array[] {
	const { version } = addresses;
	const header = version === 4 ? 20 : 40;
	const most = version === 4 ? 0xffff - header : 0xffff;
	if (payload.length > most) {
		throw new EncodeError('too-long', `a payload of ${payload.length} bytes: IPv${version} has room for ${most}`, {
			path: 'payload',
		});
	}
	inRange(identification, version === 4 ? 0xffff : 0xffff_ffff, 'identification');
	if (mtu === undefined || header + payload.length <= mtu) {
		return [version === 4 ? ipv4Packet(payload, 0, false) : ipv6Packet(protocol, payload)];
	}
	const perFragment = (mtu - header - (version === 4 ? 0 : 8)) & ~7;
	if (!(perFragment >= 8)) {
		throw new EncodeError('out-of-range', `an MTU of ${mtu} leaves no room for data`, { path: 'mtu' });
	}
	const packets: Uint8Array[] = [];
	for (let at = 0; at < payload.length; at += perFragment) {
		const part = payload.subarray(at, at + perFragment);
		const more = at + perFragment < payload.length;
		packets.push(version === 4 ? ipv4Packet(part, at, more) : ipv6Fragment(part, at, more));
	}
	return packets;

	/** RFC 791 section 3.1. */
	function ipv4Packet(part: Uint8Array, offset: number, more: boolean): Uint8Array {
		const packet = new Writer(header + part.length)
			.u16(0x4500, 'version')
			.u16(header + part.length, 'totalLength')
			.u16(identification, 'identification')
			.u16((more ? 0x2000 : 0) | (offset / 8), 'offset')
			.u8(ttl, 'ttl')
			.u8(protocol, 'protocol')
			.u16(0, 'checksum')
			.raw(addresses.source)
			.raw(addresses.destination)
			.raw(part)
			.finish();
		writeChecksum(packet, 10, internetSum(packet, 0, header));
		return packet;
	}

	/** RFC 8200 section 3. */
	function ipv6Packet(nextHeader: number, part: Uint8Array): Uint8Array {
		return new Writer(header + part.length)
			.u32(0x6000_0000, 'version')
			.u16(part.length, 'payloadLength')
			.u8(nextHeader, 'nextHeader')
			.u8(ttl, 'ttl')
			.raw(addresses.source)
			.raw(addresses.destination)
			.raw(part)
			.finish();
	}

	/** RFC 8200 section 4.5. */
	function ipv6Fragment(part: Uint8Array, offset: number, more: boolean): Uint8Array {
		const extension = new Writer(8 + part.length)
			.u8(protocol, 'nextHeader')
			.u8(0, 'reserved')
			.u16(offset | (more ? 1 : 0), 'offset')
			.u32(identification, 'identification')
			.raw(part)
			.finish();
		return ipv6Packet(ipProtocol.fragment, extension);
	}
}

/** The Ethernet address of a host as made frames have it. */
export function macOf({ mac }: FrameHost, address: Uint8Array, path: string): Uint8Array {
	if (mac !== undefined) return parseMac(mac, path);
	const last = address.subarray(-4);
	if (address.length === 16 && address[0] === 0xff) return Uint8Array.of(0x33, 0x33, ...last);
	if (last.every((byte) => byte === 0xff)) return new Uint8Array(6).fill(0xff);
	const [first = 0, second = 0, third = 0, fourth = 0] = last;
	// RFC 1112 section 6.4.
	if (address.length === 4 && first >> 4 === 14) return Uint8Array.of(1, 0, 0x5e, second & 0x7f, third, fourth);
	return Uint8Array.of(2, 0, first, second, third, fourth);
}

/** Ethernet II with its VLAN tags. */
export function ethernetFrame(
	source: Uint8Array,
	destination: Uint8Array,
	vlans: readonly number[],
	protocol: number,
	payload: Uint8Array,
): Uint8Array {
	const writer = new Writer(14 + 4 * vlans.length + payload.length).raw(destination).raw(source);
	vlans.forEach((vlan, i) => {
		writer.u16(i < vlans.length - 1 ? etherType.serviceVlan : etherType.vlan, 'tag');
		writer.u16(inRange(vlan, 0xfff, `vlans[${i}]`), 'vlan');
	});
	return writer.u16(protocol, 'protocol').raw(payload).finish();
}
