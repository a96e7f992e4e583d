import { readFileSync, writeFileSync } from 'node:fs';
import { bootChecks } from 'pxekit/capture';
import { expect, test } from 'vitest';
import { troubleshooting } from './troubleshooting.ts';

const page = new URL('../../docs/troubleshooting.md', import.meta.url);

// UPDATE_DOCS=1 npx vitest run test/docs/troubleshooting.test.ts
if (process.env.UPDATE_DOCS) writeFileSync(page, troubleshooting());

test('docs/troubleshooting.md is made from the checks (UPDATE_DOCS=1 writes it anew)', () => {
	expect(readFileSync(page, 'utf8')).toBe(troubleshooting());
});

test('it has each check once, and can be looked up by the codes of PXE', () => {
	const text = readFileSync(page, 'utf8');
	for (const { code } of bootChecks) expect(text.split(`<a id="${code}"></a>`)).toHaveLength(2);
	expect(text).toMatch(/\| `PXE-E53: No boot filename received\.`\s*\| PC BIOS\s*\|[^\n]*\(#no-filename\)/);
});
