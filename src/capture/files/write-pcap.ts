import { EncodeError } from '../../wire/errors.ts';
import { maxFrameLength } from './file-window.ts';
import { pcapHeaderLength } from './pcap-reader.ts';
import { type CaptureFrameInit, checkedLength, checkedLinkType, ethernet, noTime } from './write-frames.ts';

/** How to write a pcap file. */
export interface WritePcapOptions {
	/**
	 * Write times in nanoseconds (`true`), which not all programs read, or in microseconds (`false`), which all do; the latter refuses
	 * frames whose time would lose something. By default nanoseconds when a frame needs them.
	 */
	readonly nanoseconds?: boolean | undefined;
	/** Link type of a file without frames; 1 (Ethernet) by default. */
	readonly linkType?: number | undefined;
}

const recordHeader = 16;
const perSecond = 1_000_000_000n;

/**
 * Writes a pcap file, version 2.4 in little-endian order, as tcpdump does on most machines. The format has no place for names of
 * interfaces and for comments: {@link writePcapng} has.
 *
 * @throws an {@link EncodeError} `mixed-link-types`, since a pcap file has one for all its frames; `no-time` for a frame without
 *   one; `time-lost` when microseconds are asked for and a time has nanoseconds; `out-of-range` for a time before 1970 or after
 *   2106; `frame-too-long` for more than 262,144 bytes
 *
 * @example
 * ```ts
 * import { readCapture, writePcap } from 'pxekit/capture';
 *
 * const frames = [{ time: 1_000_000_001n, data: new Uint8Array([1, 2, 3]), originalLength: 60 }];
 * const [frame] = readCapture(writePcap(frames)).frames;
 * frame?.time; // => 1_000_000_001n
 * frame?.originalLength; // => 60
 * ```
 */
export function writePcap(frames: Iterable<CaptureFrameInit>, options: WritePcapOptions = {}): Uint8Array<ArrayBuffer> {
	const list = [...frames];
	const times = list.map(timeOf);
	const wantsNanoseconds = times.findIndex((time) => time % 1000n !== 0n);
	const { nanoseconds = wantsNanoseconds >= 0 } = options;
	if (!nanoseconds && wantsNanoseconds >= 0) {
		const path = `frames[${wantsNanoseconds}].time`;
		throw new EncodeError('time-lost', `${path} has nanoseconds; write them, or round it first`, { path });
	}
	const linkType = checkedLinkType(
		list[0]?.linkType ?? (list.length > 0 ? ethernet : (options.linkType ?? ethernet)),
		'linkType',
	);
	const length = list.reduce((sum, { data }) => sum + recordHeader + data.length, pcapHeaderLength);
	const bytes = new Uint8Array(length);
	const view = new DataView(bytes.buffer);
	const words = [nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 0x0004_0002, 0, 0, maxFrameLength, linkType];
	words.forEach((word, i) => {
		view.setUint32(4 * i, word, true);
	});
	let at = pcapHeaderLength;
	for (const [i, frame] of list.entries()) {
		const path = `frames[${i}]`;
		if ((frame.linkType ?? ethernet) !== linkType) {
			const text = `${path} has link type ${frame.linkType ?? ethernet}, the first frame ${linkType}; write pcapng, or one file for each`;
			throw new EncodeError('mixed-link-types', text, { path });
		}
		const time = times[i] as bigint;
		view.setUint32(at, Number(time / perSecond), true);
		view.setUint32(at + 4, Number(time % perSecond) / (nanoseconds ? 1 : 1000), true);
		view.setUint32(at + 8, frame.data.length, true);
		view.setUint32(at + 12, checkedLength(frame, path), true);
		bytes.set(frame.data, at + recordHeader);
		at += recordHeader + frame.data.length;
	}
	return bytes;
}

function timeOf({ time }: CaptureFrameInit, i: number): bigint {
	const path = `frames[${i}]`;
	if (time === undefined) throw noTime(path, 'and a pcap file needs one');
	if (time < 0n || time / perSecond > 0xffff_ffffn) {
		throw new EncodeError('out-of-range', `${path}.time is before 1970 or after 2106, which pcap can't say`, {
			path: `${path}.time`,
		});
	}
	return time;
}
