import type { DhcpPacket } from '../dhcp/index.ts';
import {
	createDhcpResponder,
	type DhcpIgnoredReason,
	type DhcpReply,
	type DhcpResponderOptions,
} from '../pxe/index.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { type DhcpSocketEvent, type DhcpSocketOptions, type DhcpSockets, serveDhcpSockets } from './dhcp-sockets.ts';

/** What a DHCP server tells of its work. `from` is the sender of the packet in question. */
export type DhcpServerEvent =
	| DhcpSocketEvent<DhcpIgnoredReason>
	/** An answer went out. */
	| {
			readonly type: 'offer' | 'ack' | 'nak';
			/** The address that the client was given; `undefined` in a NAK, and where none was asked for. */
			readonly address: string | undefined;
			readonly from: Endpoint;
			readonly destination: Endpoint;
			/**
			 * Whether it went to all although the client has an address of its own now: it does not answer ARP for it
			 * yet, and Node sends no raw frames. Clients hear it all the same; every machine on the network does.
			 */
			readonly broadcastInstead: boolean;
			readonly request: DhcpPacket;
			readonly answer: DhcpReply;
	  };

/** Settings of {@link serveDhcp}: those of the responder, and of its sockets. */
export interface ServeDhcpOptions extends DhcpResponderOptions, DhcpSocketOptions {
	/** Default 67. */
	readonly dhcpPort?: number | undefined;
	/** Told of everything that happens; what it throws is dropped. */
	readonly onEvent?: ((event: DhcpServerEvent) => void) | undefined;
}

/** A running DHCP server. */
export type DhcpServer = DhcpSockets;

/** The time since 1970 by a clock that is never set back or forward: leases must not end because the date was wrong. */
function steadyNow(): number {
	return performance.timeOrigin + performance.now();
}

/**
 * Serves DHCP for a lab: addresses from pools and reservations, and what to boot in the same answer. With `boot` it
 * answers on port 4011 too. Nothing that arrives can end the process; whatever is not answered is told to `onEvent`
 * with its reason.
 *
 * It serves the network of `serverAddress`, and those whose relays send to that address. A machine with several
 * networks hears the broadcasts of all of them on the same port: run it where there is one, or in a network namespace.
 *
 * Ports 67 and 4011 need rights: root, or the capability `cap_net_bind_service`.
 *
 * @throws a `PxekitError` when a socket can't be opened: `no-permission`, `port-in-use`, `no-such-address`; what
 *   {@link createDhcpResponder} throws
 * @example
 * ```ts no-run
 * import { serveDhcp } from 'pxekit/node';
 *
 * const server = await serveDhcp({
 *   serverAddress: '10.0.0.1',
 *   networks: [{ subnet: '10.0.0.0/24', pool: [{ from: '10.0.0.100', to: '10.0.0.199' }], options: { router: ['10.0.0.1'] } }],
 *   reservations: [{ mac: '52:54:00:12:34:56', address: '10.0.0.10' }],
 *   boot: (client) => ({ file: client.architecture.firmware === 'uefi' ? 'ipxe.efi' : 'undionly.kpxe' }),
 *   onEvent: (event) => console.log(event.type, 'address' in event ? event.address : ''),
 * });
 * process.once('SIGINT', () => server.close());
 * ```
 */
export async function serveDhcp({
	dhcpPort = 67,
	pxePort = 4011,
	clientPort,
	broadcastAddress,
	multicastAddress,
	maxPending,
	capture,
	signal,
	onEvent,
	...options
}: ServeDhcpOptions): Promise<DhcpServer> {
	const responder = createDhcpResponder(options);
	return serveDhcpSockets<DhcpReply, DhcpIgnoredReason>({
		addresses: [options.serverAddress],
		dhcpPort,
		pxePort: options.boot ? pxePort : false,
		clientPort,
		broadcastAddress,
		multicastAddress,
		maxPending,
		capture,
		signal,
		responderOf: () => (request, received) => responder.respond(request, received, steadyNow()),
		onSent({ answer, ...sent }) {
			const type = ({ OFFER: 'offer', ACK: 'ack', NAK: 'nak' } as const)[answer.type];
			return onEvent?.({ type, address: answer.lease?.address, answer, ...sent });
		},
		onEvent: (event) => onEvent?.(event),
	});
}
