import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
import { formatIpxeRun, type IpxeHost, ipxeCommands, runIpxe, settingsFromDhcp } from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

const script = (...lines: readonly string[]) => `#!ipxe\n${lines.join('\n')}\n`;

describe('any script', () => {
	const pieces = fc.oneof(
		fc.constantFrom(...ipxeCommands.map(({ name }) => name)),
		fc.constantFrom(
			'\n',
			' ',
			' ',
			' || ',
			' && ',
			' ; ',
			'#',
			'\n:a ',
			'a',
			'goto a',
			'${',
			'}',
			'${a}',
			'${a:hex}',
			'set a ${a}b',
			'-n',
			'--name',
			'--',
			'http://h/x',
			'data:,#!ipxe%0Ashell',
			'1',
			'0x10',
			'net0',
			'\\\n',
			'\0',
			'é',
		),
		fc.string({ maxLength: 5 }),
	);
	const hosts: readonly IpxeHost[] = [
		{},
		{
			platform: 'efi',
			answer: (question) => (question.kind === 'menu' ? question.default : null),
			fetch: () => ({ body: '#!ipxe\nexit 1' }),
		},
		{ platform: 'linux', dhcp: () => undefined, fetch: () => ({ error: 'timeout' }), san: () => false },
		{ rules: 'gpxe', fetch: () => ({ status: 302, location: '../x' }), digest: () => 'ab', sanBoots: false },
	];

	test('ends, with an outcome, whatever it says', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), fc.constantFrom(...hosts), async (parts, host) => {
				const run = await runIpxe(`#!ipxe\n${parts.join('')}`, { ...host, budget: { steps: 200 } });
				expect(run.outcome.kind).toMatch(/^(booted|san|firmware|shell|power|failed|out-of-budget)$/);
				expect(formatIpxeRun(run)).toBe(formatIpxeRun(run));
			}),
			{ numRuns: 1000 },
		);
	});

	test('bytes of any kind run too', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
				const body = new Uint8Array([...new TextEncoder().encode('#!ipxe\necho '), ...bytes]);
				expect((await runIpxe(body)).steps).toBeGreaterThanOrEqual(0);
			}),
		);
	});
});

describe('what never ends', () => {
	test.each([
		['a loop', script(':a', 'goto a'), {}, /10000 commands/],
		[
			'a value that refers to itself',
			script('set x:hex 24:7b:78:3a:73:74:72:69:6e:67:7d', 'echo ${x:string}'),
			{},
			/never ends/,
		],
		['a menu that nobody answers', script('menu T', 'item a A', 'choose x'), {}, /line 4 waits for a choice/],
		['waiting', script(':a', 'sleep 60', 'goto a'), {}, /3600000 simulated milliseconds/],
		[
			'a script that chains itself',
			script('chain x'),
			{ uri: 'http://h/x', fetch: () => ({ body: script('chain x') }) },
			/100 deep/,
		],
	] as const)('%s is out of budget', async (_, source, host, message) => {
		const { outcome } = await runIpxe(source, host);
		expect(outcome).toMatchObject({ kind: 'out-of-budget', message: expect.stringMatching(message) });
	});
});

describe('outcomes', () => {
	test.each([
		['shell', script('shell'), {}, { kind: 'shell' }],
		['reboot', script('reboot'), { platform: 'efi' }, { kind: 'power', action: 'reboot' }],
		['failure with its line', script('echo a', 'echo b \\', ' c', 'goto nowhere'), {}, { kind: 'failed', line: 5 }],
		['end', script('echo a'), {}, { kind: 'firmware', status: 0 }],
		['exit', script('exit 7'), {}, { kind: 'firmware', status: 7 }],
		['no script', 'echo a', {}, { kind: 'failed' }],
		['a SAN device', script('sanboot --drive 0x81 http://h/disk'), {}, { kind: 'san', uris: ['http://h/disk'] }],
	] as const)('%s', async (_, source, host, outcome) => {
		expect((await runIpxe(source, host)).outcome).toMatchObject(outcome);
	});

	test('a replaced script does not go on, and its status is that of the new one', async () => {
		const fetch = () => ({ body: script('echo new', 'exit 3') });
		const run = await runIpxe(script('chain --replace x || echo not reached', 'echo nor this'), { fetch });
		expect(run.console.replace(/^x\.\.\. ok\n/, '')).toMatch(/^new\nCould not boot: Error 0x00000003/);
		expect(run.status).toBe(3);
	});

	test('a kernel sees its command line, on UEFI after its own name', async () => {
		const source = script('kernel http://h/vmlinuz a b', 'boot');
		const lineOn = async (platform: 'efi' | 'pcbios') => {
			const { outcome } = await runIpxe(source, { platform });
			return outcome.kind === 'booted' ? outcome.commandLine : undefined;
		};
		expect(await lineOn('pcbios')).toBe('a b');
		expect(await lineOn('efi')).toBe('vmlinuz a b');
	});

	test('a failed kernel stays and becomes an initrd of the next, unless imgfree', async () => {
		const host: IpxeHost = { platform: 'efi', fetch: ({ uri }) => ({ body: uri.endsWith('bad') ? 'text' : 'MZ' }) };
		const initrds = async (...between: string[]) => {
			const { outcome } = await runIpxe(
				script('kernel http://h/bad ||', ...between, 'kernel http://h/good', 'boot'),
				host,
			);
			return outcome.kind === 'booted' ? outcome.initrds.map(({ name }) => name) : outcome;
		};
		expect(await initrds()).toEqual(['bad']);
		expect(await initrds('imgfree')).toEqual([]);
	});

	test('commands that a build lacks fail as in that build', async () => {
		const source = script('params || echo none');
		expect((await runIpxe(source, { platform: 'pcbios' })).console).toBe('params: command not found\nnone\n');
		expect((await runIpxe(source, { platform: 'efi' })).console).toBe('');
		expect((await runIpxe(source, { platform: 'efi', version: '1.21.1' })).console).toContain('none');
		expect((await runIpxe(source, { platform: 'pcbios', commands: { params: true } })).console).toBe('');
	});

	test('options that came after a version fail as in that version', async () => {
		const source = script('read --timeout 5 x || echo none');
		const answer = () => 'y';
		const old = await runIpxe(source, { version: '1.21.1', answer });
		expect(old.console).toMatch(/^Unrecognised option "--timeout"\nUsage:\n\n {2}read <setting>\n/);
		expect(old.console).toContain('none\n');
		expect((await runIpxe(source, { version: '2.0.0', answer })).console).toBe('\n');
	});
});

describe('the person at the keyboard', () => {
	test('answers menus, prompts, forms and reads', async () => {
		const source = script(
			'menu T',
			'item a A',
			'item --key b b B',
			'choose x',
			'prompt --key 0x02 Go? && echo went',
			'read y',
			'form F',
			'item f Field',
			'item --secret g Secret',
			'present',
			'echo ${x} ${y} ${f} ${g}',
		);
		const asked: string[] = [];
		const run = await runIpxe(source, {
			answer: (question) => {
				asked.push(question.kind);
				return { menu: 'b', prompt: '0x02', read: 'typed é', shell: '' }[question.kind];
			},
		});
		expect(asked).toEqual(['menu', 'prompt', 'read', 'read', 'read']);
		expect(run.console).toContain('b typed é typed é typed é\n');
		expect(JSON.stringify(run.events.filter((event) => event.kind === 'set' && event.setting === 'g'))).not.toContain(
			'typed',
		);
	});

	test('a choice that the menu does not have is a mistake of the test', async () => {
		await expect(runIpxe(script('menu T', 'item a A', 'choose x'), { answer: () => 'zz' })).rejects.toThrow(
			/"zz".*line 4/,
		);
	});

	test('Escape fails the choice', async () => {
		const run = await runIpxe(script('menu T', 'item a A', 'choose x || echo left'), { answer: () => null });
		expect(run.console).toBe('left\n');
	});
});

describe('settings of a DHCP reply', () => {
	test('fields, options and sub-options as iPXE names them', async () => {
		const reply = decodeDhcp(
			encodeDhcp({
				op: 2,
				xid: 1,
				chaddr: '52:54:00:12:34:56',
				yiaddr: '10.0.0.9',
				siaddr: '10.0.0.1',
				file: 'boot.ipxe',
				options: [
					[53, Uint8Array.of(5)],
					[12, new TextEncoder().encode('node1')],
					[175, Uint8Array.of(8, 1, 1, 190, 1, 0x75)],
				],
			}),
		);
		const source = script(
			'echo ${net0/mac} ${ip} ${next-server} ${filename} ${hostname} ${keep-san} ${username} ${net0.dhcp/53:uint8} ${175.8}',
		);
		const run = await runIpxe(source, { settings: settingsFromDhcp(reply) });
		expect(run.console).toBe('52:54:00:12:34:56 10.0.0.9 10.0.0.1 boot.ipxe node1 1 u 0x5 1\n');
	});

	test('a proxyDHCP reply has a block of its own', async () => {
		const packet = { op: 2, xid: 1, chaddr: '52:54:00:12:34:56', options: { messageType: 'ACK' } } as const;
		const dhcp = decodeDhcp(encodeDhcp({ ...packet, yiaddr: '10.0.0.9', siaddr: '10.0.0.1' }));
		const proxy = decodeDhcp(encodeDhcp({ ...packet, siaddr: '10.0.0.2', file: 'p' }));
		const settings = { ...settingsFromDhcp(dhcp), ...settingsFromDhcp(proxy, 'net0', 'proxydhcp') };
		const run = await runIpxe(script('echo ${net0.dhcp/next-server} ${proxydhcp/next-server} ${filename}'), {
			settings,
		});
		expect(run.console).toBe('10.0.0.1 10.0.0.2 p\n');
	});

	const file = new URL('../../../fixtures/dhcp/packets.jsonl', import.meta.url);
	test.skipIf(!existsSync(file))('every captured reply gives settings that a client can have', async () => {
		const rows = readFileSync(file, 'utf8')
			.split('\n')
			.filter(Boolean)
			.map((line) => JSON.parse(line) as { hex: string });
		let replies = 0;
		for (const { hex } of rows) {
			const packet = decodeDhcp(new Uint8Array(Buffer.from(hex, 'hex')));
			if (packet.op !== 2) continue;
			replies++;
			const run = await runIpxe(script('echo ${net0/mac}'), { settings: settingsFromDhcp(packet) });
			expect(run.console).toBe(`${packet.mac}\n`);
		}
		expect(replies).toBeGreaterThan(20);
	});
});

test('a run as text', async () => {
	const source = script(
		'dhcp',
		'menu Boot',
		'item --gap Systems',
		'item a Arch',
		'choose --timeout 1000 x',
		'params',
		'param k v w',
		'imgfetch http://h/f##params || sleep 2',
		'kernel http://h/k console=ttyS0',
		'initrd http://h/i /etc/i',
		'boot',
	);
	const run = await runIpxe(source, {
		platform: 'efi',
		uri: 'http://h/start.ipxe',
		settings: { 'net0/mac': '52:54:00:12:34:56' },
		fetch: ({ uri }) => (uri.endsWith('/f') ? { status: 404 } : { body: 'MZ' }),
	});
	expect(formatIpxeRun(run)).toBe(
		[
			'script http://h/start.ipxe',
			'2 dhcp net0 ok',
			'| Configuring (net0 52:54:00:12:34:56)...... ok',
			'6 menu Boot',
			'    Systems',
			'  a: Arch',
			'  chose a by timeout',
			'9 POST http://h/f (imgfetch) failed 0x2d0c6102',
			'  Content-Type: application/x-www-form-urlencoded',
			'  k=v%20w',
			'| http://h/f##params... Not found (https://ipxe.org/2d0c6102)',
			'9 sleep 2000 ms',
			'10 GET http://h/k (kernel) ok',
			'| http://h/k... ok',
			'11 GET http://h/i (initrd) ok',
			'| http://h/i... ok',
			'booted k (http://h/k) with: k console=ttyS0',
			'  initrd i (http://h/i) at /etc/i',
			'',
		].join('\n'),
	);
});
