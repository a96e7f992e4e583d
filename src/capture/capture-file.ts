import type { Issue } from '../wire/issue.ts';

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
	/** Bytes of the frame check sequence at each frame's end; 0 = none. */
	readonly checkSequenceLength: number;
}

/** One frame of a capture. */
export interface CaptureFrame {
	/** Wireshark's number: from 1, over all interfaces and sections. */
	readonly index: number;
	/** Nanoseconds since 1970-01-01T00:00:00Z; `undefined` where the file keeps no time. */
	readonly time: bigint | undefined;
	readonly linkType: number;
	/** What was kept of the frame, without its check sequence. Shares the memory of the file. */
	readonly data: Uint8Array;
	/** Length on the wire; more than `data.length` when the frame was cut. */
	readonly originalLength: number;
	/** Place in {@link CaptureFile.interfaces}. */
	readonly interface: number;
	readonly comments?: readonly string[] | undefined;
}

/** A whole capture. */
export interface CaptureFile {
	readonly format: 'pcap' | 'pcapng';
	/** Of all sections, in order. */
	readonly interfaces: readonly CaptureInterface[];
	readonly frames: readonly CaptureFrame[];
	/** The file ends inside a record. */
	readonly truncated: boolean;
	/** Of the sections. */
	readonly comments: readonly string[];
	/** What was odd. */
	readonly issues: readonly Issue[];
}
