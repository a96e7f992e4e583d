import { EncodeError, formatHex, parseHex } from 'pxekit';
import { DhcpOptions, type DhcpPacketInit, decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
import { describe, expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

const base = { op: 1, xid: 0x01020304, chaddr: '52:54:00:12:34:56' } as const satisfies DhcpPacketInit;
const codes = (bytes: Uint8Array) =>
	decodeDhcp(bytes)
		.options.entries()
		.map(({ code }) => code);
const refusal = (code: string) => expect.objectContaining({ name: 'EncodeError', code });

describe('encode(decode(x)) is x', () => {
	const rows = fixtureRows<{ name: string; hex: string }>('dhcp/packets.jsonl');

	test('for every captured packet', () => {
		const different = rows.filter(({ hex }) => formatHex(encodeDhcp(decodeDhcp(parseHex(hex)))) !== hex);
		// Every packet in the captures is in canonical form; were one not, it would be listed here with its reason.
		expect(different.map(({ name }) => name)).toEqual([]);
	});

	test('for rule breakers only where they break no rule of writing', () => {
		const verdicts = Object.fromEntries(
			fixtureRows<{ name: string; hex: string }>('dhcp/malformed.jsonl').map(({ name, hex }) => {
				try {
					const again = formatHex(encodeDhcp(decodeDhcp(parseHex(hex)), { minLength: 0 }));
					return [name, again === hex ? 'same' : 'other'];
				} catch (error) {
					return [name, error instanceof EncodeError ? error.code : error];
				}
			}),
		);
		// 'other' drops what nobody reads: bytes after End, an option cut short, a missing End.
		expect(Object.fromEntries(Object.entries(verdicts).filter(([, verdict]) => verdict !== 'same'))).toEqual({
			'own:no End octet, ends exactly after an option': 'other',
			'own:length runs past the buffer': 'other',
			'own:data after End': 'other',
			'own:0xFF padding after End': 'other',
			'own:option 52 value 4 (invalid)': 'bad-overload',
			// Its padding is not asked for here.
			'own:BOOTP with 64 byte vendor field (300 bytes)': 'other',
			// Its sname is neither options nor text.
			'own:option 52 inside the overloaded file field': 'not-utf8',
			'own:overloaded file without End': 'other',
			'own:sname full 64 bytes without NUL': 'too-long',
		});
	});
});

describe('order', () => {
	test('53 first, 82 last, the rest as given', () => {
		const bytes = encodeDhcp({
			...base,
			options: [
				['relayAgentInformation', [{ code: 1, bytes: Uint8Array.of(7) }]],
				['hostName', 'a'],
				[224, Uint8Array.of(1)],
				['messageType', 'DISCOVER'],
				['domainName', 'b'],
			],
		});
		expect(codes(bytes)).toEqual([53, 12, 224, 15, 82]);
	});

	test('an order that is given', () => {
		const options = { messageType: 'DISCOVER', hostName: 'a', vendorClassIdentifier: 'PXEClient' } as const;
		expect(codes(encodeDhcp({ ...base, options }, { order: [60, 53] }))).toEqual([60, 53, 12]);
	});

	test('changed options stand where they stood; new ones before 82; a new message type first', () => {
		const at = (options: DhcpOptions) => codes(encodeDhcp({ ...base, options }));
		const relay = [{ code: 1, bytes: Uint8Array.of(7) }];
		const offer = DhcpOptions.from({
			messageType: 'OFFER',
			serverIdentifier: '10.0.0.1',
			relayAgentInformation: relay,
		});
		expect(at(offer.with({ messageType: 'ACK' }))).toEqual([53, 54, 82]);
		expect(at(offer.with({ hostName: 'a' }))).toEqual([53, 54, 12, 82]);
		expect(at(offer.with({ relayAgentInformation: relay, hostName: 'a' }))).toEqual([53, 54, 12, 82]);
		expect(at(DhcpOptions.from({ serverIdentifier: '10.0.0.1' }).with({ messageType: 'ACK' }))).toEqual([53, 54]);
		const twice = DhcpOptions.from([
			[12, Uint8Array.of(0x61)],
			['domainName', 'd'],
			[12, Uint8Array.of(0x62)],
		]);
		expect(
			twice
				.with({ hostName: 'z' })
				.entries()
				.map(({ code }) => code),
		).toEqual([12, 15]);
	});

	test('decoded options keep theirs; changed ones stay before 82', () => {
		const bytes = encodeDhcp({ ...base, options: [[12, Uint8Array.of(0x61)]] });
		const decoded = decodeDhcp(bytes);
		const relayed = decoded.options.with({ relayAgentInformation: [{ code: 1, bytes: Uint8Array.of(7) }] });
		expect(codes(encodeDhcp({ ...decoded, options: relayed.with({ messageType: 'OFFER' }) }))).toEqual([53, 12, 82]);
		expect(codes(encodeDhcp({ ...decoded, options: relayed.without('hostName') }))).toEqual([82]);
	});
});

describe('size', () => {
	test('padded to 300, or to what is asked', () => {
		expect(encodeDhcp(base).length).toBe(300);
		expect(encodeDhcp(base, { minLength: 0 }).length).toBe(241);
		expect(encodeDhcp(base, { minLength: 548 }).length).toBe(548);
		expect(encodeDhcp({ ...base, cookie: false, trailing: new Uint8Array(64) }).length).toBe(300);
	});

	test.each([255, 256, 510, 511])('a value of %i bytes is split at 255 and joined again', (length) => {
		const value = Uint8Array.from({ length }, (_, i) => i);
		const bytes = encodeDhcp({ ...base, options: [[224, value]] });
		const { options } = decodeDhcp(bytes);
		expect(options.entries().map((entry) => entry.bytes.length)).toEqual(
			length === 255 ? [255] : length === 256 ? [255, 1] : length === 510 ? [255, 255] : [255, 255, 1],
		);
		expect(options.bytes(224)).toEqual(value);
	});

	test('what does not fit goes into file and sname', () => {
		const options: [number, Uint8Array][] = [200, 60, 100, 40, 12].map((length, i) => [
			224 + i,
			new Uint8Array(length).fill(i + 1),
		]);
		const bytes = encodeDhcp({ ...base, options: [['messageType', 'OFFER'], ...options] }, { maxLength: 548 });
		const packet = decodeDhcp(bytes);
		expect(bytes.length).toBeLessThanOrEqual(548);
		for (const [code, value] of options) expect(packet.options.bytes(code)).toEqual(value);
		expect(packet.options.entries().map(({ code, source }) => [code, source])).toEqual([
			[53, 'options'],
			[52, 'options'],
			[224, 'options'],
			[225, 'options'],
			[228, 'options'],
			[226, 'file'],
			[227, 'sname'],
		]);
		expect(packet.issues).toEqual([]);
		expect(formatHex(encodeDhcp(packet))).toBe(formatHex(bytes));
	});

	test('a field that holds a name is not taken', () => {
		const full = { ...base, file: 'a', sname: 'b', options: [[224, new Uint8Array(310)]] } as const;
		expect(() => encodeDhcp(full, { maxLength: 548 })).toThrow(refusal('too-long'));
	});

	test('with overload the relay option stays last in the options field', () => {
		const bytes = encodeDhcp(
			{
				...base,
				options: [
					['relayAgentInformation', [{ code: 1, bytes: new Uint8Array(40) }]],
					[224, new Uint8Array(250)],
					[225, new Uint8Array(100)],
				],
			},
			{ maxLength: 548 },
		);
		const inField = decodeDhcp(bytes)
			.options.entries()
			.filter(({ source }) => source === 'options');
		expect(inField.map(({ code }) => code)).toEqual([224, 52, 82]);
	});

	test('overload that became too small is laid out anew', () => {
		const bytes = encodeDhcp(
			{
				...base,
				options: [
					[224, new Uint8Array(250)],
					[225, new Uint8Array(100)],
				],
			},
			{ maxLength: 548 },
		);
		const packet = decodeDhcp(bytes);
		expect(packet.options.has(52)).toBe(true);
		const again = decodeDhcp(encodeDhcp({ ...packet, file: 'pxelinux.0' }));
		expect([again.file, again.options.has(52), again.options.bytes(225)?.length]).toEqual(['pxelinux.0', false, 100]);
	});
});

describe('refusals', () => {
	test.each([
		['sname of 64 bytes', { sname: 'a'.repeat(64) }, 'too-long'],
		['file of 128 bytes', { file: 'a'.repeat(128) }, 'too-long'],
		['file of 64 two-byte characters', { file: 'é'.repeat(64) }, 'too-long'],
		['a NUL in a name', { file: 'a\0b' }, 'nul-in-text'],
		['a NUL in an option', { options: { bootfileName: 'a\0' } }, 'nul-in-text'],
		['an empty text', { options: { vendorClassIdentifier: '' } }, 'empty-option'],
		['an empty option 43', { options: { vendorSpecificInformation: new Uint8Array(0) } }, 'empty-option'],
		['an address that is none', { siaddr: '10.0.0' }, 'bad-ipv4'],
		['an address over 255', { siaddr: '10.0.0.256' }, 'bad-ipv4'],
		['a MAC that is none', { chaddr: 'nope' }, 'bad-mac'],
		['17 bytes of hardware address', { chaddr: new Uint8Array(17) }, 'too-long'],
		['xid over 32 bits', { xid: 2 ** 32 }, 'out-of-range'],
		['flags over 16 bits', { flags: 0x10000 }, 'out-of-range'],
		['negative secs', { secs: -1 }, 'out-of-range'],
		['option 0', { options: { 0: Uint8Array.of(1) } }, 'bad-code'],
		['option 52', { options: { optionOverload: 3 } }, 'bad-code'],
		['option 255', { options: { 255: Uint8Array.of(1) } }, 'bad-code'],
		['text under a number', { options: { 67: 'a' as never } }, 'not-bytes'],
		['an unknown name', { options: { bootFile: 'a' } as never }, 'unknown-option'],
		['an unknown message type', { options: { messageType: 'OFER' as never } }, 'unknown-name'],
		['options without a cookie', { cookie: false, options: { hostName: 'a' } }, 'no-cookie'],
		['an option by name and by number', { options: { bootfileName: 'a', 67: Uint8Array.of(0x62) } }, 'given-twice'],
		['a machine identifier of the wrong kind', { options: { clientMachineIdentifier: 'x' as never } }, 'bad-value'],
		['a user class of the wrong kind', { options: { userClass: 'iPXE' as never } }, 'bad-value'],
		['no hardware address', { chaddr: undefined as never }, 'bad-value'],
		['more than fits', { options: [[224, new Uint8Array(1500)]] }, 'too-long'],
	] as [string, Partial<DhcpPacketInit>, string][])('%s', (_, change, code) => {
		expect(() => encodeDhcp({ ...base, ...change })).toThrow(refusal(code));
	});
});

test('overload: false refuses what does not fit the options field', () => {
	const options = [
		[224, new Uint8Array(250)],
		[225, new Uint8Array(100)],
	] as const;
	expect(encodeDhcp({ ...base, options }, { maxLength: 548 }).length).toBeLessThanOrEqual(548);
	expect(() => encodeDhcp({ ...base, options }, { maxLength: 548, overload: false })).toThrow(refusal('too-long'));
});

test('no padding beyond maxLength', () => {
	expect(encodeDhcp(base, { maxLength: 280 }).length).toBe(280);
});

test('a decoded packet with overload takes a value of any length', () => {
	const tight = encodeDhcp(
		{
			...base,
			options: [
				[224, new Uint8Array(250)],
				[225, new Uint8Array(100)],
			],
		},
		{ maxLength: 548 },
	);
	const packet = decodeDhcp(tight);
	for (const length of [1, 254, 255, 256, 300, 600]) {
		const options = packet.options.with({ bootfileName: 'x'.repeat(length) });
		const again = decodeDhcp(encodeDhcp({ ...packet, options }));
		expect(again.options.get('bootfileName')).toBe('x'.repeat(length));
		expect(again.options.bytes(225)?.length).toBe(100);
		expect(again.issues).toEqual([]);
	}
});

test('nulTerminate ends 66 and 67 with one NUL', () => {
	const options = { tftpServerName: '10.0.0.1', bootfileName: 'a', hostName: 'h' };
	const packet = decodeDhcp(encodeDhcp({ ...base, options }, { nulTerminate: true }));
	expect(formatHex(packet.options.bytes(67) ?? new Uint8Array())).toBe('6100');
	expect(formatHex(packet.options.bytes(12) ?? new Uint8Array())).toBe('68');
	expect(packet.options.get('bootfileName')).toBe('a');
	expect(packet.issues.map(({ code }) => code)).toEqual(['nul-in-text', 'nul-in-text']);
	const twice = decodeDhcp(encodeDhcp(packet, { nulTerminate: true }));
	expect(formatHex(twice.options.bytes(67) ?? new Uint8Array())).toBe('6100');
});

test('DhcpOptions.from refuses nothing that is undefined', () => {
	expect(DhcpOptions.from({ hostName: undefined, domainName: 'a' }).entries().length).toBe(1);
});

test.each([
	['the chaddr of a decoded packet', {}, 6],
	['another kind of hardware', { htype: 27 }, 16],
	['hlen that is given', { hlen: 16 }, 16],
])('hlen: %s', (_name, more, hlen) => {
	const { chaddr } = decodeDhcp(encodeDhcp({ op: 1, xid: 1, chaddr: '52:54:00:12:34:56' }));
	expect(chaddr).toHaveLength(16);
	const reply = { op: 2, xid: 1, chaddr, ...more };
	expect(encodeDhcp(reply)[2]).toBe(hlen);
});
