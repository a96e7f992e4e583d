import type { UdpDatagram } from './endpoint.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type { BootClientProfile, BootClientProfileName } from './profile.ts';
import type { BootStory } from './story.ts';

/** The machine to play. */
export interface BootClientOptions {
	/** A name, or a row of one's own, such as a changed one of `bootClientProfiles`. */
	readonly profile: BootClientProfileName | BootClientProfile;
	/** `52:54:00:12:34:56` */
	readonly mac: string;
	/** The machine's UUID as its SMBIOS shows it. Default: what QEMU has, all zeros; none for U-Boot. */
	readonly uuid?: string | undefined;
	/** DHCP options to send instead of the profile's, or beside them, by number: `{ 175: …, 12: … }`. */
	readonly options?: Readonly<Record<number, Uint8Array>> | undefined;
	/** Which entry of a menu a person chooses, from 0. By default nobody is there. */
	readonly menuChoice?: number | undefined;
	/** The machine has an address already, as after `dhcp` in an iPXE script: iPXE then sets the broadcast flag. */
	readonly configured?: boolean | undefined;
	/** A name to ask for when the server gives none; U-Boot and Raspberry Pi. */
	readonly ownFile?: string | undefined;
	/** Folder that a Raspberry Pi looks in first: its serial number. */
	readonly serial?: string | undefined;
	/** From 0 to 1. Default: always the same row of numbers, so that a run can be repeated. */
	readonly random?: (() => number) | undefined;
	/** Milliseconds after which the client is stopped. Default 900,000. */
	readonly maxTime?: number | undefined;
	/** The largest file to take, in bytes. Default 256 MiB. */
	readonly maxFileSize?: number | undefined;
}

/** A boot client that holds no socket and no clock: the caller carries its datagrams and tells it the time. */
export interface SimulatedClient {
	/** Hands in a datagram. `now` is in milliseconds, on any clock that never goes back. */
	receive(datagram: UdpDatagram, now: number): void;
	/** Call when {@link SimulatedClient.nextDeadline} has come. Calls that are too early do nothing. */
	expire(now: number): void;
	/** The next datagram to send. Call it after every other call, until it returns `undefined`. */
	nextDatagram(now: number): UdpDatagram | undefined;
	/** The next HTTP request to make; answer it with {@link SimulatedClient.receiveHttp}. */
	nextHttpRequest(): HttpRequest | undefined;
	/** Hands in the answer to the HTTP request that was made last. */
	receiveHttp(response: HttpResponse, now: number): void;
	/** When to call {@link SimulatedClient.expire}; `Infinity` when it waits for nothing, or has ended. */
	readonly nextDeadline: number;
	/** Where it listens now: its address, and the ports. `0.0.0.0` before it has an address. */
	readonly listening: { readonly address: string; readonly ports: readonly number[] };
	/** What has happened so far; `end` is there when it is over. */
	readonly story: BootStory;
}
