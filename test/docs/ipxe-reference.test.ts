import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lintRules, reference } from './ipxe-reference.ts';

const guide = new URL('../../docs/ipxe.md', import.meta.url);
const page = new URL('../../docs/ipxe-reference.md', import.meta.url);

/** The part of the guide between the marks. */
const marked = /(<!-- lint rules -->\n\n)[\s\S]*?(\n\n<!-- end of lint rules -->)/;

// UPDATE_DOCS=1 npx vitest run test/docs/ipxe-reference.test.ts
if (process.env.UPDATE_DOCS) {
	writeFileSync(page, reference());
	const text = readFileSync(guide, 'utf8');
	writeFileSync(
		guide,
		text.replace(marked, (_, start: string, end: string) => start + lintRules() + end),
	);
}

describe('docs that are made from tables (UPDATE_DOCS=1 writes them anew)', () => {
	test('docs/ipxe-reference.md', () => {
		expect(readFileSync(page, 'utf8')).toBe(reference());
	});

	test('the linter rules in docs/ipxe.md', () => {
		const wanted = `<!-- lint rules -->\n\n${lintRules()}\n\n<!-- end of lint rules -->`;
		expect(readFileSync(guide, 'utf8')).toContain(wanted);
	});
});
