import type { RemoteInfo, Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { type DhcpPacket, decodeDhcp } from '../dhcp/index.ts';
import {
	type BootClient,
	type BootFunction,
	createProxyDhcp,
	type IgnoredReason,
	type ProxyDhcp,
	type ProxyReply,
} from '../pxe/index.ts';
import { DecodeError, PxekitError } from '../wire/errors.ts';
import { closeUdpSocket, type Endpoint, endpointOf, openUdpSocket } from './udp-socket.ts';

/** What a socket is for: the DHCP port, the PXE port, or hearing what is sent to all. */
export type ListeningPurpose = 'dhcp' | 'pxe' | 'broadcast' | 'multicast';

/** What a proxyDHCP server tells of its work. `from` is the sender of the packet in question. */
export type ProxyDhcpEvent =
	| { readonly type: 'listening'; readonly purpose: ListeningPurpose; readonly on: Endpoint }
	/** An OFFER (port 67) or an ACK (port 4011) went out. */
	| {
			readonly type: 'offer' | 'ack';
			readonly client: BootClient;
			/** The boot file; `undefined` when the client was given a menu. */
			readonly file: string | undefined;
			readonly from: Endpoint;
			readonly destination: Endpoint;
			readonly request: DhcpPacket;
			readonly answer: ProxyReply;
	  }
	/** A packet was left unanswered. */
	| {
			readonly type: 'ignored';
			readonly reason: IgnoredReason | 'malformed' | 'overloaded' | 'closing';
			readonly from: Endpoint;
			readonly client?: BootClient | undefined;
			/** For `malformed`: what was wrong. */
			readonly error?: DecodeError | undefined;
	  }
	/** `boot` threw, its answer could not be encoded, or the system refused to send. */
	| { readonly type: 'failed'; readonly from?: Endpoint | undefined; readonly error: unknown }
	| { readonly type: 'closed' };

/** Settings of {@link serveProxyDhcp}. */
export interface ServeProxyDhcpOptions {
	readonly boot: BootFunction;
	/**
	 * This machine's own IPv4 addresses to serve on. Default: all but loopback. A client is told the address on its
	 * own network.
	 */
	readonly addresses?: readonly string[] | undefined;
	/**
	 * Default 67. `false` when a DHCP server on the same machine sends option 60 itself: clients then come straight to
	 * port 4011, and port 67 stays with the DHCP server.
	 */
	readonly dhcpPort?: number | false | undefined;
	/** Default 4011. */
	readonly pxePort?: number | undefined;
	/** Where OFFERs go. Default 68; another one only for tests. */
	readonly clientPort?: number | undefined;
	/** Where OFFERs go. Default `255.255.255.255`; another one only for tests. */
	readonly broadcastAddress?: string | undefined;
	/**
	 * Also answer clients that look for a boot server at this multicast address, on `pxePort`. Say the same address in
	 * the menu's `discovery`. The address that PXE has from IANA is 224.0.1.2.
	 */
	readonly multicastAddress?: string | undefined;
	/** Requests for which `boot` may be thinking at once. Default 1000; more are left unanswered, and clients ask again. */
	readonly maxPending?: number | undefined;
	/** Told of everything that happens; what it throws is dropped. */
	readonly onEvent?: ((event: ProxyDhcpEvent) => void) | undefined;
	/** Closes the server when it aborts. */
	readonly signal?: AbortSignal | undefined;
}

/** A running proxyDHCP server. */
export interface ProxyDhcpServer extends AsyncDisposable {
	/** Where it listens: tells the ports where 0 was asked for. */
	readonly listening: readonly { readonly purpose: ListeningPurpose; readonly on: Endpoint }[];
	/** Ends within a second, however often it is called. */
	close(): Promise<void>;
}

function ownAddresses(): string[] {
	const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
	return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}

/**
 * Serves proxyDHCP: answers network-boot clients beside the DHCP server of the network. `boot` decides what each client
 * gets. Nothing that arrives can end the process; whatever is not answered is told to `onEvent` with its reason.
 *
 * Ports 67 and 4011 need rights: root, or the capability `cap_net_bind_service`.
 *
 * @throws a {@link PxekitError} when a socket can't be opened: `no-permission`, `port-in-use`, `no-such-address`
 * @example
 * ```ts no-run
 * import { serveProxyDhcp } from 'pxekit/node';
 *
 * const server = await serveProxyDhcp({
 *   addresses: ['10.0.0.2'],
 *   boot: (client) => {
 *     if (client.ipxe) return { file: 'http://10.0.0.2/boot.ipxe' };
 *     return { file: client.architecture.firmware === 'uefi' ? 'ipxe.efi' : 'undionly.kpxe' };
 *   },
 *   onEvent: (event) => console.log(event.type),
 * });
 * process.once('SIGINT', () => server.close());
 * ```
 */
export async function serveProxyDhcp(options: ServeProxyDhcpOptions): Promise<ProxyDhcpServer> {
	const {
		boot,
		addresses = ownAddresses(),
		dhcpPort = 67,
		pxePort = 4011,
		clientPort = 68,
		broadcastAddress = '255.255.255.255',
		multicastAddress,
		maxPending = 1000,
		onEvent,
		signal,
	} = options;
	if (addresses.length === 0) throw new PxekitError('no-such-address', 'this machine has no IPv4 address to serve on');
	signal?.throwIfAborted();

	const sockets: Socket[] = [];
	const listening: { purpose: ListeningPurpose; on: Endpoint }[] = [];
	let pending = 0;
	let closing: Promise<void> | undefined;

	const tell = (event: ProxyDhcpEvent): void => {
		try {
			onEvent?.(event);
		} catch {
			// A listener's own fault must not stop the server.
		}
	};

	/** Answers one datagram through `socket`, on behalf of one of our addresses. */
	async function answer(
		bytes: Uint8Array,
		from: Endpoint,
		role: 67 | 4011,
		proxy: ProxyDhcp,
		socket: Socket,
	): Promise<void> {
		if (closing) return tell({ type: 'ignored', reason: 'closing', from });
		if (pending >= maxPending) return tell({ type: 'ignored', reason: 'overloaded', from });
		pending++;
		try {
			const request = decodeDhcp(bytes);
			const answer = await proxy.respond(request, { port: role, source: from });
			if (answer.reply === undefined) {
				return tell({ type: 'ignored', reason: answer.ignored, from, client: answer.client });
			}
			if (closing) return tell({ type: 'ignored', reason: 'closing', from, client: answer.client });
			const destination = withTestPorts(answer.destination);
			await send(socket, answer.bytes, destination);
			const { client, file } = answer;
			tell({ type: role === 67 ? 'offer' : 'ack', client, file, from, destination, request, answer });
		} catch (error) {
			if (error instanceof DecodeError) tell({ type: 'ignored', reason: 'malformed', from, error });
			else tell({ type: 'failed', from, error });
		} finally {
			pending--;
		}
	}

	function withTestPorts({ address, port }: Endpoint): Endpoint {
		if (address !== '255.255.255.255') return { address, port };
		return { address: broadcastAddress, port: clientPort };
	}

	function listen(
		socket: Socket,
		purpose: ListeningPurpose,
		onDatagram: (bytes: Uint8Array, from: Endpoint) => void,
	): void {
		socket.on('message', (bytes: Uint8Array, { address, port }: RemoteInfo) => onDatagram(bytes, { address, port }));
		// ICMP errors and the like: told, and gone on.
		socket.on('error', (error) => tell({ type: 'failed', error }));
		listening.push({ purpose, on: endpointOf(socket) });
	}

	async function open(address: string, port: number, purpose: string): Promise<Socket> {
		const socket = await openUdpSocket({ address, port, purpose, shared: true, broadcast: true });
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
		const onBroadcast: ((bytes: Uint8Array, from: Endpoint) => void)[] = [];
		const onMulticast: ((bytes: Uint8Array, from: Endpoint) => void)[] = [];
		let sharedPort = dhcpPort;
		for (const address of addresses) {
			const proxy = createProxyDhcp({ serverAddress: address, boot });
			const pxe = await open(address, pxePort, 'PXE');
			const onPxe = (bytes: Uint8Array, from: Endpoint) => void answer(bytes, from, 4011, proxy, pxe);
			listen(pxe, 'pxe', onPxe);
			onMulticast.push(onPxe);
			if (sharedPort === false) continue;
			// Bound to our address: so its answers come from it, and leave by its network.
			const dhcp = await open(address, sharedPort, 'DHCP');
			sharedPort = endpointOf(dhcp).port;
			const onDhcp = (bytes: Uint8Array, from: Endpoint) => void answer(bytes, from, 67, proxy, dhcp);
			listen(dhcp, 'dhcp', onDhcp);
			onBroadcast.push(onDhcp);
		}
		if (sharedPort !== false) {
			const broadcast = await openBroadcast(sharedPort, open);
			// Which network a broadcast came from is not told to us: every address answers, each on its own network.
			listen(broadcast, 'broadcast', (bytes, from) => {
				for (const respond of onBroadcast) respond(bytes, from);
			});
		}
		if (multicastAddress !== undefined) {
			const multicast = await open(multicastAddress, listening[0]?.on.port ?? pxePort, 'PXE');
			for (const address of addresses) multicast.addMembership(multicastAddress, address);
			listen(multicast, 'multicast', (bytes, from) => {
				for (const respond of onMulticast) respond(bytes, from);
			});
		}
	} catch (error) {
		await Promise.all(sockets.map(closeUdpSocket));
		throw error;
	}
	for (const { purpose, on } of listening) tell({ type: 'listening', purpose, on });
	signal?.addEventListener('abort', close, { once: true });
	return { listening, close, [Symbol.asyncDispose]: close };
}

/**
 * A socket that hears limited broadcasts only: unicast to port 67 of this machine stays with whoever else serves it.
 * Systems that can't bind to a broadcast address get one that hears everything.
 */
async function openBroadcast(
	port: number,
	open: (address: string, port: number, purpose: string) => Promise<Socket>,
): Promise<Socket> {
	try {
		return await open('255.255.255.255', port, 'DHCP');
	} catch (error) {
		if (!(error instanceof PxekitError) || error.code === 'no-permission') throw error;
		return open('0.0.0.0', port, 'DHCP');
	}
}

function send(socket: Socket, bytes: Uint8Array, { address, port }: Endpoint): Promise<void> {
	return new Promise((resolve, reject) => {
		socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()));
	});
}
