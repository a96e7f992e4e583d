import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLineIn, newCommandLine, userspaceMarker, writeBootFiles, writeLinuxScript } from './lab/boot-files.ts';
import { startBootServer } from './lab/boot-server-process.ts';
import { answers, expectSoundPackets, filesIn, requestsSeen, sent, tftpEvents } from './lab/boot-story.ts';
import { startPlainDhcp } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { type Boot, bootMachine, defaultMac, type MachineOptions } from './lab/machine.ts';
import type { Host } from './lab/network.ts';
import { missing } from './lab/requirements.ts';
import { tshark } from './lab/tshark.ts';

const lacks = missing('ip', 'setpriv', 'qemu-system-x86_64', 'dnsmasq', 'tcpdump', 'tshark', 'busybox', 'cpio');

describe.skipIf(lacks)(`real firmware boots Linux${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let dhcpHost: Host;
	let served: string;

	beforeAll(async () => {
		lab = await openLab();
		dhcpHost = await lab.network.addHost('dhcp', '10.77.0.3');
		served = join(lab.folder, 'served');
		await writeBootFiles(served);
		mkdirSync(join(served, 'pxelinux.cfg'));
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	async function bootToUserspace(options: Omit<MachineOptions, 'until'>): Promise<Boot> {
		const boot = await bootMachine(lab, { ...options, until: userspaceMarker });
		await expectSoundPackets(boot.capture);
		return boot;
	}

	const writeScript = (commandLine: string) => writeLinuxScript(join(served, 'boot.ipxe'), commandLine);

	function writePxelinuxConfig(name: string, commandLine: string): void {
		const label = ['LABEL linux', 'KERNEL vmlinuz', 'INITRD initrd.img', `APPEND ${commandLine}`];
		writeFileSync(join(served, 'pxelinux.cfg', name), ['DEFAULT linux', ...label, ''].join('\n'));
	}

	const whole = (...names: readonly string[]) => filesIn(served, ...names);

	describe('beside a DHCP server on another host that knows nothing of booting', () => {
		beforeAll(async () => {
			const plainDhcp = await startPlainDhcp(lab, dhcpHost);
			return () => plainDhcp.stop();
		});

		describe.each([1, 2])('time %i', (time) => {
			test('BIOS: the iPXE ROM is given a script', async () => {
				await using server = await startBootServer(lab, { root: served, files: { ipxe: 'boot.ipxe' } });
				const commandLine = newCommandLine();
				writeScript(commandLine);
				const boot = await bootToUserspace({ name: `bios-${time}`, firmware: 'bios' });

				expect(commandLineIn(boot.serial)).toBe(`initrd=initrd.img ${commandLine}`);
				expect(boot.serial).toMatch(/Next server: 10\.77\.0\.1\r\nFilename: boot\.ipxe\r\n/);
				expect(answers(server, boot)).toEqual(['offer boot.ipxe']);
				expect(sent(server, boot)).toEqual(whole('boot.ipxe', 'vmlinuz', 'initrd.img'));
				expect(await requestsSeen(boot)).toEqual(['boot.ipxe', 'vmlinuz', 'initrd.img']);
				await expectRolesSeen(boot);
			});

			test('OVMF is given ipxe.efi, which is given the script', async () => {
				const files = { uefi: 'ipxe.efi', ipxe: 'boot.ipxe' };
				await using server = await startBootServer(lab, { root: served, files });
				const commandLine = newCommandLine();
				writeScript(commandLine);
				const boot = await bootToUserspace({ name: `ovmf-${time}`, firmware: 'ovmf' });

				expect(commandLineIn(boot.serial)).toBe(`vmlinuz initrd=initrd.img ${commandLine}`);
				expect(answers(server, boot)).toEqual(['offer ipxe.efi', 'ack ipxe.efi', 'offer boot.ipxe']);
				expect(sent(server, boot)).toEqual(whole('ipxe.efi', 'boot.ipxe', 'vmlinuz', 'initrd.img'));
				expect(tftpEvents(server, boot, 'probe')).toMatchObject([
					{ filename: 'ipxe.efi', size: whole('ipxe.efi')[0]?.bytes },
				]);
				expect(await requestsSeen(boot)).toEqual(['ipxe.efi', 'boot.ipxe', 'vmlinuz', 'initrd.img']);
				await expectRolesSeen(boot);
			});

			test('BIOS: PXELINUX finds its configuration by itself', async () => {
				await using server = await startBootServer(lab, { root: served, files: { ipxe: 'pxelinux.0' } });
				const commandLine = newCommandLine();
				const config = `01-${defaultMac.replaceAll(':', '-')}`;
				writePxelinuxConfig(config, commandLine);
				const boot = await bootToUserspace({ name: `pxelinux-${time}`, firmware: 'bios' });

				expect(commandLineIn(boot.serial)).toBe(`BOOT_IMAGE=vmlinuz ${commandLine} initrd=initrd.img`);
				expect(answers(server, boot)).toEqual(['offer pxelinux.0']);
				const found = ['pxelinux.0', 'ldlinux.c32', `pxelinux.cfg/${config}`, 'vmlinuz', 'initrd.img'];
				expect(sent(server, boot)).toEqual(whole(...found));
				// It asks by the machine's UUID first, in the byte order of option 97.
				const byUuid = 'pxelinux.cfg/44454c4c-4200-1035-8057-b7c04f4d3332';
				expect(tftpEvents(server, boot, 'refused')).toMatchObject([{ filename: byUuid, code: 1 }]);
				expect(await requestsSeen(boot)).toEqual([...found.slice(0, 2), byUuid, ...found.slice(2)]);
				await expectRolesSeen(boot);
			});
		});
	});

	describe('beside a DHCP server on the same host that sends option 60', () => {
		beforeAll(async () => {
			const dhcp = await startPlainDhcp(lab, lab.network.boot, ['--dhcp-option-force=60,PXEClient']);
			return () => dhcp.stop();
		});

		test.each(['bios', 'ovmf'] as const)('%s comes straight to port 4011', async (firmware) => {
			const files = { uefi: 'ipxe.efi', ipxe: 'boot.ipxe' };
			await using server = await startBootServer(lab, { root: served, files, pxePortOnly: true });
			const commandLine = newCommandLine();
			writeScript(commandLine);
			const boot = await bootToUserspace({ name: `same-host-${firmware}`, firmware });

			expect(commandLineIn(boot.serial)).toContain(commandLine);
			const chain = firmware === 'ovmf' ? ['ipxe.efi', 'boot.ipxe'] : ['boot.ipxe'];
			expect(answers(server, boot)).toEqual(chain.map((file) => `ack ${file}`));
			expect(sent(server, boot)).toEqual(whole(...chain, 'vmlinuz', 'initrd.img'));
		});
	});

	describe('beside a DHCP server on the same host that shares port 67', () => {
		beforeAll(async () => {
			const dhcp = await startPlainDhcp(lab, lab.network.boot);
			return () => dhcp.stop();
		});

		test.each(['bios', 'ovmf'] as const)('%s hears both', async (firmware) => {
			await using server = await startBootServer(lab, { root: served, files: { uefi: 'ipxe.efi', ipxe: 'boot.ipxe' } });
			const commandLine = newCommandLine();
			writeScript(commandLine);
			const boot = await bootToUserspace({ name: `shared-port-${firmware}`, firmware });

			expect(commandLineIn(boot.serial)).toContain(commandLine);
			const chain = firmware === 'ovmf' ? ['ipxe.efi', 'boot.ipxe'] : ['boot.ipxe'];
			const firstStage = firmware === 'ovmf' ? ['offer ipxe.efi', 'ack ipxe.efi'] : [];
			expect(answers(server, boot)).toEqual([...firstStage, 'offer boot.ipxe']);
			expect(sent(server, boot)).toEqual(whole(...chain, 'vmlinuz', 'initrd.img'));
		});
	});
});

/** In tshark's eyes: addresses came from one host, which knew nothing of booting; all else from the other one. */
async function expectRolesSeen(boot: Boot): Promise<void> {
	const seen = (source: string) =>
		tshark(boot.capture, `dhcp.type == 2 && ip.src == ${source}`, 'dhcp.ip.your', 'dhcp.file', 'dhcp.option.type');
	const fromDhcpServer = await seen('10.77.0.3');
	expect(fromDhcpServer.length).toBeGreaterThan(1);
	for (const [address, file, options = ''] of fromDhcpServer) {
		expect(address).toMatch(/^10\.77\.0\.1[0-5]\d$/);
		expect(file).toBe('');
		expect(options.split(',').filter((code) => ['43', '60', '66', '67', '150', '175'].includes(code))).toEqual([]);
	}
	const fromBootServer = await tshark(
		boot.capture,
		'dhcp.option.dhcp == 2 && ip.src == 10.77.0.1',
		...['dhcp.ip.your', 'dhcp.option.vendor_class_id'],
	);
	expect(fromBootServer.length).toBeGreaterThan(0);
	for (const offer of fromBootServer) expect(offer).toEqual(['0.0.0.0', 'PXEClient']);
}
