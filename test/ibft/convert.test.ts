import {
	decodeIbft,
	EncodeError,
	encodeIbft,
	explainIbft,
	fromSysfs,
	type IbftInit,
	Secret,
	toDracut,
	toIpxe,
	toIscsistart,
	toSanUri,
} from 'pxekit/ibft';
import { describe, expect, test } from 'vitest';
import { changed, plain } from './table.ts';

const table = (init: IbftInit) => decodeIbft(encodeIbft({ ...plain, ...init }));
const [nic] = plain.nics as [NonNullable<IbftInit['nics']>[number]];
const [target] = plain.targets as [NonNullable<IbftInit['targets']>[number]];

// open-iscsi's fwparam_sysfs.c: origin 3, or a DHCP server.
test.each<[string, Partial<typeof nic>, string]>([
	['origin dhcp, no server', { origin: 'dhcp' }, 'DHCP'],
	['a server, origin manual', { origin: 'manual', dhcpServer: '10.0.0.3' }, 'DHCP'],
	['neither', { origin: 'manual' }, 'STATIC'],
])('iscsistart -f, %s', (_, change, protocol) => {
	const record = toIscsistart(table({ nics: [{ ...nic, ...change }] }));
	expect(record).toContain(`iface.bootproto = ${protocol}\n`);
});

describe('dracut', () => {
	test('a static address, a VLAN and two targets', () => {
		const both = table({
			nics: [{ ...nic, vlan: 7, gateway: '10.0.0.254', primaryDns: '10.0.0.53', hostName: 'host1', prefixLength: 20 }],
			targets: [target, { ...target, lun: '2', flags: 0 }, { ...target, lun: '3', port: 3261 }],
		});
		expect(toDracut(both, { form: 'explicit' })).toEqual([
			'ifname=ibft0:52:54:00:12:34:56',
			'vlan=ibft0.7:ibft0',
			'ip=10.0.0.2::10.0.0.254:255.255.240.0:host1:ibft0.7:none',
			'nameserver=10.0.0.53',
			'netroot=iscsi:10.0.0.1:::1:iqn.2026-11.org.example:disk1',
			'netroot=iscsi:10.0.0.1::3261:3:iqn.2026-11.org.example:disk1',
			'rd.iscsi.initiator=iqn.2026-11.org.example:host1',
		]);
	});

	// A table comes from firmware: its texts must not become kernel arguments of their own.
	test.each<[string, IbftInit]>([
		['white space in the initiator name', { initiator: { name: 'iqn.a init=/bin/sh' } }],
		['white space in the host name', { nics: [{ ...nic, hostName: 'a init=/bin/sh' }] }],
		['a colon in the host name', { nics: [{ ...nic, hostName: 'a:eth1:dhcp' }] }],
		['white space in the target name', { nics: [nic], targets: [{ ...target, name: 'iqn.a init=/bin/sh' }] }],
	])('%s is refused', (_, init) => {
		expect(() => toDracut(table(init), { form: 'explicit' })).toThrow(EncodeError);
	});
});

describe('an iPXE script', () => {
	test('DHCP, CHAP both ways, sanboot', () => {
		const chap = {
			chapName: 'me',
			chapSecret: new Secret('s1'),
			reverseChapName: 'you',
			reverseChapSecret: new Secret('s2'),
		};
		const dhcp = table({ nics: [{ ...nic, origin: 'dhcp' }], targets: [{ ...target, ...chap }] });
		expect(toIpxe(dhcp, { san: { keep: true } }).toString()).toBe(
			[
				'#!ipxe',
				'dhcp net0',
				'set initiator-iqn iqn.2026-11.org.example:host1',
				'set username me',
				'set password s1',
				'set reverse-username you',
				'set reverse-password s2',
				'sanboot --keep iscsi:10.0.0.1:::1:iqn.2026-11.org.example:disk1',
				'',
			].join('\n'),
		);
	});

	test('a static address, and sanhook', () => {
		const fixed = table({ nics: [{ ...nic, prefixLength: 20, gateway: '10.0.0.254' }] });
		expect(toIpxe(fixed, { command: 'sanhook', interfaceName: 'net1' }).toString()).toBe(
			[
				'#!ipxe',
				'set net1/ip 10.0.0.2',
				'set net1/netmask 255.255.240.0',
				'set net1/gateway 10.0.0.254',
				'ifopen net1',
				'set initiator-iqn iqn.2026-11.org.example:host1',
				'sanhook iscsi:10.0.0.1:::1:iqn.2026-11.org.example:disk1',
				'',
			].join('\n'),
		);
	});

	test('no text of the table becomes a command', () => {
		for (const name of ['x\nshell', 'x || shell', `\${password}`]) {
			const hostile = table({ initiator: { name }, targets: [target] });
			expect(() => toIpxe(hostile)).toThrow(expect.objectContaining({ name: 'EncodeError' }));
		}
	});
});

describe('iscsistart', () => {
	// Each was seen on a machine: "Could not get list of targets from firmware".
	test.each<[string, Record<number, number>]>([
		['a NIC without flags', { 157: 0 }],
		['no initiator', { 56: 0 }],
		['a NIC that the kernel drops', { 154: 104 }],
	])('%s: no record', (_, changes) => {
		expect(toIscsistart(changed(changes))).toBe('');
	});
});

test('no target, no URI', () => {
	expect(() => toSanUri(table({ targets: [] }))).toThrow(expect.objectContaining({ code: 'no-target' }));
	expect(() => toSanUri(table({ targets: [{ address: '10.0.0.1' }] }))).toThrow(
		expect.objectContaining({ code: 'no-target-name' }),
	);
});

describe('explainIbft', () => {
	const text = explainIbft(
		table({ targets: [{ ...target, chapName: 'me\u001b[2J', chapSecret: new Secret('very secret') }] }),
		{ reader: 'windows' },
	);

	test('tells fields, flags, and the verdict', () => {
		expect(text).toContain("iBFT, 391 bytes, revision 1, written by 'PXEKIT' 'TEST'");
		expect(text).toMatch(/^NIC 0 at 152: valid, boot selected$/m);
		expect(text).toMatch(/^ {2}mac {15}52:54:00:12:34:56 +Ethernet address$/m);
		expect(text).toMatch(/^windows takes all of it$/m);
	});

	test('masks secrets and escapes what a terminal would obey', () => {
		expect(text).toMatch(/^ {2}chapSecret {8}\*\*\* /m);
		expect(text).not.toContain('very secret');
		expect(text).not.toContain('\u001b');
		expect(text).toContain('me\\x1b[2J');
	});

	test('tells issues and cures', () => {
		const odd = explainIbft(changed({ 154: 104, 168: 0 }), { reader: 'windows' });
		expect(odd).toContain('! nics[0].length at 154: length 104, where this kind has 102 (structure-length)');
		const gateway = explainIbft(table({ nics: [{ ...nic, gateway: '10.0.0.254' }] }), { reader: 'windows' });
		expect(gateway).toMatch(/^ {2}-> Take the gateway out/m);
	});
});

describe('fromSysfs', () => {
	test.each<[string, string]>([
		['target0/port', '65536'],
		['target0/port', 'x'],
		['target0/lun', '0100'],
		['target0/lun', 'zz000000'],
		['ethernet0/mac', '52:54'],
		['ethernet0/ip-addr', '10.0.0'],
		['ethernet0/flags', '256'],
		['acpi_header/signature', 'XXXX'],
		['acpi_header/signature', 'iB'],
	])('%s with %s is a DecodeError', (path, text) => {
		expect(() => fromSysfs({ [path]: text })).toThrow(
			expect.objectContaining({ name: 'DecodeError', code: 'bad-file', path }),
		);
	});

	test('a LUN that stands for several', () => {
		const read = (lun: string) => {
			const { ibft, issues } = fromSysfs({ 'target0/lun': lun });
			return [ibft.targets?.[0]?.lun, issues.length];
		};
		expect(read('01000000')).toEqual(['1', 0]);
		expect(read('47523a4f6b7e2f99')).toEqual(['4752-3a4f-6b7e-2f99', 0]);
		// 00 ff and 00 0f f0 look alike; the plain number is the likely one.
		expect(read('0ff000000')).toEqual(['ff', 1]);
		expect(read('010abcd0102')).toEqual([undefined, 1]);
	});

	test('unknown files are told', () => {
		expect(fromSysfs({ 'ethernet0/device': '', 'other/x': '' }).issues.map(({ code }) => code)).toEqual([
			'unknown-file',
			'unknown-file',
		]);
	});
});
