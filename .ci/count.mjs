// node .ci/count.mjs UNIT.json INTEROP.json
// Adds up vitest's JSON results; the last line is "N passed, N failed, N skipped". Fails when a test failed, when no
// test passed, or when an interop test was skipped: where CI runs, everything they need is installed.
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';

const [unit, interop] = process.argv.slice(2);
const count = { passed: 0, failed: 0, skipped: 0 };
const complaints = [];

for (const file of [unit, interop]) {
	const before = count.passed;
	for (const { name, status, message, assertionResults } of readResults(file)) {
		const place = relative(process.cwd(), name);
		let failures = 0;
		for (const test of assertionResults) {
			if (test.status === 'passed') count.passed++;
			else if (test.status === 'failed') failures++;
			else {
				count.skipped++;
				if (file === interop) complaints.push(`skipped: ${place}: ${test.fullName}`);
				else console.log(`skipped: ${place}: ${test.fullName}`);
			}
			if (test.status === 'failed') complaints.push(`failed: ${place}: ${test.fullName}`);
		}
		// A file that could not be loaded, or whose hooks failed, has no failed test to show.
		if (status === 'failed' && failures === 0) {
			failures = 1;
			complaints.push(`failed: ${place}: ${message}`);
		}
		count.failed += failures;
	}
	if (count.passed === before) complaints.push(`${basename(file)}: no test passed`);
}

for (const complaint of complaints) console.log(complaint);
if (complaints.length > 0) process.exitCode = 1;
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);

function readResults(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8')).testResults;
	} catch (error) {
		complaints.push(`${basename(file)}: no results (${error.message})`);
		return [];
	}
}
