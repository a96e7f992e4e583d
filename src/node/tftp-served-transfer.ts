import { type TftpErrorName, tftpErrorCode, tftpErrorText } from '../tftp/error-codes.ts';
import { negotiateTftp } from '../tftp/negotiation.ts';
import {
	decodeTftp,
	encodeTftp,
	type TftpErrorPacket,
	type TftpOption,
	type TftpPacket,
	type TftpRequestPacket,
} from '../tftp/packet.ts';
import { createReceiver } from '../tftp/receiver.ts';
import { createSender } from '../tftp/sender.ts';
import type { TftpMachine } from '../tftp/transfer.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import type { Deadlines } from './deadlines.ts';
import { monotonicNow } from './deadlines.ts';
import type { PacketMemory } from './packet-memory.ts';
import { openOwnSocket } from './tftp-channel.ts';
import { netasciiContent, openContent, withFirstPart } from './tftp-content.ts';
import { createDrive, type Drive, type DriveStep, type TransferChannel } from './tftp-drive.ts';
import type { TftpEvent, TftpTransferEvent, TftpTransferReport } from './tftp-events.ts';
import { drainReceiver, type Feed, feedSender, type TftpSink } from './tftp-feed.ts';
import type { TftpListener } from './tftp-listeners.ts';
import type { TftpServerOptions } from './tftp-server-options.ts';
import { type TftpContentReader, TftpRefusal, type TftpRequest, type TftpSource } from './tftp-source.ts';

/** What all transfers of a server share. */
export interface ServerContext {
	readonly options: TftpServerOptions;
	readonly source: TftpSource;
	readonly emit: (event: TftpEvent) => void;
	/** Whether anybody is told of events now. */
	readonly isObserved: () => boolean;
	readonly deadlines: Deadlines;
	readonly memory: PacketMemory;
}

/** One request and what became of it. */
export interface ServedTransfer {
	readonly packet: TftpRequestPacket;
	readonly proven: boolean;
	/** Milliseconds since the client was last heard. */
	readonly silentFor: number;
	/** Nothing but late packets is awaited any more. */
	readonly ended: boolean;
	start(release: () => void): void;
	/** The client has sent the same request again. */
	repeat(): void;
	/** The client has sent another request from the same port. */
	replace(): void;
	/** A packet that came to the shared port. */
	receive(packet: TftpPacket): void;
	busy(limit: 'transfers' | 'transfers-per-address', action: 'queue' | 'drop' | 'error'): void;
	/** The server closes. */
	stop(): void;
}

/** Where a request came from. */
export interface ServedRequest {
	readonly id: number;
	readonly listener: TftpListener;
	readonly packet: TftpRequestPacket;
	readonly client: Endpoint;
}

/** What a consumer's own option answered may not go on the wire: found out before a socket is open for it. */
function assertWritable(granted: readonly TftpOption[]): void {
	encodeTftp({ kind: 'oack', options: granted });
}

type FailedBy = Extract<TftpEvent, { type: 'failed' }>['by'];

export function createServedTransfer(
	{ id, listener, packet, client }: ServedRequest,
	{ options, source, emit, isObserved, deadlines, memory }: ServerContext,
): ServedTransfer {
	const { local } = listener;
	const direction = packet.kind === 'rrq' ? 'read' : 'write';
	const common: TftpTransferEvent = { transfer: id, client, local, filename: packet.filename, direction };
	const startedAt = monotonicNow();
	/** Made when a source asks for it: most do not, and it costs more than a block. */
	let gone: AbortController | undefined;
	let machine: TftpMachine | undefined;
	let drive: Drive | undefined;
	let release = () => {};
	let over = false;
	let size: number | undefined;
	/** What the source or the upload handler has thrown in the middle. */
	let thrown: { error: unknown } | undefined;
	let replaced = false;
	let progressAt = startedAt;

	function finish(): void {
		if (over) return;
		over = true;
		gone?.abort();
		release();
	}

	/** Answers the request with an ERROR and nothing else, from the port that was asked. */
	function refuse(code: number, message: string, error?: unknown): void {
		if (over) return;
		const text = consoleText(message);
		listener.send(encodeTftp({ kind: 'error', code, message: text }), client);
		emit({ type: 'refused', ...common, code, message: text, ...(error !== undefined && { error }) });
		finish();
	}

	function refuseWith(name: TftpErrorName, message: string = tftpErrorText(name)): void {
		refuse(tftpErrorCode(name), message);
	}

	function refuseThrown(error: unknown): void {
		if (error instanceof TftpRefusal) refuse(error.tftpCode, error.message);
		else refuse(...errorOf(error), error);
	}

	async function open(): Promise<void> {
		const mode = packet.mode.toLowerCase();
		if (mode !== 'octet' && mode !== 'netascii') return refuseWith('illegalOperation', 'Unknown mode');
		const request: TftpRequest = {
			kind: direction,
			filename: packet.filename,
			mode,
			options: recordOf(packet),
			client,
			local,
			get signal() {
				gone ??= new AbortController();
				if (over) gone.abort();
				return gone.signal;
			},
		};
		if (direction === 'read') await openRead(request);
		else await openWrite(request);
	}

	async function openRead(request: TftpRequest): Promise<void> {
		const file = await source(request);
		if (file === undefined) return refuseWith('fileNotFound');
		const content = await openContent(file);
		let started = false;
		try {
			const read = await withFirstPart(request.mode === 'netascii' ? netasciiContent(content) : content);
			if (over) return;
			size = read.size;
			started = await startRead(read);
		} finally {
			if (!started) await content.close();
		}
	}

	function policy() {
		// 1448 and not 1468: an IPv6 header is longer by 20 bytes.
		return { ...options, maxBlockSize: options.maxBlockSize ?? (listener.family === 6 ? 1448 : 1468) };
	}

	async function startRead(content: TftpContentReader): Promise<boolean> {
		const { terms, granted } = negotiateTftp(packet, policy(), content.size);
		assertWritable(granted);
		const channel = await openChannel();
		if (!channel) return false;
		const sender = createSender(
			{
				...(granted.length > 0 && { opening: { kind: 'oack', options: granted } }),
				terms,
				sizeAsked: packet.options.some(({ name }) => name.toLowerCase() === 'tsize'),
				timing: options.timing,
				random: Math.random,
			},
			monotonicNow(),
		);
		emit({ type: 'negotiated', ...common, ...terms, size: content.size, options: granted });
		run(sender, channel, feedSender(sender, content, step, onContentError));
		return true;
	}

	async function openWrite(request: TftpRequest): Promise<void> {
		if (!options.write) return refuseWith('accessViolation');
		const sink = await options.write(request);
		if (!sink) return refuseWith('accessViolation');
		let started = false;
		try {
			if (!over) started = await startWrite(request, sink);
		} finally {
			if (!started) await sink.abort(new Error('the transfer did not begin'));
		}
	}

	async function startWrite(request: TftpRequest, sink: TftpSink): Promise<boolean> {
		const { terms, granted } = negotiateTftp(packet, policy());
		assertWritable(granted);
		const channel = await openChannel();
		if (!channel) return false;
		size = terms.size;
		const receiver = createReceiver(
			{
				opening: granted.length > 0 ? { kind: 'oack', options: granted } : { kind: 'ack', block: 0 },
				terms,
				announcedSize: request.mode === 'octet' ? terms.size : undefined,
				timing: options.timing,
				random: Math.random,
			},
			monotonicNow(),
		);
		emit({ type: 'negotiated', ...common, ...terms, size: terms.size, options: granted });
		run(receiver, channel, drainReceiver(receiver, sink, request.mode, step, onContentError));
		return true;
	}

	async function openChannel(): Promise<TransferChannel | undefined> {
		if (options.singlePort) return { send: (datagram) => listener.send(datagram, client), close() {} };
		const channel = await openOwnSocket({
			address: local.address,
			portRange: options.portRange,
			recorder: options.capture,
			peer: client,
			onDatagram,
			onStranger: (from) => emit({ type: 'ignored', client: from, local, reason: 'stranger' }),
			onError: (error) => emit({ type: 'socket-error', local, error }),
		});
		if (!over) return channel;
		channel.close();
		return undefined;
	}

	function onDatagram(bytes: Uint8Array): void {
		let received: TftpPacket;
		try {
			received = decodeTftp(bytes);
		} catch {
			emit({ type: 'ignored', client, local, reason: 'not-tftp' });
			return;
		}
		drive?.receive(received);
	}

	function run(started: TftpMachine, channel: TransferChannel, feed: Feed): void {
		machine = started;
		drive = createDrive({
			machine: started,
			channel,
			deadlines,
			memory,
			moveContent: feed.move,
			onStep: isObserved() ? (done) => onStep(started, done) : undefined,
			onEnd() {
				feed.finish(started.outcome?.kind === 'complete');
				reportEnd(started);
			},
			onClosed: finish,
		});
		drive.step();
	}

	function step(): void {
		drive?.step();
	}

	function onContentError(error: unknown): void {
		thrown = { error };
		const [code, message] = error instanceof TftpRefusal ? [error.tftpCode, error.message] : errorOf(error);
		machine?.abort(code, consoleText(message), 'application');
		step();
	}

	function report(from: TftpMachine): TftpTransferReport {
		const { bytes, retransmits, duplicates, roundTrip } = from.statistics;
		return { bytes, milliseconds: monotonicNow() - startedAt, retransmits, duplicates, roundTrip };
	}

	function onStep(from: TftpMachine, { retransmits, duplicates, timeouts, gaps, now }: DriveStep): void {
		if (retransmits > 0) {
			const reason = timeouts > 0 ? 'timeout' : gaps > 0 ? 'gap' : 'late-duplicate';
			emit({ type: 'retransmit', ...common, reason, packets: retransmits });
		}
		if (duplicates > 0) emit({ type: 'duplicate', ...common, packets: duplicates });
		const { progressInterval = 1_000 } = options;
		if (progressInterval === 0 || now - progressAt < progressInterval || from.outcome) return;
		progressAt = now;
		emit({ type: 'progress', ...common, ...report(from), size });
	}

	function reportEnd(from: TftpMachine): void {
		const outcome = from.outcome;
		const told = { ...common, ...report(from) };
		if (outcome?.kind === 'complete' || outcome?.kind === 'probably-complete') {
			emit({ type: 'done', ...told, acknowledged: outcome.kind === 'complete' });
		} else if (outcome?.kind === 'probe') emit({ type: 'probe', ...told, size });
		else {
			const by: FailedBy = replaced ? 'replaced' : failedBy[outcome?.by ?? 'us'];
			const message = replaced ? 'another request came from the same port' : (outcome?.message ?? '');
			emit({ type: 'failed', ...told, by, code: outcome?.code, message, ...thrown });
		}
	}

	/** The client went before its file was open. */
	function giveUpEarly({ code, message }: TftpErrorPacket): void {
		if (over) return;
		const nothing = { bytes: 0, milliseconds: monotonicNow() - startedAt, retransmits: 0, duplicates: 0 };
		emit({ type: 'failed', ...common, ...nothing, roundTrip: undefined, by: 'client', code, message });
		finish();
	}

	return {
		packet,
		get proven() {
			return machine?.proven ?? false;
		},
		get silentFor() {
			return monotonicNow() - (drive?.lastHeard ?? startedAt);
		},
		get ended() {
			return machine?.outcome !== undefined;
		},
		start(whenOver) {
			// The client may have gone while its request waited.
			if (over) {
				whenOver();
				return;
			}
			release = whenOver;
			emit({ type: 'request', ...common, mode: packet.mode, options: packet.options });
			open().catch(refuseThrown);
		},
		repeat() {
			emit({ type: 'repeat', ...common });
			machine?.repeatOpening(monotonicNow());
			step();
		},
		replace() {
			replaced = true;
			if (drive) drive.drop();
			else finish();
		},
		receive(received) {
			if (drive) drive.receive(received);
			else if (received.kind === 'error') giveUpEarly(received);
		},
		busy(limit, action) {
			emit({ type: 'busy', ...common, limit, action });
			if (action === 'error') refuse(0, 'Server busy, try again');
		},
		stop() {
			if (!machine) return refuse(0, 'Server stopped');
			machine.abort(0, 'Server stopped');
			step();
			drive?.drop();
		},
	};
}

const failedBy = { peer: 'client', silence: 'silence', us: 'server', application: 'source' } as const;

/** The ERROR for something that a source, a file or a socket has thrown, which tells the client nothing of the server. */
function errorOf(error: unknown): [code: number, message: string] {
	switch ((error as NodeJS.ErrnoException | undefined)?.code) {
		case 'ENOENT':
			return [tftpErrorCode('fileNotFound'), tftpErrorText('fileNotFound')];
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return [tftpErrorCode('accessViolation'), tftpErrorText('accessViolation')];
		case 'ENOSPC':
		case 'EDQUOT':
		case 'EFBIG':
			return [tftpErrorCode('diskFull'), tftpErrorText('diskFull')];
		case 'EEXIST':
			return [tftpErrorCode('fileExists'), tftpErrorText('fileExists')];
		case 'EMFILE':
		case 'ENFILE':
		case 'too-many-files':
		case 'no-free-port':
			return [0, 'Server busy, try again'];
		default:
			return [0, 'Internal error'];
	}
}

/** Printable ASCII of at most 126 characters: what EDK2 keeps. */
function consoleText(message: string): string {
	return message.replace(/[^\x20-\x7e]/g, '?').slice(0, 126);
}

function recordOf({ options }: TftpRequestPacket): Record<string, string> {
	const record: Record<string, string> = Object.create(null);
	for (const { name, value } of options) record[name.toLowerCase()] ??= value;
	return record;
}
