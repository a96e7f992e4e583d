import { DecodeError, EncodeError, formatHex, parseHex } from 'pxekit';
import { type DhcpOptionName, DhcpOptions, decodeDhcp, dhcpOptionTable, encodeDhcp } from 'pxekit/dhcp';
import { describe, expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

interface OptionRow {
	code: number;
	name: string;
	hex: string;
	valid: boolean;
	value: unknown;
}

/** An option's value through a whole packet, so that no path is taken that a consumer can't take. */
function read(code: number, hex: string): unknown {
	const row = dhcpOptionTable.find((row) => row.code === code);
	if (!row) throw new Error(`option ${code} is not in the table`);
	const bytes = encodeDhcp({ op: 1, xid: 1, chaddr: '52:54:00:00:00:01', options: [[code, parseHex(hex)]] });
	return decodeDhcp(bytes).options.get(row.name);
}

function write(name: DhcpOptionName, value: unknown): string {
	const options = DhcpOptions.from({ [name]: value } as never);
	return formatHex(options.bytes(name) as Uint8Array);
}

/** How the vectors spell what this package spells otherwise. */
const spelled: Record<number, (value: never) => unknown> = {
	60: (text: string) => {
		const [, prefix, arch, major, minor] = /^(\w+)(?::Arch:(\d{5}):UNDI:(\d{3})(\d{3}))?$/.exec(text) ?? [];
		if (arch === undefined) return { prefix };
		return { prefix, arch: Number(arch), undiMajor: Number(major), undiMinor: Number(minor) };
	},
	61: (id: { type: number; data: Uint8Array; iaid?: number; duid?: Uint8Array }) =>
		id.duid ? { type: id.type, iaid: id.iaid, duid: formatHex(id.duid) } : { type: id.type, hex: formatHex(id.data) },
	77: (user: { form: string; text: string[]; bare: string }) =>
		user.form === 'raw' ? { raw: user.bare } : { rfc3004: user.text, raw: user.bare },
	97: (id: { type: number; raw: Uint8Array; guid: string; uuid: string }) => ({
		type: id.type,
		guidRaw: formatHex(id.raw),
		guidLittleEndianFields: id.guid,
		guidBigEndian: id.uuid,
	}),
	208: (magic: boolean) => ({ magic }),
};

/** Vectors of options that are plain bytes here: their inside is read elsewhere. */
const asBytes = [43, 175];
const rows = fixtureRows<OptionRow>('dhcp/options.jsonl').filter(
	({ code }) => !asBytes.includes(code) && dhcpOptionTable.some((row) => row.code === code),
);

describe('option vectors', () => {
	test('are most of the file', () => {
		expect(rows.length).toBeGreaterThanOrEqual(30);
	});

	test.each(rows)('$code $name', ({ code, hex, valid, value }) => {
		if (hex === '') {
			// Too short to travel as a value; an empty list is refused when read.
			expect(() => new DhcpOptions([{ code, bytes: new Uint8Array(0), source: 'options' }]).get(nameOf(code))).toThrow(
				DecodeError,
			);
			return;
		}
		if (!valid || value === null) {
			expect(() => read(code, hex)).toThrow(DecodeError);
			return;
		}
		const got = spelled[code]?.(read(code, hex) as never) ?? read(code, hex);
		if (typeof value === 'object' && !Array.isArray(value)) expect(got).toMatchObject(value as object);
		else expect(got).toEqual(value);
	});
});

function nameOf(code: number): DhcpOptionName {
	const row = dhcpOptionTable.find((row) => row.code === code);
	if (!row) throw new Error(`no option ${code}`);
	return row.name;
}

/** Value and bytes of every kind of option, written out from the RFC that the table names. */
const bothWays: [DhcpOptionName, unknown, string][] = [
	['subnetMask', '255.255.255.0', 'ffffff00'],
	['router', ['10.0.0.1', '10.0.0.2'], '0a0000010a000002'],
	['bootFileSize', 0x1234, '1234'],
	['ipAddressLeaseTime', 0xffff_ffff, 'ffffffff'],
	['messageType', 'OFFER', '02'],
	['messageType', 99, '63'],
	['parameterRequestList', [1, 3, 6], '010306'],
	['vendorClassIdentifier', 'PXEClient', '505845436c69656e74'],
	['clientIdentifier', { type: 1, data: parseHex('525400aa0001') }, '01525400aa0001'],
	['relayAgentInformation', [{ code: 1, name: 'circuitId', bytes: parseHex('aabb') }], '0102aabb'],
	['clientArchitecture', [7, 9], '00070009'],
	['clientNetworkInterface', { type: 1, major: 3, minor: 16 }, '010310'],
	['pxelinuxMagic', true, 'f100747e'],
	[
		'classlessStaticRoute',
		[
			{ destination: '10.1.0.0/16', router: '192.168.77.1' },
			{ destination: '0.0.0.0/0', router: '192.168.77.1' },
			{ destination: '10.17.18.19/32', router: '0.0.0.0' },
		],
		'100a01c0a84d01 00c0a84d01 200a11121300000000',
	],
	// RFC 3397 section 2 prints this example: "eng.apple.com" and "marketing.apple.com" with a pointer to offset 4.
	['domainSearch', ['eng.apple.com', 'marketing.apple.com'], '03656e67056170706c6503636f6d00 096d61726b6574696e67c004'],
];

test.each(bothWays)('%s both ways', (name, value, hex) => {
	const compact = hex.replaceAll(' ', '');
	expect(write(name, value)).toBe(compact);
	expect(new DhcpOptions([{ code: codeOf(name), bytes: parseHex(compact), source: 'options' }]).get(name)).toEqual(
		value,
	);
});

function codeOf(name: DhcpOptionName): number {
	return dhcpOptionTable.find((row) => row.name === name)?.code as number;
}

describe('values with several spellings', () => {
	test('machine identifier from each reading', () => {
		const raw = '78563412bc9af0de1122334455667788';
		expect(write('clientMachineIdentifier', { guid: '12345678-9abc-def0-1122-334455667788' })).toBe(`00${raw}`);
		expect(write('clientMachineIdentifier', { uuid: '78563412-bc9a-f0de-1122-334455667788' })).toBe(`00${raw}`);
		expect(write('clientMachineIdentifier', { raw: parseHex(raw), type: 255 })).toBe(`ff${raw}`);
	});

	test('user class in both forms', () => {
		expect(write('userClass', { form: 'raw', classes: ['iPXE'] })).toBe('69505845');
		expect(write('userClass', { form: 'rfc3004', classes: ['iPXE', 'x'] })).toBe('04695058450178');
		expect(() => write('userClass', { form: 'raw', classes: ['\u0003abc'] })).toThrow(EncodeError);
	});

	test('names that can loop or overrun', () => {
		for (const hex of ['c000', '3f6162', '0161c002', '40', '03612e6200']) {
			expect(() => read(119, hex)).toThrow(DecodeError);
		}
	});
});

test('the table has each code and each name once, and every option of the packet room', () => {
	const codes = dhcpOptionTable.map((row) => row.code);
	expect(new Set(codes).size).toBe(codes.length);
	expect(new Set(dhcpOptionTable.map((row) => row.name)).size).toBe(codes.length);
	const wanted = [
		1, 3, 6, 12, 13, 15, 17, 26, 28, 42, 43, 50, 51, 53, 54, 55, 56, 57, 58, 59, 60, 61, 66, 67, 77, 82, 93, 94, 97,
		119, 121, 150, 175, 203, 208, 209, 210, 211,
	];
	expect(wanted.filter((code) => !codes.includes(code as never))).toEqual([]);
});
