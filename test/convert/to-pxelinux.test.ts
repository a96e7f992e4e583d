// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how iPXE names a setting.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { ipxeToPxelinux, pxelinuxToIpxe } from 'pxekit/convert';
import { type IpxeHost, parseIpxe, runIpxe } from 'pxekit/ipxe';
import { evaluatePxelinux, parsePxelinux, printPxelinux } from 'pxekit/pxelinux';
import { describe, expect, test } from 'vitest';
import { bootsInPxelinux, essence } from './both-sides.ts';

const host = {
	uri: 'http://10.0.0.1/boot.ipxe',
	settings: { 'net0/mac': '52:54:00:12:34:56', 'initiator-iqn': 'iqn.2004-01.org.example:host1' },
};

describe('an iPXE script as a PXELINUX configuration', () => {
	test('each choice of the menus becomes an entry with the same boot', async () => {
		const script = parseIpxe(`#!ipxe
menu Lab
item --gap Systems
item arch Arch Linux
item more Others
item disk Local disk
choose --default arch --timeout 5000 selected && goto \${selected}
:arch
kernel vmlinuz initrd=initrd.img mac=\${net0/mac} quiet
initrd initrd.img
boot
:more
menu More
item iscsi Disk
item off Switch off
choose selected && goto \${selected}
:iscsi
sanboot iscsi:10.0.0.1::::iqn.2004-01.org.example:disk1
:off
poweroff
:disk
exit 1
`);
		const { config, losses } = await ipxeToPxelinux(script, host);
		const text = printPxelinux(config);
		const meaning = evaluatePxelinux(parsePxelinux(text));
		expect(meaning.entries.map(({ label, display }) => [label, display])).toEqual([
			[undefined, ''],
			['arch', 'Arch Linux'],
			[undefined, 'Others'],
			['iscsi', 'Disk'],
			['off', 'Switch off'],
			['disk', 'Local disk'],
		]);
		expect(meaning.settings).toMatchObject({ ui: 'menu.c32', timeout: 50 });
		expect(essence(await bootsInPxelinux(text, 'arch'))).toEqual({
			files: ['http://10.0.0.1/vmlinuz', 'http://10.0.0.1/initrd.img'],
			commandLine: 'mac=52:54:00:12:34:56 quiet',
		});
		expect(essence(await bootsInPxelinux(text, 'iscsi'))).toEqual({
			san: ['iscsi:10.0.0.1::::iqn.2004-01.org.example:disk1'],
		});
		expect(essence(await bootsInPxelinux(text, 'off'))).toEqual({ kind: 'power', action: 'poweroff' });
		expect(essence(await bootsInPxelinux(text, 'disk'))).toEqual({ kind: 'firmware' });
		expect(losses.map(({ code }) => code)).toEqual(['gap-text']);
	});

	test('what PXELINUX can not fetch or boot is lost', async () => {
		const codes = async (commands: string) =>
			(await ipxeToPxelinux(parseIpxe(`#!ipxe\n${commands}\n`), host)).losses.map(({ code }) => code);
		expect(await codes('kernel https://10.0.0.1/k\nboot')).toEqual(['scheme']);
		expect(await codes('kernel k\ninitrd i /etc/i\nboot')).toEqual(['initrd-place']);
		expect(await codes('sanboot --drive 0x00')).toEqual(['drive']);
		expect(await codes('shell')).toEqual(['no-boot']);
		expect(await codes(`kernel k ${'x'.repeat(2100)}\nboot`)).toEqual(['not-sayable']);
	});

	test('there and back again', async () => {
		const text = 'default a\nlabel a\nlinux tftp://10.0.0.1/k\nappend x  y\ninitrd tftp://10.0.0.1/i\n';
		const there = pxelinuxToIpxe(parsePxelinux(text));
		const { config, losses } = await ipxeToPxelinux(there.script);
		expect([...there.losses, ...losses]).toEqual([]);
		expect(essence(await bootsInPxelinux(printPxelinux(config), 'boot'))).toEqual(
			essence(await bootsInPxelinux(text, 'a')),
		);
	});
});

const convert = async (commands: string, on: IpxeHost = host) => {
	const { config, losses } = await ipxeToPxelinux(parseIpxe(`#!ipxe\n${commands}\n`), on);
	const text = printPxelinux(config);
	return { text, meaning: evaluatePxelinux(parsePxelinux(text)), losses: losses.map(({ code }) => code) };
};

describe('boots', () => {
	test.each(['pcbios', 'efi'] as const)(
		'a kernel on %s: all initrds, and no name of its own before the arguments',
		async (platform) => {
			const commands = 'initrd a\ninitrd --name b c/d\nkernel k initrd=a initrd=b x=1 quiet\nboot';
			const { text, losses } = await convert(commands, { ...host, platform });
			expect(losses).toEqual([]);
			expect(essence(await bootsInPxelinux(text, 'boot'))).toEqual({
				files: ['http://10.0.0.1/k', 'http://10.0.0.1/a', 'http://10.0.0.1/c/d'],
				commandLine: 'x=1 quiet',
			});
		},
	);

	test.each<[IpxeHost['platform'], string, string]>([
		['pcbios', 'kernel u u', 'u'],
		['efi', 'kernel u u', 'u'],
		[undefined, 'kernel u u u', 'u u'],
		['efi', 'kernel u', ''],
	])('%s, %j: the name of the kernel is one of its words only where UEFI puts it', async (platform, kernel, words) => {
		const { text } = await convert(`${kernel}\nboot`, { ...host, ...(platform && { platform }) });
		expect(essence(await bootsInPxelinux(text, 'boot'))).toEqual({
			files: ['http://10.0.0.1/u'],
			commandLine: words,
		});
	});

	test.each([
		['sanboot --no-describe --drive 0x80', '.com32 chain.c32 hd0'],
		['sanboot --drive 0x81', '.com32 chain.c32 hd1'],
		['sanhook --drive 0x81 iscsi:10.0.0.1::::iqn.a\nsanboot --drive 0x82', '.com32 chain.c32 hd2'],
		[
			'sanhook --drive 0x81 iscsi:10.0.0.1::::iqn.a\nsanboot --drive 0x81',
			'.com32 sanboot.c32 iscsi:10.0.0.1::::iqn.a',
		],
		['reboot', '.com32 reboot.c32'],
		['exit 1', '.localboot -1'],
	])('%j as %s', async (commands, commandLine) => {
		const { meaning, losses } = await convert(commands, { ...host, platform: 'efi' });
		expect(losses).toEqual([]);
		expect(meaning.entries).toMatchObject([{ label: 'boot', commandLine }]);
		expect(meaning.settings.default).toBe('boot');
	});

	test.each([
		['52:54:00:12:34:56', 'http://10.0.0.1/mine'],
		['52:54:00:12:34:57', 'http://10.0.0.1/other'],
	])('what the script decides for %s', async (mac, kernel) => {
		const commands = 'iseq ${net0/mac} 52:54:00:12:34:56 && goto mine ||\nkernel other\nboot\n:mine\nkernel mine\nboot';
		const { meaning } = await convert(commands, { ...host, settings: { 'net0/mac': mac } });
		expect(meaning.entries[0]?.parts?.kernel).toBe(kernel);
	});

	test('a file that is missing is gone round', async () => {
		const fetch: IpxeHost['fetch'] = ({ uri }) => ({ status: uri.endsWith('/a') ? 404 : 200 });
		const { meaning } = await convert('kernel a && boot ||\nimgfree\nkernel b && boot', { ...host, fetch });
		expect(meaning.entries[0]?.parts?.kernel).toBe('http://10.0.0.1/b');
	});
});

describe('menus', () => {
	interface Leaf {
		readonly kernel: string;
		readonly initrds: readonly string[];
		readonly words: readonly string[];
	}
	const inner = ':more\nmenu More\nitem off Off\nchoose x && goto ${x}';
	const twoMenus = (choose: string, more = inner) =>
		`menu Lab\nitem disk Disk\nitem more Others\n${choose} x && goto \${x}\n:disk\nexit 1\n${more}\n:off\npoweroff`;

	test.each([
		['choose', 'disk'],
		['choose --default more', 'more'],
		['choose --default nowhere', 'disk'],
	])('%s: the entry to begin with is %s', async (choose, tag) => {
		const { meaning, losses } = await convert(twoMenus(choose));
		expect(losses).toEqual([]);
		const { entries, menus } = meaning;
		const chosen = entries[menus[1]?.entries[menus[1].default] as number];
		expect(chosen?.target === undefined ? chosen?.label : menus[chosen.target]?.tag).toBe(tag);
		expect(menus.slice(1).map(({ title }) => title)).toEqual(['Lab', 'More']);
	});

	test.each<[string, number, readonly string[]]>([
		['choose --timeout 5000', 50, []],
		['choose --timeout 30', 1, []],
		['choose --timeout 0', 0, []],
		['choose --timeout 3600000', 0, ['not-sayable']],
	])('%s: %i tenths of a second', async (choose, timeout, lost) => {
		const { meaning, losses } = await convert(twoMenus(choose));
		expect(meaning.settings.timeout).toBe(timeout);
		expect(losses).toEqual(lost);
	});

	test('the timeout of an inner menu is lost', async () => {
		expect((await convert(twoMenus('choose', inner.replace('choose', 'choose --timeout 1000')))).losses).toEqual([
			'timeout',
		]);
	});

	test('names that PXELINUX has itself, and names that come twice', async () => {
		const again =
			'menu A\nitem .top More\nitem x Off\nchoose y && goto ${y}\n:.top\nmenu B\nitem x Off\nchoose y\n:x\npoweroff';
		const { meaning, losses } = await convert(again);
		expect(losses).toEqual([]);
		expect(meaning.menus.map(({ tag }) => tag)).toEqual(['.hidden', '.top', '.top-2']);
		expect(meaning.entries.map(({ label }) => label)).toEqual([undefined, 'x', 'x-2']);
	});

	test('the way back, and menus without an end', async () => {
		const back = 'menu A\n:start\nitem start Again\nitem off Off\nchoose x && goto ${x}\n:off\npoweroff';
		expect((await convert(`:again\n${back.replaceAll('start', 'again').replace(':again\n', '')}`)).losses).toEqual([
			'back',
		]);
		const endless = 'set n:int32 0\n:next\ninc n\nmenu Level ${n}\nitem next Deeper\nchoose x && goto ${x}';
		expect((await convert(endless)).losses).toEqual(['too-many-choices']);
	});

	test('any menu of menus boots what its choices boot', async () => {
		const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
		const leaf = fc.record<Leaf>({
			kernel: word,
			initrds: fc.uniqueArray(word, { maxLength: 2 }),
			words: fc.array(fc.stringMatching(/^[a-z]{1,5}(?:=[a-z0-9,.:-]{1,5})?$/), { maxLength: 3 }),
		});
		const menus = fc.array(fc.oneof(leaf, fc.array(leaf, { minLength: 1, maxLength: 3 })), {
			minLength: 1,
			maxLength: 4,
		});
		await fc.assert(
			fc.asyncProperty(menus, async (generated) => {
				const lines = { menu: ['menu Top'], boots: [] as string[] };
				const wanted = new Map<string, unknown>();
				const addBoot = (name: string, { kernel, initrds, words }: Leaf) => {
					const loads = initrds.map((file) => `initrd ${file}`);
					lines.boots.push(`:${name}`, [`kernel ${kernel}`, ...words].join(' '), ...loads, 'boot');
					const files = [kernel, ...initrds].map((file) => `http://10.0.0.1/${file}`);
					wanted.set(name, { files, commandLine: words.join(' ') });
				};
				for (const [at, item] of generated.entries()) {
					const name = `c-${at}`;
					lines.menu.push(`item ${name} Choice ${at}`);
					if (!Array.isArray(item)) {
						addBoot(name, item);
						continue;
					}
					lines.boots.push(`:${name}`, `menu Inner ${at}`);
					lines.boots.push(...item.map((_, place) => `item ${name}-${place}`), 'choose x && goto ${x}');
					for (const [place, each] of item.entries()) addBoot(`${name}-${place}`, each);
				}
				const script = [...lines.menu, 'choose x && goto ${x}', ...lines.boots].join('\n');
				const { text, meaning, losses } = await convert(script);
				expect(losses).toEqual([]);
				expect(meaning.entries.flatMap(({ action, label }) => (action === 'command' ? [label] : []))).toEqual([
					...wanted.keys(),
				]);
				for (const [name, boots] of wanted) expect(essence(await bootsInPxelinux(text, name))).toEqual(boots);
			}),
			{ numRuns: 60 },
		);
	});

	test('no text of a menu makes it fail', async () => {
		const odd = fc.string({
			unit: fc.constantFrom(
				'a',
				'-',
				'.',
				'^',
				',',
				'${n}',
				'${n:string}',
				'0',
				'initrd=',
				'.com32',
				'é',
				'\u0001',
				'\u007f',
			),
			minLength: 1,
			maxLength: 6,
		});
		await fc.assert(
			fc.asyncProperty(odd, odd, odd, odd, async (title, name, text, argument) => {
				const commands = `set n:hex 61:0a:62\nmenu -- ${title}\nitem -- ${name} ${text}\nitem off ${text}\nchoose x\n`;
				const { text: printed, meaning } = await convert(`${commands}kernel ${argument} ${argument}\nboot`);
				expect(parsePxelinux(printed).lines.filter(({ kind }) => kind === 'unknown')).toEqual([]);
				expect(meaning.entries.length).toBeLessThanOrEqual(2);
			}),
			{ numRuns: 300 },
		);
	});
});

const corpus = new URL('../../../shared/foreign/corpus/ipxe/', import.meta.url);

describe.skipIf(!existsSync(corpus))("other projects' scripts (../shared/foreign)", () => {
	const names = existsSync(corpus) ? readdirSync(corpus) : [];
	let compared = 0;

	test.each(names)('%s', async (name) => {
		const script = parseIpxe(readFileSync(new URL(name, corpus)));
		const { config } = await ipxeToPxelinux(script, host);
		const text = printPxelinux(config);
		const { entries, settings } = evaluatePxelinux(parsePxelinux(text));
		for (const { label, action, menu } of entries) {
			// Of an inner entry nobody knows here how to choose it; a number was added to a name that came twice.
			if (label === undefined || action !== 'command' || menu !== 1 || /-\d+$/.test(label)) continue;
			const choices = settings.ui === undefined ? [] : [label];
			const answer = () => choices.shift() ?? null;
			const { outcome } = await runIpxe(script, {
				...host,
				answer: (question) => (question.kind === 'menu' ? answer() : undefined),
			});
			expect(essence(await bootsInPxelinux(text, label)), label).toEqual(essence(outcome));
			compared++;
		}
	});

	test('more than 200 boots were compared', () => {
		expect(compared).toBeGreaterThan(200);
	});
});
