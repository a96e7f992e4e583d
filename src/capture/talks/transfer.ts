import type { TftpOption } from '../../tftp/index.ts';
import type { Endpoint } from '../../wire/endpoint.ts';
import type { Issue } from '../../wire/issue.ts';

/** How a TFTP transfer ended, as far as the capture shows. */
export type TransferOutcome =
	/** To the last acknowledged block. */
	| 'complete'
	/** The client asked for the size, and ended it with an ERROR once it knew: what UEFI does before each download. */
	| 'probe'
	/** The server sent an ERROR. */
	| 'refused'
	/** The client sent an ERROR, and it was no probe. */
	| 'aborted'
	/** No answer to any of the client's requests. */
	| 'unanswered'
	/** It began, and then nothing more came. */
	| 'stalled'
	/** The capture ends, or was cut, before the transfer does. */
	| 'unknown';

/** One TFTP transfer, from the first request to the last packet that belongs to it. */
export interface TftpTransfer {
	readonly kind: 'read' | 'write';
	/** `''` when the capture starts in the middle of the transfer. */
	readonly filename: string;
	/** The name's bytes; only there when they are not UTF-8. */
	readonly filenameBytes?: Uint8Array | undefined;
	/** As the client spelt it. */
	readonly mode: string;
	readonly client: Endpoint;
	/** Where the request went; where the file came from or went to, when the request is not in the capture. */
	readonly server: Endpoint;
	/** Where the answers came from; `undefined` when there were none. */
	readonly answeredFrom?: Endpoint | undefined;
	readonly requested: readonly TftpOption[];
	/** Of the OACK; `undefined` without one. */
	readonly granted?: readonly TftpOption[] | undefined;
	/** Bytes a block: 512, or as agreed. */
	readonly blockSize: number;
	readonly windowSize: number;
	/** Size as announced by `tsize`. */
	readonly announcedSize?: number | undefined;
	readonly outcome: TransferOutcome;
	readonly error?: { readonly from: 'client' | 'server'; readonly code: number; readonly message: string } | undefined;
	/** Bytes of the file as sent that passed the wire, without repeats; bytes that the capture cut off frames are counted. */
	readonly bytes: number;
	/** The file, when the capture has all of it; netascii turned back. */
	readonly content?: Uint8Array | undefined;
	/** The first bytes of the file, as far as they are in the capture without a gap; `content` when that is there. At most 64 KiB. */
	readonly head: Uint8Array;
	/** How often the client sent its request. */
	readonly requests: number;
	/** DATA (and OACK) packets that came again, and those that filled a gap after the receiver had told of it. */
	readonly retransmits: number;
	/** ACKs that came again. */
	readonly repeatedAcks: number;
	/** Blocks that overtook others. */
	readonly outOfOrder: number;
	/** Blocks before the last that the capture does not have; with a capture that starts in the middle, after the first. */
	readonly missingBlocks: number;
	/** Frames that were put together from IP fragments. */
	readonly fragmented: number;
	/** Wireshark's numbers, ascending. */
	readonly frames: readonly number[];
	/** Nanoseconds since 1970, of the first and the last frame. */
	readonly start: bigint | undefined;
	readonly end: bigint | undefined;
	/**
	 * What was odd, and what the capture does not show: `starts-in-the-middle`, `cut-frames`, `missing-blocks`, `too-large-to-keep`,
	 * `no-oack`, `answer-not-captured`, `end-not-captured`, `last-block-not-acknowledged`, `size-differs`, `bad-oack`, `answered-twice`,
	 * `block-too-long`, `error-after-end`, …
	 */
	readonly issues: readonly Issue[];
}

/** A request over HTTP and the head of its answer. */
export interface HttpExchange {
	readonly client: Endpoint;
	readonly server: Endpoint;
	readonly method: string;
	/** As in the request line. */
	readonly target: string;
	/** Of the Host field. */
	readonly host?: string | undefined;
	/** `http://10.0.0.1/ipxe.efi`. */
	readonly url: string;
	readonly userAgent?: string | undefined;
	/** Of the request: the part of the file that was asked for. */
	readonly range?: string | undefined;
	/** 200, 404 …; `undefined` when no answer was seen. */
	readonly status?: number | undefined;
	readonly reason?: string | undefined;
	/** Content-Length of the answer. */
	readonly contentLength?: number | undefined;
	readonly contentType?: string | undefined;
	/** Of a redirection: where to. */
	readonly location?: string | undefined;
	/**
	 * `complete`: the answer, to its end. `incomplete`: the connection ended, or fell silent, before that. `unanswered`: nothing came.
	 * `unknown`: the capture ends first.
	 */
	readonly outcome: 'complete' | 'incomplete' | 'unanswered' | 'unknown';
	/** Bytes of the body that the capture has; the marks of chunks are not counted. */
	readonly bytes: number;
	/** Bytes of the body that the capture has, in order and without a gap from its start. At most 64 KiB. */
	readonly head: Uint8Array;
	/** The body, when the capture has all of it and it is not longer than 16 MiB. */
	readonly content?: Uint8Array | undefined;
	readonly frames: readonly number[];
	readonly start: bigint | undefined;
	readonly end: bigint | undefined;
	/** The connection was reset before the answer was whole. */
	readonly reset: boolean;
	/** What the capture does not show: `starts-in-the-middle`, `missing-bytes`, `too-large-to-keep`. */
	readonly issues: readonly Issue[];
}

/** A TCP connection on which no HTTP was seen. */
export interface TcpConnection {
	readonly client: Endpoint;
	/** Port 3260 is that of iSCSI. */
	readonly server: Endpoint;
	/** `unanswered`: no answer to the SYN. `unknown`: the capture ends soon after the only one. */
	readonly outcome: 'open' | 'refused' | 'unanswered' | 'unknown';
	/** How often the client sent its SYN; 0 when the capture starts later. */
	readonly attempts: number;
	/** It was open, and then reset. */
	readonly reset: boolean;
	/** Payload that the capture has, repeats included. */
	readonly bytesFromClient: number;
	readonly bytesFromServer: number;
	/** Those with SYN, FIN or RST. */
	readonly frames: readonly number[];
	/** Nanoseconds since 1970, of the first and the last frame of the connection. */
	readonly start: bigint | undefined;
	readonly end: bigint | undefined;
}

/** A question to a name server. */
export interface DnsQuery {
	readonly client: Endpoint;
	readonly server: Endpoint;
	/** `'boot.example.org'`. */
	readonly name: string;
	/** `'A'`, `'AAAA'`; of others that are not common the number. */
	readonly type: string;
	/** `address`: with one or more. `no-address`: the name exists. `no-such-name`: NXDOMAIN. `failed`: any other error. */
	readonly outcome: 'address' | 'no-address' | 'no-such-name' | 'failed' | 'unanswered' | 'unknown';
	/** RFC 1035 section 4.1.1: 3 is NXDOMAIN; `undefined` without an answer. */
	readonly responseCode?: number | undefined;
	readonly addresses: readonly string[];
	/** How often it was asked. */
	readonly queries: number;
	readonly frames: readonly number[];
	/** Nanoseconds since 1970, of the first and the last frame. */
	readonly start: bigint | undefined;
	readonly end: bigint | undefined;
}
