import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
	dependencies?: object;
	exports: Record<string, { default: string } | string>;
};
const subpaths = Object.keys(manifest.exports).filter((path) => path !== './package.json');
const roomOf = (subpath: string) => subpath.replace(/^\.\/?/, '');
const pure = subpaths.filter((subpath) => roomOf(subpath) !== 'node');

async function bundle(code: string): Promise<string> {
	const result = await build({
		stdin: { contents: code, resolveDir: root.pathname, loader: 'ts' },
		bundle: true,
		minify: true,
		write: false,
		format: 'iife',
		globalName: 'bundled',
		platform: 'browser',
		target: 'es2022',
		logLevel: 'silent',
	});
	return result.outputFiles[0]?.text ?? '';
}

test('no runtime dependency', () => {
	expect(manifest.dependencies).toBeUndefined();
});

test('every room has its subpath', () => {
	const rooms = readdirSync(new URL('src', root), { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && existsSync(new URL(`src/${entry.name}/index.ts`, root)))
		.map((entry) => entry.name);
	expect(
		subpaths
			.map(roomOf)
			.filter((room) => room !== '')
			.sort(),
	).toEqual(rooms.sort());
});

describe('a browser takes every pure room', () => {
	test.each(pure)('%s', async (subpath) => {
		const code = await bundle(`export * from './src/${roomOf(subpath)}/index.ts'`);
		// Nothing but what every browser has: no Buffer, no process, no require.
		const names = runInNewContext(`${code}; Object.keys(bundled).length`, {
			TextDecoder,
			TextEncoder,
			URL,
			URLSearchParams,
		});
		expect(names).toBeGreaterThan(0);
	});
});

// Minified bytes. With decodeDhcp goes the whole table of options, sources included.
test('one function costs little', async () => {
	expect((await bundle(`import { formatMac } from './src/index.ts'; console.log(formatMac)`)).length).toBeLessThan(500);
	expect(
		(await bundle(`import { decodeDhcp } from './src/dhcp/index.ts'; console.log(decodeDhcp)`)).length,
	).toBeLessThan(50_000);
});
