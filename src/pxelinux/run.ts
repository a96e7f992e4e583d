import type { BootFile, BootOutcome } from '../wire/boot-outcome.ts';
import { evaluatePxelinux, findLabel } from './evaluate.ts';
import { includePxelinux } from './include.ts';
import { firstWord, splitWord } from './lexical.ts';
import type { PxelinuxEntry, PxelinuxMeaning } from './meaning.ts';
import { baseName, pxelinuxModuleLibraries } from './modules.ts';
import { type PxelinuxBoot, type PxelinuxNoBoot, resolveCommand, resolveEntry, triedSuffixes } from './resolve.ts';
import { type PxelinuxSearch, pxelinuxConfigPaths, pxelinuxFileUri, pxelinuxPathPrefix, withPrefix } from './search.ts';
import type { PxelinuxClient } from './sysappend.ts';
import { parsePxelinux } from './tree.ts';

/** One file that PXELINUX asked for. */
export interface PxelinuxRequest {
	/** As it goes on the wire: a TFTP file name, or a URL. */
	readonly uri: string;
	/** Why. `suffix`: a try for a name that was typed without one. */
	readonly purpose: 'loader' | 'config' | 'include' | 'kernel' | 'initrd' | 'module' | 'library' | 'suffix';
	readonly found: boolean;
}

/** What PXELINUX asks the person in front of it. Answer with a label or a command; `undefined` when nobody is there. */
export type PxelinuxQuestion =
	/** The prompt, with the tenths of a second after which it goes on by itself (0: never). */
	| { readonly kind: 'prompt'; readonly timeout: number }
	| {
			readonly kind: 'menu';
			readonly title: string;
			readonly entries: readonly PxelinuxEntry[];
			readonly timeout: number;
	  };

/** The client and the servers of a dry run. */
export interface PxelinuxHost extends Pick<PxelinuxSearch, 'configFile' | 'pathPrefix' | 'bootFile'> {
	/** With `serverIp`, which TFTP names need. */
	readonly client: PxelinuxClient;
	/** Text of a file, or `undefined` when it is missing. For files other than configurations any text will do. */
	readonly fetch: (uri: string) => string | undefined | Promise<string | undefined>;
	/** By default nobody answers. */
	readonly answer?: ((question: PxelinuxQuestion) => string | undefined) | undefined;
	/** Which loader: it decides the name of its first file. `bios` by default. */
	readonly firmware?: 'bios' | 'efi32' | 'efi64' | undefined;
	/** Configurations, menus and retries before the run is given up; 100 by default. */
	readonly maximumSteps?: number | undefined;
}

/** What a dry run saw. */
export interface PxelinuxRun {
	readonly outcome: BootOutcome;
	/** In order. */
	readonly requests: readonly PxelinuxRequest[];
	/** Name of the last configuration that was read. */
	readonly config?: string | undefined;
	/** What was booted in the end, as resolved. */
	readonly boot?: PxelinuxBoot | undefined;
}

const loaderFiles = { bios: 'ldlinux.c32', efi32: 'ldlinux.e32', efi64: 'ldlinux.e64' } as const;

/**
 * Follows PXELINUX from its first file to the boot, without booting: which files it asks for, in order, and how it ends.
 * Menus wait for `answer`, or for their timeout. Modules other than menus are named and fetched, not run.
 *
 * @throws an {@link EncodeError} when an address of the client is malformed; never because of what `fetch` returns
 * @example
 * ```ts
 * import { runPxelinux } from 'pxekit/pxelinux';
 *
 * const files: Record<string, string> = {
 *   'tftp://10.0.0.1/ldlinux.c32': '',
 *   'tftp://10.0.0.1/pxelinux.cfg/default': 'default arch\nlabel arch\nlinux vmlinuz\n',
 *   'tftp://10.0.0.1/vmlinuz': '',
 * };
 * const client = { serverIp: '10.0.0.1', mac: '52:54:00:12:34:56' };
 * const run = await runPxelinux({ client, fetch: (uri) => files[uri] });
 * run.outcome; // => { kind: 'booted', kernel: { name: 'vmlinuz', uri: 'tftp://10.0.0.1/vmlinuz' }, commandLine: 'BOOT_IMAGE=vmlinuz ', initrds: [] }
 * run.requests.filter((request) => !request.found).map((request) => request.uri);
 * // => ['tftp://10.0.0.1/pxelinux.cfg/01-52-54-00-12-34-56']
 * ```
 */
export async function runPxelinux(host: PxelinuxHost): Promise<PxelinuxRun> {
	const state: State = {
		host,
		prefix: pxelinuxPathPrefix(host),
		requests: [],
		steps: host.maximumSteps ?? 100,
		configUri: '',
	};
	const outcome = await start(state);
	return {
		outcome,
		requests: state.requests,
		...(state.config !== undefined && { config: state.config }),
		...(state.boot && { boot: state.boot }),
	};
}

interface State {
	readonly host: PxelinuxHost;
	prefix: string;
	readonly requests: PxelinuxRequest[];
	/** How many are left. */
	steps: number;
	config?: string;
	/** Where it was read. */
	configUri: string;
	boot?: PxelinuxBoot;
}

type Next = BootOutcome | (() => Promise<Next>);

async function start(state: State): Promise<BootOutcome> {
	const loader = loaderFiles[state.host.firmware ?? 'bios'];
	if ((await ask(state, loader, 'loader')) === undefined) return failed(`${loader} is missing`);
	for (const name of pxelinuxConfigPaths({ ...state.host.client, ...state.host })) {
		const uri = pxelinuxFileUri(name, { serverIp: state.host.client.serverIp });
		const text = await askUri(state, uri, 'config');
		if (text === undefined) continue;
		let next: Next = () => readConfig(state, name, uri, text);
		while (typeof next === 'function') {
			if (state.steps-- <= 0) return { kind: 'out-of-budget', message: 'the dry run goes round in a circle' };
			next = await next();
		}
		return next;
	}
	return failed('no configuration file was found');
}

async function readConfig(state: State, name: string, uri: string, text: string): Promise<Next> {
	state.config = name;
	state.configUri = uri;
	const meaning = await readMeaning(state, text);
	const { settings } = meaning;
	const startsByItself = settings.ui !== undefined || (settings.prompt === 0 && settings.defaultCommand !== undefined);
	if (startsByItself) return runCommand(state, meaning, settings.defaultCommand ?? '');
	const typed = state.host.answer?.({ kind: 'prompt', timeout: settings.timeout });
	if (typed) return runCommand(state, meaning, typed);
	const waiting = settings.timeout > 0 || settings.totalTimeout > 0;
	const command = settings.onTimeout ?? settings.defaultCommand;
	if (!waiting || command === undefined) return { kind: 'shell' };
	return runCommand(state, meaning, command);
}

async function readMeaning(state: State, text: string): Promise<PxelinuxMeaning> {
	const config = await includePxelinux(parsePxelinux(text), (file) => ask(state, file, 'include'));
	return evaluatePxelinux(config, { client: state.host.client });
}

async function runCommand(state: State, meaning: PxelinuxMeaning, command: string): Promise<Next> {
	const found = new Set<string>();
	const word = firstWord(command);
	const isFile = findLabel(meaning.entries, command) < 0 && meaning.settings.implicit !== 0;
	if (isFile && !triedSuffixes.some((suffix) => word.endsWith(suffix))) {
		for (const suffix of triedSuffixes) {
			if ((await ask(state, word + suffix, 'suffix')) === undefined) continue;
			found.add(word + suffix);
			break;
		}
	}
	return perform(state, meaning, resolveCommand(meaning, { command, exists: (name) => found.has(name) }));
}

async function perform(
	state: State,
	meaning: PxelinuxMeaning,
	boot: PxelinuxBoot | PxelinuxNoBoot,
	afterError = false,
): Promise<Next> {
	const onError = async (message: string): Promise<Next> => {
		const { onError: command, defaultCommand = '' } = meaning.settings;
		if (command === undefined || afterError) return failed(message);
		return () => perform(state, meaning, resolveCommand(meaning, { command: `${command} ${defaultCommand}` }), true);
	};
	if (boot.kernelType === 'none') return onError(boot.message);
	state.boot = boot;
	switch (boot.kernelType) {
		case 'localboot':
			return { kind: 'firmware', status: 0, message: `LOCALBOOT ${boot.kernel}` };
		case 'config':
			return restart(state, boot, onError);
		case 'com32':
			return runModule(state, boot, onError);
		default:
			return load(state, boot, onError);
	}
}

async function load(state: State, boot: PxelinuxBoot, onError: (message: string) => Promise<Next>): Promise<Next> {
	if ((await ask(state, boot.kernel, 'kernel')) === undefined) return onError(`${boot.kernel} is missing`);
	for (const name of boot.initrds) {
		if ((await ask(state, name, 'initrd')) === undefined) return onError(`${name} is missing`);
	}
	return {
		kind: 'booted',
		kernel: bootFile(state, boot.kernel),
		commandLine: boot.commandLine,
		initrds: boot.initrds.map((name) => bootFile(state, name)),
	};
}

/** CONFIG: the loader starts itself once more with the file, and changes the folder when that is read. */
async function restart(state: State, boot: PxelinuxBoot, onError: (message: string) => Promise<Next>): Promise<Next> {
	const loader = loaderFiles[state.host.firmware ?? 'bios'];
	if ((await ask(state, loader, 'loader')) === undefined) return onError(`${loader} is missing`);
	const { uri } = bootFile(state, boot.kernel);
	const text = await askUri(state, uri, 'config');
	if (text === undefined) return onError(`${boot.kernel} is missing`);
	// A relative folder is joined to the prefix as it stands; nothing adds a slash.
	if (boot.arguments !== '') state.prefix = withPrefix(boot.arguments, state.prefix);
	return () => readConfig(state, boot.kernel, uri, text);
}

/** Modules whose work a dry run can follow. */
const knownModules: Readonly<Record<string, (state: State, boot: PxelinuxBoot) => Promise<Next>>> = {
	'menu.c32': runMenu,
	'vesamenu.c32': runMenu,
	'reboot.c32': async () => ({ kind: 'power', action: 'reboot' }),
	'poweroff.c32': async () => ({ kind: 'power', action: 'poweroff' }),
	'sanboot.c32': async (_state, boot) => ({ kind: 'san', uris: words(boot.arguments) }),
};

async function runModule(state: State, boot: PxelinuxBoot, onError: (message: string) => Promise<Next>): Promise<Next> {
	if ((await ask(state, boot.kernel, 'module')) === undefined) return onError(`${boot.kernel} is missing`);
	for (const library of pxelinuxModuleLibraries(boot.kernel)) {
		if (state.requests.some(({ uri, found }) => found && baseName(uri) === library)) continue;
		if ((await ask(state, library, 'library')) === undefined)
			return onError(`${boot.kernel} needs ${library}, which is missing`);
	}
	const name = baseName(boot.kernel);
	const known = Object.hasOwn(knownModules, name) ? knownModules[name] : undefined;
	if (known) return known(state, boot);
	return { kind: 'booted', kernel: bootFile(state, boot.kernel), commandLine: boot.arguments, initrds: [] };
}

/** menu.c32 and vesamenu.c32 read the configuration once more, or the files that are named to them; `~` is the current one. */
async function runMenu(state: State, boot: PxelinuxBoot): Promise<Next> {
	const names = words(boot.arguments);
	let text = '';
	for (const name of names.length === 0 ? ['~'] : names) {
		const read = name === '~' ? await askUri(state, state.configUri, 'config') : await ask(state, name, 'config');
		text += `${read ?? ''}\n`;
	}
	const menus = await readMeaning(state, text);
	return showMenu(state, menus, menus.startMenu);
}

async function showMenu(state: State, meaning: PxelinuxMeaning, index: number): Promise<Next> {
	const menu = meaning.menus[index];
	if (!menu) return failed('the menu is missing');
	const { timeout, totalTimeout, onTimeout } = meaning.settings;
	const entries = menu.entries.map((at) => meaning.entries[at] as PxelinuxEntry);
	const answer = state.host.answer?.({ kind: 'menu', title: menu.title, entries, timeout });
	const chosen = answer ? entries.find((entry) => entry.label === firstWord(answer)) : undefined;
	if (answer && !chosen) return () => runCommand(state, meaning, answer);
	if (!chosen && timeout <= 0 && totalTimeout <= 0) return { kind: 'shell' };
	if (!chosen && onTimeout !== undefined) return () => runCommand(state, meaning, onTimeout);
	const entry = chosen ?? entries[menu.default];
	if (!entry || entry.action === 'disabled' || entry.action === 'quit') return { kind: 'shell' };
	const { target } = entry;
	if (target !== undefined) return () => showMenu(state, meaning, target);
	return () => perform(state, meaning, resolveEntry(entry, answer ? splitWord(answer)[1] : ''));
}

function ask(state: State, name: string, purpose: PxelinuxRequest['purpose']): Promise<string | undefined> {
	return askUri(state, bootFile(state, name).uri, purpose);
}

async function askUri(state: State, uri: string, purpose: PxelinuxRequest['purpose']): Promise<string | undefined> {
	const text = await state.host.fetch(uri);
	state.requests.push({ uri, purpose, found: text !== undefined });
	return text;
}

function bootFile(state: State, name: string): BootFile {
	return { name, uri: pxelinuxFileUri(name, { prefix: state.prefix, serverIp: state.host.client.serverIp }) };
}

function words(text: string): string[] {
	return text.split(/[\0-\x20\x7f]+/).filter((word) => word !== '');
}

function failed(message: string): BootOutcome {
	return { kind: 'failed', message };
}
