import { applyGlobal, type GlobalState, newGlobals, settingsOf } from './globals.ts';
import { atoi, firstWord, skipSpace, splitWord, strtoul } from './lexical.ts';
import type { PxelinuxAction, PxelinuxEntry, PxelinuxKernelKeyword, PxelinuxMeaning, PxelinuxMenu } from './meaning.ts';
import { hidden, isColorElement, type MutableEntry, type MutableMenu, newMenu, top } from './menu-state.ts';
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
		menus: state.menus as PxelinuxMenu[],
		entries: state.entries as PxelinuxEntry[],
		startMenu: state.start,
		issues: config.issues,
	};
}

/** @internal Index of the first entry whose label is the first word of the command; -1 for none. */
export function findLabel(entries: readonly Pick<PxelinuxEntry, 'label'>[], command: string): number {
	const word = firstWord(command);
	return entries.findIndex((entry) => entry.label === word);
}

interface State {
	readonly client: PxelinuxClient;
	readonly menus: MutableMenu[];
	readonly entries: MutableEntry[];
	/** The menu that is open. */
	current: number;
	start: number;
	label: LabelData;
	readonly globals: GlobalState;
}

/** What is known of the label that is open; some of it may be set while none is. */
interface LabelData {
	label?: string;
	line?: number;
	kernel?: string;
	keyword?: PxelinuxKernelKeyword;
	append?: string | undefined;
	initrd?: string | undefined;
	display?: string | undefined;
	password?: string | undefined;
	help?: string | undefined;
	sysappend?: number;
	hide?: boolean;
	isDefault?: boolean;
	separator?: boolean;
	disabled?: boolean;
	indent?: number;
	action?: 'quit' | 'goto' | 'exit';
	/** Tag to look up in the end, for `goto` and `exit`. */
	targetTag?: boolean;
	target?: number;
	save?: boolean;
}

const menuAt = (state: State, index: number): MutableMenu => state.menus[index] as MutableMenu;

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

function openLabel(state: State, { value, line }: PxelinuxLine): void {
	const word = firstWord(value);
	// The loader resets these fields and leaves `action` and `save`, which only an open label can set.
	const { action, save, target, targetTag } = state.label;
	state.label = {
		...(action && { action }),
		...(save !== undefined && { save }),
		...(target !== undefined && { target }),
		...(targetTag && { targetTag }),
		label: word,
		line,
		kernel: word,
		keyword: 'kernel',
		sysappend: state.globals.sysappend,
	};
}

const kernelKeywords: ReadonlySet<string> = new Set<Uppercase<PxelinuxKernelKeyword>>([
	'NONE',
	'LOCALBOOT',
	'KERNEL',
	'LINUX',
	'BOOT',
	'BSS',
	'PXE',
	'FDIMAGE',
	'COMBOOT',
	'COM32',
	'CONFIG',
]);

/** Directives that count for the open label, or for the entry of the open submenu. True when the line is dealt with. */
function applyToLabel(state: State, { directive = 'LABEL', value }: PxelinuxLine, menuIndex: number): boolean {
	const { label: data } = state;
	const menu = menuAt(state, menuIndex);
	const open = data.label !== undefined;
	const parentEntry = menu.parentEntry === undefined ? undefined : state.entries[menu.parentEntry];
	if (kernelKeywords.has(directive)) {
		if (open) {
			data.keyword = directive.toLowerCase() as PxelinuxKernelKeyword;
			data.kernel = value;
		}
		return true;
	}
	switch (directive) {
		case 'APPEND':
			if (open) data.append = value;
			else state.globals.append = value;
			return true;
		case 'SYSAPPEND':
			if (open) data.sysappend = strtoul(value);
			else state.globals.sysappend = strtoul(value);
			return true;
		case 'INITRD':
			if (open) data.initrd = value;
			return true;
		case 'MENU LABEL':
			if (open) data.display = value;
			else if (parentEntry) {
				parentEntry.display = value;
				menu.labelled = true;
				considerHotKey(menuAt(state, menu.parent as number), parentEntry);
				if (menu.title === '') menu.title = value.replaceAll('^', '');
			}
			return true;
		case 'MENU TITLE':
			menu.title = value;
			if (parentEntry && !menu.labelled) {
				parentEntry.display = value;
				menu.labelled = true;
			}
			return true;
		case 'MENU DEFAULT':
			if (open) data.isDefault = true;
			else if (parentEntry) {
				const parent = menuAt(state, menu.parent as number);
				parent.default = menu.placeInParent as number;
			}
			return true;
		case 'MENU PASSWD':
			if (open) data.password = value;
			else if (parentEntry) parentEntry.password = value;
			return true;
		case 'MENU SAVE':
		case 'MENU NOSAVE':
			if (open) data.save = directive === 'MENU SAVE';
			else menu.save = directive === 'MENU SAVE';
			return true;
		case 'MENU HIDE':
			data.hide = true;
			return true;
		case 'MENU DISABLE':
			data.disabled = true;
			return true;
		case 'MENU INDENT':
			data.indent = atoi(value);
			return true;
		case 'MENU QUIT':
			if (open) data.action = 'quit';
			return true;
		case 'MENU GOTO':
			if (open) Object.assign(data, { action: 'goto', targetTag: true, kernel: value });
			return true;
		case 'MENU EXIT':
			if (!open || menu.parent === undefined) return true;
			if (value !== '') Object.assign(data, { action: 'exit', targetTag: true, kernel: value });
			else Object.assign(data, { action: 'exit', targetTag: false, target: menu.parent });
			return true;
		default:
			return false;
	}
}

function applyToMenu(menu: MutableMenu, line: PxelinuxLine): boolean {
	const { directive = 'LABEL', value } = line;
	const name = directive.replace(/^MENU /, '').toLowerCase();
	switch (directive) {
		case 'MENU BACKGROUND':
			menu.background = firstWord(value);
			return true;
		case 'MENU MASTER':
			if (firstWord(value).toLowerCase() === 'passwd') menu.masterPassword = skipSpace(value.slice('passwd'.length));
			return true;
		case 'MENU ONERROR':
			menu.onError = value;
			return true;
		case 'MENU AUTOBOOT':
		case 'MENU TABMSG':
		case 'MENU NOTABMSG':
		case 'MENU PASSPROMPT':
			menu.messages[name] = value;
			return true;
		case 'MENU COLOR': {
			const [element, spec] = splitWord(value);
			const known = element.toLowerCase();
			if (isColorElement(known)) menu.colors[known] = spec;
			return true;
		}
		case 'F': {
			const [file, background] = splitWord(value);
			const number = Number(/\d+/.exec(line.keyword ?? '')?.[0] ?? 0);
			// 0, and a bare F, land on the eleventh key.
			menu.functionKeys[number === 0 ? 11 : number] = {
				file,
				...(background && { background: firstWord(background) }),
			};
			return true;
		}
		default:
			if (!directive.startsWith('MENU ') || !Object.hasOwn(menu.layout, name)) return false;
			menu.layout[name] = atoi(value);
			return true;
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

/** The first entry of a menu that claims a key has it. */
function considerHotKey(menu: MutableMenu, entry: MutableEntry): void {
	const key = /\^(.)/s.exec(entry.display)?.[1];
	if (entry.action === 'disabled' || key === undefined) return;
	// As the loader folds case: bit 5 is cleared, of digits too.
	const folded = key.charCodeAt(0) & ~0x20;
	if (menu.hotKeys.has(folded)) return;
	menu.hotKeys.add(folded);
	entry.hotKey = key >= 'a' && key <= 'z' ? key.toUpperCase() : key;
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
