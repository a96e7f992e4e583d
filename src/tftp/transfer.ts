import type { TftpPacket } from './packet.ts';

/** How a transfer ended. */
export type TftpOutcome =
	/** All was sent and acknowledged, or all was received and kept. */
	| { readonly kind: 'complete' }
	/** All was sent, but the last acknowledgement never came. Some clients never send it. */
	| { readonly kind: 'probably-complete' }
	/** The client only wanted to know the size: it ended the transfer before taking anything. Not a failure. */
	| { readonly kind: 'probe' }
	| {
			readonly kind: 'failed';
			/** Who ended it: the other side with an ERROR, its silence, this side, or the application's data. */
			readonly by: 'peer' | 'silence' | 'us' | 'application';
			/** The code of the ERROR that was sent or received, if there was one. */
			readonly code?: number | undefined;
			/** One sentence for people. */
			readonly message: string;
	  };

/** What a transfer has seen so far. */
export interface TftpStatistics {
	/** Bytes of the file that the other side has acknowledged (sender) or that were received in order (receiver). */
	readonly bytes: number;
	/** Packets that were sent again. */
	readonly retransmits: number;
	/** Times that the retransmission timer ran out. */
	readonly timeouts: number;
	/** Gaps that the receiver reported (sender) or saw (receiver): blocks lost on the way. */
	readonly gaps: number;
	/** Packets received that repeated an earlier one. */
	readonly duplicates: number;
	/** Smoothed round-trip time in milliseconds; `undefined` until one was measured. */
	readonly roundTrip: number | undefined;
}

/** What sender and receiver have in common. They hold no socket and no clock: the caller hands in packets and the time. */
export interface TftpMachine {
	/** Takes a packet from the peer. `now` is in milliseconds, from any origin, and never goes back. */
	receive(packet: TftpPacket, now: number): void;
	/** Call when {@link TftpMachine.nextDeadline} has come. Calls that are too early do nothing. */
	expire(now: number): void;
	/** The next packet to send now. Call it after every other call, until it returns `undefined`. */
	nextPacket(now: number): TftpPacket | undefined;
	/** Sends the opening packet again, if nothing but that was sent: the client repeated its request. */
	repeatOpening(now: number): void;
	/** Ends the transfer from this side; an ERROR with this code and text (short ASCII) is sent. */
	abort(code: number, message: string, by?: 'us' | 'application'): void;
	/** When to call {@link TftpMachine.expire}, on the clock of `now`; `Infinity` when there is nothing to wait for. */
	readonly nextDeadline: number;
	/** How it ended; `undefined` while it has not. */
	readonly outcome: TftpOutcome | undefined;
	/** Whether the machine may be dropped: it ended, has nothing left to send, and does not wait to repeat its last ACK. */
	readonly closed: boolean;
	/** Whether the peer has answered, which shows that its address is not forged. */
	readonly proven: boolean;
	readonly statistics: TftpStatistics;
}
