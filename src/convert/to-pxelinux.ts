import type { IpxeRun } from '../ipxe/run/events.ts';
import type { IpxeHost } from '../ipxe/run/host.ts';
import { runIpxe } from '../ipxe/run/run.ts';
import type { IpxeScript } from '../ipxe/tree.ts';
import { pxelinux } from '../pxelinux/build.ts';
import { chainDisk, comModule, linux, localBoot } from '../pxelinux/recipes.ts';
import type { PxelinuxEntrySpec, PxelinuxLabelLook, PxelinuxLabelSpec, PxelinuxSpec } from '../pxelinux/spec.ts';
import type { PxelinuxConfig } from '../pxelinux/tree.ts';
import { EncodeError } from '../wire/errors.ts';
import type { ConversionLoss } from './loss.ts';

/** A configuration, and what it does not do. */
export interface IpxeToPxelinuxResult {
	readonly config: PxelinuxConfig;
	readonly losses: readonly ConversionLoss[];
}

/** Menus within menus are followed this far. */
const maximumDepth = 4;
/** Choices that are tried in all. */
const maximumRuns = 200;

/**
 * A PXELINUX configuration that boots what an iPXE script boots for one client. The script is run dry once for each choice
 * of its menus, and what it boots in the end becomes an entry. So what the script decides by itself is decided for this
 * client, and the client's values are written out. Files are taken to be there and to boot, unless `host.fetch` says otherwise.
 * An entry that boots nothing, or what PXELINUX can't, is left out and named in `losses`.
 *
 * @param host the client and its servers, as for `runIpxe`; `answer` is not used
 * @example
 * ```ts
 * import { ipxeToPxelinux } from 'pxekit/convert';
 * import { parseIpxe } from 'pxekit/ipxe';
 * import { printPxelinux } from 'pxekit/pxelinux';
 *
 * const script = parseIpxe('#!ipxe\nkernel http://10.0.0.1/vmlinuz quiet\ninitrd http://10.0.0.1/initrd.img\nboot\n');
 * const { config, losses } = await ipxeToPxelinux(script);
 * printPxelinux(config);
 * // => 'DEFAULT boot\n\nLABEL boot\n  LINUX http://10.0.0.1/vmlinuz\n  APPEND quiet\n  INITRD http://10.0.0.1/initrd.img\n'
 * losses; // => []
 * ```
 */
export async function ipxeToPxelinux(script: IpxeScript, host: IpxeHost = {}): Promise<IpxeToPxelinuxResult> {
	const state: State = { script, host, losses: [], runs: 0, labels: new Set(['.top', '.hidden']) };
	const first = await explore(state, []);
	const menu = first.menu;
	if (!menu) {
		const entry = toLabel(state, 'boot', undefined, first.run);
		return {
			config: pxelinux({ ...(entry && { default: entry.label }), entries: entry ? [entry] : [] }),
			losses: state.losses,
		};
	}
	const entries = await menuEntries(state, [], menu);
	// 0 would be a menu that waits.
	const timeout = menu.timeout ? { timeout: Math.max(1, Math.round(menu.timeout / 100)) } : {};
	const config = pxelinux({
		ui: 'menu.c32',
		...(isSayable(state, { ...timeout, entries: [] }) && timeout),
		...titleOf(state, menu),
		entries,
	});
	return { config, losses: state.losses };
}

function titleOf(state: State, { title }: Menu, entry?: string): Pick<PxelinuxSpec, 'menu'> {
	const look = { menu: { title: title.trim() } };
	return look.menu.title !== '' && isSayable(state, { ...look, entries: [] }, entry) ? look : {};
}

/** Whether the builder takes it. What it refuses is a loss. */
function isSayable({ losses }: State, spec: PxelinuxSpec, entry?: string): boolean {
	try {
		pxelinux(spec);
		return true;
	} catch (error) {
		if (!(error instanceof EncodeError)) throw error;
		losses.push({ code: 'not-sayable', message: error.message, ...(entry !== undefined && { entry }) });
		return false;
	}
}

interface State {
	readonly script: IpxeScript;
	readonly host: IpxeHost;
	readonly losses: ConversionLoss[];
	runs: number;
	/** Taken for labels and for the tags of menus, of which PXELINUX has two of its own. */
	readonly labels: Set<string>;
}

interface Menu {
	readonly title: string;
	readonly items: readonly { readonly name: string | undefined; readonly text: string }[];
	readonly default: string;
	readonly timeout: number | undefined;
}

/** Runs the script with these choices. `menu` is the next one that asks, when there is one. */
async function explore(state: State, choices: readonly string[]): Promise<{ run: IpxeRun; menu: Menu | undefined }> {
	state.runs++;
	const left = [...choices];
	let menu: Menu | undefined;
	const run = await runIpxe(state.script, {
		...state.host,
		answer(question) {
			if (question.kind !== 'menu') return undefined;
			const choice = left.shift();
			if (choice === undefined) menu ??= question;
			return choice ?? null;
		},
	});
	return { run, menu };
}

async function menuEntries(state: State, choices: readonly string[], menu: Menu): Promise<PxelinuxEntrySpec[]> {
	const entries: PxelinuxEntrySpec[] = [];
	for (const { name, text } of menu.items) {
		if (name === undefined) {
			entries.push({ kind: 'separator' });
			if (text.trim() !== '')
				state.losses.push({ code: 'gap-text', message: `the line of text ${JSON.stringify(text.trim())}` });
			continue;
		}
		const path = [...choices, name];
		if (state.runs >= maximumRuns || path.length > maximumDepth) {
			state.losses.push({ code: 'too-many-choices', message: 'menus deeper or larger than are followed', entry: name });
			continue;
		}
		const { run, menu: next } = await explore(state, path);
		const display = text.trim() === '' ? undefined : text.trim();
		// A menu that was there before is the way back to it.
		if (next && next.title === menu.title && next.items.length === menu.items.length) {
			state.losses.push({ code: 'back', message: 'an entry that shows its own menu again', entry: name });
		} else if (next) {
			const look = { display: display ?? name, isDefault: name === menu.default, ...titleOf(state, next, name) };
			const submenu = { kind: 'submenu', tag: uniqueName(state, name), ...look } as const;
			if (next.timeout)
				state.losses.push({ code: 'timeout', message: 'the timeout of a menu within a menu', entry: name });
			if (isSayable(state, { entries: [{ ...submenu, entries: [] }] }, name))
				entries.push({ ...submenu, entries: await menuEntries(state, path, next) });
		} else {
			const entry = toLabel(state, name, display, run, name === menu.default);
			if (entry) entries.push(entry);
		}
	}
	return entries;
}

function toLabel(
	state: State,
	name: string,
	display: string | undefined,
	run: IpxeRun,
	isDefault = false,
): PxelinuxLabelSpec | undefined {
	const lose = (code: string, message: string) => {
		state.losses.push({ code, message, entry: name });
		return undefined;
	};
	const look = { ...(display !== undefined && { display }), ...(isDefault && { isDefault }) };
	const entry = bootOf(uniqueName(state, name), look, run, state.host.platform, lose);
	return entry && isSayable(state, { entries: [entry] }, name) ? entry : undefined;
}

function bootOf(
	label: string,
	look: PxelinuxLabelLook,
	{ outcome, events }: IpxeRun,
	platform: IpxeHost['platform'],
	lose: (code: string, message: string) => undefined,
): PxelinuxLabelSpec | undefined {
	switch (outcome.kind) {
		case 'booted': {
			// A kernel started by UEFI has its own name first.
			const given = platform === 'efi' ? outcome.commandLine.slice(outcome.kernel.name.length) : outcome.commandLine;
			const words = given.split(' ').filter((word) => !word.startsWith('initrd='));
			const append = words.join(' ').trim();
			const uris = [outcome.kernel, ...outcome.initrds].map(({ uri }) => uri);
			const unusable = uris.find((uri) => !/^(?:tftp|http|ftp):/.test(uri));
			if (unusable !== undefined) return lose('scheme', `PXELINUX can't fetch ${unusable}`);
			if (outcome.initrds.some((file) => file.arguments))
				return lose('initrd-place', 'an initrd with a place in the file system');
			return linux(label, {
				...look,
				kernel: outcome.kernel.uri,
				...(append !== '' && { append }),
				...(outcome.initrds.length > 0 && { initrds: outcome.initrds.map(({ uri }) => uri) }),
			});
		}
		case 'san': {
			if (outcome.uris.length > 0)
				return comModule(label, { ...look, module: 'sanboot.c32', arguments: outcome.uris.join(' ') });
			// Nothing was attached: it is the machine's own disk.
			const drive = events.findLast((event) => event.kind === 'san')?.drive ?? 0x80;
			if (drive < 0x80 || drive > 0xff) return lose('drive', `drive ${drive} is no hard disk`);
			return chainDisk(label, { ...look, disk: drive - 0x80 });
		}
		case 'firmware':
			return localBoot(label, { ...look, type: -1 });
		case 'power':
			return comModule(label, { ...look, module: `${outcome.action}.c32` });
		default:
			return lose('no-boot', `it boots nothing: ${'message' in outcome ? outcome.message : outcome.kind}`);
	}
}

function uniqueName(state: State, name: string): string {
	const word = name.replace(/[\0-\x20\x7f]+/g, '_');
	let unique = word;
	for (let number = 2; state.labels.has(unique); number++) unique = `${word}-${number}`;
	state.labels.add(unique);
	return unique;
}
