import type { BootMenuEntry } from '../pxe/index.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import type { BootClientProfile, BootRequestKind } from './profile.ts';
import type { ServerPacket } from './server-packet.ts';
import { type BootEnd, type BootEvent, type BootStory, type FetchedFile, maxEvents, type OfferClass } from './story.ts';

const words: Readonly<Record<BootRequestKind, string>> = {
	discover: 'DISCOVER',
	request: 'REQUEST',
	pxeRequest: 'REQUEST for the boot file',
	bootServerRequest: 'REQUEST for a boot server',
};

/** `Omit` that keeps the branches of a union apart. */
type WithoutTime<Event> = Event extends BootEvent ? Omit<Event, 'at'> : never;

/** Writes down what happens to one client. */
export interface Storyteller {
	sent(kind: BootRequestKind, peer: Endpoint, bytes: Uint8Array, now: number): void;
	received(packet: ServerPacket, now: number): void;
	ignored(summary: string, peer: Endpoint, now: number): void;
	decided(summary: string, now: number): void;
	offer(packet: ServerPacket, offerClass: OfferClass): void;
	chose(offer: ServerPacket, proxies: readonly ServerPacket[], why: string, now: number): void;
	bound(address: string, now: number): void;
	menu(from: ServerPacket, entries: readonly BootMenuEntry[], timeout: number, now: number): void;
	fetching(what: string, where: string, now: number): void;
	fetched(file: FetchedFile, now: number): void;
	end(how: BootEnd, now: number): void;
	readonly ended: boolean;
	readonly story: BootStory;
}

export function createStoryteller(profile: BootClientProfile, mac: string, startedAt: number): Storyteller {
	const events: BootEvent[] = [];
	const offers: { packet: ServerPacket; class: OfferClass }[] = [];
	const files: FetchedFile[] = [];
	let moreEvents = 0;
	let chosen: { offer: ServerPacket; proxies: readonly ServerPacket[]; why: string } | undefined;
	let address: string | undefined;
	let ending: BootEnd | undefined;

	function tell(event: WithoutTime<BootEvent>, now: number): void {
		if (events.length < maxEvents) events.push({ at: now - startedAt, ...event } as BootEvent);
		else moreEvents++;
	}

	function chosenFor(packet: ServerPacket) {
		const isAddress = chosen?.offer === packet;
		const isBoot = chosen?.proxies.includes(packet) || (isAddress && chosen?.proxies.length === 0);
		if (isAddress) return isBoot ? ('both' as const) : ('address' as const);
		return isBoot ? ('boot' as const) : undefined;
	}

	return {
		sent(kind, peer, bytes, now) {
			tell({ type: 'sent', summary: words[kind], peer, bytes }, now);
		},
		received({ type, from, bytes }, now) {
			tell({ type: 'received', summary: type === undefined ? 'BOOTP reply' : String(type), peer: from, bytes }, now);
		},
		ignored(summary, peer, now) {
			tell({ type: 'ignored', summary, peer }, now);
		},
		decided(summary, now) {
			tell({ type: 'decided', summary }, now);
		},
		offer(packet, offerClass) {
			offers.push({ packet, class: offerClass });
		},
		chose(offer, proxies, why, now) {
			chosen = { offer, proxies, why };
			tell({ type: 'decided', summary: why }, now);
		},
		bound(given, now) {
			address = given;
			tell({ type: 'decided', summary: `has the address ${given}` }, now);
		},
		menu(from, entries, timeout, now) {
			const text = from.pxe.menuPrompt?.text;
			tell({ type: 'menu', summary: text ?? 'menu without a prompt', entries, timeout }, now);
		},
		fetching(what, where, now) {
			tell({ type: 'fetching', summary: `${what} from ${where}` }, now);
		},
		fetched(file, now) {
			files.push(file);
			tell({ type: 'fetched', summary: `${file.uri}, ${file.bytes.length} bytes` }, now);
		},
		end(how, now) {
			ending = how;
			if (how.kind === 'failed') {
				const { code, text, why } = how.error;
				tell({ type: 'failed', summary: `${code ? `${code}: ` : ''}${text} (${why})` }, now);
			}
		},
		get ended() {
			return ending !== undefined;
		},
		get story() {
			return {
				profile: profile.name,
				mac,
				events,
				moreEvents,
				offers: offers.map(({ packet, class: offerClass }) => ({
					from: packet.from,
					server: packet.server,
					address: packet.address,
					nextServer: packet.nextServer,
					file: packet.file,
					class: offerClass,
					chosenFor: chosenFor(packet),
					bytes: packet.bytes,
				})),
				choice: chosen?.why,
				address,
				files,
				end: ending,
			};
		},
	};
}
