import { DecodeError, EncodeError, formatHex, parseHex } from 'pxekit';
import {
	type DhcpOptionName,
	DhcpOptions,
	decodeDhcp,
	dhcpOptionTable,
	encodeDhcp,
	relaySubOptionTable,
} from 'pxekit/dhcp';
import { describe, expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';
import { optionVectors, relaySubOptions } from '../support/option-vectors.ts';

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
	249: (routes: { destination: string; router: string }[]) => routes.map((route) => [route.destination, route.router]),
};

/** Plain bytes in this room; test/pxe/pxe-options.test.ts and ipxe-options.test.ts read their inside. */
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

test('every row of the table has a vector', () => {
	const covered = new Set(optionVectors.map(([name]) => name));
	expect(dhcpOptionTable.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
});

test.each(optionVectors)('%s both ways: %j', (name, value, hex) => {
	const compact = hex.replaceAll(' ', '');
	// Option 52 is the packet encoder's own.
	if (name !== 'optionOverload') expect(write(name, value)).toBe(compact);
	expect(new DhcpOptions([{ code: codeOf(name), bytes: parseHex(compact), source: 'options' }]).get(name)).toEqual(
		value,
	);
});

function codeOf(name: DhcpOptionName): number {
	return dhcpOptionTable.find((row) => row.name === name)?.code as number;
}

test('relay sub-options by name and value', () => {
	expect(relaySubOptions.map(([code, name]) => [code, name])).toEqual(
		relaySubOptionTable.map(({ code, name }) => [code, name]),
	);
	const wire = ([code, , , hex]: (typeof relaySubOptions)[number]) =>
		[code, hex.length / 2].map((byte) => byte.toString(16).padStart(2, '0')).join('') + hex;
	const items = relaySubOptions.map(([, name, value]) => ({ name, value }));
	expect(write('relayAgentInformation', items)).toBe(relaySubOptions.map(wire).join(''));
	expect(() => write('relayAgentInformation', [{ name: 'circuitid', value: new Uint8Array(1) }])).toThrow(EncodeError);
	expect(() => write('relayAgentInformation', [{ name: 'linkSelection', value: '10.0.0' }])).toThrow(EncodeError);
});

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

test('the table has each code and each name once, in order', () => {
	const codes = dhcpOptionTable.map((row) => row.code);
	expect([...codes].sort((a, b) => a - b)).toEqual(codes);
	expect(new Set(codes).size).toBe(codes.length);
	expect(new Set(dhcpOptionTable.map((row) => row.name)).size).toBe(codes.length);
});

test('what the table leaves out', () => {
	const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
	const codes: readonly number[] = dhcpOptionTable.map((row) => row.code);
	expect(span(0, 255).filter((code) => !codes.includes(code))).toEqual([
		// Pad.
		0,
		// Never used, withdrawn or not assigned: RFC 3679 and the registry.
		...[84, 96, ...span(102, 107), 110, 111, 115, 126, 127],
		// PXE vendors' own, without a format.
		...span(128, 135),
		...[149, 160, ...span(163, 174)],
		// 176 and 177 have uses without a document; the others are not assigned.
		...[...span(176, 202), ...span(204, 207), ...span(214, 219), 222, 223],
		// Private use, but for 249 and 252.
		...[...span(224, 248), 250, 251, 253, 254],
		// End.
		255,
	]);
});
