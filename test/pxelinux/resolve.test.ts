import { type PxelinuxBoot, parsePxelinux, resolvePxelinux } from 'pxekit/pxelinux';
import { describe, expect, test } from 'vitest';

const boot = (text: string, options = {}) => resolvePxelinux(parsePxelinux(text), { label: 'a', ...options });

describe('kernel types', () => {
	test.each([
		['kernel x.c32', 'com32', 'x.c32'],
		['kernel x.C32', 'linux', 'x.C32'],
		['kernel x.img', 'fdimage', 'x.img'],
		['kernel x.bss', 'bss', 'x.bss'],
		['kernel x.bin', 'boot', 'x.bin'],
		['kernel x.bs', 'boot', 'x.bs'],
		['kernel x.0', 'pxe', 'x.0'],
		['kernel x', 'linux', 'x'],
		['linux x.c32', 'linux', 'x.c32'],
		['com32 x', 'com32', 'x.c32'],
		['com32 x.c32 y', 'com32', 'x.c32'],
		['pxe x', 'pxe', 'x'],
		['boot x.0', 'boot', 'x.0'],
		['config other.cfg', 'config', 'other.cfg'],
		['localboot -1', 'localboot', '-1'],
		['localboot 0x80', 'localboot', '128'],
		['none x', 'linux', '.none'],
	])('%s', (line, kernelType, kernel) => {
		expect(boot(`label a\n${line}\n`)).toMatchObject({ kernelType, kernel });
	});
});

describe('initial RAM disks', () => {
	test.each([
		['append initrd=i.img', 'initrd x.img', ['i.img'], 'BOOT_IMAGE=k initrd=i.img initrd=x.img'],
		['append noinitrd=n.img', 'initrd x.img', ['n.img'], 'BOOT_IMAGE=k noinitrd=n.img initrd=x.img'],
		['append q', 'initrd x.img,y.img', ['x.img', 'y.img'], 'BOOT_IMAGE=k q initrd=x.img,y.img'],
		['append q', '', [], 'BOOT_IMAGE=k q'],
	])('%s, %s', (append, initrd, initrds, commandLine) => {
		expect(boot(`label a\nlinux k\n${append}\n${initrd}\n`)).toMatchObject({
			initrds,
			commandLine,
			files: ['k', ...initrds],
		});
	});
});

describe('what is named', () => {
	const text = 'ui menu.c32\ndefault b c\nlabel a\nlinux k\nlabel b\nkernel l\nlabel m\nmenu goto x\n';
	const named = (options: object) => resolvePxelinux(parsePxelinux(text), options) as PxelinuxBoot;

	test('by default UI, and a typed command with its arguments', () => {
		expect(named({})).toMatchObject({ kernelType: 'com32', kernel: 'menu.c32' });
		expect(named({ command: 'a  x  y' })).toMatchObject({ commandLine: 'BOOT_IMAGE=k x  y' });
		expect(named({ command: 'zImage root=1' })).toMatchObject({
			kernel: 'zImage',
			commandLine: 'BOOT_IMAGE=zImage root=1',
		});
	});

	test('a file that is typed without its suffix', () => {
		const exists = (name: string) => name === 'chain.c32' || name === 'chain.0';
		expect(named({ command: 'chain hd0', exists })).toMatchObject({
			kernelType: 'com32',
			kernel: 'chain.c32',
			arguments: 'hd0',
		});
	});

	test('what can not be booted says why', () => {
		expect(named({ label: 'nowhere' })).toMatchObject({ kernelType: 'none', code: 'no-label' });
		expect(resolvePxelinux(parsePxelinux('label a\n'))).toMatchObject({ kernelType: 'none', code: 'no-default' });
		expect(named({ command: 'm' })).toMatchObject({ kernelType: 'none', code: 'not-a-command' });
		expect(boot('implicit 0\n', { label: undefined, command: 'x' })).toMatchObject({
			kernelType: 'none',
			code: 'no-label',
		});
		const goto = 'label a\nmenu goto .top\n';
		expect(boot(goto)).toMatchObject({ kernelType: 'none', code: 'not-a-command' });
		expect(boot(`label a\nlinux k\nappend ${'x'.repeat(2100)}\n`)).toMatchObject({
			kernelType: 'none',
			code: 'too-long',
		});
	});

	test('ALLOWOPTIONS 0 drops arguments of a file, not of a label', () => {
		const strict = 'allowoptions 0\nlabel a\nlinux k\n';
		expect(boot(strict, { label: undefined, command: 'a x' })).toMatchObject({ commandLine: 'BOOT_IMAGE=k x' });
		expect(boot(strict, { label: undefined, command: 'f x' })).toMatchObject({ commandLine: 'BOOT_IMAGE=f ' });
	});

	test('SYSAPPEND of the client', () => {
		const client = {
			ip: '10.0.0.9',
			serverIp: '10.0.0.1',
			mac: '52:54:00:12:34:56',
			facts: { sysvendor: ' Red  Hat ' },
		};
		expect(boot('label a\nlinux k\nsysappend 0x13\n', { client })).toMatchObject({
			commandLine: 'BOOT_IMAGE=k ip=10.0.0.9:10.0.0.1:0.0.0.0:0.0.0.0 BOOTIF=01-52-54-00-12-34-56 SYSVENDOR=Red_Hat',
		});
	});
});
