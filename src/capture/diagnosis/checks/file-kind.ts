import type { ClientArchitecture } from '../../../pxe/client-architectures.ts';

/** What a file is, told by its first bytes. */
export interface FileKind {
	readonly kind: /** A program for PC BIOS: begins with a jump of 16-bit code. */
		| 'bios-program'
		/** A UEFI program; `cpu` says for which machine. */
		| 'uefi-program'
		/** A Linux kernel for x86 without a UEFI header. */
		| 'linux-kernel'
		| 'elf'
		| 'ipxe-script'
		| 'iso'
		| 'compressed'
		| 'cpio'
		| 'wim'
		| 'html'
		| 'text'
		| 'empty'
		| 'unknown';
	/** For people: `'a UEFI program for x64'`. */
	readonly what: string;
	/** In the words of the table of client architectures. */
	readonly cpu?: string | undefined;
}

/** PE/COFF machine types (UEFI 2.10 section 2.1.1, Microsoft PE format). */
const machines: Readonly<Record<number, string>> = {
	332: 'ia32',
	512: 'ia64',
	3772: 'ebc',
	448: 'arm',
	450: 'arm',
	452: 'arm',
	20530: 'riscv32',
	20580: 'riscv64',
	20776: 'riscv128',
	25138: 'loongarch32',
	25188: 'loongarch64',
	34404: 'x64',
	43620: 'aa64',
};

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
	String.fromCharCode(...bytes.subarray(at, at + length));
const startsWith = (bytes: Uint8Array, ...magic: readonly number[]): boolean =>
	magic.every((byte, index) => bytes[index] === byte);
const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
/** Offsets above 2 GiB come out negative, and lie outside the bytes like all others that are too large. */
const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) | (u16(bytes, at + 2) << 16);

function uefiProgram(head: Uint8Array): FileKind | undefined {
	if (ascii(head, 0, 2) !== 'MZ') return undefined;
	const at = u32(head, 0x3c);
	if (at < 0 || at + 6 > head.length || ascii(head, at, 4) !== 'PE\0\0') return undefined;
	const machine = u16(head, at + 4);
	const cpu = machines[machine];
	const type = `machine type 0x${machine.toString(16).padStart(4, '0')}`;
	return { kind: 'uefi-program', what: `a UEFI program for ${cpu ?? 'an unknown machine'} (PE, ${type})`, cpu };
}

/** A Linux kernel, whatever else it is: with a UEFI header it is a UEFI program too (Documentation/arch/x86/boot.rst, arm64/booting.rst). */
export function isLinuxKernel(head: Uint8Array): boolean {
	return ascii(head, 0x202, 4) === 'HdrS' || ascii(head, 0x38, 4) === 'ARMd';
}

/** Where no byte but the jump is known: SYSLINUX and iPXE begin with a far one, Windows and others with a near or short one. */
const jumps: readonly number[] = [0xea, 0xe9, 0xeb];

function isPrintable(bytes: Uint8Array): boolean {
	return bytes.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13);
}

type Magic = readonly [kind: FileKind['kind'], what: string, is: (head: Uint8Array) => boolean];

/** The first that fits counts. */
const magics: readonly Magic[] = [
	['empty', 'empty', (head) => head.length === 0],
	['ipxe-script', 'an iPXE script', (head) => /^#!g?ipxe|^#!gpxe/.test(ascii(head, 0, 7))],
	['linux-kernel', 'a Linux kernel for x86 (HdrS)', (head) => ascii(head, 0x202, 4) === 'HdrS'],
	['elf', 'an ELF program', (head) => startsWith(head, 0x7f, 0x45, 0x4c, 0x46)],
	['iso', 'an ISO 9660 image', (head) => ascii(head, 0x8001, 5) === 'CD001'],
	['compressed', 'compressed with gzip', (head) => startsWith(head, 0x1f, 0x8b)],
	['compressed', 'compressed with xz', (head) => startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a)],
	['compressed', 'compressed with zstd', (head) => startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)],
	['compressed', 'compressed with bzip2', (head) => ascii(head, 0, 3) === 'BZh'],
	['cpio', 'an initial RAM disk (cpio)', (head) => /^07070[12]/.test(ascii(head, 0, 6))],
	['wim', 'a Windows image (WIM)', (head) => ascii(head, 0, 5) === 'MSWIM'],
	['html', 'a web page', (head) => /^\s*<(!doctype|html|head|body)/i.test(ascii(head, 0, 64))],
	['text', 'text', (head) => isPrintable(head.subarray(0, 512))],
	['text', 'text that begins with a byte order mark', (head) => startsWith(head, 0xef, 0xbb, 0xbf)],
	['bios-program', 'a PC BIOS boot program (16-bit code)', (head) => jumps.includes(head[0] as number)],
];

/** Tells what a file is. `head` is the file's beginning; 64 KiB is enough for all that is known here. */
export function fileKind(head: Uint8Array): FileKind {
	const program = uefiProgram(head);
	if (program) return program;
	const magic = magics.find(([, , is]) => is(head));
	return magic ? { kind: magic[0], what: magic[1] } : { kind: 'unknown', what: 'of no kind that is known here' };
}

/** Files that no firmware runs: a boot loader has to fetch them. */
const neverPrograms: readonly FileKind['kind'][] = ['iso', 'compressed', 'cpio', 'wim', 'html', 'text', 'ipxe-script'];

/** Whether it is no program at all. */
export function isNoProgram({ kind }: FileKind): boolean {
	return neverPrograms.includes(kind);
}

/** A program, but one that the machine can't run. */
export function isForOtherMachine({ kind, cpu }: FileKind, { firmware, cpu: own }: ClientArchitecture): boolean {
	if (firmware === 'other') return false;
	if (firmware === 'bios') return kind === 'uefi-program' || kind === 'elf' || kind === 'linux-kernel';
	if (kind === 'bios-program') return true;
	if (kind === 'elf' || kind === 'linux-kernel') return firmware === 'uefi';
	if (kind !== 'uefi-program' || own === undefined || cpu === undefined) return false;
	// UEFI runs byte code on all machines; and 9 (EBC) is what some old firmware says for x64.
	return cpu !== own && cpu !== 'ebc' && !(own === 'ebc' && cpu === 'x64');
}
