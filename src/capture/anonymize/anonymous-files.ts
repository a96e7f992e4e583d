import { type Identities, latin1 } from './anonymous-identity.ts';
import { changeJoined, type Slice } from './anonymous-slices.ts';
import { scrubText } from './anonymous-text.ts';

/** Where a piece of a file stands. */
export interface ContentPlace {
	/** Of one transfer or direction of a connection. */
	readonly stream: string;
	/** Number of the block or byte, and of what comes next. */
	readonly position: number;
	readonly next: number;
	/** The file begins here. */
	readonly isStart: boolean;
}

/** Takes the contents of files, and other data, out of packets, in place. */
export interface ContentScrubber {
	/** Without a place it belongs to nothing. */
	push(bytes: Uint8Array, place?: ContentPlace): void;
	/** The capture has ended. */
	end(): void;
}

/** Zeros for all but the marks that tell a file's kind; or, to keep files, other names and addresses in them. */
export function createContentScrubber(identities: Identities, keep: boolean): ContentScrubber {
	return keep ? keptFiles(identities) : zeroedFiles;
}

const zeroedFiles: ContentScrubber = {
	push: (bytes, place) => zeroBut(bytes, place?.isStart ? marksOf(bytes) : []),
	end: () => undefined,
};

/** Pieces that follow one another. */
interface Run {
	next: number;
	readonly slices: Slice[];
	/** Pieces that came before: what is sent again must look the same. */
	readonly sent: Map<number, Uint8Array>;
}

/** A name may be split over two packets, so that files are gone through as a whole when all of them are there. */
function keptFiles(identities: Identities): ContentScrubber {
	const current = new Map<string, Run>();
	const runs: Run[] = [];
	const copies: { readonly from: Uint8Array; readonly to: Uint8Array }[] = [];

	function scrub(bytes: Uint8Array): void {
		identities.scan(bytes, 0, bytes.length);
		scrubText(identities, bytes, 0, bytes.length);
	}

	return {
		push(bytes, place) {
			if (place === undefined) return scrub(bytes);
			let run = current.get(place.stream);
			const before = run?.sent.get(place.position);
			if (before !== undefined && before.length === bytes.length && before.every((byte, i) => byte === bytes[i])) {
				copies.push({ from: before, to: bytes });
				return;
			}
			if (run === undefined || place.isStart || place.position !== run.next) {
				run = { next: place.position, slices: [], sent: new Map() };
				runs.push(run);
				current.set(place.stream, run);
			}
			run.next = place.next;
			run.slices.push({ bytes, start: 0, end: bytes.length });
			run.sent.set(place.position, bytes);
		},
		end() {
			for (const { slices } of runs) changeJoined(slices, scrub);
			for (const { from, to } of copies) to.set(from);
		},
	};
}

type Range = readonly [start: number, end: number];

function zeroBut(bytes: Uint8Array, kept: readonly Range[]): void {
	const copies = kept.map(([start, end]) => [start, bytes.slice(start, end)] as const);
	bytes.fill(0);
	for (const [start, copy] of copies) bytes.set(copy, start);
}

/** What files begin with: gzip, xz, zstd, and 16-bit jumps. */
const binarySignatures: readonly (readonly number[])[] = [
	[0x1f, 0x8b],
	[0xfd, 0x37, 0x7a, 0x58, 0x5a],
	[0x28, 0xb5, 0x2f, 0xfd],
	[0xea],
	[0xe9],
	[0xeb],
];
/** ELF with its class, byte order and machine, scripts, bzip2, cpio, WIM, web pages. */
const textSignatures = /^(?:\u007fELF.{0,16}|#![ig]pxe|#!|BZh|07070[12]|MSWIM|\s{0,32}<(?:!doctype|html|head|body))/is;
const longestSignature = 64;
/** Linux Documentation/arch/x86/boot.rst, section "The Real-Mode Kernel Header". */
const linuxHeader = { at: 0x202, text: 'HdrS' };

/** What other parts of this package tell kinds of files by. A text without a signature is none afterwards. */
function marksOf(bytes: Uint8Array): readonly Range[] {
	const head = latin1(bytes, 0, Math.min(longestSignature, bytes.length));
	const binary = binarySignatures.find((signature) => signature.every((byte, i) => byte === bytes[i]));
	const length = binary?.length ?? textSignatures.exec(head)?.[0].length ?? 0;
	const { at, text } = linuxHeader;
	const isLinux = latin1(bytes, at, Math.min(at + text.length, bytes.length)) === text;
	return [[0, length], ...(isLinux ? [[at, at + text.length] as const] : []), ...portableExecutableMarks(bytes)];
}

/** PE format, section "MS-DOS Stub": where the PE header stands; the machine type is behind its four letters. */
function portableExecutableMarks(bytes: Uint8Array): readonly Range[] {
	if (bytes[0] !== 0x4d || bytes[1] !== 0x5a || bytes.length < 0x40) return [];
	const at = (bytes[0x3c] as number) | ((bytes[0x3d] as number) << 8);
	const machine: readonly Range[] = at + 6 <= bytes.length && bytes[at] === 0x50 ? [[at, at + 6]] : [];
	return [[0, 2], [0x3c, 0x40], ...machine];
}
