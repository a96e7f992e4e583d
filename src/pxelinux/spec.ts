import type { PxelinuxKernelKeyword } from './meaning.ts';
import type { SysappendName } from './sysappend.ts';

/** A configuration to build. Everything but the entries may be left out. */
export interface PxelinuxSpec {
	/** Serial line: port 0 to 3 or an I/O address, rate in baud (9600), flow control bits. */
	readonly serial?:
		| { readonly port: number; readonly baud?: number | undefined; readonly flow?: number | undefined }
		| undefined;
	/** `false`: output on the serial line only. */
	readonly console?: boolean | undefined;
	/** What boots by itself: a label, or any command. */
	readonly default?: string | undefined;
	/** Module to start instead of the prompt: `vesamenu.c32`. */
	readonly ui?: string | undefined;
	/** Show the prompt in any case. */
	readonly prompt?: boolean | undefined;
	/** Tenths of a second until the default boots. */
	readonly timeout?: number | undefined;
	/** Tenths of a second, not stopped by a key. */
	readonly totalTimeout?: number | undefined;
	/** Command for when the time is over. */
	readonly onTimeout?: string | undefined;
	/** Command for when a file is missing. */
	readonly onError?: string | undefined;
	/** `false`: no arguments from the prompt. */
	readonly allowOptions?: boolean | undefined;
	/** `false`: boot labels only. */
	readonly implicit?: boolean | undefined;
	/** No prompt by key. */
	readonly noEscape?: boolean | undefined;
	/** Tab lists no labels. */
	readonly noComplete?: boolean | undefined;
	/** Further tries for each file. */
	readonly pxeRetry?: number | undefined;
	/** Folders of modules. */
	readonly path?: readonly string[] | undefined;
	/** Facts to send as HTTP cookies. */
	readonly sendCookies?: readonly SysappendName[] | undefined;
	/** Lines shown while the file is read. */
	readonly say?: readonly string[] | undefined;
	/** Message file shown before the prompt. */
	readonly display?: string | undefined;
	readonly font?: string | undefined;
	readonly keyboardMap?: string | undefined;
	/**
	 * Files to read first, as INCLUDE does. A file that is missing is no error. What they set for all holds where this
	 * specification says nothing (SERIAL always: ours must be the first line); their APPEND and SYSAPPEND are kept from the
	 * labels that are built.
	 */
	readonly include?: readonly string[] | undefined;
	/** No menu unless a key is pressed. */
	readonly menuHidden?: boolean | undefined;
	/** No menu unless Shift is held. */
	readonly menuShiftKey?: boolean | undefined;
	/** The top menu. */
	readonly menu?: PxelinuxMenuSpec | undefined;
	readonly entries: readonly PxelinuxEntrySpec[];
}

/** How a menu looks. A submenu takes over what it does not say. */
export interface PxelinuxMenuSpec {
	readonly title?: string | undefined;
	/** Picture file or `#argb` colour. */
	readonly background?: string | undefined;
	readonly masterPassword?: string | undefined;
	/** Layout numbers by keyword in lower case: `{ rows: 15, width: 78 }`. */
	readonly layout?: Readonly<Record<string, number>> | undefined;
	/** Messages by keyword in lower case: `autoboot`, `tabmsg`, `notabmsg`, `passprompt`. */
	readonly messages?: Readonly<Record<string, string>> | undefined;
	/** What follows MENU MSGCOLOR: `#80ffffff #00000000 std`. */
	readonly messageColors?: string | undefined;
	/** What follows MENU COLOR, by element: `{ sel: '7;37;40 #e0000000 #20ff8000 all' }`. */
	readonly colors?: Readonly<Record<string, string>> | undefined;
	/** Help files by number of the function key. */
	readonly functionKeys?:
		| Readonly<Record<number, { readonly file: string; readonly background?: string | undefined }>>
		| undefined;
	/** Show this menu first. */
	readonly start?: boolean | undefined;
}

/** One line of a menu. */
export type PxelinuxEntrySpec = PxelinuxLabelSpec | PxelinuxSubmenuSpec | PxelinuxSeparatorSpec;

/** How an entry is shown. */
export interface PxelinuxEntryLook {
	/** Shown instead of the label; `^` before the hot key. */
	readonly display?: string | undefined;
	/** Chosen at first. */
	readonly isDefault?: boolean | undefined;
	readonly password?: string | undefined;
}

/** More about a label. */
export interface PxelinuxLabelLook extends PxelinuxEntryLook {
	/** Lines that describe the entry; the last line end may be left out. */
	readonly help?: string | undefined;
	readonly hide?: boolean | undefined;
	/** Shown, not chosen. Such an entry loses its label and its password. */
	readonly disabled?: boolean | undefined;
	/** Spaces before the text. */
	readonly indent?: number | undefined;
	/** The choice is the next default. */
	readonly save?: boolean | undefined;
}

/** What a label boots. */
export interface PxelinuxBootSpec {
	readonly keyword: PxelinuxKernelKeyword;
	/** File; for `localboot` a number. */
	readonly kernel: string;
	/** Arguments. */
	readonly append?: string | undefined;
	/** Initial RAM disks, in order. */
	readonly initrds?: readonly string[] | undefined;
	/** Facts about the client to add to the arguments. */
	readonly sysappend?: readonly SysappendName[] | undefined;
}

/** An entry with a label. */
export interface PxelinuxLabelSpec extends PxelinuxLabelLook {
	readonly kind: 'label';
	/** One word. */
	readonly label: string;
	/** A file to boot, another menu by its tag, the menu around this one or one with a tag, or the prompt. */
	readonly does:
		| { readonly boot: PxelinuxBootSpec }
		| { readonly goto: string }
		| { readonly exit: string | true }
		| 'quit';
}

/** A menu within a menu. */
export interface PxelinuxSubmenuSpec extends PxelinuxEntryLook {
	readonly kind: 'submenu';
	/** Name for `goto` and `exit`. */
	readonly tag: string;
	readonly menu?: PxelinuxMenuSpec | undefined;
	readonly entries: readonly PxelinuxEntrySpec[];
}

/** An empty line. */
export interface PxelinuxSeparatorSpec {
	readonly kind: 'separator';
}
