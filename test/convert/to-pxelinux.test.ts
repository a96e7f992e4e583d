import { ipxeToPxelinux, pxelinuxToIpxe } from 'pxekit/convert';
import { parseIpxe } from 'pxekit/ipxe';
import { evaluatePxelinux, parsePxelinux, printPxelinux } from 'pxekit/pxelinux';
import { describe, expect, test } from 'vitest';
import { bootsInPxelinux, essence } from './both-sides.ts';

const host = {
	uri: 'http://10.0.0.1/boot.ipxe',
	settings: { 'net0/mac': '52:54:00:12:34:56', 'initiator-iqn': 'iqn.2004-01.org.example:host1' },
};

describe('an iPXE script as a PXELINUX configuration', () => {
	test('each choice of the menus becomes an entry with the same boot', async () => {
		const script = parseIpxe(`#!ipxe
menu Lab
item --gap Systems
item arch Arch Linux
item more Others
item disk Local disk
choose --default arch --timeout 5000 selected && goto \${selected}
:arch
kernel vmlinuz initrd=initrd.img mac=\${net0/mac} quiet
initrd initrd.img
boot
:more
menu More
item iscsi Disk
item off Switch off
choose selected && goto \${selected}
:iscsi
sanboot iscsi:10.0.0.1::::iqn.2004-01.org.example:disk1
:off
poweroff
:disk
exit 1
`);
		const { config, losses } = await ipxeToPxelinux(script, host);
		const text = printPxelinux(config);
		const meaning = evaluatePxelinux(parsePxelinux(text));
		expect(meaning.entries.map(({ label, display }) => [label, display])).toEqual([
			[undefined, ''],
			['arch', 'Arch Linux'],
			[undefined, 'Others'],
			['iscsi', 'Disk'],
			['off', 'Switch off'],
			['disk', 'Local disk'],
		]);
		expect(meaning.settings).toMatchObject({ ui: 'menu.c32', timeout: 50 });
		expect(essence(await bootsInPxelinux(text, 'arch'))).toEqual({
			files: ['http://10.0.0.1/vmlinuz', 'http://10.0.0.1/initrd.img'],
			commandLine: 'mac=52:54:00:12:34:56 quiet',
		});
		expect(essence(await bootsInPxelinux(text, 'iscsi'))).toEqual({
			san: ['iscsi:10.0.0.1::::iqn.2004-01.org.example:disk1'],
		});
		expect(essence(await bootsInPxelinux(text, 'off'))).toEqual({ kind: 'power', action: 'poweroff' });
		expect(essence(await bootsInPxelinux(text, 'disk'))).toEqual({ kind: 'firmware' });
		expect(losses.map(({ code }) => code)).toEqual(['gap-text']);
	});

	test('what PXELINUX can not fetch or boot is lost', async () => {
		const codes = async (commands: string) =>
			(await ipxeToPxelinux(parseIpxe(`#!ipxe\n${commands}\n`), host)).losses.map(({ code }) => code);
		expect(await codes('kernel https://10.0.0.1/k\nboot')).toEqual(['scheme']);
		expect(await codes('shell')).toEqual(['no-boot']);
		expect(await codes(`kernel k ${'x'.repeat(2100)}\nboot`)).toEqual(['not-sayable']);
	});

	test('there and back again', async () => {
		const text = 'default a\nlabel a\nlinux tftp://10.0.0.1/k\nappend x  y\ninitrd tftp://10.0.0.1/i\n';
		const there = pxelinuxToIpxe(parsePxelinux(text));
		const { config, losses } = await ipxeToPxelinux(there.script);
		expect([...there.losses, ...losses]).toEqual([]);
		expect(essence(await bootsInPxelinux(printPxelinux(config), 'boot'))).toEqual(
			essence(await bootsInPxelinux(text, 'a')),
		);
	});
});
