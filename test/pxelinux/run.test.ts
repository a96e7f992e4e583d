import { type PxelinuxHost, runPxelinux } from 'pxekit/pxelinux';
import { describe, expect, test } from 'vitest';

const client = {
	ip: '10.77.0.100',
	serverIp: '10.77.0.1',
	mac: '52:54:00:77:00:01',
	uuid: '4c4c4544-0042-3510-8057-b7c04f4d3332',
};

function host(files: Record<string, string>, more: Partial<PxelinuxHost> = {}): PxelinuxHost {
	const served: Record<string, string> = { 'ldlinux.c32': '', ...files };
	return { client, fetch: (uri) => served[uri.replace('tftp://10.77.0.1/', '')], ...more };
}

const asked = (run: { requests: readonly { uri: string }[] }) =>
	run.requests.map(({ uri }) => uri.replace('tftp://10.77.0.1/', ''));

describe('from the first file to the boot', () => {
	test('options 209 and 210: the requests of a recorded boot (PXELINUX 6.04 under QEMU, tshark)', async () => {
		const config = 'default lab\nlabel lab\nlinux vmlinuz\ninitrd initrd.img\n';
		const files = {
			'/arch/ldlinux.c32': '',
			'/arch/menu/lab.cfg': config,
			'/arch/vmlinuz': '',
			'/arch/initrd.img': '',
		};
		const run = await runPxelinux(
			host(files, { configFile: 'menu/lab.cfg', pathPrefix: '/arch/', bootFile: 'pxelinux.0' }),
		);
		expect(asked(run)).toEqual(['/arch/ldlinux.c32', '/arch/menu/lab.cfg', '/arch/vmlinuz', '/arch/initrd.img']);
		expect(run.outcome).toMatchObject({ kind: 'booted', commandLine: 'BOOT_IMAGE=vmlinuz initrd=initrd.img' });
	});

	test('the search goes on after a missing option 209', async () => {
		const run = await runPxelinux(host({ 'pxelinux.cfg/default': 'default k\n', k: '' }, { configFile: 'gone.cfg' }));
		expect(run.requests.filter(({ purpose }) => purpose === 'config').map(({ found }) => found)).toEqual([
			...Array(11).fill(false),
			true,
		]);
		expect(run.config).toBe('pxelinux.cfg/default');
		expect(run.outcome).toMatchObject({ kind: 'booted', kernel: { name: 'k' } });
	});

	test('a kernel that is typed without suffix: each suffix is tried', async () => {
		const run = await runPxelinux(host({ 'pxelinux.cfg/default': 'default memtest\n', 'memtest.bin': '' }));
		expect(asked(run).slice(-5)).toEqual(['memtest.c32', 'memtest.img', 'memtest.bss', 'memtest.bin', 'memtest.bin']);
		expect(run.boot).toMatchObject({ kernelType: 'boot', kernel: 'memtest.bin' });
	});

	test('an optional file that is missing does not stop the boot', async () => {
		const files = { 'pxelinux.cfg/default': 'include updateDrivers.cfg\ndefault k\nlabel k\nlinux k\n', k: '' };
		const run = await runPxelinux(host(files));
		expect(run.requests).toContainEqual({
			uri: 'tftp://10.77.0.1/updateDrivers.cfg',
			purpose: 'include',
			found: false,
		});
		expect(run.outcome.kind).toBe('booted');
	});

	test('an initial RAM disk that is missing does; ONERROR takes over', async () => {
		const text = 'default k\nlabel k\nlinux k\ninitrd i\nlabel safe\nlinux safe\n';
		const files = { 'pxelinux.cfg/default': text, k: '', safe: '' };
		expect((await runPxelinux(host(files))).outcome).toEqual({ kind: 'failed', message: 'i is missing' });
		const withOnError = await runPxelinux(host({ ...files, 'pxelinux.cfg/default': `onerror safe\n${text}` }));
		expect(withOnError.outcome).toMatchObject({ kind: 'booted', commandLine: 'BOOT_IMAGE=safe k' });
	});

	test('nothing is there', async () => {
		expect((await runPxelinux({ client, fetch: () => undefined })).outcome).toEqual({
			kind: 'failed',
			message: 'ldlinux.c32 is missing',
		});
		expect((await runPxelinux(host({}))).outcome).toEqual({
			kind: 'failed',
			message: 'no configuration file was found',
		});
	});

	test('UEFI asks for its own loader', async () => {
		const run = await runPxelinux(host({ 'ldlinux.e64': '' }, { firmware: 'efi64' }));
		expect(asked(run)[0]).toBe('ldlinux.e64');
	});
});

describe('prompt and menus', () => {
	const menu =
		'ui menu.c32\ntimeout 50\nlabel a\nlinux a\nmenu begin more\nlabel b\nlinux b\nmenu end\nlabel off\nmenu disable\n';
	const files = { 'pxelinux.cfg/default': menu, 'menu.c32': '', 'libutil.c32': '', a: '', b: '' };

	test('the menu boots its default when the time is over', async () => {
		const run = await runPxelinux(host(files));
		expect(asked(run).slice(-4)).toEqual(['menu.c32', 'libutil.c32', 'pxelinux.cfg/default', 'a']);
		expect(run.outcome).toMatchObject({ commandLine: 'BOOT_IMAGE=a ' });
	});

	test('a person chooses', async () => {
		const run = await runPxelinux(host(files, { answer: (question) => (question.kind === 'menu' ? 'b' : undefined) }));
		expect(run.outcome).toMatchObject({ commandLine: 'BOOT_IMAGE=b ' });
	});

	test('ONTIMEOUT', async () => {
		const run = await runPxelinux(host({ ...files, 'pxelinux.cfg/default': `ontimeout b x\n${menu}` }));
		expect(run.outcome).toMatchObject({ commandLine: 'BOOT_IMAGE=b x' });
	});

	test('without a timeout the menu waits; so does the prompt', async () => {
		const waiting = host({ ...files, 'pxelinux.cfg/default': menu.replace('timeout 50', '') });
		expect((await runPxelinux(waiting)).outcome).toEqual({ kind: 'shell' });
		expect((await runPxelinux(host({ 'pxelinux.cfg/default': 'prompt 1\ndefault a\n' }))).outcome).toEqual({
			kind: 'shell',
		});
	});

	test('a menu module that lacks its library', async () => {
		const { 'libutil.c32': _, ...rest } = files;
		expect((await runPxelinux(host(rest))).outcome).toMatchObject({ kind: 'failed', message: /libutil/ });
	});

	test('a menu for another file', async () => {
		const main = 'default top\nlabel top\nkernel menu.c32\nappend more.cfg\n';
		const more = 'timeout 10\nlabel m\nlinux m\n';
		const run = await runPxelinux(host({ ...files, 'pxelinux.cfg/default': main, 'more.cfg': more, m: '' }));
		expect(run.outcome).toMatchObject({ commandLine: 'BOOT_IMAGE=m ' });
	});

	test.each([
		['d/', '', 'd/'],
		['d/ more', '', 'd/'],
		['d', '', 'd'],
		['d/', 'sub/', 'sub/d/'],
		['/d/', 'sub/', 'sub//d/'],
		['::d/', 'sub/', 'd/'],
		['http://10.77.0.1/d/', '', 'http://10.77.0.1/d/'],
		['', 'sub/', 'sub/'],
	])('CONFIG starts again in the folder %j; the prefix was %j and becomes %j', async (folder, before, after) => {
		const files = {
			[`${before}ldlinux.c32`]: '',
			[`${before}pxelinux.cfg/default`]: `default x\nlabel x\nconfig x.cfg\nappend ${folder}\n`,
			[`${before}x.cfg`]: 'default k\nlabel k\nlinux k\n',
			[`${after}k`]: '',
		};
		const run = await runPxelinux(host(files, { bootFile: `${before}pxelinux.0` }));
		expect(asked(run).slice(-4)).toEqual([
			`${before}pxelinux.cfg/default`,
			`${before}ldlinux.c32`,
			`${before}x.cfg`,
			`${after}k`,
		]);
		expect(run.outcome).toMatchObject({ kind: 'booted', kernel: { name: 'k' } });
	});

	test('CONFIG in a circle ends', async () => {
		const circle = await runPxelinux(
			host({ 'pxelinux.cfg/default': 'default x\nlabel x\nconfig pxelinux.cfg/default\n' }),
		);
		expect(circle.outcome.kind).toBe('out-of-budget');
	});

	test('modules whose work is known', async () => {
		const outcome = async (line: string) =>
			(
				await runPxelinux(
					host({
						'pxelinux.cfg/default': `default x\nlabel x\n${line}\n`,
						'sanboot.c32': '',
						'reboot.c32': '',
						'libcom32.c32': '',
					}),
				)
			).outcome;
		expect(await outcome('com32 reboot.c32')).toEqual({ kind: 'power', action: 'reboot' });
		expect(await outcome('kernel sanboot.c32 iscsi:10.0.0.1::::iqn.x:y')).toEqual({
			kind: 'san',
			uris: ['iscsi:10.0.0.1::::iqn.x:y'],
		});
		expect(await outcome('localboot 0')).toEqual({ kind: 'firmware', status: 0, message: 'LOCALBOOT 0' });
	});
});
