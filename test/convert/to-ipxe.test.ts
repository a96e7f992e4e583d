import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { pxelinuxToIpxe } from 'pxekit/convert';
import { lintIpxe, parseIpxe, printIpxe, runIpxe } from 'pxekit/ipxe';
import { parsePxelinux } from 'pxekit/pxelinux';
import { describe, expect, test } from 'vitest';
import { bootsInIpxe, bootsInPxelinux, compareBoots, essence } from './both-sides.ts';

const corpus = new URL('../../../shared/foreign/corpus/pxelinux', import.meta.url).pathname;
const fixtures = new URL('../../fixtures/pxelinux', import.meta.url).pathname;

describe('both sides boot the same', () => {
	test.each(['archiso.cfg', 'windows.cfg', 'pxelinux.cfg/01-08-00-27-b2-40-3e', 'z_auto.cfg'])('%s', async (name) => {
		const { compared } = await compareBoots(readFileSync(`${fixtures}/${name}`, 'utf8'));
		expect(compared.length).toBeGreaterThan(0);
		for (const { label, pxelinux, ipxe } of compared) {
			// linux.c32 is what boots wimboot; iPXE does so itself.
			if (label === 'winpe') continue;
			expect(ipxe, label).toEqual(pxelinux);
		}
	});

	test('every kind of entry, with and without folders, spaces and facts about the client', async () => {
		const text = `
label a
  linux d/vmlinuz
  initrd d/one.img,/e/two.img
  append quiet  root=/dev/nfs
  sysappend 3
label b
  linux ::vmlinuz
  append y={a;b}&&c d="e f" x#y $z
label c
  pxe undionly.kpxe
label d
  localboot -1
label e
  com32 reboot
label f
  kernel sanboot.c32
  append iscsi:10.0.0.1::::iqn.2004-01.org.example:disk1 aoe:e1.0
label g
  kernel http://10.0.0.2/vmlinuz
  append initrd=http://10.0.0.2/i.img ro
`;
		const { compared, losses } = await compareBoots(text);
		expect(compared.map(({ label }) => label)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
		for (const { label, pxelinux, ipxe } of compared) expect(ipxe, label).toEqual(pxelinux);
		expect(losses).toEqual([]);
	});
});

describe.skipIf(!existsSync(corpus))("other projects' configurations (../shared/foreign)", () => {
	const names = existsSync(corpus) ? readdirSync(corpus) : [];
	const counts = { entries: 0, compared: 0 };
	test.each(names)('%s', async (name) => {
		const { all, compared } = await compareBoots(readFileSync(`${corpus}/${name}`, 'latin1'));
		counts.entries += all;
		counts.compared += compared.length;
		for (const { label, pxelinux, ipxe } of compared) expect(ipxe, label).toEqual(pxelinux);
	});
	test('most entries convert without a loss', () => {
		// The rest start other menus and modules, boot sectors, second labels of a name, or have a password, and say so.
		expect(counts.entries).toBeGreaterThan(400);
		expect(counts.compared / counts.entries).toBeGreaterThan(0.75);
	});
});

describe('what is lost is said', () => {
	const losses = (text: string) =>
		pxelinuxToIpxe(parsePxelinux(text)).losses.map(({ code, entry }) => (entry ? `${entry} ${code}` : code));
	test.each([
		['label a\nlinux k\nmenu passwd x\n', ['a password']],
		['label a\nlinux k\ntext help\nx\nendtext\n', ['help-text']],
		['label a\nkernel hdt.c32\n', ['a module']],
		['label a\nkernel x.bs\n', ['a kernel-type']],
		['label a\ncom32 chain.c32\nappend hd0 2\n', ['a module']],
		['label a\nlinux k\nsysappend 0x10\n', ['a sysappend']],
		['label a\nlinux k\nlabel a\nlinux l\n', ['a label-twice']],
		['label a\nlinux k\ninitrd x/i,y/i\n', ['a same-name']],
		[`label a\nlinux k\nappend x=$${'{net0/mac}'}\n`, ['a not-sayable']],
		['label a\nlinux k\nappend #x\n', ['a not-sayable']],
		['menu msgcolor #80ffffff\nlabel a\nlinux k\n', ['look']],
		['menu background x.png\nonerror a\nlabel a\nlinux k\n', ['look', 'on-error']],
		['default hdt.c32\n', ['default']],
		['label a\nlinux k\nmenu hide\n', ['hidden']],
	])('%j', (text, expected) => {
		expect(losses(text)).toEqual(expected);
	});
});

describe('menus', () => {
	const text = `
ui vesamenu.c32
timeout 50
menu title Lab
label one
  menu label ^One
  linux one
menu separator
menu begin more
  menu title More
  label two
    linux two
    menu default
  label back
    menu exit
menu end
`;
	const script = printIpxe(pxelinuxToIpxe(parsePxelinux(text)).script);

	test('the same choices', async () => {
		const asked: string[] = [];
		const run = await runIpxe(parseIpxe(script), {
			answer(question) {
				if (question.kind !== 'menu') return undefined;
				asked.push(`${question.title}: ${question.items.map((item) => item.text).join(', ')}`);
				return asked.length === 1 ? 'menu-2' : 'two';
			},
		});
		expect(asked).toEqual(['Lab: One, , More', 'More: two, back']);
		expect(run.outcome).toMatchObject({ kind: 'booted', kernel: { name: 'two' } });
	});

	test('the same default when the time is over', async () => {
		const run = await runIpxe(parseIpxe(script), {});
		expect(run.outcome).toMatchObject({ kind: 'booted', kernel: { name: 'one' } });
		expect(run.milliseconds).toBeGreaterThanOrEqual(5000);
	});

	test('the linter has nothing against the script', () => {
		expect(lintIpxe(parseIpxe(script)).filter(({ severity }) => severity === 'error')).toEqual([]);
	});

	test('chain.c32 becomes the local disk of the same number', () => {
		const disk = printIpxe(pxelinuxToIpxe(parsePxelinux('label a\ncom32 chain.c32\nappend hd1\n')).script);
		expect(disk).toContain('sanboot --drive 0x81 --no-describe');
	});

	test('a default boots without a menu', async () => {
		const direct = 'default b\nlabel a\nlinux a\nlabel b\nlinux b\n';
		const built = printIpxe(pxelinuxToIpxe(parsePxelinux(direct)).script);
		expect((await runIpxe(parseIpxe(built), {})).outcome).toMatchObject({ kernel: { name: 'b' } });
		expect(essence(await bootsInIpxe(built, 'a'))).not.toEqual(essence(await bootsInPxelinux(direct, 'b')));
	});
});
