import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Endpoint } from '../wire/endpoint.ts';
import { PxekitError } from '../wire/errors.ts';
import type { DatagramRecorder } from './capture-recorder.ts';
import { recordSocket } from './record-socket.ts';

/** How to open a UDP socket. */
export interface UdpSocketOptions {
	/** A local address. */
	readonly address: string;
	/** 0 lets the system choose. */
	readonly port: number;
	/** Bytes of the system's receive buffer; the system's default when not given. */
	readonly receiveBuffer?: number | undefined;
	/** Share the port with other programs that do the same, as DHCP servers on one machine must. Default `false`. */
	readonly shared?: boolean | undefined;
	/** Allow sending to broadcast addresses. Default `false`. */
	readonly broadcast?: boolean | undefined;
	/** Takes all that the socket receives and sends. */
	readonly recorder?: DatagramRecorder | undefined;
	/** What to call the port in errors: `TFTP`. */
	readonly purpose: string;
}

/**
 * Opens and binds a UDP socket. Addresses are never looked up: Node's default would ask the resolver for each datagram.
 *
 * @throws a {@link PxekitError}: `no-permission`, `port-in-use`, `no-such-address`, `too-many-files` or `socket-failed`
 * @internal
 */
export function openUdpSocket({
	address,
	port,
	receiveBuffer,
	shared = false,
	broadcast = false,
	recorder,
	purpose,
}: UdpSocketOptions): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const family = isIPv6(address) ? 6 : 4;
		const socket = createSocket({
			type: family === 6 ? 'udp6' : 'udp4',
			ipv6Only: family === 6,
			reuseAddr: shared,
			...(receiveBuffer !== undefined && { recvBufferSize: receiveBuffer }),
			lookup: ((host: string, _family: unknown, callback: (error: null, address: string, family: number) => void) =>
				callback(null, host, family)) as never,
		});
		const fail = (error: NodeJS.ErrnoException) => {
			socket.close();
			reject(openError(error, { address, port }, purpose));
		};
		socket.once('error', fail);
		socket.bind({ address, port, exclusive: true }, () => {
			socket.off('error', fail);
			if (broadcast) socket.setBroadcast(true);
			if (recorder) recordSocket(socket, recorder);
			resolve(socket);
		});
	});
}

function openError(error: NodeJS.ErrnoException, { address, port }: Endpoint, purpose: string): PxekitError {
	switch (error.code) {
		case 'EACCES':
			return new PxekitError(
				'no-permission',
				`no permission for ${purpose} port ${port}: run as root, give node the capability cap_net_bind_service, or choose a port above 1023`,
			);
		case 'EADDRINUSE':
			return new PxekitError('port-in-use', `${purpose} port ${port} of ${address} is in use by another program`);
		case 'EADDRNOTAVAIL':
			return new PxekitError('no-such-address', `this machine has no address ${address} to serve ${purpose} on`);
		case 'EMFILE':
		case 'ENFILE':
			return new PxekitError('too-many-files', `no socket for ${purpose}: too many open files`);
		default:
			return new PxekitError('socket-failed', `no socket for ${purpose} on ${address} port ${port}: ${error.message}`);
	}
}

/** A UDP port, or 0 for one that the system chooses. */
export function isPortOrZero(port: number): boolean {
	return Number.isInteger(port) && port >= 0 && port <= 65535;
}

/** Where a bound socket listens. */
export function endpointOf(socket: Socket): Endpoint {
	const { address, port } = socket.address();
	return { address, port };
}

/** Closes a socket, however often it is called. */
export function closeUdpSocket(socket: Socket): Promise<void> {
	return new Promise((resolve) => {
		try {
			socket.close(() => resolve());
		} catch {
			resolve();
		}
	});
}
