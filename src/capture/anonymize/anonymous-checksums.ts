import { foldSum, internetSum } from '../../wire/internet-checksum.ts';
import { u16 } from '../frames/frame-reading.ts';

/** A checksum over bytes that were changed, and over a pseudo-header whose addresses were. */
export interface ChangedChecksum {
	/** What the sum is over, as it was. */
	readonly before: Uint8Array;
	/** The same, in its frame, as it is now. */
	readonly after: Uint8Array;
	/** Where in both the checksum stands. */
	readonly at: number;
	/** Sums of the pseudo-headers; 0 without one. */
	readonly pseudoBefore: number;
	readonly pseudoAfter: number;
	/** UDP: 0 means that there is none, and 0xffff is written for it. */
	readonly zeroIsNone: boolean;
}

/** A right checksum becomes a right one, a wrong one stays wrong by as much, and one that was left to the network card stays so. */
export function keepVerdict({ before, after, at, pseudoBefore, pseudoAfter, zeroIsNone }: ChangedChecksum): void {
	if (at + 2 > after.length) return;
	const stored = u16(before, at);
	if (stored === 0 && zeroIsNone) return;
	const sum = internetSum(before, 0, before.length, pseudoBefore);
	const isRight = sum === 0xffff;
	if (!isRight && stored === foldSum(pseudoBefore)) {
		put(after, at, foldSum(pseudoAfter));
		return;
	}
	put(after, at, 0);
	const rest = internetSum(after, 0, after.length, pseudoAfter);
	// What brings the sum to what it was: RFC 1624 section 3.
	const checksum = (sum - rest + 2 * 0xffff) % 0xffff;
	put(after, at, checksum === 0 && zeroIsNone ? 0xffff : checksum);
}

function put(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value >> 8;
	bytes[at + 1] = value & 0xff;
}
