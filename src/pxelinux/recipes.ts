import type { SanTarget } from '../san/target.ts';
import { formatSanUri } from '../san/uri.ts';
import { refuse } from './check.ts';
import type {
	PxelinuxBootSpec,
	PxelinuxEntryLook,
	PxelinuxEntrySpec,
	PxelinuxLabelLook,
	PxelinuxLabelSpec,
	PxelinuxMenuSpec,
	PxelinuxSeparatorSpec,
	PxelinuxSubmenuSpec,
} from './spec.ts';

function entry(label: string, boot: PxelinuxBootSpec, look: PxelinuxLabelLook): PxelinuxLabelSpec {
	return { kind: 'label', label, does: { boot }, ...look };
}

/** What {@link linux} takes. */
export interface LinuxOptions extends PxelinuxLabelLook, Omit<PxelinuxBootSpec, 'keyword'> {}

/**
 * A Linux kernel, whatever its name. With lpxelinux.0 and syslinux.efi its files may be http and ftp URLs.
 *
 * @example
 * ```ts
 * import { linux } from 'pxekit/pxelinux';
 *
 * linux('arch', { kernel: 'vmlinuz', initrds: ['initrd.img'], append: 'archisobasedir=arch', display: 'Arch Linux' });
 * ```
 */
export function linux(label: string, { kernel, append, initrds, sysappend, ...look }: LinuxOptions): PxelinuxLabelSpec {
	return entry(label, { keyword: 'linux', kernel, append, initrds, sysappend }, look);
}

/** What {@link memdiskIso} takes. */
export interface MemdiskIsoOptions extends PxelinuxLabelLook {
	/** The ISO file. */
	readonly iso: string;
	/** MEMDISK's name; `memdisk` by default. */
	readonly memdisk?: string | undefined;
	/** `raw` access to memory, which Windows wants; `true` by default. */
	readonly raw?: boolean | undefined;
}

/**
 * An ISO image that MEMDISK keeps in memory as a CD. BIOS only; Windows PE finds it, most Linux images do not.
 *
 * @example
 * ```ts
 * import { memdiskIso } from 'pxekit/pxelinux';
 *
 * memdiskIso('windows_pe', { iso: 'winpe.iso' });
 * ```
 */
export function memdiskIso(
	label: string,
	{ iso, memdisk = 'memdisk', raw = true, ...look }: MemdiskIsoOptions,
): PxelinuxLabelSpec {
	return entry(label, { keyword: 'linux', kernel: memdisk, append: raw ? 'iso raw' : 'iso', initrds: [iso] }, look);
}

/** What {@link comModule} takes. */
export interface ComModuleOptions extends PxelinuxLabelLook {
	/** File: `chain.c32`. */
	readonly module: string;
	readonly arguments?: string | undefined;
}

/**
 * A COM32 module.
 *
 * @example
 * ```ts
 * import { comModule } from 'pxekit/pxelinux';
 *
 * comModule('hardware', { module: 'hdt.c32' });
 * ```
 */
export function comModule(label: string, { module, arguments: append, ...look }: ComModuleOptions): PxelinuxLabelSpec {
	return entry(label, { keyword: 'com32', kernel: module, append }, look);
}

/** What {@link wimboot} takes. */
export interface WimbootOptions extends PxelinuxLabelLook {
	/** wimboot's name; `wimboot` by default. */
	readonly wimboot?: string | undefined;
	/** Boot manager, BCD, boot.sdi and boot.wim. */
	readonly files: readonly string[];
}

/**
 * Windows PE by wimboot, through linux.c32, which gives the files their names.
 *
 * @throws an {@link EncodeError} for a file name with a comma or white space
 * @example
 * ```ts
 * import { wimboot } from 'pxekit/pxelinux';
 *
 * wimboot('windows_pe', { files: ['bootmgr', 'boot/bcd', 'boot/boot.sdi', 'sources/boot.wim'] });
 * ```
 */
export function wimboot(
	label: string,
	{ wimboot: kernel = 'wimboot', files, ...look }: WimbootOptions,
): PxelinuxLabelSpec {
	const bad = [kernel, ...files].find((file) => /[\0-\x20\x7f,]/.test(file) || file === '');
	if (bad !== undefined)
		throw refuse('bad-file', 'files', `${JSON.stringify(bad)} can't be named to linux.c32: no white space, no commas`);
	return comModule(label, { module: 'linux.c32', arguments: `${kernel} initrdfile=${files.join(',')}`, ...look });
}

/** What {@link chainDisk} takes. */
export interface ChainDiskOptions extends PxelinuxLabelLook {
	/** Disk as chain.c32 counts it; 0, the first, by default. */
	readonly disk?: number | undefined;
	/** Partition; the disk's boot sector by default. */
	readonly partition?: number | undefined;
}

/**
 * The boot sector of a disk or partition, by chain.c32.
 *
 * @example
 * ```ts
 * import { chainDisk } from 'pxekit/pxelinux';
 *
 * chainDisk('disk', { partition: 1 });
 * ```
 */
export function chainDisk(label: string, { disk = 0, partition, ...look }: ChainDiskOptions = {}): PxelinuxLabelSpec {
	const wrong = [disk, partition ?? 0].find((number) => !Number.isInteger(number) || number < 0);
	if (wrong !== undefined) throw refuse('out-of-range', 'disk', `${wrong} is no number of a disk or partition`);
	return comModule(label, {
		module: 'chain.c32',
		arguments: `hd${disk}${partition === undefined ? '' : ` ${partition}`}`,
		...look,
	});
}

/**
 * Another network boot program. `pxechn.c32` can do it with options of its own: see {@link comModule}.
 *
 * @example
 * ```ts
 * import { networkBootProgram } from 'pxekit/pxelinux';
 *
 * networkBootProgram('ipxe', { file: 'undionly.kpxe' });
 * ```
 */
export function networkBootProgram(
	label: string,
	{ file, ...look }: PxelinuxLabelLook & { readonly file: string },
): PxelinuxLabelSpec {
	return entry(label, { keyword: 'pxe', kernel: file }, look);
}

/** What {@link localBoot} takes. */
export interface LocalBootOptions extends PxelinuxLabelLook {
	/** 0 (by default): normal; 4: keep the UNDI driver; 5: keep the PXE stack; -1: the firmware's next device. */
	readonly type?: number | undefined;
}

/**
 * Leaves for the local disk.
 *
 * @example
 * ```ts
 * import { localBoot } from 'pxekit/pxelinux';
 *
 * localBoot('disk', { type: -1 });
 * ```
 */
export function localBoot(label: string, { type = 0, ...look }: LocalBootOptions = {}): PxelinuxLabelSpec {
	return entry(label, { keyword: 'localboot', kernel: String(type) }, look);
}

/** What {@link sanBoot} takes. */
export interface SanBootOptions extends PxelinuxLabelLook {
	/** One disk, or several paths to it. */
	readonly targets: SanTarget | readonly SanTarget[];
}

/**
 * A SAN disk by sanboot.c32, which works when PXELINUX was started by gPXE or iPXE. Credentials are not written: CHAP's
 * go in the settings of iPXE.
 *
 * @throws an {@link EncodeError} for a target that no URI can say
 * @example
 * ```ts
 * import { sanBoot } from 'pxekit/pxelinux';
 * import { parseSanUri } from 'pxekit/san';
 *
 * sanBoot('iscsi', { targets: parseSanUri('iscsi:192.168.0.1::::iqn.2004-01.org.example:disk1') });
 * ```
 */
export function sanBoot(label: string, { targets, ...look }: SanBootOptions): PxelinuxLabelSpec {
	const list = Array.isArray(targets) ? (targets as readonly SanTarget[]) : [targets as SanTarget];
	if (list.some(({ scheme }) => scheme === 'nvme+tcp'))
		throw refuse('no-nvme', 'targets', 'gPXE and iPXE have no NVMe over TCP');
	const uris = list.map((target) => formatSanUri(target, { dialect: 'ipxe' }));
	return comModule(label, { module: 'sanboot.c32', arguments: uris.join(' '), ...look });
}

/** What {@link submenu} takes. */
export interface SubmenuOptions extends PxelinuxEntryLook {
	readonly menu?: PxelinuxMenuSpec | undefined;
	readonly entries: readonly PxelinuxEntrySpec[];
}

/**
 * A menu within a menu.
 *
 * @example
 * ```ts
 * import { localBoot, submenu } from 'pxekit/pxelinux';
 *
 * submenu('more', { display: '^More', entries: [localBoot('disk')] });
 * ```
 */
export function submenu(tag: string, options: SubmenuOptions): PxelinuxSubmenuSpec {
	return { kind: 'submenu', tag, ...options };
}

/** An empty line in a menu. */
export const separator: PxelinuxSeparatorSpec = { kind: 'separator' };
