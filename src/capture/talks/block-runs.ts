/** Which block numbers were seen. */
export interface BlockRuns {
	/** Whether the block is new. */
	add(index: number): boolean;
	has(index: number): boolean;
	/** How many of `first` to `last` were not seen. */
	missing(first: number, last: number): number;
}

/** More gaps than this are not told apart: the oldest count as missing for good. */
const mostRuns = 1024;

/** Kept as runs without a gap, so that a large file costs no more than a small one. */
export function createBlockRuns(): BlockRuns {
	/** First and last of each run, ascending, never touching each other. */
	const runs: { first: number; last: number }[] = [];
	let given = 0;

	/** Place of the last run that starts at or before `index`; -1 when there is none. */
	function placeOf(index: number): number {
		const newest = runs.length - 1;
		// Nearly always the next block of the file.
		if (newest < 0 || (runs[newest] as { first: number }).first <= index) return newest;
		let low = 0;
		let high = newest;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((runs[middle] as { first: number }).first <= index) low = middle + 1;
			else high = middle;
		}
		return low - 1;
	}

	function has(index: number): boolean {
		const run = runs[placeOf(index)];
		return run !== undefined && index <= run.last;
	}

	return {
		has,
		add(index) {
			const place = placeOf(index);
			const before = runs[place];
			const after = runs[place + 1];
			if (before && index <= before.last) return false;
			const touchesAfter = after?.first === index + 1;
			if (before?.last === index - 1) {
				before.last = touchesAfter ? after.last : index;
				if (touchesAfter) runs.splice(place + 1, 1);
			} else if (touchesAfter) after.first = index;
			else runs.splice(place + 1, 0, { first: index, last: index });
			if (runs.length > mostRuns) {
				const [first, second] = runs as [{ first: number; last: number }, { first: number; last: number }];
				given += second.first - first.last - 1;
				second.first = first.first;
				runs.shift();
			}
			return true;
		},
		missing(first, last) {
			let seen = 0;
			for (const run of runs) seen += Math.max(0, Math.min(run.last, last) - Math.max(run.first, first) + 1);
			return Math.max(0, last - first + 1 - seen) + given;
		},
	};
}
