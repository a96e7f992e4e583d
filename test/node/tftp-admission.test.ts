import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AdmissionLimits, type Candidate, createAdmission } from '../../src/node/tftp-admission.ts';

let now = 0;
beforeEach(() => {
	now = 0;
	vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
	vi.restoreAllMocks();
});

/** Requests that come in turn, and what became of each. */
function crowd(limits: AdmissionLimits = {}) {
	const admission = createAdmission(limits);
	const outcomes: string[] = [];
	const releases: (() => void)[] = [];
	const come = (address: string, wanted: Candidate['wanted'] = true) => {
		const index = outcomes.push('') - 1;
		admission.admit({
			address,
			wanted,
			start(release) {
				outcomes[index] = 'started';
				releases[index] = release;
			},
			refuse(limit, action) {
				outcomes[index] = `${action}: ${limit}`;
			},
			forget() {
				outcomes[index] = 'forgotten';
			},
		});
	};
	const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;
	return { admission, outcomes, releases, come, count };
}

test('without other wishes: 1000 transfers, 500 of one address, and 1000 more wait', () => {
	const { admission, outcomes, come, count } = crowd();
	for (let i = 0; i < 600; i++) come('10.0.0.1');
	expect(count('started')).toBe(500);
	expect(count('queue: transfers-per-address')).toBe(100);
	for (let i = 0; i < 500; i++) come(`10.0.1.${i}`);
	expect(admission.active).toBe(1000);
	for (let i = 0; i < 900; i++) come(`10.0.2.${i}`);
	expect(count('queue: transfers')).toBe(900);
	come('10.0.3.1');
	expect(outcomes.at(-1)).toBe('drop: transfers');
});

test('a request that waited for longer than ten seconds is forgotten', () => {
	const { outcomes, releases, come } = crowd({ maxTransfers: 1 });
	come('10.0.0.1');
	come('10.0.0.2');
	now = 5_000;
	come('10.0.0.3');
	now = 10_001;
	releases[0]?.();
	expect(outcomes).toEqual(['started', 'forgotten', 'started']);
});

test('room in a full queue is made by those that are too old or not wanted any more', () => {
	const { outcomes, come } = crowd({ maxTransfers: 1 });
	come('10.0.0.1');
	for (let i = 0; i < 1000; i++) come('10.0.0.2', i > 0);
	come('10.0.0.3');
	expect(outcomes.at(-1)).toBe('queue: transfers');
	come('10.0.0.4');
	expect(outcomes.at(-1)).toBe('drop: transfers');
});

test('a transfer that is released twice gives back one place', () => {
	const { admission, outcomes, releases, come } = crowd({ maxTransfers: 1 });
	come('10.0.0.1');
	come('10.0.0.2');
	come('10.0.0.3');
	releases[0]?.();
	releases[0]?.();
	expect(outcomes).toEqual(['started', 'started', 'queue: transfers']);
	expect(admission.active).toBe(1);
});
