import type { Issue } from '../../wire/issue.ts';

/** The link layer of a frame. */
export interface LinkHeader {
	readonly kind: 'ethernet' | 'linux-cooked' | 'linux-cooked-2' | 'raw' | 'loopback';
	/** Hardware addresses in colon form, where the link has them. */
	readonly source?: string | undefined;
	readonly destination?: string | undefined;
	/** VLAN numbers, from the outermost tag to the innermost. */
	readonly vlans: readonly number[];
	/**
	 * EtherType of what follows the tags; 0x0800 is IPv4. Below 0x0600 it is the length of an 802.3 frame, whose LLC is not read. 0x8864
	 * is PPPoE, and IP in it is read. 0 for an unknown address family of a loopback.
	 */
	readonly protocol: number;
	/** Linux cooked: how the frame passed the machine that captured. */
	readonly direction?: 'to-us' | 'broadcast' | 'multicast' | 'to-others' | 'from-us' | undefined;
}

/** The header of IPv4 or IPv6. */
export interface IpHeader {
	readonly version: 4 | 6;
	readonly source: string;
	readonly destination: string;
	/** Number of the protocol inside, after IPv6's extension headers; 17 is UDP. */
	readonly protocol: number;
	/** Time to live, or hop limit. */
	readonly ttl: number;
	/** Present on fragments, and on a datagram put together from them. */
	readonly fragment?: IpFragment | undefined;
}

/** Where a fragment stands in its datagram. */
export interface IpFragment {
	readonly id: number;
	/** Bytes before this one. */
	readonly offset: number;
	/** More follow. */
	readonly more: boolean;
	/** The frames that make up the datagram; only with the frame that completed it. */
	readonly frames?: readonly number[] | undefined;
}

/**
 * What a checksum says. `offloaded`: wrong in the way of a sender that leaves the sum to its network card (the sum of the pseudo-header
 * stands there). `absent`: IPv4 allows to leave it out; over IPv6 that is `bad`. `unchecked`: the frame was cut, the UDP length can't
 * be right, or IPv6 names the last destination in a routing header.
 */
export type ChecksumVerdict = 'good' | 'absent' | 'offloaded' | 'bad' | 'unchecked';

/** The header of UDP. */
export interface UdpHeader {
	readonly sourcePort: number;
	readonly destinationPort: number;
	/** The length field: header and payload. */
	readonly length: number;
	readonly checksum: ChecksumVerdict;
}

/** The header of TCP. */
export interface TcpHeader {
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly sequence: number;
	readonly acknowledgement: number;
	readonly flags: { readonly syn: boolean; readonly ack: boolean; readonly fin: boolean; readonly rst: boolean };
}

/** ARP for IPv4 over Ethernet. */
export interface ArpPacket {
	readonly operation: 'request' | 'reply' | number;
	readonly senderMac: string;
	readonly senderIp: string;
	readonly targetMac: string;
	readonly targetIp: string;
}

/** An error that a router or host reports, and the datagram that it is about as far as it was quoted. An echo is none: it stays in `payload`. */
export interface IcmpError {
	readonly kind:
		| 'port-unreachable'
		| 'host-unreachable'
		| 'network-unreachable'
		| 'prohibited'
		| 'fragmentation-needed'
		| 'time-exceeded'
		| 'other';
	readonly type: number;
	readonly code: number;
	/** Whom the quoted datagram was from and to. */
	readonly source?: string | undefined;
	readonly destination?: string | undefined;
	/** Ports of the quoted UDP or TCP. */
	readonly sourcePort?: number | undefined;
	readonly destinationPort?: number | undefined;
	/** With `fragmentation-needed`: the largest datagram that fits. */
	readonly mtu?: number | undefined;
}

/** A frame, read as far as it can be. What could not be read is absent, and `issues` says why. */
export interface DecodedFrame {
	/** Wireshark's number. */
	readonly index: number;
	/** Nanoseconds since 1970. */
	readonly time: bigint | undefined;
	/**
	 * Wireshark's number of the frame that showed this same packet up to 10 milliseconds before: mirror ports, routers that capture and the
	 * interface "any" show packets more than once, and they were sent once. Retransmissions come later, or have another IP
	 * identification. Set by decoders that know the frames before.
	 */
	readonly copyOf?: number | undefined;
	readonly link?: LinkHeader | undefined;
	readonly arp?: ArpPacket | undefined;
	readonly ip?: IpHeader | undefined;
	readonly icmp?: IcmpError | undefined;
	readonly udp?: UdpHeader | undefined;
	readonly tcp?: TcpHeader | undefined;
	/**
	 * What the innermost header that was read carries: without padding, and no further than the UDP length says. Of an ICMP error the
	 * quoted datagram. Shares the memory of the capture, but for datagrams that came in fragments.
	 */
	readonly payload: Uint8Array;
	/** The capture kept less than was on the wire, and it is missing in `payload`. */
	readonly cut: boolean;
	/**
	 * `link-type`: frames of this link type are not read. `too-short`: a header is not all there. `ip-version`, `ip-header-length`,
	 * `ip-length`, `udp-length`, `tcp-header-length`: the field can't be right. `ip-checksum`: wrong; `ip-checksum-offloaded`: 0, left to
	 * the network card. `fragment-length`, `fragment-overlap`: the fragment is of no use. `arp-kind`: not for IPv4 over Ethernet.
	 * Offsets count from the start of the frame, or of the datagram that was put together.
	 */
	readonly issues: readonly Issue[];
}
