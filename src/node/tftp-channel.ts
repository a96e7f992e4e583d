import type { Socket } from 'node:dgram';
import { tftpErrorCode, tftpErrorText } from '../tftp/error-codes.ts';
import { encodeTftp } from '../tftp/packet.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { PxekitError } from '../wire/errors.ts';
import type { DatagramRecorder } from './capture-recorder.ts';
import type { TransferChannel } from './tftp-drive.ts';
import { closeUdpSocket, openUdpSocket } from './udp-socket.ts';

/** Where a transfer's own socket is bound, and what it hears. */
export interface OwnSocketOptions {
	/** The address that the client has asked. */
	readonly address: string;
	/** First and last port to choose from; any free port when not given. */
	readonly portRange?: readonly [number, number] | undefined;
	readonly recorder?: DatagramRecorder | undefined;
	readonly peer: Endpoint;
	readonly onDatagram: (bytes: Uint8Array) => void;
	/** Something came from elsewhere. It was answered with ERROR 5. */
	readonly onStranger: (from: Endpoint) => void;
	readonly onError: (error: Error) => void;
}

const unknownTransfer = encodeTftp({
	kind: 'error',
	code: tftpErrorCode('unknownTransferId'),
	message: tftpErrorText('unknownTransferId'),
});

/** Opens a socket for one transfer: its port is the transfer ID (RFC 1350 section 4). */
export async function openOwnSocket(options: OwnSocketOptions): Promise<TransferChannel> {
	const { peer } = options;
	const socket = await bind(options);
	let closed = false;
	socket.on('message', (bytes, from) => {
		if (closed) return;
		if (from.port === peer.port && from.address === peer.address) return options.onDatagram(bytes);
		// An ERROR is never answered, or two servers could go on for ever.
		if (bytes[1] !== 5) socket.send(unknownTransfer, from.port, from.address);
		options.onStranger({ address: from.address, port: from.port });
	});
	socket.on('error', (error) => {
		if (!closed) options.onError(error);
	});
	return {
		send(datagram) {
			if (!closed) socket.send(datagram, peer.port, peer.address);
		},
		close() {
			if (closed) return;
			closed = true;
			void closeUdpSocket(socket);
		},
	};
}

async function bind({ address, portRange, recorder }: OwnSocketOptions): Promise<Socket> {
	const socket = { address, recorder, purpose: 'TFTP' };
	if (!portRange) return openUdpSocket({ ...socket, port: 0 });
	const [first, last] = portRange;
	const count = last - first + 1;
	const start = Math.floor(Math.random() * count);
	for (let i = 0; i < count; i++) {
		try {
			return await openUdpSocket({ ...socket, port: first + ((start + i) % count) });
		} catch (error) {
			if (!(error instanceof PxekitError && error.code === 'port-in-use')) throw error;
		}
	}
	throw new PxekitError('no-free-port', `all ports from ${first} to ${last} are in use`);
}
