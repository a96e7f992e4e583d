import { checkIbft, decodeIbft, encodeIbft, gatewayForWindows, type IbftInit, type IbftReader } from 'pxekit/ibft';
import { describe, expect, test } from 'vitest';
import { bytesOf, foreign, genuineTables, hasForeign } from './fixtures.ts';
import { changed, plain } from './table.ts';

const readers: readonly IbftReader[] = ['spec', 'linux', 'linux<5.6', 'open-iscsi', 'windows', 'freebsd'];

/** `effect code` of every finding. */
function verdicts(table: Parameters<typeof checkIbft>[0], reader: IbftReader): string[] {
	return checkIbft(table, { reader }).map(({ effect, code }) => `${effect} ${code}`);
}

function made(init: IbftInit) {
	return decodeIbft(encodeIbft({ ...plain, ...init }));
}

const [nic] = plain.nics as [NonNullable<IbftInit['nics']>[number]];
const [target] = plain.targets as [NonNullable<IbftInit['targets']>[number]];
const three: IbftInit = {
	nics: [0, 1, 2].map((at) => ({ ...nic, mac: `52:54:00:12:34:5${at}` })),
	targets: [0, 1, 2].map(() => target),
};

test.each(readers)('%s takes a plain table', (reader) => {
	expect(verdicts(made({}), reader)).toEqual([]);
});

// The plain table: control at 48, initiator at 72, NIC at 152, target at 256.
describe('Linux (rows of what the kernel was seen to do)', () => {
	test.each<[string, Record<number, number>, string[]]>([
		['revision 2', { 8: 2 }, ['refuses revision']],
		['a control structure of 17 bytes', { 50: 17 }, ['refuses control-length']],
		['a control structure with index 1', { 52: 1 }, ['refuses control-index']],
		['a NIC of 104 bytes', { 154: 104 }, ['drops structure-length']],
		['a target with id 9', { 256: 9 }, ['drops unknown-structure', 'refuses no-target']],
		['version 2 of a NIC', { 153: 2 }, []],
		['version 2 of the control structure', { 49: 2 }, []],
		['a NIC without flags', { 157: 0 }, []],
		['no initiator', { 56: 0 }, []],
		['a pointer of extensions', { 54: 0, 55: 1 }, []],
		['a prefix of 33 bits', { 174: 33 }, ['misreads subnet-mask']],
		['LUN 0010abcd00010002', { 281: 0x10, 282: 0xab, 283: 0xcd, 285: 1, 287: 2 }, ['misreads ambiguous-lun']],
		['a name past the end', { 293: 0x40 }, ['misreads text-past-end', 'drops target-without-name']],
	])('%s', (_, changes, expected) => {
		expect(verdicts(changed(changes), 'linux')).toEqual(expected);
	});

	test('a wrong checksum', () => {
		const bytes = encodeIbft(plain);
		bytes[9] = (bytes[9] as number) + 1;
		expect(verdicts(decodeIbft(bytes), 'linux')).toEqual(['refuses checksum']);
	});

	test('two NICs with one index', () => {
		const table = made({ nics: [nic, { ...nic, index: 1 }] });
		const second = table.nics[1]?.place?.offset as number;
		const twice = changed({ [second + 4]: 0 }, { ...plain, nics: [nic, { ...nic, index: 1 }] });
		expect(verdicts(twice, 'linux')).toEqual(['refuses duplicate-index']);
		expect(verdicts(twice, 'spec')).toContain('refuses duplicate-index');
	});

	test('more than two of a kind: fine since 5.6 only', () => {
		expect(verdicts(made(three), 'linux')).toEqual([]);
		expect(verdicts(made(three), 'linux<5.6')).toEqual(['refuses control-length']);
	});

	test('a structure in the last 48 bytes', () => {
		const bytes = encodeIbft(plain);
		const pointedTo = (at: number) => verdicts(changed({ 58: at & 0xff, 59: at >> 8 }), 'linux');
		expect(pointedTo(bytes.length - 8)).toContain('drops near-end');
		expect(pointedTo(bytes.length - 48)).toContain('drops near-end');
		expect(pointedTo(bytes.length - 49)).not.toContain('drops near-end');
	});
});

describe('open-iscsi', () => {
	test.each<[string, Record<number, number>, string]>([
		['a NIC without flags', { 157: 0 }, 'drops no-flags'],
		['a target without flags', { 261: 0 }, 'drops no-flags'],
		['no initiator', { 56: 0 }, 'refuses no-initiator'],
		['an association with no NIC', { 289: 7 }, 'drops no-such-nic'],
		['no boot flag', { 261: 1 }, 'notes no-boot-flag'],
		['version 2', { 153: 2 }, 'notes structure-version'],
	])('%s', (_, changes, expected) => {
		expect(verdicts(changed(changes), 'open-iscsi')).toContain(expected);
	});
});

describe('FreeBSD', () => {
	test('reads two of a kind', () => {
		expect(verdicts(made(three), 'freebsd')).toEqual(['drops past-the-second', 'drops past-the-second']);
	});
	test('does not look for BIFT', () => {
		expect(verdicts(made({ signature: 'BIFT' }), 'freebsd')).toEqual(['refuses signature']);
	});
	test('stops at an unknown structure', () => {
		expect(verdicts(changed({ 256: 9 }), 'freebsd')).toContain('refuses unknown-structure');
	});
});

describe('Windows', () => {
	test('a NIC that Setup can not resolve', () => {
		const [finding] = checkIbft(made({ nics: [{ ...nic, pciAddress: '00:00.0' }] }), { reader: 'windows' });
		expect(finding).toMatchObject({ effect: 'refuses', code: 'nic-without-pci', path: 'nics[0].pciAddress' });
		expect(finding?.message).toContain('could not be resolved');
		expect(finding?.cure).toContain('boot.wim');
		expect(verdicts(made({ nics: [{ ...nic, mac: '00:00:00:00:00:00' }] }), 'windows')).toEqual([
			'refuses nic-without-mac',
		]);
	});

	test('cards in the machine and in the table', () => {
		const verdict = (macs: string[]) =>
			checkIbft(made({}), { reader: 'windows', machineNics: macs.map((mac) => ({ mac })) }).map(({ code }) => code);
		expect(verdict(['52:54:00:12:34:56'])).toEqual([]);
		expect(verdict(['52:54:00:12:34:56', '52:54:00:AA:AA:AA'])).toEqual(['nics-not-in-table']);
		expect(verdict(['52:54:00:AA:AA:AA'])).toEqual(['nic-not-in-machine', 'nics-not-in-table']);
	});

	test('a card at another PCI address', () => {
		const verdict = (pciAddress: string) =>
			checkIbft(made({}), { reader: 'windows', machineNics: [{ mac: '52-54-00-12-34-56', pciAddress }] }).map(
				({ code }) => code,
			);
		expect(verdict('00:03.0')).toEqual([]);
		expect(verdict('01:00.0')).toEqual(['nic-elsewhere']);
	});

	test('flags', () => {
		expect(verdicts(changed({ 77: 2 }), 'windows')).toEqual(['drops not-valid']);
		expect(verdicts(changed({ 157: 1 }), 'windows')).toEqual(['refuses no-boot-flag']);
	});

	test('a name of 224 characters', () => {
		const name = `iqn.${'x'.repeat(219)}`;
		expect(verdicts(made({ initiator: { name } }), 'windows')).toEqual([]);
		expect(verdicts(made({ initiator: { name: `${name}x` } }), 'windows')).toEqual(['refuses long-name']);
	});

	test('a gateway on the way to a target of the same network, and its cure', () => {
		const gateway = '10.0.0.254';
		const one: IbftInit = { ...plain, nics: [{ ...nic, gateway }] };
		expect(verdicts(made(one), 'windows')).toEqual(['misreads gateway-on-link']);
		expect(gatewayForWindows(one).nics?.[0]?.gateway).toBe('10.0.0.1');
		expect(verdicts(made(gatewayForWindows(one)), 'windows')).toEqual([]);

		const two: IbftInit = { ...one, targets: [target, { ...target, address: '10.0.0.9' }] };
		expect(gatewayForWindows(two).nics?.[0]).not.toHaveProperty('gateway');
		expect(verdicts(made(gatewayForWindows(two)), 'windows')).toEqual([]);

		const away: IbftInit = { ...one, targets: [{ ...target, address: '10.0.1.1' }] };
		expect(gatewayForWindows(away)).toEqual(away);
		expect(verdicts(made(away), 'windows')).toEqual([]);
	});

	test('networks that end inside a byte, and IPv6', () => {
		const gatewayOf = (address: string, prefixLength: number, server: string) =>
			gatewayForWindows({
				nics: [{ mac: nic.mac, address, prefixLength, gateway: 'fe80::1' }],
				targets: [{ address: server }],
			}).nics?.[0]?.gateway;
		expect(gatewayOf('10.0.7.2', 20, '10.0.15.1')).toBe('10.0.15.1');
		expect(gatewayOf('10.0.7.2', 20, '10.0.16.1')).toBe('fe80::1');
		expect(gatewayOf('2001:db8::2', 64, '2001:db8::1')).toBe('2001:db8::1');
		expect(gatewayOf('2001:db8::2', 64, '10.0.0.1')).toBe('fe80::1');
	});
});

describe('the specification', () => {
	test.each<[string, Record<number, number>, string]>([
		['a wrong revision', { 8: 3 }, 'refuses bad-revision'],
		['reserved bytes', { 40: 1 }, 'notes reserved-not-zero'],
		['unknown flags', { 157: 0x83 }, 'notes unknown-flags'],
		['an unknown origin', { 175: 9 }, 'notes unknown-origin'],
		['CHAP without a name', { 288: 1 }, 'notes chap-incomplete'],
		['CHAP type 7', { 288: 7 }, 'notes unknown-chap-type'],
		['a prefix of 33 bits', { 174: 33 }, 'notes prefix-length'],
		['an association with no NIC', { 289: 7 }, 'notes no-such-nic'],
	])('%s', (_, changes, expected) => {
		expect(verdicts(changed(changes), 'spec')).toEqual([expected]);
	});
});

test("iPXE's broken IPv6 target is told to every reader", () => {
	const broken = genuineTables.find(({ name }) => name.includes('ipv6target-BUG'));
	const others = genuineTables.filter((table) => table !== broken);
	for (const reader of readers) {
		expect(verdicts(decodeIbft(broken?.bytes as Uint8Array), reader)).toContain('misreads ipxe-truncated-ipv6');
		for (const { bytes } of others)
			expect(verdicts(decodeIbft(bytes), reader)).not.toContain('misreads ipxe-truncated-ipv6');
	}
});

describe.skipIf(!hasForeign)('variants of a table that the kernel was asked about (../shared/foreign/ibft)', () => {
	const linux: Readonly<Record<string, string[]>> = {
		'02-sig-IBFT': [],
		'03-sig-BIFT': [],
		'04-rev2': ['refuses revision'],
		'05-nic-version2': [],
		'06-nic-len104': ['drops structure-length'],
		'07-control-len17': ['refuses control-length'],
		'08-control-index1': ['refuses control-index'],
		'09-control-version2': [],
		'10-nic-flags0': [],
		'11-nic-flags2-noValid': [],
		'12-initiator-off0': [],
		'13-target-id9': ['drops unknown-structure', 'refuses no-target'],
		'14-extensions-off-target': [],
		'15-lun-0010': ['misreads ambiguous-lun'],
		'16-prefix33': ['misreads subnet-mask'],
		'17-name-off-past-end': ['misreads text-past-end', 'drops target-without-name'],
		'18-name-len-too-long': ['misreads text-past-end', 'drops target-without-name'],
		'20-vlan-ffff-origin16': [],
		'22-unaligned-target': [],
		'24-two-nics-same-index': ['refuses duplicate-index'],
	};
	test.each(Object.entries(linux))('%s', (name, expected) => {
		expect(verdicts(decodeIbft(bytesOf(new URL(`ibft/bft-variants/${name}`, foreign))), 'linux')).toEqual(expected);
	});
});
