import { type CaptureNotes, note } from './capture-notes.ts';
import type { FileWindow } from './file-window.ts';
import { optionCode, padded } from './pcapng-format.ts';

/** One option of a block. The bytes share the file's memory. */
export interface BlockOption {
	readonly code: number;
	readonly bytes: Uint8Array;
	/** Where the value stands in the window. */
	readonly at: number;
}

/** The options between two places of a window. One that is longer than what is left ends the list. */
export function readOptions(
	{ view, bytes, base }: FileWindow,
	from: number,
	end: number,
	littleEndian: boolean,
	notes: CaptureNotes,
): BlockOption[] {
	const options: BlockOption[] = [];
	for (let at = from; at + 4 <= end; ) {
		const code = view.getUint16(at, littleEndian);
		const length = view.getUint16(at + 2, littleEndian);
		if (code === optionCode.end) break;
		if (at + 4 + length > end) {
			note(
				notes,
				'option-length',
				base + at,
				`option ${code} has ${length} bytes, but ${end - at - 4} are left of its block`,
			);
			break;
		}
		options.push({ code, bytes: bytes.subarray(at + 4, at + 4 + length), at: at + 4 });
		at += 4 + padded(length);
	}
	return options;
}
