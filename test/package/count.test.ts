import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'todo';

/** The results of a test file, as far as they are read, in the form of vitest's JSON reporter. */
function testFile(name: string, statuses: readonly Status[], status: 'passed' | 'failed' = 'passed') {
	const assertionResults = statuses.map((status, i) => ({ status, fullName: `test ${i + 1}` }));
	return { name: join(root, name), status, message: status === 'failed' ? 'does not load' : '', assertionResults };
}

function counted(unit: readonly object[] | undefined, interop: readonly object[]) {
	const folder = mkdtempSync(join(tmpdir(), 'pxekit-count-'));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const files = [join(folder, 'unit.json'), join(folder, 'interop.json')] as const;
	if (unit) writeFileSync(files[0], JSON.stringify({ testResults: unit }));
	writeFileSync(files[1], JSON.stringify({ testResults: interop }));
	const { status, stdout } = spawnSync(process.execPath, ['.ci/count.mjs', ...files], { cwd: root, encoding: 'utf8' });
	return { code: status, lines: stdout.trimEnd().split('\n') };
}

const sound = [testFile('test/interop/a.test.ts', ['passed'])];

describe('.ci/count.mjs', () => {
	test('adds up the tests of both runs', () => {
		const unit = [testFile('test/a.test.ts', ['passed', 'passed']), testFile('test/b.test.ts', ['passed'])];
		expect(counted(unit, sound)).toEqual({ code: 0, lines: ['4 passed, 0 failed, 0 skipped'] });
	});

	test.each(['skipped', 'pending', 'todo'] as const)('tells a unit test that is %s, and goes on', (status) => {
		expect(counted([testFile('test/a.test.ts', ['passed', status])], sound)).toEqual({
			code: 0,
			lines: ['skipped: test/a.test.ts: test 2', '2 passed, 0 failed, 1 skipped'],
		});
	});

	test.each(['skipped', 'pending', 'todo'] as const)('fails for an interop test that is %s', (status) => {
		const unit = [testFile('test/a.test.ts', ['passed'])];
		expect(counted(unit, [testFile('test/interop/a.test.ts', ['passed', status])])).toEqual({
			code: 1,
			lines: ['skipped: test/interop/a.test.ts: test 2', '2 passed, 0 failed, 1 skipped'],
		});
	});

	test('fails for a failed test, which it counts once', () => {
		expect(counted([testFile('test/a.test.ts', ['passed', 'failed'], 'failed')], sound)).toEqual({
			code: 1,
			lines: ['failed: test/a.test.ts: test 2', '2 passed, 1 failed, 0 skipped'],
		});
	});

	test('a file that does not load is a failure', () => {
		const unit = [testFile('test/a.test.ts', ['passed']), testFile('test/b.test.ts', [], 'failed')];
		expect(counted(unit, sound)).toEqual({
			code: 1,
			lines: ['failed: test/b.test.ts: does not load', '2 passed, 1 failed, 0 skipped'],
		});
	});

	test('fails when no test of a run passed', () => {
		const unit = [testFile('test/a.test.ts', ['passed'])];
		expect(counted(unit, [])).toEqual({
			code: 1,
			lines: ['interop.json: no test passed', '1 passed, 0 failed, 0 skipped'],
		});
	});

	test('fails when the results of a run are not there', () => {
		const { code, lines } = counted(undefined, sound);
		expect(code).toBe(1);
		expect(lines[0]).toMatch(/^unit\.json: no results \(ENOENT/);
		expect(lines.slice(1)).toEqual(['unit.json: no test passed', '1 passed, 0 failed, 0 skipped']);
	});
});
