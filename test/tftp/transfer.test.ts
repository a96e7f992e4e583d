import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optionsOf, patternedContent, simulate } from './simulated-network.ts';

const blockSizes = [8, 16, 199, 512, 1428];

describe('sender and receiver', () => {
	test('bring every byte over a network that loses, repeats, delays and reorders', () => {
		fc.assert(
			fc.property(
				fc.record({
					seed: fc.integer(),
					length: fc.integer({ min: 0, max: 6000 }),
					blksize: fc.constantFrom(...blockSizes),
					windowsize: fc.integer({ min: 1, max: 20 }),
					loss: fc.constantFrom(0, 0.02, 0.1, 0.2),
					duplication: fc.constantFrom(0, 0.1, 0.5),
					jitter: fc.constantFrom(0, 1, 50),
					direction: fc.constantFrom('get' as const, 'put' as const),
				}),
				({ length, blksize, windowsize, ...network }) => {
					const content = patternedContent(length, network.seed);
					// The slowest of 12,000 took a quarter of an hour: 20 % lost of windows of 19 blocks, each out of order.
					const limit = 3_600_000;
					const options = optionsOf({ blksize, windowsize, tsize: 0 });
					const result = simulate({ ...network, content, options, limit });
					expect(Buffer.compare(result.received, content)).toBe(0);
					const [sender, receiver] =
						network.direction === 'get' ? [result.server, result.client] : [result.client, result.server];
					expect(receiver).toEqual({ kind: 'complete' });
					expect(['complete', 'probably-complete']).toContain(sender?.kind);
				},
			),
			{ numRuns: 400 },
		);
	});

	test.each(['get', 'put'] as const)('acknowledge once for each window of 256, %s', (direction) => {
		const content = patternedContent(1428 * 1000 + 3);
		const { received, sent, blocks } = simulate({
			seed: 1,
			content,
			direction,
			options: optionsOf({ blksize: 1428, windowsize: 256 }),
			policy: { maxWindowSize: 256 },
		});
		expect(Buffer.compare(received, content)).toBe(0);
		expect(blocks).toHaveLength(1001);
		// RFC 7440: 256, 512, 768 and the last; one who reads acknowledges the OACK too.
		expect(sent.ack).toBe(direction === 'get' ? 5 : 4);
	});

	test.each([
		[0, 'get'],
		[0, 'put'],
		[1, 'get'],
		[1, 'put'],
	] as const)('carry files past block 65535, rolling over to %i, %s', (rollover, direction) => {
		for (const windowsize of [1, 64, 256]) {
			const content = patternedContent(8 * 65_600 + 3);
			const result = simulate({
				seed: 5,
				content,
				direction,
				loss: 0.01,
				options: optionsOf({ blksize: 8, windowsize, rollover }),
				policy: { maxWindowSize: 256 },
			});
			expect(Buffer.compare(result.received, content)).toBe(0);
			expect(result.client).toEqual({ kind: 'complete' });
			expect(result.blocks.includes(0)).toBe(rollover === 0);
		}
	});
});
