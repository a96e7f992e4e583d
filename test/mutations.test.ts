import { DecodeError } from 'pxekit';
import { describe, expect, test } from 'vitest';
import { readCorpus } from './support/mutation-corpus.ts';
import { mutationKinds } from './support/mutation-kinds.ts';
import { certainly, type MutationKind, mutationLimits, runKind, runMutations } from './support/mutation-run.ts';
import { below, mutate, mutations, randomOf } from './support/mutations.ts';

const input = Uint8Array.from({ length: 100 }, (_, at) => at);
const other = new Uint8Array(80).fill(0xaa);

describe('mutations', () => {
	test('are the same for the same seed, and others for another', () => {
		const made = (seed: number) =>
			Array.from({ length: 50 }, (_, number) => mutate(input, other, randomOf(seed, 'kind', number)));
		expect(made(1)).toEqual(made(1));
		expect(made(1)).not.toEqual(made(2));
	});

	test('leave their inputs alone', () => {
		const before = [input.slice(), other.slice()];
		for (let number = 0; number < 500; number++) mutate(input, other, randomOf(number));
		expect([input, other]).toEqual(before);
	});

	test.each(Object.entries(mutations))('%s changes something, more often than not', (_, mutation) => {
		const changed = Array.from({ length: 100 }, (_, number) =>
			mutation(input.slice(), randomOf(number), other).join() === input.join() ? 0 : 1,
		);
		expect(changed.reduce<number>((sum, one) => sum + one, 0)).toBeGreaterThan(50);
	});
});

describe('a run of mutations', () => {
	const kindOf = (read: (bytes: Uint8Array) => void): MutationKind<Uint8Array> => ({
		name: 'made',
		share: 1,
		make: (random) => mutate(input, other, random),
		read,
	});

	test('counts values and DecodeErrors', async () => {
		const kind = kindOf((bytes) => {
			if (bytes[0] !== 0) throw new DecodeError('odd', 'it is');
		});
		const report = await runKind(kind, 300, 1);
		expect(report.inputs).toBe(300);
		expect(report.refused).toBeGreaterThan(0);
		expect(report.refused).toBeLessThan(300);
	});

	test('ends at any other error, and says how to have it again', async () => {
		const kind = kindOf((bytes) => {
			if (bytes.length > 110) throw new TypeError('boom');
		});
		const error: Error = await runKind(kind, 300, 7).then(
			() => new Error('nothing was thrown'),
			(error) => error,
		);
		const number = Number(/PXEKIT_SEED=7 npm run bench -- mutations 1 'made' (\d+)/.exec(error.message)?.[1]);
		expect(error.message).toMatch(/TypeError: boom/);
		await expect(runKind(kind, 1, 7, mutationLimits, number)).rejects.toThrow(/boom/);
	});

	test('ends at a DecodeError of what may throw nothing, and at a rejected promise', async () => {
		const refused = () => {
			throw new DecodeError('odd', 'it is');
		};
		await expect(
			runKind(
				kindOf(() => certainly('it', refused)),
				10,
				1,
			),
		).rejects.toThrow(/it throws DecodeError/);
		const late: MutationKind<Uint8Array> = { ...kindOf(() => {}), read: () => Promise.reject(new RangeError('late')) };
		await expect(runKind(late, 10, 1)).rejects.toThrow(/RangeError: late/);
	});

	test('ends at what takes too long, leaves memory behind, or takes too much of it', async () => {
		const slow = kindOf(() => {
			const end = performance.now() + 5;
			while (performance.now() < end);
		});
		await expect(runKind(slow, 3, 1, { ...mutationLimits, milliseconds: 4 })).rejects.toThrow(/takes \d+ ms/);
		const kept: Uint8Array[] = [];
		const leak = kindOf(() => kept.push(new Uint8Array(100_000).fill(1)));
		await expect(runKind(leak, 100, 1, { ...mutationLimits, growth: 5_000_000 })).rejects.toThrow(
			/has grown by 1\d{7}/,
		);
		const greedy = kindOf(() => new Uint8Array(50_000_000).fill(1));
		await expect(runMutations([greedy], 5, 1, { ...mutationLimits, peak: 20_000_000 })).rejects.toThrow(/more than at/);
	});

	test('a few of each kind', async () => {
		const kinds = mutationKinds(readCorpus());
		const seed = below(Math.random, 1_000_000);
		const reports = await runMutations(kinds, 1000, seed);
		expect(reports).toHaveLength(kinds.length);
	});
});
