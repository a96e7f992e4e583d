/** Part of a frame, or of a datagram, that can be written to. */
export interface Slice {
	readonly bytes: Uint8Array;
	readonly start: number;
	readonly end: number;
}

/** Changes slices as if they were one piece. */
export function changeJoined(slices: readonly Slice[], change: (joined: Uint8Array) => void): void {
	const [only] = slices;
	if (only && slices.length === 1) {
		change(only.bytes.subarray(only.start, only.end));
		return;
	}
	const joined = new Uint8Array(slices.reduce((length, { start, end }) => length + end - start, 0));
	let at = 0;
	for (const { bytes, start, end } of slices) {
		joined.set(bytes.subarray(start, end), at);
		at += end - start;
	}
	change(joined);
	at = 0;
	for (const { bytes, start, end } of slices) {
		bytes.set(joined.subarray(at, at + end - start), start);
		at += end - start;
	}
}
