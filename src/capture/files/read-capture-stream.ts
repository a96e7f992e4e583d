import type { CaptureFrame, CaptureSummary } from './capture-file.ts';
import { ChunkReader } from './chunk-reader.ts';

/** A capture that is read while it comes. */
export interface CaptureStream {
	/** The frames, once. They share the memory of their chunks: copy what you keep (`data.slice()`) so that chunks can go. */
	readonly frames: AsyncGenerator<CaptureFrame, void, undefined>;
	/** All but the frames, as far as it has been read: complete after the last frame; `undefined` before the header has come. */
	summary(): CaptureSummary | undefined;
}

/**
 * Reads a capture of any length in little memory: at most one record is held, 16 MiB in the worst of files and a few KiB in real
 * ones. Gives the same frames as {@link readCapture}, wherever the chunks end.
 *
 * Iterating throws a `DecodeError` as {@link readCapture} does, and what `chunks` throws.
 *
 * @param chunks for instance `createReadStream('boot.pcap')` of Node, or the body of a fetch
 *
 * @example
 * ```ts
 * import { readCaptureStream, writePcapng } from 'pxekit/capture';
 *
 * const bytes = writePcapng({ interfaces: [{ name: 'eth0' }], frames: [{ time: 5n, data: new Uint8Array(60) }] });
 * const stream = readCaptureStream([bytes.subarray(0, 100), bytes.subarray(100)]);
 * const times: (bigint | undefined)[] = [];
 * for await (const frame of stream.frames) times.push(frame.time);
 * times; // => [5n]
 * stream.summary()?.interfaces[0]?.name; // => 'eth0'
 * ```
 */
export function readCaptureStream(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): CaptureStream {
	const reader = new ChunkReader();
	return { frames: framesOf(reader, chunks), summary: () => reader.summary() };
}

async function* framesOf(
	reader: ChunkReader,
	chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<CaptureFrame, void, undefined> {
	for await (const chunk of chunks) {
		// Not yield*, which awaits each frame twice.
		for (const frame of reader.push(chunk)) yield frame;
		if (reader.done) return;
	}
	for (const frame of reader.finish()) yield frame;
}
