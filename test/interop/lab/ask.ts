/**
 * Sends DHCP packets and prints the first answer to each, a line of hex, or `silent`. A program of its own, as Node can't
 * enter a network namespace by itself. Argument: a list of Question as JSON.
 */
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Question {
	readonly hex: string;
	readonly fromPort: number;
	readonly to: readonly [address: string, port: number];
	/** How long to wait for an answer, in milliseconds. */
	readonly wait: number;
}

for (const { hex, fromPort, to, wait } of JSON.parse(process.argv[2] ?? '') as Question[]) {
	const socket = createSocket({ type: 'udp4', reuseAddr: true });
	const answer = new Promise<string>((resolve) => {
		socket.on('message', (bytes) => resolve(bytes.toString('hex')));
	});
	await new Promise<void>((resolve) => socket.bind(fromPort, () => resolve()));
	socket.setBroadcast(true);
	socket.send(Buffer.from(hex, 'hex'), to[1], to[0]);
	process.stdout.write(`${await Promise.race([answer, sleep(wait, 'silent')])}\n`);
	socket.close();
}
