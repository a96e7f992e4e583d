import { readFileSync } from 'node:fs';
import {
	type IpxeBuilder,
	type IpxeHost,
	ipxe,
	ipxeText,
	lintIpxe,
	parseIpxe,
	printIpxe,
	runIpxe,
	setting,
} from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

const read = (name: string) => readFileSync(new URL(`../../fixtures/ipxe/field/${name}.gpxe`, import.meta.url), 'utf8');

const uuid = '00112233-4455-6677-8899-aabbccddeeff';
const host: IpxeHost = {
	uri: 'http://pxe-server/boot/home.php?mac=52:54:00:12:34:56',
	settings: {
		'net0/mac': '52:54:00:12:34:56',
		'smbios/uuid': uuid,
		'net0.dhcp/root-path': 'iscsi:192.0.2.1::::iqn.2010-10.org.example:disk',
		'net0.dhcp/hostname': 'node1',
	},
	sanBoots: false,
};

interface Guide {
	readonly name: string;
	readonly build: (builder: IpxeBuilder) => IpxeBuilder;
	/** What today's iPXE would refuse or no longer understand: line and code. */
	readonly lint: readonly string[];
	readonly requests: readonly string[];
	readonly outcome: object;
}

const guides: readonly Guide[] = [
	{
		name: 'pxelinux-options',
		build: (builder) =>
			builder
				.dhcp('net0')
				.set('209:string', ipxeText`netboot/menu?client_id=${setting('smbios/1.8.16', 'uuid')}`)
				.set('210:string', 'https://sanboot.example/')
				.chain(ipxeText`${setting('210', 'string')}pxeboot/pxelinux.0`),
		lint: [],
		requests: ['GET https://sanboot.example/pxeboot/pxelinux.0'],
		outcome: { kind: 'booted', kernel: { name: 'pxelinux.0' } },
	},
	{
		name: 'iscsi-chap',
		build: (builder) =>
			builder
				.dhcp('net0')
				.set('keep-san', 1)
				.set('username', 'u')
				.set('password', 'p', { secret: true })
				.sanboot(ipxeText`iscsi:192.0.2.1:::iqn.2010-10.org.example:${setting('smbios/1.8.16', 'uuid')}`),
		// A colon is missing: the name stands where the LUN should.
		lint: ['6 iscsi-uri'],
		requests: [],
		outcome: { kind: 'failed', line: 6 },
	},
	{
		name: 'dynamic',
		build: (builder) =>
			builder
				.set('use-cached', 0)
				.dhcp('net0')
				.chain(ipxeText`http://pxe-server/boot/home.php?mac=${setting('net0/mac')}`),
		lint: ['2 gpxe-setting'],
		requests: ['GET http://pxe-server/boot/home.php?mac=52:54:00:12:34:56'],
		outcome: { kind: 'booted', kernel: { name: 'home.php' } },
	},
	{
		name: 'answer-install',
		build: (builder) =>
			builder
				.imgfree()
				.kernel('http://pxe-server/boot/vmlinuz', ['ksdevice=link', 'ks=http://pxe-server/ks/08-00-27-4d-4d-aa.txt'])
				.initrd('http://pxe-server/boot/initrd.img')
				.boot(),
		lint: [],
		requests: ['GET http://pxe-server/boot/vmlinuz', 'GET http://pxe-server/boot/initrd.img'],
		outcome: {
			kind: 'booted',
			kernel: { name: 'vmlinuz', uri: 'http://pxe-server/boot/vmlinuz' },
			commandLine: 'ksdevice=link ks=http://pxe-server/ks/08-00-27-4d-4d-aa.txt',
			initrds: [{ name: 'initrd.img', uri: 'http://pxe-server/boot/initrd.img' }],
		},
	},
	{
		name: 'answer-pxelinux',
		build: (builder) => builder.imgload('pxelinux.0').boot('pxelinux.0'),
		lint: [],
		// gPXE's imgload wants an image that it has; iPXE downloads.
		requests: [],
		outcome: { kind: 'failed', line: 2 },
	},
	{
		name: 'local-boot',
		build: (builder) =>
			builder
				.dhcp('net0')
				.set('keep-san', 1)
				.sanboot(setting('root-path'))
				.kernel('/com32/mylocalboot.c32')
				.boot('mylocalboot.c32'),
		lint: ['5 comboot', '6 comboot'],
		requests: [],
		// In a script; at gPXE's prompt the next line would be typed all the same.
		outcome: { kind: 'failed', line: 4 },
	},
];

describe.each(guides)('$name', ({ name, build, lint, requests, outcome }) => {
	const source = read(name);

	test('parses and prints', () => {
		const script = parseIpxe(source);
		expect(script.magic).toBe('gpxe');
		expect(script.issues).toEqual([]);
		expect(printIpxe(script)).toBe(source);
	});

	test('lints for today', () => {
		const found = lintIpxe(source, { platform: 'efi' }).filter(({ severity }) => severity !== 'info');
		const about = found.filter(({ code }) => code !== 'initrd-argument-missing');
		expect(about.map(({ code, range }) => `${range.start.line} ${code}`)).toEqual(lint);
	});

	test('runs by the rules of gPXE', async () => {
		const run = await runIpxe(source, host);
		expect(run.requests.map(({ method, uri }) => `${method} ${uri}`)).toEqual(requests);
		expect(run.outcome).toMatchObject(outcome);
	});

	test('has an equivalent from the builder', () => {
		expect(build(ipxe({ target: 'gpxe' })).toString()).toBe(source);
	});
});

test('iPXE downloads what gPXE did not find, and goes on after a SAN boot that fails when the script says so', async () => {
	const chained = await runIpxe(read('answer-pxelinux'), { ...host, rules: 'ipxe' });
	expect(chained.requests.map(({ uri }) => uri)).toEqual(['http://pxe-server/boot/pxelinux.0']);
	expect(chained.outcome).toMatchObject({ kind: 'booted', kernel: { name: 'pxelinux.0' } });

	const script = read('local-boot').replace('${root-path}', '${root-path} ||');
	const local = await runIpxe(script, { ...host, rules: 'ipxe' });
	expect(local.events.filter(({ kind }) => kind === 'san')).toMatchObject([
		{ action: 'hook', ok: true },
		{ action: 'boot', ok: false },
	]);
	expect(local.outcome).toMatchObject({ kind: 'booted', kernel: { name: 'mylocalboot.c32' } });
});

test('UEFI wants initrd= for the installer', () => {
	const codes = (platform: 'efi' | 'pcbios') => lintIpxe(read('answer-install'), { platform }).map(({ code }) => code);
	expect(codes('efi')).toContain('initrd-argument-missing');
	expect(codes('pcbios')).not.toContain('initrd-argument-missing');
});
