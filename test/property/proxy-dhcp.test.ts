import fc from 'fast-check';
import { parseHex } from 'pxekit';
import { broadcastFlag, decodeDhcp } from 'pxekit/dhcp';
import { createProxyDhcp } from 'pxekit/pxe';
import { test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

const requests = fixtureRows<{ hex: string }>('dhcp/packets.jsonl').map(({ hex }) => parseHex(hex));
const proxy = createProxyDhcp({
	serverAddress: '10.0.0.2',
	boot: ({ kind }) => ({ file: kind === 'http' ? 'http://h/f' : 'f' }),
});

test('whatever a packet holds, the proxy answers by the rules or is silent, and never throws', async () => {
	const change = fc.tuple(fc.nat(700), fc.nat(255));
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...requests),
			fc.array(change, { maxLength: 6 }),
			fc.constantFrom(67 as const, 4011 as const),
			fc.nat(0xffff),
			async (packet, changes, port, sourcePort) => {
				const bytes = packet.slice();
				for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
				const request = decodeDhcp(bytes);
				const source = { address: '10.0.0.77', port: sourcePort };
				const answer = await proxy.respond(request, { port, source });
				if (!answer.reply) return;
				const reply = decodeDhcp(answer.bytes);
				const isOffer = reply.options.get('messageType') === 'OFFER';
				const rules: Record<string, boolean> = {
					'a reply to a request': request.op === 1 && reply.op === 2,
					'an OFFER on port 67 only': !isOffer || port === 67,
					'same transaction': reply.xid === request.xid && reply.mac === request.mac && reply.giaddr === request.giaddr,
					'not longer than the client takes': answer.bytes.length <= 1472,
					'no address in an OFFER, and in an ACK only the client’s own':
						reply.yiaddr === '0.0.0.0' || (!isOffer && reply.yiaddr === request.ciaddr),
					'broadcast flag in an OFFER': !isOffer || (reply.flags & broadcastFlag) !== 0,
					'a file has its server': reply.file === '' || reply.siaddr !== '0.0.0.0',
					'no empty option': reply.options.entries().every((entry) => entry.bytes.length > 0),
					'an ACK goes to the sender':
						isOffer || (answer.destination.address === source.address && answer.destination.port === sourcePort),
				};
				for (const [rule, kept] of Object.entries(rules)) if (!kept) throw new Error(`broken: ${rule}`);
			},
		),
		{ numRuns: 2000 },
	);
});
