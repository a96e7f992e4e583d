import { createReceiver, type ReceiverOptions, type TftpReceiver } from 'pxekit/tftp';
import { describe, expect, test } from 'vitest';
import { optionsOf } from './simulated-network.ts';

const rrq = (options = {}) => ({ kind: 'rrq', filename: 'f', mode: 'octet', options: optionsOf(options) }) as const;
const data = (block: number, length = 8) =>
	({ kind: 'data', block, data: new Uint8Array(length).fill(block) }) as const;

function sent(receiver: TftpReceiver, now: number): (number | string)[] {
	const out: (number | string)[] = [];
	for (let packet = receiver.nextPacket(now); packet; packet = receiver.nextPacket(now)) {
		out.push(packet.kind === 'ack' ? packet.block : packet.kind);
	}
	return out;
}

function takeAll(receiver: TftpReceiver, now: number): number {
	let bytes = 0;
	for (let part = receiver.take(); part; part = receiver.take()) bytes += part.length;
	receiver.stored(now);
	return bytes;
}

/** A server's receiver after its OACK, with blocks of 8 bytes. */
function uploading(windowSize = 1, options: Partial<ReceiverOptions> = {}): TftpReceiver {
	const terms = { blockSize: 8, windowSize, rollover: 0 } as const;
	const receiver = createReceiver({ opening: { kind: 'oack', options: [] }, terms, ...options }, 0);
	expect(sent(receiver, 0)).toEqual(['oack']);
	return receiver;
}

describe('a receiver', () => {
	test('acknowledges only what is stored', () => {
		const receiver = uploading();
		receiver.receive(data(1), 1);
		expect(sent(receiver, 1)).toEqual([]);
		expect(receiver.take()).toEqual(new Uint8Array(8).fill(1));
		expect(sent(receiver, 1)).toEqual([]);
		receiver.stored(2);
		expect(sent(receiver, 2)).toEqual([1]);
	});

	test('acknowledges the end of a window, and the last good block before a gap once', () => {
		const receiver = uploading(4);
		for (const block of [1, 2, 3]) receiver.receive(data(block), 1);
		takeAll(receiver, 1);
		expect(sent(receiver, 1)).toEqual([]);
		receiver.receive(data(4), 1);
		takeAll(receiver, 1);
		expect(sent(receiver, 1)).toEqual([4]);
		for (const block of [5, 7, 8]) receiver.receive(data(block), 2);
		takeAll(receiver, 2);
		expect(sent(receiver, 2)).toEqual([5]);
		for (const block of [6, 7, 8, 9]) receiver.receive(data(block), 3);
		expect(takeAll(receiver, 3)).toBe(32);
		expect(sent(receiver, 3)).toEqual([9]);
		expect(receiver.statistics.gaps).toBe(1);
	});

	test('acknowledges a repeated block again, also after the last, and then rests', () => {
		const receiver = uploading();
		receiver.receive(data(1), 1);
		takeAll(receiver, 1);
		expect(sent(receiver, 1)).toEqual([1]);
		receiver.receive(data(1), 2);
		expect(sent(receiver, 2)).toEqual([1]);
		receiver.receive(data(2, 3), 3);
		expect(takeAll(receiver, 3)).toBe(3);
		expect(sent(receiver, 3)).toEqual([2]);
		expect(receiver).toMatchObject({ outcome: { kind: 'complete' }, closed: false });
		receiver.receive(data(2, 3), 50);
		expect(sent(receiver, 50)).toEqual([2]);
		receiver.expire(receiver.nextDeadline);
		expect(receiver.closed).toBe(true);
	});

	test('repeats its ACK when nothing comes, and gives up after a minute', () => {
		const receiver = uploading();
		receiver.receive(data(1), 1);
		takeAll(receiver, 1);
		sent(receiver, 1);
		let acks = 0;
		while (!receiver.outcome) {
			const now = receiver.nextDeadline;
			receiver.expire(now);
			acks += sent(receiver, now).length;
		}
		expect(receiver.outcome).toMatchObject({ kind: 'failed', by: 'silence' });
		expect(acks).toBeGreaterThan(10);
		expect(acks).toBeLessThan(70);
	});

	test('asks again for a file that is not answered, and takes the OACK for the terms', () => {
		const receiver = createReceiver({ opening: rrq({ blksize: 1024, windowsize: 4, tsize: 0 }) }, 0);
		expect(sent(receiver, 0)).toEqual(['rrq']);
		receiver.expire(receiver.nextDeadline);
		expect(sent(receiver, 300)).toEqual(['rrq']);
		receiver.receive({ kind: 'oack', options: optionsOf({ TSIZE: 99, blksize: 1000 }) }, 301);
		expect(sent(receiver, 301)).toEqual([0]);
		expect(receiver.terms).toMatchObject({ blockSize: 1000, windowSize: 1, size: 99 });
		receiver.receive({ kind: 'oack', options: optionsOf({ TSIZE: 99, blksize: 1000 }) }, 302);
		expect(sent(receiver, 302)).toEqual([0]);
	});

	test('falls back to RFC 1350 when a server ignores the options', () => {
		const receiver = createReceiver({ opening: rrq({ blksize: 1024, windowsize: 4 }) }, 0);
		sent(receiver, 0);
		receiver.receive(data(1, 512), 1);
		takeAll(receiver, 1);
		expect(sent(receiver, 1)).toEqual([1]);
		expect(receiver.terms).toMatchObject({ blockSize: 512, windowSize: 1 });
	});

	test.each([
		['an option that was not asked for', { timeout: 1 }],
		['a larger block', { blksize: 1025 }],
		['a block of nothing', { blksize: 0 }],
		['a larger window', { windowsize: 5 }],
		['a window of nothing', { windowsize: 0 }],
	])('refuses an OACK with %s', (_name, options) => {
		const receiver = createReceiver({ opening: rrq({ blksize: 1024, windowsize: 4 }) }, 0);
		sent(receiver, 0);
		receiver.receive({ kind: 'oack', options: optionsOf(options) }, 1);
		expect(receiver.nextPacket(1)).toMatchObject({ kind: 'error', code: 8 });
		expect(receiver.outcome).toMatchObject({ kind: 'failed', by: 'us', code: 8 });
	});

	test('asks for the size only', () => {
		const receiver = createReceiver({ opening: rrq({ tsize: 0 }), sizeOnly: true }, 0);
		sent(receiver, 0);
		receiver.receive({ kind: 'oack', options: optionsOf({ tsize: 77 }) }, 1);
		expect(receiver.nextPacket(1)).toMatchObject({ kind: 'error', code: 8 });
		expect(receiver).toMatchObject({ outcome: { kind: 'probe' }, terms: { size: 77 }, closed: true });
	});

	test.each<[string, Partial<ReceiverOptions>, number[], number]>([
		['a block that is too long', {}, [9], 4],
		['more than is wanted', { maxBytes: 10 }, [8, 8], 3],
		['more than was announced', { announcedSize: 10 }, [8, 8], 0],
		['less than was announced', { announcedSize: 17 }, [8, 8, 0], 0],
	])('refuses %s', (_name, options, lengths, code) => {
		const receiver = uploading(1, options);
		for (const [i, length] of lengths.entries()) {
			receiver.receive(data(i + 1, length), i + 1);
			takeAll(receiver, i + 1);
			if (!receiver.outcome) expect(sent(receiver, i + 1)).toEqual([i + 1]);
		}
		expect(receiver.nextPacket(9)).toMatchObject({ kind: 'error', code });
		expect(receiver.outcome).toMatchObject({ kind: 'failed', by: 'us' });
	});

	test('takes exactly what was announced, and any size when 0 was', () => {
		for (const announcedSize of [16, 0]) {
			const receiver = uploading(1, { announcedSize });
			for (const [block, length] of [8, 8, 0].entries()) {
				receiver.receive(data(block + 1, length), block);
				takeAll(receiver, block);
				sent(receiver, block);
			}
			expect(receiver.outcome).toEqual({ kind: 'complete' });
		}
	});

	test('does not wait for the peer while its own side stores', () => {
		const receiver = uploading();
		receiver.receive(data(1), 1);
		expect(receiver.nextDeadline).toBe(60_001);
		receiver.expire(60_001);
		expect(receiver.outcome).toMatchObject({ kind: 'failed', by: 'application' });
	});
});
