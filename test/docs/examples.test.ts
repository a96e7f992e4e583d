import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { exampleFolder, writeExamples } from './extract-examples.ts';

const runnable = writeExamples();

describe('examples in README, docs and docstrings', () => {
	test('there are some', () => {
		expect(runnable.length).toBeGreaterThan(5);
	});

	test('type-check as written', { timeout: 60_000 }, async () => {
		const tsc = new URL('../../node_modules/typescript/bin/tsc', import.meta.url).pathname;
		const run = promisify(execFile)(process.execPath, [tsc, '-p', exampleFolder]);
		const output = await run.then(
			() => '',
			(error: { stdout: string }) => error.stdout,
		);
		expect(output).toBe('');
	});

	test.each(runnable)('$example.source line $example.line runs', async ({ file }) => {
		await import(/* @vite-ignore */ file);
	});
});
