#!/usr/bin/env node
/** `npx pxekit`: the library's readers as a command. */
import { readFile } from 'node:fs/promises';
import { PxekitError } from '../../wire/errors.ts';
import { type Command, UsageError } from './command.ts';
import { decode } from './decode.ts';
import { demo } from './demo.ts';
import { explain } from './explain.ts';

const commands: readonly Command[] = [explain, decode, demo];

function help(shown: readonly Command[] = commands): string {
	const lines = shown.map(({ name, usage, summary }) => `  npx pxekit ${name} ${usage}\n      ${summary}`);
	return `Usage:\n${lines.join('\n')}\n`;
}

const asksForHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

async function version(): Promise<string> {
	// Of src and of dist it is three folders up.
	const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
	return (JSON.parse(text) as { version: string }).version;
}

async function main([name, ...args]: readonly string[]): Promise<number> {
	if (name === undefined || name === 'help' || asksForHelp(name)) {
		process.stdout.write(help());
		return name === undefined ? 2 : 0;
	}
	if (name === '--version' || name === '-v') {
		process.stdout.write(`${await version()}\n`);
		return 0;
	}
	const command = commands.find((row) => row.name === name);
	if (!command) {
		throw new UsageError(`there is no command ${JSON.stringify(name)}: ${commands.map((row) => row.name).join(', ')}`);
	}
	if (args.some(asksForHelp)) {
		process.stdout.write(help([command]));
		return 0;
	}
	return command.run(args, (text) => process.stdout.write(text));
}

/** What is the user's, the file's or the system's fault is said in one sentence; our own has a stack. */
function sentence(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const isKnown = error instanceof PxekitError || error instanceof UsageError || 'code' in error;
	// Node's advice behind its sentence about a wrong option helps nobody.
	return isKnown ? error.message.replace(/\. To specify .*/s, '') : (error.stack ?? error.message);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	// A reader that has seen enough, as `head`, closes the pipe.
	if (error.code === 'EPIPE') process.exit();
	process.stderr.write(`pxekit: can't write: ${error.message}\n`);
	process.exit(2);
});

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	process.stderr.write(`pxekit: ${sentence(error)}\n`);
	process.exitCode = 2;
}
