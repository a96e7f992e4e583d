import { EncodeError, formatHex, parseHex } from 'pxekit';
import { decodeDhcp } from 'pxekit/dhcp';
import {
	bootServerTypeName,
	bootServerTypes,
	decodePxeOptions,
	encodePxeOptions,
	type PxeOptions,
	type PxeOptionsInit,
	pxeOptionTable,
} from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

type Vector = Record<string, unknown> & { code: number };

const vectors = fixtureRows<{ code: number; hex: string; value: Vector[]; note?: string }>('dhcp/options.jsonl').filter(
	({ code }) => code === 43,
);
const malformed = fixtureRows<{ name: string; hex: string; expected: Record<string, unknown> }>(
	'dhcp/malformed.jsonl',
).filter(({ name }) => name.includes(':PXE '));

/** How the vectors spell each sub-option. */
function spelled({ values }: PxeOptions): Record<number, unknown> {
	const control = values.discoveryControl;
	const allocation = values.multicastAddressAllocation;
	const item = values.bootItem;
	return {
		1: { mtftpIp: values.mtftpAddress },
		2: { mtftpClientPort: values.mtftpClientPort },
		3: { mtftpServerPort: values.mtftpServerPort },
		4: { mtftpTimeout: values.mtftpTimeout },
		5: { mtftpDelay: values.mtftpDelay },
		6: {
			discoveryControl:
				control &&
				Number(control.disableBroadcast) +
					2 * Number(control.disableMulticast) +
					4 * Number(control.serverListOnly) +
					8 * Number(control.useBootFile),
		},
		7: { discoveryMulticast: values.discoveryMulticastAddress },
		8: { servers: values.bootServers?.map(({ type, addresses }) => ({ type, ips: addresses })) },
		9: { menu: values.bootMenu },
		10: { timeout: values.menuPrompt?.timeout, prompt: values.menuPrompt?.text },
		11: { multicastBase: allocation?.address, block: allocation?.block, range: allocation?.range },
		12: { credentialTypes: values.credentialTypes },
		71: {
			type: item?.type,
			layer: item?.layer,
			...(item?.credentials ? { credentials: true, layerRaw: 0x8000 + item.layer } : {}),
		},
	};
}

describe('vectors', () => {
	test('are all there', () => {
		expect([vectors.length, malformed.length]).toEqual([10, 8]);
	});

	test.each(vectors)('$hex', ({ hex, value }) => {
		const block = decodePxeOptions(parseHex(hex));
		const words = spelled(block);
		expect(block.items.map(({ code }) => ({ code, ...(words[code] as object) }))).toEqual(
			value.filter(({ code }) => code !== 255),
		);
		expect(block.end).toBe(value.some(({ code }) => code === 255));
		expect(block.issues).toEqual([]);
		const named = block.items.map(({ code }) => pxeOptionTable.find((row) => row.code === code)?.name);
		const init = named.map((name) => [name, block.values[name as 'bootMenu']]) as unknown as PxeOptionsInit;
		expect(formatHex(encodePxeOptions(init, { end: block.end }))).toBe(hex);
	});
});

describe('blocks that break a rule', () => {
	const block = (name: string): PxeOptions => {
		const row = malformed.find((row) => row.name === `own:PXE ${name}`);
		return decodePxeOptions(decodeDhcp(parseHex(row?.hex as string)).options.bytes(43) as Uint8Array);
	};

	test.each(malformed)('$name', ({ hex, expected }) => {
		const { values, items, end, issues } = decodePxeOptions(
			decodeDhcp(parseHex(hex)).options.bytes('vendorSpecificInformation') as Uint8Array,
		);
		const got = {
			pxe43: items.map(({ code, bytes }) => [code, formatHex(bytes)]),
			innerEnd: end,
			bootServers: values.bootServers,
			menuPrompt: values.menuPrompt && { timeout: values.menuPrompt.timeout, prompt: values.menuPrompt.text },
		};
		const { problem, rawKept, ...told } = expected;
		expect(got).toMatchObject(told);
		expect(issues.length > 0).toBe(problem !== undefined);
	});

	test.each([
		['option 43 inner overrun', 'truncated', 9, undefined],
		['boot server with count larger than data', 'too-short', 8, '800002c0a80101'],
		['menu with inner length too long', 'too-short', 9, '800009616263'],
		['boot item without layer', 'bad-length', 71, '8000'],
	])('%s: the issue says so, the bytes stay under the number', (name, issue, code, hex) => {
		const { values, issues } = block(name);
		expect(issues).toMatchObject([{ code: issue }]);
		expect(values[code] && formatHex(values[code])).toBe(hex);
		expect(Object.keys(values).filter((key) => !/^\d+$/.test(key))).toEqual(
			code === 9 && !hex ? ['discoveryControl'] : [],
		);
	});

	test('of a repeat the first counts', () => {
		const { values, items, issues } = decodePxeOptions(parseHex('060108 060103 ff'));
		expect([values.discoveryControl?.useBootFile, items.length]).toEqual([true, 2]);
		expect(issues).toMatchObject([{ code: 'duplicate-option', offset: 3 }]);
	});

	test('what follows End is not read', () => {
		expect(decodePxeOptions(parseHex('060108 ff 0a0100')).items.length).toBe(1);
	});
});

/** From table 2-1 of PXE 2.1, and from the formats that Wireshark gives 179 to 194. */
const bothWays: [PxeOptionsInit, string][] = [
	[{ mtftpAddress: '239.1.2.3' }, '0104ef010203'],
	[{ mtftpClientPort: 1744 }, '020206d0'],
	[{ mtftpServerPort: 1745 }, '030206d1'],
	[{ mtftpTimeout: 5 }, '040105'],
	[{ mtftpDelay: 2 }, '050102'],
	[{ discoveryMulticastAddress: '224.0.1.1' }, '0704e0000101'],
	[
		{
			bootServers: [
				{ type: 1, addresses: [] },
				{ type: 15, addresses: ['10.0.0.1', '10.0.0.2'] },
			],
		},
		'080e 000100 000f020a0000010a000002',
	],
	[
		{
			bootMenu: [
				{ type: 0, text: 'Local' },
				{ type: 0x8000, text: '' },
			],
		},
		'090b 0000054c6f63616c 800000',
	],
	[{ menuPrompt: { timeout: 255, text: '' } }, '0a01ff'],
	[{ multicastAddressAllocation: { address: '239.1.2.3', block: 16, range: 4 } }, '0b08ef01020300100004'],
	[{ credentialTypes: [1, 0xffff_ffff] }, '0c0800000001ffffffff'],
	[{ bootItem: { type: 0x8000, layer: 1, credentials: false } }, '470480000001'],
	[{ bootItem: { type: 0x8001, layer: 0x7fff, credentials: true } }, '47048001ffff'],
	[{ lcmServer: 'a' }, 'b30161'],
	[{ lcmDomain: 'b' }, 'b40162'],
	[{ lcmNicOption: Uint8Array.of(1, 2) }, 'b5020102'],
	[{ lcmWorkgroup: 'c' }, 'be0163'],
	[{ lcmDiscovery: true }, 'bf0101'],
	[{ lcmConfigured: false }, 'c00100'],
	[{ lcmVersion: 0x01020304 }, 'c10401020304'],
	[{ lcmSerialNumber: 'd' }, 'c20164'],
	[{ 200: Uint8Array.of(7) }, 'c80107'],
];

test.each(bothWays)('%j both ways', (init, hex) => {
	const compact = hex.replaceAll(' ', '');
	expect(formatHex(encodePxeOptions(init, { end: false }))).toBe(compact);
	expect(decodePxeOptions(parseHex(compact))).toMatchObject({ values: init, end: false, issues: [] });
});

test('each bit of discovery control by its name', () => {
	const of = (bits: number) => decodePxeOptions(Uint8Array.of(6, 1, bits)).values.discoveryControl;
	const clear = {
		disableBroadcast: false,
		disableMulticast: false,
		serverListOnly: false,
		useBootFile: false,
		reserved: 0,
	};
	expect([of(0), of(1), of(2), of(4), of(8), of(0xf0)]).toEqual([
		clear,
		{ ...clear, disableBroadcast: true },
		{ ...clear, disableMulticast: true },
		{ ...clear, serverListOnly: true },
		{ ...clear, useBootFile: true },
		{ ...clear, reserved: 0xf0 },
	]);
	for (let bits = 0; bits < 256; bits++) {
		const control = of(bits) as NonNullable<ReturnType<typeof of>>;
		expect(encodePxeOptions({ discoveryControl: control })[2]).toBe(bits);
	}
});

test('names of boot server types', () => {
	expect(bootServerTypes.length).toBe(10);
	expect([0, 1, 8, 9, 0x7fff, 0x8000, 0xfffe, 0xffff].map(bootServerTypeName)).toEqual([
		'PXE bootstrap server',
		'Microsoft Windows NT',
		'HP OpenView',
		'reserved',
		'reserved',
		'vendor use',
		'vendor use',
		'PXE API test server',
	]);
});

describe('refusals', () => {
	const menu = (count: number) => Array.from({ length: count }, (_, i) => ({ type: 0x8000 + i, text: 'x'.repeat(47) }));

	test('what does not fit 255 bytes is named', () => {
		// An entry is 50 bytes, a sub-option 2 more, End 1: five entries are 253.
		expect(encodePxeOptions({ bootMenu: menu(5) }).length).toBe(253);
		expect(() => encodePxeOptions({ bootMenu: menu(6) })).toThrow(
			expect.objectContaining({ code: 'too-long', path: 'vendorSpecificInformation.bootMenu[5]' }),
		);
		expect(() => encodePxeOptions({ discoveryControl: {}, bootMenu: menu(5) })).toThrow(
			expect.objectContaining({ code: 'too-long', path: 'vendorSpecificInformation.bootMenu[4]' }),
		);
		const servers = { type: 1, addresses: ['10.0.0.1'] };
		expect(() => encodePxeOptions({ bootMenu: menu(4), bootServers: Array(8).fill(servers) })).toThrow(
			expect.objectContaining({ path: 'vendorSpecificInformation.bootServers[7]' }),
		);
		expect(() => encodePxeOptions({ bootMenu: menu(5), menuPrompt: { timeout: 0, text: '' } })).toThrow(
			expect.objectContaining({ path: 'vendorSpecificInformation.menuPrompt' }),
		);
		expect(() => encodePxeOptions({ 200: new Uint8Array(300) })).toThrow(EncodeError);
	});

	test('the last byte may be used, with End or without', () => {
		const full = { bootMenu: menu(4), menuPrompt: { timeout: 0, text: 'x'.repeat(49) } };
		expect(encodePxeOptions(full).length).toBe(255);
		const fuller = { ...full, menuPrompt: { timeout: 0, text: 'x'.repeat(50) } };
		expect(encodePxeOptions(fuller, { end: false }).length).toBe(255);
		expect(() => encodePxeOptions(fuller)).toThrow(expect.objectContaining({ code: 'too-long' }));
	});

	test.each([
		['an unknown name', { bootmenu: [] }, 'unknown-option'],
		['code 0', { 0: Uint8Array.of(1) }, 'bad-code'],
		['code 255', { 255: Uint8Array.of(1) }, 'bad-code'],
		['no bytes under a number', { 200: 'a' }, 'not-bytes'],
		['an empty menu', { bootMenu: [] }, 'empty-list'],
		['a type over 16 bits', { bootMenu: [{ type: 65536, text: 'a' }] }, 'out-of-range'],
		['text over 255 bytes', { bootMenu: [{ type: 1, text: 'x'.repeat(256) }] }, 'out-of-range'],
		['a NUL in text', { menuPrompt: { timeout: 1, text: 'a\0' } }, 'nul-in-text'],
		['an address that is none', { bootServers: [{ type: 1, addresses: ['10.0.0'] }] }, 'bad-ipv4'],
		['a layer over 15 bits', { bootItem: { type: 1, layer: 0x8000 } }, 'out-of-range'],
		['a timeout over a byte', { menuPrompt: { timeout: 256, text: '' } }, 'out-of-range'],
		['a menu that is no list', { bootServers: 7 }, 'empty-list'],
		['a prompt that is none', { menuPrompt: undefined as never, bootItem: null }, 'bad-value'],
		['named bits in reserved', { discoveryControl: { reserved: 1 } }, 'out-of-range'],
	])('%s', (_, init, code) => {
		expect(() => encodePxeOptions(init as PxeOptionsInit)).toThrow(
			expect.objectContaining({ name: 'EncodeError', code }),
		);
	});
});

test('the table has each code and each name once', () => {
	expect(new Set(pxeOptionTable.map(({ code }) => code)).size).toBe(pxeOptionTable.length);
	expect(new Set(pxeOptionTable.map(({ name }) => name)).size).toBe(pxeOptionTable.length);
});
