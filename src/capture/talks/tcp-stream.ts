import type { ContentBudget } from './collected-file.ts';

/** The frame that brought something. */
export interface FramePlace {
	readonly index: number;
	readonly time: bigint | undefined;
}

/** What one side of a connection sends, put in order. */
export interface TcpStream {
	/** A SYN: the first byte follows `sequence`. */
	begin(sequence: number): void;
	segment(sequence: number, data: Uint8Array, place: FramePlace): void;
	/** The FIN, after the segment that it came with. */
	finish(sequence: number): void;
	/** The other side has all before this: what is not there now is not in the capture. */
	acknowledged(sequence: number): void;
	/** Nothing more comes: hands out what waits behind gaps. */
	flush(): void;
}

/** What comes out, in order. */
export interface TcpStreamEvents {
	/** The bytes share the memory of the segment. */
	data(data: Uint8Array, place: FramePlace): void;
	/** Bytes that the capture does not have. */
	gap(length: number): void;
	/** The side has sent all that it will. */
	end(): void;
}

interface Waiting {
	readonly at: number;
	readonly data: Uint8Array;
	readonly place: FramePlace;
}

/** Twice the largest window without scaling: what waits longer waits for what was lost. */
const mostWaiting = 131_072;
const mostSegments = 256;

/** @param budget for what waits on all connections: who is last when it is used up gives up what is missing */
export function createTcpStream(events: TcpStreamEvents, budget: ContentBudget): TcpStream {
	/** Position of the next byte wanted; counts on where sequence numbers wrap. */
	let next: number | undefined;
	const waiting: Waiting[] = [];
	let waitingBytes = 0;
	let finAt: number | undefined;
	let ended = false;

	/** RFC 9293 section 3.4: sequence numbers are compared modulo 2^32. */
	function position(sequence: number): number {
		next ??= sequence;
		return next + ((sequence - next) | 0);
	}

	function overLimit(): boolean {
		return waitingBytes > mostWaiting || waiting.length > mostSegments || budget.left < 0;
	}

	function deliver(at: number, data: Uint8Array, place: FramePlace): void {
		const from = next as number;
		const fresh = at < from ? data.subarray(from - at) : data;
		if (fresh.length === 0) return;
		next = from + fresh.length;
		events.data(fresh, place);
	}

	/** Hands out what follows without a gap. */
	function settle(): void {
		for (let first = waiting[0]; first && first.at <= (next as number); first = waiting[0]) {
			waiting.shift();
			waitingBytes -= first.data.length;
			budget.left += first.data.length;
			deliver(first.at, first.data, first.place);
		}
		if (finAt !== undefined && (next as number) >= finAt) end();
	}

	function end(): void {
		if (ended) return;
		ended = true;
		events.end();
	}

	/** Gives up what is missing before `to`. */
	function skip(to: number): void {
		const from = next as number;
		if (to <= from) return;
		next = to;
		events.gap(to - from);
	}

	return {
		begin(sequence) {
			next ??= (sequence + 1) >>> 0;
		},
		segment(sequence, data, place) {
			const at = position(sequence);
			if (data.length === 0 || ended) return;
			if (at <= (next as number)) {
				deliver(at, data, place);
				settle();
				return;
			}
			let slot = waiting.length;
			while (slot > 0 && (waiting[slot - 1] as Waiting).at > at) slot--;
			if (waiting[slot - 1]?.at === at && (waiting[slot - 1] as Waiting).data.length >= data.length) return;
			waiting.splice(slot, 0, { at, data: data.slice(), place });
			waitingBytes += data.length;
			budget.left -= data.length;
			for (let first = waiting[0]; first && overLimit(); first = waiting[0]) {
				skip(first.at);
				settle();
			}
		},
		finish(sequence) {
			finAt ??= position(sequence);
			settle();
		},
		acknowledged(sequence) {
			if (next === undefined) return;
			const to = position(sequence);
			while (next < to) {
				const first = waiting[0];
				// The FIN has a number of its own.
				const limit = finAt !== undefined && finAt < to ? finAt : to;
				if (limit <= next) break;
				skip(first && first.at < limit ? first.at : limit);
				settle();
			}
		},
		flush() {
			for (let first = waiting[0]; first; first = waiting[0]) {
				skip(first.at);
				settle();
			}
		},
	};
}
