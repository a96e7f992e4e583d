/** A COM32 module of SYSLINUX. */
export interface PxelinuxModule {
	/** File name. */
	readonly name: string;
	/** Libraries that it names itself; each may need others. `ldlinux.c32` is loaded before any module. */
	readonly libraries: readonly string[];
	/** Whether it is built for UEFI too. */
	readonly efi: boolean;
}

/**
 * The modules of SYSLINUX 6.04 with the libraries that their ELF headers name (DT_NEEDED), and whether the UEFI build has
 * them.
 */
export const pxelinuxModules: readonly PxelinuxModule[] = [
	{ name: 'cat.c32', libraries: [], efi: true },
	{ name: 'chain.c32', libraries: ['libutil.c32', 'libcom32.c32'], efi: true },
	{ name: 'cmd.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'cmenu.c32', libraries: ['libmenu.c32'], efi: true },
	{ name: 'config.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'cptime.c32', libraries: ['libutil.c32'], efi: true },
	{ name: 'cpu.c32', libraries: ['libgpl.c32'], efi: true },
	{ name: 'cpuid.c32', libraries: [], efi: true },
	{ name: 'cpuidtest.c32', libraries: ['libgpl.c32'], efi: true },
	{ name: 'debug.c32', libraries: [], efi: true },
	{ name: 'dhcp.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'dir.c32', libraries: [], efi: true },
	{ name: 'disk.c32', libraries: ['libgpl.c32'], efi: false },
	{ name: 'dmi.c32', libraries: ['libgpl.c32'], efi: true },
	{ name: 'dmitest.c32', libraries: ['libgpl.c32'], efi: true },
	{ name: 'elf.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'ethersel.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'gfxboot.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'gpxecmd.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'hdt.c32', libraries: ['libutil.c32', 'libgpl.c32', 'libcom32.c32', 'libmenu.c32'], efi: true },
	{ name: 'hexdump.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'host.c32', libraries: [], efi: true },
	{ name: 'ifcpu.c32', libraries: ['libutil.c32', 'libgpl.c32', 'libcom32.c32'], efi: true },
	{ name: 'ifcpu64.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'ifmemdsk.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'ifplop.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'kbdmap.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'kontron_wdt.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'lfs.c32', libraries: [], efi: true },
	{ name: 'linux.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'ls.c32', libraries: [], efi: true },
	{ name: 'lua.c32', libraries: ['liblua.c32', 'libcom32.c32'], efi: true },
	{ name: 'mboot.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'meminfo.c32', libraries: [], efi: true },
	{ name: 'menu.c32', libraries: ['libutil.c32'], efi: true },
	{ name: 'pci.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'pcitest.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'pmload.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'poweroff.c32', libraries: [], efi: false },
	{ name: 'prdhcp.c32', libraries: ['libutil.c32', 'libcom32.c32'], efi: false },
	{ name: 'pwd.c32', libraries: [], efi: true },
	{ name: 'pxechn.c32', libraries: ['libutil.c32', 'libcom32.c32'], efi: false },
	{ name: 'reboot.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'rosh.c32', libraries: ['libutil.c32', 'libcom32.c32'], efi: true },
	{ name: 'sanboot.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'sdi.c32', libraries: ['libcom32.c32'], efi: false },
	{ name: 'sysdump.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'syslinux.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'vesa.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'vesainfo.c32', libraries: [], efi: false },
	{ name: 'vesamenu.c32', libraries: ['libutil.c32', 'libcom32.c32'], efi: true },
	{ name: 'vpdtest.c32', libraries: ['libgpl.c32'], efi: true },
	{ name: 'whichsys.c32', libraries: ['libcom32.c32'], efi: true },
	{ name: 'zzjson.c32', libraries: ['libgpl.c32'], efi: true },
];

/** Libraries that libraries need. */
const libraryNeeds: Readonly<Record<string, readonly string[]>> = { 'libmenu.c32': ['libutil.c32', 'libcom32.c32'] };

/**
 * The row of a module, whatever the folder in its name.
 *
 * @internal
 */
export function findModule(file: string): PxelinuxModule | undefined {
	const name = baseName(file);
	return pxelinuxModules.find((module) => module.name === name);
}

/**
 * All library files that a module of SYSLINUX 5 and later needs beside it, in the order in which the loader asks for
 * them. Empty for a module that is not SYSLINUX's own.
 *
 * @example
 * ```ts
 * import { pxelinuxModuleLibraries } from 'pxekit/pxelinux';
 *
 * pxelinuxModuleLibraries('boot/vesamenu.c32'); // => ['libutil.c32', 'libcom32.c32']
 * ```
 */
export function pxelinuxModuleLibraries(file: string): string[] {
	const libraries = findModule(file)?.libraries ?? [];
	return [...new Set(libraries.flatMap((library) => [...(libraryNeeds[library] ?? []), library]))];
}

/**
 * What follows the last slash.
 *
 * @internal
 */
export function baseName(file: string): string {
	return file.slice(file.lastIndexOf('/') + 1);
}
