import {
	type TftpFile,
	TftpRefusal,
	type TftpServerOptions,
	tftpFileSize,
	tftpGet,
	tftpGetStream,
	tftpPut,
	virtualFiles,
} from 'pxekit/node';
import { describe, expect, test, vi } from 'vitest';
import { patternedContent } from '../tftp/simulated-network.ts';
import { openPeer, serveFile } from './tftp-fixture.ts';

const content = patternedContent(100_000);

const serve = (options: Partial<TftpServerOptions> = {}) => serveFile(content, options);

/** An upload handler that keeps what it gets. */
function keeper() {
	const kept = new Map<string, Uint8Array>();
	const calls: string[] = [];
	const write: TftpServerOptions['write'] = ({ filename }) => {
		const parts: Uint8Array[] = [];
		return {
			async write(part) {
				await new Promise((resolve) => setImmediate(resolve));
				parts.push(part.slice());
			},
			close() {
				calls.push('close');
				kept.set(filename, Buffer.concat(parts));
			},
			abort() {
				calls.push('abort');
			},
		};
	};
	return { kept, calls, write };
}

describe('tftpGet', () => {
	test('tells its progress', async () => {
		const { file } = await serve();
		const told: number[] = [];
		await tftpGet(file('file'), { onProgress: ({ bytes, size }) => told.push(bytes / (size ?? 0)) });
		expect(told.at(-1)).toBe(1);
		expect(told).toEqual([...told].sort((a, b) => a - b));
	});

	test('hands over part by part, and stops when the reader leaves', async () => {
		const { file, server, events } = await serve();
		const parts: Uint8Array[] = [];
		for await (const part of tftpGetStream(file('file'), { windowSize: 4 })) parts.push(part);
		expect(Buffer.compare(Buffer.concat(parts), content)).toBe(0);
		let taken = 0;
		for await (const part of tftpGetStream(file('file'))) {
			expect(part.length).toBe(1468);
			if (++taken === 20) break;
		}
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0));
		expect(events.find((event) => event.type === 'failed')).toMatchObject({
			by: 'client',
			message: 'Transfer aborted',
		});
		const missing = tftpGetStream(file('missing'));
		await expect(missing.next()).rejects.toMatchObject({ tftpCode: 1 });
	});

	test('is ended by its signal, and tells the server', async () => {
		const { file, events } = await serve();
		const controller = new AbortController();
		const reason = new Error('enough');
		const getting = tftpGet(file('file'), {
			blockSize: 512,
			windowSize: 1,
			signal: controller.signal,
			onProgress: ({ bytes }) => bytes > 5_000 && controller.abort(reason),
		});
		await expect(getting).rejects.toBe(reason);
		await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'failed', by: 'client' }));
		await expect(tftpGet(file('file'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
	});

	test('takes no more than it wants', async () => {
		const { file } = await serve();
		await expect(tftpGet(file('file'), { maxBytes: 99_999 })).rejects.toMatchObject({ by: 'us', tftpCode: 3 });
		expect((await tftpGet(file('file'), { maxBytes: 100_000 })).length).toBe(100_000);
	});

	test('says when nobody answers', async () => {
		const silent = await openPeer();
		const timing = { initialTimeout: 10, firstGiveUpAfter: 100 };
		const getting = tftpGet({ address: '127.0.0.1', port: silent.port, filename: 'x', timing });
		await expect(getting).rejects.toMatchObject({ code: 'no-answer', by: 'silence' });
		expect((await silent.during(1)).length).toBeGreaterThan(2);
	});

	test('answers a stranger with ERROR 5 and goes on', async () => {
		const [server, stranger] = [await openPeer(), await openPeer()];
		const getting = tftpGet({ address: '127.0.0.1', port: server.port, filename: 'x', blockSize: 512, windowSize: 1 });
		const request = await server.next();
		expect(request.packet).toMatchObject({ kind: 'rrq', filename: 'x', options: [{ name: 'tsize', value: '0' }] });
		server.send({ kind: 'data', block: 1, data: new Uint8Array(512) }, request.port);
		await server.next();
		stranger.send({ kind: 'data', block: 2, data: new Uint8Array(3) }, request.port);
		expect((await stranger.next()).packet).toMatchObject({ kind: 'error', code: 5 });
		server.send({ kind: 'data', block: 2, data: new Uint8Array(1) }, request.port);
		expect((await getting).length).toBe(513);
	});

	test.each(['http://h/x', 'tftp://', 'nonsense', 'tftp:///x'])('refuses %j for an address', async (url) => {
		await expect(tftpGet(url)).rejects.toMatchObject({ code: 'bad-url' });
	});
});

describe('streams as sources', () => {
	async function* parts(count: number): AsyncGenerator<Uint8Array> {
		for (let i = 0; i < count; i++) yield content.subarray(i * 1000, (i + 1) * 1000);
	}

	test.each<[string, () => TftpFile, number | undefined]>([
		['an async generator', () => parts(100), undefined],
		['a stream of known size', () => ({ stream: parts(100), size: 100_000 }), 100_000],
		['a stream that is buffered first', () => ({ stream: parts(100), bufferFirst: 200_000 }), 100_000],
		['a web stream', () => new Blob([Buffer.from(content)]).stream(), undefined],
	])('%s', async (_name, create, size) => {
		const { file } = await serve({ source: () => create() });
		expect(Buffer.compare(await tftpGet(file('x')), content)).toBe(0);
		expect(await tftpFileSize(file('x'))).toBe(size);
	});

	test('refuses a stream that is too long to buffer', async () => {
		const { file } = await serve({ source: () => ({ stream: parts(100), bufferFirst: 99_999 }) });
		await expect(tftpGet(file('x'))).rejects.toMatchObject({ tftpCode: 0 });
	});

	test('ends the transfer with an ERROR when the stream breaks in the middle', async () => {
		let closed = false;
		async function* broken(): AsyncGenerator<Uint8Array> {
			try {
				yield* parts(90);
				throw new Error('/secret/path');
			} finally {
				closed = true;
			}
		}
		const { file, events } = await serve({ source: () => broken() });
		const failure = await tftpGet(file('x')).catch((error: Error) => error);
		expect(failure).toMatchObject({ tftpCode: 0, message: expect.not.stringContaining('secret') });
		expect(events.at(-1)).toMatchObject({ type: 'failed', by: 'source', error: { message: '/secret/path' } });
		expect(closed).toBe(true);
	});

	test('lets go of a stream when its client goes', async () => {
		let closed = false;
		async function* endless(): AsyncGenerator<Uint8Array> {
			try {
				for (;;) yield new Uint8Array(1000);
			} finally {
				closed = true;
			}
		}
		const { file } = await serve({ source: () => endless() });
		for await (const _part of tftpGetStream(file('x'))) break;
		await vi.waitFor(() => expect(closed).toBe(true));
	});
});

describe('tftpPut', () => {
	test.each([0, 1, 511, 512, 1468, 1469, 100_000])('brings %i bytes', async (size) => {
		const { kept, calls, write } = keeper();
		const { file, events } = await serve({ write });
		await tftpPut(file('up'), content.subarray(0, size));
		expect(kept.get('up')).toEqual(Buffer.from(content.subarray(0, size)));
		expect(calls).toEqual(['close']);
		expect(events.find((event) => event.type === 'done')).toMatchObject({ bytes: size, direction: 'write' });
	});

	test('brings streams, in windows and in lock-step', async () => {
		const { kept, write } = keeper();
		const { file } = await serve({ write, singlePort: true });
		for (const windowSize of [1, 3, 64]) {
			await tftpPut(file('up'), new Blob([Buffer.from(content)]).stream(), { windowSize, blockSize: 700 });
			expect(Buffer.compare(kept.get('up') ?? new Uint8Array(0), content)).toBe(0);
			kept.clear();
		}
	});

	test.each<[string, TftpServerOptions['write'], number]>([
		['without a handler', undefined, 2],
		['by the handler', () => undefined, 2],
		[
			'in words of the handler',
			() => {
				throw new TftpRefusal('fileExists');
			},
			6,
		],
		[
			'when the disk is full',
			() => ({
				write() {
					throw Object.assign(new Error('ENOSPC: /srv'), { code: 'ENOSPC' });
				},
				close() {},
				abort() {},
			}),
			3,
		],
		[
			'when it can not be closed',
			() => ({ write() {}, close: () => Promise.reject(Object.assign(new Error(), { code: 'ENOSPC' })), abort() {} }),
			3,
		],
	])('is refused %s', async (_name, write, code) => {
		const { file } = await serve({ write });
		const failure = tftpPut(file('up'), content);
		await expect(failure).rejects.toMatchObject({ code: 'peer-error', tftpCode: code });
	});

	test('that breaks off is told to the handler', async () => {
		const { calls, write } = keeper();
		const { file, events } = await serve({ write });
		async function* broken(): AsyncGenerator<Uint8Array> {
			yield content.subarray(0, 50_000);
			throw new Error('broken');
		}
		await expect(tftpPut(file('up'), broken())).rejects.toThrow('broken');
		await vi.waitFor(() => expect(events.at(-1)).toMatchObject({ type: 'failed', by: 'client' }));
		expect(calls).toEqual(['abort']);
	});

	test('that has not the size it announced is refused', async () => {
		const { calls, write } = keeper();
		const { file } = await serve({ write });
		const lying = { stream: new Blob([Buffer.from(content)]).stream(), size: 99_000 };
		await expect(tftpPut(file('up'), lying)).rejects.toMatchObject({ code: 'peer-error', tftpCode: 0 });
		await vi.waitFor(() => expect(calls).toEqual(['abort']));
	});
});

describe('netascii', () => {
	// A CR at the border of a block and of a window.
	const text = new TextEncoder().encode(`${'x'.repeat(511)}\r${'y'.repeat(1021)}\n${'z\r\n\n\r'.repeat(3000)}\r`);

	test.each([1, 4])('is brought and fetched unchanged, windows of %i', async (windowSize) => {
		const { kept, write } = keeper();
		const { file, events } = await serve({ write, source: virtualFiles({ text }) });
		const settings = { mode: 'netascii', blockSize: 512, windowSize } as const;
		expect(Buffer.compare(await tftpGet(file('text'), settings), text)).toBe(0);
		expect(events.find((event) => event.type === 'negotiated')).toMatchObject({ size: undefined });
		await tftpPut(file('up'), text, settings);
		expect(Buffer.compare(kept.get('up') ?? new Uint8Array(0), text)).toBe(0);
	});

	test('is on the wire what RFC 764 says', async () => {
		const { port } = await serve({ source: virtualFiles({ text: 'a\nb\rc' }) });
		const client = await openPeer();
		client.send({ kind: 'rrq', filename: 'text', mode: 'NetAscii', options: [{ name: 'tsize', value: '0' }] }, port);
		expect((await client.next()).packet).toEqual({
			kind: 'data',
			block: 1,
			data: Buffer.from('a\r\nb\r\0c'),
		});
	});
});
