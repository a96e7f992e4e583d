import { expect, test } from 'vitest';
import { createHttpConversation } from '../../../src/capture/talks/http-exchange.ts';

const place = { index: 1, time: undefined };
const [client, server] = [
	{ address: '10.0.0.9', port: 40_000 },
	{ address: '10.0.0.1', port: 80 },
];
const ascii = (text: string) => new TextEncoder().encode(text);

test('requests that wait for answers are bounded over all connections', () => {
	const budgets = { content: { left: 0 }, requests: { left: 100 } };
	const conversations = Array.from({ length: 200 }, () => createHttpConversation(client, server, budgets));
	for (const { requests } of conversations) requests.push(ascii('GET /a HTTP/1.1\r\nHost: h\r\n\r\n'), place);
	expect(budgets.requests.left).toBe(0);
	// The first hundred wait; of the others it can't be known what became of them.
	const ended = conversations.map((conversation) => conversation.take().map(({ outcome }) => outcome));
	expect(ended.slice(0, 100).flat()).toEqual([]);
	expect(ended.slice(100).flat()).toEqual(Array.from({ length: 100 }, () => 'unknown'));

	const [first, last] = [conversations[0], conversations.at(-1)];
	first?.answers.push(ascii('HTTP/1.1 204 No Content\r\n\r\n'), place);
	expect(first?.take()).toMatchObject([{ target: '/a', status: 204, outcome: 'complete' }]);
	expect(budgets.requests.left).toBe(1);
	// An answer whose request is not known any more is told all the same.
	last?.answers.push(ascii('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), place);
	expect(last?.take()).toMatchObject([{ method: '', status: 200 }]);
	for (const conversation of conversations) conversation.finish(true);
	expect(budgets.requests.left).toBe(100);
});
