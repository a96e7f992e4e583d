import { createSocket, type Socket } from 'node:dgram';
import { decodeTftp, encodeTftp, type TftpPacket } from 'pxekit/tftp';

/** A bare socket that speaks TFTP packets, for tests that must do what no client does. */
export interface RawPeer {
	readonly port: number;
	send(packet: TftpPacket | Uint8Array, port: number): void;
	/** The next packet and the port that it came from; rejects when none comes in time. */
	next(milliseconds?: number): Promise<{ packet: TftpPacket; port: number }>;
	/** Whatever comes in that time. */
	during(milliseconds: number): Promise<{ packet: TftpPacket; port: number }[]>;
	close(): void;
}

export async function rawPeer(address = '127.0.0.1', boundPort = 0): Promise<RawPeer> {
	const socket: Socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
	const inbox: { packet: TftpPacket; port: number }[] = [];
	let wake = () => {};
	socket.on('message', (bytes, from) => {
		inbox.push({ packet: decodeTftp(bytes), port: from.port });
		wake();
	});
	await new Promise<void>((resolve) => socket.bind(boundPort, address, resolve));
	return {
		port: socket.address().port,
		send: (packet, port) => socket.send(packet instanceof Uint8Array ? packet : encodeTftp(packet), port, address),
		async next(milliseconds = 2_000) {
			if (inbox.length === 0) {
				await new Promise<void>((resolve, reject) => {
					const timer = setTimeout(() => reject(new Error(`nothing came for ${milliseconds} ms`)), milliseconds);
					wake = () => {
						clearTimeout(timer);
						resolve();
					};
				});
			}
			return inbox.shift() as { packet: TftpPacket; port: number };
		},
		async during(milliseconds) {
			await new Promise((resolve) => setTimeout(resolve, milliseconds));
			return inbox.splice(0);
		},
		close: () => socket.close(),
	};
}

/** A read request in octet mode. */
export function readRequest(filename: string, options: Record<string, string | number> = {}): TftpPacket {
	return {
		kind: 'rrq',
		filename,
		mode: 'octet',
		options: Object.entries(options).map(([name, value]) => ({ name, value: String(value) })),
	};
}
