import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { evaluatePxelinux, parsePxelinux, printPxelinux } from 'pxekit/pxelinux';
import { describe, expect, test } from 'vitest';
import { asOracle, oracleClient, readOracle } from './oracle.ts';

const root = new URL('../../', import.meta.url).pathname;
const probes = `${root}fixtures/pxelinux-probes`;
const corpus = `${root}../shared/foreign/corpus/pxelinux`;
const answers = `${root}../shared/foreign/oracle/pxelinux`;

describe("small configurations: what SYSLINUX's own reader made of them", () => {
	const names = readdirSync(probes).filter((name) => name.endsWith('.cfg'));
	test.each(names)('%s', (name) => {
		// No byte above 0x7f in them: any single-byte reading will do.
		const config = parsePxelinux(readFileSync(`${probes}/${name}`, 'latin1'));
		const recorded = readOracle(readFileSync(`${probes}/${name.replace(/cfg$/, 'jsonl')}`, 'utf8'));
		expect(recorded.length).toBeGreaterThan(2);
		expect(asOracle(evaluatePxelinux(config, { client: oracleClient }))).toEqual(recorded);
	});
});

describe.skipIf(!existsSync(answers))("other projects' configurations (../shared/foreign)", () => {
	const names = existsSync(corpus) ? readdirSync(corpus) : [];
	test('there are as many as were recorded', () => {
		expect(names.length).toBe(95);
	});
	test.each(names)('%s', (name) => {
		const text = readFileSync(`${corpus}/${name}`, 'latin1');
		const config = parsePxelinux(text);
		expect(printPxelinux(config)).toBe(text);
		const recorded = readOracle(readFileSync(`${answers}/${name}.jsonl`, 'latin1'));
		expect(recorded.length).toBeGreaterThan(2);
		expect(asOracle(evaluatePxelinux(config, { client: oracleClient }))).toEqual(recorded);
	});
});

test('a meaning is plain data', () => {
	const meaning = evaluatePxelinux(parsePxelinux('menu begin x\nlabel ^a\nmenu label ^A\nlinux k\nmenu end\n'));
	expect(JSON.parse(JSON.stringify(meaning))).toEqual(meaning);
	expect(Object.keys(meaning.menus[2] ?? {}).sort()).toEqual(
		['colors', 'default', 'entries', 'functionKeys', 'layout', 'messages', 'parent', 'tag', 'title'].sort(),
	);
});

test.each([
	// SYSAPPEND is read with strtoul base 0, SENDCOOKIES with base 10: readconfig.c of the loader.
	['sysappend 0x3\nsendcookies 0x3\n', 3, 0],
	['sysappend 010\nsendcookies 010\n', 8, 10],
	['sysappend 7x\nsendcookies 7x\n', 7, 7],
	['sysappend x\nsendcookies\n', 0, 0],
])('numbers of %j', (text, sysappend, sendCookies) => {
	expect(evaluatePxelinux(parsePxelinux(text)).settings).toMatchObject({ sysappend, sendCookies });
});
