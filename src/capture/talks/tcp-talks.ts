import type { Endpoint } from '../../wire/endpoint.ts';
import type { DecodedFrame, TcpHeader } from '../frames/frame.ts';
import type { ContentBudget } from './collected-file.ts';
import { endpointKey, isSameEndpoint } from './endpoints.ts';
import { createHttpConversation, type HttpBudgets, type HttpConversation } from './http-exchange.ts';
import { createTcpStream, type FramePlace, type TcpStream } from './tcp-stream.ts';
import { patience } from './tftp-record.ts';
import type { HttpExchange, TcpConnection } from './transfer.ts';

/** What was found on TCP: an exchange over HTTP, or a connection without any. */
export type TcpTalk =
	| { readonly type: 'http'; readonly exchange: HttpExchange }
	| { readonly type: 'tcp'; readonly connection: TcpConnection };

/** What {@link followTcp} keeps. */
export interface FollowTcpOptions {
	/** Most bytes kept of the bodies of exchanges that are not handed out yet; 64 MiB. A single body is kept up to 16 MiB. */
	readonly maxTotalBytes?: number | undefined;
	/** Most connections that wait to be opened, that are open, and that are closed but may see repeats: 512 of each. */
	readonly maxConnections?: number | undefined;
}

/** Follows TCP connections through frames that come one by one. */
export interface TcpFollower {
	/** Takes the next frame. Returns what is over by it, mostly nothing. */
	push(frame: DecodedFrame): readonly TcpTalk[];
	/** The capture has ended: all that was not handed out yet. */
	end(): TcpTalk[];
}

type Phase = 'opening' | 'open' | 'closed';

interface Side {
	readonly stream: TcpStream;
	fin: boolean;
}

interface Connection {
	readonly key: string;
	readonly client: Endpoint;
	readonly server: Endpoint;
	readonly fromClient: Side;
	readonly fromServer: Side;
	readonly http: HttpConversation;
	phase: Phase;
	/** Sequence number of the client's SYN. */
	syn: number | undefined;
	syns: number;
	answered: boolean;
	refused: boolean;
	reset: boolean;
	clientBytes: number;
	serverBytes: number;
	readonly frames: number[];
	start: bigint | undefined;
	end: bigint | undefined;
}

const none: readonly TcpTalk[] = [];
const requestBeginning = /^(GET|HEAD|POST|PUT|OPTIONS) /;

/** Requests without an answer yet, over all connections. */
const mostRequestsInAll = 2048;

/** Segments that overtook others and wait for them, over all connections. */
const mostWaitingInAll = 16 << 20;

/**
 * Follows TCP as far as booting needs: exchanges over HTTP on any port, known by their request lines; and for all other connections
 * whether they were opened. For captures too large for memory; {@link httpExchanges} and {@link tcpConnections} do all of one at once.
 *
 * @example
 * ```ts
 * import { followTcp } from 'pxekit/capture';
 *
 * followTcp().end(); // => []
 * ```
 */
export function followTcp(options: FollowTcpOptions = {}): TcpFollower {
	const { maxConnections = 512 } = options;
	const budgets: HttpBudgets = {
		content: { left: options.maxTotalBytes ?? 64 << 20 },
		requests: { left: mostRequestsInAll },
	};
	const waitingBudget: ContentBudget = { left: mostWaitingInAll };
	const connections = new Map<string, Connection>();
	const phases: Readonly<Record<Phase, Set<Connection>>> = { opening: new Set(), open: new Set(), closed: new Set() };
	let captureEnd: bigint | undefined;
	let talks: TcpTalk[] = [];

	function collect({ http }: Connection): void {
		for (const exchange of http.take()) talks.push({ type: 'http', exchange });
	}

	function retire(connection: Connection): void {
		phases[connection.phase].delete(connection);
		if (connections.get(connection.key) === connection) connections.delete(connection.key);
		const { http, fromClient, fromServer, end } = connection;
		fromClient.stream.flush();
		fromServer.stream.flush();
		const silent = end !== undefined && captureEnd !== undefined && captureEnd - end >= patience;
		http.finish(silent || connection.phase === 'closed');
		collect(connection);
		if (!http.begun) talks.push({ type: 'tcp', connection: connectionOf(connection, silent) });
	}

	function enter(connection: Connection, phase: Phase): void {
		phases[connection.phase].delete(connection);
		connection.phase = phase;
		phases[phase].add(connection);
		const [first] = phases[phase];
		if (first && phases[phase].size > maxConnections) retire(first);
	}

	function open(key: string, client: Endpoint, server: Endpoint, phase: Phase): Connection {
		const http = createHttpConversation(client, server, budgets);
		const side = (reader: HttpConversation['requests']): Side => ({
			stream: createTcpStream(
				{
					data: (data, place) => {
						if (!reader.foreign) reader.push(data, place);
					},
					gap: (length) => reader.gap(length),
					end: () => reader.close(),
				},
				waitingBudget,
			),
			fin: false,
		});
		const connection: Connection = {
			key,
			client,
			server,
			fromClient: side(http.requests),
			fromServer: side(http.answers),
			http,
			phase,
			syn: undefined,
			syns: 0,
			answered: phase === 'open',
			refused: false,
			reset: false,
			clientBytes: 0,
			serverBytes: 0,
			frames: [],
			start: undefined,
			end: undefined,
		};
		connections.set(key, connection);
		enter(connection, phase);
		return connection;
	}

	function find(frame: DecodedFrame, tcp: TcpHeader): Connection | undefined {
		const source = { address: frame.ip?.source ?? '', port: tcp.sourcePort };
		const destination = { address: frame.ip?.destination ?? '', port: tcp.destinationPort };
		const key = keyOf(source, destination);
		const known = connections.get(key);
		const { syn, ack, rst } = tcp.flags;
		if (syn && !ack) {
			if (known?.syn === tcp.sequence && isSameEndpoint(known.client, source)) return known;
			if (known) retire(known);
			return open(key, source, destination, 'opening');
		}
		if (known) return known;
		if (syn) return open(key, destination, source, 'opening');
		if (rst) return undefined;
		// Begun before the capture: a request tells who is who, or an answer does.
		const beginning = String.fromCharCode(...frame.payload.subarray(0, 8));
		if (requestBeginning.test(beginning)) return open(key, source, destination, 'open');
		if (/^HTTP\/1\./.test(beginning)) return open(key, destination, source, 'open');
		return undefined;
	}

	function take(frame: DecodedFrame, tcp: TcpHeader): void {
		const connection = find(frame, tcp);
		if (!connection) return;
		const { flags, sequence } = tcp;
		const place: FramePlace = frame;
		const isFromClient = isSameEndpoint(connection.client, { address: frame.ip?.source ?? '', port: tcp.sourcePort });
		const [side, other] = isFromClient
			? [connection.fromClient, connection.fromServer]
			: [connection.fromServer, connection.fromClient];
		connection.start ??= frame.time;
		connection.end = frame.time ?? connection.end;
		if (flags.syn || flags.fin || flags.rst) connection.frames.push(frame.index);
		if (flags.syn) {
			side.stream.begin(sequence);
			if (isFromClient) {
				connection.syn = sequence;
				connection.syns++;
			} else connection.answered = true;
		}
		const first = flags.syn ? (sequence + 1) >>> 0 : sequence;
		if (isFromClient) connection.clientBytes += frame.payload.length;
		else {
			connection.serverBytes += frame.payload.length;
			if (frame.payload.length > 0) connection.answered = true;
		}
		// What the other side acknowledges was sent before this.
		if (flags.ack && !flags.rst) other.stream.acknowledged(tcp.acknowledgement);
		side.stream.segment(first, frame.payload, place);
		if (flags.fin) {
			side.fin = true;
			side.stream.finish((first + frame.payload.length) >>> 0);
		}
		if (flags.rst) {
			connection.reset = true;
			if (!isFromClient && !connection.answered) connection.refused = true;
			connection.http.reset(place);
		}
		collect(connection);
		const isOver = connection.reset || (connection.fromClient.fin && connection.fromServer.fin);
		const phase = isOver ? 'closed' : connection.answered ? 'open' : 'opening';
		if (phase !== connection.phase) enter(connection, phase);
	}

	function handOut(): readonly TcpTalk[] {
		if (talks.length === 0) return none;
		const taken = talks;
		talks = [];
		return taken;
	}

	return {
		push(frame) {
			captureEnd = frame.time ?? captureEnd;
			// A copy has nothing that its original did not have.
			if (frame.tcp && frame.ip && frame.copyOf === undefined) take(frame, frame.tcp);
			return handOut();
		},
		end() {
			for (const connection of [...connections.values()]) retire(connection);
			return [...handOut()];
		},
	};
}

/**
 * All exchanges over HTTP in a capture, on whatever port, in the order in which they began.
 *
 * @param frames as {@link decodeFrames} yields them
 * @example
 * ```ts
 * import { decodeFrames, httpExchanges } from 'pxekit/capture';
 *
 * httpExchanges(decodeFrames([])); // => []
 * ```
 */
export function httpExchanges(frames: Iterable<DecodedFrame>, options: FollowTcpOptions = {}): HttpExchange[] {
	const exchanges = talksOf(frames, options).flatMap((talk) => (talk.type === 'http' ? [talk.exchange] : []));
	return exchanges.sort((a, b) => (a.frames[0] ?? 0) - (b.frames[0] ?? 0));
}

/**
 * All TCP connections in a capture on which no HTTP was spoken, as to an iSCSI target, in the order in which they began.
 *
 * @param frames as {@link decodeFrames} yields them
 * @example
 * ```ts
 * import { decodeFrames, tcpConnections } from 'pxekit/capture';
 *
 * tcpConnections(decodeFrames([])); // => []
 * ```
 */
export function tcpConnections(frames: Iterable<DecodedFrame>, options: FollowTcpOptions = {}): TcpConnection[] {
	const connections = talksOf(frames, options).flatMap((talk) => (talk.type === 'tcp' ? [talk.connection] : []));
	return connections.sort((a, b) => (a.frames[0] ?? 0) - (b.frames[0] ?? 0));
}

function talksOf(frames: Iterable<DecodedFrame>, options: FollowTcpOptions): TcpTalk[] {
	const follower = followTcp(options);
	const talks: TcpTalk[] = [];
	for (const frame of frames) talks.push(...follower.push(frame));
	talks.push(...follower.end());
	return talks;
}

function connectionOf(connection: Connection, silent: boolean): TcpConnection {
	const { client, server, answered, refused, reset, syns, clientBytes, serverBytes, frames, start, end } = connection;
	const unanswered = syns > 1 || silent ? 'unanswered' : 'unknown';
	return {
		client,
		server,
		outcome: answered ? 'open' : refused ? 'refused' : unanswered,
		attempts: syns,
		reset: reset && answered,
		bytesFromClient: clientBytes,
		bytesFromServer: serverBytes,
		frames,
		start,
		end,
	};
}

/** The same for both directions. */
function keyOf(a: Endpoint, b: Endpoint): string {
	const [one, other] = [endpointKey(a), endpointKey(b)];
	return one < other ? `${one}|${other}` : `${other}|${one}`;
}
