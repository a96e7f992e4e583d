import type { Issue } from '../../wire/issue.ts';

/** One interface of a capture; a pcap file has one. */
export interface CaptureInterface {
	/** Number of the link type, as in the list of LINKTYPE_ values: 1 is Ethernet. */
	readonly linkType: number;
	/** Most bytes kept of a frame; 0 = no limit. */
	readonly snapLength: number;
	/** `'eth0'`. pcapng only, like all below. */
	readonly name?: string | undefined;
	readonly description?: string | undefined;
	readonly comments?: readonly string[] | undefined;
	/** Time stamps count in parts of a second: 1_000_000n for microseconds. */
	readonly ticksPerSecond: bigint;
	/** Seconds to add to each time stamp. */
	readonly timeOffset: bigint;
	/** Bytes of the frame check sequence at each frame's end in the file; 0 = none. {@link CaptureFrame.data} does not have them. */
	readonly checkSequenceLength: number;
}

/** One frame of a capture. */
export interface CaptureFrame {
	/** Wireshark's number: from 1, over all interfaces and sections. */
	readonly index: number;
	/** Nanoseconds since 1970-01-01T00:00:00Z; `undefined` where the file keeps no time. */
	readonly time: bigint | undefined;
	readonly linkType: number;
	/** What was kept of the frame, without its check sequence. Shares the memory of the file, or of the chunk it came in. */
	readonly data: Uint8Array;
	/** Length on the wire, without the check sequence; more than `data.length` when the frame was cut. */
	readonly originalLength: number;
	/** Place in {@link CaptureSummary.interfaces}. */
	readonly interface: number;
	readonly comments?: readonly string[] | undefined;
}

/** What a capture says apart from its frames. */
export interface CaptureSummary {
	readonly format: 'pcap' | 'pcapng';
	/** Of all sections, in order. */
	readonly interfaces: readonly CaptureInterface[];
	/**
	 * The last number that Wireshark gives. More than there are frames when the file has custom blocks or entries of the systemd journal,
	 * which Wireshark lists with the frames, or frames that can't be read.
	 */
	readonly records: number;
	/** The file ends inside a record. What is there of it is still read. */
	readonly truncated: boolean;
	/** Of the sections. */
	readonly comments: readonly string[];
	/** What was odd, and why reading stopped before the end of the file, if it did. */
	readonly issues: readonly Issue[];
}

/** A whole capture. */
export interface CaptureFile extends CaptureSummary {
	readonly frames: readonly CaptureFrame[];
}
