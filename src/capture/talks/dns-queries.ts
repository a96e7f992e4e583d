import { decodeName } from '../../dhcp/domain-search.ts';
import { DecodeError } from '../../wire/errors.ts';
import { formatIpv4 } from '../../wire/ipv4.ts';
import { formatIpv6 } from '../../wire/ipv6.ts';
import { Reader } from '../../wire/reader.ts';
import type { DecodedFrame } from '../frames/frame.ts';
import { patience } from './tftp-record.ts';
import type { DnsQuery } from './transfer.ts';

/** Follows questions to name servers through frames that come one by one. */
export interface DnsFollower {
	/** Takes the next frame. Returns queries that are over by it, mostly none. */
	push(frame: DecodedFrame): readonly DnsQuery[];
	/** The capture has ended: all that were not handed out yet. */
	end(): DnsQuery[];
}

interface Message {
	readonly id: number;
	readonly isAnswer: boolean;
	readonly code: number;
	readonly name: string;
	readonly type: number;
	readonly addresses: string[];
}

interface Open {
	readonly query: Pick<DnsQuery, 'client' | 'server' | 'name' | 'type' | 'start'>;
	readonly frames: number[];
	queries: number;
	end: bigint | undefined;
}

const dnsPort = 53;
const mostOpen = 256;
const mostAddresses = 32;
const none: readonly DnsQuery[] = [];

/** RFC 1035 section 3.2.2 and RFC 3596. */
const typeNames: Readonly<Record<number, string>> = {
	1: 'A',
	5: 'CNAME',
	12: 'PTR',
	15: 'MX',
	16: 'TXT',
	28: 'AAAA',
	33: 'SRV',
};

/** RFC 1035 section 4.1.1. */
const noSuchName = 3;

/**
 * Follows questions to name servers, over UDP. For captures too large for memory; {@link dnsQueries} does all of them at once.
 *
 * @example
 * ```ts
 * import { followDns } from 'pxekit/capture';
 *
 * followDns().end(); // => []
 * ```
 */
export function followDns(): DnsFollower {
	const open = new Map<string, Open>();
	let captureEnd: bigint | undefined;

	function finish(key: string, answer: Message | undefined): DnsQuery {
		const { query, frames, queries, end } = open.get(key) as Open;
		open.delete(key);
		const silent = end !== undefined && captureEnd !== undefined && captureEnd - end >= patience;
		const outcome = answer ? outcomeOf(answer) : queries > 1 || silent ? 'unanswered' : 'unknown';
		return { ...query, outcome, responseCode: answer?.code, addresses: answer?.addresses ?? [], queries, frames, end };
	}

	function take(frame: DecodedFrame): readonly DnsQuery[] {
		const { udp, ip, payload, time, index, copyOf } = frame;
		if (!udp || !ip || (udp.destinationPort !== dnsPort && udp.sourcePort !== dnsPort)) return none;
		const message = decodeDns(payload);
		if (!message) return none;
		const source = { address: ip.source, port: udp.sourcePort };
		const destination = { address: ip.destination, port: udp.destinationPort };
		const [client, server] = message.isAnswer ? [destination, source] : [source, destination];
		const { id, type, name } = message;
		const key = `${client.address}|${client.port}|${server.address}|${id}|${type}|${name.toLowerCase()}`;
		const known = open.get(key);
		if (known) {
			known.frames.push(index);
			if (copyOf !== undefined) return none;
			known.end = time ?? known.end;
			if (message.isAnswer) return [finish(key, message)];
			known.queries++;
			return none;
		}
		if (message.isAnswer || copyOf !== undefined) return none;
		const typeName = typeNames[type] ?? String(type);
		open.set(key, {
			query: { client, server, name, type: typeName, start: time },
			frames: [index],
			queries: 1,
			end: time,
		});
		return open.size > mostOpen ? [finish(open.keys().next().value as string, undefined)] : none;
	}

	return {
		push(frame) {
			captureEnd = frame.time ?? captureEnd;
			return take(frame);
		},
		end: () => [...open.keys()].map((key) => finish(key, undefined)),
	};
}

/**
 * All questions to name servers in a capture, in the order in which they were asked.
 *
 * @param frames as {@link decodeFrames} yields them
 * @example
 * ```ts
 * import { decodeFrames, dnsQueries } from 'pxekit/capture';
 *
 * dnsQueries(decodeFrames([])); // => []
 * ```
 */
export function dnsQueries(frames: Iterable<DecodedFrame>): DnsQuery[] {
	const follower = followDns();
	const queries: DnsQuery[] = [];
	for (const frame of frames) queries.push(...follower.push(frame));
	queries.push(...follower.end());
	return queries.sort((a, b) => (a.frames[0] ?? 0) - (b.frames[0] ?? 0));
}

function outcomeOf({ code, addresses }: Message): DnsQuery['outcome'] {
	if (code === noSuchName) return 'no-such-name';
	if (code !== 0) return 'failed';
	return addresses.length > 0 ? 'address' : 'no-address';
}

/** The question and the addresses of the answer; `undefined` when it is no message with one question. */
function decodeDns(payload: Uint8Array): Message | undefined {
	try {
		const reader = new Reader(payload);
		const id = reader.u16('id');
		const flags = reader.u16('flags');
		const questions = reader.u16('questions');
		const answers = reader.u16('answers');
		reader.take(4, 'counts');
		if (questions !== 1) return undefined;
		const name = decodeName(reader, 'name');
		const type = reader.u16('type');
		reader.u16('class');
		const isAnswer = (flags & 0x8000) !== 0;
		const addresses = isAnswer ? decodeAddresses(reader, answers) : [];
		return { id, isAnswer, code: flags & 15, name, type, addresses };
	} catch (error) {
		if (error instanceof DecodeError) return undefined;
		throw error;
	}
}

/** As far as the answers can be read. */
function decodeAddresses(reader: Reader, answers: number): string[] {
	const addresses: string[] = [];
	try {
		for (let i = 0; i < answers && addresses.length < mostAddresses; i++) {
			decodeName(reader, 'name');
			const type = reader.u16('type');
			reader.take(6, 'class and time to live');
			const data = reader.take(reader.u16('length'), 'data');
			if (type === 1 && data.length === 4) addresses.push(formatIpv4(data));
			if (type === 28 && data.length === 16) addresses.push(formatIpv6(data));
		}
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
	}
	return addresses;
}
