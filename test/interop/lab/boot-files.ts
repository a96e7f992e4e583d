import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';

const cache = new URL('../../../.lab/', import.meta.url).pathname;

/** Printed last by the initrd's init: a kernel has run, and found its initrd. */
export const userspaceMarker = 'PXEKIT-USERSPACE';

const commandLineMarker = 'PXEKIT-CMDLINE';

/** The kernel's command line as /proc/cmdline had it, out of a serial log that may hold escape sequences before it. */
export function commandLineIn(serial: string): string | undefined {
	return new RegExp(`${commandLineMarker} (.*?)\\r?$`, 'm').exec(serial)?.[1];
}

const ipxe = '/usr/lib/ipxe';
const bios = '/usr/lib/syslinux/modules/bios';

/** Boot loaders of Debian's packages, each under the name that it is served by. */
const loaders: Readonly<Record<string, string>> = {
	'undionly.kpxe': `${ipxe}/undionly.kpxe`,
	'ipxe.efi': `${ipxe}/ipxe.efi`,
	'snponly.efi': `${ipxe}/snponly.efi`,
	'pxelinux.0': '/usr/lib/PXELINUX/pxelinux.0',
	'lpxelinux.0': '/usr/lib/PXELINUX/lpxelinux.0',
	'ldlinux.c32': `${bios}/ldlinux.c32`,
	'libutil.c32': `${bios}/libutil.c32`,
	'libcom32.c32': `${bios}/libcom32.c32`,
	'menu.c32': `${bios}/menu.c32`,
};

/** Puts boot loaders, `vmlinuz` and `initrd.img` into a folder that is to be served. */
export async function writeBootFiles(folder: string): Promise<void> {
	mkdirSync(folder, { recursive: true });
	for (const [name, source] of Object.entries(loaders)) copyFileSync(source, join(folder, name));
	copyFileSync(join(await kernelPackage(), 'vmlinuz'), join(folder, 'vmlinuz'));
	await writeInitrd(join(folder, 'initrd.img'));
}

/**
 * Folder of Debian's kernel for virtual machines: `vmlinuz` and, below `lib`, its modules. Downloaded once; nothing is
 * installed.
 */
export async function kernelPackage(): Promise<string> {
	const folder = join(cache, 'kernel');
	if (existsSync(join(folder, 'vmlinuz'))) return folder;
	mkdirSync(cache, { recursive: true });
	const work = mkdtempSync(join(cache, 'download-'));
	try {
		const depends = await run('apt-cache', ['depends', 'linux-image-cloud-amd64']);
		const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
		if (!name) throw new Error('apt-cache knows no kernel for linux-image-cloud-amd64; has apt-get update run?');
		await run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', name], { cwd: work });
		const archive = readdirSync(work).find((file) => file.endsWith('.deb')) as string;
		await run('dpkg', ['-x', archive, 'unpacked'], { cwd: work });
		const unpacked = join(work, 'unpacked');
		const vmlinuz = readdirSync(join(unpacked, 'boot')).find((file) => file.startsWith('vmlinuz')) as string;
		renameSync(join(unpacked, 'boot', vmlinuz), join(unpacked, 'vmlinuz'));
		renameSync(unpacked, folder);
		return folder;
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}

/**
 * A busybox initrd that tells the kernel's command line, runs the shell script, and switches the machine off. In the
 * script `$b` is busybox; `files` are put into the initrd by name.
 */
export async function writeInitrd(
	file: string,
	{ script = '', files = {} }: { script?: string; files?: Readonly<Record<string, string>> } = {},
): Promise<void> {
	const work = `${file}.work`;
	for (const folder of ['bin', 'proc', 'sys', 'dev', 'lib']) mkdirSync(join(work, folder), { recursive: true });
	try {
		copyFileSync('/bin/busybox', join(work, 'bin/busybox'));
		for (const [name, source] of Object.entries(files)) copyFileSync(source, join(work, name));
		const mounts = ['proc proc /proc', 'sysfs sys /sys', 'devtmpfs dev /dev'].map((mount) => `$b mount -t ${mount}`);
		const init = [
			...['#!/bin/busybox sh', 'b=/bin/busybox', ...mounts],
			`echo "${commandLineMarker} $($b cat /proc/cmdline)"`,
			...[script, `echo ${userspaceMarker}`, '$b poweroff -f', ''],
		];
		writeFileSync(join(work, 'init'), init.join('\n'), { mode: 0o755 });
		const archive = `find . | cpio --quiet -o -H newc | gzip -9 > "$1"`;
		await run('sh', ['-c', archive, 'sh', file], { cwd: work });
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}
