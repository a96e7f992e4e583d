import { atoi, firstWord, skipSpace } from './lexical.ts';
import type { PxelinuxSettings } from './meaning.ts';
import type { PxelinuxLine } from './tree.ts';

/** Global values while the file is read. */
export type GlobalState = {
	-readonly [name in keyof PxelinuxSettings]: PxelinuxSettings[name] extends readonly string[]
		? string[]
		: PxelinuxSettings[name];
};

/** What holds when a file says nothing. */
export function newGlobals(): GlobalState {
	return {
		timeout: 0,
		totalTimeout: 0,
		prompt: 0,
		implicit: 1,
		allowOptions: 1,
		noEscape: 0,
		noComplete: 0,
		noHalt: 0,
		console: 1,
		pxeRetry: 0,
		sysappend: 0,
		menuHidden: false,
		menuShiftKey: false,
		path: [],
		say: [],
		display: [],
	};
}

/** Directives that set one value for the whole file. APPEND and SYSAPPEND depend on the place and are not here. */
const setters: Readonly<Record<string, (state: GlobalState, line: PxelinuxLine) => void>> = {
	TIMEOUT: (state, { value }) => {
		state.timeout = atoi(value);
	},
	TOTALTIMEOUT: (state, { value }) => {
		state.totalTimeout = atoi(value);
	},
	PROMPT: (state, { value }) => {
		state.prompt = atoi(value);
	},
	IMPLICIT: (state, { value }) => {
		state.implicit = atoi(value);
	},
	ALLOWOPTIONS: (state, { value }) => {
		state.allowOptions = atoi(value) === 0 ? 0 : 1;
	},
	NOESCAPE: (state, { value }) => {
		state.noEscape = atoi(value);
	},
	NOCOMPLETE: (state, { value }) => {
		state.noComplete = atoi(value);
	},
	NOHALT: (state, { raw }) => {
		// The loader steps over eight characters instead of six: `NOHALT 1` is 0 to it, `NOHALT  1` is 1.
		const start = raw.search(/[^\0-\x20\x7f]/) + 8;
		state.noHalt = atoi(skipSpace(raw.slice(start)));
	},
	CONSOLE: (state, { value }) => {
		state.console = atoi(value);
	},
	PXERETRY: (state, { value }) => {
		state.pxeRetry = atoi(value) & 0xffff;
	},
	DEFAULT: (state, { value }) => {
		state.default = value;
	},
	UI: (state, { value }) => {
		state.ui = value;
	},
	ONTIMEOUT: (state, { value }) => {
		state.onTimeout = value;
	},
	ONERROR: (state, { value }) => {
		state.onError = value;
	},
	SENDCOOKIES: (state, { value }) => {
		// Base 10 in this place, unlike SYSAPPEND.
		state.sendCookies = atoi(value) >>> 0;
	},
	SERIAL: (state, { value }) => {
		state.serial = readSerial(value);
	},
	PATH: (state, { value }) => {
		state.path.push(...value.split(':').filter((folder, index, all) => folder !== '' || index < all.length - 1));
	},
	SAY: (state, line) => {
		// The loader prints what follows the keyword and one character, leading white space included.
		state.say.push(line.value);
	},
	DISPLAY: (state, { value }) => {
		state.display.push(firstWord(value));
	},
	FONT: (state, { value }) => {
		state.font = firstWord(value);
	},
	KBDMAP: (state, { value }) => {
		state.keyboardMap = value;
	},
	'MENU HIDDEN': (state) => {
		state.menuHidden = true;
	},
	'MENU SHIFTKEY': (state) => {
		state.menuShiftKey = true;
	},
};

/** Does nothing for a directive that the loader does not read. */
export function applyGlobal(state: GlobalState, line: PxelinuxLine): void {
	const name = line.directive ?? '';
	if (Object.hasOwn(setters, name)) setters[name]?.(state, line);
}

/** UI wins over DEFAULT, wherever they stand. */
export function settingsOf(state: GlobalState): PxelinuxSettings {
	const defaultCommand = state.ui ?? state.default;
	return defaultCommand === undefined ? state : { ...state, defaultCommand };
}

function readSerial(value: string): NonNullable<PxelinuxSettings['serial']> {
	const [, port = '', baud, flow] = /^([0-9a-z]*)[^0-9a-z]*([0-9a-z]+)?[^0-9a-z]*([0-9a-z]+)?/i.exec(value) ?? [];
	return { port: atoi(port), baud: baud === undefined ? 9600 : atoi(baud), flow: flow === undefined ? 0 : atoi(flow) };
}
