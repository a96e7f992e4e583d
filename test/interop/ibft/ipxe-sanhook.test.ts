import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	decodeIbft,
	encodeIbft,
	findBootTables,
	type IbftInit,
	ibftFor,
	ibftSysfs,
	Secret,
	toIpxe,
	toSanUri,
} from 'pxekit/ibft';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBootServer } from '../lab/boot-server-process.ts';
import { startPlainDhcp } from '../lab/dhcp-server.ts';
import { type Lab, openLab } from '../lab/lab.ts';
import { bootMachine, defaultMac } from '../lab/machine.ts';
import { missing } from '../lab/requirements.ts';
import { type IbftKernel, prepareKernel } from './kernel.ts';
import { dumpMemory } from './memory.ts';
import { startTarget, type TargetOptions } from './tgt.ts';

const programs = [
	'ip',
	'setpriv',
	'qemu-system-x86_64',
	'dnsmasq',
	'tcpdump',
	'busybox',
	'cpio',
	'iscsistart',
	'tgtd',
	'tgtadm',
];
const lacks = missing(...programs);

const initiator = 'iqn.2026-11.org.example:client';
const disk = 'iqn.2026-11.org.example:disk';
const hooked = 'PXEKIT-HOOKED';

describe.skipIf(lacks)(`iPXE attaches an iSCSI disk and writes its table${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let kernel: IbftKernel;

	beforeAll(async () => {
		lab = await openLab();
		kernel = await prepareKernel(lab.folder);
		mkdirSync(join(lab.folder, 'served'));
		await startPlainDhcp(lab, await lab.network.addHost('dhcp', '10.77.0.3'));
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	const mutual = { username: 'target', password: 'target-secret-12' };
	const cases: readonly (readonly [string, Omit<TargetOptions, 'name'>])[] = [
		['without authentication', { lun: 1 }],
		['with mutual CHAP', { lun: 2, chap: { username: 'client', password: 'client-secret-1', mutual } }],
	];
	test.each(cases)('%s', async (title, options) => {
		await using _target = await startTarget(lab, lab.network.boot, { name: disk, ...options });
		const { chap, lun } = options;
		const wanted = ibftFor({
			san: `iscsi:10.77.0.1:::${lun}:${disk}`,
			initiator,
			nic: { mac: defaultMac, origin: 'dhcp' },
			chap: chap && {
				username: chap.username,
				password: new Secret(chap.password),
				reverseUsername: chap.mutual?.username,
				reversePassword: chap.mutual && new Secret(chap.mutual.password),
			},
		});
		const script = toIpxe(decodeIbft(encodeIbft(wanted)), { command: 'sanhook' })
			.echo(hooked)
			.shell();
		const served = join(lab.folder, 'served');
		writeFileSync(join(served, 'boot.ipxe'), script.toString());
		await using _server = await startBootServer(lab, { root: served, files: { ipxe: 'boot.ipxe' } });

		const name = `sanhook-${title.replaceAll(' ', '-')}`;
		const monitor = join(lab.folder, `${name}.monitor`);
		let memory = new Uint8Array();
		await bootMachine(lab, {
			name,
			firmware: 'bios',
			until: `${hooked}\r\n`,
			args: ['-monitor', `unix:${monitor},server,nowait`],
			whenReached: async () => {
				memory = (await dumpMemory(monitor, 0x10_0000, join(lab.folder, `${name}.memory`))) as typeof memory;
			},
		});

		const found = findBootTables(memory);
		expect(found.map(({ signature }) => signature)).toEqual(['iBFT']);
		const bytes = found[0]?.bytes as Uint8Array;
		const table = decodeIbft(bytes);
		expect(table).toMatchObject({ oemId: 'FENSYS', oemTableId: 'iPXE', issues: [] });
		expect(toSanUri(table)).toBe(toSanUri(decodeIbft(encodeIbft(wanted))));
		expect(table.initiator?.name).toBe(initiator);
		expect(table.targets[0]?.chapType).toBe(chap ? 'mutual' : 'none');
		expect(table.targets[0]?.chapSecret?.reveal()).toBe(chap?.password);
		expect(table.targets[0]?.reverseChapSecret?.reveal()).toBe(chap?.mutual?.password);
		expect(encodeIbft(table, { layout: 'ipxe' })).toEqual(bytes);

		// The same decision, with the address that DHCP gave, is the same table: byte for byte.
		const [nic] = table.nics as [NonNullable<IbftInit['nics']>[number]];
		const made = { ...wanted, nics: [nic], oemId: 'FENSYS', oemTableId: 'iPXE' };
		expect(encodeIbft(made, { layout: 'ipxe' })).toEqual(bytes);

		const { sysfs } = await kernel.boot(bytes, defaultMac);
		expect(sysfs['target0/target-name']).toBe(disk);
		expect(sysfs).toEqual(ibftSysfs(table));
	});
});
