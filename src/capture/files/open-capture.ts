import { DecodeError } from '../../wire/errors.ts';
import { type CaptureNotes, newNotes } from './capture-notes.ts';
import type { FileWindow, FrameReader } from './file-window.ts';
import { openPcap, pcapMagics } from './pcap-reader.ts';
import { blockType } from './pcapng-format.ts';
import { openPcapng } from './pcapng-reader.ts';

/** Bytes that tell the format, and hold the longest header that is read at once. */
export const bytesToOpen = 28;

/** A capture whose header is read. */
export interface OpenedCapture {
	readonly notes: CaptureNotes;
	readonly reader: FrameReader;
}

/** Tells the format by the file's first bytes, and reads its header. */
export function openCapture(file: FileWindow): OpenedCapture {
	const { bytes, view } = file;
	if (bytes.length >= 4) {
		if (view.getUint32(0) === blockType.sectionHeader) {
			const notes = newNotes('pcapng');
			return { notes, reader: openPcapng(file, notes) };
		}
		for (const littleEndian of [true, false]) {
			if (!pcapMagics.has(view.getUint32(0, littleEndian))) continue;
			const notes = newNotes('pcap');
			return { notes, reader: openPcap(file, littleEndian, notes) };
		}
	}
	const looksLike = lookAlikes.find(({ starts }) => starts.every((byte, i) => bytes[i] === byte));
	if (looksLike?.code === 'gzip') {
		throw new DecodeError('gzip', 'the capture is compressed with gzip; decompress it first (gunzip, or node:zlib)', {
			offset: 0,
		});
	}
	const text = looksLike?.text ?? (bytes.length === 0 ? 'an empty file' : isText(bytes) ? 'text' : undefined);
	const what = text === undefined ? 'not a pcap or pcapng file' : `not a pcap or pcapng file; it looks like ${text}`;
	throw new DecodeError('not-a-capture', what, { offset: 0 });
}

interface LookAlike {
	readonly starts: readonly number[];
	readonly text: string;
	readonly code?: 'gzip';
}

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const compressed = (name: string, tool: string) => `a file compressed with ${name}; decompress it first (${tool})`;
const convert = 'convert it first (editcap -F pcapng)';

/** What people take for a capture. */
const lookAlikes: readonly LookAlike[] = [
	{ starts: [0x1f, 0x8b], text: 'gzip', code: 'gzip' },
	{ starts: [0x28, 0xb5, 0x2f, 0xfd], text: compressed('zstd', 'zstd -d') },
	{ starts: [0x04, 0x22, 0x4d, 0x18], text: compressed('lz4', 'lz4 -d') },
	{ starts: [0xfd, ...ascii('7zXZ')], text: compressed('xz', 'xz -d') },
	{ starts: ascii('BZh'), text: compressed('bzip2', 'bzip2 -d') },
	{ starts: ascii('PK\x03\x04'), text: 'a zip archive; unpack it first' },
	{ starts: ascii('snoop\0\0\0'), text: `a snoop capture; ${convert}` },
	{ starts: ascii('btsnoop\0'), text: 'a Bluetooth capture (btsnoop)' },
	{ starts: ascii('GMBU'), text: `a capture of Microsoft Network Monitor; ${convert}` },
	{ starts: ascii('RTSS'), text: `a capture of Microsoft Network Monitor; ${convert}` },
	{ starts: ascii('TRSNIFF data'), text: `a capture of Sniffer; ${convert}` },
	{ starts: ascii('XCP\0'), text: `a capture of NetXRay or Sniffer; ${convert}` },
	{ starts: ascii('ObserverPktBuffer'), text: `a capture of Observer; ${convert}` },
	{ starts: ascii('\x7fELF'), text: 'a Linux program (ELF)' },
	{ starts: ascii('MZ'), text: 'a Windows or UEFI program' },
	{ starts: ascii('<!DOCTYPE'), text: 'a web page' },
	{ starts: ascii('<html'), text: 'a web page' },
	{ starts: ascii('%PDF'), text: 'a PDF file' },
	{ starts: ascii('\x89PNG'), text: 'a picture (PNG)' },
];

/** Judged by the first bytes, as `tcpdump > file` leaves them. */
function isText(bytes: Uint8Array): boolean {
	return bytes.subarray(0, 64).every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13));
}
