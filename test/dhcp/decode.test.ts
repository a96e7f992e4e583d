import { DecodeError, formatHex, parseHex } from 'pxekit';
import { type DhcpPacket, decodeDhcp } from 'pxekit/dhcp';
import { describe, expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

interface PacketRow {
	name: string;
	hex: string;
	tsharkOptionTypes: number[];
	expected: Record<string, unknown> & {
		length: number;
		xid: string;
		chaddr: string;
		options: { code: number; hex: string }[];
		endSeen: boolean;
		bytesAfterEnd: number;
		messageType: number | null;
	};
}

interface MalformedRow {
	name: string;
	hex: string;
	expected: Record<string, unknown> & { options?: [number, string][]; problem?: string };
}

const packets = fixtureRows<PacketRow>('dhcp/packets.jsonl');
const malformed = new Map(fixtureRows<MalformedRow>('dhcp/malformed.jsonl').map((row) => [row.name, row]));

function malformedPacket(name: string): { packet: DhcpPacket; expected: MalformedRow['expected'] } {
	const row = malformed.get(`own:${name}`);
	if (!row) throw new Error(`no such row: ${name}`);
	return { packet: decodeDhcp(parseHex(row.hex)), expected: row.expected };
}

const codesOf = (packet: DhcpPacket) => packet.issues.map((issue) => issue.code);
const optionsOf = (packet: DhcpPacket) => packet.options.entries().map(({ code, bytes }) => [code, formatHex(bytes)]);

describe('captured packets', () => {
	test('are all there', () => {
		expect(packets.length).toBe(130);
	});

	test.each(packets)('$name', ({ hex, expected, tsharkOptionTypes }) => {
		const packet = decodeDhcp(parseHex(hex));
		const { op, htype, hlen, hops, secs, flags, ciaddr, yiaddr, siaddr, giaddr, sname, file, cookie } = packet;
		const got = { op, htype, hlen, hops, secs, flags, ciaddr, yiaddr, siaddr, giaddr, sname, file, cookie };
		expect(expected).toMatchObject(got);
		expect(packet.xid).toBe(Number.parseInt(expected.xid, 16));
		expect(formatHex(packet.chaddr)).toBe(expected.chaddr);
		expect(optionsOf(packet)).toEqual(expected.options.map(({ code, hex }) => [code, hex]));
		expect(packet.trailing.length).toBe(expected.bytesAfterEnd);
		expect(codesOf(packet).includes('no-end')).toBe(!expected.endSeen);
		const type = packet.options.bytes('messageType')?.[0] ?? null;
		expect(type).toBe(expected.messageType);
		// tshark lists pads (0) and End (255) too.
		const seenByTshark = tsharkOptionTypes.filter((code) => code !== 0 && code !== 255);
		expect(packet.options.entries().map(({ code }) => code)).toEqual(seenByTshark);
	});
});

describe('packets that break a rule', () => {
	/** Rows about the inside of options 43 and 175, which test/pxe reads. */
	const insideOfVendorOptions = [...malformed.keys()].filter((name) => /PXE|175/.test(name));

	test('every row is read, and its raw options are kept', () => {
		for (const { hex, expected, name } of malformed.values()) {
			const packet = decodeDhcp(parseHex(hex));
			if (expected.options) expect([name, optionsOf(packet)]).toEqual([name, expected.options]);
		}
		expect(insideOfVendorOptions.length).toBe(10);
	});

	test('no End', () => {
		expect(codesOf(malformedPacket('no End octet, ends exactly after an option').packet)).toEqual(['no-end']);
	});

	test('an option that runs off the end keeps the earlier ones and says where', () => {
		const { packet } = malformedPacket('length runs past the buffer');
		expect(packet.issues).toMatchObject([{ code: 'option-overruns', path: 'options[55]', offset: 243 }]);
	});

	test('empty options are kept', () => {
		const { packet } = malformedPacket('zero-length option 60 and 12');
		expect(codesOf(packet)).toEqual(['empty-option', 'empty-option']);
		expect(packet.options.get('hostName')).toBe('');
	});

	test.each([
		['option 53 with length 2', 'messageType', 'bad-length'],
		['option 93 odd length 3', 'clientArchitecture', 'bad-length'],
		['option 97 of 16 bytes (no type octet)', 'clientMachineIdentifier', 'bad-length'],
		['option 82 sub-option runs over', 'relayAgentInformation', 'truncated'],
	] as const)('%s: get throws, bytes stay, the issue names it', (name, option, code) => {
		const { packet } = malformedPacket(name);
		expect(() => packet.options.get(option)).toThrow(DecodeError);
		expect(packet.options.tryGet(option)).toBeUndefined();
		expect(packet.options.bytes(option)?.length).toBeGreaterThan(0);
		expect(codesOf(packet)).toContain(code);
	});

	test('a machine identifier of another type', () => {
		const { packet, expected } = malformedPacket('option 97 type 255 (not 0)');
		const id = packet.options.get('clientMachineIdentifier');
		expect({ machineId: { type: id?.type, data: formatHex(id?.raw ?? new Uint8Array(0)) } }).toEqual(expected);
	});

	test.each(['data after End', '0xFF padding after End'])('%s', (name) => {
		const { packet, expected } = malformedPacket(name);
		expect(formatHex(packet.trailing)).toBe(expected.afterEnd);
		expect(codesOf(packet)).toEqual(['bytes-after-end']);
	});

	test('overload with a value that nobody defined leaves the file field as text', () => {
		const { packet, expected } = malformedPacket('option 52 value 4 (invalid)');
		expect(packet.file).toBe(expected.file);
		expect(codesOf(packet)).toContain('bad-overload');
	});

	test('overload is not followed twice', () => {
		const { packet } = malformedPacket('option 52 inside the overloaded file field');
		expect(codesOf(packet)).toContain('nested-overload');
		expect(packet.options.entries().map(({ source }) => source)).not.toContain('sname');
	});

	test('an overloaded field without End', () => {
		const { packet } = malformedPacket('overloaded file without End');
		expect(packet.issues).toMatchObject([{ code: 'no-end', path: 'file' }]);
		expect(packet.file).toBe('');
	});

	test('sname without NUL', () => {
		const { packet, expected } = malformedPacket('sname full 64 bytes without NUL');
		expect(packet.sname).toBe(expected.sname);
		expect(codesOf(packet)).toEqual(['unterminated']);
	});

	test('BOOTP', () => {
		const { packet } = malformedPacket('BOOTP with 64 byte vendor field (300 bytes)');
		expect(packet.options.get('messageType')).toBeUndefined();
	});
});

describe('by hand', () => {
	const header = (length: number): Uint8Array => {
		const bytes = new Uint8Array(length);
		bytes.set([1, 1, 6, 0]);
		return bytes;
	};
	const withOptions = (hex: string, change: (bytes: Uint8Array) => void = () => {}): DhcpPacket => {
		const options = parseHex(hex);
		const bytes = header(240 + options.length);
		bytes.set([0x63, 0x82, 0x53, 0x63], 236);
		bytes.set(options, 240);
		change(bytes);
		return decodeDhcp(bytes);
	};

	test('235 bytes are no packet', () => {
		expect(() => decodeDhcp(header(235))).toThrow(expect.objectContaining({ code: 'too-short', offset: 235 }));
	});

	test.each([236, 239, 240, 300])('%i bytes without a cookie are BOOTP', (length) => {
		const packet = decodeDhcp(header(length));
		expect(packet.cookie).toBe(false);
		expect(packet.trailing.length).toBe(length - 236);
		expect(packet.options.entries()).toEqual([]);
	});

	test('pads first, between and last', () => {
		const packet = withOptions('00 00 350101 00 0c0161 00 ff 00');
		expect(optionsOf(packet)).toEqual([
			[53, '01'],
			[12, '61'],
		]);
		expect(codesOf(packet)).toEqual(['pad-between-options', 'pad-between-options']);
	});

	test('repeats are joined in order of appearance, adjacent or not', () => {
		const packet = withOptions('0c0161 350101 0c026263 ff');
		expect(packet.options.get('hostName')).toBe('abc');
		expect(packet.options.entries().length).toBe(3);
	});

	test('of an option with a fixed length a repeat is a duplicate: the first counts', () => {
		const packet = withOptions('36040a000001 36040a000002 ff');
		expect(packet.options.get('serverIdentifier')).toBe('10.0.0.1');
		expect(codesOf(packet)).toEqual(['duplicate-option']);
	});

	test('overload: options, then file, then sname, joined in that order', () => {
		const packet = withOptions('340103 0c0161 ff', (bytes) => {
			bytes.set(parseHex('0c0163 ff'), 44);
			bytes.set(parseHex('0c0162 ff'), 108);
		});
		expect(packet.options.get('hostName')).toBe('abc');
		expect(packet.options.entries().map(({ source }) => source)).toEqual(['options', 'options', 'file', 'sname']);
		expect([packet.file, packet.sname, codesOf(packet)]).toEqual(['', '', []]);
	});

	test('both fields overloaded with nothing but End', () => {
		const packet = withOptions('340103 350101 ff', (bytes) => {
			bytes[44] = 255;
			bytes[108] = 255;
		});
		expect(codesOf(packet)).toEqual([]);
	});

	test.each([0, 6, 16, 17, 255])('hlen %i', (hlen) => {
		const packet = withOptions('ff', (bytes) => {
			bytes[2] = hlen;
			bytes.fill(0xab, 28, 44);
		});
		expect(packet.hlen).toBe(hlen);
		expect(packet.mac).toBe(Array(Math.min(hlen, 16)).fill('ab').join(':'));
		expect(packet.chaddr.length).toBe(16);
	});

	test('all 16 flag bits', () => {
		const packet = withOptions('ff', (bytes) => {
			bytes.set([0xa5, 0x5a], 10);
		});
		expect(packet.flags).toBe(0xa55a);
	});

	test('what follows a NUL in file is noted', () => {
		const packet = withOptions('ff', (bytes) => {
			bytes.set([0x61, 0, 0x62], 108);
		});
		expect(packet.file).toBe('a');
		expect(codesOf(packet)).toEqual(['bytes-after-nul']);
	});

	test('a length byte that is missing', () => {
		expect(codesOf(withOptions('350101 0c'))).toEqual(['option-overruns']);
	});
});
