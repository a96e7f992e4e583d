import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = new URL('../..', import.meta.url).pathname;

/** A program of this project in one file. */
export interface BundledProgram {
	/** The file to start. */
	readonly main: string;
	remove(): void;
}

/**
 * Makes one file of a program, in a folder laid out as the package: starting sources through tsx takes half a second each time.
 *
 * @param source below the project's folder
 * @param target where the package has it
 */
export function bundleProgram(source: string, target: string): BundledProgram {
	const folder = mkdtempSync(join(tmpdir(), 'pxekit-program-'));
	// Some tests start it as another user.
	chmodSync(folder, 0o755);
	copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
	const main = join(folder, target);
	const entryPoints = [join(root, source)];
	buildSync({ entryPoints, outfile: main, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
	return { main, remove: () => rmSync(folder, { recursive: true }) };
}
