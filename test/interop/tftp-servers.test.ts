import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { serveTftp, tftpFileSize, tftpGet, tftpPut } from 'pxekit/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const sizes = [0, 1, 511, 512, 513, 1024 * 1024, 33 * 1024 * 1024 + 123];

interface ServerProgram {
	readonly name: string;
	readonly program: string;
	readonly args: (root: string, port: number) => string[];
	/** What it grants of a window of 16. */
	readonly windows: boolean;
	/** Takes uploads as started here. */
	readonly uploads: boolean;
}

/** The packages of tftpd-hpa and atftpd exclude each other; one that is unpacked below /opt/PACKAGE will do. */
function installed(program: string, debianPackage: string): string {
	const unpacked = `/opt/${debianPackage}/usr/sbin/${program}`;
	return existsSync(unpacked) ? unpacked : `/usr/sbin/${program}`;
}

const servers: readonly ServerProgram[] = [
	{
		name: 'atftpd',
		program: installed('atftpd', 'atftpd'),
		args: (root, port) => [
			...['--daemon', '--no-fork', '--port', String(port), '--bind-address', '127.0.0.1'],
			...['--user', 'nobody.nogroup', '--logfile', '/dev/null', root],
		],
		windows: true,
		uploads: true,
	},
	{
		name: 'tftpd-hpa',
		program: installed('in.tftpd', 'tftpd-hpa'),
		args: (root, port) => ['-L', '-s', '-c', '-u', 'nobody', '-a', `127.0.0.1:${port}`, root],
		windows: false,
		uploads: true,
	},
	{
		// It serves TFTP on port 69 only: so on an address that nothing else listens on.
		name: 'dnsmasq',
		program: installed('dnsmasq', 'dnsmasq-base'),
		args: (root) => [
			...['--keep-in-foreground', '--conf-file=/dev/null', '--port=0', '--enable-tftp', `--tftp-root=${root}`],
			...['--listen-address=127.0.0.69', '--bind-interfaces', '--user=root', '--log-facility=/dev/null'],
		],
		windows: false,
		uploads: false,
	},
];

let root: string;
const contents = new Map<number, Buffer>();

beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), 'pxekit-tftp-'));
	await chmod(root, 0o777);
	for (const size of sizes) {
		const bytes = randomBytes(size);
		contents.set(size, bytes);
		await writeFile(join(root, `${size}.bin`), bytes);
	}
});

afterAll(async () => {
	await rm(root, { recursive: true, force: true });
});

for (const [index, { name, program, args, windows, uploads }] of servers.entries()) {
	describe.skipIf(!existsSync(program) || process.getuid?.() !== 0)(`our client and ${name}`, () => {
		const port = name === 'dnsmasq' ? 69 : 21_000 + (process.pid % 10_000) + index;
		const address = name === 'dnsmasq' ? '127.0.0.69' : '127.0.0.1';
		const at = (filename: string) => ({ address, port, filename });
		let server: ChildProcess;
		let ended: Promise<unknown>;

		beforeAll(async () => {
			server = spawn(program, args(root, port), { stdio: 'ignore' });
			ended = new Promise((resolve) => server.once('exit', resolve));
			await sleep(500);
			expect(server.exitCode).toBeNull();
		});

		afterAll(async () => {
			server.kill('SIGTERM');
			await Promise.race([ended, sleep(1_000)]);
			server.kill('SIGKILL');
		});

		const settings = [
			{ blockSize: 512, windowSize: 1 },
			{ blockSize: 1468, windowSize: windows ? 16 : 4 },
		];
		for (const setting of settings) {
			test.each(sizes)(`fetches %i bytes, asking for ${JSON.stringify(setting)}`, async (size) => {
				const bytes = await tftpGet(at(`${size}.bin`), setting);
				expect(Buffer.compare(bytes, contents.get(size) as Buffer)).toBe(0);
			});

			if (!uploads) continue;
			test.each(sizes)(`brings %i bytes, asking for ${JSON.stringify(setting)}`, async (size) => {
				const filename = `up-${size}-${setting.blockSize}-${name}`;
				await tftpPut(at(filename), contents.get(size) as Buffer, setting);
				// The daemons close the file after their last ACK.
				await expect.poll(async () => (await readFile(join(root, filename))).length).toBe(size);
				expect(Buffer.compare(await readFile(join(root, filename)), contents.get(size) as Buffer)).toBe(0);
			});
		}

		test('asks for a size', async () => {
			expect(await tftpFileSize(at('513.bin'))).toBe(513);
		});

		test('is told that there is no such file', async () => {
			await expect(tftpGet(at('missing'))).rejects.toMatchObject({ code: 'peer-error', tftpCode: 1 });
		});
	});
}

describe('uploads of other clients to our server', () => {
	const uploads = new Map<string, Buffer>();
	let port: number;
	let close: () => Promise<void>;
	let local: string;

	beforeAll(async () => {
		const server = await serveTftp({
			address: '127.0.0.1',
			port: 0,
			source: () => undefined,
			write({ filename }) {
				const parts: Uint8Array[] = [];
				return {
					write: (part) => parts.push(part.slice()),
					close: () => uploads.set(filename.replace(/^\/+/, ''), Buffer.concat(parts)),
					abort() {},
				};
			},
		});
		port = server.addresses[0]?.port ?? 0;
		close = server.close;
		local = join(root, 'local');
		await mkdir(local);
	});
	afterAll(() => close?.());

	const clients: readonly [string, string, (file: string) => string[]][] = [
		['curl', '/usr/bin/curl', (file) => ['-sS', '-T', join(local, file), `tftp://127.0.0.1:${port}/${file}`]],
		[
			'tftp-hpa',
			'/usr/bin/tftp',
			(file) => ['-4', '-m', 'binary', '127.0.0.1', String(port), '-c', 'put', join(local, file), file],
		],
		[
			'atftp, windows of 8',
			'/usr/bin/atftp',
			(file) => [
				...['--option', 'windowsize 8', '--option', 'blksize 1024', '-p', '-l', join(local, file), '-r', file],
				...['127.0.0.1', String(port)],
			],
		],
		[
			'busybox',
			'/usr/bin/busybox',
			(file) => ['tftp', '-p', '-b', '1400', '-l', join(local, file), '-r', file, '127.0.0.1', String(port)],
		],
	];
	for (const [name, program, args] of clients) {
		test.skipIf(!existsSync(program)).each(sizes)(`${name} brings %i bytes`, async (size) => {
			const file = `${name.replace(/\W/g, '')}-${size}`;
			await writeFile(join(local, file), contents.get(size) as Buffer);
			await run(program, args(file), { timeout: 60_000 });
			await expect.poll(() => uploads.has(file)).toBe(true);
			expect(Buffer.compare(uploads.get(file) as Buffer, contents.get(size) as Buffer)).toBe(0);
			uploads.delete(file);
		});
	}
});
