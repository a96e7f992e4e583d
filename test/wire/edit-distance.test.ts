import { expect, test } from 'vitest';
import { editDistance } from '../../src/wire/edit-distance.ts';

test.each([
	['', '', 0],
	['', 'abc', 3],
	['kitten', 'sitting', 3],
	['KERNAL', 'KERNEL', 1],
	['flaw', 'lawn', 2],
])('from %j to %j: %i', (a, b, distance) => {
	expect(editDistance(a, b)).toBe(distance);
	expect(editDistance(b, a)).toBe(distance);
});
