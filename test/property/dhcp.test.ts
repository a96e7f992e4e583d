import fc from 'fast-check';
import { DecodeError, EncodeError, formatHex, parseHex } from 'pxekit';
import {
	DhcpOptions,
	type DhcpOptionsRecord,
	type DhcpPacketInit,
	decodeDhcp,
	dhcpOptionTable,
	encodeDhcp,
	formatDhcp,
} from 'pxekit/dhcp';
import { formatBootPacket } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';
import { optionVectors } from '../support/option-vectors.ts';

const captured = fixtureRows<{ hex: string }>('dhcp/packets.jsonl').map(({ hex }) => parseHex(hex));

/** Everything that a consumer can ask of a packet; none of it may throw anything but DecodeError. */
function readAll(bytes: Uint8Array): void {
	const packet = decodeDhcp(bytes);
	formatDhcp(packet);
	formatBootPacket(packet);
	for (const { name } of dhcpOptionTable) {
		try {
			packet.options.get(name);
		} catch (error) {
			if (!(error instanceof DecodeError)) throw error;
		}
	}
}

function decodesOrRefuses(bytes: Uint8Array): void {
	try {
		readAll(bytes);
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
	}
}

const packetBytes = fc
	.tuple(fc.uint8Array({ minLength: 236, maxLength: 236 }), fc.uint8Array({ maxLength: 300 }))
	.map(([header, options]) => Uint8Array.of(...header, 0x63, 0x82, 0x53, 0x63, ...options));

describe('any bytes give a packet or DecodeError', () => {
	test('random bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
				decodesOrRefuses(bytes);
			}),
		);
	});

	test('a random header and random options behind a cookie', () => {
		fc.assert(
			fc.property(packetBytes, (bytes) => {
				decodesOrRefuses(bytes);
			}),
			{ numRuns: 500 },
		);
	});

	test('captured packets with a few bytes changed', () => {
		const change = fc.tuple(fc.nat(700), fc.nat(255));
		fc.assert(
			fc.property(fc.constantFrom(...captured), fc.array(change, { minLength: 1, maxLength: 8 }), (packet, changes) => {
				const bytes = packet.slice();
				for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
				decodesOrRefuses(bytes);
			}),
			{ numRuns: 2000 },
		);
	});

	test('every truncation of a captured packet', () => {
		const packet = captured[0] as Uint8Array;
		for (let length = 0; length <= packet.length; length++) decodesOrRefuses(packet.subarray(0, length));
	});
});

const u16 = fc.nat(0xffff);
const address = fc.ipV4();
const optionCode = fc.integer({ min: 1, max: 254 }).filter((code) => code !== 52);
const packetInit: fc.Arbitrary<DhcpPacketInit> = fc.record({
	op: fc.constantFrom(1, 2),
	htype: fc.nat(255),
	hops: fc.nat(255),
	xid: fc.nat(0xffff_ffff),
	secs: u16,
	flags: u16,
	ciaddr: address,
	yiaddr: address,
	siaddr: address,
	giaddr: address,
	chaddr: fc.uint8Array({ maxLength: 16 }),
	sname: fc.string({ maxLength: 63 }).filter((text) => !text.includes('\0')),
	file: fc.oneof(
		fc.constant(''),
		fc.string({ maxLength: 127 }).filter((text) => !text.includes('\0')),
	),
	options: fc.uniqueArray(fc.tuple(optionCode, fc.uint8Array({ maxLength: 700 })), {
		maxLength: 12,
		selector: ([code]) => code,
	}),
});

describe('round trips', () => {
	test('decode(encode(x)) has every field and option of x, with overload where it is tight', () => {
		fc.assert(
			fc.property(packetInit, fc.integer({ min: 300, max: 4000 }), (init, maxLength) => {
				let bytes: Uint8Array;
				try {
					bytes = encodeDhcp(init, { maxLength });
				} catch (error) {
					if (error instanceof EncodeError && error.code === 'too-long') return;
					throw error;
				}
				if (bytes.length > Math.max(maxLength, 300)) throw new Error('longer than allowed');
				const packet = decodeDhcp(bytes);
				for (const field of [
					'op',
					'htype',
					'hops',
					'xid',
					'secs',
					'flags',
					'ciaddr',
					'yiaddr',
					'siaddr',
					'giaddr',
				] as const) {
					if (packet[field] !== init[field]) throw new Error(`${field}: ${packet[field]} is not ${init[field]}`);
				}
				if (packet.sname !== init.sname || packet.file !== init.file) throw new Error('a name changed');
				const given = init.options as [number, Uint8Array][];
				for (const [code, value] of given) {
					const got = packet.options.bytes(code);
					if (!got || formatHex(got) !== formatHex(value)) throw new Error(`option ${code} changed`);
				}
				if (formatHex(encodeDhcp(packet, { maxLength })) !== formatHex(bytes))
					throw new Error('encoded differently again');
			}),
			{ numRuns: 1000 },
		);
	});

	test('encode(decode(x)) reads the same as x, for whatever can be decoded', () => {
		fc.assert(
			fc.property(packetBytes, (bytes) => {
				const packet = decodeDhcp(bytes);
				let again: Uint8Array;
				try {
					again = encodeDhcp(packet);
				} catch (error) {
					if (error instanceof EncodeError) return;
					throw error;
				}
				const read = decodeDhcp(again);
				for (const { code } of packet.options.entries()) {
					if (code === 52) continue;
					if (
						formatHex(read.options.bytes(code) as Uint8Array) !== formatHex(packet.options.bytes(code) as Uint8Array)
					) {
						throw new Error(`option ${code} changed`);
					}
				}
			}),
			{ numRuns: 500 },
		);
	});
});

test('text round trips for any names that are not refused', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
			try {
				const bytes = encodeDhcp({ op: 2, xid: 1, chaddr: new Uint8Array(6), options: { bootfileName: text } });
				if (decodeDhcp(bytes).options.get('bootfileName') !== text) throw new Error('text changed');
			} catch (error) {
				if (!(error instanceof EncodeError)) throw error;
			}
		}),
	);
});

describe('option values', () => {
	const vectorBytes = optionVectors.map(([name, , hex]) => [name, parseHex(hex)] as const);
	const changed = fc
		.tuple(fc.constantFrom(...vectorBytes), fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 3 }), fc.nat(50))
		.map(([[name, vector], changes, length]) => {
			const bytes = vector.slice();
			for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
			return [name, bytes.subarray(0, Math.max(1, length))] as const;
		});
	const random = fc.tuple(
		fc.constantFrom(...dhcpOptionTable.map(({ name }) => name)),
		fc.uint8Array({ maxLength: 60 }),
	);

	test('whatever bytes an option has, it reads or is a DecodeError, and what is written again reads the same', () => {
		fc.assert(
			fc.property(fc.oneof(changed, random), ([name, bytes]) => {
				const code = dhcpOptionTable.find((row) => row.name === name)?.code as number;
				const options = new DhcpOptions([{ code, bytes, source: 'options' }]);
				try {
					const value = options.get(name);
					const again = DhcpOptions.from({ [name]: value } as DhcpOptionsRecord);
					expect(again.get(name)).toEqual(value);
				} catch (error) {
					if (!(error instanceof DecodeError || error instanceof EncodeError)) throw error;
				}
			}),
			{ numRuns: 3000 },
		);
	});
});
