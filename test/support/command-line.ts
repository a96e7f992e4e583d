import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import type { Command } from '../../src/node/command/command.ts';
import { type BundledProgram, bundleProgram } from './bundled-program.ts';

const root = new URL('../..', import.meta.url).pathname;

/** `npx pxekit`, as a user types it. */
export interface CommandLine extends BundledProgram {
	run(args: readonly string[], options?: { input?: Uint8Array; stdout?: 'pipe' | number }): SpawnSyncReturns<string>;
}

export function installCommand(): CommandLine {
	const program = bundleProgram('src/node/command/main.ts', 'dist/node/command/main.js');
	return {
		...program,
		run: (args, { input = new Uint8Array(0), stdout = 'pipe' } = {}) =>
			spawnSync(process.execPath, [program.main, ...args], {
				...{ cwd: root, encoding: 'utf8', input },
				stdio: ['pipe', stdout, 'pipe'],
			}),
	};
}

/** One word of the command in this process: what it writes, and its exit code. */
export async function runWord(word: Command, ...args: string[]): Promise<{ code: number; out: string }> {
	let out = '';
	const code = await word.run(args, (text) => {
		out += text;
	});
	return { code, out };
}
