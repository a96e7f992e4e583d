import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TftpEvent, type TftpServerOptions, tftpDiagnosticsChannel, tftpGet, virtualFiles } from 'pxekit/node';
import { describe, expect, test, vi } from 'vitest';
import { patternedContent } from '../tftp/simulated-network.ts';
import { readRequest } from './raw-tftp-peer.ts';
import { failTransfers, openPeer, serveFile } from './tftp-fixture.ts';

const content = patternedContent(20_000);

const serve = (options: Partial<TftpServerOptions> = {}) => serveFile(content, options);

describe('one port for all', () => {
	test('carries many transfers at once, each with its own bytes', async () => {
		const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, patternedContent(9_000 + i, i)]));
		const { port, server, count } = await serve({ singlePort: true, source: virtualFiles(files) });
		const all = await Promise.all(
			Object.keys(files).map((filename, i) =>
				tftpGet({ address: '127.0.0.1', port, filename, windowSize: 1 + (i % 8), blockSize: 512 + i }),
			),
		);
		expect(all).toEqual(Object.values(files));
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0));
		expect(count('done')).toBe(40);
	});

	test('answers from that port, and ignores ACKs of no transfer', async () => {
		const { port, events } = await serve({ singlePort: true });
		const client = await openPeer();
		const stranger = await openPeer();
		client.send(readRequest('file', { blksize: 1000 }), port);
		expect((await client.next()).port).toBe(port);
		stranger.send({ kind: 'ack', block: 0 }, port);
		expect(await stranger.during(50)).toEqual([]);
		expect(events.at(-1)).toMatchObject({ type: 'ignored', reason: 'no-transfer' });
		client.send({ kind: 'ack', block: 0 }, port);
		expect((await client.next()).packet).toMatchObject({ kind: 'data', block: 1 });
	});
});

describe('ports and addresses', () => {
	test('keeps transfers within the port range, and says when all of it is in use', async () => {
		const base = 20_000 + (process.pid % 20_000);
		const { port, events } = await serve({ portRange: [base, base + 1] });
		const clients = [await openPeer(), await openPeer(), await openPeer()];
		for (const client of clients) client.send(readRequest('file'), port);
		const answers = await Promise.all(clients.map((client) => client.next()));
		const ports = answers.filter(({ packet }) => packet.kind === 'data').map((answer) => answer.port);
		expect(ports.sort()).toEqual([base, base + 1]);
		expect(answers.find(({ packet }) => packet.kind === 'error')?.packet).toMatchObject({ code: 0 });
		expect(events.find((event) => event.type === 'refused')).toMatchObject({ error: { code: 'no-free-port' } });
	});

	test.skipIf(!networkInterfaces().lo?.some((entry) => entry.family === 'IPv6'))('speaks IPv6', async () => {
		const { port, events } = await serve({ address: '::1' });
		expect(await tftpGet(`tftp://[::1]:${port}/file`, { blockSize: 9000 })).toEqual(content);
		expect(events.find((event) => event.type === 'negotiated')).toMatchObject({
			blockSize: 1448,
			local: { address: '::1' },
		});
	});

	test('listens on every address of the machine, each with a socket of its own', async () => {
		const { server } = await serve({ address: undefined, addresses: ['0.0.0.0'] });
		const addresses = server.addresses.map((local) => local.address);
		expect(addresses).toContain('127.0.0.1');
		expect(addresses).not.toContain('0.0.0.0');
	});

	test('answers from the address that was asked', async () => {
		const { server } = await serve({ address: undefined, addresses: ['127.0.0.2', '127.0.0.3'] });
		for (const local of server.addresses) {
			const bytes = await tftpGet({ address: local.address, port: local.port, filename: 'file' });
			expect(bytes).toEqual(content);
		}
		expect(server.addresses.map((local) => local.address)).toEqual(['127.0.0.2', '127.0.0.3']);
	});
});

describe('limits', () => {
	test('lets requests wait for their turn', async () => {
		const { port, server, count } = await serve({ maxTransfers: 2 });
		const all = await Promise.all(
			Array.from({ length: 20 }, () => tftpGet({ address: '127.0.0.1', port, filename: 'file' })),
		);
		expect(all.every((bytes) => Buffer.compare(bytes, content) === 0)).toBe(true);
		expect(count('busy')).toBeGreaterThan(0);
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0));
		expect(count('done')).toBe(20);
	});

	test('gives no turn to a client that went while it waited', async () => {
		const { port, server, events } = await serve({ maxTransfers: 1 });
		const [first, second] = [await openPeer(), await openPeer()];
		first.send(readRequest('file'), port);
		const { port: transferPort } = await first.next();
		second.send(readRequest('file'), port);
		await vi.waitFor(() => expect(events.at(-1)?.type).toBe('busy'));
		second.send({ kind: 'error', code: 0, message: 'gone' }, port);
		await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'failed', by: 'client' }));
		first.send({ kind: 'error', code: 0, message: '' }, transferPort);
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0));
		expect(await second.during(20)).toEqual([]);
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'file' })).toEqual(content);
	});

	test('drops or refuses what is too much, per address too', async () => {
		const refusing = await serve({ maxTransfersPerAddress: 1, whenFull: 'error' });
		const [first, second] = [await openPeer(), await openPeer()];
		first.send(readRequest('file'), refusing.port);
		await first.next();
		second.send(readRequest('file'), refusing.port);
		expect((await second.next()).packet).toMatchObject({ kind: 'error', code: 0, message: 'Server busy, try again' });
		expect(refusing.events.find((event) => event.type === 'busy')).toMatchObject({ limit: 'transfers-per-address' });

		const dropping = await serve({ maxTransfers: 1, whenFull: 'drop' });
		first.send(readRequest('file'), dropping.port);
		await first.next();
		second.send(readRequest('file'), dropping.port);
		expect(await second.during(50)).toEqual([]);
		first.send({ kind: 'error', code: 0, message: '' }, (await first.next()).port);
	});

	test('sends a forged address four packets at most', async () => {
		const { port, server, events } = await serve({ timing: { initialTimeout: 5, firstGiveUpAfter: 300 } });
		const victim = await openPeer();
		victim.send(readRequest('file', { blksize: 1024 }), port);
		expect(await victim.during(400)).toHaveLength(4);
		expect(server.activeTransfers).toBe(0);
		expect(events.find((event) => event.type === 'failed')).toMatchObject({ by: 'silence' });
	});

	test('leaves no socket, timer or listener behind 1000 failed transfers', async () => {
		await failTransfers(content, 50);
	});

	test('an own option that answers what can’t be sent is refused, and costs no socket', async () => {
		const { port, server } = await serve({ options: { odd: () => '€\0' } });
		const client = await openPeer();
		const udpSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length;
		// Sockets of tests before this one may still be closing.
		await vi.waitFor(() => expect(udpSockets()).toBeLessThanOrEqual(3));
		const before = udpSockets();
		for (let i = 0; i < 3; i++) {
			client.send(readRequest('file', { odd: i }), port);
			expect((await client.next()).packet).toMatchObject({ kind: 'error' });
		}
		expect(server.activeTransfers).toBe(0);
		expect(udpSockets()).toBeLessThanOrEqual(before);
	});

	test('a listener that rejects stops nothing', async () => {
		const onEvent = (async () => {
			throw new Error('no');
		}) as never;
		const { port } = await serve({ onEvent });
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'file' })).toEqual(content);
	});

	test('survives any datagram', async () => {
		const { port, server } = await serve();
		const client = await openPeer();
		const junk = patternedContent(4_000, 9);
		for (let i = 0; i < 400; i++) {
			const start = (i * 9) % 3_900;
			const bytes = junk.slice(start, start + (i % 40));
			if (bytes.length > 1 && i % 2 === 0) bytes.set([0, i % 9], 0);
			client.send(bytes, port);
		}
		await client.during(100);
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'file' })).toEqual(content);
		expect(server.addresses).toHaveLength(1);
	});
});

describe('events', () => {
	test('tell the story of a transfer, also on the diagnostics channel', async () => {
		const told: TftpEvent[] = [];
		const listen = (event: unknown) => told.push(event as TftpEvent);
		subscribe(tftpDiagnosticsChannel, listen);
		const { port, events } = await serve({ progressInterval: 1 });
		const client = await openPeer();
		client.send(readRequest('file', { blksize: 8192, tsize: 0 }), port);
		const oack = await client.next();
		expect(oack.packet).toMatchObject({
			kind: 'oack',
			options: [{ value: '1468' }, { name: 'tsize', value: '20000' }],
		});
		client.send({ kind: 'ack', block: 0 }, oack.port);
		for (let block = 1; block <= 14; block++) {
			await client.next();
			if (block === 3) {
				// The server's timer runs out once.
				await client.next();
				client.send({ kind: 'ack', block: 2 }, oack.port);
			}
			await sleep(2);
			client.send({ kind: 'ack', block }, oack.port);
		}
		await vi.waitFor(() => expect(events.at(-1)?.type).toBe('done'));
		unsubscribe(tftpDiagnosticsChannel, listen);
		expect(told).toEqual(events);
		expect(channel(tftpDiagnosticsChannel).hasSubscribers).toBe(false);
		const kinds = new Set(events.map((event) => event.type));
		expect([...kinds].sort()).toEqual(['done', 'duplicate', 'negotiated', 'progress', 'request', 'retransmit']);
		expect(events.at(-1)).toMatchObject({
			bytes: 20_000,
			acknowledged: true,
			filename: 'file',
			client: { address: '127.0.0.1', port: client.port },
			roundTrip: expect.any(Number),
		});
		expect(events.find((event) => event.type === 'retransmit')).toMatchObject({ reason: 'timeout', packets: 1 });
	});

	test('are not worth a server: what onEvent throws is lost', async () => {
		const { port } = await serve({
			onEvent: () => {
				throw new Error('mistake');
			},
		});
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'file' })).toEqual(content);
	});
});
