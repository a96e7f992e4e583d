import { networkInterfaces } from 'node:os';
import type { DhcpPacket } from '../dhcp/index.ts';
import {
	type BootClient,
	type BootFunction,
	createProxyDhcp,
	type IgnoredReason,
	type ProxyReply,
} from '../pxe/index.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { PxekitError } from '../wire/errors.ts';
import { type DhcpSocketEvent, type DhcpSocketOptions, type DhcpSockets, serveDhcpSockets } from './dhcp-sockets.ts';

/** What a proxyDHCP server tells of its work. `from` is the sender of the packet in question. */
export type ProxyDhcpEvent =
	| DhcpSocketEvent<IgnoredReason>
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
	  };

/** Settings of {@link serveProxyDhcp}. */
export interface ServeProxyDhcpOptions extends DhcpSocketOptions {
	/** Decides what each client boots. */
	readonly boot: BootFunction;
	/**
	 * This machine's own IPv4 addresses to serve on. Default, and with `0.0.0.0` among them: all but loopback. Node does
	 * not tell which network a broadcast came from, so a client without an address is answered on the network of each
	 * of these addresses, and hears the answer on its own.
	 */
	readonly addresses?: readonly string[] | undefined;
	/**
	 * Default 67. `false` when a DHCP server on the same machine sends option 60 itself: clients then come straight to
	 * port 4011, and port 67 stays with the DHCP server.
	 */
	readonly dhcpPort?: number | false | undefined;
	/** Told of everything that happens; what it throws is dropped. */
	readonly onEvent?: ((event: ProxyDhcpEvent) => void) | undefined;
}

/** A running proxyDHCP server. */
export type ProxyDhcpServer = DhcpSockets;

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
export async function serveProxyDhcp({
	boot,
	addresses: given = ['0.0.0.0'],
	dhcpPort = 67,
	pxePort = 4011,
	onEvent,
	...sockets
}: ServeProxyDhcpOptions): Promise<ProxyDhcpServer> {
	const addresses = given.includes('0.0.0.0') ? ownAddresses() : given;
	if (addresses.length === 0) throw new PxekitError('no-such-address', 'this machine has no IPv4 address to serve on');
	return serveDhcpSockets<ProxyReply, IgnoredReason>({
		...sockets,
		addresses,
		dhcpPort,
		pxePort,
		responderOf: (address) => createProxyDhcp({ serverAddress: address, boot }).respond,
		onSent({ answer, request, from, destination }) {
			const { client, file, type } = answer;
			return onEvent?.({ type: type === 'OFFER' ? 'offer' : 'ack', client, file, from, destination, request, answer });
		},
		onEvent: (event) => onEvent?.(event),
	});
}
