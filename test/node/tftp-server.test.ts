import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PxekitError } from 'pxekit';
import { TftpRefusal, type TftpServerOptions, type TftpTransferError, tftpFileSize, tftpGet } from 'pxekit/node';
import { describe, expect, test, vi } from 'vitest';
import { readRequest } from './raw-tftp-peer.ts';
import { openPeer, serveFile } from './tftp-fixture.ts';

const content = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

const serve = (options: Partial<TftpServerOptions> = {}) => serveFile(content, options);

describe('serveTftp', () => {
	test('serves with and without options, from a port of its own', async () => {
		const { port } = await serve();
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'file' })).toEqual(content);
		const plain = { blockSize: 512, windowSize: 1 };
		expect(await tftpGet({ address: '127.0.0.1', port, filename: '/file', ...plain })).toEqual(content);
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'empty' })).toEqual(new Uint8Array(0));
		const client = await openPeer();
		client.send(readRequest('file'), port);
		const answer = await client.next();
		expect(answer.packet).toMatchObject({ kind: 'data', block: 1 });
		expect(answer.port).not.toBe(port);
	});

	test('calls a size probe a probe, and keeps nothing of it', async () => {
		const { server, port, events } = await serve();
		expect(await tftpFileSize({ address: '127.0.0.1', port, filename: 'file' })).toBe(3000);
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0));
		expect(events.map((event) => event.type)).toEqual(['request', 'negotiated', 'probe']);
		expect(events[2]).toMatchObject({ size: 3000, bytes: 0, filename: 'file', client: { address: '127.0.0.1' } });
	});

	test('answers a stranger with ERROR 5 and goes on', async () => {
		const { port, events } = await serve();
		const client = await openPeer();
		const stranger = await openPeer();
		client.send(readRequest('file'), port);
		const first = await client.next();
		stranger.send({ kind: 'ack', block: 1 }, first.port);
		expect((await stranger.next()).packet).toMatchObject({ kind: 'error', code: 5 });
		stranger.send({ kind: 'error', code: 0, message: '' }, first.port);
		expect(await stranger.during(50)).toEqual([]);
		client.send({ kind: 'ack', block: 1 }, first.port);
		await vi.waitFor(async () => expect((await client.next()).packet).toMatchObject({ kind: 'data', block: 2 }));
		expect(events.map((event) => event.type)).toContain('ignored');
	});

	test('answers a repeated request from the same port with the same packet', async () => {
		const { server, port, events } = await serve();
		const client = await openPeer();
		client.send(readRequest('file', { blksize: 1024 }), port);
		const first = await client.next();
		client.send(readRequest('file', { blksize: 1024 }), port);
		const second = await client.next();
		expect(second).toEqual(first);
		expect(server.activeTransfers).toBe(1);
		expect(events.map((event) => event.type).filter((type) => type === 'repeat')).toHaveLength(1);
	});

	test('lets another request from the same port replace the first', async () => {
		const { server, port, events } = await serve();
		const client = await openPeer();
		client.send(readRequest('file', { blksize: 1024 }), port);
		const first = await client.next();
		client.send(readRequest('empty'), port);
		const second = await client.next();
		expect(second.packet).toMatchObject({ kind: 'data', block: 1, data: { length: 0 } });
		expect(second.port).not.toBe(first.port);
		expect(server.activeTransfers).toBe(1);
		expect(events.find((event) => event.type === 'failed')).toMatchObject({ by: 'replaced', filename: 'file' });
	});

	test('gives each refusal its code, and tells no path', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'pxekit-'));
		await writeFile(join(folder, 'x'), 'x');
		const { port, events } = await serve({
			source: ({ filename }) => {
				if (filename === 'denied') throw new TftpRefusal('accessViolation', 'Not for you');
				if (filename === 'broken') throw new Error(`no ${folder}`);
				if (filename === 'later') {
					return (async function* () {
						yield new Uint8Array(0);
						throw new Error(folder);
					})();
				}
				return undefined;
			},
		});
		await rm(folder, { recursive: true });
		const codeOf = (filename: string) =>
			tftpGet({ address: '127.0.0.1', port, filename }).then(
				() => undefined,
				(error: TftpTransferError) => [error.code, error.tftpCode, error.message],
			);
		expect(await codeOf('missing')).toEqual(['peer-error', 1, expect.stringContaining('File not found')]);
		expect(await codeOf('denied')).toEqual(['peer-error', 2, expect.stringContaining('Not for you')]);
		expect(await codeOf('broken')).toEqual(['peer-error', 0, expect.not.stringContaining(folder)]);
		expect(await codeOf('later')).toEqual(['peer-error', 0, expect.not.stringContaining(folder)]);
		const refused = events.filter((event) => event.type === 'refused');
		expect(refused.map((event) => event.code)).toEqual([1, 2, 0]);
		expect(refused[2]).toMatchObject({ error: { message: `no ${folder}` } });
	});

	test('refuses unknown modes, uploads and malformed requests, and ignores the rest', async () => {
		const { server, port, events } = await serve();
		const client = await openPeer();
		client.send({ kind: 'rrq', filename: 'file', mode: 'mail', options: [] }, port);
		expect((await client.next()).packet).toMatchObject({ kind: 'error', code: 4 });
		client.send({ kind: 'wrq', filename: 'file', mode: 'octet', options: [] }, port);
		expect((await client.next()).packet).toMatchObject({ kind: 'error', code: 2 });
		client.send(Uint8Array.of(0, 1, 0x66), port);
		expect((await client.next()).packet).toMatchObject({ kind: 'error', code: 4 });
		client.send({ kind: 'ack', block: 1 }, port);
		client.send(Uint8Array.of(0, 9, 1), port);
		client.send(new Uint8Array(0), port);
		expect(await client.during(50)).toEqual([]);
		expect(events.map((event) => event.type).filter((type) => type === 'ignored')).toHaveLength(4);
		expect(server.activeTransfers).toBe(0);
	});

	test('closes within a second, tells its clients, and may be started again', async () => {
		const { server, port } = await serve();
		const client = await openPeer();
		client.send(readRequest('file'), port);
		await client.next();
		const before = performance.now();
		await server.close();
		await server.close();
		expect(performance.now() - before).toBeLessThan(1000);
		expect((await client.next()).packet).toMatchObject({ kind: 'error', code: 0, message: 'Server stopped' });
		const again = await serve({ port });
		expect(await tftpGet({ address: '127.0.0.1', port: again.port, filename: 'file' })).toEqual(content);
	});

	test('closes when its signal is aborted', async () => {
		const controller = new AbortController();
		const { port } = await serve({ signal: controller.signal });
		controller.abort();
		await vi.waitFor(async () => {
			await (await serve({ port })).server.close();
		});
		await expect(serve({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
	});

	test.each<[string, Partial<TftpServerOptions>, string]>([
		['an address of another machine', { address: '192.0.2.1' }, 'no-such-address'],
		['a port that is no port', { port: 70_000 }, 'bad-option'],
		['a limit of nothing', { maxTransfers: 0 }, 'bad-option'],
		['a port range that runs down', { portRange: [5000, 4000] }, 'bad-option'],
		['a block size that no packet can hold', { maxBlockSize: 70_000 }, 'bad-policy'],
		['two ways to say where', { address: '127.0.0.1', addresses: ['127.0.0.1'] }, 'bad-option'],
	])('says what is wrong with %s', async (_name, options, code) => {
		const failure = await serve(options).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(PxekitError);
		expect(failure).toMatchObject({ code });
	});

	test('says when its port is taken', async () => {
		const { port } = await serve();
		await expect(serve({ port })).rejects.toMatchObject({ code: 'port-in-use' });
	});
});
