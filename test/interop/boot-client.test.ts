import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BootClientProfileName } from 'pxekit/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BootClientResult } from './lab/boot-client.ts';
import { run } from './lab/command.ts';
import { startDnsmasq } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { type Host, inNamespace, ip } from './lab/network.ts';
import { ownProgram } from './lab/own-program.ts';
import { missing } from './lab/requirements.ts';

const lacks = missing('ip', 'setpriv', 'dnsmasq');
/** Longer than a window and a block of any of the profiles, and no multiple of either. */
const file = randomBytes(100_001);
const sha256 = createHash('sha256').update(file).digest('hex');

describe.skipIf(lacks)(`simulated clients and dnsmasq${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let client: Host;
	let router: Host;
	let mac: string;
	let tftpRoot: string;

	beforeAll(async () => {
		lab = await openLab();
		client = await lab.network.addHost('client', '10.77.0.50');
		router = await lab.network.addHost('router', '10.77.0.3');
		// Broadcasts need a way out.
		await ip(client.namespace, `route add default dev ${client.interface}`);
		const [link] = JSON.parse(await run('ip', ['-n', client.namespace, '-j', 'link', 'show', client.interface]));
		mac = link.address;
		tftpRoot = join(lab.folder, 'served');
		mkdirSync(tftpRoot);
		chmodSync(lab.folder, 0o755);
		for (const name of ['boot.bin', 'other.0'])
			writeFileSync(join(tftpRoot, name), name === 'boot.bin' ? file : 'other');
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	/** The client is given the address that its machine has: so an answer to that address alone arrives, too. */
	const addresses = () => [`--dhcp-host=${mac},10.77.0.50`, '--dhcp-range=10.77.0.50,10.77.0.150,5m', '--no-ping'];
	const tftp = () => ['--enable-tftp', `--tftp-root=${tftpRoot}`];

	async function boot(profile: BootClientProfileName, more: object = {}): Promise<BootClientResult> {
		const options = { profile, mac, speed: profile === 'edk2' ? 4 : 1, ...more };
		const output = await inNamespace(client.namespace, ...ownProgram('boot-client', options));
		return JSON.parse(output.trim().split('\n').at(-1) ?? '') as BootClientResult;
	}

	const booted = { end: 'booted', uri: 'tftp://10.77.0.1/boot.bin', sha256 };

	test.each(['edk2', 'ipxe-bios', 'ipxe-efi', 'intel-undi-2.1', 'u-boot'] as const)(
		'%s boots from DHCP, file and TFTP on one host',
		async (profile) => {
			await using _server = await startDnsmasq(lab, lab.network.boot, `one-${profile}`, [
				...addresses(),
				...tftp(),
				'--dhcp-boot=boot.bin',
			]);
			expect(await boot(profile)).toMatchObject({ ...booted, offers: expect.arrayContaining(['dhcp']) });
		},
	);

	test.each([
		['edk2', ['--pxe-service=7,Boot,boot.bin', '--pxe-service=7,Other,other']],
		['ipxe-bios', ['--pxe-service=0,Boot,boot.bin', '--pxe-service=0,Other,other']],
		['intel-undi-2.1', ['--pxe-service=0,Boot,boot.bin', '--pxe-service=0,Other,other']],
	] as const)('%s boots from a menu of a proxy beside a DHCP server', async (profile, services) => {
		await using _dhcp = await startDnsmasq(lab, router, `router-${profile}`, addresses());
		await using _proxy = await startDnsmasq(lab, lab.network.boot, `proxy-${profile}`, [
			'--dhcp-range=10.77.0.0,proxy',
			'--pxe-prompt=Press F8,2',
			...services,
			...tftp(),
		]);
		expect(await boot(profile)).toMatchObject(booted);
		expect(await boot(profile, { menuChoice: 1 })).toMatchObject({ end: 'booted', uri: 'tftp://10.77.0.1/other.0' });
	});

	test('edk2 finds no use in a DHCP server that knows nothing of booting', async () => {
		await using _dhcp = await startDnsmasq(lab, router, 'router-alone', addresses());
		expect(await boot('edk2', { speed: 20 })).toMatchObject({ end: 'failed', error: 'PXE-E16' });
	});
});
