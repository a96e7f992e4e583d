// node .ci/count.mjs UNIT.json INTEROP.json
// Adds up vitest's JSON results; the last line is "N passed, N failed, N skipped". Fails when a test failed, when no
// test passed, or when an interop test was skipped: where CI runs, everything they need is installed.
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';

const [unit, interop] = process.argv.slice(2);
const count = { passed: 0, failed: 0, skipped: 0 };

function complain(what) {
	console.log(what);
	process.exitCode = 1;
}

for (const file of [unit, interop]) {
	const before = count.passed;
	for (const { name, status, message, assertionResults } of readResults(file)) {
		const place = relative(process.cwd(), name);
		// Vitest has other words for what was skipped, too.
		const tests = assertionResults.map((test) => ({ ...test, status: test.status in count ? test.status : 'skipped' }));
		// A file that could not be loaded, or whose hooks failed, has no failed test to show.
		if (status === 'failed' && !tests.some((test) => test.status === 'failed'))
			tests.push({ status: 'failed', fullName: message });
		for (const { status, fullName } of tests) {
			count[status]++;
			const what = `${status}: ${place}: ${fullName}`;
			if (status === 'failed' || (status === 'skipped' && file === interop)) complain(what);
			else if (status === 'skipped') console.log(what);
		}
	}
	if (count.passed === before) complain(`${basename(file)}: no test passed`);
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);

function readResults(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8')).testResults;
	} catch (error) {
		complain(`${basename(file)}: no results (${error.message})`);
		return [];
	}
}
