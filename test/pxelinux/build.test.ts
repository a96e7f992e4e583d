import fc from 'fast-check';
import { EncodeError } from 'pxekit';
import {
	evaluatePxelinux,
	includePxelinux,
	linux,
	type PxelinuxEntrySpec,
	type PxelinuxLabelSpec,
	type PxelinuxMeaning,
	type PxelinuxSpec,
	parsePxelinux,
	printPxelinux,
	pxelinux,
	sanBoot,
	separator,
	submenu,
	sysappendBits,
	sysappendMask,
	wimboot,
} from 'pxekit/pxelinux';
import { parseSanUri } from 'pxekit/san';
import { describe, expect, test } from 'vitest';

/** What a specification means, said without the builder: entries of each menu in order. */
function expectedEntries(entries: readonly PxelinuxEntrySpec[], menu = '.top', parent = ''): unknown[] {
	return entries.flatMap((entry): unknown[] => {
		if (entry.kind === 'separator') return [{ menu, action: 'disabled', display: '' }];
		if (entry.kind === 'submenu') {
			const display = entry.display ?? entry.menu?.title ?? entry.tag;
			return [
				{ menu, action: 'submenu', display, target: entry.tag, password: entry.password },
				...expectedEntries(entry.entries, entry.tag, menu),
			];
		}
		return [expectedLabel(entry, menu, parent)];
	});
}

function expectedLabel(entry: PxelinuxLabelSpec, menu: string, parent: string): unknown {
	const { does } = entry;
	const boot = typeof does === 'object' && 'boot' in does ? does.boot : undefined;
	const target =
		does === 'quit' || boot
			? undefined
			: 'goto' in does
				? does.goto
				: 'exit' in does
					? does.exit === true
						? parent
						: does.exit
					: undefined;
	const action = does === 'quit' ? 'quit' : boot ? 'command' : 'goto' in does ? 'goto' : 'exit';
	return {
		menu: entry.hide ? '.hidden' : menu,
		label: entry.disabled ? undefined : entry.label,
		display: ' '.repeat(entry.indent ?? 0) + (entry.display ?? entry.label),
		action: entry.disabled ? 'disabled' : action,
		target: entry.disabled && target !== undefined ? undefined : target,
		help: entry.help === undefined ? undefined : entry.help.replace(/\n?$/, '\n'),
		password: entry.password,
		...(boot &&
			!entry.disabled && {
				parts: {
					keyword: boot.keyword,
					kernel: boot.kernel,
					append: boot.append ?? '',
					initrd: boot.initrds?.length ? boot.initrds.join(',') : undefined,
					sysappend: sysappendMask(boot.sysappend ?? []),
				},
			}),
	};
}

function foundEntries(meaning: PxelinuxMeaning): unknown[] {
	const tag = (index: number | undefined) => (index === undefined ? undefined : meaning.menus[index]?.tag);
	return meaning.entries.map(({ label, display, action, help, password, parts, menu, target }) => ({
		...{ label, display, action, help, password, parts },
		menu: tag(menu),
		target: tag(target),
	}));
}

const word = fc.stringMatching(/^[A-Za-z0-9_/.:%-]{1,12}$/).filter((text) => !text.startsWith('.') && text !== '-');
const text = fc.stringMatching(/^[!-~äß€^][ -~äß€^]{0,20}$/);
const file = word;
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const names = fc.subarray(sysappendBits.map(({ name }) => name));

const boot = fc.oneof(
	fc.record({ keyword: fc.constant('localboot' as const), kernel: fc.constantFrom('0', '-1', '0x80') }),
	fc.record({
		keyword: fc.constantFrom(...(['kernel', 'linux', 'boot', 'bss', 'pxe', 'com32', 'config'] as const)),
		kernel: file,
		append: maybe(text.filter((value) => value !== '-' && !value.includes('initrd='))),
		initrds: maybe(fc.array(file, { maxLength: 3 })),
		sysappend: maybe(names),
	}),
);
const look = {
	display: maybe(text),
	password: maybe(text),
	help: maybe(
		fc
			.array(fc.constantFrom('', '  indented', 'TEXT HELP', '# a', 'label x', 'end text', 'menu end'), { maxLength: 4 })
			.map((lines) => lines.join('\n')),
	),
	indent: maybe(fc.nat(8)),
	save: maybe(fc.boolean()),
};
const label = fc
	.record({
		kind: fc.constant('label' as const),
		label: word,
		does: fc.oneof(
			{ weight: 6, arbitrary: fc.record({ boot }) },
			{ weight: 1, arbitrary: fc.record({ goto: fc.constant('.top') }) },
			{ weight: 1, arbitrary: fc.constant('quit' as const) },
		),
		hide: maybe(fc.boolean()),
		disabled: maybe(fc.boolean()),
		...look,
	})
	.map((spec) => (spec.disabled ? { ...spec, password: undefined } : spec));

const { entries: entriesOf } = fc.letrec<{ entries: PxelinuxEntrySpec[]; entry: PxelinuxEntrySpec }>((tie) => ({
	entry: fc.oneof(
		{ maxDepth: 3, withCrossShrink: true },
		label as fc.Arbitrary<PxelinuxEntrySpec>,
		fc.constant(separator),
		fc.record({
			kind: fc.constant('submenu' as const),
			tag: word,
			display: maybe(text),
			password: maybe(text),
			menu: maybe(fc.record({ title: maybe(text), layout: fc.constant({ rows: 7 }) })),
			entries: tie('entries'),
		}) as fc.Arbitrary<PxelinuxEntrySpec>,
	),
	entries: fc.array(tie('entry'), { maxLength: 4 }),
}));

const settings = fc.record({
	serial: maybe(fc.record({ port: fc.nat(3), baud: fc.constantFrom(9600, 115200) })),
	default: maybe(text),
	ui: maybe(text),
	prompt: maybe(fc.boolean()),
	timeout: maybe(fc.nat(600)),
	totalTimeout: maybe(fc.nat(600)),
	onTimeout: maybe(text),
	onError: maybe(text),
	implicit: maybe(fc.boolean()),
	allowOptions: maybe(fc.boolean()),
	noEscape: maybe(fc.boolean()),
	sendCookies: maybe(names),
	say: maybe(fc.array(text, { maxLength: 2 })),
	menuHidden: maybe(fc.boolean()),
	entries: entriesOf,
});

/** Labels and tags made unique: the builder refuses two of a name. */
function unique(entries: readonly PxelinuxEntrySpec[], counter = { value: 0 }): PxelinuxEntrySpec[] {
	return entries.map((entry) => {
		counter.value++;
		if (entry.kind === 'label') return { ...entry, label: `${entry.label}${counter.value}` };
		if (entry.kind === 'separator') return entry;
		return { ...entry, tag: `${entry.tag}${counter.value}`, entries: unique(entry.entries, counter) };
	});
}

describe('what is built is what the loader reads', () => {
	test('for any configuration', () => {
		fc.assert(
			fc.property(settings, (generated) => {
				const spec: PxelinuxSpec = { ...generated, entries: unique(generated.entries) };
				const printed = printPxelinux(pxelinux(spec));
				const config = parsePxelinux(printed);
				const meaning = evaluatePxelinux(config);
				expect(config.lines.filter(({ kind }) => kind === 'unknown')).toEqual([]);
				expect(foundEntries(meaning)).toEqual(expectedEntries(spec.entries));
				expect(meaning.settings).toEqual({
					timeout: spec.timeout ?? 0,
					totalTimeout: spec.totalTimeout ?? 0,
					prompt: Number(spec.prompt ?? false),
					implicit: Number(spec.implicit ?? true),
					allowOptions: Number(spec.allowOptions ?? true),
					noEscape: Number(spec.noEscape ?? false),
					noComplete: 0,
					noHalt: 0,
					console: 1,
					pxeRetry: 0,
					sysappend: 0,
					default: spec.default,
					ui: spec.ui,
					defaultCommand: spec.ui ?? spec.default,
					onTimeout: spec.onTimeout,
					onError: spec.onError,
					sendCookies: spec.sendCookies && sysappendMask(spec.sendCookies),
					serial: spec.serial && { ...spec.serial, flow: 0 },
					menuHidden: spec.menuHidden ?? false,
					menuShiftKey: false,
					path: [],
					say: spec.say ?? [],
					display: [],
				});
			}),
			{ numRuns: 400 },
		);
	});

	test('for any configuration, whatever an included file sets for all labels', async () => {
		const included = 'append console=ttyS0\nsysappend 3\nlabel site\nlinux s\n';
		await fc.assert(
			fc.asyncProperty(entriesOf, async (generated) => {
				const entries = unique(generated);
				const config = await includePxelinux(pxelinux({ include: ['site.cfg'], entries }), () => included);
				const [site, ...ours] = foundEntries(evaluatePxelinux(config));
				expect(site).toMatchObject({ label: 'site', parts: { append: 'console=ttyS0', sysappend: 3 } });
				expect(ours).toEqual(expectedEntries(entries));
			}),
			{ numRuns: 200 },
		);
	});

	test('what an included file sets counts where the specification says nothing', async () => {
		const included = 'default site\ntimeout 90\nprompt 1\nmenu title Site\nmenu background a.png\n';
		const spec: PxelinuxSpec = {
			include: ['site.cfg'],
			default: 'a',
			timeout: 50,
			menu: { title: 'Lab' },
			entries: [],
		};
		const { settings, menus } = evaluatePxelinux(await includePxelinux(pxelinux(spec), () => included));
		expect(settings).toMatchObject({ default: 'a', timeout: 50, prompt: 1 });
		expect(menus[1]).toMatchObject({ title: 'Lab', background: 'a.png' });
	});

	test('colours of messages: all of them, then single ones; a submenu has those of its parent', () => {
		const messageColors = '#80ffffff #00000000 std';
		const colors = { msg07: '* #ff000000', sel: '7;37;40' };
		const inner = submenu('inner', { menu: { messageColors: '#ffffffff' }, entries: [] });
		const built = pxelinux({ menu: { messageColors, colors }, entries: [submenu('same', { entries: [] }), inner] });
		const printed = printPxelinux(built);
		// MENU MSGCOLOR changes every msg element: what is said of one must come after it.
		expect(printed.indexOf('MENU MSGCOLOR')).toBeLessThan(printed.indexOf('MENU COLOR msg07'));
		expect(evaluatePxelinux(parsePxelinux(printed)).menus.slice(1)).toMatchObject([
			{ tag: '.top', messageColors, colors },
			{ tag: 'same', messageColors, colors },
			{ tag: 'inner', messageColors: '#ffffffff', colors },
		]);
		expect(evaluatePxelinux(parsePxelinux('menu msgcolour #fff\n')).menus[1]?.messageColors).toBe('#fff');
	});

	test('any text as a value is either refused or read back as it is', () => {
		const anything = fc.string({
			unit: fc.constantFrom('a', ' ', '\n', '\r', '\0', '\t', '-', ',', '^', 'initrd=', 'ENDTEXT', '.linux', 'é'),
		});
		const place = fc.constantFrom('label', 'kernel', 'append', 'initrd', 'display', 'help');
		fc.assert(
			fc.property(place, anything, (where, value) => {
				const options = {
					kernel: where === 'kernel' ? value : 'k',
					...(where === 'append' && { append: value }),
					...(where === 'initrd' && { initrds: [value] }),
					...(where === 'display' && { display: value }),
					...(where === 'help' && { help: value }),
				};
				const spec = { entries: [linux(where === 'label' ? value : 'a', options), linux('last', { kernel: 'l' })] };
				let printed: string;
				try {
					printed = printPxelinux(pxelinux(spec));
				} catch (error) {
					expect(error).toBeInstanceOf(EncodeError);
					return;
				}
				const meaning = evaluatePxelinux(parsePxelinux(printed));
				expect(foundEntries(meaning)).toEqual(expectedEntries(spec.entries));
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('refused', () => {
	const k = { kernel: 'k' };
	test.each<[string, PxelinuxSpec]>([
		['line-end', { entries: [linux('a', { ...k, append: 'x\nMENU HIDE' })] }],
		['line-end', { default: 'a\rb', entries: [] }],
		['leading-space', { entries: [linux('a', { ...k, append: ' x' })] }],
		['not-a-word', { entries: [linux('two words', k)] }],
		['label-twice', { entries: [linux('a', k), submenu('m', { entries: [linux('a', k)] })] }],
		['tag-twice', { entries: [submenu('m', { entries: [] }), submenu('m', { entries: [] })] }],
		['no-such-menu', { entries: [{ kind: 'label', label: 'a', does: { goto: 'nowhere' } }] }],
		['exit-at-top', { entries: [{ kind: 'label', label: 'a', does: { exit: true } }] }],
		['lone-hyphen', { entries: [linux('a', { ...k, append: '-' })] }],
		['two-initrds', { entries: [linux('a', { ...k, append: 'initrd=x', initrds: ['y'] })] }],
		['comma', { entries: [linux('a', { ...k, initrds: ['x,y'] })] }],
		['type-word', { entries: [linux('a', { kernel: '.com32' })] }],
		['name-too-long', { entries: [linux('a', { kernel: 'x'.repeat(256) })] }],
		['command-line-too-long', { entries: [linux('a', { ...k, append: 'x'.repeat(2040) })] }],
		['line-too-long', { entries: [linux('a', { ...k, help: 'x'.repeat(4095) })] }],
		['end-text', { entries: [linux('a', { ...k, help: 'b\n EndText \nc' })] }],
		['bad-default', { entries: [linux('a', { ...k, isDefault: true, hide: true })] }],
		['unknown-name', { menu: { layout: { columns: 1 } }, entries: [] }],
		['out-of-range', { timeout: 1.5, entries: [] }],
	])('%s: %j', (code, spec) => {
		expect(() => pxelinux(spec)).toThrowError(expect.objectContaining({ name: 'EncodeError', code }));
	});

	test('a command line of exactly the limit is built, one byte more is not', () => {
		const of = (length: number) => ({
			entries: [linux('a', { kernel: 'k', append: 'x'.repeat(length - '.linux k '.length) })],
		});
		expect(() => pxelinux(of(2047))).not.toThrow();
		expect(() => pxelinux(of(2048))).toThrow(/2048 bytes/);
	});

	test('recipes refuse too', () => {
		expect(() => wimboot('w', { files: ['a,b'] })).toThrow(EncodeError);
		expect(() => sanBoot('s', { targets: parseSanUri('nvme+tcp://h/nqn.2014-08.org.example:d') })).toThrow(EncodeError);
	});
});
