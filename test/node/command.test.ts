import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeUdpFrame, writePcap } from 'pxekit/capture';
import { encodeDhcp } from 'pxekit/dhcp';
import { afterAll, describe, expect, test } from 'vitest';
import { decode } from '../../src/node/command/decode.ts';
import { explain } from '../../src/node/command/explain.ts';
import { fileFault } from '../../src/node/command/file-fault.ts';
import { madeBoot, speakers } from '../capture/timeline/made-boots.ts';
import { installCommand, runWord } from '../support/command-line.ts';

const root = new URL('../..', import.meta.url).pathname;
const captures = `${root}fixtures/captures`;

const command = installCommand();
afterAll(() => command.remove());

describe('pxekit explain', () => {
	test('a boot that failed: the story, the finding with the words on the screen, and exit code 1', async () => {
		const { code, out } = await runWord(explain, `${captures}/failures/ovmf_missing-file.pcap`);
		expect(code).toBe(1);
		for (const part of ['UEFI (EDK2) PXE', 'DISCOVER', 'OFFER', 'ERROR tftp-error', 'PXE-E23', 'frames: 18, 19']) {
			expect(out).toContain(part);
		}
	});

	test('docs/captures.md shows what it prints', async () => {
		const { out } = await runWord(explain, `${captures}/failures/ovmf_unreachable-next-server.pcap`);
		const [, shown] = readFileSync(`${root}docs/captures.md`, 'utf8').match(/\n```\n(52:54:.*?)\n```\n/s) ?? [];
		expect(shown).toBe(out.trimEnd());
	});

	test('a boot that went well: exit code 0', async () => {
		const { code, out } = await runWord(explain, `${captures}/ovmf_dnsmasq-dhcp_ipxe-efi_script-linux.pcap`);
		expect(code).toBe(0);
		expect(out).not.toMatch(/^ {2}ERROR/m);
	});

	test('--json: the same for programs', async () => {
		const { code, out } = await runWord(explain, '--json', `${captures}/failures/ovmf_missing-file.pcap`);
		expect(code).toBe(1);
		const { sessions } = JSON.parse(out);
		expect(sessions).toHaveLength(1);
		const [{ client, stages, findings }] = sessions;
		expect(client.addresses).toEqual(['10.77.0.100']);
		const [discover] = stages[0].events;
		// As tshark -T fields -e frame.number -e dhcp.option.vendor_class_id says.
		expect(discover).toMatchObject({
			type: 'discover',
			frames: [9],
			packet: { options: { vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003000' } },
		});
		expect(findings[0]).toMatchObject({ code: 'tftp-error', severity: 'error', frames: [18, 19] });
	});

	test('no passwords, neither as text nor as JSON', async () => {
		const request = { op: 1, xid: 7, chaddr: '52:54:00:12:34:56' } as const;
		const reply = encodeDhcp({
			...{ ...request, op: 2, yiaddr: '10.0.0.9', file: 'http://u:geheim-1@10.0.0.1/boot.efi' },
			options: {
				...{ messageType: 'OFFER', serverIdentifier: '10.0.0.1', rootPath: 'iscsi:u:geheim-2@10.0.0.1::::iqn.a:b' },
				// iPXE's password: src/include/ipxe/dhcp.h, DHCP_EB_PASSWORD.
				ipxeOptions: Uint8Array.of(191, 8, ...new TextEncoder().encode('geheim-3')),
			},
		});
		const discover = encodeDhcp({
			...request,
			options: { messageType: 'DISCOVER', vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016' },
		});
		const frames = [
			encodeUdpFrame({
				source: { mac: request.chaddr, address: '0.0.0.0', port: 68 },
				destination: { address: '255.255.255.255', port: 67 },
				payload: discover,
			}),
			encodeUdpFrame({
				source: { mac: '52:54:00:00:00:01', address: '10.0.0.1', port: 67 },
				destination: { mac: request.chaddr, address: '10.0.0.9', port: 68 },
				payload: reply,
			}),
		].map((data, second) => ({ time: BigInt(second) * 1_000_000_000n, data }));
		const file = join(mkdtempSync(join(tmpdir(), 'pxekit-')), 'secrets.pcap');
		writeFileSync(file, writePcap(frames));
		try {
			for (const args of [[file], [file, '--json']]) {
				const { out } = await runWord(explain, ...args);
				expect(out).toContain('***@10.0.0.1/boot.efi');
				expect(out).toContain('iqn.a:b');
				expect(out).not.toContain('geheim');
				expect(out).not.toContain('67656865696d');
			}
		} finally {
			rmSync(dirname(file), { recursive: true });
		}
	});

	test('the name of a file can’t move the cursor', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'pxekit-'));
		try {
			const file = join(folder, 'boot.pcap');
			const boot = madeBoot();
			boot.lease(speakers.ipxe, 1, { bootfileName: 'a\u001b[2J.ipxe' });
			boot.fetch('a\u001b[2J.ipxe', 2070, new TextEncoder().encode('#!ipxe\nfrobnicate\n'));
			writeFileSync(file, writePcap(boot.frames));
			const { out } = await runWord(explain, file);
			expect(out).toContain('(tftp://10.0.0.1/a\\u001b[2J.ipxe line 2)');
			expect(out).not.toContain('\u001b');
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	test('--client: the one that is meant; who else boots, when it does not', async () => {
		const file = `${captures}/failures/ovmf_missing-file.pcap`;
		expect((await runWord(explain, file, '--client', '52-54-00-77-00-01')).code).toBe(1);
		// As tshark -e dhcp.client_id.uuid has it, read in the order of SMBIOS.
		expect((await runWord(explain, file, '--client', '4C4C4544-0042-3510-8057-B7C04F4D3332')).code).toBe(1);
		await expect(runWord(explain, file, '--client', '52:54:00:00:00:00')).rejects.toThrow(/52:54:00:77:00:01/);
	});

	test('from standard input', () => {
		const { status, stdout } = command.run(['explain', '-'], {
			input: readFileSync(`${captures}/bios-ipxe-e1000e_combined.pcap`),
		});
		expect(status).toBe(0);
		expect(stdout).toContain('pxelinux.0');
	});
});

describe('pxekit decode', () => {
	test('DHCP, with the sub-options of PXE', async () => {
		const [line] = readFileSync(`${root}fixtures/dhcp/packets.jsonl`, 'utf8').split('\n');
		const { hex } = JSON.parse(line as string);
		const { code, out } = await runWord(decode, '--hex', hex);
		expect(code).toBe(0);
		expect(out).toMatch(/^DHCP or BOOTP packet/);
	});

	test('TFTP', async () => {
		const { out } = await runWord(decode, '--hex', '0001 612e656669 00 6f63746574 00');
		expect(out).toContain('filename: "a.efi"');
	});

	test('a table, without its secrets', async () => {
		const file = `${root}fixtures/ibft/ipxe-bios-mutual-chap.ibft.bin`;
		const { out } = await runWord(decode, '--file', file);
		expect(out).toMatch(/chapSecret: .*not shown/);
		const secrets = readFileSync(file.replace('.bin', '.sysfs.txt'), 'utf8').match(
			/(?<=chap-secret=|rev-chap-name-secret=).+/g,
		);
		expect(secrets?.length).toBeGreaterThan(0);
		for (const secret of secrets ?? []) {
			expect(out).not.toContain(secret);
			expect(out).not.toContain(Array.from(new TextEncoder().encode(secret), (byte) => byte.toString(16)).join(' '));
		}
	});

	test('--as says what it is', async () => {
		await expect(runWord(decode, '--hex', 'ffff')).rejects.toThrow(/--as/);
		await expect(runWord(decode, '--hex', 'ffff', '--as', 'ibft')).rejects.toMatchObject({ name: 'DecodeError' });
		await expect(runWord(decode, '--hex', 'ffff', '--as', 'x')).rejects.toThrow(/ibft/);
	});
});

test('what is not the fault of the file is not said to be', () => {
	const ours = new TypeError('Cannot read properties of undefined');
	expect(fileFault('boot.pcap', ours)).toBe(ours);
});

test.each([
	[['explain', '/nonexistent'], /can't read \/nonexistent: there is no such file/],
	[['explain', root], /it is a folder/],
	[['explain', 'package.json'], /can't read package.json: not a pcap or pcapng file/],
	[['explain'], /say which capture/],
	[['explain', '--foo', 'x'], /Unknown option '--foo'/],
	[['decode', '--hex', 'xyz'], /not hexadecimal/],
	[['decode', '--hex', '000166'], /the request ends before its mode/],
	[['decode', '--file', '/nonexistent'], /there is no such file/],
	[['expalin'], /there is no command "expalin"/],
])('%j is one sentence, and exit code 2', (args, message) => {
	const { status, stdout, stderr } = command.run(args);
	expect([status, stdout]).toEqual([2, '']);
	expect(stderr).toMatch(message);
	expect(stderr.trim().split('\n')).toHaveLength(1);
});
