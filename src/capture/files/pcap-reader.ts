import { DecodeError } from '../../wire/errors.ts';
import { addInterface, type CaptureNotes, note } from './capture-notes.ts';
import { type FileWindow, type FrameReader, has, maxFrameLength, stop } from './file-window.ts';
import { timeOfSeconds } from './time-stamps.ts';

export const pcapHeaderLength = 24;

interface PcapMagic {
	readonly nanoseconds: boolean;
	/** Bytes of the header of each record. */
	readonly recordHeader: number;
}

/** First word of the file, libpcap sf-pcap.c. */
export const pcapMagics: ReadonlyMap<number, PcapMagic> = new Map([
	[0xa1b2c3d4, { nanoseconds: false, recordHeader: 16 }],
	[0xa1b23c4d, { nanoseconds: true, recordHeader: 16 }],
	// Alexey Kuznetzov's: interface, protocol and packet type follow in each record.
	[0xa1b2cd34, { nanoseconds: false, recordHeader: 24 }],
]);

/** Reads the header of a pcap file, which `file` is at. */
export function openPcap(file: FileWindow, littleEndian: boolean, notes: CaptureNotes): FrameReader {
	const { view, at } = file;
	const left = file.bytes.length - at;
	if (left < pcapHeaderLength) {
		throw new DecodeError('too-short', `the header of a pcap file has ${pcapHeaderLength} bytes, here are ${left}`, {
			offset: left,
		});
	}
	const { nanoseconds, recordHeader } = pcapMagics.get(view.getUint32(at, littleEndian)) as PcapMagic;
	const major = view.getUint16(at + 4, littleEndian);
	const minor = view.getUint16(at + 6, littleEndian);
	if (major !== 2 && major !== 543) {
		throw new DecodeError('unsupported-version', `pcap version ${major}.${minor}; 2.4 is the one that is in use`, {
			offset: 4,
		});
	}
	// Which of the two lengths comes first changed twice; 543 is what DG/UX wrote (libpcap sf-pcap.c, pcap_check_header).
	const swapped = major === 543 || (major === 2 && minor < 3) ? 'yes' : major === 2 && minor === 3 ? 'maybe' : 'no';
	const link = view.getUint32(at + 20, littleEndian);
	const linkType = link & 0xffff;
	// Bit 26: the top four bits tell the length of the frame check sequence, in units of two bytes.
	const checkSequenceLength = link & 0x0400_0000 ? 2 * (link >>> 28) : 0;
	const snapLength = view.getUint32(at + 16, littleEndian);
	const ticksPerSecond = nanoseconds ? 1_000_000_000n : 1_000_000n;
	addInterface(notes, { linkType, snapLength, ticksPerSecond, timeOffset: 0n, checkSequenceLength }, at);
	file.at += pcapHeaderLength;

	const unit = nanoseconds ? 1 : 1000;
	return {
		next(file) {
			if (!has(file, recordHeader)) {
				if (file.last && file.at < file.bytes.length) notes.truncated = true;
				return undefined;
			}
			const { view, at } = file;
			let kept = view.getUint32(at + 8, littleEndian);
			let original = view.getUint32(at + 12, littleEndian);
			if (swapped === 'yes' || (swapped === 'maybe' && kept > original)) [kept, original] = [original, kept];
			if (kept > maxFrameLength) {
				const text = `a frame of ${kept} bytes, more than the ${maxFrameLength} of any real one; reading ends here`;
				note(notes, 'frame-too-long', file.base + at, text);
				return stop(file);
			}
			const start = at + recordHeader;
			if (!has(file, recordHeader + kept)) {
				if (!file.last) return undefined;
				notes.truncated = true;
				if (start === file.bytes.length) return stop(file);
			}
			const whole = Math.max(original, kept);
			const originalLength = Math.max(0, whole - checkSequenceLength);
			const end = Math.min(start + kept, file.bytes.length, start + originalLength);
			file.at = Math.min(start + kept, file.bytes.length);
			return {
				index: ++notes.records,
				time: timeOfSeconds(view.getUint32(at, littleEndian), view.getUint32(at + 4, littleEndian) * unit),
				linkType,
				data: file.bytes.subarray(start, end),
				originalLength,
				interface: 0,
			};
		},
	};
}
