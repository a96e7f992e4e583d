import { considerHotKey, type LabelData, menuAt, type State } from './evaluate-state.ts';
import { applyGlobal, newGlobals, settingsOf } from './globals.ts';
import { applyToLabel, openLabel } from './label-lines.ts';
import { firstWord, splitWord } from './lexical.ts';
import type { PxelinuxAction, PxelinuxEntry, PxelinuxMeaning, PxelinuxMenu } from './meaning.ts';
import { applyToMenu } from './menu-lines.ts';
import { hidden, type MutableEntry, type MutableMenu, newMenu, top } from './menu-state.ts';
import { type PxelinuxClient, sysappendStrings } from './sysappend.ts';
import type { PxelinuxConfig, PxelinuxLine } from './tree.ts';

/** How {@link evaluatePxelinux} reads. */
export interface EvaluatePxelinuxOptions {
	/** Whose facts SYSAPPEND adds to command lines; none by default. */
	readonly client?: PxelinuxClient | undefined;
}

/**
 * What the loader makes of a configuration: the menus, their entries, and the command line of each. A state machine after
 * SYSLINUX com32/elflink/ldlinux/readconfig.c, line by line: LABEL, MENU SEPARATOR, BEGIN and END close a label, nothing
 * else does; the last of several keywords counts; a global APPEND is used by labels that close after it.
 *
 * @throws an {@link EncodeError} when an address of the client is malformed; never because of the configuration
 * @example
 * ```ts
 * import { evaluatePxelinux, parsePxelinux } from 'pxekit/pxelinux';
 *
 * const text = `
 * append console=ttyS0
 * label arch
 *   linux vmlinuz
 *   initrd initrd.img
 *   sysappend 2
 * `;
 * const meaning = evaluatePxelinux(parsePxelinux(text), { client: { mac: '52:54:00:12:34:56' } });
 * meaning.entries[0]?.commandLine; // => '.linux vmlinuz console=ttyS0 initrd=initrd.img BOOTIF=01-52-54-00-12-34-56'
 * ```
 */
export function evaluatePxelinux(
	config: PxelinuxConfig,
	{ client = {} }: EvaluatePxelinuxOptions = {},
): PxelinuxMeaning {
	const state: State = {
		client,
		menus: [newMenu('.hidden'), newMenu('.top')],
		entries: [],
		current: top,
		start: top,
		label: {},
		globals: newGlobals(),
	};
	readFile(state, config);
	record(state, state.current);
	resolveTargets(state);
	const chosen = state.globals.default === undefined ? -1 : findLabel(state.entries, state.globals.default);
	const entry = state.entries[chosen];
	if (entry && entry.menu !== hidden) {
		menuAt(state, entry.menu).default = menuAt(state, entry.menu).entries.indexOf(chosen);
		state.start = entry.menu;
	}
	return {
		settings: settingsOf(state.globals),
		menus: state.menus.map(finished),
		entries: state.entries as PxelinuxEntry[],
		startMenu: state.start,
		issues: config.issues,
	};
}

/** Without what only the reading needed. */
function finished({ save, parentEntry, placeInParent, labelled, hotKeys, ...menu }: MutableMenu): PxelinuxMenu {
	return menu;
}

/** @internal Index of the first entry whose label is the first word of the command; -1 for none. */
export function findLabel(entries: readonly Pick<PxelinuxEntry, 'label'>[], command: string): number {
	const word = firstWord(command);
	return entries.findIndex((entry) => entry.label === word);
}

/**
 * The loader keeps the open menu in a local variable of the function that reads a file: what INCLUDE opens or closes
 * does not count for the lines after it until the next MENU BEGIN or END.
 */
function readFile(state: State, config: PxelinuxConfig): void {
	let menu = state.current;
	let inHelp = false;
	for (const line of config.lines) {
		if (line.kind === 'text') {
			if (inHelp) state.label.help = (state.label.help ?? '') + untilNul(line.raw);
		} else if (line.kind === 'directive') {
			if (line.directive === 'TEXT') inHelp = firstWord(line.value).toLowerCase() === 'help';
			menu = applyLine(state, line, menu);
		}
	}
}

/** Returns the menu that is open after the line. */
function applyLine(state: State, line: PxelinuxLine, menu: number): number {
	const { directive, value } = line;
	switch (directive) {
		case 'INCLUDE':
			if (line.included) readFile(state, line.included);
			return menu;
		case 'MENU INCLUDE':
			includeMenu(state, line, menu);
			return menu;
		case 'MENU BEGIN':
			record(state, menu);
			return beginMenu(state, value, line.line);
		case 'MENU END':
			record(state, menu);
			return endMenu(state);
		case 'MENU SEPARATOR':
			record(state, menu);
			state.label = { ...state.label, label: '', line: line.line, separator: true };
			record(state, menu);
			return menu;
		case 'MENU START':
			state.start = menu;
			return menu;
		case 'LABEL':
			record(state, menu);
			openLabel(state, line);
			return menu;
		default:
			if (!applyToLabel(state, line, menu) && !applyToMenu(menuAt(state, menu), line)) applyGlobal(state.globals, line);
			if (directive === 'MENU ONERROR') state.globals.onError = value;
			if (directive === 'ONERROR') menuAt(state, menu).onError = value;
			return menu;
	}
}

function includeMenu(state: State, { value, included, line }: PxelinuxLine, menu: number): void {
	if (!included) return;
	const [, tag] = splitWord(value);
	if (tag === '') {
		readFile(state, included);
		return;
	}
	record(state, menu);
	const submenu = beginMenu(state, tag, line);
	readFile(state, included);
	record(state, submenu);
	endMenu(state);
}

function beginMenu(state: State, tag: string, line: number): number {
	const parent = state.current;
	const entry: MutableEntry = { label: undefined, display: tag, action: 'submenu', menu: parent, save: false, line };
	addEntry(state, entry);
	entry.target = state.menus.length;
	state.menus.push(newMenu(tag, { menu: menuAt(state, parent), index: parent, entry: state.entries.length - 1 }));
	state.current = entry.target;
	return state.current;
}

function endMenu(state: State): number {
	state.current = menuAt(state, state.current).parent ?? state.current;
	return state.current;
}

function addEntry(state: State, entry: MutableEntry): void {
	menuAt(state, entry.menu).entries.push(state.entries.length);
	state.entries.push(entry);
}

/** Closes the label that is open, if one is: it becomes an entry of the menu. */
function record(state: State, openMenu: number): void {
	const data = state.label;
	if (data.label === undefined) return;
	const menuIndex = data.hide ? hidden : openMenu;
	const menu = menuAt(state, menuIndex);
	const isOff = data.separator || data.disabled;
	const action: PxelinuxAction = isOff ? 'disabled' : (data.action ?? 'command');
	const text = ' '.repeat(Math.min(Math.abs(data.indent ?? 0), 4096)) + (data.display ?? data.label);
	const entry: MutableEntry = {
		label: isOff ? undefined : data.label,
		display: data.separator ? '' : text,
		action,
		menu: menuIndex,
		save: data.save ?? menu.save,
		line: data.line ?? 0,
	};
	if (data.help !== undefined) entry.help = data.help;
	if (data.password !== undefined && !isOff) entry.password = data.password;
	if (data.display !== undefined) considerHotKey(menu, entry);
	if (action === 'command') setCommand(state, entry, data);
	if (data.targetTag && (action === 'goto' || action === 'exit')) entry.targetTag = data.kernel ?? '';
	else if (action === 'exit') entry.target = data.target;
	addEntry(state, entry);
	if (data.isDefault && action === 'command') menu.default = menu.entries.length - 1;
	state.label = {};
}

function setCommand(state: State, entry: MutableEntry, data: LabelData): void {
	const { keyword = 'none', kernel = '', initrd, sysappend = 0 } = data;
	const append = data.append ?? state.globals.append ?? '';
	entry.parts = { keyword, kernel, append: append === '-' ? '' : append, initrd, sysappend };
	const strings = sysappendStrings(sysappend, state.client).map((text) => ` ${text}`);
	entry.commandLine =
		(keyword === 'kernel' ? kernel : `.${keyword} ${kernel}`) +
		(entry.parts.append && ` ${entry.parts.append}`) +
		(initrd === undefined ? '' : ` initrd=${initrd}`) +
		strings.join('');
}

function resolveTargets(state: State): void {
	// Of two menus with a tag the loader finds the newer one.
	const byTag = new Map(state.menus.map(({ tag }, index) => [tag, index]));
	for (const entry of state.entries) {
		if (entry.targetTag === undefined) continue;
		const found = byTag.get(entry.targetTag);
		if (found === undefined) entry.action = 'disabled';
		else entry.target = found;
		delete entry.targetTag;
	}
}

function untilNul(text: string): string {
	const end = text.indexOf('\0');
	return end < 0 ? text : text.slice(0, end);
}
