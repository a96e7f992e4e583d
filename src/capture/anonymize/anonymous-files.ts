import type { Identities } from './anonymous-identity.ts';
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

/** What other parts of this package tell kinds of files by: `#!ipxe`, ELF, MZ with the machine type of a PE image. */
function marksOf(bytes: Uint8Array): readonly Range[] {
	const [first, second] = bytes;
	if (first === 0x23 && second === 0x21) {
		const isScript = /^#![ig]pxe/.test(String.fromCharCode(...bytes.subarray(0, 6)));
		return [[0, isScript ? 6 : 2]];
	}
	if (first === 0x7f && second === 0x45) return [[0, Math.min(20, bytes.length)]];
	if (first !== 0x4d || second !== 0x5a || bytes.length < 0x40) return [];
	// PE format, section "MS-DOS Stub": where the PE header stands; the machine type is behind its four letters.
	const at = (bytes[0x3c] as number) | ((bytes[0x3d] as number) << 8);
	const machine: readonly Range[] = at + 6 <= bytes.length && bytes[at] === 0x50 ? [[at, at + 6]] : [];
	return [[0, 2], [0x3c, 0x40], ...machine];
}
