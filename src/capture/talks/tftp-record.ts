import { blockIndex } from '../../tftp/block-number.ts';
import { createNetasciiDecoder, type TftpOption, type TftpPacket, type TftpRequestPacket } from '../../tftp/index.ts';
import { confirmOack } from '../../tftp/negotiation.ts';
import { concatBytes } from '../../wire/bytes.ts';
import type { Endpoint } from '../../wire/endpoint.ts';
import type { Issue } from '../../wire/issue.ts';
import type { DecodedFrame } from '../frames/frame.ts';
import { createBlockRuns } from './block-runs.ts';
import { type CollectedFile, headLimit } from './collected-file.ts';
import type { TftpTransfer, TransferOutcome } from './transfer.ts';

/** Who sent a packet. */
export type TransferSide = 'client' | 'server';

/** How a record starts. */
export interface TransferOpening {
	/** Absent when the capture starts after it. */
	readonly request?: TftpRequestPacket | undefined;
	readonly kind: 'read' | 'write';
	readonly client: Endpoint;
	readonly server: Endpoint;
	readonly answeredFrom?: Endpoint | undefined;
	readonly collected: CollectedFile;
	readonly issues?: readonly Issue[] | undefined;
}

/** A transfer that is being followed. */
export interface TransferRecord {
	readonly request: TftpRequestPacket | undefined;
	readonly kind: 'read' | 'write';
	readonly server: Endpoint;
	client: Endpoint;
	answeredFrom: Endpoint | undefined;
	/** Of the last frame. */
	readonly lastTime: bigint | undefined;
	/** Whether it has come further than its first answer. */
	readonly underWay: boolean;
	/** Whether it is over; what follows are repeats. */
	readonly over: boolean;
	/** The request, first or again. */
	takeRequest(frame: DecodedFrame): void;
	takePacket(frame: DecodedFrame, from: TransferSide, packet: TftpPacket): void;
	/** A copy of one of its frames. */
	takeCopy(frame: DecodedFrame): void;
	/** A packet of a second answer to the same request, which the client does not take up. */
	takeSecondAnswer(frame: DecodedFrame, packet: TftpPacket): void;
	/** A packet of the transfer that is none of TFTP. */
	takeUnreadable(frame: DecodedFrame, issue: Issue): void;
	/** The client asked for something else, or began anew. */
	clientMovedOn(time: bigint | undefined): void;
	/** @param captureEnd time of the capture's last frame */
	finish(captureEnd: bigint | undefined): TftpTransfer;
}

/** All known clients and servers send again within five seconds: whoever is silent for longer has given up. */
export const patience = 5_000_000_000n;

/** So many repeats in a row without an answer tell of a peer that is gone, not of a capture that ends early. */
const hopelessRepeats = 3;

const plainBlockSize = 512;

const period = 0x1_0000;

export function createTransferRecord(opening: TransferOpening): TransferRecord {
	const { request, kind, collected } = opening;
	const dataFrom: TransferSide = kind === 'read' ? 'server' : 'client';
	const requested = request?.options ?? [];
	const runs = createBlockRuns();
	const frames: number[] = [];
	const issues = new Map<string, Issue>();
	let answeredFrom = opening.answeredFrom;
	let client = opening.client;

	let granted: readonly TftpOption[] | undefined;
	let badOack = false;
	let blockSize = plainBlockSize;
	let windowSize = 1;
	let announcedSize = kind === 'write' ? numberOf(requested, 'tsize') : undefined;
	let rollover: 0 | 1 | undefined;

	/** Indexes of the first and the highest block seen, of the last block of the file, of the highest acknowledged. */
	let first = request ? 1 : 0;
	let top = 0;
	let last: number | undefined;
	let acked = -1;
	let ackedSinceTop = false;
	let cut = false;

	let bytes = 0;
	let requests = 0;
	let retransmits = 0;
	let repeatedAcks = 0;
	let outOfOrder = 0;
	let fragmented = 0;
	/** Packets in a row that only repeated others. */
	let repeatsInARow = 0;
	let ended: TransferOutcome | undefined;
	let error: TftpTransfer['error'];
	let start: bigint | undefined;
	let end: bigint | undefined;
	let movedOn: { at: bigint | undefined } | undefined;

	if (!request) note('starts-in-the-middle', 'the request is not in the capture');
	for (const issue of opening.issues ?? []) issues.set(issue.code, issue);
	for (const issue of request?.issues ?? []) issues.set(issue.code, issue);

	function note(code: string, message: string): void {
		if (!issues.has(code)) issues.set(code, { code, message });
	}

	function addFrameNumbers({ index, ip }: DecodedFrame): void {
		frames.push(...(ip?.fragment?.frames ?? [index]));
	}

	function addFrame(frame: DecodedFrame): void {
		if ((frame.ip?.fragment?.frames?.length ?? 0) > 1) fragmented++;
		addFrameNumbers(frame);
		if (frame.cut) cut = true;
		start ??= frame.time;
		end = frame.time ?? end;
		movedOn = undefined;
	}

	function takeOack(options: readonly TftpOption[], from: TransferSide): void {
		if (from !== 'server') return;
		if (granted || top > 0) {
			retransmits++;
			repeatsInARow++;
			return;
		}
		granted = options;
		if (request) {
			const wrong = confirmOack(requested, options);
			if (typeof wrong === 'string') {
				badOack = true;
				note('bad-oack', `the server answers with an ${wrong}`);
			}
		}
		blockSize = numberOf(options, 'blksize') || blockSize;
		windowSize = numberOf(options, 'windowsize') || windowSize;
		announcedSize = numberOf(options, 'tsize') ?? announcedSize;
		const agreed = numberOf(options, 'rollover');
		if (agreed === 0 || agreed === 1) rollover = agreed;
	}

	/** Indexes have 65536 to a round of block numbers, also where the number 0 is left out. */
	function indexOf(block: number): number {
		const near = Math.max(top, acked, 0);
		if (near === 0) return !request && block === 0 ? period : block;
		const index = blockIndex(block, near, 0);
		return index < 0 || (index === 0 && block !== 0) ? index + period : index;
	}

	function takeFirstData(length: number): void {
		// Without the OACK, only a block longer than 512 bytes shows that there was one.
		if (granted) return;
		if (!request) blockSize = length;
		else if (length > plainBlockSize) {
			note('no-oack', "the server's answer to the options is not in the capture");
			blockSize = Math.max(length, numberOf(requested, 'blksize') ?? 0);
		}
	}

	function takeData(frame: DecodedFrame, block: number, data: Uint8Array, from: TransferSide): void {
		if (from !== dataFrom) {
			note('data-from-receiver', 'the side that receives the file sent DATA');
			return;
		}
		const length = frame.cut ? Math.max(data.length, (frame.udp?.length ?? 0) - 12) : data.length;
		if (top === 0) takeFirstData(length);
		let index = indexOf(block);
		const size = announcedSize;
		if (size !== undefined && length < blockSize && rollover !== 1 && length === size % blockSize) {
			// The end of a file of which whole rounds of block numbers are missing.
			const lastIndex = Math.floor(size / blockSize) + 1;
			if (lastIndex > index && lastIndex % period === block) index = lastIndex;
		}
		if (first === 0) first = index;
		if (index < 1 || (last !== undefined && index > last)) {
			note('block-out-of-place', `DATA ${block} does not belong where it stands`);
			return;
		}
		if (!runs.add(index)) {
			retransmits++;
			repeatsInARow++;
			return;
		}
		if (index > top) {
			top = index;
			ackedSinceTop = false;
		} else if (ackedSinceTop) retransmits++;
		else outOfOrder++;
		repeatsInARow = 0;
		bytes += length;
		if (length > blockSize) note('block-too-long', `DATA ${block} holds ${length} bytes, agreed were ${blockSize}`);
		if (data.length < length || length > blockSize || !request) collected.giveUp();
		// The head of a cut file ends with the first cut block.
		if (data.length === length || index === 1) collected.put(index, data);
		if (length < blockSize) last = index;
	}

	/** Where numbers go on from 65535 to 1, there is no block 65536: that the receiver goes on without it shows it. */
	function skipZero(index: number): void {
		const zero = Math.floor((index - 1) / period) * period;
		if (zero === 0 || rollover === 0 || runs.has(zero) || !runs.has(zero - 1) || !runs.has(zero + 1)) return;
		rollover = 1;
		runs.add(zero);
		collected.put(zero, new Uint8Array(0));
	}

	function takeAck(block: number, from: TransferSide): void {
		if (from === dataFrom) {
			note('ack-from-sender', 'the side that sends the file sent an ACK');
			return;
		}
		const index = indexOf(block);
		if (index <= acked) {
			repeatedAcks++;
			repeatsInARow++;
			ackedSinceTop = true;
			return;
		}
		acked = index;
		ackedSinceTop = true;
		repeatsInARow = 0;
		if (index > period) skipZero(index);
		if (index === last) ended ??= 'complete';
	}

	function takeError(code: number, message: string, from: TransferSide): void {
		if (ended) {
			note('error-after-end', `the ${from} sent ERROR ${code} after the end`);
			return;
		}
		error = { from, code, message };
		const sizeAsked = !request || numberOf(requested, 'tsize') !== undefined;
		const sizeKnown = sizeAsked && announcedSize !== undefined && !badOack;
		// Without an answer there would be nothing to end.
		const unseen = from === 'client' && !granted && top === 0;
		if (unseen) note('answer-not-captured', 'the client ends the transfer: the answer is not in the capture');
		const mayBeProbe = sizeKnown || (unseen && numberOf(requested, 'tsize') !== undefined);
		const isProbe = kind === 'read' && top === 0 && mayBeProbe && (code === 0 || code === 8);
		ended = from === 'server' ? 'refused' : isProbe ? 'probe' : 'aborted';
	}

	function outcome(captureEnd: bigint | undefined): TransferOutcome {
		if (ended) return ended;
		const until = movedOn?.at ?? captureEnd;
		const longSilence = end !== undefined && until !== undefined && until - end >= patience;
		if (!answeredFrom) {
			if (requests > 1) return 'unanswered';
			if (!movedOn) return longSilence ? 'unanswered' : 'unknown';
			// A client that gets no answer asks again before it does anything else.
			note('answer-not-captured', 'the client asks once and goes on: the answer is not in the capture');
			return 'unknown';
		}
		const gone = repeatsInARow >= hopelessRepeats;
		if (last !== undefined && runs.missing(1, last) === 0) {
			note('last-block-not-acknowledged', 'the last ACK is not in the capture');
			// Some clients never send it; they ask for the next file.
			return movedOn || !gone ? 'complete' : 'stalled';
		}
		if (gone || longSilence) return 'stalled';
		note('end-not-captured', 'the end of the transfer is not in the capture');
		return 'unknown';
	}

	function decoded(part: Uint8Array): Uint8Array {
		if (request?.mode.toLowerCase() !== 'netascii') return part;
		const decoder = createNetasciiDecoder();
		return concatBytes([decoder.push(part), decoder.end()]);
	}

	return {
		request,
		kind,
		server: opening.server,
		get client() {
			return client;
		},
		set client(endpoint) {
			client = endpoint;
		},
		get answeredFrom() {
			return answeredFrom;
		},
		set answeredFrom(endpoint) {
			answeredFrom = endpoint;
		},
		get lastTime() {
			return end;
		},
		get underWay() {
			return acked >= 0 || top > 1 || ended !== undefined;
		},
		get over() {
			return ended !== undefined;
		},

		takeRequest(frame) {
			addFrame(frame);
			if (++requests > 1) repeatsInARow++;
		},

		takePacket(frame, from, packet) {
			addFrame(frame);
			switch (packet.kind) {
				case 'oack':
					for (const issue of packet.issues ?? []) issues.set(issue.code, issue);
					takeOack(packet.options, from);
					break;
				case 'data':
					takeData(frame, packet.block, packet.data, from);
					break;
				case 'ack':
					takeAck(packet.block, from);
					break;
				case 'error':
					takeError(packet.code, packet.message, from);
					break;
				default:
					note('request-inside', 'a request stands where DATA or ACKs are expected');
			}
		},

		takeCopy: addFrameNumbers,

		takeSecondAnswer(frame, packet) {
			addFrame(frame);
			note('answered-twice', 'the server answered one request from two ports');
			if (packet.kind === 'oack' || packet.kind === 'data') retransmits++;
		},

		takeUnreadable(frame, issue) {
			addFrame(frame);
			issues.set(issue.code, issue);
		},

		clientMovedOn(time) {
			movedOn ??= { at: time };
		},

		finish(captureEnd) {
			const how = outcome(captureEnd);
			const lastSeen = last ?? Math.max(top, acked);
			const missingBlocks = lastSeen > 0 && first > 0 ? runs.missing(first, lastSeen) : 0;
			if (cut) note('cut-frames', 'the capture kept only the beginning of frames');
			if (missingBlocks > 0) note('missing-blocks', `${missingBlocks} blocks are not in the capture`);
			if (collected.overLimit) note('too-large-to-keep', 'the file is larger than what is kept in memory');
			const isWhole = last !== undefined && missingBlocks === 0 && first === 1;
			if (isWhole && announcedSize !== undefined && announcedSize !== bytes && (kind === 'read' || announcedSize > 0)) {
				note('size-differs', `tsize announced ${announcedSize} bytes, the file has ${bytes}`);
			}
			const whole = how === 'complete' && last !== undefined ? collected.whole(last) : undefined;
			const content = whole && decoded(whole);
			const head = content?.subarray(0, headLimit) ?? decoded(collected.head());
			collected.release();
			return {
				kind,
				filename: request?.filename ?? '',
				...(request?.filenameBytes && { filenameBytes: request.filenameBytes }),
				mode: request?.mode ?? '',
				client,
				server: opening.server,
				answeredFrom,
				requested,
				granted,
				blockSize,
				windowSize,
				announcedSize,
				outcome: how,
				error,
				bytes,
				content,
				head,
				requests,
				retransmits,
				repeatedAcks,
				outOfOrder,
				missingBlocks,
				fragmented,
				frames: frames.sort((a, b) => a - b),
				start,
				end,
				issues: [...issues.values()],
			};
		},
	};
}

function numberOf(options: readonly TftpOption[], name: string): number | undefined {
	const value = options.find((option) => option.name.toLowerCase() === name)?.value;
	return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
