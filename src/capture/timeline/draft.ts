import type { DecodedFrame } from '../frames/frame.ts';
import { framesOf } from './dhcp-event.ts';

/** A value while it is being put together. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** A flood of the same packet must not fill the memory with numbers. */
const maxFrames = 10_000;

/** Adds a copy of one of its frames to an event, which lasts no longer by it. */
export function extendByCopy(event: { frames: number[] }, frame: DecodedFrame): void {
	if (event.frames.length < maxFrames) event.frames.push(...framesOf(frame));
}

/** Adds a frame to an event. */
export function extend(
	event: { frames: number[]; time: bigint | undefined; end: bigint | undefined },
	frame: DecodedFrame,
): void {
	if (event.frames.length < maxFrames) event.frames.push(...framesOf(frame));
	event.end = frame.time ?? event.end;
}
