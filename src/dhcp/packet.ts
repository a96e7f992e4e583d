import type { Issue } from '../wire/issue.ts';
import type { DhcpOptions, DhcpOptionsInit } from './options.ts';

/** Sizes and places in a BOOTP packet (RFC 951 section 3, RFC 2131 section 2). */
export const layout = {
	chaddr: 28,
	sname: 44,
	file: 108,
	cookie: 236,
	options: 240,
	chaddrLength: 16,
	snameLength: 64,
	fileLength: 128,
} as const;

/** 63:82:53:63, the first four bytes of the options of a DHCP packet (RFC 2131 section 3). */
export const cookieBytes: Uint8Array = Uint8Array.of(0x63, 0x82, 0x53, 0x63);

/** Codes that say how the options themselves stand (RFC 2132 sections 3.1, 3.2, 9.3 and 9.6; RFC 3046 section 2.1). */
export const structuralCodes = { pad: 0, overload: 52, messageType: 53, relayAgent: 82, end: 255 } as const;

/** Which part of the packet an option stood in. `file` and `sname` only with option 52 (RFC 2132 9.3). */
export type DhcpOptionArea = 'options' | 'file' | 'sname';

/** Order in which a reader joins parts of one option (RFC 3396 section 5). */
export const areaOrder: readonly DhcpOptionArea[] = ['options', 'file', 'sname'];

/** Bits of option 52: the field holds options (RFC 2132 9.3). */
export const overloadBits: Readonly<Record<DhcpOptionArea, number>> = { options: 0, file: 1, sname: 2 };

/** The value of option 52, or `undefined` when it is none of the three that are defined. */
export function overloadOf(bytes: Uint8Array): number | undefined {
	const value = bytes[0] ?? 0;
	return bytes.length === 1 && value >= 1 && value <= 3 ? value : undefined;
}

/** The one defined bit of `flags`: answer by broadcast (RFC 2131 section 2). */
export const broadcastFlag = 0x8000;

/**
 * A decoded DHCP or BOOTP packet. It can be given to `encodeDhcp` as it is, or spread and changed; bytes behind End are not
 * written again, and what no reader could make out, such as a name without its NUL, is refused.
 */
export interface DhcpPacket {
	/** 1 = request, from a client; 2 = reply, from a server. */
	readonly op: number;
	/** 1 = Ethernet. */
	readonly htype: number;
	/** As it was on the wire: 0 to 255. At most 16 bytes of hardware address exist. */
	readonly hlen: number;
	readonly hops: number;
	/** Transaction number, 0 to 4294967295. 0 is valid: iPXE sends it to boot servers. */
	readonly xid: number;
	/** Seconds since the client began; iPXE and old ROMs use it for other things. */
	readonly secs: number;
	/** All 16 bits; {@link broadcastFlag} is the only defined one. */
	readonly flags: number;
	readonly ciaddr: string;
	readonly yiaddr: string;
	readonly siaddr: string;
	readonly giaddr: string;
	/** All 16 bytes. */
	readonly chaddr: Uint8Array;
	/** The first `hlen` bytes of `chaddr` in colon form; `''` when `hlen` is 0. */
	readonly mac: string;
	/** Server host name up to its NUL, `''` when the field holds options. */
	readonly sname: string;
	/** Boot file name up to its NUL, `''` when the field holds options. */
	readonly file: string;
	/** Whether the magic cookie was there. Without it this is plain BOOTP and `options` is empty. */
	readonly cookie: boolean;
	readonly options: DhcpOptions;
	/** Without a cookie: the vendor area as it is. With one: what follows End. */
	readonly trailing: Uint8Array;
	/** What was odd. Empty for a canonical packet. */
	readonly issues: readonly Issue[];
}

/** A packet to write. Only `op`, `xid` and `chaddr` have no default. */
export interface DhcpPacketInit {
	readonly op: number;
	/** 1 (Ethernet) by default. */
	readonly htype?: number | undefined;
	/** Length of `chaddr` by default; with all 16 bytes of the field, which a decoded packet has, 6 on Ethernet. */
	readonly hlen?: number | undefined;
	readonly hops?: number | undefined;
	readonly xid: number;
	readonly secs?: number | undefined;
	readonly flags?: number | undefined;
	readonly ciaddr?: string | undefined;
	readonly yiaddr?: string | undefined;
	readonly siaddr?: string | undefined;
	readonly giaddr?: string | undefined;
	/** A MAC address as text, or up to 16 bytes. */
	readonly chaddr: string | Uint8Array;
	/** At most 63 bytes. */
	readonly sname?: string | undefined;
	/** At most 127 bytes. */
	readonly file?: string | undefined;
	/** `true` by default; `false` writes plain BOOTP without options. */
	readonly cookie?: boolean | undefined;
	readonly options?: DhcpOptions | DhcpOptionsInit | undefined;
	/** Written only where `cookie` is false: the vendor area. */
	readonly trailing?: Uint8Array | undefined;
}

/** The number that `hlen` has by default. Hardware addresses of type 1 have 6 octets (RFC 1700), and the rest of the field is padding. */
export function hlenOf({ htype = 1, hlen }: Pick<DhcpPacketInit, 'htype' | 'hlen'>, chaddr: Uint8Array): number {
	return hlen ?? (htype === 1 && chaddr.length === layout.chaddrLength ? 6 : chaddr.length);
}
