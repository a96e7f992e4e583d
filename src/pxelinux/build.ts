import { checkFile, checkInteger, checkLine, checkText, checkWord, refuse } from './check.ts';
import { byteLength, endsText, maximumCommandLine } from './lexical.ts';
import { isColorElement, layoutDefaults } from './menu-state.ts';
import type { PxelinuxBootSpec, PxelinuxEntrySpec, PxelinuxLabelSpec, PxelinuxMenuSpec, PxelinuxSpec } from './spec.ts';
import { sysappendMask } from './sysappend.ts';
import { type PxelinuxConfig, parsePxelinux } from './tree.ts';

/**
 * Builds a configuration that the loader reads as it was meant. Included files come first, then values for all, and each
 * label says its own arguments, so that no directive means something else by its place. Refused is what the loader would
 * misread: line ends in values, labels of two words, a second `initrd=`, `APPEND -`, help text that ends itself, command
 * lines of more than 2047 bytes (without what SYSAPPEND adds), targets that are not there.
 *
 * @throws an {@link EncodeError} with the place in `path`
 * @example
 * ```ts
 * import { linux, localBoot, printPxelinux, pxelinux } from 'pxekit/pxelinux';
 *
 * const config = pxelinux({
 *   default: 'arch',
 *   entries: [linux('arch', { kernel: 'vmlinuz', initrds: ['initrd.img'], sysappend: ['bootif'] }), localBoot('disk')],
 * });
 * printPxelinux(config);
 * // => 'DEFAULT arch\n\nLABEL arch\n  LINUX vmlinuz\n  INITRD initrd.img\n  SYSAPPEND 0x2\n\nLABEL disk\n  LOCALBOOT 0\n'
 * ```
 */
export function pxelinux(spec: PxelinuxSpec): PxelinuxConfig {
	const state: State = {
		lines: [],
		labels: new Set(),
		tags: tagsOf(spec.entries),
		inherits: spec.include !== undefined && spec.include.length > 0,
	};
	writeGlobals(state, spec);
	if (spec.menu) writeMenu(state, spec.menu, 'menu');
	writeEntries(state, spec.entries, 0, 'entries');
	return parsePxelinux(state.lines.join(''));
}

interface State {
	readonly lines: string[];
	readonly labels: Set<string>;
	readonly tags: ReadonlySet<string>;
	/** Whether an included file may have set APPEND or SYSAPPEND for all labels. */
	readonly inherits: boolean;
}

const line = (state: State, depth: number, text: string, path: string): void => {
	state.lines.push(`${checkLine('  '.repeat(depth) + text, path)}\n`);
};

function writeGlobals(state: State, spec: PxelinuxSpec): void {
	const say = (keyword: string, value: string | number, path: string) => line(state, 0, `${keyword} ${value}`, path);
	const command = (keyword: string, value: string | undefined, path: string) => {
		if (value !== undefined) say(keyword, checkText(value, path), path);
	};
	const file = (keyword: string, value: string | undefined, path: string) => {
		if (value !== undefined) say(keyword, checkFile(value, path), path);
	};
	const number = (keyword: string, value: number | undefined, maximum: number, path: string) => {
		if (value !== undefined) say(keyword, checkInteger(value, 0, maximum, path), path);
	};
	const flag = (keyword: string, value: boolean | undefined, path: string) => {
		if (value !== undefined) say(keyword, value ? 1 : 0, path);
	};
	// The documentation wants SERIAL in the first line.
	if (spec.serial) {
		const { port, baud = 9600, flow = 0 } = spec.serial;
		checkInteger(port, 0, 0xffff, 'serial.port');
		checkInteger(baud, 75, 115200, 'serial.baud');
		checkInteger(flow, 0, 0xfff, 'serial.flow');
		say('SERIAL', `${port} ${baud}${flow ? ` ${flow}` : ''}`, 'serial');
	}
	// Before all that they could set as well: the last of several counts.
	for (const [at, name] of (spec.include ?? []).entries())
		say('INCLUDE', checkFile(name, `include[${at}]`), `include[${at}]`);
	flag('CONSOLE', spec.console, 'console');
	file('FONT', spec.font, 'font');
	file('KBDMAP', spec.keyboardMap, 'keyboardMap');
	if (spec.path) {
		for (const [at, folder] of spec.path.entries()) {
			checkFile(folder, `path[${at}]`);
			if (folder.includes(':')) throw refuse('colon-in-path', `path[${at}]`, 'a colon ends a folder of PATH');
		}
		if (spec.path.length > 0) say('PATH', spec.path.join(':'), 'path');
	}
	for (const [at, text] of (spec.say ?? []).entries()) say('SAY', checkText(text, `say[${at}]`), `say[${at}]`);
	file('DISPLAY', spec.display, 'display');
	command('DEFAULT', spec.default, 'default');
	command('UI', spec.ui, 'ui');
	flag('PROMPT', spec.prompt, 'prompt');
	number('TIMEOUT', spec.timeout, 35996, 'timeout');
	number('TOTALTIMEOUT', spec.totalTimeout, 0x7fff_ffff, 'totalTimeout');
	command('ONTIMEOUT', spec.onTimeout, 'onTimeout');
	command('ONERROR', spec.onError, 'onError');
	flag('ALLOWOPTIONS', spec.allowOptions, 'allowOptions');
	flag('IMPLICIT', spec.implicit, 'implicit');
	flag('NOESCAPE', spec.noEscape, 'noEscape');
	flag('NOCOMPLETE', spec.noComplete, 'noComplete');
	number('PXERETRY', spec.pxeRetry, 0xffff, 'pxeRetry');
	// Decimal: the loader reads this mask in base 10.
	if (spec.sendCookies) say('SENDCOOKIES', sysappendMask(spec.sendCookies), 'sendCookies');
	if (spec.menuHidden) line(state, 0, 'MENU HIDDEN', 'menuHidden');
	if (spec.menuShiftKey) line(state, 0, 'MENU SHIFTKEY', 'menuShiftKey');
}

function writeMenu(state: State, menu: PxelinuxMenuSpec, path: string, depth = 0): void {
	const say = (keyword: string, value: string | number) =>
		line(state, depth, `MENU ${keyword} ${value}`, `${path}.${keyword.toLowerCase()}`);
	if (menu.title !== undefined) say('TITLE', checkText(menu.title, `${path}.title`));
	if (menu.background !== undefined) say('BACKGROUND', checkWord(menu.background, `${path}.background`));
	if (menu.masterPassword !== undefined) say('MASTER PASSWD', checkText(menu.masterPassword, `${path}.masterPassword`));
	for (const [name, value] of Object.entries(menu.layout ?? {})) {
		const place = `${path}.layout.${name}`;
		if (!Object.hasOwn(layoutDefaults, name))
			throw refuse('unknown-name', place, `one of ${Object.keys(layoutDefaults).join(', ')}`);
		say(name.toUpperCase(), checkInteger(value, -1000, 1000, place));
	}
	for (const [name, value] of Object.entries(menu.messages ?? {})) {
		const place = `${path}.messages.${name}`;
		if (!messageNames.includes(name)) throw refuse('unknown-name', place, `one of ${messageNames.join(', ')}`);
		say(name.toUpperCase(), checkText(value, place));
	}
	// Before MENU COLOR: it changes the elements of messages, all of them.
	if (menu.messageColors !== undefined) say('MSGCOLOR', checkText(menu.messageColors, `${path}.messageColors`));
	for (const [element, value] of Object.entries(menu.colors ?? {})) {
		if (!isColorElement(element))
			throw refuse('unknown-name', `${path}.colors`, `MENU COLOR has no element ${element}`);
		say('COLOR', `${checkWord(element, `${path}.colors`)} ${checkText(value, `${path}.colors.${element}`)}`);
	}
	for (const [key, { file, background }] of Object.entries(menu.functionKeys ?? {})) {
		const place = `${path}.functionKeys[${key}]`;
		const number = checkInteger(Number(key), 1, 12, place);
		const words = [file, ...(background === undefined ? [] : [background])].map((word) => checkFile(word, place));
		line(state, depth, `F${number} ${words.join(' ')}`, place);
	}
	if (menu.start) line(state, depth, 'MENU START', `${path}.start`);
}

const messageNames: readonly string[] = ['autoboot', 'tabmsg', 'notabmsg', 'passprompt'];

function writeEntries(state: State, entries: readonly PxelinuxEntrySpec[], depth: number, path: string): void {
	for (const [at, entry] of entries.entries()) {
		const place = `${path}[${at}]`;
		if (state.lines.length > 0) state.lines.push('\n');
		if (entry.kind === 'separator') line(state, depth, 'MENU SEPARATOR', place);
		else if (entry.kind === 'label') writeLabel(state, entry, depth, place);
		else {
			line(state, depth, `MENU BEGIN ${checkWord(entry.tag, `${place}.tag`)}`, place);
			// Before any label of the submenu these are about the submenu and the entry that opens it.
			if (entry.menu) writeMenu(state, entry.menu, `${place}.menu`, depth + 1);
			if (entry.display !== undefined)
				line(state, depth + 1, `MENU LABEL ${checkText(entry.display, `${place}.display`)}`, place);
			if (entry.isDefault) line(state, depth + 1, 'MENU DEFAULT', place);
			if (entry.password !== undefined)
				line(state, depth + 1, `MENU PASSWD ${checkText(entry.password, `${place}.password`)}`, place);
			writeEntries(state, entry.entries, depth + 1, `${place}.entries`);
			line(state, depth, 'MENU END', place);
		}
	}
}

function writeLabel(state: State, entry: PxelinuxLabelSpec, depth: number, path: string): void {
	const label = checkWord(entry.label, `${path}.label`);
	if (state.labels.has(label))
		throw refuse('label-twice', `${path}.label`, `there is a label ${label} already; no command could name this one`);
	state.labels.add(label);
	const say = (text: string, place: string) => line(state, depth + 1, text, `${path}.${place}`);
	const boots = typeof entry.does === 'object' && 'boot' in entry.does;
	if (entry.isDefault && (!boots || entry.disabled || entry.hide)) {
		throw refuse(
			'bad-default',
			`${path}.isDefault`,
			'only an entry that is shown and boots something can be the default',
		);
	}
	if (entry.disabled && entry.password !== undefined) {
		throw refuse('lost-password', `${path}.password`, 'a disabled entry loses its password');
	}
	line(state, depth, `LABEL ${label}`, path);
	if (entry.display !== undefined) say(`MENU LABEL ${checkText(entry.display, `${path}.display`)}`, 'display');
	if (entry.isDefault) say('MENU DEFAULT', 'isDefault');
	if (entry.hide) say('MENU HIDE', 'hide');
	if (entry.disabled) say('MENU DISABLE', 'disabled');
	if (entry.indent !== undefined) say(`MENU INDENT ${checkInteger(entry.indent, 0, 80, `${path}.indent`)}`, 'indent');
	if (entry.password !== undefined) say(`MENU PASSWD ${checkText(entry.password, `${path}.password`)}`, 'password');
	if (entry.save !== undefined) say(entry.save ? 'MENU SAVE' : 'MENU NOSAVE', 'save');
	const { does } = entry;
	if (does === 'quit') say('MENU QUIT', 'does');
	else if ('boot' in does) for (const text of bootLines(state, does.boot, `${path}.does.boot`)) say(text, 'does.boot');
	else if ('goto' in does) say(`MENU GOTO ${checkTag(state, does.goto, `${path}.does.goto`)}`, 'does.goto');
	else {
		if (depth === 0)
			throw refuse(
				'exit-at-top',
				`${path}.does.exit`,
				'the top menu has none around it; the loader would boot the label',
			);
		say(does.exit === true ? 'MENU EXIT' : `MENU EXIT ${checkTag(state, does.exit, `${path}.does.exit`)}`, 'does.exit');
	}
	if (entry.help !== undefined) writeHelp(state, entry.help, depth + 1, `${path}.help`);
}

function checkTag(state: State, tag: string, path: string): string {
	if (tag !== '.top' && !state.tags.has(tag))
		throw refuse('no-such-menu', path, `there is no menu ${JSON.stringify(tag)}`);
	return tag;
}

function bootLines(
	{ inherits }: State,
	{ keyword, kernel, append, initrds = [], sysappend = [] }: PxelinuxBootSpec,
	path: string,
): string[] {
	const file = checkFile(kernel, `${path}.kernel`);
	if (/^\.(?:localboot|kernel|linux|boot|bss|pxe|fdimage|comboot|com32|config)$/.test(file)) {
		throw refuse('type-word', `${path}.kernel`, `the loader takes ${file} for a kind of file`);
	}
	if (keyword === 'localboot' && !/^-?(?:\d+|0x[0-9a-f]+)$/i.test(file))
		throw refuse('not-a-number', `${path}.kernel`, 'LOCALBOOT takes a number');
	if (append !== undefined) checkText(append, `${path}.append`);
	if (append === '-')
		throw refuse('lone-hyphen', `${path}.append`, 'a lone hyphen means no arguments; leave append out');
	if (initrds.length > 0 && append?.includes('initrd=')) {
		throw refuse('two-initrds', `${path}.append`, 'only the first initrd= counts, and that of append comes first');
	}
	if (initrds.length > 0 && file.includes('initrd='))
		throw refuse('two-initrds', `${path}.kernel`, 'initrd= in the name would count');
	for (const [at, name] of initrds.entries()) {
		if (checkFile(name, `${path}.initrds[${at}]`).includes(','))
			throw refuse('comma', `${path}.initrds[${at}]`, 'a comma ends a name');
	}
	const initrd = initrds.join(',');
	const commandLine = `.${keyword} ${file}${append === undefined ? '' : ` ${append}`}${initrd && ` initrd=${initrd}`}`;
	if (byteLength(commandLine) > maximumCommandLine) {
		throw refuse(
			'command-line-too-long',
			path,
			`${byteLength(commandLine)} bytes; the loader boots up to ${maximumCommandLine}`,
		);
	}
	return [
		`${keyword.toUpperCase()} ${file}`,
		...(append === undefined && !inherits ? [] : [`APPEND ${append ?? '-'}`]),
		...(initrd === '' ? [] : [`INITRD ${initrd}`]),
		...(sysappend.length === 0 && !inherits ? [] : [`SYSAPPEND 0x${sysappendMask(sysappend).toString(16)}`]),
	];
}

function writeHelp(state: State, help: string, depth: number, path: string): void {
	const lines = help.replace(/\n$/, '').split('\n');
	line(state, depth, 'TEXT HELP', path);
	for (const text of lines) {
		if (text.includes('\0')) throw refuse('line-end', path, 'a NUL would end the line');
		if (endsText(text)) throw refuse('end-text', path, 'a line that begins with ENDTEXT would end the help text');
		// Raw: the loader keeps leading white space of help text.
		state.lines.push(`${checkLine(text, path)}\n`);
	}
	line(state, depth, 'ENDTEXT', path);
}

function tagsOf(entries: readonly PxelinuxEntrySpec[], path = 'entries', tags = new Set<string>()): Set<string> {
	for (const [at, entry] of entries.entries()) {
		if (entry.kind !== 'submenu') continue;
		const place = `${path}[${at}].tag`;
		if (tags.has(entry.tag) || entry.tag === '.top' || entry.tag === '.hidden')
			throw refuse('tag-twice', place, `there is a menu ${entry.tag} already`);
		tags.add(entry.tag);
		tagsOf(entry.entries, `${path}[${at}].entries`, tags);
	}
	return tags;
}
