import type { ClientArchitecture, Firmware } from './client-architectures.ts';

/** What a boot file's name tells of the machines that can run it. */
interface BootFileKind {
	/** Matched against the file's name without its folder. */
	readonly name: RegExp;
	readonly what: string;
	readonly firmware: readonly Firmware[];
	/** In the words of {@link ClientArchitecture.cpu}. */
	readonly cpu?: readonly string[];
	readonly source: string;
}

const uefi = ['uefi', 'u-boot'] as const;
const defaultName = 'UEFI 2.10 section 3.5.1.1';
const ipxeName = 'iPXE build targets bin-*-efi';

/** The first row that matches counts. U-Boot runs UEFI programs too. Scripts and kernels have names of any kind. */
const bootFileKinds: readonly BootFileKind[] = [
	// EBC (9) is what some old firmware says for x64.
	{
		name: /(x64|x86_64)\.efi$/i,
		what: 'a UEFI program for x64',
		firmware: uefi,
		cpu: ['x64', 'ebc'],
		source: defaultName,
	},
	{
		name: /(aa64|arm64)\.efi$/i,
		what: 'a UEFI program for 64-bit ARM',
		firmware: uefi,
		cpu: ['aa64'],
		source: defaultName,
	},
	{
		name: /(ia32|i386)\.efi$/i,
		what: 'a UEFI program for 32-bit x86',
		firmware: uefi,
		cpu: ['ia32'],
		source: defaultName,
	},
	{
		name: /riscv64\.efi$/i,
		what: 'a UEFI program for 64-bit RISC-V',
		firmware: uefi,
		cpu: ['riscv64'],
		source: defaultName,
	},
	{
		name: /(bootarm|arm32)\.efi$/i,
		what: 'a UEFI program for 32-bit ARM',
		firmware: uefi,
		cpu: ['arm'],
		source: ipxeName,
	},
	{ name: /\.efi$/i, what: 'a UEFI program', firmware: uefi, source: defaultName },
	{ name: /\.k{1,4}pxe$/i, what: 'an iPXE for PC BIOS', firmware: ['bios'], source: 'iPXE build targets bin/*.kpxe' },
	{
		name: /\.(0|pxe|n12)$/i,
		what: 'a PC BIOS boot program',
		firmware: ['bios'],
		source: 'names of SYSLINUX, iPXE and Windows boot programs',
	},
];

/** Says why a machine can't run the file, as far as the name tells; `undefined` when nothing speaks against it. */
export function misfit(file: string, { firmware, cpu, name }: ClientArchitecture): string | undefined {
	const baseName = file.replace(/[?#].*$/s, '').replace(/^.*[/\\]/s, '');
	const kind = bootFileKinds.find((row) => row.name.test(baseName));
	if (!kind || firmware === 'other') return undefined;
	const runs = kind.firmware.includes(firmware) && (!kind.cpu || cpu === undefined || kind.cpu.includes(cpu));
	return runs ? undefined : `${JSON.stringify(baseName)} is ${kind.what} (${kind.source}), but the client is ${name}`;
}
