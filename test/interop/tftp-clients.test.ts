import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { directorySource, serveTftp, type TftpEvent, type TftpServer } from 'pxekit/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);

/** Sizes around a block of 512 and around the largest file that 16 bits of block number count at that size. */
const sizes = [0, 1, 511, 512, 513, 1024 * 1024, 33 * 1024 * 1024 + 123];

interface ClientProgram {
	readonly name: string;
	readonly program: string;
	readonly args: (port: number, file: string, saved: string) => string[];
	/** What the server must have agreed to. */
	readonly blockSize: number;
	readonly windowSize: number;
}

const clients: readonly ClientProgram[] = [
	{
		name: 'curl, block size 512',
		program: '/usr/bin/curl',
		args: (port, file, saved) => ['-sS', '-o', saved, `tftp://127.0.0.1:${port}/${file}`],
		blockSize: 512,
		windowSize: 1,
	},
	{
		name: 'curl, block size 1428',
		program: '/usr/bin/curl',
		args: (port, file, saved) => ['-sS', '--tftp-blksize', '1428', '-o', saved, `tftp://127.0.0.1:${port}/${file}`],
		blockSize: 1428,
		windowSize: 1,
	},
	{
		name: 'curl without options',
		program: '/usr/bin/curl',
		args: (port, file, saved) => ['-sS', '--tftp-no-options', '-o', saved, `tftp://127.0.0.1:${port}/${file}`],
		blockSize: 512,
		windowSize: 1,
	},
	{
		name: 'tftp-hpa',
		program: '/usr/bin/tftp',
		args: (port, file, saved) => ['-4', '-m', 'binary', '127.0.0.1', String(port), '-c', 'get', file, saved],
		blockSize: 512,
		windowSize: 1,
	},
	{
		name: 'atftp, block size 1468',
		program: '/usr/bin/atftp',
		args: (port, file, saved) => atftp(port, file, saved, 'blksize 1468'),
		blockSize: 1468,
		windowSize: 1,
	},
	{
		name: 'atftp, block size 1024, windows of 16',
		program: '/usr/bin/atftp',
		args: (port, file, saved) => atftp(port, file, saved, 'blksize 1024', 'windowsize 16'),
		blockSize: 1024,
		windowSize: 16,
	},
	{
		name: 'busybox, block size 512',
		program: '/usr/bin/busybox',
		args: (port, file, saved) => ['tftp', '-g', '-r', file, '-l', saved, '127.0.0.1', String(port)],
		blockSize: 512,
		windowSize: 1,
	},
	{
		name: 'busybox, block size 1400',
		program: '/usr/bin/busybox',
		args: (port, file, saved) => ['tftp', '-g', '-b', '1400', '-r', file, '-l', saved, '127.0.0.1', String(port)],
		blockSize: 1400,
		windowSize: 1,
	},
];

function atftp(port: number, file: string, saved: string, ...options: string[]): string[] {
	return [
		...options.flatMap((option) => ['--option', option]),
		'-g',
		'-r',
		file,
		'-l',
		saved,
		'127.0.0.1',
		String(port),
	];
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let server: TftpServer;
let port: number;
const events: TftpEvent[] = [];
const digests = new Map<number, string>();

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'pxekit-tftp-'));
	for (const size of sizes) {
		const bytes = randomBytes(size);
		digests.set(size, digest(bytes));
		await writeFile(join(folder, `${size}.bin`), bytes);
	}
	server = await serveTftp({
		address: '127.0.0.1',
		port: 0,
		source: directorySource(folder),
		onEvent: (event) => events.push(event),
	});
	port = server.addresses[0]?.port ?? 0;
});

afterAll(async () => {
	await server?.close();
	await rm(folder, { recursive: true, force: true });
});

for (const { name, program, args, blockSize, windowSize } of clients) {
	describe.skipIf(!existsSync(program))(`${name} fetches from our server`, () => {
		test.each(sizes)('%i bytes', async (size) => {
			events.length = 0;
			const saved = join(folder, 'saved');
			await rm(saved, { force: true });
			await run(program, args(port, `${size}.bin`, saved), { timeout: 60_000 });
			expect(digest(await readFile(saved))).toBe(digests.get(size));
			const negotiated = events.filter((event) => event.type === 'negotiated');
			expect(negotiated).toMatchObject([{ blockSize, windowSize, size }]);
			// The last ACK may still be on its way when the program has ended.
			await expect.poll(() => events.filter((event) => event.type === 'done')).toMatchObject([{ bytes: size }]);
			expect(events.filter((event) => event.type === 'failed' || event.type === 'ignored')).toEqual([]);
		});

		test('a file that is not there', async () => {
			const saved = join(folder, 'saved');
			await rm(saved, { force: true });
			events.length = 0;
			const code = await run(program, args(port, 'missing', saved), { timeout: 30_000 }).then(
				() => 0,
				(error: { code: number }) => error.code,
			);
			// tftp-hpa says so on its console only.
			if (!program.endsWith('/tftp')) expect(code).not.toBe(0);
			// tftp-hpa acknowledges an ERROR, which is ignored.
			const answered = events.filter((event) => event.type !== 'ignored');
			expect(answered.map((event) => event.type)).toEqual(['request', 'refused']);
			expect(answered[1]).toMatchObject({ code: 1, message: 'File not found' });
		});
	});
}
