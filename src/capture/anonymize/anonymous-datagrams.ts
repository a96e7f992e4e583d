import { formatHexBetween } from '../../wire/hex.ts';
import { foldSum, internetSum } from '../../wire/internet-checksum.ts';
import { type FrameReading, noIssues, u16, u32 } from '../frames/frame-reading.ts';
import { icmpKindOf } from '../frames/icmp-kinds.ts';
import { type IpPart, readIpv4, readIpv6 } from '../frames/ip-layer.ts';
import { ipProtocol } from '../frames/ip-numbers.ts';
import { hasDhcpPorts } from '../timeline/dhcp-event.ts';
import { keepVerdict } from './anonymous-checksums.ts';
import { scrubDhcp } from './anonymous-dhcp.ts';
import { scrubDns, scrubNames } from './anonymous-domain-names.ts';
import { createContentScrubber } from './anonymous-files.ts';
import { createTcpScrubber } from './anonymous-http.ts';
import type { Identities } from './anonymous-identity.ts';
import type { Speaker } from './anonymous-text.ts';
import { looksLikeTftp, scrubTftp } from './anonymous-tftp.ts';

/** What an IP packet, or one put together from fragments, carries. */
export interface Datagram {
	readonly version: 4 | 6;
	readonly protocol: number;
	/** Both addresses, source first: as they were, and as they are now. */
	readonly addressesBefore: Uint8Array;
	readonly addressesAfter: Uint8Array;
	/** Behind the IP header. To be written to. */
	readonly bytes: Uint8Array;
}

export interface DatagramScrubber {
	scrub(datagram: Datagram): void;
	/** The capture has ended. */
	end(): void;
}

const dnsPorts = [53, 5353, 5355];

/** Goes through what IP packets carry, in the order of the capture. */
export function createDatagramScrubber(identities: Identities, keepFiles: boolean): DatagramScrubber {
	const content = createContentScrubber(identities, keepFiles);
	const tcp = createTcpScrubber(identities, content);
	/** Who asked for a file by TFTP, address and port. */
	const tftpClients = new Set<string>();
	/** Checksums are set when all is done: the head of an HTTP message may go on in later segments. */
	const unsettled: (() => void)[] = [];

	function scrubUdp(datagram: Datagram): void {
		const { bytes, addressesBefore } = datagram;
		if (bytes.length < 8) return void bytes.fill(0, 4);
		const [source, destination] = [u16(bytes, 0), u16(bytes, 2)];
		const length = u16(bytes, 4);
		const end = length >= 8 && length <= bytes.length ? length : bytes.length;
		const half = addressesBefore.length / 2;
		const from = `${formatHexBetween(addressesBefore, 0, half, '')} ${source}`;
		const to = `${formatHexBetween(addressesBefore, half, 2 * half, '')} ${destination}`;
		const payload = bytes.subarray(8, end);
		const udp = { sourcePort: source, destinationPort: destination, length, checksum: 'unchecked' } as const;
		const isTftp = destination === 69 || tftpClients.has(from) || tftpClients.has(to);
		if (hasDhcpPorts({ ...blank(payload), udp })) {
			scrubDhcp(identities, payload);
		} else if (dnsPorts.includes(source) || dnsPorts.includes(destination)) scrubDns(identities, payload);
		else if (isTftp || looksLikeTftp(payload)) {
			if (destination === 69) tftpClients.add(from);
			scrubTftp(identities, payload, `${from} ${to}`, speakerOf(datagram), content);
		} else content.push(payload);
		bytes.fill(0, end);
		settleLater(datagram, 6, end);
	}

	function scrubTcp(datagram: Datagram): void {
		const { bytes, addressesBefore } = datagram;
		const headerLength = bytes.length < 20 ? 0 : 4 * ((bytes[12] as number) >> 4);
		if (headerLength < 20 || headerLength > bytes.length) return void bytes.fill(0, Math.min(20, bytes.length));
		const half = addressesBefore.length / 2;
		const from = `${formatHexBetween(addressesBefore, 0, half, '')} ${u16(bytes, 0)}`;
		const to = `${formatHexBetween(addressesBefore, half, 2 * half, '')} ${u16(bytes, 2)}`;
		settleLater(datagram, 16, bytes.length);
		const slice = { bytes, start: headerLength, end: bytes.length };
		tcp.push({ flow: `${from} ${to}`, back: `${to} ${from}`, sequence: u32(bytes, 4), slice });
	}

	function scrubIcmp(datagram: Datagram): void {
		const { bytes, version } = datagram;
		if (bytes.length < 4) return;
		const [type, code] = [bytes[0] as number, bytes[1] as number];
		if (icmpKindOf(version, type, code) !== undefined)
			scrubQuoted(identities, version, bytes.subarray(Math.min(8, bytes.length)));
		else if (version === 6) scrubNeighbours(identities, bytes);
		else if (type === 5 && bytes.length >= 8) {
			identities.ipv4(bytes, 4);
			scrubQuoted(identities, 4, bytes.subarray(8));
		} else bytes.fill(0, Math.min(8, bytes.length));
		settleLater(datagram, 2, bytes.length);
	}

	function settleLater(datagram: Datagram, at: number, end: number): void {
		const { version, protocol, bytes, addressesBefore, addressesAfter } = datagram;
		const before = originals.get(bytes) as Uint8Array;
		originals.delete(bytes);
		if (!identities.settled || end < at + 2) return;
		const hasPseudo = protocol !== ipProtocol.icmp || version === 6;
		const pseudo = (addresses: Uint8Array) =>
			hasPseudo
				? foldSum(internetSum(addresses, 0, addresses.length) + protocol + lengthFor(protocol, before, end))
				: 0;
		unsettled.push(() =>
			keepVerdict({
				before: before.subarray(0, end),
				after: bytes.subarray(0, end),
				at,
				pseudoBefore: pseudo(addressesBefore),
				pseudoAfter: pseudo(addressesAfter),
				zeroIsNone: protocol === ipProtocol.udp,
			}),
		);
	}

	const originals = new Map<Uint8Array, Uint8Array>();

	return {
		scrub(datagram) {
			const { protocol, bytes, version } = datagram;
			originals.set(bytes, bytes.slice());
			if (protocol === ipProtocol.udp) scrubUdp(datagram);
			else if (protocol === ipProtocol.tcp) scrubTcp(datagram);
			else if (protocol === (version === 4 ? ipProtocol.icmp : ipProtocol.icmpv6)) scrubIcmp(datagram);
			// Groups of multicast are nobody's; whatever else there is, is not known.
			else if (protocol !== igmp) bytes.fill(0);
			originals.delete(bytes);
		},
		end() {
			tcp.end();
			content.end();
			for (const settle of unsettled) settle();
		},
	};
}

const igmp = 2;

/** UDP has its own length in the pseudo-header, others that of what IP carries. */
function lengthFor(protocol: number, bytes: Uint8Array, end: number): number {
	return protocol === ipProtocol.udp ? u16(bytes, 4) : end;
}

function blank(payload: Uint8Array): FrameReading {
	return { index: 0, time: undefined, payload, cut: true, issues: noIssues };
}

function speakerOf({ version, addressesBefore, addressesAfter }: Datagram): Speaker | undefined {
	if (version === 6) return undefined;
	return { before: formatHexBetween(addressesBefore, 0, 4, ''), after: formatHexBetween(addressesAfter, 0, 4, '') };
}

/** The addresses of an IP header. Options and extension headers may hold more. */
export function scrubIpHeader(identities: Identities, bytes: Uint8Array, at: number, part: IpPart): void {
	const isV4 = part.header.version === 4;
	const headerEnd = at + (isV4 ? 20 : 40);
	if (isV4) {
		identities.ipv4(bytes, at + 12);
		identities.ipv4(bytes, at + 16);
	} else {
		identities.ipv6(bytes, at + 8);
		identities.ipv6(bytes, at + 24);
	}
	identities.scan(bytes, headerEnd, part.start);
}

/** What an ICMP error quotes: its addresses are replaced, and its ports stay. */
function scrubQuoted(identities: Identities, version: 4 | 6, bytes: Uint8Array): void {
	const reading = blank(bytes);
	const part = version === 4 ? readIpv4(reading, bytes, 0) : readIpv6(reading, bytes, 0);
	if (part === undefined) return void bytes.fill(0);
	const before = bytes.slice();
	scrubIpHeader(identities, bytes, 0, part);
	if (version === 4 && identities.settled) keepHeaderSum(before.subarray(0, part.start), bytes.subarray(0, part.start));
	const { protocol, fragment } = part.header;
	const isFirst = fragment === undefined || fragment.offset === 0;
	const keeps = !isFirst ? 0 : protocol === ipProtocol.tcp ? 20 : 8;
	bytes.fill(0, Math.min(part.start + keeps, bytes.length));
	const at = protocol === ipProtocol.udp ? 6 : protocol === ipProtocol.tcp ? 16 : undefined;
	if (!identities.settled || !isFirst || at === undefined || part.end < part.start + at + 2) return;
	const [from, to] = version === 4 ? [12, 20] : [8, 40];
	const pseudo = (packet: Uint8Array) =>
		foldSum(
			internetSum(packet, from, to) +
				protocol +
				lengthFor(protocol, before.subarray(part.start), part.end - part.start),
		);
	keepVerdict({
		before: before.subarray(part.start, part.end),
		after: bytes.subarray(part.start, part.end),
		at,
		pseudoBefore: pseudo(before),
		pseudoAfter: pseudo(bytes),
		zeroIsNone: protocol === ipProtocol.udp,
	});
}

/** The checksum of an IPv4 header whose addresses were replaced. */
export function keepHeaderSum(before: Uint8Array, after: Uint8Array): void {
	keepVerdict({ before, after, at: 10, pseudoBefore: 0, pseudoAfter: 0, zeroIsNone: false });
}

/** Where the options of each message stand, and the addresses before them: RFC 4861 section 4. */
const neighbourMessages: Readonly<Record<number, { readonly addresses: readonly number[]; readonly options: number }>> =
	{
		133: { addresses: [], options: 8 },
		134: { addresses: [], options: 16 },
		135: { addresses: [8], options: 24 },
		136: { addresses: [8], options: 24 },
		137: { addresses: [8, 24], options: 40 },
	};

const listenerMessages = [130, 131, 132, 143];

function scrubNeighbours(identities: Identities, bytes: Uint8Array): void {
	const message = neighbourMessages[bytes[0] as number];
	if (listenerMessages.includes(bytes[0] as number)) {
		identities.scan(bytes, 4, bytes.length);
		return;
	}
	if (message === undefined) return void bytes.fill(0, Math.min(8, bytes.length));
	for (const at of message.addresses) if (at + 16 <= bytes.length) identities.ipv6(bytes, at);
	for (let at = message.options; at + 2 <= bytes.length; ) {
		const end = at + 8 * (bytes[at + 1] as number);
		if (end === at || end > bytes.length) return void bytes.fill(0, at);
		scrubNeighbourOption(identities, bytes.subarray(at, end));
		at = end;
	}
}

/** RFC 4861 section 4.6, RFC 8106 section 5. */
function scrubNeighbourOption(identities: Identities, option: Uint8Array): void {
	const [type] = option;
	if ((type === 1 || type === 2) && option.length === 8) identities.mac(option, 2);
	else if (type === 3 && option.length === 32) identities.ipv6(option, 16);
	else if (type === 25) for (let at = 8; at + 16 <= option.length; at += 16) identities.ipv6(option, at);
	else if (type === 31) scrubNames(identities, option, 8);
	else if (type !== 5) option.fill(0, 2);
}
