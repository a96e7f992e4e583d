import type { Socket } from 'node:dgram';
import {
	type BootClientOptions,
	type BootStory,
	createBootClient,
	type HttpRequest,
	type HttpResponse,
	type SimulatedClient,
	type UdpDatagram,
} from '../client/index.ts';
import { concatBytes } from '../wire/bytes.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { monotonicNow } from './deadlines.ts';
import { closeUdpSocket, openUdpSocket } from './udp-socket.ts';

/** Where the servers of a boot are. The defaults are those of a real network. */
export interface ServerPlaces {
	/** Where broadcasts go: the DHCP servers and proxies of a test. Default `255.255.255.255` port 67. */
	readonly broadcastTo?: readonly Endpoint[] | undefined;
	/** What stands for port 4011 on every server. */
	readonly pxePort?: number | undefined;
	/** What stands for port 69 on every server. */
	readonly tftpPort?: number | undefined;
}

/** A client, and where its servers are. */
export interface RunBootClientOptions extends BootClientOptions {
	/** The address of this machine to send from. Default `0.0.0.0`: whichever fits. */
	readonly localAddress?: string | undefined;
	/**
	 * Where the servers are. A function is told the port that stands for 68, once it is open, so that a test can start
	 * servers that answer there.
	 */
	readonly servers?: ServerPlaces | ((clientPort: number) => ServerPlaces | Promise<ServerPlaces>) | undefined;
	/** Ports of this machine that stand for 68 and 4011; 0 lets the system choose. Default 68 and 4011, which need rights. */
	readonly clientPorts?: { readonly dhcp?: number | undefined; readonly pxe?: number | undefined } | undefined;
	/** How many times faster than the firmware's the clock runs. Default 1; UEFI collects offers for 4 seconds. */
	readonly speed?: number | undefined;
	/** Makes the HTTP requests. Default: Node's `fetch`. */
	readonly http?: ((request: HttpRequest) => Promise<HttpResponse>) | undefined;
	/** Stops the client. */
	readonly signal?: AbortSignal | undefined;
}

/**
 * Boots a simulated client against servers on real sockets, from the DISCOVER to the last byte.
 *
 * The machine does not take the address that it is offered. So a DHCP server must answer by broadcast, or to an address
 * that this machine has; profiles that set the broadcast flag (`edk2`, `edk2-http`, `intel-undi-2.1`) see to that.
 *
 * @returns the story, with its end; a boot that fails is a story too
 * @throws a `PxekitError` when a socket can't be opened; the signal's reason when it aborts
 * @example
 * ```ts no-run
 * import { formatBootStory } from 'pxekit/client';
 * import { runBootClient } from 'pxekit/node';
 *
 * console.log(formatBootStory(await runBootClient({ profile: 'edk2', mac: '52:54:00:12:34:56' })));
 * ```
 */
export async function runBootClient(options: RunBootClientOptions): Promise<BootStory> {
	const { localAddress = '0.0.0.0', servers = {}, clientPorts = {}, speed = 1, signal } = options;
	signal?.throwIfAborted();
	/** Aborted when the run is over, however it ended: what is still under way then leaves nothing behind. */
	const over = new AbortController();
	const http = options.http ?? ((request: HttpRequest) => fetchOverHttp(request, over.signal));
	const startedAt = monotonicNow();
	const clock = () => (monotonicNow() - startedAt) * speed;

	let broadcastTo: readonly Endpoint[] = [{ address: '255.255.255.255', port: 67 }];
	let pxePort = 4011;
	let tftpPort = 69;
	/** By the port that the client believes in. */
	const sockets = new Map<number, Socket>();
	const done = withResolvers<void>();
	let client: SimulatedClient | undefined;
	let timer: NodeJS.Timeout | undefined;
	let isStepping = false;
	let isStepDue = false;

	async function socketOf(port: number): Promise<Socket> {
		const known = sockets.get(port);
		if (known) return known;
		const own = port === 68 ? (clientPorts.dhcp ?? 68) : port === 4011 ? (clientPorts.pxe ?? 4011) : 0;
		const socket = await openUdpSocket({ address: localAddress, port: own, purpose: 'boot client', broadcast: true });
		if (over.signal.aborted) await closeUdpSocket(socket);
		over.signal.throwIfAborted();
		socket.on('message', (bytes, from) => {
			client?.receive({ from: asSeen(from), to: { address: localAddress, port }, bytes }, clock());
			step();
		});
		// ICMP errors: the firmware's timers tell in the end.
		socket.on('error', () => {});
		sockets.set(port, socket);
		return socket;
	}

	/** The servers' test ports look to the client like the real ones. */
	function asSeen({ address, port }: Endpoint): Endpoint {
		if (broadcastTo.some((server) => server.port === port)) return { address, port: 67 };
		return { address, port: port === pxePort ? 4011 : port };
	}

	function destinationsOf({ to }: UdpDatagram): readonly Endpoint[] {
		if (to.address === '255.255.255.255') return broadcastTo;
		if (to.port === 4011) return [{ address: to.address, port: pxePort }];
		return [{ address: to.address, port: to.port === 69 ? tftpPort : to.port }];
	}

	async function send(datagram: UdpDatagram): Promise<void> {
		const socket = await socketOf(datagram.from.port);
		for (const { address, port } of destinationsOf(datagram)) {
			// A network that can't be reached is silence to the firmware.
			await new Promise<void>((resolve) => socket.send(datagram.bytes, port, address, () => resolve()));
		}
	}

	/** Sends what there is to send, makes HTTP requests, and sets the timer; until the story has its end. */
	function step(): void {
		isStepDue = true;
		if (isStepping || !client) return;
		isStepping = true;
		drive(client)
			.then(() => {
				isStepping = false;
				if (isStepDue) step();
			})
			.catch(done.reject);
	}

	async function drive(running: SimulatedClient): Promise<void> {
		isStepDue = false;
		for (;;) {
			const datagram = running.nextDatagram(clock());
			const request = datagram ? undefined : running.nextHttpRequest();
			if (datagram) await send(datagram);
			else if (request) running.receiveHttp(await http(request), clock());
			else break;
			over.signal.throwIfAborted();
		}
		clearTimeout(timer);
		if (running.story.end) {
			done.resolve();
			return;
		}
		const wait = Math.max(0, running.nextDeadline - clock()) / speed;
		timer = setTimeout(() => {
			running.expire(clock());
			step();
		}, Math.ceil(wait));
	}

	const onAbort = () => done.reject(signal?.reason);
	signal?.addEventListener('abort', onAbort, { once: true });
	// It may come before anybody waits for it.
	done.promise.catch(() => {});
	try {
		const dhcp = await socketOf(68);
		const places = typeof servers === 'function' ? await servers(dhcp.address().port) : servers;
		signal?.throwIfAborted();
		({ broadcastTo = broadcastTo, pxePort = pxePort, tftpPort = tftpPort } = places);
		client = createBootClient(options, clock());
		step();
		await done.promise;
		return client.story;
	} finally {
		over.abort();
		signal?.removeEventListener('abort', onAbort);
		clearTimeout(timer);
		await Promise.all([...sockets.values()].map(closeUdpSocket));
	}
}

/** Node 20 has no `Promise.withResolvers`. */
interface Resolvers<Value> {
	readonly promise: Promise<Value>;
	readonly resolve: (value: Value) => void;
	readonly reject: (reason: unknown) => void;
}

function withResolvers<Value>(): Resolvers<Value> {
	let resolve: Resolvers<Value>['resolve'] = () => {};
	let reject: Resolvers<Value>['reject'] = () => {};
	const promise = new Promise<Value>((onResolve, onReject) => {
		resolve = onResolve;
		reject = onReject;
	});
	return { promise, resolve, reject };
}

/** The longest that a server may take for one request. */
const httpTimeout = 60_000;

async function fetchOverHttp(request: HttpRequest, over: AbortSignal): Promise<HttpResponse> {
	const { method, url, headers, maxBytes } = request;
	try {
		// `fetch` writes Host itself.
		const sent = headers
			.filter(([name]) => name.toLowerCase() !== 'host')
			.map(([name, value]): [string, string] => [name, value]);
		const signal = AbortSignal.any([over, AbortSignal.timeout(httpTimeout)]);
		const response = await fetch(url, { method, headers: sent, signal });
		const length = response.headers.get('content-length');
		const contentLength = length === null ? undefined : Number(length);
		const { status } = response;
		if (method === 'HEAD' || status !== 200) {
			await response.body?.cancel();
			return { status, contentLength };
		}
		const parts: Uint8Array[] = [];
		let read = 0;
		for await (const part of response.body ?? []) {
			parts.push(part);
			read += part.length;
			if (read > maxBytes) break;
		}
		return { status, contentLength, body: concatBytes(parts) };
	} catch {
		return { status: 0 };
	}
}
