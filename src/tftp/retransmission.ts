/** How long a side waits for the other. All in milliseconds. */
export interface TftpTiming {
	/** Wait before the first resend while the round-trip time is unknown; 250. */
	readonly initialTimeout: number;
	/** The wait is never shorter than this; 20 for a sender, 200 for a receiver (the sender is the one to repair). */
	readonly minTimeout: number;
	/** The wait is not doubled beyond this; 1000. It is longer only when round trips are. */
	readonly maxTimeout: number;
	/** A transfer that made no progress for this long has failed; 60,000. Clients may well hold a file open in a menu. */
	readonly giveUpAfter: number;
	/** Resends of the first packet to a peer that has not answered yet: its address may be forged; 3. */
	readonly firstRepeats: number;
	/** How long to remember a transfer whose first packet was not answered; 10,000. */
	readonly firstGiveUpAfter: number;
	/** How long to repeat the last block: many clients never acknowledge it; 10,000. */
	readonly lastGiveUpAfter: number;
}

/** The defaults of a sender. */
export const senderTiming: TftpTiming = {
	initialTimeout: 250,
	minTimeout: 20,
	maxTimeout: 1_000,
	giveUpAfter: 60_000,
	firstRepeats: 3,
	firstGiveUpAfter: 10_000,
	lastGiveUpAfter: 10_000,
};

/** The defaults of a receiver. */
export const receiverTiming: TftpTiming = { ...senderTiming, minTimeout: 200 };

/**
 * The retransmission timer: smoothed round-trip time and its deviation as in RFC 6298, with a lower floor because a boot
 * network is a LAN.
 *
 * @internal
 */
export interface RetransmissionTimer {
	/** Takes a measured round trip, and ends any doubling. */
	sample(milliseconds: number): void;
	/** Doubles the wait, after it ran out. */
	backOff(): void;
	/** Takes back one doubling: the peer answered at once, although nothing could be measured. */
	ease(): void;
	/** What to wait now, jittered. */
	wait(): number;
	/** What to wait without doubling and jitter. */
	readonly base: number;
	/** The shortest round trip measured; `undefined` until one was. */
	readonly fastest: number | undefined;
	/** Smoothed round-trip time; `undefined` until one was measured. */
	readonly roundTrip: number | undefined;
}

/** @internal */
export function createRetransmissionTimer(timing: TftpTiming, random: () => number): RetransmissionTimer {
	let smoothed: number | undefined;
	let deviation = 0;
	let fastest: number | undefined;
	let doublings = 0;
	const base = () => {
		if (smoothed === undefined) return timing.initialTimeout;
		// At least half a round trip of margin: with a steady one the deviation goes to nothing.
		return Math.max(timing.minTimeout, smoothed + Math.max(4 * deviation, smoothed / 2));
	};
	return {
		sample(milliseconds) {
			fastest = Math.min(fastest ?? milliseconds, milliseconds);
			if (smoothed === undefined) {
				smoothed = milliseconds;
				deviation = milliseconds / 2;
			} else {
				deviation += (Math.abs(milliseconds - smoothed) - deviation) / 4;
				smoothed += (milliseconds - smoothed) / 8;
			}
			doublings = 0;
		},
		backOff() {
			if (base() * 2 ** doublings < timing.maxTimeout) doublings++;
		},
		ease() {
			if (doublings > 0) doublings--;
		},
		wait() {
			// Jitter only lengthens: many clients that lost a packet at once must not all be repaired at once.
			const doubled = Math.min(timing.maxTimeout, base() * 2 ** doublings);
			return Math.max(doubled, base()) * (1 + random() / 8);
		},
		get base() {
			return base();
		},
		get fastest() {
			return fastest;
		},
		get roundTrip() {
			return smoothed;
		},
	};
}
