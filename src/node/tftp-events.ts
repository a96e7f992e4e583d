import type { TftpOption } from '../tftp/packet.ts';
import type { Endpoint } from '../wire/endpoint.ts';

/**
 * Name of the channel of `node:diagnostics_channel` that every {@link TftpEvent} of every server in the process is
 * published on: `pxekit:tftp`.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * import { type TftpEvent, tftpDiagnosticsChannel } from 'pxekit/node';
 *
 * let failed = 0;
 * subscribe(tftpDiagnosticsChannel, (event) => {
 *   if ((event as TftpEvent).type === 'failed') failed++;
 * });
 * ```
 */
export const tftpDiagnosticsChannel = 'pxekit:tftp';

/** What the events of one transfer have in common. */
export interface TftpTransferEvent {
	/** Tells transfers apart: counts up from 1 as long as the server lives. */
	readonly transfer: number;
	readonly client: Endpoint;
	/** Where the request came to. */
	readonly local: Endpoint;
	/** As the client sent it. */
	readonly filename: string;
	/** `read`: to the client. `write`: from the client. */
	readonly direction: 'read' | 'write';
}

/** What is known of a transfer at its end or on its way. */
export interface TftpTransferReport {
	/** Bytes of the file that have arrived for certain, as they were on the wire. */
	readonly bytes: number;
	/** Milliseconds since the request. */
	readonly milliseconds: number;
	/** Packets sent again. */
	readonly retransmits: number;
	/** Packets received again. */
	readonly duplicates: number;
	/** Smoothed round-trip time in milliseconds, once measured. */
	readonly roundTrip: number | undefined;
}

/** Something that happened in a TFTP server. */
export type TftpEvent =
	/** A request came in. */
	| (TftpTransferEvent & { readonly type: 'request'; readonly mode: string; readonly options: readonly TftpOption[] })
	/** The same request came again while nothing but the first packet was sent: that was sent again. */
	| (TftpTransferEvent & { readonly type: 'repeat' })
	/** The file is open and the answer is on its way. */
	| (TftpTransferEvent & {
			readonly type: 'negotiated';
			readonly blockSize: number;
			readonly windowSize: number;
			/** Bytes of the whole file, when known. */
			readonly size: number | undefined;
			/** What the OACK holds; empty when none was sent. */
			readonly options: readonly TftpOption[];
	  })
	/** At most once in the server's `progressInterval`. */
	| (TftpTransferEvent & TftpTransferReport & { readonly type: 'progress'; readonly size: number | undefined })
	/** Packets are sent again. */
	| (TftpTransferEvent & {
			readonly type: 'retransmit';
			/** The timer ran out, the client reported a gap, or it asked again late. */
			readonly reason: 'timeout' | 'gap' | 'late-duplicate';
			/** Packets sent again now. */
			readonly packets: number;
	  })
	/** The client repeated packets: its last acknowledgement, or blocks of an upload. */
	| (TftpTransferEvent & { readonly type: 'duplicate'; readonly packets: number })
	/** All bytes were sent; `acknowledged` is false when the last ACK never came, as some clients never send it. */
	| (TftpTransferEvent & TftpTransferReport & { readonly type: 'done'; readonly acknowledged: boolean })
	/** The client only asked for the size, as UEFI firmware does before each file. */
	| (TftpTransferEvent & TftpTransferReport & { readonly type: 'probe'; readonly size: number | undefined })
	/** The transfer ended before its end. */
	| (TftpTransferEvent &
			TftpTransferReport & {
				readonly type: 'failed';
				/** Who ended it; `client` by an ERROR, `replaced` by another request from the same port. */
				readonly by: 'client' | 'silence' | 'server' | 'source' | 'replaced';
				readonly code: number | undefined;
				readonly message: string;
				/** What a source or an upload handler has thrown. Never sent to the client. */
				readonly error?: unknown;
			})
	/** The request was answered with an ERROR, and nothing else. */
	| (TftpTransferEvent & {
			readonly type: 'refused';
			readonly code: number;
			readonly message: string;
			/** What the source or the upload handler has thrown. Never sent to the client. */
			readonly error?: unknown;
	  })
	/** A limit was reached: the request waits, was dropped, or was refused. */
	| (TftpTransferEvent & {
			readonly type: 'busy';
			readonly limit: 'transfers' | 'transfers-per-address';
			readonly action: 'queue' | 'drop' | 'error';
	  })
	/** A packet that is no request came to the server's port, or one came from a stranger to a transfer's port. */
	| {
			readonly type: 'ignored';
			readonly client: Endpoint;
			readonly local: Endpoint;
			readonly reason: 'not-tftp' | 'no-transfer' | 'stranger' | 'malformed-request';
	  }
	/** A socket failed; the server goes on with the others. */
	| { readonly type: 'socket-error'; readonly local: Endpoint; readonly error: Error };
