import fc from 'fast-check';
import { EncodeError } from 'pxekit';
import {
	type BsdpOptionsInit,
	decodeBsdpOptions,
	decodeIpxeOptions,
	decodePxeOptions,
	encodeBsdpOptions,
	encodeIpxeOptions,
	encodePxeOptions,
	type IpxeOptionsInit,
	ipxeOptionTable,
	ipxeScriptNeeds,
	type PxeOptionsInit,
} from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';

const byte = fc.nat(255);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const text = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
const address = fc.ipV4();
const list = { minLength: 1, maxLength: 4 };

const values = fc.record(
	{
		mtftpAddress: address,
		mtftpClientPort: u16,
		mtftpTimeout: byte,
		discoveryControl: fc.record({
			disableBroadcast: fc.boolean(),
			disableMulticast: fc.boolean(),
			serverListOnly: fc.boolean(),
			useBootFile: fc.boolean(),
			reserved: fc.nat(15).map((bits) => bits << 4),
		}),
		discoveryMulticastAddress: address,
		bootServers: fc.array(fc.record({ type: u16, addresses: fc.array(address, { maxLength: 3 }) }), list),
		bootMenu: fc.array(fc.record({ type: u16, text }), list),
		menuPrompt: fc.record({ timeout: byte, text }),
		multicastAddressAllocation: fc.record({ address, block: u16, range: u16 }),
		credentialTypes: fc.array(u32, list),
		bootItem: fc.record({ type: u16, layer: fc.nat(0x7fff), credentials: fc.boolean() }),
		lcmServer: text,
		lcmNicOption: fc.uint8Array({ minLength: 1, maxLength: 8 }),
		lcmDiscovery: fc.boolean(),
		lcmVersion: u32,
		200: fc.uint8Array({ maxLength: 8 }),
	},
	{ requiredKeys: [] },
);

/** A block that looks like one: mostly codes that are known, and lengths that are mostly right. */
const likelyBlock = fc
	.array(
		fc.tuple(
			fc.oneof(fc.constantFrom(1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 71, 179, 181, 191, 193), byte),
			fc.uint8Array({ maxLength: 12 }),
			fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -2, max: 9 }) }),
		),
		{ maxLength: 6 },
	)
	.map((items) =>
		Uint8Array.from(items.flatMap(([code, bytes, error]) => [code, Math.max(0, bytes.length + error), ...bytes])),
	);

describe('PXE sub-options', () => {
	test('any bytes give a block, and what encodes again reads the same', () => {
		fc.assert(
			fc.property(fc.oneof(fc.uint8Array({ maxLength: 255 }), likelyBlock), (bytes) => {
				const block = decodePxeOptions(bytes);
				const raw = block.items.map(({ code, bytes }) => [code, bytes] as const);
				expect(decodePxeOptions(encodePxeOptions(raw, { end: false })).values).toEqual(block.values);
				try {
					expect(decodePxeOptions(encodePxeOptions(block.values)).values).toEqual(block.values);
				} catch (error) {
					// Empty text and the like, which are read and not written.
					if (!(error instanceof EncodeError)) throw error;
				}
			}),
			{ numRuns: 1000 },
		);
	});

	test('decode(encode(x)) is x, or x was refused for its length', () => {
		fc.assert(
			fc.property(values, fc.boolean(), (init, end) => {
				let bytes: Uint8Array;
				try {
					bytes = encodePxeOptions(init as PxeOptionsInit, { end });
				} catch (error) {
					if (error instanceof EncodeError && error.code === 'too-long') return;
					throw error;
				}
				expect(bytes.length).toBeLessThanOrEqual(255);
				expect(decodePxeOptions(bytes)).toMatchObject({ values: init, end, issues: [] });
			}),
			{ numRuns: 500 },
		);
	});
});

describe('iPXE sub-options', () => {
	const code = fc.oneof(fc.constantFrom(...ipxeOptionTable.map((row) => row.code)), byte);
	const block = fc
		.array(fc.tuple(code, fc.uint8Array({ maxLength: 6 })), { maxLength: 8 })
		.map((items) => Uint8Array.from(items.flatMap(([code, bytes]) => [code, bytes.length, ...bytes])));

	test('any bytes give a block, and what encodes again reads the same', () => {
		fc.assert(
			fc.property(fc.oneof(fc.uint8Array({ maxLength: 255 }), block), (bytes) => {
				const { items, values } = decodeIpxeOptions(bytes);
				const raw = items.map(({ code, bytes }) => [code, bytes] as const);
				expect(decodeIpxeOptions(encodeIpxeOptions(raw, { end: false })).values).toEqual(values);
				try {
					expect(decodeIpxeOptions(encodeIpxeOptions(values)).values).toEqual(values);
				} catch (error) {
					if (!(error instanceof EncodeError)) throw error;
				}
			}),
			{ numRuns: 1000 },
		);
	});

	test('decode(encode(x)) is x', () => {
		const some = fc.record(
			{
				priority: fc.integer({ min: -128, max: 127 }),
				siaddr: address,
				http: byte,
				menu: byte,
				scriptlet: text,
				key: fc.uint8Array({ minLength: 1, maxLength: 20 }),
				busId: fc.record({ type: byte, vendor: u16, device: u16 }),
				password: text,
				uid: u32,
				version: fc.tuple(byte, byte, byte).map((numbers) => numbers.join('.')),
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(some, fc.boolean(), (init, end) => {
				const block = decodeIpxeOptions(encodeIpxeOptions(init as IpxeOptionsInit, { end }));
				expect(block).toMatchObject({ values: init, end, issues: [] });
				expect(block.features.has('http')).toBe((init.http ?? 0) !== 0);
			}),
			{ numRuns: 500 },
		);
	});

	test('any text has needs', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (script) => {
				expect(ipxeScriptNeeds(script).length).toBeLessThan(15);
			}),
		);
	});
});

test('BSDP: any bytes give a block, and what encodes again reads the same', () => {
	const id = { install: fc.boolean(), kind: fc.nat(127), index: u16 };
	const init = fc.record(
		{
			messageType: byte,
			serverIdentifier: address,
			defaultBootImageId: fc.record(id),
			bootImageList: fc.array(fc.record({ ...id, name: text }), list),
			machineName: text,
		},
		{ requiredKeys: [] },
	);
	fc.assert(
		fc.property(init, fc.uint8Array({ maxLength: 255 }), (init, bytes) => {
			const { items, values } = decodeBsdpOptions(bytes);
			const raw = items.map(({ code, bytes }) => [code, bytes] as const);
			expect(decodeBsdpOptions(encodeBsdpOptions(raw)).values).toEqual(values);
			expect(decodeBsdpOptions(encodeBsdpOptions(init as BsdpOptionsInit))).toMatchObject({ values: init, issues: [] });
		}),
		{ numRuns: 500 },
	);
});
