import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arm64Kernel } from './lab/boot-files.ts';
import { type BootServer, labNetwork, startBootServer } from './lab/boot-server-process.ts';
import { answers, expectSoundPackets, filesIn, requestsSeen, sent, tftpEvents } from './lab/boot-story.ts';
import { startDnsmasq, startPlainDhcp } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { type Boot, bootMachine, keys, type Typed } from './lab/machine.ts';
import type { Host } from './lab/network.ts';
import { missing } from './lab/requirements.ts';
import { tshark } from './lab/tshark.ts';

const lacks = missing('ip', 'setpriv', 'qemu-system-aarch64', 'dnsmasq', 'tcpdump', 'tshark');

describe.skipIf(lacks)(`64-bit ARM${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let dhcpHost: Host;
	let served: string;

	beforeAll(async () => {
		lab = await openLab();
		dhcpHost = await lab.network.addHost('dhcp', '10.77.0.3');
		served = join(lab.folder, 'served');
		mkdirSync(served);
		copyFileSync(await arm64Kernel(), join(served, 'linux.efi'));
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	test('UEFI (AAVMF) is given a Linux kernel, which starts', async () => {
		await using _dhcp = await startPlainDhcp(lab, dhcpHost);
		await using server = await startBootServer(lab, { root: served, files: { uefi: 'linux.efi' } });
		const boot = await bootMachine(lab, { name: 'aavmf', firmware: 'aavmf', until: 'Linux version' });

		expect(boot.serial).toContain('NBP filename is linux.efi');
		expect(boot.serial).toContain('EFI stub: Booting Linux Kernel');
		expect(answers(server, boot)).toEqual(['offer linux.efi', 'ack linux.efi']);
		expect(sent(server, boot)).toEqual(filesIn(served, 'linux.efi'));
		expect(tftpEvents(server, boot, 'probe')).toMatchObject(
			filesIn(served, 'linux.efi').map(({ filename, bytes }) => ({ filename, size: bytes })),
		);
		expect(await requestsSeen(boot)).toEqual(['linux.efi']);
		await expectSoundPackets(boot.capture);
		const architectures = await tshark(boot.capture, 'dhcp.type == 1', 'dhcp.option.client_system_architecture');
		expect(new Set(architectures.flat())).toEqual(new Set(['11']));
	});

	/** A line typed at U-Boot's prompt. */
	const line = (text: string): Typed => ({ after: '=> ', text: `${text}${keys.enter}` });

	function expectKernelFetched(server: BootServer, boot: Boot): void {
		expect(sent(server, boot)).toEqual(filesIn(served, 'linux.efi'));
		const checksum = crc32(readFileSync(join(served, 'linux.efi')))
			.toString(16)
			.padStart(8, '0');
		expect(boot.serial).toMatch(new RegExp(`^crc32 for 40400000 \\.\\.\\. [0-9a-f]+ ==> ${checksum}\\r?$`, 'm'));
	}

	test('U-Boot as Debian builds it ignores a proxy, even one whose OFFER comes first; it fetches from our TFTP server', async () => {
		// This dnsmasq pings an address before it offers it, so that its OFFER comes three seconds after ours.
		await using _dhcp = await startDnsmasq(lab, dhcpHost, 'slow-dhcp', ['--dhcp-range=10.77.0.100,10.77.0.150,5m']);
		await using server = await startBootServer(lab, { root: served, files: { uefi: 'from-proxy.efi' } });
		const boot = await bootMachine(lab, {
			name: 'u-boot',
			firmware: 'u-boot-arm64',
			until: 'PXEKIT-10.77.0.1',
			typed: [
				{ after: 'Hit any key', text: keys.enter },
				// What its own boot script does before it asks for a UEFI program.
				line('setenv bootp_vci PXEClient:Arch:00011:UNDI:003000; setenv bootp_arch 0xb; setenv autoload no'),
				line('dhcp; echo "serverip=$serverip bootfile=$bootfile."'),
				line(
					'setenv serverip 10.77.0.1; tftpboot 0x40400000 linux.efi; crc32 0x40400000 $filesize; echo PXEKIT-$serverip',
				),
			],
		});

		const offers = await tshark(boot.capture, 'dhcp.option.dhcp == 2', 'ip.src', 'dhcp.option.vendor_class_id');
		expect(offers[0]).toEqual(['10.77.0.1', 'PXEClient']);
		expect(offers.at(-1)).toEqual(['10.77.0.3', '']);
		expect(boot.serial).toMatch(/^serverip=10\.77\.0\.3 bootfile=\.\r?$/m);
		expect(answers(server, boot)).toEqual(['offer from-proxy.efi']);

		expectKernelFetched(server, boot);
		await expectSoundPackets(boot.capture);
	});

	test('U-Boot takes address and file from our DHCP server', async () => {
		const files = { uefi: 'linux.efi' };
		await using server = await startBootServer(lab, { networks: [labNetwork], root: served, files });
		const boot = await bootMachine(lab, {
			name: 'u-boot-one-server',
			firmware: 'u-boot-arm64',
			until: 'PXEKIT-10.77.0.1',
			typed: [
				{ after: 'Hit any key', text: keys.enter },
				line('setenv bootp_vci PXEClient:Arch:00011:UNDI:003000; setenv bootp_arch 0xb'),
				line('dhcp 0x40400000; crc32 0x40400000 $filesize; echo PXEKIT-$serverip'),
			],
		});
		expect(boot.serial).toMatch(/^TFTP from server 10\.77\.0\.1; our IP address is 10\.77\.0\.10\d\r?$/m);
		expectKernelFetched(server, boot);
		await expectSoundPackets(boot.capture);
	});
});
