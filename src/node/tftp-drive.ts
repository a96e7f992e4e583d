import type { TftpPacket } from '../tftp/packet.ts';
import type { TftpMachine } from '../tftp/transfer.ts';
import { type Deadlines, monotonicNow, type Waiting } from './deadlines.ts';
import type { PacketMemory } from './packet-memory.ts';

/** What a transfer sends its datagrams through: a socket of its own, or one that it shares. */
export interface TransferChannel {
	send(datagram: Uint8Array): void;
	close(): void;
}

/** What connects a state machine with the world. */
export interface DriveOptions {
	readonly machine: TftpMachine;
	readonly channel: TransferChannel;
	readonly deadlines: Deadlines;
	readonly memory: PacketMemory;
	/** Moves the content: to a sender before it sends, from a receiver after it has received. */
	readonly moveContent: () => void;
	/** After each step, with what it has sent again and received again. */
	readonly onStep?: ((step: DriveStep) => void) | undefined;
	/** The transfer has ended; a receiver may go on repeating its last ACK. Called once. */
	readonly onEnd: () => void;
	/** The machine is at rest and its channel closed. Called once, after `onEnd`. */
	readonly onClosed: () => void;
}

/** What one packet or deadline has led to. */
export interface DriveStep {
	readonly retransmits: number;
	readonly duplicates: number;
	readonly timeouts: number;
	readonly gaps: number;
	readonly now: number;
}

/** Runs a state machine over a channel. */
export interface Drive extends Waiting {
	receive(packet: TftpPacket): void;
	/** Sends what is due; call it after anything was done to the machine from outside. */
	step(): void;
	/** Drops everything at once, without a word to the peer. */
	drop(): void;
	/** When the peer was last heard, on the clock of the deadlines. */
	readonly lastHeard: number;
}

export function createDrive(options: DriveOptions): Drive {
	const { machine, channel, deadlines, memory, moveContent } = options;
	let seen = machine.statistics;
	let ended = false;
	let closed = false;
	let lastHeard = monotonicNow();

	function close(): void {
		if (closed) return;
		closed = true;
		deadlines.forget(drive);
		channel.close();
		if (!ended) {
			ended = true;
			options.onEnd();
		}
		options.onClosed();
	}

	function run(now: number): void {
		if (closed) return;
		moveContent();
		for (let packet = machine.nextPacket(now); packet; packet = machine.nextPacket(now)) {
			channel.send(memory.encode(packet));
		}
		if (options.onStep) {
			const next = machine.statistics;
			options.onStep({
				retransmits: next.retransmits - seen.retransmits,
				duplicates: next.duplicates - seen.duplicates,
				timeouts: next.timeouts - seen.timeouts,
				gaps: next.gaps - seen.gaps,
				now,
			});
			seen = next;
		}
		if (machine.outcome && !ended) {
			ended = true;
			options.onEnd();
		}
		if (machine.closed) close();
		else deadlines.changed(drive);
	}

	const drive: Drive = {
		receive(packet) {
			if (closed) return;
			lastHeard = monotonicNow();
			machine.receive(packet, lastHeard);
			run(lastHeard);
		},
		step() {
			run(monotonicNow());
		},
		expire(now) {
			machine.expire(now);
			run(now);
		},
		drop: close,
		get nextDeadline() {
			return machine.nextDeadline;
		},
		get lastHeard() {
			return lastHeard;
		},
	};
	deadlines.watch(drive);
	return drive;
}
