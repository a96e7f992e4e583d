import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const pages = ['README.md', 'CHANGELOG.md', ...readdirSync(new URL('docs', root)).map((name) => `docs/${name}`)].filter(
	(name) => name.endsWith('.md'),
);

test.each(pages)('%s names files, scripts and benches that exist', (page) => {
	const text = readFileSync(new URL(page, root), 'utf8');
	const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
		scripts: Record<string, string>;
	};
	const paths = [...text.matchAll(/(?<![\w./-])(?:test|docs|src|fixtures)\/[\w./+-]*\w/g)].map(([path]) => path);
	expect(paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
	const commands = [...text.matchAll(/npm run ([\w:]+)(?: -- ([\w]+))?/g)];
	expect(commands.map(([, script]) => script).filter((script) => !((script as string) in scripts))).toEqual([]);
	const benches = commands.flatMap(([, script, name]) => (script === 'bench' && name ? [name] : []));
	expect(benches.filter((name) => !existsSync(new URL(`test/bench/${name}.bench.ts`, root)))).toEqual([]);
});
