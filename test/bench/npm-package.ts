import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Installs a package to compare with, in a folder of its own outside the project, once.
 *
 * @returns the folder of the package
 */
export function installedPackage(name: string, version: string): string {
	const folder = join(tmpdir(), `pxekit-bench-${name}-${version}`);
	const installed = join(folder, 'node_modules', name);
	if (!existsSync(installed)) {
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, 'package.json'), '{"private":true}');
		execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], {
			cwd: folder,
			stdio: ['ignore', 'ignore', 'inherit'],
		});
	}
	return installed;
}
