import type { FirmwareError } from '../pxe/firmware-errors.ts';
import type { BootMenuEntry } from '../pxe/index.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import type { BootClientProfileName } from './profile.ts';

/** What the firmware takes a server's first answer for. PXE 2.1 and EDK2 draw these lines; others only the first. */
export type OfferClass =
	/** An address, and nothing of PXE. It may name a boot file all the same. */
	| 'dhcp'
	/** An address, and option 43 with menu, servers or discovery control. */
	| 'dhcp-with-menu'
	/** An address and `PXEClient`, but no option 43: "ask me on port 4011". */
	| 'dhcp-ask-4011'
	/** No address, but menu, servers or discovery control. */
	| 'proxy-with-menu'
	/** No address, but `PXEClient`: "ask me on port 4011". */
	| 'proxy-ask-4011'
	/** Without a message type. */
	| 'bootp'
	/** `HTTPClient` and a URI. */
	| 'http'
	/** The same without an address. */
	| 'proxy-http'
	/** Of no use to this firmware. */
	| 'useless';

/** An offer that the client has seen. */
export interface SeenOffer {
	readonly from: Endpoint;
	/** Option 54. */
	readonly server: string | undefined;
	/** The offered address; `undefined` for a proxy's. */
	readonly address: string | undefined;
	readonly nextServer: string | undefined;
	readonly file: string | undefined;
	readonly class: OfferClass;
	/** What it was chosen for: the address, what to boot, both, or nothing. */
	readonly chosenFor: 'address' | 'boot' | 'both' | undefined;
	readonly bytes: Uint8Array;
}

/** One thing that happened. `at` is in milliseconds since the client started. */
export type BootEvent = { readonly at: number } & (
	| {
			readonly type: 'sent' | 'received';
			readonly summary: string;
			readonly peer: Endpoint;
			readonly bytes: Uint8Array;
	  }
	/** A datagram that the firmware did not look at. */
	| { readonly type: 'ignored'; readonly summary: string; readonly peer: Endpoint }
	/** What the firmware decided, and why. */
	| { readonly type: 'decided'; readonly summary: string }
	| {
			readonly type: 'menu';
			readonly summary: string;
			readonly entries: readonly BootMenuEntry[];
			/** Seconds that the prompt waits; 255 = for ever. */
			readonly timeout: number;
	  }
	| { readonly type: 'fetching' | 'fetched' | 'failed'; readonly summary: string }
);

/** A file that the client has read to its last byte. */
export interface FetchedFile {
	readonly name: string;
	/** `tftp://10.0.0.1/ipxe.efi`, or the URL. */
	readonly uri: string;
	readonly bytes: Uint8Array;
}

/** How the boot ended. */
export type BootEnd =
	/** The file is in memory; the firmware starts it. */
	| { readonly kind: 'booted'; readonly file: FetchedFile }
	/** iPXE was given a SAN disk (option 17). */
	| { readonly kind: 'san'; readonly uri: string }
	/** A menu waits for a person who is not there. */
	| { readonly kind: 'waiting'; readonly entries: readonly BootMenuEntry[] }
	| { readonly kind: 'failed'; readonly error: FirmwareError };

/** What a client has lived through. */
export interface BootStory {
	readonly profile: BootClientProfileName;
	readonly mac: string;
	/** In order. At most 1000; what comes after that is counted in `moreEvents`. */
	readonly events: readonly BootEvent[];
	readonly moreEvents: number;
	readonly offers: readonly SeenOffer[];
	/** Why these offers were chosen; `undefined` when none was. */
	readonly choice: string | undefined;
	/** The client's address, once a server has confirmed it. */
	readonly address: string | undefined;
	readonly files: readonly FetchedFile[];
	/** `undefined` while the client runs. */
	readonly end: BootEnd | undefined;
}

/** The longest list of events in a story. */
export const maxEvents = 1000;
