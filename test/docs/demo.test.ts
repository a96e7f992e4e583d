import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleProgram } from '../support/bundled-program.ts';

const root = new URL('../..', import.meta.url).pathname;

interface Ended {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

/** Who may not open port 67: oneself, or nobody when the tests run as root. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** A checkout below root's own home is closed to nobody. */
const readable = spawnSync(process.execPath, ['-p', '1'], { cwd: root, ...unprivileged }).status === 0;

const demo = bundleProgram('docs/examples/first-boot.ts', 'dist/demo/first-boot.js');
afterAll(() => demo.remove());

function runDemo(args: readonly string[] = [], identity: object = {}): Promise<Ended> {
	const options = { cwd: root, timeout: 30_000, env: { ...process.env, HOME: '/tmp', TMPDIR: '/tmp' }, ...identity };
	return new Promise((resolve) => {
		execFile(process.execPath, [demo.main, ...args], options, (error, out, err) => {
			resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
		});
	});
}

/** Ports below this number need rights. Containers may have it at 0. */
const firstFreePort = (() => {
	try {
		return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
	} catch {
		return 1024;
	}
})();

describe('npm run demo', { timeout: 60_000 }, () => {
	test('tells the story of two rounds and ends well', async () => {
		const { code, out, err } = await runDemo();
		expect([code, err]).toEqual([0, '']);
		for (const part of [
			'Round 1',
			'DISCOVER',
			'OFFER',
			'ACK',
			'ipxe.efi',
			'Round 2',
			'boot.ipxe',
			'Every byte was right.',
		]) {
			expect(out).toContain(part);
		}
	});

	test.skipIf(firstFreePort <= 69 || !readable)('--serve without rights says so in one sentence', async () => {
		const { code, err } = await runDemo(['--serve', '/tmp', '--address', '127.0.0.1'], unprivileged);
		expect(code).toBe(1);
		expect(err.trim().split('\n').length).toBe(1);
		expect(err).toMatch(/no permission for \w+ port \d+: run as root/);
	});

	test.each([
		[['--serve', '/tmp'], 2, /--address/],
		[['--serve', '/tmp', '--address', '192.0.2.1'], 1, /no address 192\.0\.2\.1|no permission/],
		[['--serv', '/tmp'], 2, /--serv/],
	])('%j is one clear sentence', async (args, exitCode, message) => {
		const { code, err } = await runDemo(args);
		expect(code).toBe(exitCode);
		expect(err.trim().split('\n').length).toBe(1);
		expect(err).toMatch(message);
	});
});
