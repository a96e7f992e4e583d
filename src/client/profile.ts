import type { FirmwareConsole } from '../pxe/firmware-errors.ts';
import type { TftpOption, TftpTiming } from '../tftp/index.ts';

/** Name of a row of {@link bootClientProfiles}. */
export type BootClientProfileName =
	| 'edk2'
	| 'edk2-2016'
	| 'edk2-http'
	| 'ipxe-bios'
	| 'ipxe-efi'
	| 'intel-undi-2.1'
	| 'u-boot'
	| 'raspberry-pi-4';

/** The packets that a client sends to DHCP and PXE servers. */
export type BootRequestKind =
	/** Looks for servers, by broadcast to port 67. */
	| 'discover'
	/** Asks for the offered address. */
	| 'request'
	/** Asks one server on port 4011 for the boot file. */
	| 'pxeRequest'
	/** Asks for the boot server of a menu entry (option 43.71). */
	| 'bootServerRequest';

/** The options of one kind of packet. */
export interface RequestShape {
	/** Codes in wire order. One without a value is left out. */
	readonly options: readonly number[];
	/** Values that differ from those of the profile, in hexadecimal. */
	readonly values?: Readonly<Record<number, string>>;
}

/** How a client reads files over TFTP. */
export interface TftpHabits {
	/** Options of the first request, which only asks for the size; absent when the client reads at once. */
	readonly sizeRequest?: readonly TftpOption[];
	/** Options of the request that reads the file. */
	readonly readRequest: readonly TftpOption[];
	/** Text of the ERROR 8 that ends the size request. */
	readonly sizeAbort: string;
	/** Takes an OACK with options that were not asked for, as if they were not there. */
	readonly ignoresUnaskedOptions: boolean;
	/** Takes answers from another address than the one asked. */
	readonly anyServerAddress: boolean;
	/** Waits before resends, and until it gives up. Milliseconds. */
	readonly timing: Partial<TftpTiming>;
}

/** The decisions that a client makes, by family of firmware. */
export type FirmwareFamily = 'pxe' | 'http' | 'ipxe' | 'u-boot' | 'raspberry-pi';

/** How `secs` is filled in: seconds waited, iPXE's counter with flags, or four for each packet. */
export type SecsHabit = 'elapsed' | 'ipxe' | 'fours';

/** One kind of firmware: what it sends, how long it waits, and what is peculiar to it. */
export interface BootClientProfile {
	readonly name: BootClientProfileName;
	readonly description: string;
	/** What the row rests on. */
	readonly source: string;
	readonly family: FirmwareFamily;
	readonly console: FirmwareConsole;
	readonly packets: Readonly<Record<BootRequestKind, RequestShape>>;
	/** Values of options in hexadecimal; `??` is a byte that the firmware never sets. */
	readonly values: Readonly<Record<number, string>>;
	/** Sets the broadcast flag before it has an address. */
	readonly broadcast: boolean;
	/** Sets the broadcast flag once it has an address. */
	readonly broadcastWhenBound: boolean;
	/** Packets are filled up with zeros to this length. */
	readonly minLength: number;
	readonly secs: SecsHabit;
	/** How option 97 is written; `undefined` leaves it out unless a UUID is given. */
	readonly machineIdentifier: { readonly order: 'le' | 'be'; readonly default: string | undefined };
	/** Milliseconds to wait after each DISCOVER; after the last wait the client gives up. */
	readonly discoverWaits: readonly number[];
	readonly requestWaits: readonly number[];
	readonly pxeWaits: readonly number[];
	/** The same for each place where it looks for a boot server. */
	readonly bootServerWaits: readonly number[];
	/** Whether it hears all answers on port 4011 until the wait is over, instead of taking the first good one. */
	readonly collectsPxeAnswers: boolean;
	/** The port that it sends from, and listens on, when it asks port 4011. */
	readonly pxePort: 68 | 4011;
	/** Transaction number on port 4011: a new one, the one of DHCP, or 0 for boot servers alone. */
	readonly pxeXid: 'new' | 'same' | 'same-but-zero-for-boot-servers';
	/** Which answers it does not even look at. */
	readonly refuses: {
		readonly noEnd: boolean;
		/** Options 12, 43 and 60 of length 0. */
		readonly emptyOptions: boolean;
		readonly longerThan: number;
		readonly noServerIdentifier: boolean;
		/** Answers to a broadcast that do not come from port 67. */
		readonly otherPorts: boolean;
	};
	/** Reads options out of `file` and `sname` (option 52). */
	readonly readsOverload: boolean;
	/** Where the boot file name is looked for first. */
	readonly fileFirst: 'option67' | 'field';
	readonly quirks: {
		/** Throws proxy offers with discovery options away. */
		readonly dropsProxyMenus?: boolean;
		/** Takes the file of a proxy offer without asking port 4011, also without discovery control. */
		readonly takesFileOfProxy?: boolean;
		/** Asks for an address even when nothing to boot was offered. */
		readonly requestsPlainOffer?: boolean;
		/** Puts the server's address into `siaddr` of its REQUEST. */
		readonly siaddrInRequest?: boolean;
	};
	readonly tftp: TftpHabits;
	/** A name that it asks for when nobody gave one; also written into `file` of its packets. */
	readonly ownFile?: string;
	/** Headers of its HTTP requests after `Host`. */
	readonly httpHeaders: readonly (readonly [name: string, value: string])[];
}
