import type { PxelinuxClient, PxelinuxMeaning } from 'pxekit/pxelinux';

/** The machine that SYSLINUX's reader ran for when its answers were recorded. */
export const oracleClient: PxelinuxClient = {
	ip: '10.0.0.9',
	serverIp: '10.0.0.1',
	gateway: '10.0.0.254',
	netmask: '255.255.255.0',
	mac: '52:54:00:12:34:56',
	facts: { cpu: '6PVXL' },
};

type Row = Record<string, unknown>;

/** Lines that are records; SAY prints between them. Control characters stand unescaped in some strings. */
export function readOracle(text: string): Row[] {
	return text
		.split('\n')
		.filter((line) => line.startsWith('{"ev"'))
		.map((line) => {
			// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
			const escaped = line.replace(/[\0-\x1f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
			return JSON.parse(escaped) as Row;
		});
}

/** Our meaning in the words of the records, in their order: the values, the menus from the newest, the entries. */
export function asOracle({ settings, menus, entries, startMenu }: PxelinuxMeaning): Row[] {
	const text = (value: string | undefined) => value ?? null;
	const tag = (index: number | undefined) => (index === undefined ? null : (menus[index]?.tag ?? null));
	const ticks = (tenths: number) => Math.floor((tenths * 1000 + 9) / 10);
	const global = {
		ev: 'global',
		timeout_ms: ticks(settings.timeout),
		totaltimeout_ms: ticks(settings.totalTimeout),
		prompt: settings.prompt,
		implicit: settings.implicit,
		allowoptions: settings.allowOptions,
		noescape: settings.noEscape,
		nocomplete: settings.noComplete,
		nohalt: settings.noHalt,
		console: settings.console,
		defaultlevel: settings.ui !== undefined ? 2 : settings.default !== undefined ? 1 : 0,
		sysappend: settings.sysappend,
		hidden: Number(settings.menuHidden),
		shiftkey: Number(settings.menuShiftKey),
		baud_div: settings.serial ? Math.floor(115200 / settings.serial.baud) & 0xffff : 0,
		pxeretry: settings.pxeRetry,
		default_cmd: text(settings.defaultCommand),
		globaldefault: text(settings.default),
		ontimeout: text(settings.onTimeout),
		onerror: text(settings.onError),
		append: text(settings.append),
		start: tag(startMenu),
	};
	const menuRows = menus.map((menu) => ({
		ev: 'menu',
		label: text(menu.tag),
		title: menu.title,
		parent: tag(menu.parent),
		background: text(menu.background),
		master: text(menu.masterPassword),
		default: menu.default,
		n: menu.entries.length,
		rows: menu.layout.rows,
		width: menu.layout.width,
		...Object.fromEntries(Object.entries(menu.functionKeys).map(([key, { file }]) => [`f${key}`, file])),
	}));
	const actions = {
		command: 'cmd',
		submenu: 'submenu',
		goto: 'goto',
		exit: 'exit',
		quit: 'quit',
		disabled: 'disabled',
	};
	const entryRows = entries.map((entry) => ({
		ev: 'entry',
		menu: tag(entry.menu),
		label: text(entry.label),
		display: entry.display,
		cmdline: text(entry.commandLine),
		action: actions[entry.action],
		submenu: tag(entry.target),
		passwd: text(entry.password),
		help: text(entry.help),
		...(entry.hotKey !== undefined && { hotkey: String.fromCharCode(entry.hotKey.charCodeAt(0) & ~0x20) }),
	}));
	const shown = settings.display.map((v) => ({ ev: 'display', v }));
	const path = settings.path.map((v) => ({ ev: 'path', v }));
	return [...path, ...shown, global, ...menuRows.reverse(), ...entryRows];
}
