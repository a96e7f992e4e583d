import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What stands in the way of a test: `root rights, qemu-system-x86_64`, or undefined when nothing does. */
export function missing(...programs: readonly string[]): string | undefined {
	const wanting = process.getuid?.() === 0 ? [] : ['root rights'];
	wanting.push(...programs.filter((program) => !installed(program)));
	return wanting.join(', ') || undefined;
}

function installed(program: string): boolean {
	const folders = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);
	return folders.some((folder) => {
		try {
			accessSync(join(folder, program), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}
