import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Has QEMU's monitor (a Unix socket) write the first bytes of the machine's memory into a file, and reads it. */
export async function dumpMemory(monitor: string, length: number, file: string): Promise<Uint8Array> {
	const socket = connect(monitor);
	await once(socket, 'connect');
	socket.write(`pmemsave 0 ${length} "${file}"\n`);
	try {
		for (let left = 100; sizeOf(file) < length; left--) {
			if (left === 0) throw new Error(`QEMU wrote ${sizeOf(file)} of ${length} bytes of memory`);
			await sleep(50);
		}
	} finally {
		socket.destroy();
	}
	return new Uint8Array(readFileSync(file));
}

function sizeOf(file: string): number {
	return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
