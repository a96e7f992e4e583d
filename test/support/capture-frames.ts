import type { CaptureFrame } from 'pxekit/capture';

/** Ethernet frames as a capture has them, a millisecond apart. */
export function captureFrames(frames: readonly Uint8Array[], start = 0n): CaptureFrame[] {
	return frames.map((data, i) => ({
		index: i + 1,
		time: start + BigInt(i) * 1_000_000n,
		linkType: 1,
		data,
		originalLength: data.length,
		interface: 0,
	}));
}
