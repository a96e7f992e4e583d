import { readdirSync, readFileSync } from 'node:fs';
import { formatHex, parseHex } from 'pxekit';
import { decodeDhcp, encodeDhcp, replyTo } from 'pxekit/dhcp';
import { describe, expect, test } from 'vitest';

const request = decodeDhcp(
	encodeDhcp({
		op: 1,
		htype: 6,
		hlen: 7,
		hops: 3,
		xid: 0xdead_beef,
		secs: 99,
		flags: 0x8001,
		ciaddr: '10.0.0.9',
		giaddr: '10.1.0.1',
		chaddr: parseHex('52540012345678000000000000000099'),
		sname: 'wish',
		file: 'wish.0',
		options: {
			messageType: 'DISCOVER',
			82: parseHex('0102aabb'),
			97: parseHex('0078563412bc9af0de1122334455667788'),
			61: parseHex('01525400123456'),
			60: parseHex('50584543'),
		},
	}),
);

/** The reply as its receiver reads it. */
const received = (init: Parameters<typeof replyTo>[1]) => decodeDhcp(encodeDhcp(replyTo(request, init)));
const optionsOf = (packet: ReturnType<typeof received>) =>
	packet.options.entries().map(({ code, bytes }) => [code, formatHex(bytes)]);

describe('replyTo', () => {
	test('copies what RFC 2131 table 3 has from the request, and nothing else of the header', () => {
		const reply = received({ options: { messageType: 'OFFER' } });
		expect(reply).toMatchObject({
			op: 2,
			htype: 6,
			hlen: 7,
			hops: 3,
			xid: 0xdead_beef,
			secs: 0,
			flags: 0x8001,
			ciaddr: '0.0.0.0',
			yiaddr: '0.0.0.0',
			siaddr: '0.0.0.0',
			giaddr: '10.1.0.1',
			sname: '',
			file: '',
		});
		expect(formatHex(reply.chaddr)).toBe('52540012345678000000000000000099');
	});

	test('copies options 61, 97 and 82, the last of them last', () => {
		expect(optionsOf(received({ options: { messageType: 'OFFER', router: ['10.0.0.1'] } }))).toEqual([
			[53, '02'],
			[3, '0a000001'],
			[61, '01525400123456'],
			[97, '0078563412bc9af0de1122334455667788'],
			[82, '0102aabb'],
		]);
	});

	test('a proxy leaves option 61 out', () => {
		const codes = optionsOf(received({ options: { messageType: 'OFFER' }, echoClientIdentifier: false }));
		expect(codes.map(([code]) => code)).toEqual([53, 97, 82]);
	});

	test('copies only what is there', () => {
		const bare = decodeDhcp(encodeDhcp({ op: 1, xid: 1, chaddr: '52:54:00:12:34:56' }));
		const reply = decodeDhcp(encodeDhcp(replyTo(bare, { options: { messageType: 'OFFER' } })));
		expect(optionsOf(reply)).toEqual([[53, '02']]);
	});

	test('what the reply says itself stays', () => {
		const reply = received({ flags: 0, options: { messageType: 'OFFER', 61: parseHex('0001') } });
		expect(reply.flags).toBe(0);
		expect(formatHex(reply.options.bytes(61) as Uint8Array)).toBe('0001');
	});

	test('an option 82 over 255 bytes comes back whole (RFC 3396)', () => {
		const long = Uint8Array.from({ length: 300 }, (_, i) =>
			i === 0 ? 1 : i === 1 ? 200 : i === 202 ? 2 : i === 203 ? 96 : i,
		);
		const relayed = decodeDhcp(encodeDhcp({ op: 1, xid: 1, chaddr: '52:54:00:12:34:56', options: { 82: long } }));
		const reply = decodeDhcp(encodeDhcp(replyTo(relayed, { options: { messageType: 'OFFER' } })));
		expect(reply.options.bytes(82)).toEqual(long);
		expect(reply.options.entries().map(({ code }) => code)).toEqual([53, 82, 82]);
	});

	test('is what every responder builds its answers with: nobody else writes op 2', () => {
		const folder = new URL('../../src/', import.meta.url);
		const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
		expect(sources.length).toBeGreaterThan(50);
		const code = (name: string) => readFileSync(new URL(name, folder), 'utf8').replace(/^\s*\*.*$/gm, '');
		expect(sources.filter((name) => /\bop: 2\b/.test(code(name)))).toEqual(['dhcp/reply.ts']);
	});
});
