import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseIpxe, printIpxe, printIpxeBytes } from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

const corpus = new URL('../../../shared/foreign/corpus/ipxe/', import.meta.url);

/** Text made of what the grammar cares about, so that random scripts meet every rule. */
const scriptish = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				'\n',
				'\r\n',
				'\r',
				'\\',
				'\\\n',
				'\\\r\n',
				' ',
				'\t',
				'\v',
				'#',
				':',
				'||',
				'&&',
				';',
				'${',
				'}',
				'/',
				'\0',
				'-',
				'--',
				'=',
				'#!ipxe\n',
				'echo',
				'set',
				'item --gap',
				'a',
				'é',
				'\u{1F600}',
			),
			fc.string(),
		),
		{ maxLength: 40 },
	)
	.map((pieces) => pieces.join(''));

describe('parse and print', () => {
	test('any text comes back', () => {
		fc.assert(
			fc.property(fc.oneof(scriptish, fc.string({ unit: 'binary' })), (text) => {
				expect(printIpxe(parseIpxe(text))).toBe(text);
			}),
			{ numRuns: 1000 },
		);
	});

	test('any bytes come back', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.uint8Array({ maxLength: 200 }),
					scriptish.map((text) => new TextEncoder().encode(text)),
				),
				(bytes) => {
					expect(printIpxeBytes(parseIpxe(bytes))).toEqual(bytes);
				},
			),
			{ numRuns: 500 },
		);
	});

	test.skipIf(!existsSync(corpus))('every script of the corpus (../shared/foreign/corpus/ipxe) comes back', () => {
		const names = readdirSync(corpus);
		expect(names.length).toBeGreaterThan(150);
		for (const name of names) {
			const bytes = new Uint8Array(readFileSync(new URL(name, corpus)));
			expect(printIpxeBytes(parseIpxe(bytes)), name).toEqual(bytes);
		}
	});
});

/** The logical lines as iPXE sees them: label, commands as lists of words, operators. */
function outline(source: string) {
	return parseIpxe(source).lines.map((line) => [
		...(line.label ? [`:${line.label.name}`] : []),
		...line.commands.flatMap((command) => [
			command.words.map((word) => printWord(word)).join(' '),
			...(command.operator ? [command.operator.text] : []),
		]),
		...(line.comment ? [line.comment.text] : []),
	]);
}

const printWord = (word: ReturnType<typeof parseIpxe>['lines'][0]['commands'][0]['words'][0]): string =>
	word.parts.map((part) => (part.kind === 'text' ? part.text : '<$>')).join('');

describe('grammar', () => {
	test('physical lines join at a backslash, also inside a word and over CRLF and comments', () => {
		expect(outline('a b\\\n  c\n')).toEqual([['a b c']]);
		expect(outline('ab\\\ncd\n')).toEqual([['abcd']]);
		expect(outline('a \\\r\n b\r\n')).toEqual([['a b']]);
		expect(outline('# note \\\nswallowed\nb')).toEqual([['# note swallowed'], ['b']]);
		expect(outline('a\\\\\nb')).toEqual([['a\\b']]);
		expect(outline('a \\ \nb')).toEqual([['a \\'], ['b']]);
	});

	test('both backslashes go when an empty line follows, because iPXE looks at its buffer', () => {
		expect(outline('a\\\\\n\nb')).toEqual([['ab']]);
	});

	test('a backslash before the end of the file is an issue and the line is marked', () => {
		for (const source of ['#!ipxe\necho a \\', '#!ipxe\necho a \\\n', '#!ipxe\necho a \\\r\n']) {
			const script = parseIpxe(source);
			expect(script.issues.map((issue) => [issue.code, issue.position.line])).toEqual([['pending-continuation', 2]]);
			expect(script.lines.at(-1)?.pending).toBe(true);
		}
	});

	test('labels', () => {
		expect(outline(':a-b.c/d:e echo x')).toEqual([[':a-b.c/d:e', 'echo x']]);
		expect(outline('  :${t} # note')).toEqual([[':${t}', '# note']]);
		expect(outline(': x')).toEqual([[':', 'x']]);
		expect(outline(':#x y')).toEqual([[':#x', 'y']]);
	});

	test('operators are whole words, a # starts a comment only at the start of a word', () => {
		expect(outline('a||b ; c; && d#e #f || g')).toEqual([['a||b', ';', 'c;', '&&', 'd#e', '#f || g']]);
		expect(outline('|| x ||')).toEqual([['', '||', 'x', '||', '']]);
	});

	test('white space is space, tab, line feed, vertical tab, form feed, carriage return and nothing else', () => {
		expect(outline('a\tb\vc\fd\re\u00a0f')[0]).toEqual(['a b c d e\u00a0f']);
	});

	test('a NUL ends the line', () => {
		expect(outline('echo a\0b || c\necho d')).toEqual([['echo a'], ['echo d']]);
	});

	test('expansions nest, have a type, and are text when they stay open', () => {
		const words = parseIpxe('echo ${net${i}/mac:hexhyp} ${smbios/1.8.16:uuid} ${a b} }x${').lines[0]?.commands[0]
			?.words;
		expect(words?.map(printWord)).toEqual(['echo', '<$>', '<$>', '${a', 'b}', '}x${']);
		const nested = words?.[1]?.parts[0];
		expect(nested?.kind === 'expansion' && nested.inside.map((part) => part.kind)).toEqual([
			'text',
			'expansion',
			'text',
		]);
		const typed = words?.[2]?.parts[0];
		expect(typed?.kind === 'expansion' && typed.setting).toEqual({ block: 'smbios', name: '1.8.16', type: 'uuid' });
	});

	test('options are told from arguments by the command table', () => {
		const roles = (source: string) =>
			parseIpxe(source).lines[0]?.commands[0]?.words.map(
				(word) => `${word.role}${word.option ? `:${word.option}` : ''}`,
			);
		expect(roles('menu --name m Title --x')).toEqual([
			'name',
			'option:name',
			'optionValue:name',
			'argument',
			'argument',
		]);
		expect(roles('item -gd --menu=m -k 0x1b -- --- x')).toEqual([
			'name',
			'option:default',
			'option:menu',
			'option:key',
			'optionValue:key',
			'endOfOptions',
			'argument',
			'argument',
		]);
		expect(roles('frob -x y')).toEqual(['name', 'argument', 'argument']);
		expect(roles('item -mm b')).toEqual(['name', 'option:menu', 'argument']);
	});

	test('positions count physical lines and columns, also after a join', () => {
		const line = parseIpxe('#!ipxe\n:x echo a \\\n  b || c').lines[1];
		expect(line?.label?.position).toEqual({ line: 2, column: 1 });
		expect(line?.commands[0]?.words.map((word) => word.position)).toEqual([
			{ line: 2, column: 4 },
			{ line: 2, column: 9 },
			{ line: 3, column: 3 },
		]);
		expect(line?.commands[0]?.operator?.position).toEqual({ line: 3, column: 5 });
		expect(line?.commands[1]?.position).toEqual({ line: 3, column: 8 });
	});

	test.each([
		['#!ipxe\n', 'ipxe'],
		['#!gpxe\r\n', 'gpxe'],
		['#!ipxe --foo\n', 'ipxe'],
		['#!ipxe', 'none'],
		['#!IPXE\n', 'none'],
		['#!ipxescript\n', 'none'],
		['\n#!ipxe\n', 'none'],
		['\ufeff#!ipxe\n', 'none'],
	])('magic of %j is %s', (source, magic) => {
		expect(parseIpxe(source).magic).toBe(magic);
		expect(parseIpxe(source).issues.some((issue) => issue.code === 'no-magic')).toBe(magic === 'none');
	});
});
