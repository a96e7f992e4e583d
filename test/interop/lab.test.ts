import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exchangesWith } from '../support/exchanges.ts';
import { pcapOf } from '../support/pcap.ts';
import { run } from './lab/command.ts';
import { openLab } from './lab/lab.ts';
import { createNetwork, inNamespace } from './lab/network.ts';
import { missing } from './lab/requirements.ts';
import { complaints } from './lab/tshark.ts';

const lacks = missing('ip', 'setpriv', 'busybox');

async function namespacesOf(pid: number | undefined): Promise<string[]> {
	const all = await run('ip', ['netns', 'list']);
	return all.split('\n').filter((line) => line.startsWith(`pxekit-${pid}-`));
}

describe.skipIf(lacks)(`the lab itself${lacks ? ` (needs ${lacks})` : ''}`, () => {
	test('hosts of a network reach each other, and nothing of it stays', async () => {
		const network = await createNetwork();
		try {
			const other = await network.addHost('other', '10.77.0.9');
			const ping = await inNamespace(other.namespace, ...'busybox ping -c 1 -W 5 10.77.0.1'.split(' '));
			expect(ping).toContain('1 packets received');
			expect(await namespacesOf(process.pid)).toHaveLength(2);
		} finally {
			await network[Symbol.asyncDispose]();
		}
		expect(await namespacesOf(process.pid)).toEqual([]);
	});

	test('a network whose set-up fails half-way leaves nothing behind', async () => {
		const real = (await run('sh', ['-c', 'command -v ip'])).trim();
		const folder = mkdtempSync(join(tmpdir(), `pxekit-${process.pid}-`));
		const path = process.env.PATH;
		try {
			const fake = `#!/bin/sh\ncase "$*" in *tuntap*) echo no tap today >&2; exit 1;; esac\nexec ${real} "$@"\n`;
			writeFileSync(join(folder, 'ip'), fake, { mode: 0o755 });
			process.env.PATH = `${folder}${delimiter}${path}`;
			await expect(createNetwork()).rejects.toThrow('no tap today');
		} finally {
			process.env.PATH = path;
			rmSync(folder, { recursive: true });
		}
		expect(await namespacesOf(process.pid)).toEqual([]);
	});

	test('a killed test process takes its programs with it, and the next lab removes the rest', async () => {
		const lab = new URL('./lab/lab.ts', import.meta.url).href;
		const script = [
			`const { openLab } = await import('${lab}');`,
			'const lab = await openLab();',
			"const program = lab.start(lab.network.boot, 'sleeper', ['sleep', '600']);",
			'console.log(program.pid, lab.folder);',
			'await new Promise((resolve) => setTimeout(resolve, 600_000));',
		].join('\n');
		const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		try {
			const [line] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
			const [sleeper = '', folder = ''] = line.toString().trim().split(' ');
			expect(existsSync(folder)).toBe(true);
			expect(existsSync(`/proc/${sleeper}`)).toBe(true);
			child.kill('SIGKILL');
			await once(child, 'exit');
			await expect.poll(() => existsSync(`/proc/${sleeper}`), { timeout: 5000 }).toBe(false);
			expect(await namespacesOf(child.pid)).toHaveLength(1);
			await using _lab = await openLab();
			expect(await namespacesOf(child.pid)).toEqual([]);
			expect(existsSync(folder)).toBe(false);
		} finally {
			child.kill('SIGKILL');
		}
	});

	test('a program that ends too early is told with the end of its log', async () => {
		await using lab = await openLab();
		const program = lab.start(lab.network.boot, 'hasty', ['sh', '-c', 'echo no time; exit 3']);
		await expect(program.logged(/ready/, 10)).rejects.toThrow(/hasty ended \(exit code 3\).*no time/s);
		expect(program.running()).toBe(false);
	});

	test('two labs that are opened at once both clear away what a killed test left', async () => {
		const { pid } = spawnSync('true');
		const names = [1, 2, 3].map((n) => `pxekit-${pid}-${n}-boot`);
		for (const name of names) await run('ip', ['netns', 'add', name]);
		const labs = await Promise.all([openLab(), openLab()]);
		for (const lab of labs) await lab[Symbol.asyncDispose]();
		const left = await run('ip', ['netns', 'list']);
		expect(names.filter((name) => left.includes(name))).toEqual([]);
	});

	test('a program is not taken for ready by what another of its name has printed', async () => {
		await using lab = await openLab();
		const start = (text: string) => lab.start(lab.network.boot, 'again', ['sh', '-c', `echo ${text}; sleep 600`]);
		await start('ready').logged(/ready/, 10);
		const second = start('still starting');
		await second.logged(/still starting/, 10);
		expect(second.log()).not.toContain('ready');
	});

	test('stop() ends a program that ignores SIGTERM', async () => {
		await using lab = await openLab();
		const program = lab.start(lab.network.boot, 'stubborn', [
			'sh',
			'-c',
			'trap "" TERM; echo ready; while :; do sleep 1; done',
		]);
		await program.logged(/ready/, 10);
		await program.stop();
		expect(existsSync(`/proc/${program.pid}`)).toBe(false);
	});
});

const lacksReader = missing('tshark');

describe.skipIf(lacksReader)(`complaints of tshark${lacksReader ? ` (needs ${lacksReader})` : ''}`, () => {
	async function complaintsAbout(payload: Uint8Array): Promise<string[]> {
		const folder = mkdtempSync(join(tmpdir(), `pxekit-${process.pid}-`));
		onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
		const capture = join(folder, 'packet.pcap');
		writeFileSync(capture, pcapOf([{ sourcePort: 67, destinationPort: 68, payload }]));
		return complaints(capture, 'dhcp');
	}
	/** A captured OFFER of dnsmasq. */
	const offer = Buffer.from(exchangesWith('p_menu.conf')[0]?.replyHex as string, 'hex');

	test('none for a sound packet', async () => {
		expect(await complaintsAbout(offer)).toEqual([]);
	});

	test('one for an option that goes past the end, and one for an address of three bytes', async () => {
		const cut = offer.subarray(0, 243);
		expect(await complaintsAbout(cut)).toHaveLength(1);
		const short = Buffer.from(offer);
		// Option 54, first after the message type.
		expect([...short.subarray(243, 245)]).toEqual([54, 4]);
		short[244] = 3;
		expect(await complaintsAbout(short)).toHaveLength(1);
	});
});
