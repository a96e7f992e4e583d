import { considerHotKey, menuAt, type State } from './evaluate-state.ts';
import { atoi, firstWord, strtoul } from './lexical.ts';
import type { PxelinuxKernelKeyword } from './meaning.ts';
import type { PxelinuxLine } from './tree.ts';

/** LABEL: what is set from here on is about this label. */
export function openLabel(state: State, { value, line }: PxelinuxLine): void {
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
export function applyToLabel(state: State, { directive = 'LABEL', value }: PxelinuxLine, menuIndex: number): boolean {
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
