import { expect, test } from 'vitest';
import { readCorpus } from '../support/mutation-corpus.ts';
import { mutationKinds } from '../support/mutation-kinds.ts';
import { mutationLimits, runMutations, seedOr } from '../support/mutation-run.ts';

test('100,000 spoilt files, frames and packets: values or DecodeErrors, in bounded time and memory', async () => {
	const kinds = mutationKinds(readCorpus());
	const reports = await runMutations(kinds, 100_000, seedOr(20_261_122));
	expect(reports.map(({ kind }) => kind)).toEqual(kinds.map(({ name }) => name));
	expect(reports.reduce((sum, { inputs }) => sum + inputs, 0)).toBe(100_000);
	for (const { kind, inputs, refused, slowest, growth } of reports) {
		expect(slowest, kind).toBeLessThanOrEqual(mutationLimits.milliseconds);
		expect(growth, kind).toBeLessThanOrEqual(mutationLimits.growth);
		// Inputs that are all refused would say nothing of what reads them.
		expect(inputs - refused, kind).toBeGreaterThan(inputs / 4);
	}
});
