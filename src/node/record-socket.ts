import type { Socket } from 'node:dgram';
import type { DatagramRecorder } from './capture-recorder.ts';
import { quietly } from './quietly.ts';

/** Has everything that a bound socket receives and sends recorded. Call it before anybody listens: answers come after questions. */
export function recordSocket(socket: Socket, recorder: DatagramRecorder): void {
	const { address, port } = socket.address();
	const local = { address, port };
	socket.on('message', (bytes, from) =>
		quietly(() => recorder.record({ from: { address: from.address, port: from.port }, to: local, bytes })),
	);
	const send = socket.send.bind(socket) as (...parameters: unknown[]) => void;
	const recorded = (bytes: Uint8Array, toPort: number, toAddress: string, ...rest: unknown[]): void => {
		quietly(() => recorder.record({ from: local, to: { address: toAddress, port: toPort }, bytes }));
		send(bytes, toPort, toAddress, ...rest);
	};
	socket.send = recorded as Socket['send'];
}
