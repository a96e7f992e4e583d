import { macText } from './address-texts.ts';
import type { LinkHeader } from './frame.ts';
import { addIssue, type FrameReading, hasHeader, u16 } from './frame-reading.ts';
import { etherType } from './ip-numbers.ts';

/** What a link header leads to. */
export interface LinkPart {
	readonly link: LinkHeader;
	/** EtherType of what starts at `at`, behind PPPoE too; 0 when nothing follows that can be read here. */
	readonly carries: number;
	readonly at: number;
}

type LinkReader = (reading: FrameReading, data: Uint8Array) => LinkPart | undefined;

/** By the numbers of the list of LINKTYPE_ values (https://www.tcpdump.org/linktypes.html). */
const linkReaders: Readonly<Record<number, LinkReader>> = {
	0: readLoopback,
	1: readEthernet,
	// 12 and 14 are what LINKTYPE_RAW was on some systems.
	12: readRaw,
	14: readRaw,
	101: readRaw,
	108: readLoopback,
	113: readCooked,
	228: () => rawPart(etherType.ipv4),
	229: () => rawPart(etherType.ipv6),
	276: readCooked2,
};

/** Reads the link header of a frame; an issue says why when it can't be read. */
export function readLink(reading: FrameReading, linkType: number, data: Uint8Array): LinkPart | undefined {
	const read = linkReaders[linkType];
	if (read === undefined) addIssue(reading, 'link-type', `frames of link type ${linkType} are not read`);
	return read?.(reading, data);
}

/** IEEE 802.3 clause 3. */
function readEthernet(reading: FrameReading, data: Uint8Array): LinkPart | undefined {
	if (!hasHeader(reading, 'the Ethernet header', 0, data.length, 14)) return undefined;
	const source = macText(data, 6);
	const destination = macText(data, 0);
	const { vlans, protocol, at } = readTags(reading, data, 12);
	return part({ kind: 'ethernet', source, destination, vlans, protocol }, data, at);
}

const directions = ['to-us', 'broadcast', 'multicast', 'to-others', 'from-us'] as const;

/** LINKTYPE_LINUX_SLL: what Linux gives for the interface "any". */
function readCooked(reading: FrameReading, data: Uint8Array): LinkPart | undefined {
	if (!hasHeader(reading, 'the Linux cooked header', 0, data.length, 16)) return undefined;
	return cookedPart(reading, data, {
		kind: 'linux-cooked',
		packetType: u16(data, 0),
		addressLength: u16(data, 4),
		addressAt: 6,
		protocolAt: 14,
	});
}

/** LINKTYPE_LINUX_SLL2. */
function readCooked2(reading: FrameReading, data: Uint8Array): LinkPart | undefined {
	if (!hasHeader(reading, 'the Linux cooked header', 0, data.length, 20)) return undefined;
	return cookedPart(reading, data, {
		kind: 'linux-cooked-2',
		packetType: data[10] as number,
		addressLength: data[11] as number,
		addressAt: 12,
		protocolAt: 0,
	});
}

interface CookedFields {
	readonly kind: 'linux-cooked' | 'linux-cooked-2';
	readonly packetType: number;
	readonly addressLength: number;
	readonly addressAt: number;
	readonly protocolAt: number;
}

function cookedPart(reading: FrameReading, data: Uint8Array, fields: CookedFields): LinkPart {
	const { kind, packetType, addressLength, addressAt, protocolAt } = fields;
	const headerEnd = kind === 'linux-cooked' ? 16 : 20;
	const { vlans, protocol, at } = readTags(reading, data, protocolAt, headerEnd);
	const source = addressLength === 6 ? macText(data, addressAt) : undefined;
	const direction = directions[packetType];
	return part({ kind, source, vlans, protocol, direction }, data, at);
}

const familyTypes: Readonly<Record<number, number>> = {
	2: etherType.ipv4,
	// AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, macOS.
	10: etherType.ipv6,
	24: etherType.ipv6,
	28: etherType.ipv6,
	30: etherType.ipv6,
};

/** LINKTYPE_NULL has the address family in the order of the machine that captured, LINKTYPE_LOOP in network order. */
function readLoopback(reading: FrameReading, data: Uint8Array): LinkPart | undefined {
	if (!hasHeader(reading, 'the loopback header', 0, data.length, 4)) return undefined;
	const family = u16(data, 0) === 0 ? u16(data, 2) : (data[0] as number) | ((data[1] as number) << 8);
	const protocol = familyTypes[family] ?? 0;
	return { link: { kind: 'loopback', vlans: noVlans, protocol }, carries: protocol, at: 4 };
}

function readRaw(reading: FrameReading, data: Uint8Array): LinkPart | undefined {
	if (!hasHeader(reading, 'an IP packet', 0, data.length, 1)) return undefined;
	return rawPart((data[0] as number) >> 4 === 6 ? etherType.ipv6 : etherType.ipv4);
}

function rawPart(protocol: number): LinkPart {
	return { link: { kind: 'raw', vlans: noVlans, protocol }, carries: protocol, at: 0 };
}

/** RFC 2516 section 4, with the PPP protocol numbers of RFC 1332 and RFC 5072. */
function part(link: LinkHeader, data: Uint8Array, at: number): LinkPart {
	// Below 0x0600 it is a length (802.3), and LLC follows.
	if (link.protocol < 0x0600) return { link, carries: 0, at };
	if (link.protocol !== etherType.pppoeSession) return { link, carries: link.protocol, at };
	const ppp = data.length >= at + 8 ? u16(data, at + 6) : 0;
	const carries = ppp === 0x0021 ? etherType.ipv4 : ppp === 0x0057 ? etherType.ipv6 : 0;
	return { link, carries, at: carries === 0 ? at : at + 8 };
}

const noVlans: readonly number[] = [];

/**
 * The EtherType at `typeAt`, behind all VLAN tags.
 *
 * @param next where what follows the type stands; directly behind it by default
 */
function readTags(reading: FrameReading, data: Uint8Array, typeAt: number, next: number = typeAt + 2) {
	let vlans = noVlans;
	let protocol = u16(data, typeAt);
	let at = next;
	while (protocol === etherType.vlan || protocol === etherType.serviceVlan || protocol === etherType.oldOuterVlan) {
		if (!hasHeader(reading, 'a VLAN tag', at, data.length, 4))
			return { vlans, protocol, at: Math.min(at, data.length) };
		vlans = [...vlans, u16(data, at) & 0xfff];
		protocol = u16(data, at + 2);
		at += 4;
	}
	return { vlans, protocol, at };
}
