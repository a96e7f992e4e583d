import type { BootClientProfile } from './profile.ts';
import type { Step } from './rules.ts';
import type { ServerPacket } from './server-packet.ts';

/** One kind of packet, sent until there is an answer or patience is at its end. */
export interface ExchangeOptions {
	/** Milliseconds to wait after each packet. */
	readonly waits: readonly number[];
	/** Where answers arrive. */
	readonly port: number;
	readonly xid: number;
	/** Keeps answers until the wait is over. */
	readonly collects?: boolean;
	/** @param waited milliseconds that the exchange has lasted by its own timers */
	send(waited: number, now: number): void;
	arrived(packet: ServerPacket, now: number): Step;
	/** When a wait is over; `wait` sends again. */
	expired(answers: readonly ServerPacket[], isLast: boolean, now: number): Step;
}

/** A running exchange. */
export interface Exchange {
	readonly port: number;
	readonly deadline: number;
	/** Why the firmware does not take this packet for an answer; `undefined` when it does. */
	refusal(packet: ServerPacket, mac: string, profile: BootClientProfile): string | undefined;
	receive(packet: ServerPacket, now: number): Step;
	expire(now: number): Step;
}

/** More answers than this to one packet are not kept. */
const maxAnswers = 16;

export function createExchange(options: ExchangeOptions, now: number): Exchange {
	const { waits, port, xid, collects = false } = options;
	const answers: ServerPacket[] = [];
	let attempt = 0;
	let waited = 0;
	let deadline = now + (waits[0] ?? 0);
	options.send(0, now);
	return {
		port,
		get deadline() {
			return deadline;
		},
		refusal(packet, mac, profile) {
			if (packet.packet.xid !== xid) return 'another transaction number';
			if (packet.packet.mac !== mac) return "another client's hardware address";
			if (profile.refuses.otherPorts && port === 68 && packet.from.port !== 67) {
				return `it comes from port ${packet.from.port}, not 67`;
			}
			return undefined;
		},
		receive(packet, at) {
			if (!collects) return options.arrived(packet, at);
			if (answers.length < maxAnswers) answers.push(packet);
			return { kind: 'wait' };
		},
		expire(at) {
			const step = options.expired(answers, attempt + 1 >= waits.length, at);
			if (step.kind !== 'wait' || attempt + 1 >= waits.length) return step;
			waited += waits[attempt] ?? 0;
			attempt++;
			deadline = at + (waits[attempt] ?? 0);
			answers.length = 0;
			options.send(waited, at);
			return { kind: 'wait' };
		},
	};
}
