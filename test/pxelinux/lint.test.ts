import fc from 'fast-check';
import {
	includePxelinux,
	type LintPxelinuxOptions,
	lintPxelinux,
	type PxelinuxDiagnostic,
	parsePxelinux,
	pxelinuxLintRules,
} from 'pxekit/pxelinux';
import { describe, expect, test } from 'vitest';

const shown = (found: readonly PxelinuxDiagnostic[]) => found.map(({ code, line }) => `${line} ${code}`);
const lint = (text: string, options?: LintPxelinuxOptions) => lintPxelinux(parsePxelinux(text), options);
const label = 'label a\n linux k\n';
const uefi: LintPxelinuxOptions = { loader: 'syslinux.efi' };

/** Code, configuration, options, and the lines where it is found. */
const cases: readonly [code: string, text: string, options: LintPxelinuxOptions, lines: readonly number[]][] = [
	['trailing-comment', `${label} append quiet # silent\nmenu title # 1\n`, {}, [3]],
	['becomes-global', `${label}menu begin x\nmenu end\nappend quiet\nsysappend 2\n`, {}, [5, 6]],
	['ignored-outside-label', `initrd i\n${label}menu separator\nlinux l\nmenu quit\n`, {}, [1, 5, 6]],
	['unknown-directive', `# comment\n; one\n${label} kernal l\n menu labell x\n`, {}, [5, 6]],
	['label-two-words', 'label two words\nlinux k\n', {}, [1]],
	['label-unreachable', `${label}${label}`, {}, [3]],
	['no-endtext', `${label}text help\n x\nendtext\ntext help\nlabel b\n`, {}, [6]],
	['menu-unbalanced', 'menu end\nmenu begin x\nlabel a\n', {}, [1, 3]],
	['no-such-menu', `label a\nmenu goto x\nmenu begin y\nlabel b\nmenu exit z\nmenu end\n`, {}, [2, 5]],
	['exit-at-top', `${label}menu exit\n`, {}, [3]],
	['default-names-nothing', `default b c\nontimeout kernel.img\n${label}`, {}, [1]],
	['default-names-nothing', `default a\nontimeout k.img\nimplicit 0\n${label}`, {}, [2]],
	['two-initrds', `${label} append initrd=x\n initrd y\nlabel b\nlinux l\ninitrd z\n`, {}, [1]],
	[
		'bad-san-uri',
		'label a\nkernel sanboot.c32\nappend iscsi:10.0.0.1:::iqn.x:y\nlabel b\ncom32 /x/sanboot\nappend iscsi:10.0.0.1::::iqn.x:y\n',
		{},
		[1],
	],
	['command-line-too-long', `${label} append ${'x'.repeat(2100)}\n`, {}, [1]],
	['line-too-long', `${label} append ${'x'.repeat(5000)}\n`, {}, [3]],
	['nohalt-offset', `nohalt 1\n${label}`, {}, [1]],
	['not-read-by', `ui menu.c32\n${label} fdt x\n`, { readers: ['u-boot'] }, [1]],
	['not-read-by', `${label} fdt x\n`, { readers: ['loader'] }, [3]],
	['u-boot-one-initrd', `${label} initrd x,y\n`, { readers: ['u-boot'] }, [3]],
	['name-too-long', `${label} initrd x,${'y'.repeat(256)}\n`, {}, [3]],
	['name-over-127', `${label} append a initrd=${'y'.repeat(200)} b\n`, {}, [3]],
	['no-https', 'label a\n linux https://10.0.0.1/k\n initrd HTTPS://x/i\n', {}, [2, 3]],
	['no-http', 'label a\n linux http://10.0.0.1/k\n', { loader: 'pxelinux.0' }, [2]],
	['no-names-on-uefi', 'label a\n linux http://boot.example.org/k\n initrd http://10.0.0.1/i\n', uefi, [2]],
	[
		'bios-only',
		'label a\npxe x.0\nlabel b\nlinux memdisk\nlabel c\nlocalboot 0x80\nlabel d\ncom32 pxechn\nlabel e\nkernel x.bs\nlabel f\nlocalboot 0\nlabel g\ncom32 chain.c32\n',
		uefi,
		[2, 4, 6, 8, 10],
	],
	[
		'library-missing',
		'ui vesamenu.c32\nlabel a\ncom32 reboot\n',
		{ files: ['vesamenu.c32', 'ldlinux.c32', 'lib/libcom32.c32'] },
		[1],
	],
];

describe('each rule finds its lines and no others', () => {
	test.each(cases)('%s in %j', (code, text, options, lines) => {
		expect(
			lint(text, options)
				.filter((found) => found.code === code)
				.map(({ line }) => line),
		).toEqual(lines);
	});

	test('there is a case for every rule', () => {
		expect(new Set(cases.map(([code]) => code))).toEqual(new Set(pxelinuxLintRules.map(({ code }) => code)));
	});

	test('a configuration without faults', () => {
		const text = `serial 0 115200\ndefault a\nui menu.c32\n\nlabel a\n  menu label ^Arch # 1\n  linux http://10.0.0.1/k\n  initrd a,b\n  append quiet\n  sysappend 3\n  text help\n# any text\n  endtext\nmenu begin more\n  label b\n    localboot 0\n  label back\n    menu exit\nmenu end\n`;
		expect(lint(text, { ...uefi, files: ['ldlinux.e64', 'menu.c32', 'libutil.c32'] })).toEqual([]);
	});
});

describe('places and cures', () => {
	test('a range holds what is wrong, and a fix mends it', () => {
		const text = `${label} append quiet # silent\r\nlabel b\nkernal l\n`;
		const found = lint(text);
		expect(shown(found)).toEqual(['3 trailing-comment', '5 unknown-directive']);
		expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([' # silent', 'kernal']);
		const mended = found.reduceRight(
			(result, { fix }) => (fix ? result.slice(0, fix.start) + fix.text + result.slice(fix.end) : result),
			text,
		);
		expect(mended).toBe(`${label} append quiet\r\nlabel b\nKERNEL l\n`);
		expect(lint(mended)).toEqual([]);
	});

	test('included files are looked at in their place', async () => {
		const config = await includePxelinux(
			parsePxelinux(`${label}include x.cfg\n`),
			() => 'append q # z\nmenu separator\nappend late\n',
		);
		expect(lintPxelinux(config).map(({ file, line, code }) => `${file} ${line} ${code}`)).toEqual([
			'x.cfg 1 trailing-comment',
			'x.cfg 3 becomes-global',
		]);
	});

	test('any text gives findings inside it', () => {
		const piece = fc.constantFrom(
			'label a',
			'append',
			'initrd=',
			'x',
			'#',
			' ',
			'\n',
			'\n',
			'menu begin t',
			'menu end',
			'menu goto',
			'text help',
			'endtext',
			'default',
			'https://h/',
			'\0',
			'nohalt 1',
			'kernal',
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
				const text = pieces.join(' ');
				for (const { start, end, line } of lint(text, { ...uefi, readers: ['u-boot', 'grub'], files: [] })) {
					expect(start).toBeGreaterThanOrEqual(0);
					expect(end).toBeLessThanOrEqual(text.length);
					expect(start).toBeLessThanOrEqual(end);
					expect(line).toBeLessThanOrEqual(text.split('\n').length);
				}
			}),
		);
	});
});
