import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from './network.ts';

/** A program that runs beside the test, its output in a file. */
export interface Program extends AsyncDisposable {
	readonly name: string;
	readonly pid: number;
	/** Both output streams so far. */
	log(): string;
	running(): boolean;
	/** Waits until the log matches; an error with the log's end when the program ends first or time is up. */
	logged(pattern: RegExp, seconds: number): Promise<void>;
	/** SIGTERM, after two seconds SIGKILL. Returns when the process is gone. */
	stop(): Promise<void>;
}

export interface ProgramOptions {
	readonly name: string;
	readonly logFile: string;
	readonly command: readonly [string, ...string[]];
	/** In this host's namespace; in the test's own without it. */
	readonly host?: Host | undefined;
}

export function startProgram({ name, logFile, command, host }: ProgramOptions): Program {
	const log = openSync(logFile, 'a');
	// Should the test process be killed, the kernel ends its programs too; `ip netns exec` keeps the process id.
	const inNamespace = host ? ['ip', 'netns', 'exec', host.namespace] : [];
	const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...inNamespace, ...command], { stdio: ['ignore', log, log] });
	closeSync(log);
	let ended: string | undefined;
	const end = new Promise<void>((resolve) => {
		child.once('error', (error) => {
			ended = error.message;
			resolve();
		});
		child.once('exit', (code, signal) => {
			ended = signal ?? `exit code ${code}`;
			resolve();
		});
	});

	const text = (): string => readFileSync(logFile, 'utf8');
	const failure = (what: string): Error => new Error(`${name} ${what}. End of its log:\n${tail(text())}`);

	const program: Program = {
		name,
		pid: child.pid ?? -1,
		log: text,
		running: () => ended === undefined,
		async logged(pattern, seconds) {
			const deadline = Date.now() + seconds * 1000;
			while (!pattern.test(text())) {
				if (ended !== undefined) throw failure(`ended (${ended}) before it printed ${pattern}`);
				if (Date.now() > deadline) throw failure(`did not print ${pattern} within ${seconds} s`);
				await sleep(50);
			}
		},
		async stop() {
			if (ended !== undefined) return end;
			child.kill('SIGTERM');
			const force = setTimeout(() => child.kill('SIGKILL'), 2000);
			await end;
			clearTimeout(force);
		},
		[Symbol.asyncDispose]: () => program.stop(),
	};
	return program;
}

/** The last lines of a log, readable: firmware draws with escape sequences. */
export function tail(log: string, lines = 25): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
	const plain = log.replace(/\x1b\[[0-9;=?]*[A-Za-z]/g, '').replace(/[^\x20-\x7e\n]/g, '');
	return plain.split('\n').slice(-lines).join('\n');
}
