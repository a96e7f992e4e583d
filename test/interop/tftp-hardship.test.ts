import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type TftpServerOptions, tftpGet, tftpPut, virtualFiles } from 'pxekit/node';
import { describe, expect, test, vi } from 'vitest';
import { type RawPeer, readRequest } from '../node/raw-tftp-peer.ts';
import { openPeer, serveFile } from '../node/tftp-fixture.ts';
import { patternedContent } from '../tftp/simulated-network.ts';

const content = patternedContent(20_000);

const small = patternedContent(300);
const long = patternedContent(500_000);

const serve = (options: Partial<TftpServerOptions> = {}) =>
	serveFile(content, { source: virtualFiles({ file: content, small, long }), ...options });

describe('sizes, blocks and windows', () => {
	const cases = ['127.0.0.1', '::1'].flatMap((address) =>
		[8, 199, 512, 1428, 9001, 65_464].flatMap((blockSize) =>
			[1, 2, 4, 16, 64, 256].map((windowSize) => ({ address, blockSize, windowSize })),
		),
	);

	const all = patternedContent(300_000);

	test.each(cases)('$address, blocks of $blockSize, windows of $windowSize', async (setting) => {
		const { address, blockSize, windowSize } = setting;
		const window = Math.min(blockSize * windowSize, 200_000);
		const sizes = [...new Set([0, 1, blockSize - 1, blockSize, blockSize + 1, window - 1, window, window + blockSize])];
		const files = new Map(sizes.map((size) => [`${size}`, all.subarray(0, size)]));
		const kept = new Map<string, Uint8Array>();
		const { server, events } = await serve({
			address,
			source: virtualFiles(Object.fromEntries(files)),
			maxBlockSize: 'as-asked',
			maxWindowSize: 256,
			write({ filename }) {
				const parts: Uint8Array[] = [];
				return {
					write: (part: Uint8Array) => parts.push(part.slice()),
					close: () => kept.set(filename, Buffer.concat(parts)),
					abort() {},
				};
			},
		});
		const port = server.addresses[0]?.port ?? 0;
		for (const [filename, expected] of files) {
			const target = { address, port, filename, blockSize, windowSize };
			expect(Buffer.compare(await tftpGet(target), expected)).toBe(0);
			await tftpPut(target, expected);
			expect(Buffer.compare(kept.get(filename) ?? Buffer.from('nothing'), expected)).toBe(0);
		}
		const agreed = events.filter((event) => event.type === 'negotiated');
		expect(agreed).toHaveLength(2 * files.size);
		for (const event of agreed) expect(event).toMatchObject({ blockSize, windowSize });
	});
});

describe('crowds', () => {
	test('1000 clients at once, none fails', async () => {
		const { port, server, count } = await serve({ singlePort: true, maxTransfersPerAddress: 1_000 });
		const get = () => tftpGet({ address: '127.0.0.1', port, filename: 'file', blockSize: 1428 });
		const sizes = await Promise.all(Array.from({ length: 1_000 }, async () => Buffer.compare(await get(), content)));
		expect(sizes.every((difference) => difference === 0)).toBe(true);
		// A transfer whose last ACK was lost is kept for 10 seconds.
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0), { timeout: 12_000 });
		expect(count('done')).toBe(1_000);
		expect(count('failed')).toBe(0);
	});

	test.each([false, true])('2,000 requests at one stroke are all answered; one port: %s', async (singlePort) => {
		const { port, server, count } = await serve({ singlePort });
		const machines = await Promise.all(Array.from({ length: 2_000 }, () => openPeer()));
		const boots = async (machine: RawPeer) => {
			for (let tries = 1; ; tries++) {
				machine.send(readRequest('small'), port);
				try {
					const { packet, port: transferPort } = await machine.next(3_000);
					machine.send({ kind: 'ack', block: 1 }, transferPort);
					return packet.kind === 'data' ? new Uint8Array(packet.data) : packet;
				} catch (error) {
					// The system drops what does not fit into the server's receive buffer; firmware asks again.
					if (tries === 4) throw error;
				}
			}
		};
		const answers = await Promise.all(machines.map(boots));
		for (const answer of answers) expect(answer).toEqual(small);
		// A transfer whose last ACK was dropped is remembered for ten seconds.
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0), { timeout: 12_000 });
		expect(count('done')).toBe(2_000);
		expect(count('failed') + count('refused')).toBe(0);
	});

	test('of 64 clients none is far behind when the first is done', async () => {
		const { file } = await serve();
		const had = Array.from({ length: 64 }, () => 0);
		const get = (i: number) =>
			tftpGet(file('long'), {
				windowSize: 1,
				onProgress: ({ bytes }) => {
					had[i] = bytes;
				},
			});
		const all = had.map((_, i) => get(i));
		await Promise.race(all);
		expect(Math.min(...had)).toBeGreaterThan(0.75 * long.length);
		await Promise.all(all);
	});
});

describe('too few file descriptors', () => {
	const script = `
		import { serveTftp, virtualFiles } from 'pxekit/node';
		const server = await serveTftp({
			address: '127.0.0.1', port: 0, source: virtualFiles({ file: new Uint8Array(20000) }),
			onEvent: (event) => event.type === 'refused' && console.log('refused', event.error?.code),
		});
		console.log(server.addresses[0].port);`;

	test('are told to the client, and the server goes on', async () => {
		const args = ['--import', 'tsx', '--input-type=module', '-e', script];
		const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
		try {
			let said = '';
			child.stdout.on('data', (bytes) => {
				said += bytes;
			});
			await vi.waitFor(() => expect(said).toMatch(/^\d+\n/), { timeout: 10_000 });
			const port = Number.parseInt(said, 10);
			const limit = readdirSync(`/proc/${child.pid}/fd`).length + 20;
			execFileSync('prlimit', [`--pid=${child.pid}`, `--nofile=${limit}:${limit}`]);
			const clients = await Promise.all(Array.from({ length: 60 }, () => openPeer()));
			for (const client of clients) client.send(readRequest('file'), port);
			const answers = await Promise.all(clients.map((client) => client.next()));
			const refused = answers.filter(({ packet }) => packet.kind === 'error');
			expect(refused.length).toBeGreaterThan(0);
			expect(refused.length).toBeLessThan(60);
			for (const { packet } of refused) expect(packet).toMatchObject({ code: 0, message: 'Server busy, try again' });
			await vi.waitFor(() => expect(said.match(/refused too-many-files/g)).toHaveLength(refused.length));
			for (const [i, { packet, port: transferPort }] of answers.entries()) {
				if (packet.kind === 'data') clients[i]?.send({ kind: 'error', code: 0, message: '' }, transferPort);
			}
			// It takes a moment until their sockets are closed.
			await vi.waitFor(
				async () => expect(await tftpGet({ address: '127.0.0.1', port, filename: 'file' })).toHaveLength(20_000),
				{ timeout: 5_000 },
			);
		} finally {
			child.kill();
			await once(child, 'exit');
		}
	});
});
