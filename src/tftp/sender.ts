import { blockIndex, blockNumber } from './block-number.ts';
import { confirmOack, plainTerms, type TftpTerms } from './negotiation.ts';
import type { TftpErrorPacket, TftpOackPacket, TftpPacket, TftpRequestPacket } from './packet.ts';
import { createRetransmissionTimer, senderTiming, type TftpTiming } from './retransmission.ts';
import { createSupply } from './supply.ts';
import type { TftpMachine, TftpOutcome } from './transfer.ts';

/** How a sender starts. */
export interface SenderOptions {
	/**
	 * The first packet. A server sends the OACK that it granted; without one it starts with DATA 1. A client sends its
	 * WRQ.
	 */
	readonly opening?: TftpOackPacket | TftpRequestPacket | undefined;
	/** What was agreed; a client that opens with a WRQ learns it from the answer. */
	readonly terms?: TftpTerms | undefined;
	/** Whether the client asked for the size: then an early ERROR 0 or 8 is a size probe, not a failure. */
	readonly sizeAsked?: boolean | undefined;
	/** All of the content, when it is in memory. Otherwise hand it in with {@link TftpSender.supply}. */
	readonly content?: Uint8Array | undefined;
	/** Changes to the sender's waits. */
	readonly timing?: Partial<TftpTiming> | undefined;
	/** From 0 to 1, for jitter; none by default. */
	readonly random?: (() => number) | undefined;
}

/** Sends one file: a server's side of a read, or a client's side of a write. */
export interface TftpSender extends TftpMachine {
	/** Hands in the next part of the content. The bytes must not change until the transfer has ended. */
	supply(part: Uint8Array): void;
	/** Says that the content is whole. */
	supplyEnd(): void;
	/** How many more bytes the sender would like to have at hand; 0 when it has enough. */
	readonly wanted: number;
	/** What was agreed. */
	readonly terms: TftpTerms;
}

/** How far ahead of the acknowledged blocks content is asked for, at least. */
const leastAhead = 64 * 1024;

/**
 * Creates a sender: windows as in RFC 7440, block numbers that wrap, resends by measured round-trip time, and none
 * because of a repeated ACK (RFC 1123 section 4.2.3.1).
 *
 * @param now milliseconds, on the clock of all later calls
 * @example
 * ```ts
 * import { createSender } from 'pxekit/tftp';
 *
 * const sender = createSender({ content: Uint8Array.of(1, 2, 3) }, 0);
 * sender.nextPacket(0); // => { kind: 'data', block: 1, data: Uint8Array.of(1, 2, 3) }
 * sender.nextPacket(0); // => undefined
 * sender.receive({ kind: 'ack', block: 1 }, 4);
 * sender.outcome; // => { kind: 'complete' }
 * ```
 */
export function createSender(options: SenderOptions, now: number): TftpSender {
	const timing: TftpTiming = { ...senderTiming, ...options.timing };
	const timer = createRetransmissionTimer(timing, options.random ?? (() => 0));
	const supply = createSupply();
	const { opening } = options;
	let terms = options.terms ?? plainTerms;
	let maxWait = terms.timeout ?? Number.POSITIVE_INFINITY;

	let inOpening = opening !== undefined;
	let openingDue = inOpening;
	let openingSent = 0;
	/** Index of the last acknowledged block, of the next to send, of the highest ever sent, of the highest sent twice. */
	let acked = 0;
	let cursor = 1;
	let top = 0;
	let resentTop = 0;
	/** The index that a gap was already repaired for. */
	let repaired = -1;
	/** A late duplicate ACK has hastened a resend since the last progress or timeout. */
	let hastened = false;
	/** The window was sent again by the timer: an ACK inside it tells what the client had before, not what is missing. */
	let timedOut = false;

	let proven = false;
	let sentAt = now;
	let progressAt = now;
	let heardAt = now;
	let resendAt = Number.POSITIVE_INFINITY;
	let outcome: TftpOutcome | undefined;
	let farewell: TftpErrorPacket | undefined;
	const counts = { retransmits: 0, timeouts: 0, gaps: 0, duplicates: 0 };

	if (options.content) {
		supply.push(options.content);
		supply.end();
	}

	/** Index of the last block, once the end of the content and the block size are known. */
	let lastBlock = Number.POSITIVE_INFINITY;
	const findLastBlock = () => {
		if (supply.total !== undefined) lastBlock = Math.floor(supply.total / terms.blockSize) + 1;
	};
	findLastBlock();
	const allSent = () => top === lastBlock;
	const windowEnd = () => Math.min(acked + terms.windowSize, lastBlock);

	function end(how: TftpOutcome): void {
		outcome ??= how;
		openingDue = false;
		resendAt = Number.POSITIVE_INFINITY;
	}

	function fail(by: 'us' | 'application', code: number, message: string): void {
		if (outcome) return;
		farewell = { kind: 'error', code, message };
		end({ kind: 'failed', by, code, message });
	}

	function giveUpAt(): number {
		if (!proven) return progressAt + Math.min(timing.firstGiveUpAfter, timing.giveUpAfter);
		const last = progressAt + timing.giveUpAfter;
		// A client that still asks for what it lacks has not gone with a last ACK that was lost.
		return allSent() ? Math.min(last, heardAt + timing.lastGiveUpAfter) : last;
	}

	function armResend(at: number): void {
		resendAt = at + Math.min(timer.wait(), maxWait);
	}

	function progress(at: number): void {
		proven = true;
		progressAt = at;
		heardAt = at;
		hastened = false;
		resendAt = Number.POSITIVE_INFINITY;
	}

	function startData(agreed: TftpTerms, at: number): void {
		inOpening = false;
		openingDue = false;
		terms = agreed;
		findLastBlock();
		maxWait = terms.timeout ?? Number.POSITIVE_INFINITY;
		if (openingSent === 1) timer.sample(at - sentAt);
		progress(at);
	}

	function receiveOpeningAnswer(packet: TftpPacket, at: number): void {
		const isClient = opening?.kind === 'wrq';
		if (packet.kind === 'ack' && packet.block === 0) startData(isClient ? plainTerms : terms, at);
		if (packet.kind === 'oack' && isClient) {
			const agreed = confirmOack(opening.options, packet.options);
			if (typeof agreed === 'string') fail('us', 8, agreed);
			else startData(agreed, at);
		}
	}

	function receiveAck(block: number, at: number): void {
		const index = blockIndex(block, acked, terms.rollover);
		if (index === acked) receiveDuplicate(at);
		// An ACK of the far past says nothing, and one of a block that was never sent is a lie or a mistake.
		if (index <= acked || index > top) return;

		// An ACK of a block that was sent twice may answer either: it is not measured, and the doubled wait stays. So a
		// client that has become slow is measured by its next block.
		if (index > resentTop) timer.sample(at - sentAt);
		const canBeAnswer = isAfterRoundTrip(at);
		acked = index;
		progress(at);
		if (index === lastBlock) {
			end({ kind: 'complete' });
			return;
		}
		if (index < top && canBeAnswer && !timedOut) {
			// The window breaks off here: RFC 7440 section 4 starts anew after the acknowledged block. Clients that send
			// such an ACK for each block after the gap are answered once.
			counts.gaps++;
			repaired = index;
			cursor = index + 1;
			timer.ease();
		} else {
			cursor = Math.max(cursor, top + 1);
			// With nothing new to send in this window, the rest of it is still awaited.
			if (cursor > windowEnd()) armResend(at);
		}
		timedOut = false;
		supply.drop(acked * terms.blockSize);
	}

	/** Whether an ACK that comes now can answer what was sent last; if not, those blocks are still on their way. */
	function isAfterRoundTrip(at: number): boolean {
		return timer.fastest === undefined || at - sentAt >= timer.fastest / 2;
	}

	function receiveDuplicate(at: number): void {
		// Before the first block is acknowledged, an ACK 0 repeats the answer to the OACK.
		counts.duplicates++;
		proven = true;
		heardAt = at;
		if (top === acked || outcome) return;
		const firstOfWindowLost = terms.windowSize > 1 && repaired !== acked && top > acked + 1 && isAfterRoundTrip(at);
		// A block that was sent twice is acknowledged twice: that must not send the next one twice (RFC 1123 section 4.2.3.1).
		const wasSentOnce = acked === 0 ? openingSent <= 1 : acked > resentTop;
		const late = !hastened && wasSentOnce && at - sentAt >= timer.base;
		if (firstOfWindowLost) {
			counts.gaps++;
			repaired = acked;
			cursor = acked + 1;
		} else if (late) {
			// The peer's own timer ran out too: it waits for what was lost. Once, so that ACKs never multiply DATA.
			hastened = true;
			cursor = acked + 1;
		}
	}

	function receiveError(code: number, message: string): void {
		const isEarly = acked === 0;
		if (isEarly && options.sizeAsked && (code === 0 || code === 8)) end({ kind: 'probe' });
		else end({ kind: 'failed', by: 'peer', code, message: message || `error ${code}` });
	}

	return {
		receive(packet, at) {
			if (outcome) return;
			if (packet.kind === 'error') receiveError(packet.code, packet.message);
			else if (inOpening) receiveOpeningAnswer(packet, at);
			else if (packet.kind === 'ack') receiveAck(packet.block, at);
		},

		expire(at) {
			if (outcome) return;
			if (at >= giveUpAt()) {
				if (!proven) end({ kind: 'failed', by: 'silence', message: 'no answer to the first packet' });
				else if (!inOpening && allSent()) end({ kind: 'probably-complete' });
				else if (cursor <= windowEnd()) fail('application', 0, 'The content did not arrive in time');
				else end({ kind: 'failed', by: 'silence', message: `no answer for ${timing.giveUpAfter} ms` });
				return;
			}
			if (at < resendAt) return;
			counts.timeouts++;
			hastened = false;
			timer.backOff();
			if (!proven && counts.timeouts > timing.firstRepeats && opening?.kind !== 'wrq') {
				resendAt = Number.POSITIVE_INFINITY;
				return;
			}
			if (inOpening) openingDue = true;
			else {
				cursor = acked + 1;
				timedOut = true;
			}
			resendAt = Number.POSITIVE_INFINITY;
		},

		nextPacket(at) {
			if (farewell) {
				const packet = farewell;
				farewell = undefined;
				return packet;
			}
			if (outcome) return undefined;
			if (inOpening) {
				if (!openingDue) return undefined;
				openingDue = false;
				sentAt = at;
				if (openingSent++ > 0) counts.retransmits++;
				armResend(at);
				return opening;
			}
			const lastOfWindow = windowEnd();
			if (cursor > lastOfWindow) return undefined;
			const data = supply.read((cursor - 1) * terms.blockSize, terms.blockSize);
			if (!data) return undefined;
			const index = cursor++;
			sentAt = at;
			if (index > top) top = index;
			else {
				counts.retransmits++;
				if (index > resentTop) resentTop = index;
			}
			// While content for the rest of the window is missing the client waits with good reason.
			if (index === lastOfWindow) armResend(at);
			return { kind: 'data', block: blockNumber(index, terms.rollover), data };
		},

		repeatOpening() {
			if (outcome || proven || acked > 0) return;
			if (inOpening) openingDue = openingSent > 0;
			else if (cursor > acked + 1) cursor = acked + 1;
		},

		abort(code, message, by = 'us') {
			fail(by, code, message);
		},

		supply: supply.push,
		supplyEnd() {
			supply.end();
			findLastBlock();
		},
		get wanted() {
			if (outcome || supply.total !== undefined) return 0;
			const ahead = Math.max(leastAhead, 2 * terms.windowSize * terms.blockSize);
			return Math.max(0, acked * terms.blockSize + ahead - supply.supplied);
		},
		get terms() {
			return terms;
		},
		get nextDeadline() {
			return outcome ? Number.POSITIVE_INFINITY : Math.min(resendAt, giveUpAt());
		},
		get outcome() {
			return outcome;
		},
		get closed() {
			return outcome !== undefined && farewell === undefined;
		},
		get proven() {
			return proven;
		},
		get statistics() {
			const bytes = Math.min(acked * terms.blockSize, supply.total ?? Number.POSITIVE_INFINITY);
			return { ...counts, bytes, roundTrip: timer.roundTrip };
		},
	};
}
