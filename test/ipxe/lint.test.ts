import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type IpxeDiagnostic, type IpxeLintOptions, ipxeLintRules, lintIpxe } from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

const body = (script: string) => `#!ipxe\n${script}`;
const codes = (script: string, options?: IpxeLintOptions) => lintIpxe(script, options).map(({ code }) => code);

interface Case {
	readonly code: string;
	readonly bad: string;
	/** Line and column at which it must be found. */
	readonly at: string;
	/** Much the same, without the mistake. */
	readonly good: string;
	readonly options?: IpxeLintOptions;
}

const cases: readonly Case[] = [
	{ code: 'no-magic', bad: 'echo a', at: '1:1', good: body('echo a') },
	{ code: 'pending-continuation', bad: body('echo a \\'), at: '2:1', good: body('echo a \\\n b') },
	{ code: 'unknown-command', bad: body('kernal x'), at: '2:1', good: body('kernel x') },
	{ code: 'unknown-command', bad: body('Echo x'), at: '2:1', good: body('${cmd} x') },
	{ code: 'command-not-in-build', bad: body('params'), at: '2:1', good: body('menu x') },
	{
		code: 'command-not-in-build',
		bad: body('imgset x y'),
		at: '2:1',
		good: body('sha1sum x'),
		options: { platform: 'efi', version: '2.0.0' },
	},
	{
		code: 'command-not-in-build',
		bad: body('console --x 1'),
		at: '2:1',
		good: body('sync'),
		options: { platform: 'efi', version: '1.21.1' },
	},
	{ code: 'unknown-option', bad: body('echo -----'), at: '2:6', good: body('echo -- -----') },
	{ code: 'unknown-option', bad: body('chain --autofre x'), at: '2:7', good: body('chain --autofree x') },
	{ code: 'unknown-option', bad: body('choose --tim=${t} x'), at: '2:8', good: body('choose --${option} 5 x') },
	{
		code: 'option-not-in-build',
		bad: body('kernel --quiet k'),
		at: '2:8',
		good: body('kernel --autofree k -q'),
		options: { version: '1.21.1' },
	},
	{
		code: 'option-not-in-build',
		bad: body('item -gs --key a x'),
		at: '2:6',
		good: body('item -gd --key s x'),
		options: { version: '1.21.1+git-20220113' },
	},
	{
		code: 'option-not-in-build',
		bad: body('param --header a b'),
		at: '2:7',
		good: body('param --params p a b'),
		options: { version: '1.21.1', commands: { param: true } },
	},
	{ code: 'argument-count', bad: body('choose -- ${t} x'), at: '2:1', good: body('choose ${options} x') },
	{ code: 'argument-count', bad: body('iseq ${a} b c'), at: '2:1', good: body('choose --${option} 5 x') },
	{ code: 'argument-count', bad: body('choose x ${y}'), at: '2:1', good: body('choose --keep ${options} x') },
	{ code: 'option-value', bad: body('choose --timeout 5s x'), at: '2:8', good: body('choose --timeout 0x10 x') },
	{ code: 'option-value', bad: body('menu --name -x T'), at: '2:6', good: body('menu --name=-x T') },
	{ code: 'argument-count', bad: body('iseq a'), at: '2:1', good: body('iseq a ${b}') },
	{
		code: 'argument-count',
		bad: body(`kernel k ${'x '.repeat(255)}`),
		at: '2:1',
		good: body(`kernel k ${'x '.repeat(254)}`),
	},
	{ code: 'option-after-argument', bad: body('menu Title --name q'), at: '2:12', good: body('menu --name q Title') },
	{ code: 'missing-label', bad: body('goto x'), at: '2:6', good: body('goto x\n:x') },
	{
		code: 'missing-label-for-choice',
		bad: body('menu T\nitem a A\nitem b B\nchoose t\ngoto ${t}\n:a'),
		at: '4:6',
		good: body('menu T\nitem a A\nitem --gap x\nchoose t\ngoto ${t}\n:a'),
	},
	{
		code: 'missing-label-for-choice',
		bad: body('menu T\nitem a A\nitem b B\nchoose t\ngoto do-${t}\n:do-a\n:b'),
		at: '4:6',
		good: body('menu T\nitem a A\nchoose t\ngoto do-${t}\n:do-a'),
	},
	{ code: 'double-label', bad: body(':a\n:a'), at: '3:1', good: body(':a\n:A') },
	{ code: 'unreachable', bad: body(':a\ngoto a\necho x'), at: '4:1', good: body(':a\ngoto a || echo\necho x') },
	{ code: 'unreachable', bad: body('exit 1\n# note\necho x'), at: '4:1', good: body('exit 1\n:b\necho x') },
	{
		code: 'boot-without-image',
		bad: body('boot\nkernel x'),
		at: '2:1',
		good: body('goto load\n:go\nboot\n:load\nkernel x\ngoto go'),
	},
	{ code: 'boot-without-image', bad: body('initrd x\nboot'), at: '3:1', good: body('kernel x\nboot') },
	{
		code: 'imgfree-missing',
		bad: body('kernel a || goto b\nboot\n:b\nkernel c'),
		at: '5:1',
		good: body('kernel a || goto b\nboot\n:b\nimgfree\nkernel c'),
	},
	{ code: 'imgfree-missing', bad: body('kernel a || kernel b'), at: '2:13', good: body('kernel a || echo no') },
	{ code: 'no-fallback', bad: body('chain x'), at: '2:1', good: body('chain x || shell') },
	{
		code: 'initrd-argument-missing',
		bad: body('kernel vmlinuz quiet\ninitrd i.img\nboot'),
		at: '2:1',
		good: body('kernel vmlinuz initrd=i.img\ninitrd i.img\nboot'),
		options: { platform: 'efi' },
	},
	{
		code: 'fetch-before-network',
		bad: body('chain http://h/x'),
		at: '2:1',
		good: body('dhcp\nchain http://h/x'),
		options: { entry: 'embedded' },
	},
	{ code: 'single-bar', bad: body('chain x | shell'), at: '2:9', good: body('echo a | b') },
	{ code: 'glued-operator', bad: body('chain x ||goto y'), at: '2:9', good: body('chain http://h/x?a||b') },
	{ code: 'literal-quotes', bad: body('set x "a b"'), at: '2:7', good: body('echo "a b"') },
	{ code: 'unclosed-expansion', bad: body('echo ${net0/mac'), at: '2:6', good: body('echo ${net0/mac} $x }') },
	{
		code: 'unknown-setting',
		bad: body('echo ${nosuch}'),
		at: '2:6',
		good: body('set nosuch 1\necho ${nosuch} ${210:string} ${net0/mac}'),
	},
	{ code: 'unknown-type', bad: body('echo ${mac:hexhype}'), at: '2:6', good: body('echo ${mac:hexhyp}') },
	{ code: 'gpxe-setting', bad: body('set use-cached 0'), at: '2:1', good: body('set keep-san 1') },
	{ code: 'comment-eats-value', bad: body('set c #ff0000'), at: '2:7', good: body('set c x#ff # note') },
	{ code: 'set-clears', bad: body('set c'), at: '2:1', good: body('clear c') },
	{ code: 'not-in-gpxe', bad: '#!gpxe\n:a', at: '2:1', good: '#!gpxe\ndhcp net0' },
	{ code: 'scheme-not-in-build', bad: body('chain https://h/x'), at: '2:7', good: body('chain http://h/x') },
	{
		code: 'scheme-not-in-build',
		bad: body('chain ftp://h/x'),
		at: '2:7',
		good: body('chain https://h/x'),
		options: { platform: 'efi' },
	},
	{ code: 'iscsi-uri', bad: body('sanboot iscsi://h/x'), at: '2:9', good: body('sanboot iscsi:h::::iqn.x') },
	{
		code: 'iscsi-uri',
		bad: body('sanboot iscsi:10.0.0.1:::iqn.x:disk'),
		at: '2:9',
		good: body('sanboot iscsi:[fe80::1]::3260:1-0:iqn.x:disk'),
	},
	{ code: 'comboot', bad: body('kernel /com32/menu.c32'), at: '2:8', good: body('kernel /com32/menu.efi') },
	{
		code: 'next-server-with-proxydhcp',
		bad: body('chain tftp://${next-server}/x'),
		at: '2:14',
		good: body('chain tftp://${proxydhcp/next-server}/x'),
	},
	{
		code: 'host-name-without-dns',
		bad: body('set net0/ip 10.0.0.9\nifopen\nchain http://boot.example/x'),
		at: '4:7',
		good: body('set net0/ip 10.0.0.9\nset net0/dns 10.0.0.1\nifopen\nchain http://boot.example/x'),
	},
];

describe('each rule', () => {
	test.each(cases)('$code finds $bad', ({ code, bad, at, options }) => {
		const places = lintIpxe(bad, options)
			.filter((found) => found.code === code)
			.map(({ range }) => `${range.start.line}:${range.start.column}`);
		expect(places).toEqual([at]);
	});

	test.each(cases)('$code leaves $good alone', ({ code, good, options }) => {
		expect(codes(good, options)).not.toContain(code);
	});

	test('has a case here', () => {
		expect([...new Set(cases.map(({ code }) => code))].sort()).toEqual(ipxeLintRules.map(({ code }) => code).sort());
	});
});

/** Makes the change that a diagnostic proposes. */
function applied(script: string, { fix }: IpxeDiagnostic): string {
	if (!fix) return script;
	const lines = script.split('\n');
	const { start, end } = fix.range;
	const line = lines[start.line - 1] as string;
	lines[start.line - 1] = line.slice(0, start.column - 1) + fix.text + line.slice(end.column - 1);
	return lines.join('\n');
}

describe('fixes and severities', () => {
	test.each(['chain x | shell', 'chain x ||goto y\n:y', 'echo -----', 'set c'])('the fix for %j repairs it', (line) => {
		const script = body(line);
		const found = lintIpxe(script).find(({ fix }) => fix !== undefined)!;
		expect(codes(applied(script, found))).not.toContain(found.code);
	});

	test('there is no fix where the text may be meant as it is', () => {
		const [found] = lintIpxe(body('set x a;')).filter(({ code }) => code === 'glued-operator');
		expect(found).toBeDefined();
		expect(found?.fix).toBeUndefined();
	});

	test('a failure that || catches is a warning', () => {
		const severities = (script: string) => lintIpxe(body(script)).map(({ code, severity }) => `${severity} ${code}`);
		expect(severities('imgtrust')).toContain('error command-not-in-build');
		expect(severities('imgtrust ||')).toContain('warning command-not-in-build');
		expect(severities('goto x && echo y')).toContain('error missing-label');
		expect(severities('goto x && echo y || echo z')).toContain('warning missing-label');
	});

	test('a version that has an option, or may have it by the month, is not blamed', () => {
		const found = (line: string, version?: string) =>
			lintIpxe(body(line), version === undefined ? {} : { version })
				.filter(({ code }) => code === 'option-not-in-build')
				.map(({ message }) => message);
		expect(found('choose --retimeout 5 x', '1.21.1')).toEqual([
			'choose --retimeout: came on 2025-02-19, after version 1.21.1',
		]);
		expect(found('choose --retimeout 5 x', '1.21.1+git-20250219')).toEqual([]);
		expect(found('kernel -q k')).toEqual(['kernel --quiet: came in 2026-07, after version 2.0.0']);
		expect(found('kernel -q k', '2.0.0+git-20260701')).toEqual([]);
		// Of letters in one word, the first that the version lacks.
		expect(found('sanboot -kef x iscsi:h::::t', '1.0.0')).toEqual([
			'sanboot --extra: came in 2024-03, after version 1.0.0',
		]);
		// The command itself is not there: one finding is enough.
		expect(found('sha256sum --set x y', '1.21.1')).toEqual([]);
	});

	test('any text is linted without an exception', () => {
		const pieces = fc.constantFrom(
			'\n',
			' ',
			'set',
			'goto',
			'kernel',
			'item',
			'-',
			'--x',
			'#',
			':a',
			'||',
			'${',
			'}',
			'/',
			':',
			'https://',
			'é',
			'\\',
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), (parts) => {
				for (const { range } of lintIpxe(parts.join(''), { platform: 'efi', entry: 'embedded' })) {
					expect(range.start.line).toBeGreaterThan(0);
				}
			}),
			{ numRuns: 500 },
		);
	});
});

const foreign = new URL('../../../shared/foreign/', import.meta.url);
const oracle = new URL('oracle/ipxe-e2e.json', foreign);

describe.skipIf(!existsSync(oracle))('scripts from the field (../shared/foreign)', () => {
	const build: IpxeLintOptions = {
		platform: 'linux',
		version: '2.0.0+git-20260821',
		commands: { imgextract: false, poweroff: false, reboot: false, pciscan: false, usbscan: false },
	};
	type Recordings = Record<string, Record<'404' | 'dummy', { end: string; output: string }>>;
	const recordings: Recordings = existsSync(oracle) ? JSON.parse(readFileSync(oracle, 'utf8')) : {};
	const lint = (name: string) => lintIpxe(new Uint8Array(readFileSync(new URL(`corpus/ipxe/${name}`, foreign))), build);

	test('no error on a script that a real iPXE ran to its end, but for a branch that it did not take', () => {
		const errors = Object.entries(recordings)
			.filter(([, modes]) => modes['404'].end === 'OK' || modes.dummy.end === 'OK')
			.flatMap(([name]) =>
				lint(name)
					.filter(({ severity }) => severity === 'error')
					.map(({ code, message }) => `${name} ${code} ${message}`),
			);
		expect(errors).toEqual(['pxe-installer__files_boot.ipxe command-not-in-build reboot: not in this build']);
	});

	test('what a real iPXE did not know, the linter did not know either', () => {
		let seen = 0;
		for (const [name, modes] of Object.entries(recordings)) {
			const unknown = new Set(
				[...`${modes['404'].output}${modes.dummy.output}`.matchAll(/^(\w+): command not found/gm)].map(
					(match) => match[1]!,
				),
			);
			const found = lint(name).filter(({ code }) => code === 'command-not-in-build' || code === 'unknown-command');
			for (const command of unknown) {
				seen++;
				expect(
					found.some(({ message }) => message.includes(command)),
					`${name}: ${command}`,
				).toBe(true);
			}
		}
		expect(seen).toBeGreaterThan(20);
	});

	test('an ironic script has | where || was meant', () => {
		const names = Object.keys(recordings).filter(
			(name) => name.startsWith('ironic__') && lint(name).some(({ code }) => code === 'single-bar'),
		);
		expect(names).toEqual(['ironic__ironic_tests_unit_drivers_boot-fallback.ipxe']);
	});
});
