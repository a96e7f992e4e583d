import {
	archNetboot,
	bootIscsi,
	bootIsoInMemory,
	bootLinux,
	bootMenu,
	bootWindowsPe,
	chainWithFacts,
	ipxe,
	lintIpxe,
	retryDhcp,
	runIpxe,
} from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

const settings = {
	'net0/mac': '52:54:00:12:34:56',
	'smbios/serial': 'A&B 1',
	'smbios/uuid': '00112233-4455-6677-8899-aabbccddeeff',
};
const menu = bootMenu(
	'Boot',
	[
		{ name: 'install', text: 'Install', chain: 'http://h/i.ipxe' },
		{ name: 'disk', text: 'Disk' },
	],
	{
		default: 'disk',
		timeout: 5000,
	},
);

const all = {
	chainWithFacts: chainWithFacts('http://h/boot'),
	bootLinux: bootLinux({
		kernel: 'http://h/vmlinuz',
		initrds: ['http://h/a.img', 'http://h/b.img'],
		commandLine: ['quiet'],
	}),
	bootIsoInMemory: bootIsoInMemory('http://h/memdisk', 'http://h/x.iso'),
	bootWindowsPe: bootWindowsPe({
		wimboot: 'http://h/wimboot',
		bcd: 'http://h/BCD',
		bootSdi: 'http://h/boot.sdi',
		bootWim: 'http://h/boot.wim',
	}),
	bootIscsi: bootIscsi({ uri: 'iscsi:192.0.2.1::::iqn.x:y', initiatorName: 'iqn.z', username: 'u', password: 'p' }),
	bootMenu: menu,
	retryDhcp: retryDhcp(ipxe().exit()),
	archNetboot: archNetboot('http://h/arch'),
};

describe('ready scripts', () => {
	test.each(Object.entries(all))('%s: the linter finds nothing, on BIOS and UEFI', (_, script) => {
		for (const platform of ['pcbios', 'efi'] as const) {
			expect(lintIpxe(script.build(), { platform }).filter(({ severity }) => severity !== 'info')).toEqual([]);
		}
	});

	test('facts arrive decoded as the client has them', async () => {
		const run = await runIpxe(all.chainWithFacts.build(), { settings, fetch: () => ({ body: '#!ipxe\n' }) });
		const query = new URL(run.requests[0]!.uri).searchParams;
		expect(Object.fromEntries(query)).toEqual({
			mac: '52-54-00-12-34-56',
			uuid: '00112233-4455-6677-8899-aabbccddeeff',
			serial: 'A&B 1',
			platform: 'pcbios',
			arch: 'i386',
		});
	});

	test('a kernel gets its initrds by name, and a missing one leads back to the firmware', async () => {
		const run = await runIpxe(all.bootLinux.build());
		expect(run.outcome).toEqual({
			kind: 'booted',
			kernel: { name: 'vmlinuz', uri: 'http://h/vmlinuz' },
			commandLine: 'quiet initrd=a.img initrd=b.img',
			initrds: [
				{ name: 'a.img', uri: 'http://h/a.img' },
				{ name: 'b.img', uri: 'http://h/b.img' },
			],
		});
		const fetch = ({ uri }: { uri: string }) => ({ status: uri.endsWith('b.img') ? 404 : 200 });
		expect((await runIpxe(all.bootLinux.build(), { fetch })).outcome).toMatchObject({
			kind: 'firmware',
			status: 1,
		});
	});

	test('a literal fact stays in its own field of the query', () => {
		const script = chainWithFacts('http://h/x', { a: 'b&c=d#e', f: 'g' }).toString();
		expect(script).toContain('chain http://h/x?a=b%26c%3Dd%23e&f=g ');
	});

	test('keep-san is left alone on wish, and no message has a password', () => {
		const uri = 'iscsi:192.0.2.1::::iqn.x:y';
		expect(bootIscsi({ uri, keep: false }).toString()).not.toContain('keep-san');
		expect(() => bootIscsi({ uri, password: 'hunter2\n' })).toThrow(/^(?!.*hunter2).*line end/);
	});

	test('each initrd has a name that the command line can say, and that is its own', async () => {
		const initrds = ['http://h/a/initrd', 'http://h/b/initrd', 'http://h/c/', 'http://h/k', 'http://h/d%20e'];
		const { outcome } = await runIpxe(bootLinux({ kernel: 'http://h/k', initrds }).build());
		const names = ['initrd', 'initrd-2', 'initrd-3', 'initrd-4', 'initrd-5'];
		expect(outcome.kind === 'booted' && outcome.initrds.map(({ name }) => name)).toEqual(names);
		expect(outcome.kind === 'booted' && outcome.commandLine).toBe(names.map((name) => `initrd=${name}`).join(' '));
	});

	test('wimboot finds its files under their names', async () => {
		const { outcome } = await runIpxe(all.bootWindowsPe.build());
		expect(outcome.kind === 'booted' && outcome.initrds.map(({ name }) => name)).toEqual([
			'BCD',
			'boot.sdi',
			'boot.wim',
		]);
	});

	test('an iSCSI disk is booted, and stays attached when that fails', async () => {
		const run = await runIpxe(all.bootIscsi.build());
		expect(run.outcome).toEqual({ kind: 'san', uris: ['iscsi:192.0.2.1::::iqn.x:y'] });
		expect([run.setting('username'), run.setting('password'), run.setting('initiator-iqn')]).toEqual([
			'u',
			'p',
			'iqn.z',
		]);
		const failing = await runIpxe(all.bootIscsi.build(), { sanBoots: false });
		expect(
			failing.events.filter(({ kind }) => kind === 'san').map((event) => 'action' in event && event.action),
		).toEqual(['hook', 'boot']);
		expect(failing.outcome).toMatchObject({ kind: 'firmware', status: 1 });
	});

	test('a menu waits, chains, and comes back', async () => {
		const timed = await runIpxe(menu.build());
		expect(timed.milliseconds).toBe(5000);
		expect(timed.outcome).toMatchObject({ kind: 'firmware', status: 1 });
		const answers = ['install', 'disk'];
		const run = await runIpxe(menu.build(), { answer: () => answers.shift(), fetch: () => ({ status: 404 }) });
		expect(run.requests.map(({ uri }) => uri)).toEqual(['http://h/i.ipxe']);
		expect(run.events.filter(({ kind }) => kind === 'menu')).toHaveLength(2);
		expect((await runIpxe(menu.build(), { answer: () => null })).outcome).toMatchObject({
			kind: 'firmware',
			status: 1,
		});
	});

	test('Arch: kernel, initramfs and what its hooks read from the command line', async () => {
		const { outcome } = await runIpxe(all.archNetboot.build(), { settings });
		expect(outcome.kind === 'booted' && outcome.commandLine).toBe(
			'archisobasedir=arch archiso_http_srv=http://h/arch/iso/latest/ ip=dhcp BOOTIF=01-52-54-00-12-34-56 initrd=initramfs-linux.img',
		);
	});
});
