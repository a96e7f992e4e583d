import type { DhcpPacket, DhcpPacketInit, ReceivedOn, ReplyDestination } from '../../dhcp/index.ts';
import type { TftpOption } from '../../tftp/index.ts';
import type { Endpoint } from '../../wire/endpoint.ts';

/** An answer with more beside the packet: what `respond` of `createProxyDhcp` and `createDhcpResponder` gives. */
export interface ReplayedReply {
	/** The packet; encoded with the defaults of `encodeDhcp` when `bytes` is absent. Without both the responder is silent. */
	readonly reply?: DhcpPacketInit | undefined;
	/** UDP payload. */
	readonly bytes?: Uint8Array | undefined;
	/** Compared with where the captured answer went, when given. */
	readonly destination?: Pick<ReplyDestination, 'address' | 'port'> | undefined;
	/** Why it is silent; told with a missing answer. */
	readonly ignored?: string | undefined;
}

/** What a DHCP responder may return: a packet, its bytes, either with a destination, several of them, or silence. */
export type DhcpReplayAnswer = Uint8Array | DhcpPacketInit | ReplayedReply | undefined;

/** A file that a client asked for. */
export interface ReplayedFileRequest {
	readonly protocol: 'tftp' | 'http';
	/** TFTP: the name as the client spelt it. HTTP: path and query, as in the request line. */
	readonly name: string;
	readonly client: Endpoint;
	/** Where the request went. */
	readonly server: Endpoint;
	/** TFTP: the options of the request. */
	readonly options?: readonly TftpOption[] | undefined;
	/** TFTP: `'octet'`, `'netascii'`. */
	readonly mode?: string | undefined;
	/** HTTP: `'GET'`, `'HEAD'`. */
	readonly method?: string | undefined;
	/** HTTP: `'http://10.0.0.1/ipxe.efi'`. */
	readonly url?: string | undefined;
}

/** The functions to try. What is absent is not compared. */
export interface ReplayResponders {
	/**
	 * Answers a request. `now` is the captured time in milliseconds.
	 */
	readonly dhcp?:
		| ((
				request: DhcpPacket,
				received: ReceivedOn,
				now: number,
		  ) => DhcpReplayAnswer | readonly DhcpReplayAnswer[] | Promise<DhcpReplayAnswer | readonly DhcpReplayAnswer[]>)
		| undefined;
	/** Gives the bytes of a file, or `undefined` for one that it refuses. */
	readonly file?:
		| ((request: ReplayedFileRequest) => Uint8Array | undefined | Promise<Uint8Array | undefined>)
		| undefined;
}

/** What to compare. */
export interface ReplayOptions {
	/**
	 * The captured server that the functions stand for: only its answers (option 54, or where they came from) are compared, and
	 * only what was sent to it or to all is given to the functions. Default: all servers of the capture.
	 */
	readonly server?: string | undefined;
	/** Differences to leave out, by `field`: `'sname'`, `'option 43'`, `'destination'`. */
	readonly except?: readonly string[] | undefined;
}

/** One difference between what was captured and what was answered. */
export interface ReplayDifference {
	/**
	 * `missing-answer`: captured, and not answered. `extra-answer`: answered, and not captured. `field`: of a DHCP packet.
	 * `destination`: where the answer goes. `file`: found or not, size, content. `failed`: the function threw, or returned what
	 * can't be sent.
	 */
	readonly kind: 'missing-answer' | 'extra-answer' | 'field' | 'destination' | 'file' | 'failed';
	/** Wireshark's number of the request. */
	readonly frame: number;
	/** Of the captured answer; absent when there is none. */
	readonly answerFrame?: number | undefined;
	/** `'siaddr'`, `'option 43'`; with files `'found'`, `'size'`, `'content'`; otherwise the kind. */
	readonly field: string;
	/** For people; `undefined` when it is not there. */
	readonly captured: string | undefined;
	readonly answered: string | undefined;
	/** All in one line. */
	readonly message: string;
}

/** A DHCP request that was given to the function, and what came of it. */
export interface ReplayedExchange {
	/** Of the request; repeats are given once, and the first counts. */
	readonly frame: number;
	readonly request: DhcpPacket;
	readonly captured: readonly DhcpPacket[];
	readonly answered: readonly DhcpPacket[];
	/** Why the function was silent, when it said so. */
	readonly ignored?: string | undefined;
}

/** A request for a file that was given to the function. */
export interface ReplayedFile {
	readonly frame: number;
	readonly request: ReplayedFileRequest;
	/** Whether the captured server had it; `undefined` when the capture does not tell. */
	readonly found: boolean | undefined;
	/** Bytes that the function gave. */
	readonly answeredSize: number | undefined;
}

/** What came of a replay. */
export interface ReplayReport {
	readonly exchanges: readonly ReplayedExchange[];
	readonly files: readonly ReplayedFile[];
	/** In the order of their requests. Empty: the functions do as the captured servers did. */
	readonly differences: readonly ReplayDifference[];
}
