import { expect, test } from 'vitest';
import { optionsOf, patternedContent, seededRandom, simulate } from '../tftp/simulated-network.ts';

/** Needs no other program; it stands here because it takes longer than all unit tests together. */
test('20,000 transfers over seeded bad networks, every byte compared', () => {
	const outcomes = new Map<string, number>();
	for (let seed = 1; seed <= 20_000; seed++) {
		const random = seededRandom(seed);
		const pick = <Item>(...items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
		const blksize = pick(8, 16, 64, 199, 512);
		const content = patternedContent(Math.floor(random() * 30 * blksize), seed);
		const direction = pick('get' as const, 'put' as const);
		const result = simulate({
			seed,
			content,
			direction,
			loss: pick(0, 0.01, 0.02, 0.05, 0.1),
			duplication: pick(0, 0, 0.05, 0.5),
			delay: pick(0.1, 1, 30),
			jitter: pick(0, 0.2, 5, 60),
			options: optionsOf({ blksize, windowsize: pick(1, 1, 2, 4, 8, 16), tsize: 0, rollover: pick(0, 1) }),
		});
		const where = `seed ${seed}`;
		expect(Buffer.compare(result.received, content), where).toBe(0);
		const receiver = direction === 'get' ? result.client : result.server;
		expect(receiver, where).toEqual({ kind: 'complete' });
		const sender = (direction === 'get' ? result.server : result.client)?.kind ?? 'none';
		outcomes.set(sender, (outcomes.get(sender) ?? 0) + 1);
	}
	expect([...outcomes.keys()].filter((kind) => !kind.endsWith('complete'))).toEqual([]);
	// The receiver repeats its last ACK for a while only: now and then all copies of it are lost.
	expect(outcomes.get('probably-complete') ?? 0).toBeLessThan(100);
});
