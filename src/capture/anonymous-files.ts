import type { Identities } from './anonymous-identity.ts';
import { scrubText } from './anonymous-text.ts';

/** Takes the content of a file, or other data, out of a packet, in place. */
export type ScrubContent = (bytes: Uint8Array, isStart: boolean) => void;

/** Zeros for all but the marks that tell a file's kind; or, to keep the file, other names and addresses in it. */
export function contentScrubber(identities: Identities, keep: boolean): ScrubContent {
	if (!keep) return (bytes, isStart) => zeroBut(bytes, isStart ? marksOf(bytes) : []);
	return (bytes) => {
		identities.scan(bytes, 0, bytes.length);
		scrubText(identities, bytes, 0, bytes.length);
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
		const isScript = [/^#!ipxe/, /^#!gpxe/].some((mark) => mark.test(String.fromCharCode(...bytes.subarray(0, 6))));
		return [[0, isScript ? 6 : 2]];
	}
	if (first === 0x7f && second === 0x45) return [[0, Math.min(20, bytes.length)]];
	if (first !== 0x4d || second !== 0x5a || bytes.length < 0x40) return [];
	// PE format, section "MS-DOS Stub": where the PE header stands; the machine type is behind its four letters.
	const at = (bytes[0x3c] as number) | ((bytes[0x3d] as number) << 8);
	return [[0, 2], [0x3c, 0x40], ...(at + 6 <= bytes.length && bytes[at] === 0x50 ? ([[at, at + 6]] as const) : [])];
}
