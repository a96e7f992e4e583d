import type { CaptureFrame, CaptureSummary } from './capture-file.ts';
import { summaryOf } from './capture-notes.ts';
import { type FileWindow, windowOf } from './file-window.ts';
import { bytesToOpen, type OpenedCapture, openCapture } from './open-capture.ts';

/**
 * Reads a file that comes in chunks with the reader of whole files. Only a record that a chunk's end cuts is copied; the memory for
 * it grows with the bytes that have come, never by what the file says.
 */
export class ChunkReader {
	#opened: OpenedCapture | undefined;
	/** The start of a record that was cut. */
	#held: Uint8Array = new Uint8Array(0);
	#heldLength = 0;
	/** Bytes that the record must have to be read. */
	#needed = bytesToOpen;
	/** Bytes to pass over. */
	#skip = 0;
	/** Bytes of the file before those held. */
	#base = 0;

	summary(): CaptureSummary | undefined {
		return this.#opened && summaryOf(this.#opened.notes);
	}

	/** Nothing more will be read, whatever comes. */
	get done(): boolean {
		return this.#needed === Number.POSITIVE_INFINITY;
	}

	/** The frames that are whole with this chunk. */
	*push(chunk: Uint8Array): Generator<CaptureFrame, void, undefined> {
		let at = 0;
		while (at < chunk.length && !this.done) {
			if (this.#skip > 0) {
				const skipped = Math.min(this.#skip, chunk.length - at);
				this.#skip -= skipped;
				this.#base += skipped;
				at += skipped;
			} else if (this.#heldLength === 0 && chunk.length - at >= this.#needed) {
				const rest = chunk.subarray(at);
				at = chunk.length;
				yield* this.#read(windowOf(rest, this.#base, false));
			} else {
				const taken = Math.min(this.#needed - this.#heldLength, chunk.length - at);
				this.#hold(chunk.subarray(at, at + taken));
				at += taken;
				if (this.#heldLength < this.#needed) return;
				yield* this.#read(this.#takeHeld(false));
			}
		}
	}

	/** The file has ended: what a cut record still gives. */
	*finish(): Generator<CaptureFrame, void, undefined> {
		if (this.done) return;
		const file = this.#takeHeld(true);
		// Bytes that were to be passed over and never came: the file ends inside a block.
		file.at = this.#skip;
		yield* this.#read(file);
	}

	*#read(file: FileWindow): Generator<CaptureFrame, void, undefined> {
		this.#opened ??= openCapture(file);
		const { reader } = this.#opened;
		for (let frame = reader.next(file); frame; frame = reader.next(file)) yield frame;
		this.#needed = file.needed;
		this.#skip = Math.max(0, file.at - file.bytes.length);
		this.#base = file.base + Math.min(file.at, file.bytes.length);
		if (file.at < file.bytes.length && !this.done) this.#hold(file.bytes.subarray(file.at));
	}

	#takeHeld(last: boolean): FileWindow {
		const file = windowOf(this.#held.subarray(0, this.#heldLength), this.#base, last);
		// Frames may have been made of this memory: it is not used again.
		this.#held = new Uint8Array(0);
		this.#heldLength = 0;
		return file;
	}

	#hold(bytes: Uint8Array): void {
		const length = this.#heldLength + bytes.length;
		if (length > this.#held.length) {
			const grown = new Uint8Array(Math.max(length, Math.min(this.#needed, 2 * length)));
			grown.set(this.#held.subarray(0, this.#heldLength));
			this.#held = grown;
		}
		this.#held.set(bytes, this.#heldLength);
		this.#heldLength = length;
	}
}
