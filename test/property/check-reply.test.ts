import fc from 'fast-check';
import { DecodeError, parseHex } from 'pxekit';
import { decodeDhcp } from 'pxekit/dhcp';
import { checkReply } from 'pxekit/pxe';
import { test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

const packets = fixtureRows<{ hex: string }>('dhcp/packets.jsonl').map(({ hex }) => parseHex(hex));

test('whatever is asked about, there is a list of findings or a DecodeError', () => {
	const anyPacket = fc
		.tuple(fc.constantFrom(...packets), fc.array(fc.tuple(fc.nat(700), fc.nat(255)), { maxLength: 8 }), fc.nat(1600))
		.map(([packet, changes, length]) => {
			const bytes = packet.slice(0, Math.max(236, length));
			for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
			return bytes;
		});
	const anyReply = fc.oneof(anyPacket, fc.uint8Array({ maxLength: 1500 }));
	fc.assert(
		fc.property(anyPacket, anyReply, fc.constantFrom(67 as const, 4011 as const), (request, reply, port) => {
			try {
				checkReply(decodeDhcp(request), reply, { port });
			} catch (error) {
				if (!(error instanceof DecodeError) || reply.length >= 236) throw error;
			}
		}),
		{ numRuns: 1000 },
	);
});
