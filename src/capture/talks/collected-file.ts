import { concatBytes } from '../../wire/bytes.ts';

/** The bytes that may still be kept, over all files. */
export interface ContentBudget {
	left: number;
}

/** A file that is put together from its blocks. */
export interface CollectedFile {
	/** Takes a block that was not there before. The bytes are copied. */
	put(index: number, data: Uint8Array): void;
	/** The file can't become whole: nothing but its head is kept from now on. */
	giveUp(): void;
	/** What is there without a gap, at most {@link headLimit} bytes. */
	head(): Uint8Array<ArrayBuffer>;
	/** All bytes, if blocks 1 to `last` are there. */
	whole(last: number): Uint8Array<ArrayBuffer> | undefined;
	/** Gives what is kept back to the budget. */
	release(): void;
	/** More was to be kept than the limits allow. */
	readonly overLimit: boolean;
}

/** The most bytes of a file's beginning that are kept in any case. */
export const headLimit = 65_536;

/** @param limit most bytes of this file */
export function createCollectedFile(limit: number, budget: ContentBudget): CollectedFile {
	/** Blocks 1 to `next - 1`. */
	let inOrder: Uint8Array[] = [];
	let inOrderBytes = 0;
	let next = 1;
	/** Blocks after a gap. */
	const ahead = new Map<number, Uint8Array>();
	let kept = 0;
	let hopeless = false;
	let overLimit = false;

	function append(data: Uint8Array): void {
		inOrder.push(data);
		inOrderBytes += data.length;
		next++;
	}

	function release(): void {
		budget.left += kept;
		kept = 0;
	}

	function giveUp(): void {
		if (hopeless) return;
		hopeless = true;
		ahead.clear();
		const beginning = head();
		inOrder = [beginning];
		inOrderBytes = beginning.length;
		release();
	}

	function head(): Uint8Array<ArrayBuffer> {
		const parts: Uint8Array[] = [];
		let length = 0;
		for (const part of inOrder) {
			if (length >= headLimit) break;
			parts.push(part.subarray(0, headLimit - length));
			length += part.length;
		}
		return concatBytes(parts);
	}

	return {
		put(index, data) {
			if (hopeless) {
				// What the head still lacks.
				if (index === next && inOrderBytes < headLimit) append(data.slice(0, headLimit - inOrderBytes));
				return;
			}
			if (kept + data.length > limit || data.length > budget.left) {
				overLimit = true;
				giveUp();
				if (index === next && inOrderBytes < headLimit) append(data.slice(0, headLimit - inOrderBytes));
				return;
			}
			kept += data.length;
			budget.left -= data.length;
			if (index !== next) {
				ahead.set(index, data.slice());
				return;
			}
			append(data.slice());
			for (let block = ahead.get(next); block; block = ahead.get(next)) {
				ahead.delete(next);
				append(block);
			}
		},
		giveUp,
		head,
		whole: (last) => (hopeless || next !== last + 1 ? undefined : concatBytes(inOrder)),
		release,
		get overLimit() {
			return overLimit;
		},
	};
}
