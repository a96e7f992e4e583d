import fc from 'fast-check';
import { expect, test } from 'vitest';
import { internetSum } from '../../src/wire/internet-checksum.ts';

/** RFC 1071 section 1, word by word. */
function slowly(bytes: readonly number[], sum: number): number {
	let total = sum;
	for (let at = 0; at < bytes.length; at += 2) {
		total += (bytes[at] as number) * 256 + (bytes[at + 1] ?? 0);
		if (total > 0xffff) total -= 0xffff;
	}
	return total;
}

test('the example of RFC 1071 section 3', () => {
	expect(internetSum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7), 0, 8)).toBe(0xddf2);
});

test('any part of any bytes, short or long, as word by word', () => {
	const bytes = fc.oneof(
		fc.uint8Array({ maxLength: 200 }),
		fc.uint8Array({ minLength: 1000, maxLength: 3000, size: 'max' }),
		fc.integer({ min: 60, max: 70_000 }).map((length) => new Uint8Array(length).fill(0xff)),
	);
	fc.assert(
		fc.property(bytes, fc.nat(20), fc.nat(20), fc.nat(0xffff), (bytes, before, behind, sum) => {
			const start = Math.min(before, bytes.length);
			const end = Math.max(start, bytes.length - behind);
			// 0 and 0xffff are the same number in ones' complement.
			const inOneForm = (value: number) => value % 0xffff;
			const shifted = bytes.subarray(1);
			expect(inOneForm(internetSum(bytes, start, end, sum))).toBe(
				inOneForm(slowly([...bytes.subarray(start, end)], sum)),
			);
			expect(inOneForm(internetSum(shifted, 0, shifted.length))).toBe(inOneForm(slowly([...shifted], 0)));
		}),
		{ numRuns: 300 },
	);
});

test('data that holds its own sum comes to 0xffff, and only no data at all to 0', () => {
	expect(internetSum(new Uint8Array(100), 0, 100)).toBe(0);
	expect(internetSum(new Uint8Array(100).fill(0xff), 0, 100)).toBe(0xffff);
});
