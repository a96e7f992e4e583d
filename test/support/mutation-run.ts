import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DecodeError } from 'pxekit';
import { type Random, randomOf } from './mutations.ts';

/** A kind of input: how one is made, and what must be able to read it. */
export interface MutationKind<Input = unknown> {
	readonly name: string;
	/** Of all inputs, in proportion to the other kinds. */
	readonly share: number;
	make(random: Random): Input;
	/** Reads it; may throw a `DecodeError`, and nothing else. */
	read(input: Input): void | Promise<void>;
}

/** What the inputs of one kind came to. */
export interface MutationReport {
	readonly kind: string;
	readonly inputs: number;
	/** Inputs that were refused with a `DecodeError`. */
	readonly refused: number;
	readonly seconds: number;
	/** Milliseconds for the slowest input, the best of three readings, and its number. */
	readonly slowest: number;
	readonly slowestNumber: number;
	/** Bytes that the heap has grown by, what could be collected taken off. */
	readonly growth: number;
}

export interface MutationLimits {
	/** Milliseconds for one input: the best of three when it is the slowest so far, since others use the machine too. */
	readonly milliseconds: number;
	/** Bytes that the heap may grow by over the inputs of a kind. */
	readonly growth: number;
	/** Bytes that the process may take at any time beyond what it had at the start. */
	readonly peak: number;
}

export const mutationLimits: MutationLimits = { milliseconds: 1000, growth: 16 << 20, peak: 1 << 30 };

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heap(): number {
	// The second waits for what the first leaves to a thread: the memory of arrays.
	collect();
	collect();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

/** The seed that the environment gives, or this one. */
export function seedOr(usual: number): number {
	const { PXEKIT_SEED } = process.env;
	return PXEKIT_SEED === undefined ? usual : Number(PXEKIT_SEED);
}

/** Runs so many inputs of the kinds together. Throws at the first that is read wrongly, and says how to have it again. */
export async function runMutations(
	kinds: readonly MutationKind[],
	count: number,
	seed: number,
	limits: MutationLimits = mutationLimits,
): Promise<MutationReport[]> {
	const shares = kinds.reduce((sum, { share }) => sum + share, 0);
	const before = process.memoryUsage().rss;
	const reports: MutationReport[] = [];
	for (const kind of kinds) {
		reports.push(await runKind(kind, Math.round((count * kind.share) / shares), seed, limits));
		const peak = process.resourceUsage().maxRSS * 1024 - before;
		if (peak > limits.peak) throw new Error(`${kind.name} of seed ${seed}: ${peak} bytes more than at the start`);
	}
	return reports;
}

/** Inputs of one kind, from number `first` on. */
export async function runKind(
	kind: MutationKind,
	inputs: number,
	seed: number,
	limits: MutationLimits = mutationLimits,
	first = 0,
): Promise<MutationReport> {
	// What code and caches take is no growth.
	for (let number = 0; number < Math.min(200, inputs); number++) await readNumber(kind, first + number, seed);
	const before = heap();
	const start = performance.now();
	let refused = 0;
	let slowest = 0;
	let slowestNumber = first;
	for (let number = first; number < first + inputs; number++) {
		const reading = readNumber(kind, number, seed);
		// Only one that reads a stream is awaited: a promise for each would be most of the time.
		let { milliseconds, isRefused } = reading instanceof Promise ? await reading : reading;
		for (let again = 0; again < 2 && milliseconds > slowest; again++) {
			milliseconds = Math.min(milliseconds, (await readNumber(kind, number, seed)).milliseconds);
		}
		if (milliseconds > limits.milliseconds) throw defect(kind, number, seed, `takes ${milliseconds.toFixed(0)} ms`);
		if (isRefused) refused++;
		if (milliseconds > slowest) [slowest, slowestNumber] = [milliseconds, number];
	}
	const seconds = (performance.now() - start) / 1000;
	const growth = heap() - before;
	if (growth > limits.growth) throw new Error(`${kind.name} of seed ${seed}: the heap has grown by ${growth} bytes`);
	return { kind: kind.name, inputs, refused, seconds, slowest, slowestNumber, growth };
}

interface Reading {
	readonly milliseconds: number;
	readonly isRefused: boolean;
}

function readNumber(kind: MutationKind, number: number, seed: number): Reading | Promise<Reading> {
	const input = kind.make(randomOf(seed, kind.name, number));
	const start = performance.now();
	const ended = (isRefused: boolean) => ({ milliseconds: performance.now() - start, isRefused });
	const threw = (error: unknown) => {
		if (error instanceof DecodeError) return ended(true);
		throw defect(kind, number, seed, `throws ${error instanceof Error ? error.stack : String(error)}`, error);
	};
	try {
		const reading = kind.read(input);
		return reading instanceof Promise ? reading.then(() => ended(false), threw) : ended(false);
	} catch (error) {
		return threw(error);
	}
}

function defect(kind: MutationKind, number: number, seed: number, what: string, cause?: unknown): Error {
	const again = `PXEKIT_SEED=${seed} npm run bench -- mutations 1 '${kind.name}' ${number}`;
	return new Error(`${kind.name}, input ${number} of seed ${seed}: ${what}\nThe same again: ${again}`, { cause });
}

/** What must not throw even a `DecodeError`. */
export function certainly<Value>(what: string, read: () => Value): Value {
	try {
		return read();
	} catch (error) {
		throw new Error(`${what} throws ${error instanceof Error ? error.stack : String(error)}`, { cause: error });
	}
}

/** The value, or `undefined` where a `DecodeError` refuses it. */
export function valueOrRefusal<Value>(read: () => Value): Value | undefined {
	try {
		return read();
	} catch (error) {
		if (error instanceof DecodeError) return undefined;
		throw error;
	}
}

export function printReports(reports: readonly MutationReport[]): string {
	const rows = reports.map(({ kind, inputs, refused, seconds, slowest, slowestNumber, growth }) =>
		[
			kind.padEnd(28),
			String(inputs).padStart(9),
			String(refused).padStart(9),
			`${seconds.toFixed(1)} s`.padStart(9),
			`${slowest.toFixed(1)} ms (${slowestNumber})`.padStart(20),
			`${(growth / 2 ** 20).toFixed(1)} MiB`.padStart(10),
		].join(' '),
	);
	const head = `${'kind'.padEnd(28)} ${'inputs'.padStart(9)} ${'refused'.padStart(9)} ${'time'.padStart(9)} ${'slowest (number)'.padStart(20)} ${'heap'.padStart(10)}`;
	return [head, ...rows].join('\n');
}
