/**
 * Who acts on a directive: `loader` is PXELINUX (and its siblings) itself, `menu` the menu modules, which read the same
 * file once more; `u-boot` and `grub` read a part of the language.
 */
export type PxelinuxReader = 'loader' | 'menu' | 'u-boot' | 'grub';

/**
 * Where a directive counts. `label`: between LABEL and the line that closes it, ignored elsewhere. `either`: there, and
 * elsewhere as a default. `entry`: in a label, or for the menu entry that opens the submenu. `menu`: for the menu that
 * is open. `global`: for the whole configuration.
 */
export type PxelinuxScope = 'label' | 'either' | 'entry' | 'menu' | 'global';

/** What stands after the keyword. `command` is what could be typed at the prompt; `none`: nothing that is read. */
export type PxelinuxArgument = 'none' | 'text' | 'word' | 'file' | 'files' | 'integer' | 'bits' | 'command';

/** One row of {@link pxelinuxDirectives}. */
export interface PxelinuxDirective {
	/** In upper case, as the documentation has it: `MENU LABEL`. */
	readonly name: string;
	/** Other spellings. */
	readonly aliases?: readonly string[];
	readonly scope: PxelinuxScope;
	readonly argument: PxelinuxArgument;
	readonly readers: readonly PxelinuxReader[];
	/** One phrase for people. */
	readonly meaning: string;
}

const readersOf = {
	all: ['loader', 'menu', 'u-boot', 'grub'],
	'all but grub': ['loader', 'menu', 'u-boot'],
	'all but u-boot': ['loader', 'menu', 'grub'],
	syslinux: ['loader', 'menu'],
	loader: ['loader'],
	menu: ['menu'],
	'u-boot': ['u-boot'],
} as const;

/** One row a directive; `readBy` is short for the readers. */
const rows = [
	{ name: 'LABEL', scope: 'global', argument: 'word', readBy: 'all', meaning: 'opens an entry; one word' },

	{
		name: 'KERNEL',
		scope: 'label',
		argument: 'command',
		readBy: 'all',
		meaning: 'file to boot; its suffix tells its kind',
	},
	{ name: 'LINUX', scope: 'label', argument: 'command', readBy: 'all', meaning: 'Linux kernel, whatever its name' },
	{ name: 'BOOT', scope: 'label', argument: 'command', readBy: 'all but u-boot', meaning: 'boot sector' },
	{ name: 'BSS', scope: 'label', argument: 'command', readBy: 'all but u-boot', meaning: 'DOS boot sector' },
	{ name: 'PXE', scope: 'label', argument: 'command', readBy: 'all but u-boot', meaning: 'PXE network boot program' },
	{ name: 'FDIMAGE', scope: 'label', argument: 'command', readBy: 'all but u-boot', meaning: 'floppy image' },
	{
		name: 'COMBOOT',
		scope: 'label',
		argument: 'command',
		readBy: 'all but u-boot',
		meaning: 'COMBOOT program; gone since 5.00',
	},
	{ name: 'COM32', scope: 'label', argument: 'command', readBy: 'all but u-boot', meaning: 'COM32 module' },
	{
		name: 'CONFIG',
		scope: 'label',
		argument: 'command',
		readBy: 'all but u-boot',
		meaning: 'starts again with another configuration',
	},
	{ name: 'LOCALBOOT', scope: 'label', argument: 'integer', readBy: 'all', meaning: 'leaves for the local disk' },
	{
		name: 'NONE',
		scope: 'label',
		argument: 'command',
		readBy: 'syslinux',
		meaning: 'no kind of its own; boots nothing',
	},
	{ name: 'INITRD', scope: 'label', argument: 'files', readBy: 'all', meaning: 'initial RAM disks, joined by commas' },
	{
		name: 'FDT',
		aliases: ['DEVICETREE'],
		scope: 'label',
		argument: 'file',
		readBy: 'u-boot',
		meaning: 'device tree',
	},
	{
		name: 'FDTDIR',
		aliases: ['DEVICETREEDIR'],
		scope: 'label',
		argument: 'file',
		readBy: 'u-boot',
		meaning: 'folder of device trees',
	},
	{
		name: 'FDTOVERLAYS',
		aliases: ['DEVICETREE-OVERLAY'],
		scope: 'label',
		argument: 'files',
		readBy: 'u-boot',
		meaning: 'device tree overlays',
	},
	{
		name: 'KASLRSEED',
		scope: 'label',
		argument: 'none',
		readBy: 'u-boot',
		meaning: 'seeds kernel address randomisation',
	},

	{ name: 'APPEND', scope: 'either', argument: 'text', readBy: 'all', meaning: 'arguments; a lone hyphen means none' },
	{
		name: 'SYSAPPEND',
		aliases: ['IPAPPEND'],
		scope: 'either',
		argument: 'bits',
		readBy: 'all but grub',
		meaning: 'facts about the client to add to the arguments',
	},

	{ name: 'DEFAULT', scope: 'global', argument: 'command', readBy: 'all', meaning: 'what boots by itself' },
	{
		name: 'UI',
		scope: 'global',
		argument: 'command',
		readBy: 'syslinux',
		meaning: 'module to start instead of the prompt; wins over DEFAULT',
	},
	{
		name: 'PROMPT',
		scope: 'global',
		argument: 'integer',
		readBy: 'all',
		meaning: '1: always show the prompt',
	},
	{
		name: 'TIMEOUT',
		scope: 'global',
		argument: 'integer',
		readBy: 'all',
		meaning: 'tenths of a second until the default boots; 0: never',
	},
	{
		name: 'TOTALTIMEOUT',
		scope: 'global',
		argument: 'integer',
		readBy: 'syslinux',
		meaning: 'the same, not stopped by a key',
	},
	{
		name: 'ONTIMEOUT',
		scope: 'global',
		argument: 'command',
		readBy: 'all but grub',
		meaning: 'what boots when the time is over',
	},
	{
		name: 'ONERROR',
		scope: 'global',
		argument: 'command',
		readBy: 'syslinux',
		meaning: 'what boots when a file is missing',
	},
	{
		name: 'FALLBACK',
		scope: 'global',
		argument: 'word',
		readBy: 'u-boot',
		meaning: 'label to boot when the default failed',
	},
	{
		name: 'ALLOWOPTIONS',
		scope: 'global',
		argument: 'integer',
		readBy: 'all but u-boot',
		meaning: '0: no arguments from the prompt',
	},
	{ name: 'IMPLICIT', scope: 'global', argument: 'integer', readBy: 'all but u-boot', meaning: '0: boot labels only' },
	{ name: 'NOESCAPE', scope: 'global', argument: 'integer', readBy: 'all but u-boot', meaning: '1: no prompt by key' },
	{
		name: 'NOCOMPLETE',
		scope: 'global',
		argument: 'integer',
		readBy: 'all but u-boot',
		meaning: '1: Tab lists no labels',
	},
	{
		name: 'NOHALT',
		scope: 'global',
		argument: 'integer',
		readBy: 'syslinux',
		meaning: '1: the processor is kept busy',
	},
	{ name: 'CONSOLE', scope: 'global', argument: 'integer', readBy: 'syslinux', meaning: '0: serial line only' },
	{
		name: 'SERIAL',
		scope: 'global',
		argument: 'text',
		readBy: 'syslinux',
		meaning: 'port, rate and flow control of the serial line; first line of the file',
	},
	{ name: 'FONT', scope: 'global', argument: 'file', readBy: 'syslinux', meaning: 'console font' },
	{ name: 'KBDMAP', scope: 'global', argument: 'file', readBy: 'syslinux', meaning: 'keyboard map' },
	{ name: 'DISPLAY', scope: 'global', argument: 'file', readBy: 'syslinux', meaning: 'text shown before the prompt' },
	{
		name: 'SAY',
		scope: 'global',
		argument: 'text',
		readBy: 'all but u-boot',
		meaning: 'shows a line while the file is read',
	},
	{
		name: 'PATH',
		scope: 'global',
		argument: 'text',
		readBy: 'loader',
		meaning: 'folders of modules, joined by colons',
	},
	{
		name: 'SENDCOOKIES',
		scope: 'global',
		argument: 'bits',
		readBy: 'loader',
		meaning: 'facts about the client to send as HTTP cookies',
	},
	{ name: 'PXERETRY', scope: 'global', argument: 'integer', readBy: 'loader', meaning: 'further tries for each file' },
	{
		name: 'F',
		scope: 'menu',
		argument: 'files',
		readBy: 'syslinux',
		meaning: 'help file of a function key F1 to F12, and its background',
	},
	{
		name: 'INCLUDE',
		scope: 'global',
		argument: 'file',
		readBy: 'all',
		meaning: 'reads another file in place; none is no error',
	},
	{
		name: 'TEXT',
		scope: 'label',
		argument: 'word',
		readBy: 'all but u-boot',
		meaning: 'TEXT HELP: lines up to ENDTEXT describe the entry',
	},

	{
		name: 'MENU LABEL',
		scope: 'entry',
		argument: 'text',
		readBy: 'all',
		meaning: 'shown instead of the label; ^ marks the hot key',
	},
	{ name: 'MENU DEFAULT', scope: 'entry', argument: 'none', readBy: 'all', meaning: 'chosen when the menu opens' },
	{ name: 'MENU HIDE', scope: 'label', argument: 'none', readBy: 'syslinux', meaning: 'not shown' },
	{ name: 'MENU INDENT', scope: 'label', argument: 'integer', readBy: 'syslinux', meaning: 'spaces before the text' },
	{
		name: 'MENU DISABLE',
		aliases: ['MENU DISABLED'],
		scope: 'label',
		argument: 'none',
		readBy: 'syslinux',
		meaning: 'shown, not chosen',
	},
	{ name: 'MENU SEPARATOR', scope: 'menu', argument: 'none', readBy: 'syslinux', meaning: 'an empty line' },
	{ name: 'MENU PASSWD', scope: 'entry', argument: 'text', readBy: 'syslinux', meaning: 'password of the entry' },
	{ name: 'MENU GOTO', scope: 'label', argument: 'text', readBy: 'syslinux', meaning: 'goes to another menu' },
	{ name: 'MENU EXIT', scope: 'label', argument: 'text', readBy: 'syslinux', meaning: 'leaves the submenu' },
	{ name: 'MENU QUIT', scope: 'label', argument: 'none', readBy: 'syslinux', meaning: 'leaves for the prompt' },
	{ name: 'MENU HELP', scope: 'label', argument: 'files', readBy: 'menu', meaning: 'shows a file, and a background' },
	{
		name: 'MENU SAVE',
		scope: 'either',
		argument: 'none',
		readBy: 'syslinux',
		meaning: 'the choice is the next default',
	},
	{ name: 'MENU NOSAVE', scope: 'either', argument: 'none', readBy: 'syslinux', meaning: 'it is not' },
	{ name: 'MENU IMMEDIATE', scope: 'either', argument: 'none', readBy: 'menu', meaning: 'the hot key boots at once' },
	{ name: 'MENU NOIMMEDIATE', scope: 'either', argument: 'none', readBy: 'menu', meaning: 'it does not' },
	{ name: 'MENU BEGIN', scope: 'menu', argument: 'text', readBy: 'syslinux', meaning: 'opens a submenu' },
	{ name: 'MENU END', scope: 'menu', argument: 'none', readBy: 'syslinux', meaning: 'closes it' },
	{
		name: 'MENU INCLUDE',
		scope: 'menu',
		argument: 'files',
		readBy: 'all',
		meaning: 'reads another file in place, or as a submenu',
	},
	{ name: 'MENU TITLE', scope: 'menu', argument: 'text', readBy: 'all but grub', meaning: 'heading' },
	{ name: 'MENU START', scope: 'menu', argument: 'none', readBy: 'syslinux', meaning: 'this menu opens first' },
	{
		name: 'MENU ONERROR',
		scope: 'menu',
		argument: 'command',
		readBy: 'syslinux',
		meaning: 'what boots when a file is missing',
	},
	{ name: 'MENU BACKGROUND', scope: 'menu', argument: 'word', readBy: 'all', meaning: 'picture or #argb colour' },
	{
		name: 'MENU COLOR',
		aliases: ['MENU COLOUR'],
		scope: 'menu',
		argument: 'text',
		readBy: 'syslinux',
		meaning: 'element, ANSI, foreground, background, shadow',
	},
	{
		name: 'MENU MSGCOLOR',
		aliases: ['MENU MSGCOLOUR'],
		scope: 'menu',
		argument: 'text',
		readBy: 'syslinux',
		meaning: 'colours of message files',
	},
	{
		name: 'MENU MASTER',
		scope: 'menu',
		argument: 'text',
		readBy: 'syslinux',
		meaning: 'MENU MASTER PASSWD: password for all',
	},
	{ name: 'MENU AUTOBOOT', scope: 'menu', argument: 'text', readBy: 'syslinux', meaning: 'countdown text' },
	{ name: 'MENU TABMSG', scope: 'menu', argument: 'text', readBy: 'syslinux', meaning: 'text about the Tab key' },
	{
		name: 'MENU NOTABMSG',
		scope: 'menu',
		argument: 'text',
		readBy: 'syslinux',
		meaning: 'text when editing is not allowed',
	},
	{
		name: 'MENU PASSPROMPT',
		scope: 'menu',
		argument: 'text',
		readBy: 'syslinux',
		meaning: 'question for the password',
	},
	{
		name: 'MENU HIDDEN',
		scope: 'global',
		argument: 'none',
		readBy: 'syslinux',
		meaning: 'no menu unless a key is pressed',
	},
	{
		name: 'MENU HIDDENKEY',
		scope: 'global',
		argument: 'command',
		readBy: 'menu',
		meaning: 'keys and what they boot while the menu is hidden',
	},
	{
		name: 'MENU SHIFTKEY',
		scope: 'global',
		argument: 'none',
		readBy: 'syslinux',
		meaning: 'no menu unless Shift is held',
	},
	{ name: 'MENU CLEAR', scope: 'global', argument: 'none', readBy: 'menu', meaning: 'clears the screen on leaving' },
	{ name: 'MENU RESOLUTION', scope: 'global', argument: 'text', readBy: 'menu', meaning: 'width and height in pixels' },
	{ name: 'MENU WIDTH', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'columns; 0: all' },
	{ name: 'MENU MARGIN', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'columns left free' },
	{ name: 'MENU PASSWORDMARGIN', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'columns left free' },
	{ name: 'MENU ROWS', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'entries shown at once' },
	{ name: 'MENU TABMSGROW', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'row' },
	{ name: 'MENU CMDLINEROW', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'row' },
	{ name: 'MENU ENDROW', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'row; negative from below' },
	{ name: 'MENU PASSWORDROW', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'row' },
	{ name: 'MENU TIMEOUTROW', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'row' },
	{ name: 'MENU HELPMSGROW', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'row' },
	{
		name: 'MENU HELPMSGENDROW',
		scope: 'menu',
		argument: 'integer',
		readBy: 'syslinux',
		meaning: 'row; negative from below',
	},
	{ name: 'MENU HSHIFT', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'columns to the right' },
	{ name: 'MENU VSHIFT', scope: 'menu', argument: 'integer', readBy: 'syslinux', meaning: 'rows down' },
	{
		name: 'MENU HIDDENROW',
		scope: 'menu',
		argument: 'integer',
		readBy: 'syslinux',
		meaning: 'row; negative from below',
	},
] as const;

/**
 * All directives. Sources: SYSLINUX com32/elflink/ldlinux/readconfig.c (loader), com32/menu/readconfig.c (menu) and
 * doc/; U-Boot boot/pxe_utils.c; GRUB grub-core/lib/syslinux_parse.c.
 */
export const pxelinuxDirectives: readonly (PxelinuxDirective & { readonly name: PxelinuxDirectiveName })[] = rows.map(
	({ readBy, ...row }) => ({ ...row, readers: readersOf[readBy] }),
);

/** A directive's name, as in {@link pxelinuxDirectives}. */
export type PxelinuxDirectiveName = (typeof rows)[number]['name'];

const byName = new Map(
	pxelinuxDirectives.flatMap((row) => [row.name, ...(row.aliases ?? [])].map((name) => [name, row] as const)),
);

/** Row of a name in upper case, `MENU COLOUR` too. */
export function findDirective(name: string): (typeof pxelinuxDirectives)[number] | undefined {
	return byName.get(name);
}
