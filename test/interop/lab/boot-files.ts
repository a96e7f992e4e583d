import { randomUUID } from 'node:crypto';
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

/** Each boot has a command line of its own, so that a stale script or log can't pass for it. */
export const newCommandLine = (): string => `console=ttyS0 quiet panic=1 pxekit.boot=${randomUUID()}`;

/**
 * Writes a script for iPXE that boots the kernel. Its names are relative, that is, to be fetched from where the script
 * came from.
 */
export function writeLinuxScript(file: string, commandLine: string): void {
	const script = ['#!ipxe', `kernel vmlinuz initrd=initrd.img ${commandLine}`, 'initrd initrd.img', 'boot', ''];
	writeFileSync(file, script.join('\n'));
}

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

/** Puts boot loaders into a folder that is to be served. */
export function writeLoaders(folder: string): void {
	mkdirSync(folder, { recursive: true });
	for (const [name, source] of Object.entries(loaders)) copyFileSync(source, join(folder, name));
}

/** Puts boot loaders, `vmlinuz` and `initrd.img` into a folder that is to be served. */
export async function writeBootFiles(folder: string): Promise<void> {
	writeLoaders(folder);
	copyFileSync(join(await kernelPackage(), 'vmlinuz'), join(folder, 'vmlinuz'));
	await writeInitrd(join(folder, 'initrd.img'));
}

/**
 * Folder of Debian's kernel for virtual machines: `vmlinuz` and, below `lib`, its modules. Downloaded once; nothing is
 * installed.
 */
export async function kernelPackage(): Promise<string> {
	return cached('kernel', async (archiveOf, folder) => {
		const depends = await run('apt-cache', ['depends', 'linux-image-cloud-amd64']);
		const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
		if (!name) throw new Error('apt-cache knows no kernel for linux-image-cloud-amd64; has apt-get update run?');
		await run('dpkg', ['-x', await archiveOf(name), folder]);
		const vmlinuz = readdirSync(join(folder, 'boot')).find((file) => file.startsWith('vmlinuz')) as string;
		renameSync(join(folder, 'boot', vmlinuz), join(folder, 'vmlinuz'));
	});
}

/** Debian's kernel for 64-bit ARM, which is a UEFI application too; out of the network installer. Downloaded once. */
export async function arm64Kernel(): Promise<string> {
	const folder = await cached('kernel-arm64', async (archiveOf, folder) => {
		const archive = await archiveOf('debian-installer-12-netboot-arm64');
		const kernel = './usr/lib/debian-installer/images/12/arm64/text/debian-installer/arm64/linux';
		const extract = 'dpkg --fsys-tarfile "$1" | tar -xO "$2" > "$3"';
		await run('bash', ['-o', 'pipefail', '-ec', extract, 'bash', archive, kernel, join(folder, 'linux')]);
	});
	return join(folder, 'linux');
}

/** A folder that is filled once, out of Debian packages. */
async function cached(
	name: string,
	fill: (archiveOf: (packageName: string) => Promise<string>, folder: string) => Promise<void>,
): Promise<string> {
	const folder = join(cache, name);
	if (existsSync(folder)) return folder;
	mkdirSync(cache, { recursive: true });
	const work = mkdtempSync(join(cache, 'download-'));
	try {
		const unfinished = join(work, 'folder');
		mkdirSync(unfinished);
		await fill(async (packageName) => {
			await run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', packageName], { cwd: work });
			return join(work, readdirSync(work).find((file) => file.startsWith(`${packageName}_`)) as string);
		}, unfinished);
		renameSync(unfinished, folder);
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
