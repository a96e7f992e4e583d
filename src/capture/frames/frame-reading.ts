import type { Issue } from '../../wire/issue.ts';
import type { DecodedFrame } from './frame.ts';

/** A {@link DecodedFrame} while the layers fill it in, one after another. */
export type FrameReading = { -readonly [Field in keyof DecodedFrame]: DecodedFrame[Field] };

/** Most frames have no issue: they share one empty list. */
export const noIssues: readonly Issue[] = [];

export function addIssue(reading: FrameReading, code: string, message: string, offset?: number): void {
	reading.issues = [...reading.issues, { code, message, offset }];
}

/** Whether that many bytes of a header are there; an issue says when they are not. */
export function hasHeader(reading: FrameReading, name: string, at: number, end: number, length: number): boolean {
	if (end - at >= length) return true;
	addIssue(reading, 'too-short', `${name} needs ${length} bytes, but ${Math.max(0, end - at)} are there`, at);
	return false;
}

export function u16(bytes: Uint8Array, at: number): number {
	return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

export function u32(bytes: Uint8Array, at: number): number {
	return u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2);
}
