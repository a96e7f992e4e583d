import { PxekitError } from '../wire/errors.ts';
import { formatIpv4 } from '../wire/ipv4.ts';
import { createBootClient } from './boot-client.ts';
import { broadcastAddress, ports, type UdpDatagram } from './endpoint.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type { BootClientOptions } from './simulated-client.ts';
import type { BootStory } from './story.ts';

/** A machine with servers on the simulated network. Anything that answers datagrams with datagrams will do. */
export interface SimulatedServer {
	/** Its IPv4 address: it hears what is sent there, and broadcasts. */
	readonly address: string;
	/** Answers a datagram. `now` is the simulated time in milliseconds. */
	receive(datagram: UdpDatagram, now: number): readonly UdpDatagram[] | Promise<readonly UdpDatagram[]>;
	/** When it wants {@link SimulatedServer.expire} to be called, in simulated time. */
	readonly nextDeadline?: number;
	/** What it sends of its own accord. */
	expire?(now: number): readonly UdpDatagram[];
}

/** A client, and the network that it boots from. */
export interface SimulateBootOptions extends BootClientOptions {
	readonly servers: readonly SimulatedServer[];
	/** Answers HTTP requests. Without it nobody does. */
	readonly http?: ((request: HttpRequest) => HttpResponse | Promise<HttpResponse>) | undefined;
	/** Milliseconds that a datagram is on its way. Default 1. */
	readonly latency?: number | undefined;
	/** Datagrams in all. Default 2,000,000. */
	readonly maxDatagrams?: number | undefined;
}

interface InFlight {
	readonly at: number;
	readonly datagram: UdpDatagram;
	/** `undefined`: on its way to the client. */
	readonly server: SimulatedServer | undefined;
}

/**
 * Boots a client against responder functions: no sockets, no hardware, and a simulated clock, so that minutes of waiting
 * take no time.
 *
 * @returns the story, with its end
 * @throws what a server throws; a {@link PxekitError} `out-of-budget` when more than `maxDatagrams` were sent
 * @example
 * ```ts
 * import { simulateBoot, simulatedDhcp, simulatedResponder, simulatedTftp } from 'pxekit/client';
 * import { createProxyDhcp } from 'pxekit/pxe';
 *
 * const proxy = createProxyDhcp({ serverAddress: '10.0.0.2', boot: () => ({ file: 'ipxe.efi' }) });
 * const story = await simulateBoot({
 *   profile: 'edk2',
 *   mac: '52:54:00:12:34:56',
 *   servers: [
 *     simulatedDhcp({ address: '10.0.0.1', clientAddress: '10.0.0.77' }),
 *     simulatedResponder(proxy, '10.0.0.2'),
 *     simulatedTftp({ address: '10.0.0.2', files: { 'ipxe.efi': new Uint8Array(3000) } }),
 *   ],
 * });
 * story.end?.kind; // => 'booted'
 * story.files.map(({ uri, bytes }) => [uri, bytes.length]); // => [['tftp://10.0.0.2/ipxe.efi', 3000]]
 * ```
 */
export async function simulateBoot(options: SimulateBootOptions): Promise<BootStory> {
	const { servers, http, latency = 1, maxDatagrams = 2_000_000 } = options;
	const client = createBootClient(options, 0);
	/** In order of arrival: all are on their way for the same time. */
	const inFlight: InFlight[] = [];
	let now = 0;
	let sent = 0;

	function send(datagram: UdpDatagram, server: SimulatedServer | undefined): void {
		if (++sent > maxDatagrams) {
			throw new PxekitError('out-of-budget', `more than ${maxDatagrams} datagrams: a server answers without end`);
		}
		inFlight.push({ at: now + latency, datagram, server });
	}

	function sendToServers(): void {
		for (let next = client.nextDatagram(now); next; next = client.nextDatagram(now)) {
			const { address } = next.to;
			const isForMany = address === broadcastAddress || /^2(2[4-9]|3\d)\./.test(address);
			for (const server of servers) if (isForMany || server.address === address) send(next, server);
		}
	}

	async function deliver({ datagram, server }: InFlight): Promise<void> {
		if (server) for (const answer of await server.receive(datagram, now)) send(answer, undefined);
		else if (reaches(datagram, client.listening.address)) client.receive(datagram, now);
	}

	for (;;) {
		sendToServers();
		const request = client.nextHttpRequest();
		if (request) {
			const response = http ? await http(request) : { status: 0 };
			now += latency;
			client.receiveHttp(response, now);
			continue;
		}
		const [first] = inFlight;
		// The last ACK goes out even though the client has all that it wants.
		if (client.story.end && !inFlight.some(({ server }) => server)) return client.story;
		const timers = servers.map((server) => server.nextDeadline ?? Number.POSITIVE_INFINITY);
		const earliest = Math.min(first?.at ?? Number.POSITIVE_INFINITY, client.nextDeadline, ...timers);
		if (earliest === Number.POSITIVE_INFINITY) return client.story;
		now = Math.max(now, earliest);
		if (first && first.at <= now) {
			inFlight.shift();
			await deliver(first);
			continue;
		}
		client.expire(now);
		for (const server of servers) {
			if ((server.nextDeadline ?? Number.POSITIVE_INFINITY) > now) continue;
			for (const datagram of server.expire?.(now) ?? []) send(datagram, undefined);
		}
	}
}

/**
 * Whether the client's network card takes a datagram: broadcast, its own address, or, while it has none, the address
 * that the packet itself offers, sent to the client's hardware address.
 */
function reaches({ to, bytes }: UdpDatagram, address: string): boolean {
	if (to.address === broadcastAddress || to.address === address) return true;
	return (
		address === '0.0.0.0' && to.port === ports.client && bytes.length >= 20 && formatIpv4(bytes, 16) === to.address
	);
}
