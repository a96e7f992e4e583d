import { type IpxeBuilder, ipxe } from '../ipxe/builder.ts';
import type { IpxeMenuEntry } from '../ipxe/builder-options.ts';
import type { IpxeScript } from '../ipxe/tree.ts';
import { evaluatePxelinux } from '../pxelinux/evaluate.ts';
import type { PxelinuxEntry, PxelinuxMeaning, PxelinuxMenu } from '../pxelinux/meaning.ts';
import { baseName } from '../pxelinux/modules.ts';
import { resolveCommand } from '../pxelinux/resolve.ts';
import type { PxelinuxConfig } from '../pxelinux/tree.ts';
import { EncodeError } from '../wire/errors.ts';
import { writeBoot } from './boot-commands.ts';
import type { ConversionLoss } from './loss.ts';

/** How names in the configuration become URIs in the script. */
export interface PxelinuxToIpxeOptions {
	/** The prefix that PXELINUX would use: see `pxelinuxPathPrefix`. Without it relative names stay relative to the script. */
	readonly prefix?: string | undefined;
	/** Address of the boot server; wanted for names that do not depend on the prefix. */
	readonly serverIp?: string | undefined;
}

/** A script, and what it does not do. */
export interface PxelinuxToIpxeResult {
	readonly script: IpxeScript;
	readonly losses: readonly ConversionLoss[];
	/** Labels of the script that boot an entry, by the entry's label. Those of entries that could not be converted are missing. */
	readonly labels: ReadonlyMap<string, string>;
}

/** Modules that show a menu of the configuration. */
const menuModules: ReadonlySet<string> = new Set(['menu.c32', 'vesamenu.c32']);

/**
 * An iPXE script with the same menus and the same boots as a PXELINUX configuration. Each entry that boots something else,
 * or nothing, is named in `losses`. On the kernel's command line `BOOT_IMAGE=` is left out, and `initrd=` holds the name that
 * iPXE gives the file, which kernels started by UEFI look for.
 *
 * @throws an {@link EncodeError} `no-server` when `prefix` is given and the server's address is wanted but not known
 * @example
 * ```ts
 * import { pxelinuxToIpxe } from 'pxekit/convert';
 * import { printIpxe } from 'pxekit/ipxe';
 * import { parsePxelinux } from 'pxekit/pxelinux';
 *
 * const config = parsePxelinux('default arch\nlabel arch\nlinux vmlinuz\nappend quiet\ninitrd initrd.img\n');
 * const { script, losses } = pxelinuxToIpxe(config);
 * printIpxe(script).split('\n').slice(0, 4);
 * // => ['#!ipxe', 'goto arch', ':arch', 'kernel vmlinuz quiet initrd=initrd.img || goto failed']
 * losses; // => []
 * ```
 */
export function pxelinuxToIpxe(config: PxelinuxConfig, options: PxelinuxToIpxeOptions = {}): PxelinuxToIpxeResult {
	const meaning = evaluatePxelinux(config);
	const state: State = {
		meaning,
		options,
		builder: ipxe(),
		losses: [],
		labels: new Map(),
		names: nameEntries(meaning),
	};
	reportLooks(state);
	const start = startLabel(state);
	state.builder.goto(start);
	if (start.startsWith('menu-')) for (const index of menusFrom(meaning, meaning.startMenu)) writeMenu(state, index);
	for (const [at, entry] of meaning.entries.entries()) if (entry.action === 'command') writeEntry(state, entry, at);
	writeEnd(state);
	return { script: state.builder.build(), losses: state.losses, labels: state.labels };
}

interface State {
	readonly meaning: PxelinuxMeaning;
	readonly options: PxelinuxToIpxeOptions;
	readonly builder: IpxeBuilder;
	readonly losses: ConversionLoss[];
	readonly labels: Map<string, string>;
	/** Label in the script of each entry, by its index. */
	readonly names: readonly string[];
}

/** The entry's own label where a script can have it, once. */
function nameEntries({ entries }: PxelinuxMeaning): string[] {
	const used = new Set(['failed', 'prompt']);
	return entries.map(({ label = '' }, at) => {
		const usable =
			/^[A-Za-z0-9_.-]+$/.test(label) && !label.startsWith('menu-') && !label.startsWith('entry-') && !used.has(label);
		const name = usable ? label : `entry-${at}`;
		used.add(name);
		return name;
	});
}

function reportLooks({ meaning, losses }: State): void {
	const lose = (code: string, message: string) => losses.push({ code, message });
	const { settings, menus } = meaning;
	const changed = menus.some(
		({ background, messageColors, colors }) =>
			background !== undefined || messageColors !== undefined || Object.keys(colors).length > 0,
	);
	if (changed) lose('look', 'background and colours of the menus');
	if (menus.some(({ functionKeys }) => Object.keys(functionKeys).length > 0))
		lose('function-keys', 'help files of the function keys');
	if (menus.some(({ masterPassword }) => masterPassword !== undefined)) lose('password', 'the master password');
	if (settings.display.length > 0 || settings.say.length > 0) lose('messages', 'what SAY and DISPLAY show');
	if (settings.totalTimeout > 0) lose('total-timeout', 'a timeout that keys do not stop');
	if (settings.onTimeout !== undefined && settings.onTimeout !== settings.default)
		lose('on-timeout', 'ONTIMEOUT: the menu boots its default');
	if (settings.onError !== undefined) lose('on-error', 'ONERROR: a boot that fails ends in a shell');
}

/** Where the script begins: a menu, an entry, or the shell that is iPXE's prompt. */
function startLabel(state: State): string {
	const { settings, entries, startMenu } = state.meaning;
	const boot = resolveCommand(state.meaning);
	const isMenu = boot.kernelType === 'com32' && menuModules.has(baseName(boot.kernel)) && boot.arguments === '';
	if (isMenu || (settings.prompt !== 0 && settings.ui === undefined)) return `menu-${startMenu}`;
	const at = boot.entry ? entries.indexOf(boot.entry) : -1;
	const arguments_ = settings.defaultCommand?.trim().includes(' ') && settings.ui === undefined;
	if (at >= 0 && !arguments_ && boot.entry?.action === 'command') return state.names[at] as string;
	if (settings.defaultCommand !== undefined) {
		state.losses.push({ code: 'default', message: `what starts by itself: ${settings.defaultCommand}` });
	}
	return 'prompt';
}

/** Menus that can be reached by choosing. */
function menusFrom({ menus, entries }: PxelinuxMeaning, start: number): Set<number> {
	const reached = new Set([start]);
	for (const index of reached) {
		for (const at of (menus[index] as PxelinuxMenu).entries) {
			const { target } = entries[at] as PxelinuxEntry;
			if (target !== undefined) reached.add(target);
		}
	}
	return reached;
}

function writeMenu(state: State, index: number): void {
	const { meaning, builder, names, losses } = state;
	const menu = meaning.menus[index] as PxelinuxMenu;
	const items = menu.entries.map((at): IpxeMenuEntry => {
		const entry = meaning.entries[at] as PxelinuxEntry;
		const name = itemName(entry, names[at] as string);
		const text = menuText(entry.display, name, losses);
		if (entry.action === 'disabled') return { gap: text === name ? undefined : text };
		const key = entry.hotKey?.toLowerCase();
		return { name, text, ...(isKey(key) && { key }) };
	});
	builder.label(`menu-${index}`);
	const usable = items.filter((item) => 'name' in item);
	if (usable.length === 0) {
		losses.push({ code: 'empty-menu', message: `the menu ${menu.title} has nothing to choose` });
		builder.goto('prompt');
		return;
	}
	const seconds = meaning.settings.timeout / 10;
	const initial = items[menu.default];
	builder.menu({
		title: menuText(menu.title, 'Boot menu', losses),
		items: deduplicate(items),
		into: 'selected',
		...(initial && 'name' in initial && { default: initial.name }),
		...(seconds > 0 && { timeout: seconds * 1000 }),
		onCancel: menu.parent === undefined ? 'prompt' : `menu-${menu.parent}`,
	});
	builder.goto({ reference: 'selected' });
}

/** iPXE drops spaces at both ends and more than one between words; other texts that it can't say are lost. */
function menuText(display: string, otherwise: string, losses: ConversionLoss[]): string {
	const text = display
		.replaceAll('^', '')
		.replace(/[\0-\x20\x7f]+/g, ' ')
		.trim();
	if (text === '') return otherwise;
	try {
		ipxe().menu({ title: text, items: [{ name: 'a', text }] });
		return text;
	} catch (error) {
		if (!(error instanceof EncodeError)) throw error;
		losses.push({ code: 'menu-text', message: `the text ${JSON.stringify(text)}` });
		return otherwise;
	}
}

/** Two entries that lead to the same menu have the same name; iPXE wants each once. */
function deduplicate(items: readonly IpxeMenuEntry[]): IpxeMenuEntry[] {
	const seen = new Set<string>();
	return items.filter((item) => {
		if (!('name' in item)) return true;
		const isNew = !seen.has(item.name);
		seen.add(item.name);
		return isNew;
	});
}

function itemName(entry: PxelinuxEntry, name: string): string {
	if (entry.target !== undefined) return `menu-${entry.target}`;
	return entry.action === 'quit' ? 'prompt' : name;
}

const isKey = (key: string | undefined): key is string => key !== undefined && /^[a-z0-9]$/.test(key);

function writeEntry(state: State, entry: PxelinuxEntry, at: number): void {
	const { builder, losses, meaning, names, options } = state;
	const name = names[at] as string;
	const label = entry.label ?? name;
	const lose = (code: string, message: string) => losses.push({ code, message, entry: label });
	if (entry.password !== undefined) lose('password', 'the password');
	if (entry.help !== undefined) losses.push({ code: 'help-text', message: `the help text of ${label}` });
	if (meaning.menus[entry.menu]?.tag === '.hidden')
		losses.push({ code: 'hidden', message: `${label} is hidden: only its name reaches it` });
	if (meaning.entries.findIndex((other) => other.label === entry.label) !== at) {
		lose('label-twice', 'a second entry of the same label');
	}
	builder.label(name);
	try {
		// Into a builder of its own first, so that a refusal leaves nothing behind.
		const commands = writeBoot(ipxe(), entry, options, lose);
		if (commands) {
			builder.append(commands);
			if (!state.labels.has(label)) state.labels.set(label, name);
			return;
		}
	} catch (error) {
		if (!(error instanceof EncodeError) || error.code === 'no-server') throw error;
		lose('not-sayable', error.message);
	}
	builder.echo(`${name} could not be converted`).goto('prompt');
}

function writeEnd({ builder }: State): void {
	builder.label('failed').echo('Booting failed').label('prompt').shell();
}
