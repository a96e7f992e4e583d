import type { Issue } from '../wire/issue.ts';
import { splitWord } from './lexical.ts';
import { type PxelinuxConfig, type PxelinuxLine, parsePxelinux } from './tree.ts';

/** Reads an included file by the name in the configuration; `undefined` when there is none. */
export type PxelinuxIncludeReader = (name: string) => string | undefined | Promise<string | undefined>;

/** Depth that SYSLINUX's documentation promises and U-Boot enforces. */
const maximumDepth = 16;

/** So that files that include each other twice can't go on for 2^16 reads. */
const maximumFiles = 256;

/**
 * Reads the files that INCLUDE and MENU INCLUDE name, and theirs, into the tree. A file that is missing is no error, as
 * in the loader. Files deeper than 16 levels, and more than 256 of them, are left out; `issues` says so.
 *
 * @example
 * ```ts
 * import { evaluatePxelinux, includePxelinux, parsePxelinux } from 'pxekit/pxelinux';
 *
 * const files: Record<string, string> = { 'memtest.cfg': 'label memtest\nkernel memtest86+\n' };
 * const config = await includePxelinux(parsePxelinux('include memtest.cfg\ninclude missing.cfg\n'), (name) => files[name]);
 * evaluatePxelinux(config).entries.map((entry) => entry.label); // => ['memtest']
 * ```
 */
export async function includePxelinux(config: PxelinuxConfig, read: PxelinuxIncludeReader): Promise<PxelinuxConfig> {
	const state: State = { read, files: 0, issues: [] };
	const expanded = await expand(config, state, 1);
	return { ...expanded, issues: [...config.issues, ...state.issues] };
}

interface State {
	readonly read: PxelinuxIncludeReader;
	files: number;
	readonly issues: Issue[];
}

async function expand(config: PxelinuxConfig, state: State, depth: number): Promise<PxelinuxConfig> {
	const lines: PxelinuxLine[] = [];
	for (const line of config.lines) {
		const isInclude = line.directive === 'INCLUDE' || line.directive === 'MENU INCLUDE';
		const included = isInclude ? await readIncluded(line, state, depth) : undefined;
		lines.push(included ? { ...line, included } : line);
	}
	return { ...config, lines };
}

async function readIncluded(line: PxelinuxLine, state: State, depth: number): Promise<PxelinuxConfig | undefined> {
	const [name] = splitWord(line.value);
	const refuse = (code: string, message: string) => {
		state.issues.push({ code, message: `line ${line.line}: ${name} is not included: ${message}`, offset: line.offset });
		return undefined;
	};
	if (depth > maximumDepth) return refuse('include-too-deep', `it is deeper than ${maximumDepth} levels`);
	if (state.files >= maximumFiles) return refuse('too-many-includes', `there are more than ${maximumFiles} files`);
	state.files++;
	const text = await state.read(name);
	if (text === undefined) return undefined;
	return expand({ ...parsePxelinux(text), name }, state, depth + 1);
}
