import type { DecodedFrame, IcmpError } from '../frames/frame.ts';
import { type Draft, extend, extendByCopy } from './draft.ts';
import type { IcmpEvent } from './session.ts';

export interface IcmpFollower {
	add(frame: DecodedFrame, error: IcmpError): void;
	readonly events: readonly IcmpEvent[];
	readonly full: boolean;
}

/** Joins errors that say the same of the same conversation. */
export function createIcmpFollower(maxEvents: number): IcmpFollower {
	const events = new Map<string, Draft<IcmpEvent>>();
	let full = false;
	return {
		add(frame, error) {
			const [from, to] = [frame.ip?.source ?? '', frame.ip?.destination ?? ''];
			const { type, code, source, destination, sourcePort, destinationPort } = error;
			const key = [from, to, type, code, source, destination, sourcePort, destinationPort].join(' ');
			const known = events.get(key);
			if (known) return frame.copyOf === undefined ? extend(known, frame) : extendByCopy(known, frame);
			if (events.size >= maxEvents) {
				full = true;
				return;
			}
			const event: Draft<IcmpEvent> = { type: 'icmp', frames: [], time: frame.time, end: frame.time, error, from, to };
			events.set(key, event);
			extend(event, frame);
		},
		get events() {
			return [...events.values()];
		},
		get full() {
			return full;
		},
	};
}
