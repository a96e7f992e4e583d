import { u16, u32 } from './frame-reading.ts';
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

interface Seen {
	readonly index: number;
	readonly time: bigint;
	readonly packet: Uint8Array;
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

/** What stands around a packet does not count: hardware addresses and tags differ from one port to the next, and so does padding. */
export function createCopySearch(): CopySearch {
	const seen = new Map<number, Seen>();
	return {
		copyOf(index, time, carries, data, at) {
			const packet = packetAt(carries, data, at);
			if (time === undefined || packet === undefined) return undefined;
			const key = fingerprint(packet);
			const before = seen.get(key);
			if (before && isNear(before.time, time) && isSame(before.packet, packet, changing[carries] ?? [])) {
				return before.index;
			}
			seen.delete(key);
			seen.set(key, { index, time, packet });
			if (seen.size > rememberedFrames) seen.delete(seen.keys().next().value as number);
			return undefined;
		},
	};
}

/** Of what tells packets of one conversation apart and no router changes: length, identification, and the end. */
function fingerprint(packet: Uint8Array): number {
	const { length } = packet;
	return (
		Math.imul(u16(packet, 4) + length, 0x9e37_79b1) ^ u32(packet, length - 4) ^ Math.imul(u32(packet, length - 8), 31)
	);
}

/** Without the padding of short frames. */
function packetAt(carries: number, data: Uint8Array, at: number): Uint8Array | undefined {
	const lengthOf = lengths[carries];
	if (lengthOf === undefined || data.length < at + shortest) return undefined;
	const length = lengthOf(data, at);
	return data.subarray(at, length < shortest ? data.length : at + length);
}

/** Of an IPv4 header; what says that it is shorter is none, or 0 as of packets that the network card is to cut. */
const shortest = 20;

const lengths: Readonly<Record<number, (data: Uint8Array, at: number) => number>> = {
	[etherType.ipv4]: (data, at) => u16(data, at + 2),
	[etherType.ipv6]: (data, at) => 40 + u16(data, at + 4),
	[etherType.arp]: () => 28,
};

function isNear(before: bigint, now: bigint): boolean {
	const since = now - before;
	return since <= longestWay && -since <= longestWay;
}

function isSame(one: Uint8Array, other: Uint8Array, mayDiffer: readonly number[]): boolean {
	return one.length === other.length && one.every((byte, at) => byte === other[at] || mayDiffer.includes(at));
}
