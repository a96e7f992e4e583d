import type { DhcpOptionEntry } from './options.ts';
import type { DhcpOptionArea } from './packet.ts';

/**
 * Where each option of a packet stands. Reading a packet notes this and makes no object for an option until somebody
 * asks for it: most readers ask for a few of them.
 */
export interface OptionIndex {
	readonly bytes: Uint8Array;
	/** Offset of each option's code byte, in order of reading. */
	readonly offsets: readonly number[];
	/** How many of these are in the options field, and how many in it and `file`; the rest are in `sname`. */
	readonly endOfOptions: number;
	readonly endOfFile: number;
}

/** Data of the option whose code byte is at the offset; shares the packet's memory. */
export function dataAt(bytes: Uint8Array, offset: number): Uint8Array {
	return bytes.subarray(offset + 2, offset + 2 + (bytes[offset + 1] as number));
}

/** The options as entries, in order. */
export function entriesOfIndex({ bytes, offsets, endOfOptions, endOfFile }: OptionIndex): DhcpOptionEntry[] {
	return offsets.map((offset, i) => {
		const source: DhcpOptionArea = i < endOfOptions ? 'options' : i < endOfFile ? 'file' : 'sname';
		return { code: bytes[offset] as number, bytes: dataAt(bytes, offset), source, offset };
	});
}
