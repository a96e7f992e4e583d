import { concatBytes, equalBytes } from '../../wire/bytes.ts';
import { inRange } from '../../wire/writer.ts';
import { u16 } from './frame-reading.ts';
import { ipProtocol } from './ip-numbers.ts';

/** What may be held of datagrams that are not complete yet. */
export interface ReassemblyLimits {
	/** Bytes of all fragments, with 128 for each fragment's own upkeep; 4 MiB by default, like Linux's ipfrag_high_thresh. */
	readonly maxBytes?: number | undefined;
	/** Datagrams; 1024 by default. */
	readonly maxDatagrams?: number | undefined;
	/** Nanoseconds of the capture's time from the first fragment on; 30 seconds by default, like Linux's ipfrag_time. */
	readonly maxAge?: bigint | undefined;
}

/** A datagram of which fragments were seen, and that was never whole. */
export interface UnfinishedDatagram {
	readonly source: string;
	readonly destination: string;
	readonly protocol: number;
	readonly id: number;
	/** Ports of UDP or TCP, when the first fragment is there. */
	readonly sourcePort?: number | undefined;
	readonly destinationPort?: number | undefined;
	/** Wireshark's numbers of the fragments, the first 100. */
	readonly frames: readonly number[];
	/** Nanoseconds since 1970, of the fragment seen first. */
	readonly time: bigint | undefined;
	/** Bytes of the datagram that came. */
	readonly bytes: number;
	/**
	 * `missing`: the rest had not come when the capture ended. `expired`: nor within 30 seconds, or `maxAge`. `overlap`: fragments contradict one
	 * another, and none of it counts. `pushed-out`: too much else was waiting.
	 */
	readonly reason: 'missing' | 'expired' | 'overlap' | 'pushed-out';
}

/** A fragment as it arrives. */
export interface ArrivedFragment {
	readonly source: string;
	readonly destination: string;
	readonly protocol: number;
	readonly id: number;
	readonly version: 4 | 6;
	readonly frame: number;
	readonly time: bigint | undefined;
	readonly offset: number;
	readonly more: boolean;
	/** What the capture has of it. */
	readonly bytes: Uint8Array;
	/** Bytes that the capture cut off its end. */
	readonly missing: number;
}

/** A datagram put together. */
export interface CompleteDatagram {
	/** Up to the first byte that the capture does not have. */
	readonly bytes: Uint8Array;
	readonly missing: number;
	/** What its first fragment says that it carries. */
	readonly protocol: number;
	readonly frames: readonly number[];
}

/** What came of a fragment. */
export type FragmentOutcome = 'waiting' | 'wrong-length' | 'overlap' | CompleteDatagram;

interface HeldFragment {
	readonly offset: number;
	/** On the wire. */
	readonly end: number;
	/** A copy: what it came from may be a large part of a file. */
	readonly bytes: Uint8Array;
}

interface Pending {
	/** What names it; not the fragment itself, which would keep a part of the file in memory. */
	readonly name: Pick<UnfinishedDatagram, 'source' | 'destination' | 'id' | 'time'>;
	/** By offset, without overlaps; empty once the datagram is refused. */
	readonly fragments: HeldFragment[];
	readonly frames: number[];
	/** Of the whole datagram, once the last fragment is there. */
	length: number | undefined;
	/** Bytes on the wire, of all fragments. */
	received: number;
	/** What counts against the limit. */
	cost: number;
	refused: boolean;
	/** Of the first fragment; IPv6 writes the protocol into each, and only this one counts. */
	protocol: number;
	ports: Pick<UnfinishedDatagram, 'sourcePort' | 'destinationPort'>;
	/** The whole datagram that all of these fragments repeat. */
	readonly repeats: Uint8Array | undefined;
}

const fragmentUpkeep = 128;
const listedFrames = 100;
const listedGivenUp = 1000;
const rememberedWhole = 16;
const longestDatagram = 0xffff;

/** Puts fragmented datagrams together: RFC 791 section 3.2, RFC 8200 section 4.5; overlaps as RFC 5722 says, for IPv4 too. */
export class Reassembly {
	readonly #maxBytes: number;
	readonly #maxDatagrams: number;
	readonly #maxAge: bigint;
	/** In the order of their first fragments. */
	readonly #pending = new Map<string, Pending>();
	/** The latest whole ones: a capture on all interfaces shows each fragment twice, and that is no second datagram. */
	readonly #whole = new Map<string, Uint8Array>();
	readonly #givenUp: UnfinishedDatagram[] = [];
	#cost = 0;

	constructor({ maxBytes = 4 * 2 ** 20, maxDatagrams = 1024, maxAge = 30_000_000_000n }: ReassemblyLimits = {}) {
		this.#maxBytes = inRange(maxBytes, Number.MAX_SAFE_INTEGER, 'maxBytes');
		this.#maxDatagrams = inRange(maxDatagrams, Number.MAX_SAFE_INTEGER, 'maxDatagrams');
		this.#maxAge = maxAge;
	}

	/** Bytes that count against the limit now. */
	get cost(): number {
		return this.#cost;
	}

	/** Datagrams that are held now. */
	get waiting(): number {
		return this.#pending.size;
	}

	add(fragment: ArrivedFragment): FragmentOutcome {
		this.#expire(fragment.time);
		const end = fragment.offset + fragment.bytes.length + fragment.missing;
		const wrongUnit = fragment.more && end % 8 !== 0;
		if (end === fragment.offset || end > longestDatagram || wrongUnit) return 'wrong-length';
		const key = keyOf(fragment);
		const pending = this.#pendingFor(key, fragment);
		if (pending.refused) return 'overlap';
		const place = placeFor(pending.fragments, fragment.offset);
		if (isRepeat(pending.fragments[place], fragment, end)) return 'waiting';
		pending.frames.push(fragment.frame);
		if (contradicts(pending, place, fragment, end)) {
			this.#refuse(pending);
			return 'overlap';
		}
		pending.fragments.splice(place, 0, { offset: fragment.offset, end, bytes: fragment.bytes.slice() });
		pending.received += end - fragment.offset;
		if (!fragment.more) pending.length = end;
		if (fragment.offset === 0) {
			pending.protocol = fragment.protocol;
			pending.ports = portsOf(fragment);
		}
		this.#charge(pending, fragment.bytes.length + fragmentUpkeep);
		if (pending.received === pending.length) return this.#complete(key, pending);
		while (this.#cost > this.#maxBytes || this.#pending.size > this.#maxDatagrams) this.#dropOldest('pushed-out');
		return 'waiting';
	}

	/** Those given up (the first 1000), then those that still wait. */
	unfinished(): UnfinishedDatagram[] {
		const waiting = [...this.#pending.values()].filter(({ refused, repeats }) => !refused && repeats === undefined);
		return [...this.#givenUp, ...waiting.map((pending) => unfinishedOf(pending, 'missing'))];
	}

	#pendingFor(key: string, fragment: ArrivedFragment): Pending {
		const before = this.#pending.get(key);
		const stale = before?.repeats !== undefined && !isPartOf(before.repeats, fragment);
		if (before !== undefined && !stale) return before;
		if (before !== undefined) this.#drop(key, before);
		const whole = this.#whole.get(key);
		const { source, destination, id, time } = fragment;
		const pending: Pending = {
			name: { source, destination, id, time },
			fragments: [],
			frames: [],
			length: undefined,
			received: 0,
			cost: 0,
			refused: false,
			protocol: fragment.protocol,
			ports: {},
			repeats: whole !== undefined && isPartOf(whole, fragment) ? whole : undefined,
		};
		this.#pending.set(key, pending);
		return pending;
	}

	#complete(key: string, pending: Pending): CompleteDatagram {
		this.#drop(key, pending);
		const { fragments, protocol, frames, received } = pending;
		const gap = fragments.findIndex(({ offset, end, bytes }) => bytes.length < end - offset);
		const bytes = concatBytes((gap < 0 ? fragments : fragments.slice(0, gap + 1)).map((fragment) => fragment.bytes));
		this.#whole.delete(key);
		this.#whole.set(key, bytes);
		if (this.#whole.size > rememberedWhole) this.#whole.delete(this.#whole.keys().next().value as string);
		return { bytes, missing: received - bytes.length, protocol, frames };
	}

	/** It stays, empty, so that what still comes of it is not taken for another. */
	#refuse(pending: Pending): void {
		this.#giveUp(pending, 'overlap');
		pending.refused = true;
		pending.fragments.length = 0;
		this.#charge(pending, fragmentUpkeep - pending.cost);
	}

	#expire(now: bigint | undefined): void {
		if (now === undefined) return;
		for (const { name } of this.#pending.values()) {
			if (name.time === undefined || now - name.time <= this.#maxAge) return;
			this.#dropOldest('expired');
		}
	}

	#dropOldest(reason: UnfinishedDatagram['reason']): void {
		const [key, pending] = this.#pending.entries().next().value as [string, Pending];
		this.#drop(key, pending);
		if (!pending.refused && pending.repeats === undefined) this.#giveUp(pending, reason);
	}

	#drop(key: string, pending: Pending): void {
		this.#pending.delete(key);
		this.#cost -= pending.cost;
	}

	#charge(pending: Pending, cost: number): void {
		pending.cost += cost;
		this.#cost += cost;
	}

	#giveUp(pending: Pending, reason: UnfinishedDatagram['reason']): void {
		if (this.#givenUp.length < listedGivenUp) this.#givenUp.push(unfinishedOf(pending, reason));
	}
}

/** RFC 791 has the protocol in the key, RFC 8200 has not. */
function keyOf({ version, source, destination, id, protocol }: ArrivedFragment): string {
	return version === 4 ? `${source} ${destination} ${id} ${protocol}` : `${source} ${destination} ${id}`;
}

/** Where a fragment goes: before the first that starts at its offset or later. */
function placeFor(fragments: readonly HeldFragment[], offset: number): number {
	let low = 0;
	let high = fragments.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((fragments[middle] as HeldFragment).offset < offset) low = middle + 1;
		else high = middle;
	}
	return low;
}

function isRepeat(held: HeldFragment | undefined, { offset, bytes }: ArrivedFragment, end: number): boolean {
	return held?.offset === offset && held.end === end && equalBytes(held.bytes, bytes);
}

function isPartOf(whole: Uint8Array, { offset, bytes }: ArrivedFragment): boolean {
	return equalBytes(whole.subarray(offset, offset + bytes.length), bytes);
}

/** Whether a fragment covers bytes of another, or the two last ones end at different places. */
function contradicts(pending: Pending, place: number, { offset, more }: ArrivedFragment, end: number): boolean {
	const { fragments, length } = pending;
	const before = fragments[place - 1];
	const after = fragments[place];
	if (before !== undefined && before.end > offset) return true;
	if (after !== undefined && after.offset < end) return true;
	if (!more) return length !== undefined || after !== undefined;
	return length !== undefined && end > length;
}

function portsOf({ protocol, bytes }: ArrivedFragment): Pending['ports'] {
	const hasPorts = (protocol === ipProtocol.udp || protocol === ipProtocol.tcp) && bytes.length >= 4;
	return hasPorts ? { sourcePort: u16(bytes, 0), destinationPort: u16(bytes, 2) } : {};
}

function unfinishedOf(pending: Pending, reason: UnfinishedDatagram['reason']): UnfinishedDatagram {
	return {
		...pending.name,
		protocol: pending.protocol,
		...pending.ports,
		frames: pending.frames.slice(0, listedFrames),
		bytes: pending.received,
		reason,
	};
}
