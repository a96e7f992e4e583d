import type { DhcpOptionsInit, DhcpPacket } from '../dhcp/index.ts';
import type { BootClient } from './identify-client.ts';
import type { MenuPrompt } from './pxe-option-kinds.ts';

/** One file to boot. */
export interface BootFile {
	/** File name for TFTP, or a URL where the client takes one (iPXE, UEFI HTTP boot). */
	readonly file: string;
	/** Where the file is, if not on the proxy's own address. IPv4. */
	readonly serverAddress?: string | undefined;
	/** Option 17: `'iscsi:10.0.0.1::::iqn.2010-04.org.example:disk'`. */
	readonly rootPath?: string | undefined;
	/** More options for the same packet. */
	readonly options?: DhcpOptionsInit | undefined;
	readonly menu?: undefined;
}

/** A menu that the firmware itself shows. */
export interface BootMenu {
	/** In the order shown; the first one is taken when the prompt runs out. */
	readonly menu: readonly MenuEntry[];
	/**
	 * Shown before the menu. The timeout is in seconds; 0 takes the first entry at once, 255 shows the menu and waits.
	 * Default: the text `PXE`, and 255, or 0 when there is only one entry.
	 */
	readonly prompt?: MenuPrompt | undefined;
	/** How clients look for the boot server of the entry they chose. Default: the addresses in the menu only. */
	readonly discovery?: BootServerDiscovery | undefined;
	/** More options for the packet with the menu. */
	readonly options?: DhcpOptionsInit | undefined;
	readonly file?: undefined;
}

/** Ways to find a boot server, besides asking the addresses in the menu. Clients try multicast, broadcast, addresses. */
export interface BootServerDiscovery {
	/** Ask this multicast address. Off by default. */
	readonly multicastAddress?: string | undefined;
	/** Ask by broadcast. Default: only if an entry names no server at all. */
	readonly broadcast?: boolean | undefined;
	/** Take answers only from the addresses in the menu. Default `false`. */
	readonly serverListOnly?: boolean | undefined;
}

/** One line of a {@link BootMenu}. Give one of `file`, `basename`, `servers` and `localBoot`. */
export interface MenuEntry {
	readonly text: string;
	/**
	 * Boot server type, 1 to 65534. Default: 32768 for the first entry, 32769 for the second, and so on. A type of
	 * one's own is needed with `servers`.
	 */
	readonly type?: number | undefined;
	/** Boot from the local disk. */
	readonly localBoot?: boolean | undefined;
	/** The boot file, by its exact name. */
	readonly file?: string | undefined;
	/** The boot file's name without the layer: `pxelinux` gives `pxelinux.0`, and `pxelinux.1` for layer 1. */
	readonly basename?: string | undefined;
	/** Where the file is, if not on the proxy's own address. IPv4. */
	readonly serverAddress?: string | undefined;
	/** Other boot servers that serve this type. An empty list: whoever answers. */
	readonly servers?: readonly string[] | undefined;
	/** More options for the packet with the file. */
	readonly options?: DhcpOptionsInit | undefined;
}

/** What a client is to boot: a file, or a menu to choose from. */
export type BootAnswer = BootFile | BootMenu;

/** Decides what a client boots; `undefined` = leave it alone. */
export type BootFunction = (
	client: BootClient,
	request: DhcpPacket,
) => BootAnswer | undefined | Promise<BootAnswer | undefined>;
