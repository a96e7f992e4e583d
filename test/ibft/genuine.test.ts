import { decodeAbft, decodeIbft, encodeAbft, encodeIbft, fromSysfs, ibftSysfs } from 'pxekit/ibft';
import { describe, expect, test } from 'vitest';
import { bytesOf, foreign, genuineAbft, genuineTables, hasForeign, sysfsLines } from './fixtures.ts';

test('there are tables of both firmwares', () => {
	expect(genuineTables.map(({ layout }) => layout).sort()).toEqual(['edk2', 'ipxe', 'ipxe', 'ipxe', 'ipxe', 'ipxe']);
});

describe.each(genuineTables)('$name', ({ bytes, layout, sysfs }) => {
	test('decodes without an issue', () => {
		expect(decodeIbft(bytes).issues).toEqual([]);
	});

	test('shows what Linux showed', () => {
		expect(Object.keys(sysfs).length).toBeGreaterThan(20);
		expect(ibftSysfs(decodeIbft(bytes))).toEqual(sysfs);
	});

	test(`is written again byte for byte in ${layout} layout`, () => {
		expect(encodeIbft(decodeIbft(bytes), { layout })).toEqual(bytes);
	});

	test("Linux's files lead back to the same table, but for the PCI address", () => {
		const { ibft, issues } = fromSysfs(sysfs);
		const { pciAddress } = decodeIbft(bytes).nics[0] as { pciAddress: string };
		const nics = ibft.nics?.map((nic) => ({ ...nic, pciAddress }));
		expect(issues).toEqual([]);
		expect(encodeIbft({ ...ibft, nics }, { layout })).toEqual(bytes);
	});
});

test('fields of the EDK2 table', () => {
	const table = decodeIbft(genuineTables.find(({ layout }) => layout === 'edk2')?.bytes as Uint8Array);
	expect(table).toMatchObject({
		length: 2048,
		oemId: 'BOCHS ',
		oemTableId: 'BXPC    ',
		control: { length: 18, pointers: [0, 0x48, 0x98, 0x100, 0, 0] },
		initiator: {
			index: 0,
			flags: 3,
			name: 'iqn.2026-11.org.example:edk2init',
			place: { offset: 0x48, slot: 'control.initiator' },
		},
		nics: [{ flags: 7, origin: 'dhcp', pciAddress: '00:01.0', vlan: 0, place: { offset: 0x98, length: 102 } }],
		targets: [{ address: '10.0.2.2', port: 13260, lun: '1', chapType: 'none', place: { offset: 0x100, id: 4 } }],
	});
	expect(table.nics[0]).not.toHaveProperty('secondaryDns');
	expect(table.initiator).not.toHaveProperty('isnsServer');
});

test("iPXE's aBFT", () => {
	const table = decodeAbft(genuineAbft);
	expect(table).toMatchObject({ major: 7, minor: 3, mac: '52:54:00:12:34:56', oemId: 'FENSYS', issues: [] });
	expect(encodeAbft(table)).toEqual(genuineAbft);
});

describe.skipIf(!hasForeign)("other projects' tables (../shared/foreign/ibft)", () => {
	const publicTables = ['dracut-TEST-30-ISCSI-ibft.table', 'lkml-3nic-3target.ibft.bin'];

	test.each(publicTables)('%s shows what Linux showed', (name) => {
		const folder = new URL('ibft/bft-public/', foreign);
		const shown = sysfsLines(new TextDecoder().decode(bytesOf(new URL(`${name}.sysfs.txt`, folder))));
		const table = decodeIbft(bytesOf(new URL(name, folder)));
		expect(table.issues).toEqual([]);
		expect(ibftSysfs(table)).toEqual(shown);
	});

	test('three NICs and three targets are told apart by id, not by position', () => {
		const table = decodeIbft(bytesOf(new URL('ibft/bft-public/lkml-3nic-3target.ibft.bin', foreign)));
		expect(table.nics.map(({ index, address }) => [index, address])).toEqual([
			[0, '192.168.50.101'],
			[1, '192.168.51.101'],
			[2, '192.168.52.101'],
		]);
		expect(table.targets.map(({ index, lun }) => [index, lun])).toEqual([
			[0, '1'],
			[1, '2'],
			[2, '3'],
		]);
	});
});
