import { decodeTftp, type TftpPacket, type TftpRequestPacket } from '../../tftp/index.ts';
import { equalBytes } from '../../wire/bytes.ts';
import type { Endpoint } from '../../wire/endpoint.ts';
import { DecodeError } from '../../wire/errors.ts';
import type { Issue } from '../../wire/issue.ts';
import { formatMac } from '../../wire/mac.ts';
import { decodeUtf8Lossy, untilNul } from '../../wire/text.ts';
import type { DecodedFrame } from '../frames/frame.ts';
import { createRecentOwners } from '../frames/recent-owners.ts';
import { createCollectedFile } from './collected-file.ts';
import { endpointKey, isSameEndpoint } from './endpoints.ts';
import { createMidwaySearch } from './tftp-midway.ts';
import { createTransferRecord, patience, type TransferRecord } from './tftp-record.ts';
import type { TftpTransfer } from './transfer.ts';

/** What {@link followTftp} looks for and keeps. */
export interface FollowTftpOptions {
	/** Ports that requests go to; 69. */
	readonly ports?: readonly number[] | undefined;
	/** Most bytes of one file that are kept; 64 MiB. A longer file has no `content`, but all else. 0 keeps nothing but heads. */
	readonly maxContentBytes?: number | undefined;
	/** Most bytes kept of all files of transfers that are not handed out yet; 256 MiB. */
	readonly maxTotalBytes?: number | undefined;
	/** Most transfers that are waiting for an answer, that are under way, and that may still be repeated: 512 of each. */
	readonly maxTransfers?: number | undefined;
}

/** Follows TFTP transfers through frames that come one by one. */
export interface TftpFollower {
	/** Takes the next frame. Returns transfers that nothing more is expected of, mostly none. */
	push(frame: DecodedFrame): readonly TftpTransfer[];
	/** The capture has ended: all transfers that were not handed out yet. */
	end(): TftpTransfer[];
}

/** A transfer that has ended may still see repeats, and one in silence may wake up; after so long neither will be. */
const quietAfterEnd = 30_000_000_000n;
const quietBeforeEnd = 300_000_000_000n;

/** A client that asks again from another port does so soon. */
const joinWithin = 30_000_000_000n;

type Phase = 'waiting' | 'active' | 'over';

interface Followed {
	readonly record: TransferRecord;
	/** The request as it was sent. */
	readonly requestBytes: Uint8Array;
	phase: Phase;
	/** Keys of the client's ports. */
	readonly keys: string[];
	/** Other endpoints that answered the same request. */
	readonly others: Set<string>;
	readonly clientMac: string | undefined;
	/** The client has done something else since: the next request is another one. */
	past: boolean;
}

const none: readonly TftpTransfer[] = [];

/**
 * Follows TFTP transfers from their requests to the ports, and the addresses, that servers answer from, and puts the files together.
 * For captures too large for memory; {@link tftpTransfers} does all of them at once. Memory is bounded whatever the frames.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { decodeFrames, followTftp, readCapture } from 'pxekit/capture';
 *
 * const { frames } = readCapture(readFileSync('fixtures/captures/uboot-arm32_plain+proxy.pcap'));
 * const follower = followTftp({ maxContentBytes: 0 });
 * const ended: string[] = [];
 * for (const frame of decodeFrames(frames)) for (const { filename } of follower.push(frame)) ended.push(filename);
 * for (const { filename } of follower.end()) ended.push(filename);
 * ended.includes('boot.scr.uimg'); // => true
 * ```
 */
export function followTftp(options: FollowTftpOptions = {}): TftpFollower {
	const { maxContentBytes = 64 << 20, maxTransfers = 512 } = options;
	const ports = new Set(options.ports ?? [69]);
	const budget = { left: options.maxTotalBytes ?? 256 << 20 };
	const midway = createMidwaySearch(ports);
	const byClient = new Map<string, Followed>();
	const recent = createRecentOwners<Followed>();
	/** The newest transfer of each client address. */
	const newest = new Map<string, Followed>();
	const newestOfMac = new Map<string, Followed>();
	const phases: Readonly<Record<Phase, Set<Followed>>> = { waiting: new Set(), active: new Set(), over: new Set() };
	let captureEnd: bigint | undefined;
	let finished: TftpTransfer[] = [];

	function retire(followed: Followed): void {
		phases[followed.phase].delete(followed);
		for (const key of followed.keys) if (byClient.get(key) === followed) byClient.delete(key);
		const { address } = followed.record.client;
		if (newest.get(address) === followed) newest.delete(address);
		const mac = followed.clientMac ?? '';
		if (newestOfMac.get(mac) === followed) newestOfMac.delete(mac);
		finished.push(followed.record.finish(captureEnd));
	}

	function enter(followed: Followed, phase: Phase): void {
		phases[followed.phase].delete(followed);
		followed.phase = phase;
		phases[phase].add(followed);
		if (phases[phase].size > maxTransfers) retireFirst(phase);
	}

	function retireFirst(phase: Phase): void {
		const [first] = phases[phase];
		if (first) retire(first);
	}

	function retireQuiet(): void {
		for (const phase of ['waiting', 'active', 'over'] as const) {
			const [first] = phases[phase];
			const since = first?.record.lastTime;
			if (!first || since === undefined || captureEnd === undefined) continue;
			if (captureEnd - since > (phase === 'over' ? quietAfterEnd : quietBeforeEnd)) retire(first);
		}
	}

	function update(followed: Followed): void {
		const { over, answeredFrom } = followed.record;
		const phase = over ? 'over' : answeredFrom ? 'active' : 'waiting';
		if (phase !== followed.phase) enter(followed, phase);
	}

	function begin(followed: Followed): void {
		const { address } = followed.record.client;
		for (const key of followed.keys) byClient.set(key, followed);
		newest.set(address, followed);
		if (followed.clientMac) newestOfMac.set(followed.clientMac, followed);
		enter(followed, followed.phase);
	}

	function collectedFile() {
		return createCollectedFile(maxContentBytes, budget);
	}

	function takeRequest(frame: DecodedFrame, request: TftpRequestPacket, issue: Issue | undefined): Followed {
		const client = sourceOf(frame);
		const server = destinationOf(frame);
		const key = endpointKey(client);
		const same = byClient.get(key);
		const before = newest.get(client.address);
		const again = [same, before].find((followed) => followed && isAgain(followed, followed === same, frame));
		if (again) {
			again.record.takeRequest(frame);
			if (!again.keys.includes(key)) {
				again.keys.push(key);
				again.record.client = client;
				byClient.set(key, again);
			}
			return again;
		}
		before?.record.clientMovedOn(frame.time);
		if (same) retire(same);
		const record = createTransferRecord({
			request,
			kind: request.kind === 'rrq' ? 'read' : 'write',
			client,
			server,
			collected: collectedFile(),
			issues: issue && [issue],
		});
		record.takeRequest(frame);
		const followed: Followed = {
			record,
			requestBytes: frame.payload.slice(),
			phase: 'waiting',
			keys: [key],
			others: new Set(),
			clientMac: frame.link?.source,
			past: false,
		};
		begin(followed);
		return followed;
	}

	/** Whether a request is one that was sent before, and not the next transfer. */
	function isAgain({ record, requestBytes, past }: Followed, fromSamePort: boolean, frame: DecodedFrame): boolean {
		if (past || record.over || !record.request || record.server.address !== frame.ip?.destination) return false;
		if (!equalBytes(requestBytes, frame.payload)) return false;
		const { lastTime } = record;
		const since = lastTime === undefined || frame.time === undefined ? 0n : frame.time - lastTime;
		// Once data flows, a request that comes again was late on its way; after a pause, the client began anew.
		if (record.underWay) return fromSamePort && since < patience;
		return fromSamePort || (!record.answeredFrom && since <= joinWithin);
	}

	/** Whether a packet can be a server's first answer. */
	function canOpen(packet: TftpPacket, kind: 'read' | 'write'): boolean {
		if (packet.kind === 'oack' || packet.kind === 'error') return true;
		return kind === 'read' ? packet.kind === 'data' && packet.block === 1 : packet.kind === 'ack' && packet.block === 0;
	}

	function takeFromClient(followed: Followed, frame: DecodedFrame, packet: TftpPacket | Issue): boolean {
		const { record, others } = followed;
		const to = destinationOf(frame);
		const peer = record.answeredFrom;
		const isPeer = peer ? isSameEndpoint(peer, to) : to.address === record.server.address;
		const isOther = others.has(endpointKey(to));
		if (!isPeer && !isOther) return false;
		if ('message' in packet && !('kind' in packet)) {
			if (!peer) return false;
			record.takeUnreadable(frame, packet);
		} else if (!('kind' in packet)) return false;
		else if (isOther && !isPeer && packet.kind === 'error') record.takeSecondAnswer(frame, packet);
		else {
			// The client says by its first packet which of two answers it took up; or the answer was not captured.
			record.answeredFrom = to;
			record.takePacket(frame, 'client', packet);
		}
		update(followed);
		return true;
	}

	function takeFromServer(followed: Followed, frame: DecodedFrame, packet: TftpPacket | Issue): boolean {
		const { record, others } = followed;
		const from = sourceOf(frame);
		const peer = record.answeredFrom;
		if (!('kind' in packet)) {
			if (!peer || !isSameEndpoint(peer, from)) return false;
			record.takeUnreadable(frame, packet);
			return true;
		}
		if (peer && !isSameEndpoint(peer, from)) {
			if (!others.has(endpointKey(from)) && !canOpen(packet, record.kind)) return false;
			if (others.size < 16) others.add(endpointKey(from));
			record.takeSecondAnswer(frame, packet);
			return true;
		}
		if (!peer) {
			// From elsewhere, as machines with several addresses do, only what must be an answer is taken for one.
			if (from.address !== record.server.address && !canOpen(packet, record.kind)) return false;
			record.answeredFrom = from;
			record.client = destinationOf(frame);
		}
		record.takePacket(frame, 'server', packet);
		update(followed);
		return true;
	}

	function takeMidway(frame: DecodedFrame, packet: TftpPacket): Followed | undefined {
		const packets = midway.observe(frame, packet);
		const opening = packets?.[0];
		if (!packets || !opening) return undefined;
		const from = sourceOf(opening.frame);
		const to = destinationOf(opening.frame);
		// Boot clients read; only a server's own port tells of the other direction.
		const kind = opening.packet.kind === 'data' && ports.has(to.port) ? 'write' : 'read';
		const [server, client] = kind === 'read' ? [from, to] : [to, from];
		const record = createTransferRecord({ kind, client, server, answeredFrom: server, collected: collectedFile() });
		const followed: Followed = {
			record,
			requestBytes: new Uint8Array(0),
			phase: 'active',
			keys: [endpointKey(client)],
			others: new Set(),
			clientMac: undefined,
			past: false,
		};
		begin(followed);
		for (const each of packets) {
			const side = isSameEndpoint(sourceOf(each.frame), client) ? 'client' : 'server';
			if (each.frame.copyOf === undefined) record.takePacket(each.frame, side, each.packet);
			else record.takeCopy(each.frame);
			recent.took(each.frame, followed);
		}
		update(followed);
		return followed;
	}

	/** Who asks for an address starts anew. */
	function takeDhcpRequest({ payload, time, copyOf }: DecodedFrame): void {
		if (copyOf !== undefined) return;
		const followed = newestOfMac.get(formatMac(payload.subarray(28, 34)));
		if (!followed) return;
		followed.past = true;
		followed.record.clientMovedOn(time);
	}

	/** The transfer that the frame is of. */
	function take(frame: DecodedFrame): Followed | undefined {
		const { payload, udp } = frame;
		if (udp?.destinationPort === 67 && payload[0] === 1 && payload.length >= 34) takeDhcpRequest(frame);
		if (payload.length < 2 || payload[0] !== 0) return undefined;
		const opcode = payload[1] as number;
		if (opcode < 1 || opcode > 6) return undefined;
		const packet = decodeOrIssue(frame);
		if (opcode <= 2) {
			if (!udp || !ports.has(udp.destinationPort)) return undefined;
			if ('kind' in packet) return takeRequest(frame, packet as TftpRequestPacket, undefined);
			return takeRequest(frame, salvagedRequest(frame), packet);
		}
		const fromClient = byClient.get(endpointKey(sourceOf(frame)));
		if (fromClient && takeFromClient(fromClient, frame, packet)) return fromClient;
		const toClient = byClient.get(endpointKey(destinationOf(frame)));
		if (toClient && takeFromServer(toClient, frame, packet)) return toClient;
		return 'kind' in packet ? takeMidway(frame, packet) : undefined;
	}

	function takeOrCopy(frame: DecodedFrame): void {
		const original = recent.ofOriginal(frame);
		if (original) {
			original.record.takeCopy(frame);
			return;
		}
		const followed = take(frame);
		if (followed) recent.took(frame, followed);
	}

	function handOut(): readonly TftpTransfer[] {
		if (finished.length === 0) return none;
		const transfers = finished;
		finished = [];
		return transfers;
	}

	return {
		push(frame) {
			captureEnd = frame.time ?? captureEnd;
			if (frame.udp && frame.ip) {
				retireQuiet();
				takeOrCopy(frame);
			}
			return handOut();
		},
		end() {
			for (const phase of ['over', 'active', 'waiting'] as const)
				for (const followed of [...phases[phase]]) retire(followed);
			return [...handOut()].sort((a, b) => (a.frames[0] ?? 0) - (b.frames[0] ?? 0));
		},
	};
}

/**
 * All TFTP transfers in a capture, in the order in which they began.
 *
 * @param frames as {@link decodeFrames} yields them
 * @example
 * ```ts
 * import { decodeFrames, tftpTransfers } from 'pxekit/capture';
 *
 * tftpTransfers(decodeFrames([])); // => []
 * ```
 */
export function tftpTransfers(frames: Iterable<DecodedFrame>, options: FollowTftpOptions = {}): TftpTransfer[] {
	const follower = followTftp(options);
	const transfers: TftpTransfer[] = [];
	for (const frame of frames) transfers.push(...follower.push(frame));
	transfers.push(...follower.end());
	return transfers.sort((a, b) => (a.frames[0] ?? 0) - (b.frames[0] ?? 0));
}

function decodeOrIssue({ payload, cut }: DecodedFrame): TftpPacket | Issue {
	try {
		return decodeTftp(payload);
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		return { code: cut ? 'cut-packet' : 'malformed-packet', message: `a packet is not readable: ${error.message}` };
	}
}

/** What there is of a request without a mode, or that the capture cut. */
function salvagedRequest({ payload }: DecodedFrame): TftpRequestPacket {
	const filename = decodeUtf8Lossy(untilNul(payload.subarray(2)));
	return { kind: payload[1] === 1 ? 'rrq' : 'wrq', filename, mode: '', options: [] };
}

function sourceOf({ ip, udp }: DecodedFrame): Endpoint {
	return { address: ip?.source ?? '', port: udp?.sourcePort ?? 0 };
}

function destinationOf({ ip, udp }: DecodedFrame): Endpoint {
	return { address: ip?.destination ?? '', port: udp?.destinationPort ?? 0 };
}
