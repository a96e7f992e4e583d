import { type DhcpPacket, decodeDhcp, diffDhcp, encodeDhcp, type ReceivedOn } from '../../dhcp/index.ts';
import type { DhcpEvent } from '../timeline/session.ts';
import type { CapturedExchange } from './replay-exchanges.ts';
import type {
	DhcpReplayAnswer,
	ReplayDifference,
	ReplayedExchange,
	ReplayedReply,
	ReplayResponders,
} from './replay-types.ts';

/** An answer as the client would read it. */
interface Answer {
	readonly packet: DhcpPacket;
	readonly destination: ReplayedReply['destination'];
}

/** Gives one captured request to the function, and compares. */
export async function replayDhcp(
	{ request, answers }: CapturedExchange,
	respond: NonNullable<ReplayResponders['dhcp']>,
): Promise<{ readonly exchange: ReplayedExchange; readonly differences: readonly ReplayDifference[] }> {
	const frame = request.frames[0] ?? 0;
	const captured = answers.map(({ packet }) => packet);
	const what = `${nameOf(request.packet)} of ${request.packet.mac || 'a client without hardware address'}`;
	try {
		const returned = await respond(request.packet, receivedOn(request), Number((request.time ?? 0n) / 1_000_000n));
		const list = Array.isArray(returned) ? (returned as readonly DhcpReplayAnswer[]) : [returned as DhcpReplayAnswer];
		const answered = list.map(answerOf).filter((answer) => answer !== undefined);
		const ignored = list.map(reasonOf).find((reason) => reason !== undefined);
		return {
			exchange: { frame, request: request.packet, captured, answered: answered.map(({ packet }) => packet), ignored },
			differences: compare({ request, answers }, answered, ignored, what),
		};
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const failure: ReplayDifference = {
			kind: 'failed',
			frame,
			answerFrame: answers[0]?.frames[0],
			field: 'failed',
			captured: answers[0] && nameOf(answers[0].packet),
			answered: undefined,
			message: `frame ${frame}, ${what}: the responder failed: ${message}`,
		};
		return { exchange: { frame, request: request.packet, captured, answered: [] }, differences: [failure] };
	}
}

const allHosts = /^255\.255\.255\.255$|^2[23]\d\./;

function receivedOn({ to, from }: DhcpEvent): ReceivedOn {
	return {
		port: to.port === 4011 ? 4011 : 67,
		source: from,
		// Whether an address ends a subnet the capture does not tell.
		unicast: allHosts.test(to.address) ? false : to.address.endsWith('.255') ? undefined : true,
	};
}

function answerOf(returned: DhcpReplayAnswer): Answer | undefined {
	if (returned === undefined || returned === null) return undefined;
	if (typeof returned !== 'object') {
		throw new TypeError(`it gave a ${typeof returned}, and neither a packet nor undefined`);
	}
	if (returned instanceof Uint8Array) return { packet: decodeDhcp(returned), destination: undefined };
	if ('op' in returned) return { packet: decodeDhcp(encodeDhcp(returned)), destination: undefined };
	const bytes = returned.bytes ?? (returned.reply && encodeDhcp(returned.reply));
	return bytes && { packet: decodeDhcp(bytes), destination: returned.destination };
}

function reasonOf(returned: DhcpReplayAnswer): string | undefined {
	if (!returned || returned instanceof Uint8Array || 'op' in returned) return undefined;
	return returned.ignored;
}

function compare(
	{ request, answers }: CapturedExchange,
	answered: readonly Answer[],
	ignored: string | undefined,
	what: string,
): ReplayDifference[] {
	const frame = request.frames[0] ?? 0;
	const left = [...answered];
	const differences: ReplayDifference[] = [];
	for (const captured of answers) {
		const answerFrame = captured.frames[0];
		const place = `frame ${frame}, ${what}`;
		const best = left.toSorted((one, other) => distance(captured, one) - distance(captured, other))[0];
		if (!best) {
			const why = ignored === undefined ? '' : ` (${ignored})`;
			const name = nameOf(captured.packet);
			const message = `${place}: ${captured.from.address} sent ${name} in frame ${answerFrame}, the responder nothing${why}`;
			const parts = { captured: name, answered: undefined, message };
			differences.push({ kind: 'missing-answer', frame, answerFrame, field: 'missing-answer', ...parts });
			continue;
		}
		left.splice(left.indexOf(best), 1);
		for (const { field, name, first, second } of diffDhcp(captured.packet, best.packet)) {
			const label = name === undefined ? field : `${field} ${name}`;
			const message = `${place}: ${label} is ${first ?? 'absent'} in frame ${answerFrame}, ${second ?? 'absent'} as answered`;
			differences.push({ kind: 'field', frame, answerFrame, field, captured: first, answered: second, message });
		}
		const [there, here] = [textOf(captured.to), best.destination && textOf(best.destination)];
		if (here !== undefined && here !== there && !isPassedOn(request, captured)) {
			const message = `${place}: frame ${answerFrame} went to ${there}, the answer goes to ${here}`;
			const parts = { captured: there, answered: here, message };
			differences.push({ kind: 'destination', frame, answerFrame, field: 'destination', ...parts });
		}
	}
	for (const { packet } of left) {
		const name = nameOf(packet);
		const message = `frame ${frame}, ${what}: answered with ${name}, and nothing was captured`;
		const parts = { captured: undefined, answered: name, message };
		differences.push({ kind: 'extra-answer', frame, field: 'extra-answer', ...parts });
	}
	return differences;
}

function distance({ packet }: DhcpEvent, answer: Answer): number {
	return diffDhcp(packet, answer.packet).length;
}

/** What a relay hands to the client; the server's own packet went to the relay. */
function isPassedOn(request: DhcpEvent, answer: DhcpEvent): boolean {
	return request.packet.giaddr !== answer.packet.giaddr;
}

function textOf({ address, port }: { readonly address: string; readonly port: number }): string {
	return `${address}:${port}`;
}

function nameOf(packet: DhcpPacket): string {
	const type = packet.options.tryGet('messageType');
	if (type === undefined) return packet.op === 1 ? 'BOOTP request' : 'BOOTP reply';
	return typeof type === 'number' ? `message type ${type}` : type;
}
