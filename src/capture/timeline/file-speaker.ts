import type { HttpExchange, TftpTransfer } from '../talks/transfer.ts';
import type { StageKind } from './session.ts';

/** A program that gives itself away by what it fetches. */
export interface FileSpeaker {
	readonly kind: StageKind;
	readonly name: string;
}

interface FileHabit extends FileSpeaker {
	readonly asks: RegExp;
	/** Others ask for such files too: tells only while firmware speaks. */
	readonly afterFirmwareOnly?: boolean;
	/** Firmware itself may be told to fetch such a file: tells only after it has fetched another. */
	readonly afterProgramOnly?: boolean;
}

const fileHabits: readonly FileHabit[] = [
	// SYSLINUX 5 and later fetch their second half first: core/elflink/load_env32.c.
	{ kind: 'loader', name: 'PXELINUX', asks: /(?:^|[/\\])ldlinux\.c32$/i },
	{ kind: 'loader', name: 'SYSLINUX (EFI)', asks: /(?:^|[/\\])ldlinux\.e(?:32|64)$/i },
	// core/fs/pxe/pxe.c. U-Boot and Petitboot look there too: cmd/pxe_utils.c.
	{ kind: 'loader', name: 'PXELINUX', asks: /(?:^|[/\\])pxelinux\.cfg\//i, afterFirmwareOnly: true },
	// grub-core/normal/main.c asks for grub.cfg-01-MAC and so on; modules stand below the platform's name.
	{
		kind: 'loader',
		name: 'GRUB',
		asks: /(?:^|[/\\])(?:grub\.cfg(?:-[\w.:-]+)?|(?:i386|x86_64|arm|arm64|riscv64|powerpc|ia64|loongarch64)-(?:pc|efi|ieee1275)\/.+)$/i,
	},
	// shim.c: what it starts, and what tells it which programs are revoked.
	{
		kind: 'loader',
		name: 'shim',
		asks: /(?:^|[/\\])(?:grub\w*|mm\w*|fb\w*|revocations\w*|shim_certificate\w*)\.efi$/i,
		afterFirmwareOnly: true,
		afterProgramOnly: true,
	},
	{
		kind: 'loader',
		name: 'Windows Boot Manager',
		asks: /(?:^|[/\\])(?:bootmgr\.exe|bcd|boot\.sdi|boot\.ini|[^/\\]+\.wim)$/i,
		afterFirmwareOnly: true,
	},
];

/** Which loader asks for such a file, while `current` is the one who spoke last and has fetched the program `fetched`. */
export function loaderAsking(
	filename: string,
	current: StageKind,
	fetched: string | undefined,
): FileSpeaker | undefined {
	const hasProgram = fetched !== undefined && fetched !== filename;
	return fileHabits.find(
		({ asks, afterFirmwareOnly, afterProgramOnly }) =>
			asks.test(filename) && !(afterFirmwareOnly && current !== 'rom') && !(afterProgramOnly && !hasProgram),
	);
}

const agents: readonly (readonly [agent: RegExp, kind: StageKind, name: string])[] = [
	[/^gPXE\b/, 'ipxe', 'gPXE'],
	[/^iPXE\b/, 'ipxe', 'iPXE'],
	[/^UefiHttpBoot\b/, 'rom', 'UEFI (EDK2) HTTP boot'],
	[/^GRUB\b/, 'loader', 'GRUB'],
	[/^SYSLINUX\b/i, 'loader', 'PXELINUX'],
	[/^U-Boot\b/, 'loader', 'U-Boot'],
	[/^(?:Wget|curl|anaconda|dracut|Debian|APT|libdnf|ignition|casper)\b/i, 'kernel', 'Linux'],
];

/** Who asks over HTTP, by its User-Agent. */
export function agentSpeaking({ userAgent = '' }: HttpExchange): FileSpeaker | undefined {
	const row = agents.find(([agent]) => agent.test(userAgent));
	return row && { kind: row[1], name: row[2] };
}

/** Last part of a path, for people. */
export function baseName(path: string): string {
	return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Names of programs that firmware and loaders start. */
const programName = /\.(?:efi|0|pxe|kpxe|kkpxe|kkkpxe|lkrn|n12|com|bin|img|c32)$/i;

/**
 * A file that was fetched to its end and is no script: what speaks next may be that program. Firmware fetches nothing but
 * programs; iPXE fetches scripts too, which are the same iPXE.
 */
export function isProgramFetched(
	{ kind, filename, outcome, head, bytes, requests, answeredFrom }: TftpTransfer,
	speaker: StageKind,
): boolean {
	if (kind !== 'read') return false;
	// A capture of requests only: had there been no answer, the client would have asked again.
	const unseen = answeredFrom === undefined && bytes === 0 && requests === 1;
	if (outcome !== 'complete' && !unseen) return false;
	return speaker === 'rom' || isProgram(filename, head);
}

/** The same over HTTP. */
export function isProgramDownloaded({ method, target, status, head }: HttpExchange, speaker: StageKind): boolean {
	if (method !== 'GET' || status === undefined || status >= 300) return false;
	return speaker === 'rom' || isProgram(target.replace(/[?#].*$/s, ''), head);
}

function isProgram(name: string, head: Uint8Array): boolean {
	const [first, second] = head;
	// "#!" of a script; "MZ" of EFI programs and of Linux.
	if (first === 0x23 && second === 0x21) return false;
	return (first === 0x4d && second === 0x5a) || programName.test(name);
}
