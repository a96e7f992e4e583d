import type { DecodedFrame } from '../frames/frame.ts';

/** What the frames of a capture are like, by Wireshark's numbers. Findings about the capture itself rest on it. */
export interface CaptureTraits {
	/** Have a VLAN tag. */
	readonly tagged: readonly number[];
	/** Have a checksum that the sender left to its network card. */
	readonly offloaded: readonly number[];
	/** Have a wrong checksum. */
	readonly badChecksums: readonly number[];
	/** Fragments of datagrams that never became whole. */
	readonly lostFragments: readonly number[];
	/** Have an earlier time than the frame before. */
	readonly timeGoesBack: readonly number[];
}

/** Clocks of several network cards in one capture differ by less. */
const tolerance = 1_000_000n;

/** Collects the traits frame by frame, at most `maxFrames` of each. */
export function createTraitsFollower(maxFrames: number): { add(frame: DecodedFrame): void; end(): CaptureTraits } {
	const lists = {
		tagged: [] as number[],
		offloaded: [] as number[],
		badChecksums: [] as number[],
		timeGoesBack: [] as number[],
	};
	/** Fragments by datagram, until one completes it. */
	const waiting = new Map<string, number[]>();
	let last: bigint | undefined;
	const note = (list: number[], index: number) => {
		if (list.length < maxFrames) list.push(index);
	};

	function addFragment({ index, copyOf, ip }: DecodedFrame): void {
		if (!ip?.fragment) return;
		const key = `${ip.source} ${ip.destination} ${ip.protocol} ${ip.fragment.id}`;
		if (ip.fragment.frames) waiting.delete(key);
		else if (copyOf !== undefined) return;
		else if (waiting.has(key)) note(waiting.get(key) as number[], index);
		else if (waiting.size < maxFrames) waiting.set(key, [index]);
	}

	return {
		add(frame) {
			const { index, time, link, udp } = frame;
			if (link && link.vlans.length > 0) note(lists.tagged, index);
			if (udp?.checksum === 'offloaded') note(lists.offloaded, index);
			if (udp?.checksum === 'bad') note(lists.badChecksums, index);
			if (time !== undefined && last !== undefined && time + tolerance < last) note(lists.timeGoesBack, index);
			last = time ?? last;
			addFragment(frame);
		},
		end: () => ({ ...lists, lostFragments: [...waiting.values()].flat().toSorted((a, b) => a - b) }),
	};
}
