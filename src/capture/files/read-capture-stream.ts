import type { CaptureFrame, CaptureSummary } from './capture-file.ts';
import { ChunkReader } from './chunk-reader.ts';

/** A capture that is read while it comes. */
export interface CaptureStream {
	/** The frames, once. They share the memory of their chunks: copy what you keep (`data.slice()`) so that chunks can go. */
	readonly frames: AsyncIterableIterator<CaptureFrame, undefined>;
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
	return { frames: framesOf(reader, arrivals(reader, chunks)), summary: () => reader.summary() };
}

/** Gives the reader one chunk after the other. Ending this ends the source. */
async function* arrivals(
	reader: ChunkReader,
	chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<void, void, undefined> {
	for await (const chunk of chunks) {
		reader.push(chunk);
		yield;
		if (reader.done) return;
	}
	reader.end();
	yield;
}

type NextFrame = IteratorResult<CaptureFrame, undefined>;

const over: NextFrame = { done: true, value: undefined };

/**
 * What an async generator would do that yields each frame, in two thirds of the time: it would wait three times for a frame that is
 * there already, this waits once.
 */
function framesOf(reader: ChunkReader, arriving: AsyncGenerator<void, void, undefined>): CaptureStream['frames'] {
	let ended = false;
	/** The call that waits for a chunk, or for the end; others come after it. */
	let pending: Promise<NextFrame> | undefined;

	async function pull(): Promise<NextFrame> {
		while (!ended) {
			const frame = reader.next();
			if (frame) return { done: false, value: frame };
			ended = (await arriving.next()).done === true;
		}
		return over;
	}

	async function end(): Promise<NextFrame> {
		ended = true;
		await arriving.return();
		return over;
	}

	/** Ends the source too when reading fails. */
	const pullOrEnd = (): Promise<NextFrame> =>
		pull().catch(async (error) => {
			await end();
			throw error;
		});

	function inTurn(task: () => Promise<NextFrame>): Promise<NextFrame> {
		const turn = pending ? pending.then(task, task) : task();
		const clear = (): void => {
			if (pending === turn) pending = undefined;
		};
		pending = turn;
		turn.then(clear, clear);
		return turn;
	}

	return {
		next() {
			// Throws nothing: only opening the file does, which is behind us when a frame is there.
			const frame = pending || ended ? undefined : reader.next();
			return frame ? Promise.resolve({ done: false, value: frame }) : inTurn(pullOrEnd);
		},
		return: () => inTurn(end),
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}
