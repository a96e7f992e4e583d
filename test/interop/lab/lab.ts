import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cleanup } from './cleanup.ts';
import { createNetwork, type Host, type Network } from './network.ts';
import { isLeftover } from './processes.ts';
import { type Program, startProgram } from './program.ts';

/** A network, a folder for logs and captures, and the programs started so far. Disposal ends and removes all. */
export interface Lab extends AsyncDisposable {
	readonly network: Network;
	readonly folder: string;
	/** Starts a program on a host. Its log in the folder is `NAME.log`; that of the second of this name, `NAME-2.log`. */
	start(host: Host, name: string, command: readonly [string, ...string[]]): Program;
}

/** With PXEKIT_LAB_KEEP=FOLDER in the environment the logs and captures are copied there at the end. */
export async function openLab(): Promise<Lab> {
	const cleanup = new Cleanup();
	try {
		for (const name of readdirSync(tmpdir()).filter(isLeftover)) {
			rmSync(join(tmpdir(), name), { recursive: true, force: true });
		}
		const folder = mkdtempSync(join(tmpdir(), `pxekit-${process.pid}-`));
		cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
		const keep = process.env.PXEKIT_LAB_KEEP;
		if (keep) {
			cleanup.defer(() => {
				mkdirSync(keep, { recursive: true });
				cpSync(folder, join(keep, folder.slice(tmpdir().length + 1)), { recursive: true });
			});
		}
		const network = await createNetwork();
		const timesStarted = new Map<string, number>();
		cleanup.defer(() => network[Symbol.asyncDispose]());
		return {
			network,
			folder,
			start(host, name, command) {
				const times = (timesStarted.get(name) ?? 0) + 1;
				timesStarted.set(name, times);
				const logFile = join(folder, times === 1 ? `${name}.log` : `${name}-${times}.log`);
				const program = startProgram({ name, command, host, logFile });
				cleanup.defer(() => program.stop());
				return program;
			},
			[Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose](),
		};
	} catch (error) {
		await cleanup[Symbol.asyncDispose]();
		throw error;
	}
}
