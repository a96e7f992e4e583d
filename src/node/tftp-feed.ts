import { createNetasciiDecoder } from '../tftp/netascii.ts';
import type { TftpReceiver } from '../tftp/receiver.ts';
import type { TftpSender } from '../tftp/sender.ts';
import { monotonicNow } from './deadlines.ts';
import type { TftpContentReader } from './tftp-source.ts';

/** Where an upload or a download goes. A writer of a `WritableStream` is one. */
export interface TftpSink {
	/** Keeps the next part. */
	write(part: Uint8Array): unknown;
	/** All parts were written: the client is told that its file is safe once this has settled. */
	close(): unknown;
	/** The transfer has failed; what was written is not wanted. */
	abort(reason?: unknown): unknown;
}

/** Moves the content of one transfer. */
export interface Feed {
	/** Moves what can be moved now; calls `onMoved` later for what could not. */
	move(): void;
	/** Frees what it holds. Call it once, when the transfer has ended. */
	finish(complete: boolean): void;
}

/** Hands content to a sender as that wants it. */
export function feedSender(
	sender: TftpSender,
	content: TftpContentReader,
	onMoved: () => void,
	onError: (error: unknown) => void,
): Feed {
	let waiting = false;
	let finished = false;

	function give(part: Uint8Array | undefined): void {
		if (part) sender.supply(part);
		else sender.supplyEnd();
	}

	function move(): void {
		while (!waiting && !finished && sender.wanted > 0) {
			let part: ReturnType<TftpContentReader['next']>;
			try {
				part = content.next();
			} catch (error) {
				finished = true;
				onError(error);
				return;
			}
			if (!(part instanceof Promise)) {
				give(part);
				continue;
			}
			waiting = true;
			part.then(
				(later) => {
					waiting = false;
					if (finished) return;
					give(later);
					onMoved();
				},
				(error: unknown) => {
					waiting = false;
					if (finished) return;
					finished = true;
					onError(error);
				},
			);
		}
	}

	return {
		move,
		finish() {
			finished = true;
			closeQuietly(() => content.close());
		},
	};
}

/** Takes content from a receiver and keeps it in a sink. */
export function drainReceiver(
	receiver: TftpReceiver,
	sink: TftpSink,
	mode: 'octet' | 'netascii',
	onMoved: () => void,
	onError: (error: unknown) => void,
): Feed {
	const decoder = mode === 'netascii' ? createNetasciiDecoder() : undefined;
	let busy = false;
	let finished = false;
	let sinkClosed = false;

	async function drain(): Promise<void> {
		busy = true;
		try {
			for (let part = receiver.take(); part; part = receiver.take()) {
				const decoded = decoder ? decoder.push(part) : part;
				if (decoded.length > 0) await sink.write(decoded);
				if (finished) return;
			}
			if (receiver.lastReceived && !sinkClosed) {
				const rest = decoder?.end();
				if (rest && rest.length > 0) await sink.write(rest);
				await sink.close();
				sinkClosed = true;
			}
			if (finished) return;
			receiver.stored(monotonicNow());
			busy = false;
			onMoved();
		} catch (error) {
			if (!finished) onError(error);
		}
	}

	return {
		move() {
			if (!busy && !finished && receiver.unstored) void drain();
		},
		finish(complete) {
			finished = true;
			if (!complete && !sinkClosed) closeQuietly(() => sink.abort(new Error('the transfer has failed')));
		},
	};
}

/** Closes something whose failure nobody can do anything about any more. */
function closeQuietly(close: () => unknown): void {
	try {
		Promise.resolve(close()).catch(() => {});
	} catch {
		// As above.
	}
}
