import { u16 } from './frame-reading.ts';
import { etherType } from './ip-numbers.ts';

/**
 * A packet is on its way through the ports and interfaces of one machine for less, and no client or server that is known sends the same
 * again so soon.
 */
const longestWay = 10_000_000n;

/** More packets than this are seldom between one and its copy, at a gigabit a second and in blocks of 1400 bytes. */
export const rememberedFrames = 128;

/** Places in a packet that a router changes: the time to live with the checksum of the header, the hop limit. */
const changing: Readonly<Record<number, readonly number[]>> = { [etherType.ipv4]: [8, 10, 11], [etherType.ipv6]: [7] };

/** A packet that was shown; the places of old ones are used again. */
interface Seen {
	index: number;
	time: bigint;
	data: Uint8Array;
	/** Where the packet starts and ends in `data`. */
	start: number;
	end: number;
}

/** Finds the packets that a capture shows more than once. */
export interface CopySearch {
	/**
	 * Wireshark's number of the frame that showed the same packet a moment before.
	 *
	 * @param carries EtherType of the packet that starts at `at`
	 */
	copyOf(index: number, time: bigint | undefined, carries: number, data: Uint8Array, at: number): number | undefined;
}

/** Places of fingerprints: so many that of the packets remembered hardly two have the same. */
const fingerprints = 1 << 14;

/** What stands around a packet does not count: hardware addresses and tags differ from one port to the next, and so does padding. */
export function createCopySearch(): CopySearch {
	const seen: Seen[] = [];
	/** How many packets had been shown after the latest with this fingerprint; 0 is none. */
	const latest = new Uint32Array(fingerprints);
	let count = 0;
	return {
		copyOf(index, time, carries, data, start) {
			if (time === undefined || data.length < start + shortest) return undefined;
			const length = packetLength(carries, data, start);
			if (length === undefined) return undefined;
			const end = length < shortest ? data.length : Math.min(start + length, data.length);
			const key = fingerprint(data, start, end);
			const number = latest[key] as number;
			if (number > 0 && count - number < rememberedFrames) {
				const before = seen[number % rememberedFrames] as Seen;
				if (isNear(before.time, time) && isSame(before, data, start, end, changing[carries])) return before.index;
			}
			latest[key] = ++count;
			const place = count % rememberedFrames;
			const free = seen[place];
			if (free === undefined) seen[place] = { index, time, data, start, end };
			else {
				free.index = index;
				free.time = time;
				free.data = data;
				free.start = start;
				free.end = end;
			}
			return undefined;
		},
	};
}

/** Of what tells packets of one conversation apart and no router changes: length, identification, and the end. */
function fingerprint(data: Uint8Array, start: number, end: number): number {
	const mixed =
		Math.imul(u16(data, start + 4) + end - start, 31) ^ u16(data, end - 2) ^ Math.imul(u16(data, end - 4), 17);
	return Math.imul(mixed ^ u16(data, end - 6), 0x9e37_79b1) >>> 18;
}

/** Of an IPv4 header; what says that it is shorter is none, or 0 as of packets that the network card is to cut. */
const shortest = 20;

/** Without the padding of short frames. */
function packetLength(carries: number, data: Uint8Array, start: number): number | undefined {
	if (carries === etherType.ipv4) return u16(data, start + 2);
	if (carries === etherType.ipv6) return 40 + u16(data, start + 4);
	return carries === etherType.arp ? 28 : undefined;
}

function isNear(before: bigint, now: bigint): boolean {
	const since = now - before;
	return since <= longestWay && -since <= longestWay;
}

function isSame(
	before: Seen,
	data: Uint8Array,
	start: number,
	end: number,
	mayDiffer: readonly number[] = [],
): boolean {
	const length = end - start;
	if (before.end - before.start !== length) return false;
	for (let at = 0; at < length; at++) {
		if (before.data[before.start + at] !== data[start + at] && !mayDiffer.includes(at)) return false;
	}
	return true;
}
