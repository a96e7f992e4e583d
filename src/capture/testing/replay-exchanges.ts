import type { BootSession, DhcpEvent, TimelineEvent } from '../timeline/session.ts';

/** A captured request and the captured answers to it. */
export interface CapturedExchange {
	readonly request: DhcpEvent;
	/** One of each server and message type. */
	readonly answers: readonly DhcpEvent[];
}

/** Which answers can follow which request. */
const answersTo: Readonly<Partial<Record<TimelineEvent['type'], readonly TimelineEvent['type'][]>>> = {
	// RFC 4039: with option 80 a server may say ACK at once.
	discover: ['offer', 'ack'],
	request: ['ack', 'nak'],
	inform: ['ack'],
	'proxy-request': ['proxy-ack', 'ack', 'nak'],
	'boot-server-request': ['boot-server-ack', 'ack'],
	'bootp-request': ['bootp-reply'],
	decline: [],
	release: [],
	// RFC 4388 and the like.
	other: ['other'],
};

const toAll = /^255\.255\.255\.255$|\.255$|^2[23]\d\./;

/** The DHCP exchanges of the clients of a capture, in the order of their requests; with `server` those with this one only. */
export function dhcpExchanges(sessions: readonly BootSession[], server: string | undefined): CapturedExchange[] {
	const perClient = sessions.map(({ stages }) =>
		exchangesOf(
			stages.flatMap(({ events }) => events).filter((event): event is DhcpEvent => 'packet' in event),
			server,
		),
	);
	return perClient.flat().toSorted((one, other) => firstFrame(one.request) - firstFrame(other.request));
}

function exchangesOf(events: readonly DhcpEvent[], server: string | undefined): CapturedExchange[] {
	const exchanges: { request: DhcpEvent; answers: DhcpEvent[] }[] = [];
	for (const event of events) {
		if (event.packet.op === 1) {
			exchanges.push({ request: event, answers: [] });
			continue;
		}
		const possible = exchanges.filter(({ request }) => canAnswer(event, request));
		// A relay's copy of a request and the client's own are both there: the server answered the relay's.
		const asked = possible.findLast(({ request }) => request.packet.giaddr === event.packet.giaddr) ?? possible.at(-1);
		if (asked && !asked.answers.some((other) => isSameAnswer(other, event))) asked.answers.push(event);
	}
	if (server === undefined) return exchanges;
	return exchanges
		.filter(({ request }) => request.to.address === server || toAll.test(request.to.address))
		.map(({ request, answers }) => ({ request, answers: answers.filter((answer) => isFrom(answer, server)) }));
}

function canAnswer(reply: DhcpEvent, request: DhcpEvent): boolean {
	const { to, type, packet } = request;
	if (packet.xid !== reply.packet.xid || !answersTo[type]?.includes(reply.type)) return false;
	return toAll.test(to.address) || to.address === reply.from.address || serverOf(reply) === to.address;
}

/** The server named in option 54; where the packet came from may be a relay. */
function serverOf({ packet, from }: DhcpEvent): string {
	return packet.options.tryGet('serverIdentifier') ?? from.address;
}

function isFrom(answer: DhcpEvent, server: string): boolean {
	return serverOf(answer) === server || answer.from.address === server;
}

function isSameAnswer(one: DhcpEvent, other: DhcpEvent): boolean {
	return one.type === other.type && serverOf(one) === serverOf(other);
}

function firstFrame({ frames }: DhcpEvent): number {
	return frames[0] ?? 0;
}
