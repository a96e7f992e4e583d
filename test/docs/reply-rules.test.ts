import { readFileSync } from 'node:fs';
import { replyRules } from 'pxekit/pxe';
import { expect, test } from 'vitest';

test('docs/dhcp-server.md lists the rules of checkReply, all and in order', () => {
	const page = readFileSync(new URL('../../docs/dhcp-server.md', import.meta.url), 'utf8');
	const table = page.slice(page.indexOf('| code '));
	const listed = [...table.matchAll(/^\| `([a-z0-9-]+)` /gm)].map(([, code]) => code);
	expect(listed).toEqual(replyRules.map(({ code }) => code));
});
