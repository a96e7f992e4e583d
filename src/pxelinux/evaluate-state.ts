import type { GlobalState } from './globals.ts';
import type { PxelinuxKernelKeyword } from './meaning.ts';
import type { MutableEntry, MutableMenu } from './menu-state.ts';
import type { PxelinuxClient } from './sysappend.ts';

/** Where the reading of a configuration stands. */
export interface State {
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
export interface LabelData {
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

export const menuAt = (state: State, index: number): MutableMenu => state.menus[index] as MutableMenu;

/** The first entry of a menu that claims a key has it. */
export function considerHotKey(menu: MutableMenu, entry: MutableEntry): void {
	const key = /\^(.)/s.exec(entry.display)?.[1];
	if (entry.action === 'disabled' || key === undefined) return;
	// As the loader folds case: bit 5 is cleared, of digits too.
	const folded = key.charCodeAt(0) & ~0x20;
	if (menu.hotKeys.has(folded)) return;
	menu.hotKeys.add(folded);
	entry.hotKey = key >= 'a' && key <= 'z' ? key.toUpperCase() : key;
}
