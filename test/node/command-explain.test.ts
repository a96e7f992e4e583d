import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootTimeline, type CaptureFrame, readCapture, writePcap, writePcapng } from 'pxekit/capture';
import { recordCapture, serveTftp, tftpGet, virtualFiles } from 'pxekit/node';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { explain } from '../../src/node/command/explain.ts';
import { installCommand, runWord } from '../support/command-line.ts';
import { fixtureBytes } from '../support/fixtures.ts';

const root = new URL('../..', import.meta.url).pathname;
const captures = `${root}fixtures/captures`;
const folder = mkdtempSync(join(tmpdir(), 'pxekit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const healthy = readCapture(fixtureBytes('captures/bios-ipxe-aoe-sanhook.pcap'));
const broken = readCapture(fixtureBytes('captures/failures/ovmf_missing-file.pcap'));

function made(name: string, bytes: Uint8Array): string {
	const file = join(folder, name);
	writeFileSync(file, bytes);
	return file;
}

const run = (...args: string[]) => runWord(explain, ...args);
const command = installCommand();
afterAll(() => command.remove());

/** The pcap record of this frame claims 4 GiB: tshark says “appears to be damaged or corrupt”, and stops there. */
function damagedAt(frames: readonly CaptureFrame[], index: number): Uint8Array {
	const bytes = writePcap(frames);
	const view = new DataView(bytes.buffer);
	let at = 24;
	for (let i = 1; i < index; i++) at += 16 + view.getUint32(at + 8, true);
	view.setUint32(at + 8, 0xffff_ff00, true);
	return bytes;
}

describe('what can’t be read of a file is said', () => {
	test('damage: the story up to there, and exit code 2 although nothing was found', async () => {
		const file = made('damaged.pcap', damagedAt(healthy.frames, healthy.frames.length));
		const { code, out } = await run(file);
		expect(code).toBe(2);
		expect(out).toMatch(/^\S+damaged\.pcap: damaged at byte \d+: a frame of 4294967040 bytes.*reading ends here\n\n/);
		expect(out).toContain('DISCOVER');
		const json = await run(file, '--json');
		expect(json.code).toBe(2);
		expect(JSON.parse(json.out)).toMatchObject({
			frames: healthy.frames.length - 1,
			notes: [expect.stringContaining('reading ends here')],
		});
	});

	test('damage before any boot is no capture without machines', async () => {
		const { code, out } = await run(made('damaged-early.pcap', damagedAt(broken.frames, 7)));
		expect(code).toBe(2);
		expect(out).toMatch(/reading ends here\n\nNo machine boots in this capture: 6 frames were looked at\.\n$/);
	});

	test('an error that was found goes before damage', async () => {
		const { length } = broken.frames;
		expect((await run(made('damaged-late.pcap', damagedAt(broken.frames, length)))).code).toBe(1);
	});

	test('links that are not read', async () => {
		const wireless = healthy.frames.map((frame) => ({ ...frame, linkType: 127 }));
		const { code, out } = await run(made('wireless.pcap', writePcap(wireless)));
		expect(out).toContain(`: ${wireless.length} frames of link type 127 (wireless) not read: capture on Ethernet`);
		expect(out).toContain(`No machine boots in this capture: ${wireless.length} frames were looked at.`);
		expect(code).toBe(2);
	});

	test('a story beside links that are not read', async () => {
		const [first, ...rest] = healthy.frames as [CaptureFrame, ...CaptureFrame[]];
		const usb = { ...first, linkType: 220, interface: 1 };
		const interfaces = [{ linkType: 1 }, { linkType: 220 }];
		const { code, out } = await run(made('usb.pcapng', writePcapng({ interfaces, frames: [first, usb, ...rest] })));
		expect(out).toContain(': 1 frame of link type 220 (USB) not read');
		expect(code).toBe(0);
	});

	test('no frames; only a part of one', async () => {
		expect((await run(made('empty.pcap', writePcap([])))).out).toContain(': it has no frames.');
		const cut = writePcap(healthy.frames).subarray(0, 24 + 10);
		expect((await run(made('cut.pcap', cut))).out).toContain(': it has no frames, and the file ends inside one.');
	});

	test('a whole file has no notes', async () => {
		const { out } = await run(`${captures}/bios-ipxe-aoe-sanhook.pcap`, '--json');
		expect(JSON.parse(out)).toMatchObject({ frames: healthy.frames.length, notes: [] });
	});
});

test('several machines: how many, and who has errors', async () => {
	const both = made('both.pcap', writePcap([...healthy.frames, ...broken.frames]));
	const { out } = await run(both);
	expect(out).toMatch(/\n\n2 machines; errors with 52:54:00:77:00:01\.\n$/);
	const { out: one } = await run(both, '--client', '52:54:00:77:00:01');
	expect(one).not.toContain('machines;');
});

describe('the command line', () => {
	test.each([
		['explain', '--help', /explain FILE/],
		['decode', '-h', /decode --hex HEX/],
		['demo', '--help', /demo \[--serve DIR/],
	])('%s %s', (name, word, usage) => {
		const { status, stdout, stderr } = command.run([name, word]);
		expect([status, stderr]).toEqual([0, '']);
		expect(stdout).toMatch(usage);
		expect(stdout.match(/npx pxekit/g)).toHaveLength(1);
	});

	test('--version', () => {
		const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
		expect(command.run(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
	});

	test.each([
		[['explain', 'one.pcap', 'two.pcap'], /one capture at a time, and here are 2/],
		[['explain', '-'], /can't read standard input: .* an empty file/],
		[['decode', '--hex', ''], /there are no bytes/],
	])('%j is one sentence, and exit code 2', (args, message) => {
		const { status, stdout, stderr } = command.run(args);
		expect([status, stdout]).toEqual([2, '']);
		expect(stderr).toMatch(message);
		expect(stderr.trim().split('\n')).toHaveLength(1);
	});

	test.skipIf(process.platform !== 'linux')('a full disk is told, and is not taken for a finding', () => {
		const { status, stderr } = command.run(['explain', `${captures}/failures/ovmf_missing-file.pcap`], {
			stdout: openSync('/dev/full', 'w'),
		});
		expect(status).toBe(2);
		expect(stderr).toMatch(/^pxekit: can't write: .*no space left on device.*\n$/);
	});

	test('a reader that has seen enough is no error', () => {
		const line = `"${process.execPath}" ${command.main} explain --json ${captures}/ovmf_http-boot.pcap | head -1`;
		const { stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: root, encoding: 'utf8' });
		expect([stdout, stderr]).toEqual(['{\n', '']);
	});
});

test('a TFTP server that a test started on another port', async () => {
	const file = join(folder, 'port.pcapng');
	await using capture = await recordCapture(file);
	await using server = await serveTftp({
		...{ address: '127.0.0.1', port: 0, capture },
		source: virtualFiles({ 'ipxe.efi': new Uint8Array(1000) }),
	});
	const { port } = server.addresses[0] as { port: number };
	await tftpGet({ address: '127.0.0.1', port, filename: 'ipxe.efi' });
	await vi.waitFor(() => expect(server.activeTransfers).toBe(0));
	await server.close();
	await capture.close();

	expect((await run(file, '--tftp-port', String(port))).out).toMatch(/TFTP ipxe\.efi: 1000 bytes/);
	expect((await run(file, '--tftp-port', '6969', '--tftp-port', String(port))).out).toMatch(
		/TFTP ipxe\.efi: 1000 bytes/,
	);
	expect((await run(file)).out).not.toContain('ipxe.efi');
	const [session] = bootTimeline(readCapture(readFileSync(file)), { tftpPorts: [port] });
	expect(session?.gaps.map(({ code }) => code)).toEqual(['no-dhcp']);
	for (const wrong of ['0', '65536', 'tftp', '6e3', '']) {
		await expect(run(file, '--tftp-port', wrong)).rejects.toThrow(/a port is a number from 1 to 65535/);
	}
});
