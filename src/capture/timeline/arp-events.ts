import type { ArpPacket, DecodedFrame } from '../frames/frame.ts';
import { createRecentOwners } from '../frames/recent-owners.ts';
import { type Draft, extend, extendByCopy } from './draft.ts';
import type { ArpEvent } from './session.ts';

/** Requests further apart than this are two attempts: clients and hosts ask again after a second or so. */
const sameAttempt = 5_000_000_000n;

export interface ArpFollower {
	add(frame: DecodedFrame, arp: ArpPacket): void;
	/** In order of their first frames. */
	readonly events: readonly ArpEvent[];
	/** There were more than are kept. */
	readonly full: boolean;
}

/**
 * Joins requests that are repeated, and their answers, to one event each.
 *
 * @param tenantOf who has an address now: what is asked about it after another got it is something else
 */
export function createArpFollower(
	maxEvents: number,
	tenantOf: (address: string, frame: number) => string | undefined,
): ArpFollower {
	const events: Draft<ArpEvent>[] = [];
	const latest = new Map<string, Draft<ArpEvent>>();
	const recent = createRecentOwners<Draft<ArpEvent>>();
	let full = false;

	function keyOf({ index }: DecodedFrame, askerMac: string, address: string): string {
		return `${askerMac} ${address} ${tenantOf(address, index)}`;
	}

	function begin(frame: DecodedFrame, event: Pick<ArpEvent, 'purpose' | 'asker' | 'askerMac' | 'address'>) {
		if (events.length >= maxEvents) {
			full = true;
			return undefined;
		}
		const draft: Draft<ArpEvent> = {
			type: 'arp',
			frames: [],
			time: frame.time,
			end: frame.time,
			...event,
			answers: [],
			requests: 0,
		};
		events.push(draft);
		latest.set(keyOf(frame, event.askerMac, event.address), draft);
		return draft;
	}

	function request(frame: DecodedFrame, { senderIp, senderMac, targetIp }: ArpPacket): void {
		const open = latest.get(keyOf(frame, senderMac, targetIp));
		const again = open && open.asker === senderIp && open.answers.length === 0 && isSoonAfter(open.end, frame.time);
		const purpose = senderIp === targetIp ? 'announcement' : senderIp === '0.0.0.0' ? 'probe' : 'who-has';
		const event = again ? open : begin(frame, { purpose, asker: senderIp, askerMac: senderMac, address: targetIp });
		if (!event) return;
		extend(event, frame);
		recent.took(frame, event);
		event.requests++;
	}

	function answer(frame: DecodedFrame, { senderIp, senderMac, targetIp, targetMac }: ArpPacket): void {
		const event =
			latest.get(keyOf(frame, targetMac, senderIp)) ??
			begin(frame, { purpose: 'who-has', asker: targetIp, askerMac: targetMac, address: senderIp });
		if (!event) return;
		extend(event, frame);
		recent.took(frame, event);
		if (!event.answers.includes(senderMac) && event.answers.length < maxAnswers) event.answers.push(senderMac);
	}

	return {
		add(frame, arp) {
			const original = recent.ofOriginal(frame);
			if (original) return extendByCopy(original, frame);
			// Some announce their address by an answer that nobody asked for (RFC 5227 section 3).
			if (arp.operation === 'request' || arp.senderIp === arp.targetIp) request(frame, arp);
			else if (arp.operation === 'reply') answer(frame, arp);
		},
		events: events as readonly ArpEvent[],
		get full() {
			return full;
		},
	};
}

/** More machines than this don't answer for one address, but a broken or hostile one may invent them. */
const maxAnswers = 16;

function isSoonAfter(before: bigint | undefined, now: bigint | undefined): boolean {
	return before === undefined || now === undefined || now - before < sameAttempt;
}
