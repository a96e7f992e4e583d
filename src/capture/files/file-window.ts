import type { CaptureFrame } from './capture-file.ts';

/** A part of a file: all of it, or what has come so far. */
export interface FileWindow {
	readonly bytes: Uint8Array;
	readonly view: DataView;
	/** Where `bytes` begins in the file. */
	readonly base: number;
	/** No more bytes will come. */
	readonly last: boolean;
	/** The next byte to read; after the end of `bytes` when bytes that have yet to come are to be passed over. */
	at: number;
	/** How many bytes from `at` a reader must see to go on; set when it asks for more. Infinite when it is done with the file. */
	needed: number;
}

/** Reads the records of one file, one call after the other. */
export interface FrameReader {
	/** The next frame, and moves `at` behind it; `undefined` when more bytes are needed, or there is no more. */
	next(file: FileWindow): CaptureFrame | undefined;
}

/** A window over these bytes. Frames are parts of it: no Buffers, even when the file came as one, whose parts take twice the time to make. */
export function windowOf(file: Uint8Array, base: number, last: boolean): FileWindow {
	const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length);
	const view = new DataView(file.buffer, file.byteOffset, file.length);
	return { bytes, view, base, last, at: 0, needed: 0 };
}

/** Whether so many bytes are there; if not, asks for them. */
export function has(file: FileWindow, count: number): boolean {
	if (file.bytes.length - file.at >= count) return true;
	file.needed = count;
	return false;
}

/** Nothing more is read of this file. */
export function stop(file: FileWindow): undefined {
	file.needed = Number.POSITIVE_INFINITY;
	return undefined;
}

/**
 * Longest frame that is read. libpcap (MAXIMUM_SNAPLEN) and Wireshark (WTAP_MAX_PACKET_SIZE_STANDARD) take a longer one for a damaged file.
 */
export const maxFrameLength = 262_144;
