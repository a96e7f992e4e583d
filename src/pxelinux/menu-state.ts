import type { PxelinuxAction, PxelinuxEntry, PxelinuxMenu } from './meaning.ts';

/** Index of the list of hidden entries. */
export const hidden = 0;
/** Index of the top menu. */
export const top = 1;

/** An entry while the file is read. */
export interface MutableEntry extends PxelinuxEntry {
	display: string;
	action: PxelinuxAction;
	commandLine?: string | undefined;
	parts?: PxelinuxEntry['parts'];
	target?: number | undefined;
	hotKey?: string | undefined;
	password?: string | undefined;
	help?: string | undefined;
	/** Tag to look up when all menus are known. */
	targetTag?: string;
}

/** A menu while the file is read. */
export interface MutableMenu extends PxelinuxMenu {
	title: string;
	parent?: number | undefined;
	entries: number[];
	default: number;
	background?: string | undefined;
	masterPassword?: string | undefined;
	onError?: string | undefined;
	layout: Record<string, number>;
	messages: Record<string, string>;
	messageColors?: string | undefined;
	colors: Record<string, string>;
	functionKeys: Record<number, { file: string; background?: string }>;
	save: boolean;
	/** Index of the entry that opens it. */
	parentEntry?: number | undefined;
	/** Place of that entry in the menu around it. */
	placeInParent?: number | undefined;
	/** Whether that entry has a text other than the tag. */
	labelled: boolean;
	/** Folded codes of the keys that are taken. */
	hotKeys: Set<number>;
}

/** Names and defaults of MENU's layout numbers, SYSLINUX com32/elflink/ldlinux/readconfig.c. */
export const layoutDefaults: Readonly<Record<string, number>> = {
	width: 0,
	margin: 10,
	passwordmargin: 3,
	rows: 12,
	tabmsgrow: 18,
	cmdlinerow: 18,
	endrow: -1,
	passwordrow: 11,
	timeoutrow: 20,
	helpmsgrow: 22,
	helpmsgendrow: -1,
	hshift: 0,
	vshift: 0,
	hiddenrow: -2,
};

const colorNames: ReadonlySet<string> = new Set(
	(
		'screen border title unsel hotkey sel hotsel scrollbar tabmsg cmdmark cmdline pwdborder pwdheader pwdentry ' +
		'timeout_msg timeout help disabled'
	).split(' '),
);

/** Whether MENU COLOR knows the element, SYSLINUX com32/elflink/ldlinux/colors.c. Others are ignored. */
export function isColorElement(name: string): boolean {
	return colorNames.has(name) || /^msg[0-9a-f]{2}$/.test(name);
}

/** A submenu takes over what its parent has at that moment. */
export function newMenu(tag: string, parent?: { menu: MutableMenu; index: number; entry: number }): MutableMenu {
	const from = parent?.menu;
	const menu: MutableMenu = {
		tag: tag === '' ? undefined : tag,
		title: '',
		entries: [],
		default: 0,
		layout: { ...(from?.layout ?? layoutDefaults) },
		messages: { ...from?.messages },
		colors: { ...from?.colors },
		functionKeys: { ...from?.functionKeys },
		save: from?.save ?? false,
		labelled: false,
		hotKeys: new Set(),
	};
	if (parent) {
		menu.parent = parent.index;
		menu.parentEntry = parent.entry;
		menu.placeInParent = parent.menu.entries.length - 1;
		if (from?.background !== undefined) menu.background = from.background;
		if (from?.messageColors !== undefined) menu.messageColors = from.messageColors;
		if (from?.masterPassword !== undefined) menu.masterPassword = from.masterPassword;
		if (from?.onError !== undefined) menu.onError = from.onError;
	}
	return menu;
}
