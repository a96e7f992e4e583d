import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintPxelinux, linux, parsePxelinux, printPxelinux, pxelinux, resolvePxelinux } from 'pxekit/pxelinux';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLineIn, userspaceMarker, writeBootFiles } from './lab/boot-files.ts';
import { startBootServer } from './lab/boot-server-process.ts';
import { openConsoleMachine } from './lab/console-machine.ts';
import { startPlainDhcp } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { missing } from './lab/requirements.ts';

const firmware = '/usr/lib/u-boot/qemu-x86/u-boot.rom';
const programs = missing('ip', 'setpriv', 'qemu-system-x86_64', 'dnsmasq', 'busybox', 'cpio');
const lacks = programs ?? (existsSync(firmware) ? undefined : 'u-boot-qemu');

describe.skipIf(lacks)(`U-Boot boots what was built${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let served: string;

	beforeAll(async () => {
		lab = await openLab();
		served = join(lab.folder, 'served');
		await writeBootFiles(served);
		await startPlainDhcp(lab, await lab.network.addHost('dhcp', '10.77.0.3'));
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	test('a label by its own reader of PXELINUX configurations', async () => {
		await using _ = await startBootServer(lab, { root: served, files: {} });
		const { size } = statSync(join(served, 'initrd.img'));
		const config = pxelinux({
			default: 'boots',
			entries: [
				linux('other', { kernel: 'nothing', append: 'other' }),
				// U-Boot 2023.01 tells an x86 kernel that its RAM disk has 12 bytes. So the RAM disk is loaded beforehand, and
				// the kernel is told where it is.
				linux('boots', {
					kernel: 'vmlinuz',
					append: `console=ttyS0  quiet panic=1 nokaslr initrdmem=0x8000000,${size} pxekit.boot=${randomUUID()}`,
				}),
			],
		});
		expect(lintPxelinux(config, { readers: ['u-boot'] })).toEqual([]);
		const text = printPxelinux(config);
		mkdirSync(join(served, 'pxelinux.cfg'), { recursive: true });
		writeFileSync(join(served, 'pxelinux.cfg/default'), text);

		await using machine = await openConsoleMachine(lab, 'u-boot', firmware);
		await machine.shown('Hit any key', 60);
		machine.type('\r');
		await machine.shown(/=> /, 20);
		const places = ['pxefile_addr_r 0x800000', 'kernel_addr_r 0x1000000', 'ramdisk_addr_r 0x8000000'];
		for (const place of places) machine.type(`setenv ${place}\r`);
		machine.type('setenv autoload no; dhcp; setenv serverip 10.77.0.1\r');
		await machine.shown('DHCP client bound', 60);
		machine.type('tftpboot 0x8000000 initrd.img; pxe get && pxe boot\r');
		await machine.shown(userspaceMarker, 120);

		const resolved = resolvePxelinux(parsePxelinux(text));
		// U-Boot does not pass the kernel's name on.
		expect(commandLineIn(machine.serial())).toBe('arguments' in resolved && resolved.arguments);
	});
});
