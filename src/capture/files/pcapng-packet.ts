import { decodeUtf8Lossy } from '../../wire/text.ts';
import type { CaptureFrame } from './capture-file.ts';
import { type CaptureNotes, note } from './capture-notes.ts';
import type { FileWindow } from './file-window.ts';
import { blockType, optionCode, padded } from './pcapng-format.ts';
import type { SectionInterface } from './pcapng-interface.ts';
import { readOptions } from './pcapng-options.ts';

/** Where the frame begins in its block. */
const frameAt = { simple: 12, other: 28 };

/** What the blocks of a section are read with. */
export interface PcapngSection {
	readonly littleEndian: boolean;
	readonly interfaces: SectionInterface[];
}

/**
 * The frame of the block that `file` is at: of an Enhanced Packet Block, a Simple one or the obsolete Packet Block. `undefined` when
 * there is none to be had; the blocks after it can be read all the same.
 *
 * @param end where the block's options end
 * @param cut the file ends inside the block
 */
export function readPacket(
	file: FileWindow,
	type: number,
	end: number,
	cut: boolean,
	{ littleEndian, interfaces }: PcapngSection,
	notes: CaptureNotes,
): CaptureFrame | undefined {
	const { view, bytes, at, base } = file;
	const index = ++notes.records;
	const simple = type === blockType.simplePacket;
	const start = at + (simple ? frameAt.simple : frameAt.other);
	if (cut && start >= end) return undefined;
	if (start > end) {
		note(notes, 'block-length', base + at, `the block of frame ${index} is too short to hold one`);
		return undefined;
	}
	const number = simple
		? 0
		: type === blockType.packet
			? view.getUint16(at + 8, littleEndian)
			: view.getUint32(at + 8, littleEndian);
	const from = interfaces[number];
	if (from === undefined) {
		const text = `frame ${index} is of interface ${number}, which its section does not describe`;
		note(notes, 'unknown-interface', base + at, text);
		return undefined;
	}
	const original = view.getUint32(start - 4, littleEndian);
	const claimed = simple ? Math.min(original, from.snapLength || original) : view.getUint32(at + 20, littleEndian);
	const kept = Math.min(claimed, end - start);
	if (kept < claimed && !cut) {
		note(notes, 'frame-length', base + at, `frame ${index} claims ${claimed} bytes, but its block holds ${kept}`);
	}
	const frame: CaptureFrame = {
		index,
		time: simple
			? undefined
			: from.toTime(view.getUint32(at + 12, littleEndian), view.getUint32(at + 16, littleEndian)),
		linkType: from.linkType,
		data: bytes.subarray(start, start + kept),
		originalLength: Math.max(original, claimed),
		interface: from.place,
	};
	const options = start + padded(kept);
	if (from.checkSequenceLength === 0 && (simple || options + 4 > end)) return frame;
	return withOptions(frame, file, simple ? end : options, end, from.checkSequenceLength, littleEndian, notes);
}

/** Adds what the options say to a frame: comments, and how long its check sequence is. */
function withOptions(
	frame: CaptureFrame,
	file: FileWindow,
	from: number,
	end: number,
	usualTrailer: number,
	littleEndian: boolean,
	notes: CaptureNotes,
): CaptureFrame {
	const comments: string[] = [];
	let trailer = usualTrailer;
	for (const { code, bytes, at } of readOptions(file, from, end, littleEndian, notes)) {
		if (code === optionCode.comment) comments.push(decodeUtf8Lossy(bytes));
		else if (code === optionCode.packetFlags && bytes.length === 4) {
			// Bits 5 to 8: the length of this frame's, 0 when the flags do not tell.
			trailer = (file.view.getUint32(at, littleEndian) >>> 5) & 15 || usualTrailer;
		}
	}
	const originalLength = Math.max(0, frame.originalLength - trailer);
	const data = frame.data.length > originalLength ? frame.data.subarray(0, originalLength) : frame.data;
	return { ...frame, data, originalLength, ...(comments.length > 0 && { comments }) };
}
