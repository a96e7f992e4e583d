import type { DecodedFrame } from '../frames/frame.ts';
import { followDns } from '../talks/dns-queries.ts';
import { followTcp, type TcpTalk } from '../talks/tcp-talks.ts';
import { followTftp } from '../talks/tftp-transfers.ts';
import type { DnsQuery, TftpTransfer } from '../talks/transfer.ts';
import type { HttpEvent, OtherEvent, TftpEvent } from './session.ts';

/** A transfer, an exchange, a connection or a question, and the address of who began it. */
export interface Talk {
	readonly client: string;
	readonly event: TftpEvent | HttpEvent | OtherEvent;
}

export interface TalkFollower {
	push(frame: DecodedFrame): void;
	end(): readonly Talk[];
	readonly full: boolean;
}

/** What to look for, and how much of it to keep. */
export interface TalkOptions {
	readonly tftpPorts: readonly number[] | undefined;
	readonly maxEvents: number;
	readonly maxContentBytes: number;
	/** Whether a talk belongs to a client that boots; asked when there is no room for all. */
	readonly matters: (talk: Talk) => boolean;
}

/** Keeps what clients fetched and whom they talked to. */
export function createTalkFollower({ tftpPorts, maxEvents, maxContentBytes, matters }: TalkOptions): TalkFollower {
	const tftp = followTftp({ ports: tftpPorts, maxTotalBytes: maxContentBytes });
	const tcp = followTcp({ maxTotalBytes: Math.min(maxContentBytes, 64 << 20) });
	const dns = followDns();
	let talks: Talk[] = [];
	let contentBytes = 0;
	let full = false;

	/** Content that does not fit any more is left out; the head stays. */
	function affordable<T extends { readonly content?: Uint8Array | undefined }>(talk: T): T {
		const size = talk.content?.length ?? 0;
		if (contentBytes + size > maxContentBytes) return { ...talk, content: undefined };
		contentBytes += size;
		return talk;
	}

	function keep(talk: Talk): void {
		if (talks.length >= maxEvents && !full) {
			// Others than those who boot talk too, and more.
			talks = talks.filter(matters);
			full = talks.length > maxEvents / 2;
		}
		if (talks.length < maxEvents) talks.push(talk);
	}

	function keepTransfers(transfers: readonly TftpTransfer[]): void {
		for (const found of transfers) {
			const transfer = affordable(found);
			keep({ client: transfer.client.address, event: { type: 'tftp', ...placeOf(transfer), transfer } });
		}
	}

	function keepTcp(found: readonly TcpTalk[]): void {
		for (const talk of found) {
			if (talk.type === 'http') {
				const exchange = affordable(talk.exchange);
				keep({ client: exchange.client.address, event: { type: 'http', ...placeOf(exchange), exchange } });
				continue;
			}
			const { connection } = talk;
			const { client, server, outcome } = connection;
			const answered = outcome === 'open';
			const ends = { from: client, to: server };
			const event = { type: 'tcp', ...placeOf(connection), ...ends, summary: outcome, answered, connection } as const;
			keep({ client: client.address, event });
		}
	}

	function keepQueries(queries: readonly DnsQuery[]): void {
		for (const query of queries) {
			const { client, server, name, outcome } = query;
			const ends = { from: client, to: server };
			const answered = outcome === 'address';
			keep({
				client: client.address,
				event: { type: 'dns', ...placeOf(query), ...ends, summary: name, answered, query },
			});
		}
	}

	return {
		push(frame) {
			keepTransfers(tftp.push(frame));
			keepTcp(tcp.push(frame));
			keepQueries(dns.push(frame));
		},
		end() {
			keepTransfers(tftp.end());
			keepTcp(tcp.end());
			keepQueries(dns.end());
			return talks;
		},
		get full() {
			return full;
		},
	};
}

interface Span {
	readonly frames: readonly number[];
	readonly start: bigint | undefined;
	readonly end: bigint | undefined;
}

function placeOf({ frames, start, end }: Span): {
	frames: readonly number[];
	time: bigint | undefined;
	end: bigint | undefined;
} {
	return { frames, time: start, end };
}
