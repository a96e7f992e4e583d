import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reference } from './pxelinux-reference.ts';

const page = new URL('../../docs/pxelinux-reference.md', import.meta.url);

/** The formatter of this project aligns the columns of tables. */
const unaligned = (text: string) => text.replace(/-{3,}/g, '---').replace(/ +/g, ' ');

// UPDATE_DOCS=1 npx vitest run test/docs/pxelinux-reference.test.ts
if (process.env.UPDATE_DOCS) writeFileSync(page, reference());

test('docs/pxelinux-reference.md is made from the tables (UPDATE_DOCS=1 writes it anew)', () => {
	expect(unaligned(readFileSync(page, 'utf8'))).toBe(unaligned(reference()));
});
