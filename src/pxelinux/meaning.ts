import type { Issue } from '../wire/issue.ts';

/** Keyword that named an entry's file. `kernel` leaves the kind to the file's suffix. */
export type PxelinuxKernelKeyword =
	| 'none'
	| 'localboot'
	| 'kernel'
	| 'linux'
	| 'boot'
	| 'bss'
	| 'pxe'
	| 'fdimage'
	| 'comboot'
	| 'com32'
	| 'config';

/** What choosing an entry does. */
export type PxelinuxAction = 'command' | 'submenu' | 'goto' | 'exit' | 'quit' | 'disabled';

/** One entry of a menu. */
export interface PxelinuxEntry {
	/** The word after LABEL; `undefined` for submenus, separators and disabled entries, which no command can name. */
	readonly label: string | undefined;
	/** What a menu shows, with its `^`. */
	readonly display: string;
	readonly action: PxelinuxAction;
	/** What the loader executes: `.linux vmlinuz quiet initrd=initrd.img`. For action `command`. */
	readonly commandLine?: string | undefined;
	/** What `commandLine` was made of. For action `command`. */
	readonly parts?: PxelinuxEntryParts | undefined;
	/** Index in {@link PxelinuxMeaning.menus} of the menu it stands in. */
	readonly menu: number;
	/** Index in {@link PxelinuxMeaning.menus} of the menu it leads to. */
	readonly target?: number | undefined;
	/** In upper case. */
	readonly hotKey?: string | undefined;
	readonly password?: string | undefined;
	/** Lines of TEXT HELP, with their line ends. */
	readonly help?: string | undefined;
	/** Whether choosing it makes it the next default. */
	readonly save: boolean;
	/** Line of LABEL, MENU SEPARATOR or MENU BEGIN. In an included file its own lines count. */
	readonly line: number;
}

/** What a label said. */
export interface PxelinuxEntryParts {
	readonly keyword: PxelinuxKernelKeyword;
	/** What followed the keyword; may hold arguments. */
	readonly kernel: string;
	/** Its own APPEND, or the global one when it had none; empty for none. */
	readonly append: string;
	/** What followed INITRD. */
	readonly initrd?: string | undefined;
	/** SYSAPPEND mask, its own or the global one. */
	readonly sysappend: number;
}

/** A menu: the top one, a submenu, or the list of hidden entries. */
export interface PxelinuxMenu {
	/** For MENU GOTO; `undefined` after a bare MENU BEGIN. `.top` is the first menu; `.hidden` holds what MENU HIDE took out of sight. */
	readonly tag: string | undefined;
	readonly title: string;
	/** Index of the menu around it. */
	readonly parent?: number | undefined;
	/** Indexes in {@link PxelinuxMeaning.entries}. */
	readonly entries: readonly number[];
	/** Place in `entries` of the one chosen at first. */
	readonly default: number;
	readonly background?: string | undefined;
	readonly masterPassword?: string | undefined;
	readonly onError?: string | undefined;
	/** Layout numbers by keyword in lower case: `{ rows: 12, width: 0, … }`. */
	readonly layout: Readonly<Record<string, number>>;
	/** Messages by keyword in lower case: `{ autoboot: 'Starting in # seconds' }`; those that were set. */
	readonly messages: Readonly<Record<string, string>>;
	/** What followed MENU MSGCOLOR. */
	readonly messageColors?: string | undefined;
	/** What followed the last MENU COLOR of an element, by element in lower case. */
	readonly colors: Readonly<Record<string, string>>;
	/** Help files by number of the function key, 1 to 12. */
	readonly functionKeys: Readonly<Record<number, { readonly file: string; readonly background?: string | undefined }>>;
}

/** Values that hold for the whole configuration, as the loader has them in the end. */
export interface PxelinuxSettings {
	/** Tenths of a second; 0: never. */
	readonly timeout: number;
	/** Tenths of a second; 0: never. */
	readonly totalTimeout: number;
	readonly prompt: number;
	readonly implicit: number;
	readonly allowOptions: number;
	readonly noEscape: number;
	readonly noComplete: number;
	readonly noHalt: number;
	readonly console: number;
	readonly pxeRetry: number;
	/** What followed DEFAULT. */
	readonly default?: string | undefined;
	/** What followed UI. */
	readonly ui?: string | undefined;
	/** What starts by itself: UI, else DEFAULT. */
	readonly defaultCommand?: string | undefined;
	readonly onTimeout?: string | undefined;
	readonly onError?: string | undefined;
	/** The global APPEND at the end of the file. */
	readonly append?: string | undefined;
	/** The global SYSAPPEND at the end of the file. */
	readonly sysappend: number;
	readonly sendCookies?: number | undefined;
	readonly menuHidden: boolean;
	readonly menuShiftKey: boolean;
	/** Port as given, rate in baud, flow control bits. A rate below 75 switches the port off. */
	readonly serial?: { readonly port: number; readonly baud: number; readonly flow: number } | undefined;
	readonly path: readonly string[];
	readonly say: readonly string[];
	/** Message files that DISPLAY shows, in order. */
	readonly display: readonly string[];
	readonly font?: string | undefined;
	readonly keyboardMap?: string | undefined;
}

/** What the loader makes of a configuration. */
export interface PxelinuxMeaning {
	readonly settings: PxelinuxSettings;
	/** In order of their beginning; `.hidden` is 0 and `.top` is 1. */
	readonly menus: readonly PxelinuxMenu[];
	/** In order of appearance. */
	readonly entries: readonly PxelinuxEntry[];
	/** Index of the menu that is shown first. */
	readonly startMenu: number;
	/** What went wrong with included files. */
	readonly issues: readonly Issue[];
}
