import type { DhcpPacket } from '../../dhcp/index.ts';
import type { Endpoint } from '../../wire/endpoint.ts';
import type { DecodedFrame } from '../frames/frame.ts';
import { createRecentOwners } from '../frames/recent-owners.ts';
import { clientKey, clientKeyOfBytes } from './clients.ts';
import { dhcpEvent } from './dhcp-event.ts';
import { type Draft, extend, extendByCopy } from './draft.ts';
import type { DhcpEvent, UnreadableEvent } from './session.ts';

/** The DHCP packets of one client, with repeats joined. */
export interface DhcpConversation {
	readonly events: (DhcpEvent | UnreadableEvent)[];
	/** The latest requests, for those who answer. */
	readonly asked: DhcpEvent[];
	/** Events of what the client does now: what comes again joins one of them. */
	step: { readonly id: string; readonly events: Draft<DhcpEvent>[] } | undefined;
}

export interface DhcpFollower {
	/** The client's key, when the packet is of one. */
	add(frame: DecodedFrame): { readonly client: string; readonly packet?: DhcpPacket | undefined } | undefined;
	readonly conversations: ReadonlyMap<string, DhcpConversation>;
	readonly full: boolean;
}

/** Sorts DHCP packets by client. */
export function createDhcpFollower(
	{ maxClients, maxEvents }: { readonly maxClients: number; readonly maxEvents: number },
	keyOfFrame: (frame: DecodedFrame) => string | undefined,
): DhcpFollower {
	const conversations = new Map<string, DhcpConversation>();
	const recent = createRecentOwners<{ readonly client: string; readonly event: Draft<DhcpEvent | UnreadableEvent> }>();
	let full = false;

	function conversation(client: string): DhcpConversation | undefined {
		const known = conversations.get(client);
		if (known) return known;
		if (conversations.size >= maxClients) return undefined;
		const fresh: DhcpConversation = { events: [], asked: [], step: undefined };
		conversations.set(client, fresh);
		return fresh;
	}

	return {
		conversations,
		get full() {
			return full;
		},
		add(frame) {
			const original = recent.ofOriginal(frame);
			if (original) {
				extendByCopy(original.event, frame);
				return { client: original.client };
			}
			const event = dhcpEvent(frame, (reply) => askedFor(conversations.get(clientKey(reply)), reply, frame.ip?.source));
			const client =
				event.type === 'unreadable-dhcp'
					? (clientKeyOfBytes(event.bytes) ?? keyOfFrame(frame))
					: clientKey(event.packet);
			if (client === undefined) return undefined;
			const talk = conversation(client);
			if (!talk || talk.events.length >= maxEvents) {
				full = true;
				return { client };
			}
			const draft = { ...event, frames: [...event.frames] };
			if (draft.type === 'unreadable-dhcp') talk.events.push(draft);
			const kept = draft.type === 'unreadable-dhcp' ? draft : keep(talk, draft, frame);
			recent.took(frame, { client, event: kept });
			return { client, packet: event.type === 'unreadable-dhcp' ? undefined : event.packet };
		},
	};
}

/** What the client's latest request was, when a packet can be the answer to it. */
function askedFor(talk: DhcpConversation | undefined, reply: DhcpPacket, server = ''): DhcpEvent['type'] | undefined {
	return talk?.asked.findLast(({ packet, to }) => packet.xid === reply.xid && mayAnswer(to, server))?.type;
}

function mayAnswer({ address }: Endpoint, server: string): boolean {
	return address === server || /^255\.|^2[23]\d\./.test(address);
}

/** The event that the packet is in now: its own, or that of which it is a repeat. */
function keep(talk: DhcpConversation, event: Draft<DhcpEvent>, frame: DecodedFrame): Draft<DhcpEvent> {
	if (event.packet.op === 1) {
		const id = `${event.type} ${event.packet.xid}`;
		if (talk.step?.id !== id) talk.step = { id, events: [] };
	}
	const same = talk.step?.events.find((other) => isSame(other, event));
	if (same) {
		same.repeats++;
		extend(same, frame);
		return same;
	}
	if (talk.step && talk.step.events.length < maxStep) talk.step.events.push(event);
	talk.events.push(event as DhcpEvent);
	if (event.packet.op !== 1) return event;
	talk.asked.push(event as DhcpEvent);
	if (talk.asked.length > maxStep) talk.asked.shift();
	return event;
}

/** So many packets are looked at for a repeat, or for a question. */
const maxStep = 64;

const secs = { start: 8, end: 10 };

/** The same but for the time that the client says it has been at it. */
function isSame(one: Draft<DhcpEvent>, other: Draft<DhcpEvent>): boolean {
	if (one.type !== other.type || one.bytes.length !== other.bytes.length) return false;
	if (one.from.address !== other.from.address || one.to.address !== other.to.address) return false;
	return one.bytes.every((byte, at) => byte === other.bytes[at] || (at >= secs.start && at < secs.end));
}
