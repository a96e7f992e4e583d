import { performance } from 'node:perf_hooks';

/** Something that wants to be called at a time of its own. */
export interface Waiting {
	/** Milliseconds on the clock of {@link monotonicNow}. */
	readonly nextDeadline: number;
	expire(now: number): void;
}

/** Milliseconds that never go back. */
export function monotonicNow(): number {
	return performance.now();
}

/**
 * One timer for many deadlines. Deadlines mostly move on before they are reached, with every packet: so the timer is set
 * anew only for an earlier one, and looks at the others when it fires.
 */
export interface Deadlines {
	/** Looks after it from now on. */
	watch(waiting: Waiting): void;
	/** Takes note that the deadline of something watched has changed. */
	changed(waiting: Waiting): void;
	forget(waiting: Waiting): void;
	readonly size: number;
}

/** Timers of Node are not more exact than this. */
const slack = 1;

export function createDeadlines(): Deadlines {
	const all = new Set<Waiting>();
	let timer: NodeJS.Timeout | undefined;
	let armedFor = Number.POSITIVE_INFINITY;

	function arm(deadline: number, now: number): void {
		clearTimeout(timer);
		armedFor = deadline;
		timer = deadline === Number.POSITIVE_INFINITY ? undefined : setTimeout(settle, Math.max(1, deadline - now));
	}

	/** A busy process finds packets waiting that move the deadline on: they are read before anything is sent again. */
	function settle(): void {
		setImmediate(fire);
	}

	function fire(): void {
		const now = monotonicNow();
		armedFor = Number.POSITIVE_INFINITY;
		let earliest = Number.POSITIVE_INFINITY;
		for (const waiting of all) {
			if (waiting.nextDeadline <= now + slack) waiting.expire(Math.max(now, waiting.nextDeadline));
			if (all.has(waiting)) earliest = Math.min(earliest, waiting.nextDeadline);
		}
		arm(earliest, now);
	}

	const deadlines: Deadlines = {
		watch(waiting) {
			all.add(waiting);
			deadlines.changed(waiting);
		},
		changed(waiting) {
			const deadline = waiting.nextDeadline;
			if (deadline < armedFor) arm(deadline, monotonicNow());
		},
		forget(waiting) {
			all.delete(waiting);
			if (all.size === 0) arm(Number.POSITIVE_INFINITY, 0);
		},
		get size() {
			return all.size;
		},
	};
	return deadlines;
}
