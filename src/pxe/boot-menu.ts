import { EncodeError } from '../wire/errors.ts';
import type { BootFile, BootMenu, MenuEntry } from './boot-answer.ts';
import type { BootItem, MenuPrompt } from './pxe-option-kinds.ts';
import type { PxeOptionsInit } from './pxe-options.ts';

/** PXE 2.1 table 2-1: 32768 to 65534 are for anybody's use. */
const firstOwnType = 0x8000;
/** In a menu: boot from the local disk. */
const localBootType = 0;

/** A menu entry with its number. */
interface NumberedEntry extends MenuEntry {
	readonly type: number;
}

/** The entries with the types that go on the wire; refuses what a client could not choose. */
function numberedEntries(menu: BootMenu): readonly NumberedEntry[] {
	if (menu.menu.length === 0) throw new EncodeError('empty-list', 'a menu needs at least one entry', { path: 'menu' });
	const seen = new Set<number>();
	return menu.menu.map((entry, index) => {
		const path = `menu[${index}]`;
		const ways = [entry.file, entry.basename, entry.servers, entry.localBoot || undefined].filter(
			(way) => way !== undefined,
		);
		if (ways.length !== 1) {
			const message = `${path} "${entry.text}" must have exactly one of file, basename, servers and localBoot`;
			throw new EncodeError('bad-entry', message, { path });
		}
		if (entry.servers && entry.type === undefined) {
			throw new EncodeError('bad-entry', `${path} "${entry.text}" names other servers, so it needs their type`, {
				path,
			});
		}
		const type = entry.localBoot ? localBootType : (entry.type ?? firstOwnType + index);
		const isFree = type === localBootType ? entry.localBoot === true : !seen.has(type);
		if (!isFree || !Number.isInteger(type) || type < 0 || type > 0xfffe) {
			const message = `${path}.type must be a number from 1 to 65534 that no other entry has, not ${type}`;
			throw new EncodeError('bad-entry', message, { path });
		}
		seen.add(type);
		return { ...entry, type };
	});
}

/** Option 43 that shows the menu (PXE 2.1 table 2-1; the same sub-options that dnsmasq sends for pxe-service). */
export function menuOptions(menu: BootMenu, proxyAddress: string): PxeOptionsInit {
	const entries = numberedEntries(menu);
	const { multicastAddress, broadcast, serverListOnly = false } = menu.discovery ?? {};
	const anyServer = entries.some(({ servers }) => servers?.length === 0);
	const bootServers = entries
		.filter(({ type }) => type !== localBootType)
		.map(({ type, servers }) => ({ type, addresses: servers ?? [proxyAddress] }))
		.filter(({ addresses }) => addresses.length > 0);
	return [
		[
			'discoveryControl',
			{
				disableBroadcast: !(broadcast ?? anyServer),
				disableMulticast: multicastAddress === undefined,
				serverListOnly,
			},
		],
		...(multicastAddress === undefined ? [] : ([['discoveryMulticastAddress', multicastAddress]] as const)),
		...(bootServers.length === 0 ? [] : ([['bootServers', bootServers]] as const)),
		['bootMenu', entries.map(({ type, text }) => ({ type, text }))],
		['menuPrompt', promptOf(menu)],
	];
}

/** dnsmasq's default: the only entry at once; of several, the user's choice. */
function promptOf({ menu, prompt }: BootMenu): MenuPrompt {
	return prompt ?? { text: 'PXE', timeout: menu.length === 1 ? 0 : 255 };
}

/**
 * The file behind an entry that this proxy itself serves, or `undefined` when it has none. A base name gets the layer
 * as its ending, as dnsmasq writes it: layer 0 of `pxelinux` is `pxelinux.0`.
 */
export function fileOfItem(menu: BootMenu, item: BootItem): BootFile | undefined {
	const entry = numberedEntries(menu).find(({ type }) => type === item.type && type !== localBootType);
	if (!entry) return undefined;
	const file = entry.file ?? (entry.basename === undefined ? undefined : `${entry.basename}.${item.layer}`);
	return file === undefined ? undefined : { file, serverAddress: entry.serverAddress, options: entry.options };
}

/**
 * The only choice of a menu that leaves none: UEFI is given that file at once, as menus of one entry confuse some of it.
 */
export function onlyFile(menu: BootMenu): BootFile | undefined {
	const [entry, ...more] = numberedEntries(menu);
	if (!entry || more.length > 0) return undefined;
	return fileOfItem(menu, { type: entry.type, layer: 0, credentials: false });
}

/**
 * What a Raspberry Pi 3 or 4 wants to see before it fetches `bootcode.bin` or `start4.elf` over TFTP: a menu with this
 * very text. The three spaces are for the boot ROM of the Pi 3, which compares them.
 *
 * @example
 * ```ts
 * import { createProxyDhcp, raspberryPiMenu } from 'pxekit/pxe';
 *
 * // The ROM sends no more than a MAC address of its maker to tell it by.
 * const isPi = (mac: string) => ['b8:27:eb', 'dc:a6:32', 'e4:5f:01'].some((maker) => mac.startsWith(maker));
 * createProxyDhcp({
 *   serverAddress: '10.0.0.2',
 *   boot: (client) => (isPi(client.mac) ? raspberryPiMenu() : undefined),
 * });
 * raspberryPiMenu().menu.length; // => 1
 * ```
 */
export function raspberryPiMenu(): BootMenu {
	return { menu: [{ text: 'Raspberry Pi Boot   ', localBoot: true }] };
}
