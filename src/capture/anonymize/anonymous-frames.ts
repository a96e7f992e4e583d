import { equalBytes } from '../../wire/bytes.ts';
import type { CaptureFrame } from '../files/capture-file.ts';
import { createFrameDecoder } from '../frames/decode-frames.ts';
import { type FrameReading, noIssues, u16 } from '../frames/frame-reading.ts';
import { type IpPart, readExtensions, readIpv4, readIpv6 } from '../frames/ip-layer.ts';
import { etherType } from '../frames/ip-numbers.ts';
import { readLink } from '../frames/link-layers.ts';
import { createDatagramScrubber, keepHeaderSum, scrubIpHeader } from './anonymous-datagrams.ts';
import type { Identities } from './anonymous-identity.ts';
import { changeJoined, type Slice } from './anonymous-slices.ts';

/** A fragment that waits for the rest of its datagram. */
interface Fragment {
	readonly part: IpPart;
	readonly addressesBefore: Uint8Array;
	readonly addressesAfter: Uint8Array;
	readonly slice: Slice;
}

/** A fragment as it was and as it is: what is sent again must look like it. */
interface Sent {
	readonly before: Uint8Array;
	readonly slice: Slice;
}

/** Goes through all frames once, and gives the bytes of each with identifiers replaced, or, while they are collected, as they may be. */
export function scrubFrames(identities: Identities, frames: readonly CaptureFrame[], keepFiles: boolean): Uint8Array[] {
	const datagrams = createDatagramScrubber(identities, keepFiles);
	const decoder = createFrameDecoder();
	const waiting = new Map<number, Fragment>();
	const sent = new Map<string, Sent>();

	function scrubFrame(frame: CaptureFrame): Uint8Array {
		const bytes = frame.data.slice();
		const decoded = decoder.decode(frame);
		const reading: FrameReading = { index: frame.index, time: undefined, payload: bytes, cut: true, issues: noIssues };
		const link = readLink(reading, frame.linkType, frame.data);
		if (link === undefined) return bytes.fill(0);
		const { carries, at } = link;
		scrubLink(identities, bytes, frame.linkType, at);
		if (carries === etherType.arp) scrubArp(identities, bytes, at);
		else if (carries === etherType.ipv4 || carries === etherType.ipv6) {
			const part = (carries === etherType.ipv4 ? readIpv4 : readIpv6)(reading, frame.data, at);
			if (part === undefined) bytes.fill(0, Math.min(at + 1, bytes.length));
			else scrubIp(frame, bytes, at, part, decoded.ip?.fragment?.frames);
		} else scrubOther(bytes, at, link.link.protocol);
		return bytes;
	}

	function scrubIp(
		frame: CaptureFrame,
		bytes: Uint8Array,
		at: number,
		part: IpPart,
		frames: readonly number[] | undefined,
	): void {
		const [from, to] = part.header.version === 4 ? [at + 12, at + 20] : [at + 8, at + 40];
		scrubIpHeader(identities, bytes, at, part);
		if (part.header.version === 4 && identities.settled) {
			keepHeaderSum(frame.data.subarray(at, part.start), bytes.subarray(at, part.start));
		}
		// What pads a frame may be anything that stood in memory.
		bytes.fill(0, part.end);
		const { version, protocol, fragment } = part.header;
		const addresses = { addressesBefore: frame.data.slice(from, to), addressesAfter: bytes.slice(from, to) };
		const slice = { bytes, start: part.start, end: part.end };
		if (fragment === undefined) {
			datagrams.scrub({ version, protocol, ...addresses, bytes: bytes.subarray(part.start, part.end) });
			return;
		}
		waiting.set(frame.index, { part, ...addresses, slice });
		if (frames !== undefined) scrubFragments(frames);
	}

	function scrubFragments(frames: readonly number[]): void {
		const fragments = frames.map((frame) => waiting.get(frame)).filter((fragment) => fragment !== undefined);
		const offsetOf = ({ part }: Fragment) => part.header.fragment?.offset ?? 0;
		fragments.sort((one, other) => offsetOf(one) - offsetOf(other));
		const [first] = fragments;
		if (first === undefined) return;
		for (const fragment of fragments) {
			const { bytes, start, end } = fragment.slice;
			sent.set(nameOf(fragment), { before: bytes.slice(start, end), slice: fragment.slice });
		}
		for (const frame of frames) waiting.delete(frame);
		const { version, protocol } = first.part.header;
		const { addressesBefore, addressesAfter } = first;
		const joinedOf = joinedDatagrams;
		const joined = join(fragments.map(({ slice }) => slice));
		const reading: FrameReading = { index: 0, time: undefined, payload: joined, cut: true, issues: noIssues };
		const chain = version === 4 ? { protocol, start: 0 } : readExtensions(reading, joined, 0, joined.length, protocol);
		identities.scan(joined, 0, chain.start);
		const bytes = joined.subarray(chain.start);
		datagrams.scrub({ version, protocol: chain.protocol, addressesBefore, addressesAfter, bytes });
		joinedOf.push({ joined, slices: fragments.map(({ slice }) => slice) });
	}

	const joinedDatagrams: { readonly joined: Uint8Array; readonly slices: readonly Slice[] }[] = [];

	/** What never became whole, and what was sent again. */
	function scrubRest(): void {
		for (const fragment of waiting.values()) {
			const { bytes, start, end } = fragment.slice;
			const same = sent.get(nameOf(fragment));
			const isSame = same && equalBytes(same.before, bytes.subarray(start, end));
			if (isSame) bytes.set(same.slice.bytes.subarray(same.slice.start, same.slice.end), start);
			else bytes.fill(0, start, end);
		}
	}

	const scrubbed = frames.map(scrubFrame);
	datagrams.end();
	for (const { joined, slices } of joinedDatagrams) changeJoined(slices, (bytes) => bytes.set(joined));
	scrubRest();
	return scrubbed;
}

function join(slices: readonly Slice[]): Uint8Array {
	let copy = new Uint8Array();
	changeJoined(slices, (bytes) => {
		copy = bytes.slice();
	});
	return copy;
}

function nameOf({ part, addressesBefore }: Fragment): string {
	const { id, offset } = part.header.fragment ?? { id: 0, offset: 0 };
	return `${addressesBefore.join()} ${id} ${offset} ${part.header.protocol}`;
}

const linkTypes = { ethernet: 1, cooked: 113, cooked2: 276 } as const;

/** Hardware addresses of the link header; what it says of kinds and tags stays. */
function scrubLink(identities: Identities, bytes: Uint8Array, linkType: number, end: number): void {
	if (linkType === linkTypes.ethernet) {
		identities.mac(bytes, 0);
		identities.mac(bytes, 6);
	} else if (linkType === linkTypes.cooked && end >= 16) scrubCooked(identities, bytes, u16(bytes, 4), 6);
	else if (linkType === linkTypes.cooked2 && end >= 20) scrubCooked(identities, bytes, bytes[11] as number, 12);
}

/** Room for eight bytes. */
function scrubCooked(identities: Identities, bytes: Uint8Array, length: number, at: number): void {
	if (length !== 6) return void bytes.fill(0, at, at + 8);
	identities.mac(bytes, at);
	bytes.fill(0, at + 6, at + 8);
}

/** RFC 826; only the kind that is read. */
function scrubArp(identities: Identities, bytes: Uint8Array, at: number): void {
	const isRead = bytes.length >= at + 28 && u16(bytes, at + 2) === etherType.ipv4 && u16(bytes, at + 4) === 0x0604;
	if (!isRead) return void bytes.fill(0, Math.min(at + 8, bytes.length));
	identities.mac(bytes, at + 8);
	identities.ipv4(bytes, at + 14);
	identities.mac(bytes, at + 18);
	identities.ipv4(bytes, at + 24);
	bytes.fill(0, at + 28);
}

const ataOverEthernet = 0x88a2;

/** ATA over Ethernet keeps its headers; nothing else is known well enough. */
function scrubOther(bytes: Uint8Array, at: number, protocol: number): void {
	const command = bytes[at + 5];
	bytes.fill(0, Math.min(protocol === ataOverEthernet ? at + (command === 0 ? 22 : 10) : at, bytes.length));
}
