import fc from 'fast-check';
import {
	evaluatePxelinux,
	includePxelinux,
	lintPxelinux,
	parsePxelinux,
	printPxelinux,
	pxelinuxDirectives,
	resolvePxelinux,
	runPxelinux,
} from 'pxekit/pxelinux';
import { describe, expect, test } from 'vitest';
import { cpuMilliseconds } from '../support/cpu-time.ts';

const keywords = pxelinuxDirectives.flatMap((row) => [row.name, row.name.toLowerCase(), ...(row.aliases ?? [])]);
const soup = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				...keywords,
				'\n',
				'\n',
				'\r\n',
				' ',
				'\t',
				'\0',
				'a',
				'b',
				'c32',
				'-',
				'initrd=',
				'HELP',
				'ENDTEXT',
				'F1',
				'f12 x y',
				'0x3',
				'.top',
			),
			fc.string({ unit: 'binary', maxLength: 8 }),
		),
		{ maxLength: 60 },
	)
	.map((pieces) => pieces.join(' '));

describe('the tree', () => {
	test('any text is kept to the last character, and means something', async () => {
		await fc.assert(
			fc.asyncProperty(soup, async (text) => {
				const config = parsePxelinux(text);
				expect(printPxelinux(config)).toBe(text);
				for (const { raw, offset } of config.lines) expect(text.slice(offset, offset + raw.length)).toBe(raw);
				evaluatePxelinux(config, { client: { mac: '52:54:00:12:34:56' } });
				resolvePxelinux(config, { command: 'a x' });
				lintPxelinux(config);
				const client = { serverIp: '10.0.0.1' };
				const run = await runPxelinux({ client, fetch: (uri) => (uri.includes('cfg') ? text : ''), answer: () => 'b' });
				expect(run.outcome.kind).toBeTypeOf('string');
			}),
			{ numRuns: 300 },
		);
	});

	test('every name of the table is found, in any case', () => {
		for (const row of pxelinuxDirectives) {
			for (const name of [row.name, ...(row.aliases ?? [])]) {
				for (const spelled of [name, name.toLowerCase(), ` \t${name}\x01`, `${name}\r`]) {
					expect(parsePxelinux(`${spelled} v\n`).lines[0]?.directive, spelled).toBe(row.name);
				}
			}
		}
	});

	test('letters that only look alike do not count', () => {
		// U+0131 and U+017F become I and S in upper case.
		expect(parsePxelinux('ın\nſay x\nu\u0131 x\n').lines.map(({ kind }) => kind)).toEqual([
			'unknown',
			'unknown',
			'unknown',
		]);
	});

	test('a line of more than 4095 bytes is two', () => {
		const config = parsePxelinux(`say ${'x'.repeat(4091)}label b\n`);
		expect(config.lines.map(({ directive, line }) => [directive, line])).toEqual([
			['SAY', 1],
			['LABEL', 1],
		]);
	});

	test('values and where they stand', () => {
		const [line] = parsePxelinux('  MENU \t Label  ^a  b \r\n').lines;
		expect(line).toMatchObject({ directive: 'MENU LABEL', keyword: 'MENU \t Label', value: '^a  b ', valueStart: 16 });
	});

	test('TEXT blocks: help is kept, other texts are not; a carriage return does not end their lines', () => {
		const text = 'label a\ntext help\n one\r\n  # two\nendtext x\ntext other\nlabel b\n\rENDTEXT\nlinux k\n';
		const config = parsePxelinux(text);
		expect(config.lines.map(({ kind }) => kind)).toEqual([
			'directive',
			'directive',
			'text',
			'text',
			'end-text',
			'directive',
			'text',
			'end-text',
			'directive',
		]);
		expect(evaluatePxelinux(config).entries).toMatchObject([
			{ label: 'a', help: ' one\r\n  # two\n', commandLine: '.linux k' },
		]);
	});
});

describe('included files', () => {
	const include = (text: string, files: Record<string, string>) =>
		includePxelinux(parsePxelinux(text), (name) => files[name]);

	test('stand in their place, and share what is open', async () => {
		const config = await include('label a\ninclude x rest\nappend late\ninclude missing\n', {
			x: 'linux k\nlabel b\n',
		});
		const { entries } = evaluatePxelinux(config);
		expect(entries.map(({ commandLine }) => commandLine)).toEqual(['.linux k', 'b late']);
		expect(config.issues).toEqual([]);
		expect(printPxelinux(config)).toBe('label a\ninclude x rest\nappend late\ninclude missing\n');
	});

	test('MENU INCLUDE with a tag makes a submenu', async () => {
		const config = await include('menu include x More things\nlabel z\n', { x: 'menu title Extra\nlabel b\n' });
		const { entries, menus } = evaluatePxelinux(config);
		expect(entries.map(({ menu, display }) => [menus[menu]?.tag, display])).toEqual([
			['.top', 'Extra'],
			['More things', 'b'],
			['.top', 'z'],
		]);
	});

	test('16 levels, and no more', async () => {
		const config = await include('include x\n', { x: 'say x\ninclude x\n' });
		expect(evaluatePxelinux(config).settings.say).toHaveLength(16);
		expect(config.issues).toMatchObject([{ code: 'include-too-deep' }]);
	});

	test('256 files, and no more', async () => {
		const config = await include('include x\n', { x: 'include x\ninclude x\n' });
		expect(config.issues.some(({ code }) => code === 'too-many-includes')).toBe(true);
	});
});

describe('a quarter of a megabyte of anything is dealt with in a moment', () => {
	const repeat = (text: string) => text.repeat(Math.ceil(2 ** 18 / text.length));
	test.each([
		['labels', 'label a\nlinux k\n'],
		['submenus in submenus', 'menu begin x\nmenu default\nmenu color sel 1\n'],
		['submenus beside each other', 'menu begin x\nmenu default\nmenu end\nlabel a\nmenu goto x\n'],
		['colours', 'menu color a 1\nmenu color msg07 1\nmenu begin\n'],
		['help', 'text help\nxx\nendtext\n'],
		['one line', 'append x '],
		['spaces', ' '],
		['words that are no directives', 'kernal\n'],
		['initrd=', 'initrd='],
	])('%s', (_what, piece) => {
		const started = cpuMilliseconds();
		const config = parsePxelinux(repeat(piece));
		evaluatePxelinux(config);
		resolvePxelinux(config, { command: 'a' });
		lintPxelinux(config);
		expect(cpuMilliseconds() - started).toBeLessThan(5_000);
	});
});
