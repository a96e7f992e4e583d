import { blockIndex, blockNumber } from './block-number.ts';
import { confirmOack, plainTerms, type TftpTerms } from './negotiation.ts';
import type { TftpAckPacket, TftpErrorPacket, TftpOackPacket, TftpRequestPacket } from './packet.ts';
import { createRetransmissionTimer, receiverTiming, type TftpTiming } from './retransmission.ts';
import type { TftpMachine, TftpOutcome } from './transfer.ts';

/** How a receiver starts. */
export interface ReceiverOptions {
	/** The first packet: a client's RRQ, or a server's answer to a WRQ: the OACK that it granted, or ACK 0. */
	readonly opening: TftpRequestPacket | TftpOackPacket | TftpAckPacket;
	/** What was agreed; a client that opens with an RRQ learns it from the answer. */
	readonly terms?: TftpTerms | undefined;
	/** Only ask for the size: the transfer is ended with ERROR 8 as soon as the OACK has come. */
	readonly sizeOnly?: boolean | undefined;
	/** Bytes that the peer has announced: more or fewer end the transfer with an ERROR. 0 is taken for "not known". */
	readonly announcedSize?: number | undefined;
	/** The most bytes to take; a longer file ends the transfer with ERROR 3. No limit by default. */
	readonly maxBytes?: number | undefined;
	/** Changes to the receiver's waits. */
	readonly timing?: Partial<TftpTiming> | undefined;
	/** From 0 to 1, for jitter; none by default. */
	readonly random?: (() => number) | undefined;
}

/**
 * Receives one file: a client's side of a read, or a server's side of a write. An ACK says that the data is safe, so it
 * goes out only after the caller has called {@link TftpReceiver.stored}.
 */
export interface TftpReceiver extends TftpMachine {
	/** The next block's data, in order, or `undefined`. It shares the memory of the packet that brought it. */
	take(): Uint8Array | undefined;
	/** Says that all that was taken is kept. */
	stored(now: number): void;
	/** Whether data was received that is not stored yet. */
	readonly unstored: boolean;
	/** Whether the last block was received; it may not have been taken yet. */
	readonly lastReceived: boolean;
	/** What was agreed. */
	readonly terms: TftpTerms;
}

/**
 * Creates a receiver. It acknowledges the last block of a window and, once, the last good block before a gap (RFC 7440
 * section 4), repeats its ACK when a block comes again, and goes on doing so for a while after the last.
 *
 * @param now milliseconds, on the clock of all later calls
 * @example
 * ```ts
 * import { createReceiver } from 'pxekit/tftp';
 *
 * const receiver = createReceiver({ opening: { kind: 'rrq', filename: 'x', mode: 'octet', options: [] } }, 0);
 * receiver.nextPacket(0)?.kind; // => 'rrq'
 * receiver.receive({ kind: 'data', block: 1, data: Uint8Array.of(7) }, 3);
 * receiver.take(); // => Uint8Array.of(7)
 * receiver.stored(3);
 * receiver.nextPacket(3); // => { kind: 'ack', block: 1 }
 * receiver.outcome; // => { kind: 'complete' }
 * ```
 */
export function createReceiver(options: ReceiverOptions, now: number): TftpReceiver {
	const timing: TftpTiming = { ...receiverTiming, ...options.timing };
	const timer = createRetransmissionTimer(timing, options.random ?? (() => 0));
	const { opening } = options;
	const isClient = opening.kind === 'rrq';
	let terms = options.terms ?? plainTerms;

	let inOpening = true;
	let openingDue = true;
	let openingSent = 0;
	/** Index of the next block wanted. */
	let expected = 1;
	let inWindow = 0;
	let lastReceived = false;
	/** The index of the block that was missing when a gap was reported. */
	let gapReported = 0;
	/** Data received in order that the caller has not taken. */
	const queue: Uint8Array[] = [];
	/** Data was received that the caller has not stored: what came up to `expected - 1` must not be acknowledged yet. */
	let unstored = false;
	/** An ACK goes out: now, or when all is stored. */
	let ackDue = false;
	/** How often the newest ACK was sent, and which it was. */
	let acksSent = 0;
	let sentIndex = 0;
	let bytes = 0;

	let proven = false;
	let sentAt = now;
	let progressAt = now;
	let resendAt = Number.POSITIVE_INFINITY;
	let dallyUntil = Number.POSITIVE_INFINITY;
	let outcome: TftpOutcome | undefined;
	let dropped = false;
	let farewell: TftpErrorPacket | undefined;
	const counts = { retransmits: 0, timeouts: 0, gaps: 0, duplicates: 0 };

	function end(how: TftpOutcome): void {
		outcome ??= how;
		dropped = true;
		openingDue = false;
		ackDue = false;
		resendAt = Number.POSITIVE_INFINITY;
	}

	function fail(by: 'us' | 'application', code: number, message: string): void {
		if (outcome) return;
		farewell = { kind: 'error', code, message };
		end({ kind: 'failed', by, code, message });
	}

	function giveUpAt(): number {
		return progressAt + (proven ? timing.giveUpAfter : Math.min(timing.firstGiveUpAfter, timing.giveUpAfter));
	}

	function progress(at: number): void {
		proven = true;
		progressAt = at;
		resendAt = Number.POSITIVE_INFINITY;
	}

	function endOpening(agreed: TftpTerms, at: number): void {
		inOpening = false;
		openingDue = false;
		terms = agreed;
		if (openingSent === 1) timer.sample(at - sentAt);
		progress(at);
	}

	function receiveOack(packet: TftpOackPacket, at: number): void {
		if (!isClient) return;
		if (!inOpening) {
			// The ACK 0 was lost.
			if (expected === 1) repeatAck();
			return;
		}
		const agreed = confirmOack(opening.options, packet.options);
		if (typeof agreed === 'string') {
			fail('us', 8, agreed);
			return;
		}
		endOpening(agreed, at);
		if (options.sizeOnly) endProbe();
		else if (options.maxBytes !== undefined && (agreed.size ?? 0) > options.maxBytes) {
			fail('us', 3, 'File larger than wanted');
		} else ackDue = true;
	}

	function endProbe(): void {
		farewell = { kind: 'error', code: 8, message: 'Only the size was wanted' };
		end({ kind: 'probe' });
	}

	function repeatAck(): void {
		counts.duplicates++;
		ackDue = true;
	}

	function receiveData(block: number, data: Uint8Array, at: number): void {
		if (inOpening) {
			// A client gets DATA at once from a server that knows no options.
			if (blockIndex(block, 0, 0) !== 1) return;
			endOpening(isClient ? plainTerms : terms, at);
			if (options.sizeOnly) {
				endProbe();
				return;
			}
		}
		const index = blockIndex(block, expected - 1, terms.rollover);
		if (index < expected) {
			// RFC 1350 section 2: the ACK of the newest block was lost. But inside a window that comes again, the blocks that
			// are missing follow at once.
			if (index === expected - 1 && inWindow === 0) repeatAck();
			else counts.duplicates++;
			return;
		}
		if (outcome || lastReceived) return;
		if (index > expected) {
			if (gapReported === expected) return;
			gapReported = expected;
			counts.gaps++;
			inWindow = 0;
			ackDue = true;
			return;
		}
		const isLast = data.length < terms.blockSize;
		const refusal = refusalOf(data.length, bytes + data.length, isLast);
		if (refusal) {
			fail('us', ...refusal);
			return;
		}
		if (acksSent === 1 && inWindow === 0) timer.sample(at - sentAt);
		expected++;
		inWindow++;
		bytes += data.length;
		queue.push(data);
		unstored = true;
		lastReceived = isLast;
		progress(at);
		if (lastReceived || inWindow >= terms.windowSize) ackDue = true;
		else armResend(at);
	}

	function refusalOf(length: number, total: number, isLast: boolean): [code: number, message: string] | undefined {
		const { maxBytes = Number.POSITIVE_INFINITY, announcedSize: announced } = options;
		if (length > terms.blockSize) return [4, 'Block longer than agreed'];
		if (total > maxBytes) return [3, 'File larger than wanted'];
		if (announced && (total > announced || (isLast && total !== announced))) return [0, 'Size differs from tsize'];
		return undefined;
	}

	function armResend(at: number): void {
		sentAt = at;
		resendAt = at + Math.min(timer.wait(), terms.timeout ?? Number.POSITIVE_INFINITY);
	}

	return {
		receive(packet, at) {
			if (outcome && (dropped || packet.kind !== 'data')) return;
			if (packet.kind === 'data') receiveData(packet.block, packet.data, at);
			else if (packet.kind === 'oack') receiveOack(packet, at);
			else if (packet.kind === 'error') {
				end({ kind: 'failed', by: 'peer', code: packet.code, message: packet.message || `error ${packet.code}` });
			}
		},

		expire(at) {
			if (dropped) return;
			if (at >= dallyUntil) dropped = true;
			if (outcome) return;
			if (at >= giveUpAt()) {
				if (unstored) fail('application', 0, 'The data was not stored in time');
				else if (!proven) end({ kind: 'failed', by: 'silence', message: 'no answer to the first packet' });
				else end({ kind: 'failed', by: 'silence', message: `no data for ${timing.giveUpAfter} ms` });
				return;
			}
			if (at < resendAt) return;
			counts.timeouts++;
			timer.backOff();
			resendAt = Number.POSITIVE_INFINITY;
			if (!proven && !isClient && counts.timeouts > timing.firstRepeats) return;
			if (inOpening) openingDue = true;
			else {
				counts.retransmits++;
				ackDue = true;
			}
		},

		nextPacket(at) {
			if (farewell) {
				const packet = farewell;
				farewell = undefined;
				return packet;
			}
			if (openingDue) {
				openingDue = false;
				if (openingSent++ > 0) counts.retransmits++;
				armResend(at);
				return opening;
			}
			if (!ackDue || unstored) return undefined;
			ackDue = false;
			// An ACK inside a window starts a new one after it.
			inWindow = 0;
			acksSent = sentIndex === expected ? acksSent + 1 : 1;
			sentIndex = expected;
			if (!outcome) armResend(at);
			return { kind: 'ack', block: blockNumber(expected - 1, terms.rollover) };
		},

		repeatOpening() {
			if (inOpening && !outcome && openingSent > 0) openingDue = true;
		},

		abort(code, message, by = 'us') {
			fail(by, code, message);
		},

		take() {
			return queue.shift();
		},

		stored(at) {
			if (queue.length > 0 || !unstored) return;
			unstored = false;
			if (!lastReceived || outcome) return;
			outcome = { kind: 'complete' };
			// RFC 1350 section 6: stay for a while, should the last ACK be lost.
			dallyUntil = at + Math.max(4 * timer.base, timing.initialTimeout);
			resendAt = Number.POSITIVE_INFINITY;
		},

		get unstored() {
			return unstored;
		},
		get lastReceived() {
			return lastReceived;
		},
		get terms() {
			return terms;
		},
		get nextDeadline() {
			if (dropped) return Number.POSITIVE_INFINITY;
			return outcome ? dallyUntil : Math.min(resendAt, giveUpAt());
		},
		get outcome() {
			return outcome;
		},
		get closed() {
			return dropped && farewell === undefined;
		},
		get proven() {
			return proven;
		},
		get statistics() {
			return { ...counts, bytes, roundTrip: timer.roundTrip };
		},
	};
}
