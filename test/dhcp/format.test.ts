import { parseHex } from 'pxekit';
import { decodeDhcp, encodeDhcp, formatDhcp } from 'pxekit/dhcp';
import { expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

test('a reply, line by line', () => {
	const bytes = encodeDhcp({
		op: 2,
		xid: 0xabcd,
		flags: 0x8000,
		chaddr: '52:54:00:12:34:56',
		yiaddr: '10.0.0.77',
		siaddr: '10.0.0.1',
		file: 'ipxe.efi',
		options: {
			messageType: 'ACK',
			router: ['10.0.0.1', '10.0.0.2'],
			ipAddressLeaseTime: 3600,
			93: Uint8Array.of(0),
			224: Uint8Array.of(1, 2),
		},
	});
	expect(formatDhcp(decodeDhcp(bytes))).toBe(
		[
			'DHCP ACK (reply) xid 0000abcd 52:54:00:12:34:56',
			'  flags 0x8000 (broadcast)',
			'  yiaddr 10.0.0.77',
			'  siaddr 10.0.0.1',
			'  file "ipxe.efi"',
			'   53 messageType: ACK',
			'   93 clientArchitecture: 00 (malformed: options[93] must be a multiple of 2 and at least 2 bytes, not 1)',
			'  224 (no name): 0102',
			'    3 router: 10.0.0.1, 10.0.0.2',
			'   51 ipAddressLeaseTime: 3600',
			'  ! options[93] clientArchitecture must be a multiple of 2 and at least 2 bytes, not 1 (bad-length)',
		].join('\n'),
	);
});

test('what may hold credentials is named, not shown', () => {
	const secret = new TextEncoder().encode('\xbe\x04user\xbf\x06sesame');
	const text = formatDhcp(
		decodeDhcp(encodeDhcp({ op: 2, xid: 1, chaddr: new Uint8Array(6), options: { ipxeOptions: secret } })),
	);
	expect(text).toContain('175 ipxeOptions: 16 bytes, not shown');
	expect(text).not.toContain('sesame');
	expect(text).not.toContain('736573616d65');
});

test('every captured packet prints a line for each of its options', () => {
	for (const { hex } of fixtureRows<{ hex: string }>('dhcp/packets.jsonl')) {
		const packet = decodeDhcp(parseHex(hex));
		const codes = [...new Set(packet.options.entries().map(({ code }) => code))];
		const printed = formatDhcp(packet).split('\n');
		expect(codes.filter((code) => !printed.some((line) => line.trimStart().startsWith(`${code} `)))).toEqual([]);
	}
});

test('control characters in text are escaped, so that a packet can’t write to a terminal', () => {
	const bytes = encodeDhcp({ op: 1, xid: 1, chaddr: new Uint8Array(6), options: { hostName: '\u001b[2J\u009b1m' } });
	expect(formatDhcp(decodeDhcp(bytes))).toContain('"\\u001b[2J\\u009b1m"');
});
