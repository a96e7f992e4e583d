import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

describe('npx pxekit, from the packed package', () => {
	let consumer: string;

	beforeAll(() => {
		consumer = mkdtempSync(join(tmpdir(), 'pxekit-consumer-'));
		const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', consumer], {
			cwd: root,
			encoding: 'utf8',
		});
		writeFileSync(join(consumer, 'package.json'), '{ "private": true }');
		const tarball = join(consumer, packed.trim().split('\n').at(-1) as string);
		execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: consumer, stdio: 'pipe' });
	});
	afterAll(() => rmSync(consumer, { recursive: true }));

	/** As a user types it; what npm says of its own configuration is left out. */
	const pxekit = (...args: readonly string[]) => {
		const ended = spawnSync('npx', ['--offline', 'pxekit', ...args], { cwd: consumer, encoding: 'utf8' });
		return { ...ended, stderr: ended.stderr.replace(/^npm warn .*\n/gm, '') };
	};

	test('explain', () => {
		const { status, stdout } = pxekit('explain', join(root, 'fixtures/captures/failures/ovmf_missing-file.pcap'));
		expect(status).toBe(1);
		expect(stdout).toContain('screen: PXE-E23: Client received TFTP error from server.');
	});

	test('decode', () => {
		const { status, stdout } = pxekit('decode', '--hex', '0001 612e656669 00 6f63746574 00');
		expect([status, stdout]).toEqual([
			0,
			'TFTP packet (UDP payload), 14 bytes\nkind: "rrq"\nfilename: "a.efi"\nmode: "octet"\n',
		]);
	});

	test('demo', () => {
		const { status, stdout, stderr } = pxekit('demo');
		expect([status, stderr]).toEqual([0, '']);
		expect(stdout).toContain('Every byte was right.');
	});

	test('demo without rights, and a file that is no capture: one sentence', () => {
		const none = pxekit('demo', '--serve', '/tmp');
		expect([none.status, none.stderr.trim().split('\n').length]).toEqual([2, 1]);
		const text = pxekit('explain', join(root, 'package.json'));
		expect([text.status, text.stderr.trim().split('\n').length]).toEqual([2, 1]);
		expect(text.stderr).toMatch(/not a pcap or pcapng file/);
	});
});
