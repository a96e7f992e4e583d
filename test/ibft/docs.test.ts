import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withLayoutTables } from './layout-tables.ts';

const guide = new URL('../../docs/ibft.md', import.meta.url);

// Run with PXEKIT_WRITE_DOCS=1 to write the tables anew.
test("the guide's layout tables are those of the code", () => {
	const text = readFileSync(guide, 'utf8');
	const wanted = withLayoutTables(text);
	if (process.env.PXEKIT_WRITE_DOCS) writeFileSync(guide, wanted);
	else expect(text).toBe(wanted);
});
