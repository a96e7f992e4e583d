import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end and gives what it printed; the error of one that failed holds its words. */
export async function run(program: string, args: readonly string[], options: { cwd?: string } = {}): Promise<string> {
	try {
		const { stdout } = await promisify(execFile)(program, args, { ...options, maxBuffer: 256 * 1024 * 1024 });
		return stdout;
	} catch (error) {
		const { stderr = '', message } = error as { stderr?: string; message: string };
		throw new Error(`${[program, ...args].join(' ')}: ${stderr.trim() || message}`);
	}
}
