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
	/** What has come and is not yet read. */
	#chunk: Uint8Array = new Uint8Array(0);
	/** The part of the file that is being read. */
	#file: FileWindow | undefined;
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

	/** The chunk that follows; {@link next} must have said that there is no more in the last one. */
	push(chunk: Uint8Array): void {
		this.#chunk = chunk;
	}

	/** No chunk follows: what a cut record still gives is next. */
	end(): void {
		if (this.done) return;
		const file = this.#takeHeld(true);
		// Bytes that were to be passed over and never came: the file ends inside a block.
		file.at = this.#skip;
		this.#open(file);
	}

	/** The next frame; `undefined` when another chunk is needed, or there is no more. */
	next(): CaptureFrame | undefined {
		for (;;) {
			const frame = this.#file && this.#opened?.reader.next(this.#file);
			if (frame) return frame;
			if (this.#file) this.#leave(this.#file);
			if (!this.#advance()) return undefined;
		}
	}

	/** Opens the next part of the chunk that can be read; `false` when there is none. */
	#advance(): boolean {
		while (this.#chunk.length > 0 && !this.done) {
			if (this.#skip > 0) {
				const skipped = this.#take(this.#skip).length;
				this.#skip -= skipped;
				this.#base += skipped;
			} else if (this.#heldLength === 0 && this.#chunk.length >= this.#needed) {
				this.#open(windowOf(this.#take(this.#chunk.length), this.#base, false));
				return true;
			} else {
				this.#hold(this.#take(this.#needed - this.#heldLength));
				if (this.#heldLength >= this.#needed) {
					this.#open(this.#takeHeld(false));
					return true;
				}
			}
		}
		return false;
	}

	/** The first bytes of the chunk, at most so many; they are gone from it. */
	#take(most: number): Uint8Array {
		const taken = this.#chunk.subarray(0, most);
		this.#chunk = this.#chunk.subarray(most);
		return taken;
	}

	#open(file: FileWindow): void {
		this.#opened ??= openCapture(file);
		this.#file = file;
	}

	/** Keeps what the reader left of a window, and how many bytes it must see to go on. */
	#leave(file: FileWindow): void {
		this.#file = undefined;
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
