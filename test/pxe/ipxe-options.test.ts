import { formatHex, parseHex } from 'pxekit';
import { decodeDhcp } from 'pxekit/dhcp';
import {
	decodeIpxeOptions,
	encodeIpxeOptions,
	type IpxeOptionName,
	type IpxeOptionsInit,
	ipxeOptionTable,
} from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

type Vector = Record<string, unknown> & { code: number };

const vectors = fixtureRows<{ code: number; hex: string; value: Vector[] }>('dhcp/options.jsonl').filter(
	({ code }) => code === 175,
);
const malformed = fixtureRows<{ name: string; hex: string; expected: Record<string, unknown> }>(
	'dhcp/malformed.jsonl',
).filter(({ name }) => name.includes('option 175'));
const sent = fixtureRows<{ name: string; expected: { options: { code: number; hex: string }[] } }>(
	'dhcp/packets.jsonl',
).flatMap(({ expected }) => expected.options.filter(({ code }) => code === 175).map(({ hex }) => hex));

describe('vectors', () => {
	test('are all there', () => {
		expect([vectors.length, malformed.length, sent.length]).toEqual([5, 2, 43]);
	});

	test.each(vectors)('$hex', ({ hex, value }) => {
		const { items, values, end, issues } = decodeIpxeOptions(parseHex(hex));
		const spelled: Record<number, unknown> = {
			176: { noPxeDhcp: values.noPxeDhcp },
			177: {
				busId: values.busId && {
					type: values.busId.type,
					vendor: values.busId.vendor.toString(16),
					device: values.busId.device.toString(16),
				},
			},
			235: { version: values.version },
		};
		for (const [i, { code, hex, ...told }] of value.entries()) {
			if (code === 255) continue;
			if (hex !== undefined) expect([items[i]?.code, formatHex(items[i]?.bytes as Uint8Array)]).toEqual([code, hex]);
			else expect([items[i]?.code, spelled[code]]).toEqual([code, told]);
		}
		expect([items.length, end]).toEqual([value.filter(({ code }) => code !== 255).length, hex.endsWith('ff')]);
		expect(issues).toEqual([]);
	});

	test('what iPXE sent is written again from its values, byte for byte', () => {
		for (const hex of sent) {
			const { items, values, end } = decodeIpxeOptions(parseHex(hex));
			const init = items.map(({ code }) => {
				const name = ipxeOptionTable.find((row) => row.code === code)?.name as IpxeOptionName;
				return [name, values[name]];
			}) as unknown as IpxeOptionsInit;
			expect(formatHex(encodeIpxeOptions(init, { end }))).toBe(hex);
		}
	});
});

test.each(malformed)('$name', ({ hex, expected }) => {
	const { items, issues } = decodeIpxeOptions(decodeDhcp(parseHex(hex)).options.bytes('ipxeOptions') as Uint8Array);
	expect(items.map(({ code, bytes }) => [code, formatHex(bytes)])).toEqual(expected.ipxe175 ?? []);
	// Two bytes where iPXE knows one, or a length that runs off the end.
	expect(issues).toMatchObject([{ code: expected.problem ? 'truncated' : 'bad-length' }]);
});

/** From iPXE's list of sub-options and the types of the settings that read them. */
const bothWays: [IpxeOptionsInit, string][] = [
	[{ priority: -1 }, '0101ff'],
	[{ yiaddr: '10.0.0.1' }, '02040a000001'],
	[{ siaddr: '10.0.0.2' }, '03040a000002'],
	[{ keepSan: 1 }, '080101'],
	[{ skipSanBoot: 1 }, '090101'],
	...(
		[
			['pxeext', 0x10],
			['iscsi', 0x11],
			['aoe', 0x12],
			['http', 0x13],
			['https', 0x14],
			['tftp', 0x15],
			['ftp', 0x16],
			['dns', 0x17],
			['bzimage', 0x18],
			['multiboot', 0x19],
			['slam', 0x1a],
			['srp', 0x1b],
			['nbi', 0x20],
			['pxe', 0x21],
			['elf', 0x22],
			['comboot', 0x23],
			['efi', 0x24],
			['fcoe', 0x25],
			['vlan', 0x26],
			['menu', 0x27],
			['sdi', 0x28],
			['nfs', 0x29],
		] as const
	).map(([name, code]): [IpxeOptionsInit, string] => [
		{ [name]: 2 } as unknown as IpxeOptionsInit,
		`${code.toString(16)}0102`,
	]),
	[{ scriptlet: 'a' }, '510161'],
	[{ syslogs: 'b' }, '550162'],
	[{ trust: Uint8Array.of(1) }, '5a0101'],
	[{ cert: Uint8Array.of(2) }, '5b0102'],
	[{ key: Uint8Array.of(3) }, '5c0103'],
	[{ crossCert: 'c' }, '5d0163'],
	[{ noPxeDhcp: 1 }, 'b00101'],
	[{ busId: { type: 1, vendor: 0x8086, device: 0x100e } }, 'b105018086100e'],
	[{ useCached: 0 }, 'b20100'],
	[{ sanRetry: 5 }, 'bb0105'],
	[{ sanFilename: 'd' }, 'bc0164'],
	[{ sanDrive: 0x80 }, 'bd0180'],
	[{ username: 'e' }, 'be0165'],
	[{ password: 'f' }, 'bf0166'],
	[{ reverseUsername: 'g' }, 'c00167'],
	[{ reversePassword: 'h' }, 'c10168'],
	[{ uid: 0x01020304 }, 'c20401020304'],
	[{ gid: 5 }, 'c30400000005'],
	[{ version: '1.21.255' }, 'eb030115ff'],
	[{ 200: Uint8Array.of(7) }, 'c80107'],
];

test('each row of the table has a vector', () => {
	const covered = bothWays.flatMap(([init]) => Object.keys(init));
	expect(ipxeOptionTable.map(({ name }) => name).filter((name) => !covered.includes(name))).toEqual([]);
	expect(new Set(ipxeOptionTable.map(({ code }) => code)).size).toBe(ipxeOptionTable.length);
});

test.each(bothWays)('%j both ways', (init, hex) => {
	expect(formatHex(encodeIpxeOptions(init, { end: false }))).toBe(hex);
	expect(decodeIpxeOptions(parseHex(hex))).toMatchObject({ values: init, end: false, issues: [] });
});

test.each([
	['a version of two numbers', { version: '1.21' }, 'bad-version'],
	['a version over a byte', { version: '1.256.0' }, 'out-of-range'],
	['a priority over a signed byte', { priority: 128 }, 'out-of-range'],
	['a scriptlet too long', { keepSan: 1, scriptlet: 'x'.repeat(250) }, 'too-long'],
	['an unknown name', { keepsan: 1 }, 'unknown-option'],
])('%s is refused', (_, init, code) => {
	expect(() => encodeIpxeOptions(init as IpxeOptionsInit)).toThrow(
		expect.objectContaining({ name: 'EncodeError', code }),
	);
});
