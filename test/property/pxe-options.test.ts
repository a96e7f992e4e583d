import fc from 'fast-check';
import { EncodeError } from 'pxekit';
import { decodePxeOptions, encodePxeOptions, type PxeOptionsInit } from 'pxekit/pxe';
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
