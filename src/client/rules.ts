import type { FailureReason } from '../pxe/firmware-errors.ts';
import type { BootClientProfile } from './profile.ts';
import type { ServerPacket } from './server-packet.ts';
import type { OfferClass } from './story.ts';

/** What the firmware does next. */
export type Step =
	/** Go on waiting; when the time is over, send again. */
	| { readonly kind: 'wait' }
	/** Take this address; `proxies` are asked for the boot file, in this order. */
	| {
			readonly kind: 'accept';
			readonly offer: ServerPacket;
			readonly proxies: readonly ServerPacket[];
			readonly why: string;
	  }
	/** Ask a server on port 4011 for the boot file. */
	| { readonly kind: 'ask'; readonly address: string; readonly server: string | undefined; readonly why: string }
	/** Look for a boot server of a type, at each target in turn. */
	| {
			readonly kind: 'discover-boot-server';
			readonly type: number;
			readonly targets: readonly { readonly address: string; readonly port: number }[];
			/** Only these servers' answers count; any when `undefined`. */
			readonly only: readonly string[] | undefined;
			readonly why: string;
	  }
	/** Show the menu of this packet. */
	| { readonly kind: 'menu'; readonly from: ServerPacket }
	| {
			readonly kind: 'tftp';
			readonly server: string;
			readonly file: string;
			/** Option 13 has told the size: the server is not asked for it. */
			readonly sizeKnown: boolean;
			readonly why: string;
	  }
	| { readonly kind: 'http'; readonly url: string; readonly why: string }
	| { readonly kind: 'san'; readonly uri: string; readonly why: string }
	| { readonly kind: 'fail'; readonly reason: FailureReason; readonly why: string };

/** What a client knows when it decides. */
export interface Knowledge {
	readonly profile: BootClientProfile;
	readonly offers: readonly ServerPacket[];
	/** Milliseconds since the first DISCOVER. */
	readonly elapsed: number;
	readonly choice: { readonly offer: ServerPacket; readonly proxies: readonly ServerPacket[] } | undefined;
	/** The server's confirmation; for BOOTP the offer itself. */
	readonly ack: ServerPacket | undefined;
	/** How many of the chosen proxies were asked. */
	readonly asked: number;
	/** A name to ask for when nobody gave one. */
	readonly ownFile: string | undefined;
	/** Option 97 as text, for clients whose files carry it. */
	readonly serial: string | undefined;
}

/** The decisions of one family of firmware. Each is a function of what the client knows. */
export interface FirmwareRules {
	classify(packet: ServerPacket): OfferClass;
	/** After each OFFER. */
	onOffer(known: Knowledge): Step;
	/** When the wait after a DISCOVER is over; after the last one it must not say `wait`. */
	onDiscoverTimeout(known: Knowledge, isLast: boolean): Step;
	/** When the address is confirmed. */
	onBound(known: Knowledge): Step;
	/** When port 4011 has answered. `wait` = the answer is not good enough. */
	onPxeAnswer(known: Knowledge, answers: readonly ServerPacket[]): Step;
	onPxeSilence(known: Knowledge): Step;
	/** When an entry of the packet's menu was chosen. */
	onMenuChoice(known: Knowledge, from: ServerPacket, type: number): Step;
	/** When a boot server has answered. */
	onBootServerAnswer(known: Knowledge, answer: ServerPacket): Step;
}

export const wait: Step = { kind: 'wait' };

export function fail(reason: FailureReason, why: string): Step {
	return { kind: 'fail', reason, why };
}

/** What to say when time is over and there was no choice. */
export function failureOf(offers: readonly ServerPacket[]): Step {
	if (offers.length === 0) return fail('no-offer', 'no server answered');
	if (offers.every(({ address }) => address === undefined)) {
		return fail('proxy-only', 'only proxies answered: nobody offered an address');
	}
	return fail('no-usable-offer', 'there were offers, but nothing to boot in them');
}
