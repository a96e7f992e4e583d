import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reference } from './pxelinux-reference.ts';

const page = new URL('../../docs/pxelinux-reference.md', import.meta.url);

// UPDATE_DOCS=1 npx vitest run test/docs/pxelinux-reference.test.ts
if (process.env.UPDATE_DOCS) writeFileSync(page, reference());

test('docs/pxelinux-reference.md is made from the tables (UPDATE_DOCS=1 writes it anew)', () => {
	expect(readFileSync(page, 'utf8')).toBe(reference());
});
