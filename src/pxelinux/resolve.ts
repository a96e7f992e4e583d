import { evaluatePxelinux, findLabel } from './evaluate.ts';
import { byteLength, firstWord, maximumCommandLine, splitWord, strtoul } from './lexical.ts';
import type { PxelinuxEntry, PxelinuxMeaning } from './meaning.ts';
import type { PxelinuxClient } from './sysappend.ts';
import type { PxelinuxConfig } from './tree.ts';

/** What kind of file the loader takes an entry's file for. */
export type PxelinuxKernelType =
	| 'linux'
	| 'com32'
	| 'pxe'
	| 'boot'
	| 'bss'
	| 'fdimage'
	| 'comboot'
	| 'localboot'
	| 'config';

/** What a command boots. */
export interface PxelinuxBoot {
	readonly kernelType: PxelinuxKernelType;
	/** File, as it is named; for `localboot` the number. */
	readonly kernel: string;
	/** What follows it. */
	readonly arguments: string;
	/** For `linux`: initial RAM disks in order of loading, joined in memory. */
	readonly initrds: readonly string[];
	/** All files by name, in order of request. Modules ask for libraries and for further files of their own. */
	readonly files: readonly string[];
	/** For `linux` with `BOOT_IMAGE=` before it, as the kernel sees it; for `com32` the arguments; nothing else gets any. */
	readonly commandLine: string;
	/** The label that was named, if one was. */
	readonly entry?: PxelinuxEntry | undefined;
}

/** Why a command boots nothing. */
export interface PxelinuxNoBoot {
	readonly kernelType: 'none';
	/** Stable, for programs. */
	readonly code: 'no-default' | 'no-label' | 'not-a-command' | 'too-long';
	/** For people. */
	readonly message: string;
	readonly entry?: PxelinuxEntry | undefined;
}

/** What to resolve, and for whom. */
export interface ResolvePxelinuxOptions {
	/** A label; must be there. */
	readonly label?: string | undefined;
	/** A command as it could be typed: a label or a file, and arguments. What starts by itself, by default. */
	readonly command?: string | undefined;
	/** Whose facts SYSAPPEND adds. */
	readonly client?: PxelinuxClient | undefined;
	/** Whether a file is there: decides which suffix is added to a file's name that is typed without one. Nothing is, by default. */
	readonly exists?: ((name: string) => boolean) | undefined;
}

/** In this order, and case counts. SYSLINUX com32/elflink/ldlinux/ldlinux.c. */
const suffixes: readonly (readonly [suffix: string, type: PxelinuxKernelType])[] = [
	['.c32', 'com32'],
	['.img', 'fdimage'],
	['.bss', 'bss'],
	['.bin', 'boot'],
	['.bs', 'boot'],
	['.0', 'pxe'],
];

/**
 * What a label, a typed command or the default boots: the kind of its file, the files in order, the command line.
 * Sources: SYSLINUX com32/elflink/ldlinux/ldlinux.c, execute.c and kernel.c.
 *
 * @throws an {@link EncodeError} when an address of the client is malformed; never because of the configuration
 * @example
 * ```ts
 * import { parsePxelinux, resolvePxelinux } from 'pxekit/pxelinux';
 *
 * const config = parsePxelinux('default arch\nlabel arch\nlinux vmlinuz\nappend quiet\ninitrd ucode.img,initrd.img\n');
 * const boot = resolvePxelinux(config);
 * boot.kernelType; // => 'linux'
 * 'files' in boot && boot.files; // => ['vmlinuz', 'ucode.img', 'initrd.img']
 * 'files' in boot && boot.commandLine; // => 'BOOT_IMAGE=vmlinuz quiet initrd=ucode.img,initrd.img'
 * ```
 */
export function resolvePxelinux(
	config: PxelinuxConfig,
	options: ResolvePxelinuxOptions = {},
): PxelinuxBoot | PxelinuxNoBoot {
	return resolveCommand(evaluatePxelinux(config, { client: options.client }), options);
}

/** @internal As {@link resolvePxelinux}, for a meaning that is at hand. */
export function resolveCommand(
	meaning: PxelinuxMeaning,
	{ label, command = label ?? meaning.settings.defaultCommand, exists = () => false }: ResolvePxelinuxOptions = {},
): PxelinuxBoot | PxelinuxNoBoot {
	if (command === undefined) return none('no-default', 'no DEFAULT or UI says what to boot');
	const entry = meaning.entries[findLabel(meaning.entries, command)];
	if (entry) return resolveEntry(entry, splitWord(command)[1]);
	if (label !== undefined) return none('no-label', `there is no label ${JSON.stringify(label)}`);
	if (meaning.settings.implicit === 0)
		return none('no-label', `there is no label ${firstWord(command)}, and IMPLICIT 0 allows no files`);
	const typed = meaning.settings.allowOptions === 0 ? firstWord(command) : command;
	const [word] = splitWord(typed);
	const added = typeOf(word) === 'linux' ? suffixes.find(([suffix]) => exists(word + suffix)) : undefined;
	return execute(word + (added?.[0] ?? '') + typed.slice(word.length));
}

/** @internal What choosing an entry boots, with arguments that were typed after its label. */
export function resolveEntry(entry: PxelinuxEntry, typed = ''): PxelinuxBoot | PxelinuxNoBoot {
	if (entry.commandLine === undefined)
		return none('not-a-command', `the entry ${entry.display} boots nothing: ${entry.action}`, entry);
	return execute(entry.commandLine + (typed === '' ? '' : ` ${typed}`), undefined, entry);
}

const typeWords: ReadonlySet<string> = new Set<PxelinuxKernelType>([
	'linux',
	'com32',
	'pxe',
	'boot',
	'bss',
	'fdimage',
	'comboot',
	'localboot',
	'config',
]);

function execute(command: string, type?: PxelinuxKernelType, entry?: PxelinuxEntry): PxelinuxBoot | PxelinuxNoBoot {
	if (byteLength(command) > maximumCommandLine) {
		return none('too-long', `the command line has more than ${maximumCommandLine} bytes`, entry);
	}
	const [word, rest] = splitWord(command);
	if (word.startsWith('.') && (typeWords.has(word.slice(1)) || word === '.kernel')) {
		const forced = word === '.kernel' ? 'linux' : (word.slice(1) as PxelinuxKernelType);
		return execute(forced === 'com32' ? withSuffix(rest, '.c32') : rest, forced, entry);
	}
	const kernelType = type ?? typeOf(word);
	const getsArguments = kernelType === 'com32' || kernelType === 'config';
	const boot = {
		kernelType,
		kernel: word,
		arguments: rest,
		initrds: [],
		files: [word],
		commandLine: getsArguments ? rest : '',
		...(entry && { entry }),
	};
	if (kernelType === 'localboot') return { ...boot, kernel: String(strtoul(word) | 0), files: [] };
	if (kernelType !== 'linux') return boot;
	const commandLine = `BOOT_IMAGE=${word} ${rest}`;
	const initrds = findInitrds(commandLine);
	return { ...boot, commandLine, initrds, files: [word, ...initrds] };
}

/** The first `initrd=` anywhere, even inside another word; a list up to the next space. */
function findInitrds(commandLine: string): string[] {
	const list = /initrd=([^ ]*)/.exec(commandLine)?.[1];
	return list === undefined ? [] : list.split(',');
}

function typeOf(word: string): PxelinuxKernelType {
	return suffixes.find(([suffix]) => word.endsWith(suffix))?.[1] ?? 'linux';
}

function withSuffix(command: string, suffix: string): string {
	const word = firstWord(command);
	return word.endsWith(suffix) ? command : word + suffix + command.slice(word.length);
}

function none(code: PxelinuxNoBoot['code'], message: string, entry?: PxelinuxEntry): PxelinuxNoBoot {
	return { kernelType: 'none', code, message, ...(entry && { entry }) };
}

/** @internal Suffixes that are tried for a name that is typed without one. */
export const triedSuffixes: readonly string[] = suffixes.map(([suffix]) => suffix);
