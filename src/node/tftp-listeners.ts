import type { RemoteInfo, Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Endpoint } from '../wire/endpoint.ts';
import { PxekitError } from '../wire/errors.ts';
import type { DatagramRecorder } from './capture-recorder.ts';
import { closeUdpSocket, endpointOf, openUdpSocket } from './udp-socket.ts';

/** A socket that requests come to. */
export interface TftpListener {
	readonly local: Endpoint;
	readonly family: 4 | 6;
	send(datagram: Uint8Array, to: Endpoint): void;
	close(): Promise<void>;
}

/** What a listener does with what comes. */
export interface ListenerHandlers {
	readonly onDatagram: (listener: TftpListener, bytes: Uint8Array, from: RemoteInfo) => void;
	readonly onError: (listener: TftpListener, error: Error) => void;
}

/** A burst of requests waits here while the process is busy. */
const receiveBuffer = 1024 * 1024;

/**
 * Opens one socket for each address: a reply must come from the address that was asked, and a socket bound to all
 * addresses could not say which that was. `0.0.0.0` and `::` stand for the addresses that the machine has now.
 */
export async function openListeners(
	addresses: readonly string[],
	port: number,
	recorder: DatagramRecorder | undefined,
	handlers: ListenerHandlers,
): Promise<TftpListener[]> {
	const wanted = addresses.flatMap((address) => expand(address));
	const isWildcard = wanted.length !== addresses.length || wanted.some((address, i) => address !== addresses[i]);
	const listeners: TftpListener[] = [];
	let failure: unknown;
	for (const address of wanted) {
		try {
			const socket = await openUdpSocket({ address, port, receiveBuffer, recorder, purpose: 'TFTP' });
			listeners.push(listen(socket, handlers));
		} catch (error) {
			failure = error;
			// Of all addresses some may fail, when a family is switched off or an address is on its way.
			if (!isWildcard) break;
		}
	}
	if (failure !== undefined && (!isWildcard || listeners.length === 0)) {
		await Promise.all(listeners.map((listener) => listener.close()));
		throw failure;
	}
	if (listeners.length === 0) throw new PxekitError('no-address', 'there is no address to serve TFTP on');
	return listeners;
}

function expand(address: string): string[] {
	if (address !== '0.0.0.0' && address !== '::') return [address];
	const family = address === '::' ? 'IPv6' : 'IPv4';
	return Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
		entries
			.filter((entry) => entry.family === family)
			.map((entry) => (entry.family === 'IPv6' && entry.scopeid > 0 ? `${entry.address}%${name}` : entry.address)),
	);
}

function listen(socket: Socket, handlers: ListenerHandlers): TftpListener {
	let closed = false;
	const listener: TftpListener = {
		local: endpointOf(socket),
		family: isIPv6(socket.address().address) ? 6 : 4,
		send(datagram, to) {
			if (!closed) socket.send(datagram, to.port, to.address);
		},
		close() {
			closed = true;
			return closeUdpSocket(socket);
		},
	};
	socket.on('message', (bytes, from) => handlers.onDatagram(listener, bytes, from));
	socket.on('error', (error) => handlers.onError(listener, error));
	return listener;
}
