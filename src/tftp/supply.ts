/**
 * The stretch of a file between what was acknowledged and what was read: parts go in at the end, blocks are read from
 * anywhere in it, and what is no longer needed is dropped from the front.
 *
 * @internal
 */
export interface Supply {
	push(part: Uint8Array): void;
	end(): void;
	/** A whole block, or the shorter rest of an ended file; `undefined` while it is not there. */
	read(offset: number, length: number): Uint8Array | undefined;
	/** Forgets the parts that lie wholly before the offset. */
	drop(offset: number): void;
	/** Bytes put in so far. */
	readonly supplied: number;
	/** Bytes of the whole file, once it has ended. */
	readonly total: number | undefined;
}

/** @internal */
export function createSupply(): Supply {
	let parts: Uint8Array[] = [];
	/** Offset of the first part. */
	let start = 0;
	let supplied = 0;
	let ended = false;

	function assemble(offset: number, length: number): Uint8Array {
		const block = new Uint8Array(length);
		let at = start;
		for (const part of parts) {
			const from = Math.max(offset, at);
			const to = Math.min(offset + length, at + part.length);
			if (from < to) block.set(part.subarray(from - at, to - at), from - offset);
			at += part.length;
		}
		return block;
	}

	return {
		push(part) {
			if (ended || part.length === 0) return;
			parts.push(part);
			supplied += part.length;
		},
		end() {
			ended = true;
		},
		read(offset, length) {
			const available = supplied - offset;
			if (available < length && !ended) return undefined;
			const wanted = Math.min(length, available);
			let at = start;
			for (const part of parts) {
				// Nearly always the block lies in one part: no copy.
				if (offset >= at && offset + wanted <= at + part.length)
					return part.subarray(offset - at, offset - at + wanted);
				at += part.length;
			}
			return assemble(offset, wanted);
		},
		drop(offset) {
			let gone = 0;
			while (gone < parts.length && start + (parts[gone] as Uint8Array).length <= offset) {
				start += (parts[gone++] as Uint8Array).length;
			}
			if (gone > 0) parts = parts.slice(gone);
		},
		get supplied() {
			return supplied;
		},
		get total() {
			return ended ? supplied : undefined;
		},
	};
}
