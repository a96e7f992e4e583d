import fc from 'fast-check';
import { EncodeError } from 'pxekit';
import {
	type IpxeBuilder,
	ipxe,
	ipxeCommands,
	ipxeText,
	ipxeWordText,
	nothing,
	parseIpxe,
	runIpxe,
	setting,
} from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

/** Texts that are likely to break a script, and any others. */
const nasty = fc.oneof(
	fc.string(),
	fc.string({ unit: 'binary' }),
	fc
		.array(
			fc.constantFrom(
				'||',
				'&&',
				';',
				'#',
				' ',
				'  ',
				'\n',
				'\r',
				'\\',
				'${',
				'}',
				'$',
				'{',
				'-',
				'--',
				'a',
				':',
				'\0',
				'\t',
				'é',
				'%',
				'/',
				'?',
				'=',
			),
			{ maxLength: 6 },
		)
		.map((pieces) => pieces.join('')),
);

/** Builds, or gives `undefined` when the builder refuses; nothing else may be thrown. */
function attempt(build: (builder: IpxeBuilder) => IpxeBuilder): string | undefined {
	try {
		return build(ipxe()).toString();
	} catch (error) {
		expect(error).toBeInstanceOf(EncodeError);
		return undefined;
	}
}

/** The commands as parsed: name, options with values, arguments. */
function commandsOf(text: string) {
	return parseIpxe(text)
		.lines.slice(1)
		.flatMap((line) =>
			line.commands.map((command) => ({
				name: ipxeWordText(command.words[0]!),
				options: command.words
					.filter((word) => word.role === 'option' || word.role === 'optionValue')
					.map(ipxeWordText)
					.join(' ')
					.replaceAll('=', ' '),
				arguments: command.words.filter((word) => word.role === 'argument').map(ipxeWordText),
				operator: command.operator?.text,
				comment: line.comment?.text,
			})),
		);
}

describe('nothing that is given can become anything else', () => {
	test('text of echo, set, item and prompt comes back word for word, and iPXE prints it', async () => {
		await fc.assert(
			fc.asyncProperty(nasty, async (text) => {
				const built = attempt((builder) => builder.echo(ipxeText`${text}`).set('x', text));
				if (built === undefined) return;
				expect(commandsOf(built)).toEqual([
					{ name: 'echo', options: '', arguments: text.split(' '), operator: undefined, comment: undefined },
					{ name: 'set', options: '', arguments: ['x', ...text.split(' ')], operator: undefined, comment: undefined },
				]);
				const run = await runIpxe(built);
				expect(run.console).toBe(`${text}\n`);
				expect(run.setting('x')).toBe(text);
			}),
			{ numRuns: 1000 },
		);
	});

	test('a command line comes back word for word and reaches the kernel as given', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(nasty, { minLength: 1, maxLength: 4 }), async (words) => {
				const built = attempt((builder) => builder.kernel('http://h/k', words).boot());
				if (built === undefined) return;
				expect(commandsOf(built).map((command) => command.arguments)).toEqual([['http://h/k', ...words], []]);
				const { outcome } = await runIpxe(built);
				expect(outcome.kind === 'booted' && outcome.commandLine).toBe(words.join(' '));
			}),
			{ numRuns: 1000 },
		);
	});

	test('a query value percent-encoded by the caller or by the builder arrives as given', async () => {
		await fc.assert(
			fc.asyncProperty(nasty, async (text) => {
				const built = attempt((builder) =>
					builder.chain(`http://h/x?y=${text.replace(/[%#?&=+]/g, encodeURIComponent)}`),
				);
				if (built === undefined) return;
				const { requests } = await runIpxe(built);
				expect(requests.map(({ uri }) => decodeURIComponent(new URL(uri).search.slice(3)))).toEqual([text]);
			}),
			{ numRuns: 1000 },
		);
	});

	test('option values and names come back', () => {
		fc.assert(
			fc.property(nasty, (text) => {
				const built = attempt((builder) => builder.kernel('k', [], { name: text }));
				if (built === undefined) return;
				const [command, ...others] = commandsOf(built);
				expect(others).toEqual([]);
				expect(command?.options).toBe(`--name ${text}`.replaceAll('=', ' '));
				expect(command?.arguments).toEqual(['k']);
			}),
			{ numRuns: 1000 },
		);
	});

	test('labels, menus and several commands on a line keep their shape', () => {
		fc.assert(
			fc.property(nasty, nasty, (label, text) => {
				const built = attempt((builder) =>
					builder
						.label(label)
						.menu({ title: text, items: [{ name: 'a', text }, { gap: text }] })
						.iseq(text, 'b')
						.and((next) => next.echo(text))
						.or((next) => next.goto(label)),
				);
				if (built === undefined) return;
				const lines = parseIpxe(built).lines.slice(1);
				expect(lines[0]?.label?.name).toBe(label);
				expect(commandsOf(built).map((command) => command.name)).toEqual([
					'menu',
					'item',
					'item',
					'choose',
					'iseq',
					'echo',
					'goto',
				]);
				expect(commandsOf(built).at(-1)?.arguments).toEqual([label]);
			}),
			{ numRuns: 500 },
		);
	});

	test('plain texts are not refused', () => {
		expect(attempt((builder) => builder.echo('a ||b c; "d" #'.replace(' #', '')))).toBe('#!ipxe\necho a ||b c; "d"\n');
		expect(attempt((builder) => builder.set('x', 'é € 100% a#b x\\y'))).toBe('#!ipxe\nset x é € 100% a#b x\\y\n');
	});
});

describe('what a script cannot say is refused by name', () => {
	test.each([
		['line-end', (b: IpxeBuilder) => b.echo('a\nshell')],
		['operator', (b: IpxeBuilder) => b.echo('a || shell')],
		['operator', (b: IpxeBuilder) => b.kernel('k', [';'])],
		['comment', (b: IpxeBuilder) => b.set('colour', '#ff0000')],
		['expansion', (b: IpxeBuilder) => b.echo('${net0/mac}')],
		['expansion', (b: IpxeBuilder) => b.echo(ipxeText`$${'{x}'}`)],
		['bad-spaces', (b: IpxeBuilder) => b.echo(' a')],
		['bad-spaces', (b: IpxeBuilder) => b.set('x', 'a  b')],
		['bad-spaces', (b: IpxeBuilder) => b.set('x', '')],
		['not-one-word', (b: IpxeBuilder) => b.kernel('k', ['a b'])],
		['backslash', (b: IpxeBuilder) => b.echo('C:\\')],
		[
			'too-many-words',
			(b: IpxeBuilder) =>
				b.kernel(
					'k',
					Array.from({ length: 255 }, () => 'x'),
				),
		],
		['unknown-option', (b: IpxeBuilder) => b.command('kernel', { drive: 1 }, 'k')],
		['unknown-command', (b: IpxeBuilder) => b.command('frobnicate')],
		['missing-label', (b: IpxeBuilder) => b.goto('nowhere')],
		['double-label', (b: IpxeBuilder) => b.label('a').label('a')],
		['bad-label', (b: IpxeBuilder) => b.label('a b')],
		['not-one-command', (b: IpxeBuilder) => b.dhcp().or((next) => next.echo('a').echo('b'))],
		['white-space', (b: IpxeBuilder) => b.echo('a\tb')],
		['bad-setting', (b: IpxeBuilder) => b.echo({ reference: 'x} || shell ${y' })],
		['not-a-number', (b: IpxeBuilder) => b.command('sanunhook', { drive: 'x' })],
		['empty-menu', (b: IpxeBuilder) => b.menu({ title: 'T', items: [] })],
	])('%s', (code, build) => {
		expect(() => build(ipxe()).toString()).toThrow(expect.objectContaining({ name: 'EncodeError', code }));
	});

	test.each([
		['bad-label', (b: IpxeBuilder) => b.label('a\\')],
		['line-end', (b: IpxeBuilder) => b.comment('a\rb')],
		['not-one-command', (b: IpxeBuilder) => b.dhcp().or((next) => next.comment('a'))],
		['no-command', (b: IpxeBuilder) => b.comment('a').or((next) => next.shell())],
		['no-command', (b: IpxeBuilder) => b.label('a').ignoreFailure()],
		['missing-label', (b: IpxeBuilder) => b.dhcp().or((next) => next.goto('nowhere'))],
		['missing-item', (b: IpxeBuilder) => b.menu({ title: 'T', items: [{ name: 'a', text: 'A' }], default: 'b' })],
		['unknown-type', (b: IpxeBuilder) => b.echo(setting('mac', 'hexhype' as 'hex'))],
		['not-a-number', (b: IpxeBuilder) => b.sleep(1.5)],
		['not-a-number', (b: IpxeBuilder) => b.sleep(-1)],
		['not-a-number', (b: IpxeBuilder) => b.exit(Number.NaN)],
		['not-a-number', (b: IpxeBuilder) => b.inc('x', 1e21)],
		['not-a-number', (b: IpxeBuilder) => b.retry({ label: 'a', attempts: 0 }, (next) => next.dhcp())],
		['not-a-number', (b: IpxeBuilder) => b.retry({ label: 'a', attempts: 1.5 }, (next) => next.dhcp())],
		['bad-label', (b: IpxeBuilder) => b.retry({ label: 'a:b', attempts: 2 }, (next) => next.dhcp())],
		['not-a-number', (b: IpxeBuilder) => b.command('choose', { timeout: '08' }, 'x')],
		['bad-key', (b: IpxeBuilder) => b.prompt('x', { key: 'ab' })],
		['bad-key', (b: IpxeBuilder) => b.prompt('x', { key: 'é' })],
		['bad-uuid', (b: IpxeBuilder) => b.sanboot([], { uuid: 'x' })],
		['not-one-word', (b: IpxeBuilder) => b.imgset('a b', 'u')],
		['not-utf8', (b: IpxeBuilder) => b.label('\ud800')],
		['not-utf8', (b: IpxeBuilder) => b.comment('\ud800')],
		['not-a-value', (b: IpxeBuilder) => b.set('x', null as unknown as string)],
		['not-a-value', (b: IpxeBuilder) => b.set('x', true as unknown as string)],
		['not-a-value', (b: IpxeBuilder) => b.set('x', ['a'] as unknown as string)],
		['not-a-value', (b: IpxeBuilder) => b.set('x', { parts: [1] } as unknown as string)],
	])('%s, which iPXE would only find out when it runs: %s', (code, build) => {
		expect(() => build(ipxe()).toString()).toThrow(expect.objectContaining({ name: 'EncodeError', code }));
	});

	test('254 words after the URI are the most, and pass', () => {
		expect(
			attempt((builder) =>
				builder.kernel(
					'k',
					Array.from({ length: 254 }, () => 'x'),
				),
			),
		).toContain(' x x\n');
	});

	test('a message names the value, but never a secret', () => {
		expect(() => ipxe().echo('evil\nshell')).toThrow(/"evil\\nshell".*line end/);
		expect(() => ipxe().set('password', 'pass\nword', { secret: true })).toThrow(/^(?!.*pass\\nword)/);
		try {
			ipxe().set('password', 'top\nsecret', { secret: true });
			expect.unreachable();
		} catch (error) {
			expect(String(error)).not.toContain('top');
		}
		const secret = { secret: true };
		const endsInBackslash = ipxe()
			.isset('x')
			.and((next) => next.set('password', 'hunter2\\', secret));
		expect(() => endsInBackslash.toString()).toThrow(/^(?!.*hunter2).*ends in/);
		expect(() => ipxe().set('password', 'hunter2\\', secret).toString()).toThrow(/^(?!.*hunter2).*ends in/);
	});
});

describe('what is built', () => {
	test('every command of the table has a method, whose options the table has', () => {
		const builder = ipxe() as unknown as Record<string, (...words: unknown[]) => IpxeBuilder>;
		for (const { name } of ipxeCommands) expect(typeof builder[name], name).toBe('function');
		const script = ipxe()
			.ifconf(['net0'], { configurator: 'ipv6', timeout: 5 })
			.item('a', 'Text of it', { menu: 'm', key: 'a', default: true })
			.choose('x', { menu: 'm', default: 'a', timeout: 1, retimeout: 2, keep: true })
			.param('k', 'v w', { params: 'p', header: true })
			.vcreate('net0', { tag: 5, priority: 1 })
			.sha256sum(['a', 'b'], { set: 'x' })
			.shim('http://h/s him', { 'allow-pxe': true })
			.certstore('c', { subject: 's', keep: true })
			.ping('h', { size: 1, timeout: 2, count: 3, quiet: true })
			.imgset('x', 'u', { keep: true });
		expect(script.toString().split('\n').slice(1, -1)).toEqual([
			'ifconf --configurator ipv6 --timeout 5 net0',
			'item --menu m --key a --default a Text of it',
			'choose --menu m --default a --timeout 1 --retimeout 2 --keep x',
			'param --params p --header k v w',
			'vcreate --tag 5 --priority 1 net0',
			'sha256sum --set x a b',
			'shim --allow-pxe http://h/s%20him',
			'certstore --subject s --keep c',
			'ping --size 1 --timeout 2 --count 3 --quiet h',
			'imgset --keep x u',
		]);
	});

	test('-- goes where an argument could be an option', () => {
		expect(ipxe().echo('---').toString()).toBe('#!ipxe\necho -- ---\n');
		expect(ipxe().exit(-1).toString()).toBe('#!ipxe\nexit -- -1\n');
		expect(ipxe().isset(setting('v')).toString()).toBe('#!ipxe\nisset -- ${v}\n');
		expect(ipxe().isset(setting('net0/mac')).toString()).toBe('#!ipxe\nisset ${net0/mac}\n');
		// The address of a card may be empty.
		expect(
			ipxe()
				.echo(ipxeText`${setting('net0/mac')}-x`)
				.toString(),
		).toBe('#!ipxe\necho -- ${net0/mac}-x\n');
		expect(
			ipxe()
				.echo(ipxeText`${setting('net0/mac')}${setting('serial')}`)
				.toString(),
		).toBe('#!ipxe\necho -- ${net0/mac}${serial}\n');
		expect(ipxe().kernel('k', [], { name: '-x' }).toString()).toBe('#!ipxe\nkernel --name=-x k\n');
	});

	test('the number of a key is a number, and a digit is the key with that digit', () => {
		expect(ipxe().prompt('x', { key: 9 }).toString()).toBe('#!ipxe\nprompt --key 0x9 x\n');
		expect(ipxe().prompt('x', { key: '9' }).toString()).toBe('#!ipxe\nprompt --key 9 x\n');
	});

	test('a URI that would be an operator, or end a line, is encoded', () => {
		expect(ipxe().chain('||').imgfetch('a\\').toString()).toBe('#!ipxe\nchain %7C%7C\nimgfetch a%5C\n');
	});

	test('a builder can be appended to itself', () => {
		const twice = ipxe().echo('a');
		expect(twice.append(twice).toString()).toBe('#!ipxe\necho a\necho a\n');
	});

	test('the methods take every option that the table has, but for four of another shape', () => {
		const download = { name: 'n', timeout: 5, quiet: true, autofree: true };
		const verify = { timeout: 5, quiet: true, keep: true };
		const uuid = '00112233-4455-6677-8899-aabbccddeeff';
		const place = { x: 1, y: 2, left: 1, right: 2, top: 3, bottom: 4, depth: 32, picture: 'p', keep: true };
		const shim = { timeout: 5, quiet: true, 'require-loader': true, 'allow-pxe': true, 'allow-sbat': true };
		const san = { drive: 128, 'no-describe': true };
		const all = ipxe()
			.boot('k', [], { ...download, replace: true })
			.chain('k', { ...download, replace: true })
			.imgexec('k', { ...download, replace: true })
			.kernel('k', [], download)
			.imgload('k', [], download)
			.imgselect('k', download)
			.imgargs('k', [], download)
			.imgfetch('k', [], download)
			.initrd('k', [], download)
			.module('k', download)
			.certfree({ subject: 's' })
			.certstat({ subject: 's' })
			.certstore('c', { subject: 's', keep: true })
			.choose('x', { menu: 'm', default: 'd', timeout: 1, retimeout: 2, keep: true })
			.colour(1, { basic: 1, rgb: 2 })
			.console(place)
			.cpair(1, { foreground: 1, background: 2 })
			.cpuid(1, { ext: true, amd: true, ecx: true })
			.echo('x', { n: true })
			.fcels('x', { port: 'p', id: 'i' })
			.fdt('u', { timeout: 1, quiet: true })
			.form('t', { name: 'n', delete: true })
			.ifconf([], { configurator: 'dhcp', timeout: 1 })
			.iflinkwait([], { timeout: 1 })
			.imgdecrypt('a', 'b', { name: 'n', ...verify })
			.imgextract('a', { name: 'n', ...verify })
			.imgmem(1, 2, { name: 'n' })
			.imgset('s', 'u', verify)
			.imgtrust({ allow: true, permanent: true })
			.imgverify('a', 'b', { signer: 's', ...verify })
			.lotest('a', 'b', { mtu: 1, broadcast: true })
			.param('k', 'v', { params: 'p', header: true })
			.ping('h', { size: 1, timeout: 1, count: 1, quiet: true })
			.present({ form: 'f', keep: true })
			.prompt('p', { key: 'k', timeout: 1 })
			.read('r', { timeout: 1 })
			.reboot({ warm: true, setup: true })
			.sanboot('u', { ...san, keep: true, filename: 'f', extra: 'e', label: 'l', uuid })
			.sanhook('u', san)
			.sanunhook({ drive: 128 })
			.shim('s', shim)
			.show('s', { quiet: true })
			.sync({ timeout: 1 })
			.vcreate('n', { tag: 1, priority: 1 });
		for (const name of ['md4sum', 'md5sum', 'sha1sum', 'sha224sum', 'sha256sum', 'sha384sum', 'sha512sum'] as const) {
			all[name](['i'], { set: 's' });
		}
		const seen = new Map(
			all
				.build()
				.lines.flatMap(({ commands }) => commands)
				.map(({ words }) => [ipxeWordText(words[0]!), words.filter(({ role }) => role === 'option').map(ipxeWordText)]),
		);
		// These have a method of another shape: menu and params make a whole, item is made by menu, dhcp is ifconf.
		const others = ['dhcp', 'menu', 'params', 'item'];
		for (const { name, options } of ipxeCommands.filter((command) => !others.includes(command.name))) {
			expect((seen.get(name) ?? []).sort(), name).toEqual(options.map(({ long }) => `--${long}`).sort());
		}
	});

	test('nothing makes the second space that a literal may not have', async () => {
		const run = await runIpxe(ipxe().echo(ipxeText`a ${nothing} b`).build());
		expect(run.console).toBe('a  b\n');
	});

	test('a retry loop tries as often as it says', async () => {
		const script = ipxe()
			.retry({ label: 'net', attempts: 4, seconds: 2 }, (builder) => builder.dhcp())
			.echo('up');
		const failing = await runIpxe(script.build(), { dhcp: () => undefined });
		expect(failing.events.filter((event) => event.kind === 'dhcp')).toHaveLength(4);
		expect(failing.outcome).toMatchObject({ kind: 'firmware', status: 1 });
		let tries = 0;
		const later = await runIpxe(script.build(), { dhcp: () => (++tries < 3 ? undefined : {}) });
		expect(later.console).toContain('up');
		expect(tries).toBe(3);
	});

	test('a subscript runs with its own labels and the same settings', async () => {
		const inner = ipxe().label('x').set('y', 'from inside');
		const run = await runIpxe(ipxe().label('x').subscript(inner).echo(setting('y')).build());
		expect(run.console).toContain('from inside\n');
	});

	test('gPXE gets its own first line, and what it does not know is refused', () => {
		expect(ipxe({ target: 'gpxe' }).dhcp('net0').chain('http://h/x').toString()).toBe(
			'#!gpxe\ndhcp net0\nchain http://h/x\n',
		);
		const refused = [
			(b: IpxeBuilder) => b.dhcp(),
			(b: IpxeBuilder) => b.label('x'),
			(b: IpxeBuilder) => b.dhcp('net0').ignoreFailure(),
			(b: IpxeBuilder) => b.set('x', 'two words'),
			(b: IpxeBuilder) => b.isset('x'),
			(b: IpxeBuilder) => b.chain('x', { autofree: true }),
			(b: IpxeBuilder) => b.echo(setting(ipxeText`net${setting('i')}/mac`)),
		];
		for (const build of refused) {
			expect(() => build(ipxe({ target: 'gpxe' })).toString()).toThrow(
				expect.objectContaining({ code: 'not-in-gpxe' }),
			);
		}
	});
});
