import { atoi, firstWord, skipSpace, splitWord } from './lexical.ts';
import { isColorElement, type MutableMenu } from './menu-state.ts';
import type { PxelinuxLine } from './tree.ts';

/** Directives that count for the open menu. True when the line is dealt with. */
export function applyToMenu(menu: MutableMenu, line: PxelinuxLine): boolean {
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
		case 'MENU MSGCOLOR':
			menu.messageColors = value;
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
