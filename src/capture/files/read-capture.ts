import type { CaptureFile, CaptureFrame } from './capture-file.ts';
import { summaryOf } from './capture-notes.ts';
import { windowOf } from './file-window.ts';
import { openCapture } from './open-capture.ts';

/**
 * Reads a whole capture: pcap in all its variants, or pcapng; the first bytes tell which. Frames share the memory of `bytes`.
 *
 * What is there is read: a file that was cut gives its frames and `truncated`; one that is damaged gives the frames before the damage, and
 * `issues` say where and why reading ended.
 *
 * @throws a `DecodeError` `not-a-capture` when it is none, `gzip` when it must be decompressed first, `too-short` when even
 *   the header of the file was cut
 *
 * @example
 * ```ts
 * import { readCapture, writePcap } from 'pxekit/capture';
 *
 * // Most often the bytes come from a file: readFileSync('boot.pcap')
 * const bytes = writePcap([{ time: 1_700_000_000_000_000_000n, data: new Uint8Array(60) }]);
 * const capture = readCapture(bytes);
 * capture.format; // => 'pcap'
 * capture.frames.length; // => 1
 * capture.frames[0]?.index; // => 1
 * capture.frames[0]?.time; // => 1_700_000_000_000_000_000n
 * capture.frames[0]?.linkType; // => 1
 * ```
 */
export function readCapture(bytes: Uint8Array): CaptureFile {
	const file = windowOf(bytes, 0, true);
	const { notes, reader } = openCapture(file);
	const frames: CaptureFrame[] = [];
	for (let frame = reader.next(file); frame; frame = reader.next(file)) frames.push(frame);
	return { ...summaryOf(notes), frames };
}
