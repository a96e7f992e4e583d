/** One word of the command line: `npx pxekit <name> …`. */
export interface Command {
	readonly name: string;
	/** What stands behind the name. */
	readonly usage: string;
	readonly summary: string;
	/** @returns the exit code */
	run(args: readonly string[], write: (text: string) => void): Promise<number>;
}

/** A fault of whoever typed the command: told in one sentence, exit code 2. */
export class UsageError extends Error {}
