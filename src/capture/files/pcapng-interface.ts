import type { CaptureInterface } from './capture-file.ts';
import { type CaptureNotes, keptText, note } from './capture-notes.ts';
import type { FileWindow } from './file-window.ts';
import { optionCode } from './pcapng-format.ts';
import type { BlockOption } from './pcapng-options.ts';
import { type TicksToTime, ticksPerSecondOf, ticksToTime } from './time-stamps.ts';

/** What frames need to know of their interface. */
export interface SectionInterface {
	/** Among the interfaces of all sections. */
	readonly place: number;
	readonly linkType: number;
	readonly snapLength: number;
	readonly checkSequenceLength: number;
	readonly toTime: TicksToTime;
}

/** The interface description block that `file` is at: for people, and for the frames of it. */
export function readInterface(
	file: FileWindow,
	options: readonly BlockOption[],
	littleEndian: boolean,
	notes: CaptureNotes,
): [CaptureInterface, SectionInterface] {
	const { view, at, base } = file;
	const comments: string[] = [];
	let name: string | undefined;
	let description: string | undefined;
	let resolution = 6;
	let timeOffset = 0n;
	let checkSequenceLength = 0;
	for (const option of options) {
		const { code, bytes } = option;
		const known = fixedLengths.get(code);
		if (known !== undefined && known !== bytes.length) {
			note(
				notes,
				'option-length',
				base + option.at,
				`option ${code} has ${bytes.length} bytes, not ${known}; it is passed over`,
			);
			continue;
		}
		if (code === optionCode.timestampResolution) resolution = bytes[0] as number;
		else if (code === optionCode.timestampOffset) timeOffset = view.getBigInt64(option.at, littleEndian);
		else if (code === optionCode.checkSequenceLength) checkSequenceLength = inBytes(bytes[0] as number);
		else if (code === optionCode.interfaceName) name = keptText(notes, bytes, base + option.at);
		else if (code === optionCode.interfaceDescription) description = keptText(notes, bytes, base + option.at);
		else if (code === optionCode.comment) {
			const text = keptText(notes, bytes, base + option.at);
			if (text !== undefined) comments.push(text);
		}
	}
	const ticksPerSecond = ticksPerSecondOf(resolution);
	const linkType = view.getUint16(at + 8, littleEndian);
	const snapLength = view.getUint32(at + 12, littleEndian);
	const toTime = ticksToTime(ticksPerSecond, timeOffset);
	return [
		{
			linkType,
			snapLength,
			...(name !== undefined && { name }),
			...(description !== undefined && { description }),
			...(comments.length > 0 && { comments }),
			ticksPerSecond,
			timeOffset,
			checkSequenceLength,
		},
		{ place: notes.interfaces.length, linkType, snapLength, checkSequenceLength, toTime },
	];
}

const fixedLengths: ReadonlyMap<number, number> = new Map([
	[optionCode.timestampResolution, 1],
	[optionCode.timestampOffset, 8],
	[optionCode.checkSequenceLength, 1],
]);

/** The drafts say bits, their example and Wireshark bytes: no check sequence is longer than 8 bytes, and few are shorter than 8 bits. */
function inBytes(length: number): number {
	return length > 8 ? Math.ceil(length / 8) : length;
}
