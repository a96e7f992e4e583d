import { parseHex } from 'pxekit';
import { type DhcpPacketInit, decodeDhcp, type ReceivedOn, replyDestination, replyTo } from 'pxekit/dhcp';
import { describe, expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';
import { exchangesWith } from '../support/exchanges.ts';

const exchanges = exchangesWith();
const mac = '52:54:00:12:34:56';

describe('where dnsmasq sent its replies, there we would', () => {
	test.each(exchanges)('$client $serverConfig', (exchange) => {
		const request = decodeDhcp(parseHex(exchange.requestHex));
		const reply = decodeDhcp(parseHex(exchange.replyHex));
		const [address, port] = exchange.requestFrom;
		const received = { port: exchange.requestTo[1] as 67 | 4011, source: { address, port } };
		const { rawFrameTo, ...destination } = replyDestination(request, reply, received);
		expect([destination.address, destination.port]).toEqual(exchange.replyTo);
		// A client that has no address yet, and is not reached by broadcast, is reached by its hardware address only.
		const unreachable = request.ciaddr === '0.0.0.0' && exchange.replyTo[0] !== '255.255.255.255';
		expect(rawFrameTo).toBe(unreachable && received.port === 67 ? request.mac : undefined);
	});

	test('of both kinds there are some', () => {
		const kinds = exchanges.map(({ replyTo }) => (replyTo[0] === '255.255.255.255' ? 'broadcast' : 'unicast'));
		expect(new Set(kinds)).toEqual(new Set(['broadcast', 'unicast']));
	});
});

describe('the rules of RFC 2131 section 4.1, in their order', () => {
	const on67: ReceivedOn = { port: 67, source: { address: '0.0.0.0', port: 68 } };
	const toAll = { address: '255.255.255.255', port: 68 };
	const ack = { yiaddr: '10.0.0.50', messageType: 'ACK' } as const;
	const nak = { yiaddr: '0.0.0.0', messageType: 'NAK' } as const;
	const rows: [string, Partial<DhcpPacketInit>, typeof ack | typeof nak, ReceivedOn, object][] = [
		[
			'a relay gets everything',
			{ giaddr: '10.1.0.1', ciaddr: '10.0.0.9' },
			ack,
			on67,
			{ address: '10.1.0.1', port: 67 },
		],
		['a relay gets a NAK too', { giaddr: '10.1.0.1' }, nak, on67, { address: '10.1.0.1', port: 67 }],
		['a NAK goes to all, whoever has an address', { ciaddr: '10.0.0.9' }, nak, on67, toAll],
		['a client with an address', { ciaddr: '10.0.0.9', flags: 0x8000 }, ack, on67, { address: '10.0.0.9', port: 68 }],
		['a client that asked for broadcast', { flags: 0x8000 }, ack, on67, toAll],
		['other flags ask for nothing', { flags: 0x7fff }, ack, on67, { address: '10.0.0.50', port: 68, rawFrameTo: mac }],
		['no hardware address', { hlen: 0 }, ack, on67, toAll],
		[
			'port 4011: to the sender',
			{ ciaddr: '10.0.0.9', giaddr: '10.1.0.1' },
			ack,
			{ port: 4011, source: { address: '10.0.0.9', port: 4011 } },
			{ address: '10.0.0.9', port: 4011 },
		],
		['port 4011, sender unknown', { ciaddr: '10.0.0.9' }, ack, { port: 4011 }, { address: '10.0.0.9', port: 68 }],
		[
			'port 4011, a sender without an address',
			{ ciaddr: '10.0.0.9' },
			ack,
			{ port: 4011, source: { address: '0.0.0.0', port: 68 } },
			{ address: '10.0.0.9', port: 68 },
		],
		['port 4011, nothing known: as on 67', { flags: 0x8000 }, ack, { port: 4011 }, toAll],
	];
	test.each(rows)('%s', (_, fields, { yiaddr, messageType }, received, destination) => {
		const request = bootRequest({}, { chaddr: parseHex('525400123456'), ...fields });
		const reply = replyTo(request, { yiaddr, options: { messageType } });
		expect(replyDestination(request, reply, received)).toEqual(destination);
	});

	test('a reply without an address for the client goes to all', () => {
		const request = bootRequest();
		const offer = replyTo(request, { options: { messageType: 'OFFER' } });
		expect(replyDestination(request, offer, on67)).toEqual(toAll);
	});
});
