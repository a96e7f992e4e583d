import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** One runnable example: the code of a fenced `ts` block, and where it stands. */
export interface Example {
	readonly source: string;
	readonly line: number;
	readonly code: string;
}

const root: string = new URL('../..', import.meta.url).pathname;

/** Folder of the written examples: inside the project, so that package names resolve; ignored by git. */
export const exampleFolder: string = join(root, '.examples');

function* filesBelow(folder: string, ending: string): Generator<string> {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			if (entry.name !== 'site' && entry.name !== 'node_modules') yield* filesBelow(path, ending);
		} else if (entry.name.endsWith(ending)) yield path;
	}
}

/**
 * Fenced blocks that start with ```ts. A block marked ```ts no-run is type-checked only (a server that would wait for
 * ever); ```ts ignore is not code to run at all (a signature).
 */
function* blocksOf(path: string): Generator<Example & { run: boolean }> {
	const isMarkdown = path.endsWith('.md');
	const lines = readFileSync(path, 'utf8').split('\n');
	let open: { line: number; run: boolean; code: string[] } | undefined;
	for (const [index, raw] of lines.entries()) {
		const line = isMarkdown ? raw : raw.replace(/^\s*\* ?/, '');
		if (!open) {
			const fence = /^```ts(?:\s+(\S+))?\s*$/.exec(line);
			if (fence && fence[1] !== 'ignore') open = { line: index + 1, run: fence[1] !== 'no-run', code: [] };
		} else if (/^```\s*$/.test(line)) {
			yield { source: relative(root, path), line: open.line, code: open.code.join('\n'), run: open.run };
			open = undefined;
		} else open.code.push(line);
	}
}

/** `expression; // => value` becomes an assertion that the expression equals the value. */
function withAssertions(code: string): string {
	let asserted = false;
	const lines = code.split('\n').map((line) => {
		const match = /^(\s*)(.+?);?\s*\/\/ => (.+)$/.exec(line);
		if (!match) return line;
		asserted = true;
		const declared = /^const (\w+)(?:: [^=]+)? = /.exec(match[2] as string);
		if (declared) return `${match[1]}${match[2]}; assertEqual(${declared[1]}, ${match[3]});`;
		return `${match[1]}assertEqual(${match[2]}, ${match[3]});`;
	});
	return asserted ? `import { deepEqual as assertEqual } from 'node:assert/strict';\n${lines.join('\n')}` : code;
}

/** Writes all examples as modules and returns those to run. */
export function writeExamples(): { file: string; example: Example }[] {
	rmSync(exampleFolder, { recursive: true, force: true });
	const sources = [
		join(root, 'README.md'),
		...filesBelow(join(root, 'docs'), '.md'),
		...filesBelow(join(root, 'src'), '.ts'),
	];
	const runnable: { file: string; example: Example }[] = [];
	for (const source of sources) {
		for (const example of blocksOf(source)) {
			const name = `${example.source.replace(/[/.]/g, '-')}-${example.line}.ts`;
			const file = join(exampleFolder, name);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, `${withAssertions(example.code)}\nexport {};\n`);
			if (example.run) runnable.push({ file, example });
		}
	}
	writeFileSync(
		join(exampleFolder, 'tsconfig.json'),
		JSON.stringify({
			extends: '../tsconfig.json',
			compilerOptions: { noEmit: true, noUnusedLocals: false, isolatedDeclarations: false, declaration: false },
			include: ['*.ts'],
		}),
	);
	return runnable;
}
