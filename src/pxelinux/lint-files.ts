import { byteLength, firstWord, splitWord } from './lexical.ts';
import type { Finding, LintRule } from './lint-rules.ts';
import type { LineVisit, LintContext } from './lint-walk.ts';
import { baseName, findModule, pxelinuxModuleLibraries } from './modules.ts';

/** A file that a line names, and where in the line. */
interface NamedFile {
	readonly name: string;
	readonly start: number;
}

/** Directives whose value begins with a file name. */
const oneFile: ReadonlySet<string> = new Set(
	'KERNEL LINUX BOOT BSS PXE FDIMAGE COMBOOT COM32 CONFIG UI DISPLAY FONT KBDMAP F INCLUDE MENU_INCLUDE'
		.split(' ')
		.map((name) => name.replace('_', ' ')),
);

function namedFiles({ line }: LineVisit): NamedFile[] {
	if (line.directive === 'INITRD') return splitList(line.value, line.valueStart);
	if (line.directive === 'APPEND') {
		const match = /initrd=([^ ]*)/.exec(line.value);
		return match ? splitList(match[1] as string, line.valueStart + match.index + 'initrd='.length) : [];
	}
	if (!oneFile.has(line.directive ?? '')) return [];
	const name = firstWord(line.value);
	return name === '' ? [] : [{ name, start: line.valueStart }];
}

function splitList(list: string, start: number): NamedFile[] {
	let at = start;
	return list.split(',').map((name) => {
		const file = { name, start: at };
		at += name.length + 1;
		return file;
	});
}

function eachFile(
	look: (name: string, context: LintContext, visit: LineVisit) => string | undefined,
): LintRule['check'] {
	return (context) =>
		context.visits.flatMap((visit) =>
			namedFiles(visit).flatMap(({ name, start }): Finding[] => {
				const message = look(name, context, visit);
				return message === undefined ? [] : [{ visit, message, start, end: start + name.length }];
			}),
		);
}

/** The module that a line starts, COM32's missing suffix added. */
function moduleOf({ line }: LineVisit): string | undefined {
	const isModule =
		line.directive === 'COM32' ||
		line.directive === 'KERNEL' ||
		line.directive === 'UI' ||
		line.directive === 'DEFAULT';
	const [word] = isModule ? splitWord(line.value) : [''];
	if (word.endsWith('.c32')) return word;
	return line.directive === 'COM32' && word !== '' ? `${word}.c32` : undefined;
}

function eachModule(look: (module: string, context: LintContext) => string | undefined): LintRule['check'] {
	return (context) =>
		context.visits.flatMap((visit): Finding[] => {
			const module = moduleOf(visit);
			const message = module === undefined ? undefined : look(module, context);
			return message === undefined ? [] : [{ visit, message }];
		});
}

const pxe = 'SYSLINUX core/fs/pxe/pxe.c';

/** Rules about the files that lines name. */
export const fileRules: readonly LintRule[] = [
	{
		code: 'name-too-long',
		severity: 'error',
		meaning: 'a file name that the loader cuts, 255 bytes with the prefix',
		source: 'SYSLINUX core/include/fs.h, FILENAME_MAX',
		check: eachFile((name) => (byteLength(name) > 255 ? `${byteLength(name)} bytes; the loader keeps 255` : undefined)),
	},
	{
		code: 'name-over-127',
		severity: 'info',
		meaning: 'a file name longer than the documentation promises, 127 bytes with the prefix',
		source: 'SYSLINUX doc/pxelinux.txt',
		check: eachFile((name) => {
			const length = byteLength(name);
			return length > 127 && length <= 255 ? `${length} bytes; the documentation promises 127` : undefined;
		}),
	},
	{
		code: 'no-https',
		severity: 'error',
		meaning: 'an https URL, which no PXELINUX can fetch',
		source: `${pxe}, url_schemes`,
		check: eachFile((name) => (/^https:/i.test(name) ? 'no PXELINUX has https; use http or tftp' : undefined)),
	},
	{
		code: 'no-http',
		severity: 'error',
		meaning: 'a URL, for pxelinux.0, which has TFTP only',
		source: pxe,
		check: eachFile((name, { options }) =>
			/^(?:http|ftp):/i.test(name) && options.loader === 'pxelinux.0'
				? 'pxelinux.0 has TFTP only; lpxelinux.0 has http and ftp'
				: undefined,
		),
	},
	{
		code: 'no-names-on-uefi',
		severity: 'error',
		meaning: 'a host name in a URL on UEFI, where SYSLINUX has no DNS and asks the boot server instead',
		source: 'SYSLINUX efi/',
		check: eachFile((name, { options }) => {
			const host = /^(?:http|ftp|tftp):\/\/(?:[^/@]*@)?([^/:]+)/i.exec(name)?.[1];
			return options.loader === 'syslinux.efi' && host !== undefined && !/^[\d.]+$/.test(host)
				? `syslinux.efi has no DNS: it asks its boot server instead of ${host}; give the address`
				: undefined;
		}),
	},
	{
		code: 'bios-only',
		severity: 'error',
		meaning: 'what needs a BIOS, on UEFI',
		source: 'SYSLINUX efi/; module list of the UEFI build',
		check: (context) => {
			if (context.options.loader !== 'syslinux.efi') return [];
			return context.visits.flatMap((visit): Finding[] => {
				const message = biosOnly(visit);
				return message === undefined ? [] : [{ visit, message }];
			});
		},
	},
	{
		code: 'library-missing',
		severity: 'error',
		meaning: 'a module whose libraries are not among the served files',
		source: 'ELF headers of the modules of SYSLINUX 6.04',
		check: eachModule((module, { files }) => {
			if (!files) return undefined;
			const served = new Set([...files].map(baseName));
			const needed = ['ldlinux.c32', ...pxelinuxModuleLibraries(module)];
			const missing = needed.filter(
				(library) =>
					!served.has(library) &&
					!(library === 'ldlinux.c32' && (served.has('ldlinux.e64') || served.has('ldlinux.e32'))),
			);
			return missing.length > 0
				? `${module} needs ${missing.join(', ')}, which ${missing.length > 1 ? 'are' : 'is'} not served`
				: undefined;
		}),
	},
];

function biosOnly(visit: LineVisit): string | undefined {
	const { directive, value } = visit.line;
	if (directive === 'PXE' || directive === 'BSS' || directive === 'BOOT') return `${directive} needs a BIOS`;
	if (directive === 'LOCALBOOT' && !/^-?[01]?\s*$/.test(value))
		return 'on UEFI every LOCALBOOT goes back to the firmware, whatever the number';
	if ((directive === 'LINUX' || directive === 'KERNEL') && baseName(firstWord(value)) === 'memdisk')
		return 'MEMDISK needs a BIOS';
	const module = moduleOf(visit);
	if (module !== undefined && findModule(module)?.efi === false) return `${baseName(module)} is not built for UEFI`;
	return directive === 'KERNEL' && /\.(?:0|bss|bin|bs)$/.test(firstWord(value))
		? `${firstWord(value)} needs a BIOS`
		: undefined;
}
