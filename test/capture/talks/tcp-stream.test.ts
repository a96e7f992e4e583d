import { describe, expect, test } from 'vitest';
import { createTcpStream } from '../../../src/capture/talks/tcp-stream.ts';

const place = { index: 1, time: undefined };

function follow(budget: { left: number }) {
	const out: string[] = [];
	const stream = createTcpStream(
		{
			data: (data) => out.push(`data ${data.length}`),
			gap: (length) => out.push(`gap ${length}`),
			end: () => out.push('end'),
		},
		budget,
	);
	stream.begin(0);
	return { stream, out };
}

describe('what waits for segments that are missing', () => {
	test('is bounded over all connections: a flood of them keeps no more than one does', () => {
		const budget = { left: 10_000 };
		const streams = Array.from({ length: 500 }, () => follow(budget));
		for (const { stream } of streams) stream.segment(1001, new Uint8Array(1000), place);
		expect(budget.left).toBe(0);
		// The first ten wait; the others gave up what was missing.
		expect(streams.filter(({ out }) => out.length === 0)).toHaveLength(10);
		expect(streams.at(-1)?.out).toEqual(['gap 1000', 'data 1000']);
	});

	test('is given back when it has come, and at the end', () => {
		const budget = { left: 10_000 };
		const [one, other] = [follow(budget), follow(budget)];
		one.stream.segment(1001, new Uint8Array(1000), place);
		other.stream.segment(2001, new Uint8Array(500), place);
		expect(budget.left).toBe(8_500);
		one.stream.segment(1, new Uint8Array(1000), place);
		expect(one.out).toEqual(['data 1000', 'data 1000']);
		other.stream.flush();
		expect(other.out).toEqual(['gap 2000', 'data 500']);
		expect(budget.left).toBe(10_000);
	});
});
