import type { RemoteInfo, Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { type DhcpPacket, decodeDhcp, type ReceivedOn, type ReplyDestination } from '../dhcp/index.ts';
import type { BootClient } from '../pxe/index.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { DecodeError, PxekitError } from '../wire/errors.ts';
import { formatIpv4, isIpv4, parseIpv4 } from '../wire/ipv4.ts';
import type { DatagramRecorder } from './capture-recorder.ts';
import { quietly } from './quietly.ts';
import { closeUdpSocket, endpointOf, isPortOrZero, openUdpSocket } from './udp-socket.ts';

/** What a socket is for: the DHCP port, the PXE port, or hearing what is sent to all. */
export type ListeningPurpose = 'dhcp' | 'pxe' | 'broadcast' | 'multicast';

/** What the sockets of a DHCP or proxyDHCP server tell. `from` is the sender of the packet in question. */
export type DhcpSocketEvent<Reason extends string> =
	| { readonly type: 'listening'; readonly purpose: ListeningPurpose; readonly on: Endpoint }
	/** A packet was left unanswered. */
	| {
			readonly type: 'ignored';
			readonly reason: Reason | 'malformed' | 'overloaded' | 'closing';
			readonly from: Endpoint;
			readonly client?: BootClient | undefined;
			/** For `malformed`: what was wrong. */
			readonly error?: DecodeError | undefined;
	  }
	/** `boot` or a lease store threw, an answer could not be encoded, or the system refused to send. */
	| { readonly type: 'failed'; readonly from?: Endpoint | undefined; readonly error: unknown }
	| { readonly type: 'closed' };

/** A running DHCP or proxyDHCP server. */
export interface DhcpSockets extends AsyncDisposable {
	/** Where it listens: tells the ports where 0 was asked for. */
	readonly listening: readonly { readonly purpose: ListeningPurpose; readonly on: Endpoint }[];
	/** Ends within a second, however often it is called. */
	close(): Promise<void>;
}

/** Settings that the servers share. */
export interface DhcpSocketOptions {
	/** Default 4011. */
	readonly pxePort?: number | undefined;
	/** Where clients without an address listen. Default 68; another one only for tests. */
	readonly clientPort?: number | undefined;
	/** Where answers to all go. Default `255.255.255.255`; another one only for tests. */
	readonly broadcastAddress?: string | undefined;
	/**
	 * Also answer clients that look for a boot server at this multicast address, on `pxePort`. Say the same address in
	 * the menu's `discovery`. The address that PXE has from IANA is 224.0.1.2.
	 */
	readonly multicastAddress?: string | undefined;
	/** Requests for which `boot` may be thinking at once. Default 1000; more are left unanswered, and clients ask again. */
	readonly maxPending?: number | undefined;
	/** Takes all that the server receives and sends, as {@link recordCapture} does. */
	readonly capture?: DatagramRecorder | undefined;
	/** Closes the server when it aborts. */
	readonly signal?: AbortSignal | undefined;
}

/** An answer to send. @internal */
interface Sendable {
	readonly bytes: Uint8Array;
	readonly destination: ReplyDestination;
	readonly ignored?: undefined;
}

/** No answer, and why. @internal */
interface Silence<Reason extends string> {
	readonly ignored: Reason;
	readonly client?: BootClient | undefined;
}

/** An answer that went out. @internal */
export interface Sent<Answer> {
	readonly answer: Answer;
	readonly request: DhcpPacket;
	readonly from: Endpoint;
	/** Where it went in the end. */
	readonly destination: Endpoint;
	/** Whether it went to all because it would have needed a raw frame, which Node can't send. */
	readonly broadcastInstead: boolean;
}

/** What to serve. @internal */
export interface DhcpService<Answer extends Sendable, Reason extends string>
	extends Omit<DhcpSocketOptions, 'pxePort'> {
	readonly addresses: readonly string[];
	readonly dhcpPort: number | false;
	readonly pxePort: number | false;
	/** Makes the responder that speaks for one of the addresses. */
	responderOf(address: string): (request: DhcpPacket, received: ReceivedOn) => Promise<Answer | Silence<Reason>>;
	onSent(sent: Sent<Answer>): unknown;
	onEvent(event: DhcpSocketEvent<Reason>): unknown;
}

type OnDatagram = (bytes: Uint8Array, from: Endpoint, unicast: boolean | undefined) => void;

const toAll = '255.255.255.255';
/** A room full of machines is switched on at once: the system's default holds some 160 requests. */
const receiveBuffer = 1024 * 1024;

function isSilence<Reason extends string>(answer: Sendable | Silence<Reason>): answer is Silence<Reason> {
	return answer.ignored !== undefined;
}

/**
 * Opens the sockets of a DHCP or proxyDHCP server and has them answered. Nothing that arrives can end the process.
 *
 * @internal
 */
export async function serveDhcpSockets<Answer extends Sendable, Reason extends string>({
	addresses,
	dhcpPort,
	pxePort,
	clientPort = 68,
	broadcastAddress = toAll,
	multicastAddress,
	maxPending = 1000,
	capture,
	signal,
	responderOf,
	onSent,
	onEvent,
}: DhcpService<Answer, Reason>): Promise<DhcpSockets> {
	signal?.throwIfAborted();
	checkNumbers({ dhcpPort, pxePort, clientPort, maxPending });
	const sockets: Socket[] = [];
	const listening: { purpose: ListeningPurpose; on: Endpoint }[] = [];
	let pending = 0;
	let closing: Promise<void> | undefined;

	const tell = (event: DhcpSocketEvent<Reason>): void => quietly(() => onEvent(event));

	/** Answers one datagram through `socket`, on behalf of one of our addresses. */
	async function answer(
		bytes: Uint8Array,
		received: ReceivedOn & { readonly source: Endpoint },
		respond: ReturnType<typeof responderOf>,
		socket: Socket,
	): Promise<void> {
		const from = received.source;
		if (closing) return tell({ type: 'ignored', reason: 'closing', from });
		if (pending >= maxPending) return tell({ type: 'ignored', reason: 'overloaded', from });
		pending++;
		try {
			const request = decodeDhcp(bytes);
			const answer = await respond(request, received);
			if (isSilence(answer)) {
				return tell({ type: 'ignored', reason: answer.ignored, from, client: answer.client });
			}
			if (closing) return tell({ type: 'ignored', reason: 'closing', from });
			const broadcastInstead = answer.destination.rawFrameTo !== undefined;
			const destination = withTestPorts(broadcastInstead ? { address: toAll, port: 68 } : answer.destination);
			await send(socket, answer.bytes, destination);
			quietly(() => onSent({ answer, request, from, destination, broadcastInstead }));
		} catch (error) {
			if (error instanceof DecodeError) tell({ type: 'ignored', reason: 'malformed', from, error });
			else tell({ type: 'failed', from, error });
		} finally {
			pending--;
		}
	}

	function withTestPorts({ address, port }: Endpoint): Endpoint {
		if (address !== toAll) return { address, port };
		return { address: broadcastAddress, port: clientPort };
	}

	function listen(socket: Socket, purpose: ListeningPurpose, onDatagram: OnDatagram, unicast?: boolean): void {
		socket.on('message', (bytes: Uint8Array, { address, port }: RemoteInfo) =>
			onDatagram(bytes, { address, port }, unicast),
		);
		// ICMP errors and the like: told, and gone on.
		socket.on('error', (error) => tell({ type: 'failed', error }));
		listening.push({ purpose, on: endpointOf(socket) });
	}

	async function open(address: string, port: number, purpose: string): Promise<Socket> {
		const socket = await openUdpSocket({
			address,
			port,
			receiveBuffer,
			purpose,
			shared: true,
			broadcast: true,
			recorder: capture,
		});
		sockets.push(socket);
		return socket;
	}

	function close(): Promise<void> {
		closing ??= Promise.all(sockets.map(closeUdpSocket)).then(() => {
			signal?.removeEventListener('abort', close);
			tell({ type: 'closed' });
		});
		return closing;
	}

	try {
		const onBroadcast: (readonly [network: (address: string) => boolean, respond: OnDatagram])[] = [];
		const onMulticast: OnDatagram[] = [];
		let sharedPort = dhcpPort;
		let sharedPxePort = pxePort;
		for (const address of addresses) {
			const respond = responderOf(address);
			const answerOn =
				(port: 67 | 4011, socket: Socket): OnDatagram =>
				(bytes, source, unicast) =>
					void answer(bytes, { port, source, unicast }, respond, socket);
			if (pxePort !== false) {
				const pxe = await open(address, pxePort, 'PXE');
				sharedPxePort = endpointOf(pxe).port;
				listen(pxe, 'pxe', answerOn(4011, pxe), true);
				onMulticast.push(answerOn(4011, pxe));
			}
			if (sharedPort === false) continue;
			// Bound to our address: so its answers come from it, and leave by its network.
			const dhcp = await open(address, sharedPort, 'DHCP');
			sharedPort = endpointOf(dhcp).port;
			listen(dhcp, 'dhcp', answerOn(67, dhcp), true);
			onBroadcast.push([networkOf(address), answerOn(67, dhcp)]);
		}
		if (sharedPort !== false) {
			const { socket, hearsAll } = await openBroadcast(sharedPort, open);
			// Which network a broadcast came from is not told to us. A client without an address is answered by every
			// address, each on its own network; one that has an address only by that of its network.
			const toEach: OnDatagram = (bytes, source, unicast) => {
				for (const [isOfNetwork, respond] of onBroadcast) {
					if (source.address === '0.0.0.0' || isOfNetwork(source.address)) respond(bytes, source, unicast);
				}
			};
			listen(socket, 'broadcast', toEach, hearsAll ? undefined : false);
		}
		if (multicastAddress !== undefined && sharedPxePort !== false) {
			const multicast = await open(multicastAddress, sharedPxePort, 'PXE');
			for (const address of addresses) joinGroup(multicast, multicastAddress, address);
			const toEach: OnDatagram = (...datagram) => {
				for (const respond of onMulticast) respond(...datagram);
			};
			listen(multicast, 'multicast', toEach, false);
		}
	} catch (error) {
		await Promise.all(sockets.map(closeUdpSocket));
		throw error;
	}
	for (const { purpose, on } of listening) tell({ type: 'listening', purpose, on });
	signal?.addEventListener('abort', close, { once: true });
	if (signal?.aborted) {
		await close();
		signal.throwIfAborted();
	}
	return { listening, close, [Symbol.asyncDispose]: close };
}

/** Ports from 0, which lets the system choose, and a limit of at least 1. */
function checkNumbers({ maxPending, ...ports }: Record<string, number | false>): void {
	for (const [name, port] of Object.entries(ports)) {
		if (port === false || isPortOrZero(port as number)) continue;
		throw new PxekitError('bad-option', `${name} must be from 0 to 65535, not ${String(port)}`);
	}
	if (!Number.isInteger(maxPending) || (maxPending as number) < 1) {
		throw new PxekitError('bad-option', `maxPending must be a whole number from 1, not ${String(maxPending)}`);
	}
}

/** Tells whether an address is of the network that one of our own addresses is on; of every one when that is unknown. */
function networkOf(own: string): (address: string) => boolean {
	const known = Object.values(networkInterfaces())
		.flatMap((list) => list ?? [])
		.find(({ address }) => address === own);
	if (!known || !isIpv4(known.netmask)) return () => true;
	const mask = parseIpv4(known.netmask);
	const masked = (address: string) => formatIpv4(parseIpv4(address).map((byte, i) => byte & (mask[i] as number)));
	return (address) => masked(address) === masked(own);
}

function joinGroup(socket: Socket, group: string, address: string): void {
	try {
		socket.addMembership(group, address);
	} catch (error) {
		throw new PxekitError('bad-option', `can't join multicast address ${group}: ${(error as Error).message}`);
	}
}

/**
 * A socket that hears limited broadcasts only: unicast to port 67 of this machine stays with whoever else serves it.
 * Systems that can't bind to a broadcast address get one that hears everything.
 */
async function openBroadcast(
	port: number,
	open: (address: string, port: number, purpose: string) => Promise<Socket>,
): Promise<{ socket: Socket; hearsAll: boolean }> {
	try {
		return { socket: await open(toAll, port, 'DHCP'), hearsAll: false };
	} catch (error) {
		if (!(error instanceof PxekitError) || error.code === 'no-permission') throw error;
		return { socket: await open('0.0.0.0', port, 'DHCP'), hearsAll: true };
	}
}

function send(socket: Socket, bytes: Uint8Array, { address, port }: Endpoint): Promise<void> {
	return new Promise((resolve, reject) => {
		socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()));
	});
}
