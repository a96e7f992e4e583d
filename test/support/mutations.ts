/** Numbers from 0 up to 1 that look random and are the same for the same words: the words are hashed, then mulberry32. */
export function randomOf(...words: readonly (string | number)[]): () => number {
	let state = 0x811c_9dc5;
	for (const word of words) {
		for (const character of `${word}\n`) state = Math.imul(state ^ character.charCodeAt(0), 0x0100_0193);
	}
	return () => {
		state = (state + 0x6d2b_79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

export type Random = () => number;

/** A whole number from 0, below `limit`. */
export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

export function pick<Item>(random: Random, items: readonly Item[]): Item {
	return items[below(random, items.length)] as Item;
}

const edges = [0, 1, 2, 3, 4, 5, 7, 8, 0x0f, 0x10, 0x45, 0x7f, 0x80, 0xfe, 0xff];
const wordEdges = [0, 1, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** The longest UDP payload; an input is never made longer than this, unless it was. */
const longest = 65_507;

/** One way to spoil bytes: takes a copy that it may change, and another input to take from. */
type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** Half of the places are near the start, where headers are. */
function place(random: Random, length: number): number {
	return below(random, random() < 0.5 ? Math.min(length, 64) : length);
}

function replaced(bytes: Uint8Array, from: number, until: number, by: Uint8Array): Uint8Array {
	const result = new Uint8Array(from + by.length + (bytes.length - until));
	result.set(bytes.subarray(0, from));
	result.set(by, from);
	result.set(bytes.subarray(until), from + by.length);
	return result;
}

function part(random: Random, bytes: Uint8Array, most: number): Uint8Array {
	const from = place(random, bytes.length + 1);
	return bytes.subarray(from, from + 1 + below(random, most));
}

function setWord(bytes: Uint8Array, random: Random, value: number): void {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const at = place(random, bytes.length);
	const littleEndian = random() < 0.5;
	if (random() < 0.5 && at + 4 <= bytes.length) view.setUint32(at, value, littleEndian);
	else if (at + 2 <= bytes.length) view.setUint16(at, value, littleEndian);
}

export const mutations: Readonly<Record<string, Mutation>> = {
	flipBit(bytes, random) {
		const at = place(random, bytes.length);
		bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8));
		return bytes;
	},
	setByte(bytes, random) {
		bytes[place(random, bytes.length)] = random() < 0.5 ? pick(random, edges) : below(random, 256);
		return bytes;
	},
	setWord(bytes, random) {
		setWord(bytes, random, pick(random, wordEdges));
		return bytes;
	},
	/** A byte or word a little larger or smaller: lengths and counts that no longer fit. */
	bump(bytes, random) {
		const at = place(random, bytes.length);
		bytes[at] = (bytes[at] as number) + below(random, 9) - 4;
		return bytes;
	},
	/** A length that is that of what follows, or of all, and a little off. */
	setLength(bytes, random) {
		setWord(
			bytes,
			random,
			Math.max(0, (random() < 0.5 ? bytes.length : below(random, bytes.length)) + below(random, 9) - 4),
		);
		return bytes;
	},
	truncate: (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
	insert(bytes, random) {
		const added = Uint8Array.from({ length: 1 + below(random, 16) }, () => below(random, 256));
		const at = place(random, bytes.length + 1);
		return replaced(bytes, at, at, added);
	},
	remove(bytes, random) {
		const at = place(random, bytes.length);
		return replaced(bytes, at, Math.min(bytes.length, at + 1 + below(random, 16)), new Uint8Array(0));
	},
	/** The start of one and the end of the other. */
	splice: (bytes, random, other) =>
		replaced(bytes, place(random, bytes.length), bytes.length, other.subarray(place(random, other.length + 1))),
	/** A part of the other input instead of as much of this. */
	transplant(bytes, random, other) {
		const taken = part(random, other, 64);
		const at = place(random, bytes.length);
		return replaced(bytes, at, Math.min(bytes.length, at + taken.length), taken);
	},
	/** The same part many times over, now and then as long as an input can be: what costs time squared shows here. */
	repeat(bytes, random) {
		const unit = part(random, bytes, 32);
		const size = random() < 0.02 ? longest : 512;
		const room = Math.max(0, Math.min(size, longest - bytes.length));
		const count = Math.floor(room / Math.max(1, unit.length));
		const block = new Uint8Array(count * unit.length);
		for (let at = 0; at < block.length; at += unit.length) block.set(unit, at);
		const at = place(random, bytes.length + 1);
		return replaced(bytes, at, at, block);
	},
};

const ways = Object.values(mutations);

/** A copy of an input with one to six things wrong. */
export function mutate(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
	let bytes: Uint8Array = input.slice();
	for (let left = 1 + below(random, 6); left > 0; left--) {
		if (bytes.length === 0) return bytes;
		bytes = pick(random, ways)(bytes, random, other);
	}
	return bytes;
}
