import { wholeReader } from '../dhcp/basic-kinds.ts';
import { type OptionKind, optionKinds } from '../dhcp/option-kinds.ts';
import { EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { encodeUtf8, readUtf8, untilNul } from '../wire/text.ts';
import { inRange, Writer } from '../wire/writer.ts';

/** Sub-option 6: how a client may look for boot servers, and whether it must. */
export interface DiscoveryControl {
	/** Bit 0: don't look by broadcast. */
	readonly disableBroadcast: boolean;
	/** Bit 1: don't look by multicast. When it is clear, `discoveryMulticastAddress` must be there. */
	readonly disableMulticast: boolean;
	/** Bit 2: take answers only from the servers in `bootServers`. */
	readonly serverListOnly: boolean;
	/** Bit 3: when the packet names a boot file take it; no prompt, no menu, no discovery. */
	readonly useBootFile: boolean;
	/** Bits 4 to 7 as they stand in the byte: 0, 16, ... 240. Nobody defined them. */
	readonly reserved: number;
}

/** Discovery control to write. Bits that are not named are clear. */
export type DiscoveryControlInit = Partial<DiscoveryControl>;

/** One entry of sub-option 8. */
export interface BootServer {
	/** What the server serves: a row of `bootServerTypes`, or 32768 to 65534 for one's own. */
	readonly type: number;
	/** IPv4. No address at all means that any server of this type may answer. */
	readonly addresses: readonly string[];
}

/** One entry of sub-option 9. */
export interface BootMenuEntry {
	/** The boot server type that this entry stands for; 0 = boot from the local disk. */
	readonly type: number;
	/** What the user reads. At most 255 bytes. */
	readonly text: string;
}

/** Sub-option 10. */
export interface MenuPrompt {
	/** Seconds to wait for F8. 0 = take the first entry at once, 255 = show the menu and wait for ever. */
	readonly timeout: number;
	readonly text: string;
}

/** Sub-option 11: multicast addresses that boot servers may hand out. */
export interface MulticastAddressAllocation {
	/** The first address. */
	readonly address: string;
	/** Addresses in a block. */
	readonly block: number;
	/** Number of blocks. */
	readonly range: number;
}

/** Sub-option 71: the menu entry that the client asks a boot server for, and that the server answers. */
export interface BootItem {
	/** Boot server type. */
	readonly type: number;
	/** 0 for the first boot file, then 1, 2 ... for those that it loads: 0 to 32767. */
	readonly layer: number;
	/** Bit 15 of the layer: the client wants a signature with the file (BIS). */
	readonly credentials: boolean;
}

/** A boot item to write: layer 0 without credentials unless said otherwise. */
export type BootItemInit = Pick<BootItem, 'type'> & Partial<BootItem>;

/** What each kind of PXE sub-option decodes to. */
export interface PxeOptionKindValues {
	readonly bytes: Uint8Array;
	readonly text: string;
	readonly boolean: boolean;
	readonly u8: number;
	readonly u16: number;
	readonly u32: number;
	readonly u32List: readonly number[];
	readonly ipv4: string;
	readonly discoveryControl: DiscoveryControl;
	readonly bootServers: readonly BootServer[];
	readonly bootMenu: readonly BootMenuEntry[];
	readonly menuPrompt: MenuPrompt;
	readonly multicastAddressAllocation: MulticastAddressAllocation;
	readonly bootItem: BootItem;
}

/** What each kind encodes from, where that is more than what it decodes to. */
export interface PxeOptionKindInits extends Omit<PxeOptionKindValues, 'discoveryControl' | 'bootItem'> {
	readonly discoveryControl: DiscoveryControlInit;
	readonly bootItem: BootItemInit;
}

/** Name of a kind of PXE sub-option. */
export type PxeOptionKindName = keyof PxeOptionKindValues;

/** Shown raw by the firmware: some servers end it with a NUL, which is not part of it. */
function shownText(bytes: Uint8Array, path: string): string {
	return readUtf8(untilNul(bytes), path);
}

function nonEmpty(list: readonly unknown[], path: string): void {
	if (!Array.isArray(list) || list.length === 0) {
		throw new EncodeError('empty-list', `${path} needs at least one entry`, { path });
	}
}

function entries<Entry>(bytes: Uint8Array, path: string, read: (reader: Reader, path: string) => Entry): Entry[] {
	const reader = new Reader(bytes);
	const list: Entry[] = [];
	do list.push(read(reader, `${path}[${list.length}]`));
	while (reader.left > 0);
	return list;
}

const discoveryControl: OptionKind<DiscoveryControl, DiscoveryControlInit> = {
	decode(bytes, path) {
		const bits = wholeReader(bytes, 1, path).u8(path);
		return {
			disableBroadcast: (bits & 1) !== 0,
			disableMulticast: (bits & 2) !== 0,
			serverListOnly: (bits & 4) !== 0,
			useBootFile: (bits & 8) !== 0,
			reserved: bits & 0xf0,
		};
	},
	encode(control, path) {
		const { reserved = 0 } = control;
		if ((inRange(reserved, 0xf0, `${path}.reserved`) & 0x0f) !== 0) {
			const message = `${path}.reserved holds bits 4 to 7 only, not ${reserved}`;
			throw new EncodeError('out-of-range', message, { path: `${path}.reserved` });
		}
		const bits =
			(control.disableBroadcast ? 1 : 0) |
			(control.disableMulticast ? 2 : 0) |
			(control.serverListOnly ? 4 : 0) |
			(control.useBootFile ? 8 : 0);
		return Uint8Array.of(bits | reserved);
	},
};

const bootServers: OptionKind<readonly BootServer[]> = {
	decode: (bytes, path) =>
		entries(bytes, path, (reader, at) => {
			const type = reader.u16(`${at}.type`);
			const count = reader.u8(`${at}.addresses`);
			return { type, addresses: Array.from({ length: count }, () => reader.ipv4(`${at}.addresses`)) };
		}),
	encode(servers, path) {
		nonEmpty(servers, path);
		const writer = new Writer();
		servers.forEach(({ type, addresses }, i) => {
			const at = `${path}[${i}]`;
			writer.u16(type, `${at}.type`).u8(addresses.length, `${at}.addresses.length`);
			for (const address of addresses) writer.ipv4(address, `${at}.addresses`);
		});
		return writer.finish();
	},
};

const bootMenu: OptionKind<readonly BootMenuEntry[]> = {
	decode: (bytes, path) =>
		entries(bytes, path, (reader, at) => {
			const type = reader.u16(`${at}.type`);
			return { type, text: shownText(reader.take(reader.u8(`${at}.text`), `${at}.text`), `${at}.text`) };
		}),
	encode(menu, path) {
		nonEmpty(menu, path);
		const writer = new Writer();
		menu.forEach(({ type, text }, i) => {
			const shown = encodeUtf8(text, `${path}[${i}].text`);
			writer.u16(type, `${path}[${i}].type`).u8(shown.length, `${path}[${i}].text.length`).raw(shown);
		});
		return writer.finish();
	},
};

const menuPrompt: OptionKind<MenuPrompt> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		return { timeout: reader.u8(`${path}.timeout`), text: shownText(reader.rest(), `${path}.text`) };
	},
	encode: ({ timeout, text }, path) =>
		new Writer()
			.u8(timeout, `${path}.timeout`)
			.raw(encodeUtf8(text, `${path}.text`))
			.finish(),
};

const multicastAddressAllocation: OptionKind<MulticastAddressAllocation> = {
	decode(bytes, path) {
		const reader = wholeReader(bytes, 8, path);
		return { address: reader.ipv4(path), block: reader.u16(path), range: reader.u16(path) };
	},
	encode: ({ address, block, range }, path) =>
		new Writer().ipv4(address, `${path}.address`).u16(block, `${path}.block`).u16(range, `${path}.range`).finish(),
};

const credentialsBit = 0x8000;

const bootItem: OptionKind<BootItem, BootItemInit> = {
	decode(bytes, path) {
		const reader = wholeReader(bytes, 4, path);
		const type = reader.u16(path);
		const layer = reader.u16(path);
		return { type, layer: layer & ~credentialsBit, credentials: (layer & credentialsBit) !== 0 };
	},
	encode: ({ type, layer = 0, credentials = false }, path) =>
		new Writer()
			.u16(type, `${path}.type`)
			.u16(inRange(layer, credentialsBit - 1, `${path}.layer`) | (credentials ? credentialsBit : 0), `${path}.layer`)
			.finish(),
};

/** How each kind is read and written; what DHCP options have too is read as there. */
export const pxeOptionKinds: {
	readonly [K in PxeOptionKindName]: OptionKind<PxeOptionKindValues[K], PxeOptionKindInits[K]>;
} = {
	bytes: optionKinds.bytes,
	text: optionKinds.text,
	boolean: optionKinds.boolean,
	u8: optionKinds.u8,
	u16: optionKinds.u16,
	u32: optionKinds.u32,
	u32List: optionKinds.u32List,
	ipv4: optionKinds.ipv4,
	discoveryControl,
	bootServers,
	bootMenu,
	menuPrompt,
	multicastAddressAllocation,
	bootItem,
};
