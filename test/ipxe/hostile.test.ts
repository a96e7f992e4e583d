import { lintIpxe, parseIpxe, printIpxe, runIpxe } from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

const many = 30_000;

/** Large scripts that are made to cost much: each must be done in seconds, without an exception. */
const scripts: Readonly<Record<string, string>> = {
	'open expansions': `#!ipxe\necho ${'${'.repeat(many)}\n`,
	'nested expansions': `#!ipxe\necho ${'${'.repeat(many)}a${'}'.repeat(many)}\n`,
	'one line of many joins': `#!ipxe\necho ${'a \\\n'.repeat(many)}b\n`,
	'many kernels': `#!ipxe\n${'kernel vmlinuz || goto a\n'.repeat(many / 4)}:a\ninitrd x\n`,
	'many labels and gotos': `#!ipxe\n${Array.from({ length: many / 4 }, (_, at) => `:a${at}\ngoto \${x} ||\n`).join('')}`,
	'many words': `#!ipxe\nkernel k ${'x '.repeat(many)}\n`,
	'many operators': `#!ipxe\n${'echo || '.repeat(many / 2)}\n`,
	'a script that doubles a value': `#!ipxe\nset x aaaaaaaaaaaaaaaa\n:l\nset x \${x}\${x}\ngoto l\n`,
	'a value of many copies': `#!ipxe\nset x aaaaaaaaaaaaaaaa\n:l\nset x ${'${x} '.repeat(200)}\ngoto l\n`,
	'echo of a large value': `#!ipxe\nset x ${'a'.repeat(500_000)}\n:l\necho \${x}\ngoto l\n`,
	'a large hexadecimal value counted': `#!ipxe\nset x:hexraw ${'ab'.repeat(many)}\ninc x:int32 ||\necho \${x:int32} \${x:ipv6} \${x:dnssl}\n`,
};

describe('scripts that are made to exhaust time or memory', () => {
	test.each(Object.entries(scripts))('%s', { timeout: 10_000 }, async (_, source) => {
		expect(printIpxe(parseIpxe(source)) === source).toBe(true);
		expect(Array.isArray(lintIpxe(source, { platform: 'efi' }))).toBe(true);
		const run = await runIpxe(source);
		expect(run.console.length).toBeLessThan(60_000_000);
	});
});
