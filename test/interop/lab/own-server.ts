import type { Lab } from './lab.ts';
import { ownProgram } from './own-program.ts';

/** A server of ours at work on the lab's boot host. */
export interface OwnServer<Event> extends AsyncDisposable {
	/** What it has told since a time of `Date.now()`; everything by default. Bytes are in hex and sets are arrays. */
	events(since?: number): Event[];
}

/**
 * Starts `NAME.ts` of this folder on the boot host: a program that takes its configuration as JSON, prints "ready" when
 * it serves, and each event as a line of JSON with its time in `at`.
 */
export async function startOwnServer<Event extends { readonly at: number }>(
	lab: Lab,
	name: string,
	config: object,
): Promise<OwnServer<Event>> {
	const program = lab.start(lab.network.boot, name, ownProgram(name, config));
	await program.logged(/^"ready"$/m, 30);
	return {
		events: (since = 0) =>
			program
				.log()
				.split('\n')
				.filter((line) => line.startsWith('{'))
				.map((line) => JSON.parse(line) as Event)
				.filter(({ at }) => at >= since),
		[Symbol.asyncDispose]: () => program.stop(),
	};
}

/** Prints a line of JSON, in which bytes are hex, sets are lists and errors are their stack. */
export function printLine(line: unknown): void {
	process.stdout.write(`${JSON.stringify(line, readable)}\n`);
}

function readable(_key: string, value: unknown): unknown {
	if (value instanceof Error) return value.stack;
	if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
	if (value instanceof Set) return [...value];
	return value;
}
