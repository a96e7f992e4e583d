import { createSender, type SenderOptions, type TftpSender } from 'pxekit/tftp';
import { describe, expect, test } from 'vitest';
import { optionsOf, patternedContent, simulate } from './simulated-network.ts';

const ack = (block: number) => ({ kind: 'ack', block }) as const;
const oack = { kind: 'oack', options: [{ name: 'tsize', value: '9' }] } as const;

function terms(blockSize: number, windowSize = 1) {
	return { blockSize, windowSize, rollover: 0 } as const;
}

/** All that goes out now: block numbers of DATA, and the kind of all else. */
function sent(sender: TftpSender, now: number): (number | string)[] {
	const out: (number | string)[] = [];
	for (let packet = sender.nextPacket(now); packet; packet = sender.nextPacket(now)) {
		out.push(packet.kind === 'data' ? packet.block : packet.kind);
	}
	return out;
}

/** A sender in the middle of a file of 100 blocks, with a round-trip time of 10 ms. */
function running(windowSize = 1, options: Partial<SenderOptions> = {}): TftpSender {
	const content = patternedContent(100 * 8 - 1);
	const sender = createSender({ opening: oack, terms: terms(8, windowSize), content, ...options }, 0);
	expect(sent(sender, 0)).toEqual(['oack']);
	sender.receive(ack(0), 10);
	expect(sent(sender, 10)).toHaveLength(windowSize);
	return sender;
}

describe('a sender in lock-step', () => {
	test('starts with DATA 1 when nothing was granted, and ends an exact multiple with an empty block', () => {
		const sender = createSender({ content: new Uint8Array(1024) }, 0);
		expect(sender.nextPacket(0)).toMatchObject({ kind: 'data', block: 1, data: { length: 512 } });
		sender.receive(ack(1), 1);
		expect(sent(sender, 1)).toEqual([2]);
		sender.receive(ack(2), 2);
		expect(sender.nextPacket(2)).toMatchObject({ kind: 'data', block: 3, data: { length: 0 } });
		sender.receive(ack(3), 3);
		expect(sender).toMatchObject({ outcome: { kind: 'complete' }, closed: true, statistics: { bytes: 1024 } });
	});

	test('never sends DATA because of a repeated ACK', () => {
		const sender = running();
		sender.receive(ack(1), 20);
		expect(sent(sender, 20)).toEqual([2]);
		for (let i = 0; i < 200; i++) sender.receive(ack(1), 20 + i / 100);
		expect(sent(sender, 22)).toEqual([]);
		sender.receive(ack(0), 23);
		expect(sent(sender, 23)).toEqual([]);
	});

	test('sends every block once when the network repeats every ACK', () => {
		const content = patternedContent(50 * 8 - 1);
		const result = simulate({ seed: 3, content, duplication: 1, options: optionsOf({ blksize: 8 }) });
		expect(result.blocks).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
	});

	test('lets one late repeated ACK hasten one resend', () => {
		const sender = running();
		sender.expire(sender.nextDeadline);
		const resent = sender.nextDeadline;
		expect(sent(sender, 100)).toEqual([1]);
		expect(resent).toBeGreaterThan(30);
		// The wait was doubled; the peer's own timer runs out before it does.
		sender.receive(ack(0), 101);
		expect(sent(sender, 101)).toEqual([]);
		sender.receive(ack(0), 135);
		expect(sent(sender, 135)).toEqual([1]);
		sender.receive(ack(0), 170);
		sender.receive(ack(0), 171);
		expect(sent(sender, 171)).toEqual([]);
	});

	test.each([2, 3, 101, 40_000, 65_535])('ignores an ACK of block %i, which was never sent', (block) => {
		const sender = running();
		sender.receive(ack(block), 11);
		expect(sent(sender, 11)).toEqual([]);
		expect(sender.outcome).toBeUndefined();
	});

	test('waits 250 ms at first, then by the measured round trip, doubling up to a second', () => {
		const sender = createSender({ opening: oack, terms: terms(8), content: new Uint8Array(100) }, 0);
		sent(sender, 0);
		expect(sender.nextDeadline).toBe(250);
		sender.receive(ack(0), 4);
		sent(sender, 4);
		// Round trip 4, deviation 2: 4 + 4 × 2 is below the floor of 20.
		expect(sender.nextDeadline).toBe(24);
		const waits: number[] = [];
		for (let now = 24; waits.length < 8; ) {
			sender.expire(now);
			expect(sent(sender, now)).toEqual([1]);
			waits.push(sender.nextDeadline - now);
			now = sender.nextDeadline;
		}
		expect(waits).toEqual([40, 80, 160, 320, 640, 1000, 1000, 1000]);
	});

	test('jitters its waits, never shorter', () => {
		const sender = createSender({ content: new Uint8Array(9), random: () => 1 }, 0);
		sent(sender, 0);
		expect(sender.nextDeadline).toBe(250 * 1.125);
	});

	test('measures no block that was sent twice, and keeps the doubled wait until it has measured', () => {
		const sender = running();
		sender.expire(40);
		expect(sent(sender, 40)).toEqual([1]);
		sender.receive(ack(1), 41);
		expect(sender.statistics.roundTrip).toBe(10);
		expect(sent(sender, 41)).toEqual([2]);
		expect(sender.nextDeadline - 41).toBeGreaterThan(50);
		sender.receive(ack(2), 51);
		expect(sent(sender, 51)).toEqual([3]);
		expect(sender.nextDeadline - 51).toBeLessThan(30);
	});

	test('does not flood a client that becomes slow', () => {
		// Round trips step from 1 ms to 200 ms after 50 blocks and stay there.
		const content = patternedContent(200 * 8 - 1);
		const result = simulate({
			seed: 1,
			content,
			options: optionsOf({ blksize: 8 }),
			delayOf: (packet, from) => (from === 'client' && packet.kind === 'ack' && packet.block > 50 ? 200 : 0.5),
		});
		expect(result.received).toEqual(content);
		expect(result.sent.data).toBeLessThan(200 + 8);
	});

	test('keeps to the timeout that the client asked for as its longest wait', () => {
		const sender = createSender({ terms: { ...terms(8), timeout: 100 }, content: new Uint8Array(9) }, 0);
		sent(sender, 0);
		expect(sender.nextDeadline).toBe(100);
	});

	test('repeats the first packet three times at most while the address is unproven, and forgets it after 10 s', () => {
		const sender = createSender({ opening: oack, terms: terms(8), content: new Uint8Array(9) }, 0);
		let packets = sent(sender, 0).length;
		while (sender.outcome === undefined) {
			const now = sender.nextDeadline;
			expect(now).toBeLessThanOrEqual(10_000);
			sender.expire(now);
			packets += sent(sender, now).length;
		}
		expect(packets).toBe(4);
		expect(sender.outcome).toMatchObject({ kind: 'failed', by: 'silence' });
	});

	test('says "probably complete" when all was sent and only the last ACK is missing', () => {
		const sender = createSender({ content: new Uint8Array(513) }, 0);
		sent(sender, 0);
		sender.receive(ack(1), 1);
		let now = 1;
		sent(sender, now);
		while (!sender.outcome) {
			now = sender.nextDeadline;
			sender.expire(now);
			sent(sender, now);
		}
		expect(sender.outcome).toEqual({ kind: 'probably-complete' });
		expect(now).toBeGreaterThan(9_000);
		expect(now).toBeLessThan(12_000);
	});

	test('gives up on a silent client in the middle after a minute, not after a few tries', () => {
		const sender = running();
		let now = 10;
		while (!sender.outcome) {
			now = sender.nextDeadline;
			sender.expire(now);
			sent(sender, now);
		}
		expect(sender.outcome).toMatchObject({ kind: 'failed', by: 'silence' });
		expect(now).toBe(60_010);
	});

	test.each([0, 8])('takes an early ERROR %i for a size probe', (code) => {
		const options = { opening: oack, sizeAsked: true, content: new Uint8Array(9) };
		const sender = createSender(options, 0);
		sent(sender, 0);
		sender.receive({ kind: 'error', code, message: '' }, 1);
		expect(sender).toMatchObject({ outcome: { kind: 'probe' }, closed: true });
		expect(sent(sender, 1)).toEqual([]);
	});

	test.each<[string, Partial<SenderOptions>, number, number]>([
		['when no size was asked', { sizeAsked: false }, 0, 8],
		['with another code', { sizeAsked: true }, 0, 1],
		['after a block was taken', { sizeAsked: true }, 1, 0],
	])('takes an ERROR for a failure %s', (_name, options, acked, code) => {
		const sender = createSender({ content: new Uint8Array(2000), ...options }, 0);
		sent(sender, 0);
		if (acked > 0) sender.receive(ack(acked), 1);
		sender.receive({ kind: 'error', code, message: 'enough' }, 2);
		expect(sender.outcome).toEqual({ kind: 'failed', by: 'peer', code, message: 'enough' });
		expect(sent(sender, 2)).toEqual([]);
	});

	test('tells the client when it is aborted', () => {
		const sender = running();
		sender.abort(0, 'Enough');
		expect(sender.nextPacket(20)).toEqual({ kind: 'error', code: 0, message: 'Enough' });
		expect(sender).toMatchObject({ closed: true, nextDeadline: Number.POSITIVE_INFINITY });
	});

	test('takes ACKs of five bytes', () => {
		const sender = running();
		sender.receive({ kind: 'ack', block: 1, nextWindow: 9 }, 12);
		expect(sent(sender, 12)).toEqual([2]);
	});

	test('says who is to blame when the content stalls', () => {
		const sender = createSender({}, 0);
		sender.supply(new Uint8Array(600));
		sent(sender, 0);
		sender.receive(ack(1), 1);
		expect(sent(sender, 1)).toEqual([]);
		sender.expire(60_001);
		expect(sender.outcome).toMatchObject({ kind: 'failed', by: 'application' });
		expect(sender.nextPacket(60_001)).toMatchObject({ kind: 'error', code: 0 });
	});

	test('puts blocks together from parts of any length', () => {
		const content = patternedContent(3000);
		const sender = createSender({}, 0);
		for (let at = 0; at < 3000; at += 7) sender.supply(content.subarray(at, Math.min(at + 7, 3000)));
		sender.supplyEnd();
		expect(sender.wanted).toBe(0);
		for (let block = 1; block <= 6; block++) {
			const packet = sender.nextPacket(block);
			expect(packet).toEqual({ kind: 'data', block, data: content.subarray((block - 1) * 512, block * 512) });
			sender.receive(ack(block), block);
		}
		expect(sender.outcome).toEqual({ kind: 'complete' });
	});
});

describe('a sender with windows', () => {
	test('sends a window in one turn, and the next after its ACK', () => {
		const sender = running(4);
		sender.receive(ack(4), 20);
		expect(sent(sender, 20)).toEqual([5, 6, 7, 8]);
	});

	test('starts anew after the block that a gap ACK names, once for all its repeats', () => {
		const sender = running(4);
		// EDK2 sends one for each block after the gap.
		for (let i = 0; i < 200; i++) sender.receive(ack(2), 20 + i / 1000);
		expect(sent(sender, 20.2)).toEqual([3, 4, 5, 6]);
		sender.receive(ack(2), 20.3);
		expect(sent(sender, 20.3)).toEqual([]);
		expect(sender.statistics).toMatchObject({ gaps: 1, retransmits: 2 });
	});

	test('repairs a window whose first block was lost, once', () => {
		const sender = running(4);
		sender.receive(ack(4), 20);
		expect(sent(sender, 20)).toEqual([5, 6, 7, 8]);
		// At once it is a repeated ACK; after a round trip it tells of a gap.
		sender.receive(ack(4), 20.1);
		expect(sent(sender, 20.1)).toEqual([]);
		sender.receive(ack(4), 30);
		expect(sent(sender, 30)).toEqual([5, 6, 7, 8]);
		sender.receive(ack(4), 40);
		expect(sent(sender, 40)).toEqual([]);
	});

	test('sends the window again when the timer runs out', () => {
		const sender = running(4);
		sender.receive(ack(2), 20);
		sent(sender, 20);
		sender.expire(sender.nextDeadline);
		expect(sent(sender, 100)).toEqual([3, 4, 5, 6]);
	});

	test('waits for no ACK while content for the rest of the window is missing', () => {
		const sender = createSender({ terms: terms(512, 4) }, 0);
		sender.supply(new Uint8Array(1024));
		expect(sent(sender, 0)).toEqual([1, 2]);
		expect(sender.nextDeadline).toBe(10_000);
		sender.supply(new Uint8Array(1024));
		expect(sent(sender, 5)).toEqual([3, 4]);
		expect(sender.nextDeadline).toBe(255);
	});

	test.each([1, 2, 3, 4, 5, 6, 7, 8])('loses block %i of a window of 8: no timeout but for the last', (lost) => {
		const content = patternedContent(64 * 8 - 1);
		let dropped = false;
		const result = simulate({
			seed: 2,
			content,
			options: optionsOf({ blksize: 8, windowsize: 8 }),
			drop(packet) {
				if (dropped || packet.kind !== 'data' || packet.block !== 16 + lost) return false;
				dropped = true;
				return true;
			},
		});
		expect(dropped).toBe(true);
		expect(result.received).toEqual(content);
		expect(result.sender.timeouts).toBe(lost === 8 ? 1 : 0);
		expect(result.sent.data).toBeLessThanOrEqual(64 + 8);
	});

	test('does not go on doubling for a client that acknowledges every block that it did not expect', () => {
		// EDK2's Mtftp4RrqHandleData: any other block than the expected is answered with an ACK of the last good one.
		const blocks = 400;
		const sender = createSender({ terms: terms(8, 4), content: new Uint8Array(blocks * 8 - 1) }, 0);
		let now = 0;
		let expected = 1;
		let inWindow = 0;
		let packets = 0;
		const answers: { at: number; block: number }[] = [];
		while (!sender.outcome && now < 60_000) {
			for (let packet = sender.nextPacket(now); packet; packet = sender.nextPacket(now)) {
				if (packet.kind !== 'data') continue;
				packets++;
				// Every 20th packet is lost.
				if (packets % 20 === 0) continue;
				if (packet.block === expected) {
					expected++;
					inWindow++;
					if (inWindow < 4 && packet.data.length === 8) continue;
				}
				inWindow = 0;
				answers.push({ at: now + 1, block: expected - 1 });
			}
			const answer = answers.shift();
			now = answer ? Math.max(now, answer.at) : sender.nextDeadline;
			if (answer) sender.receive(ack(answer.block), now);
			else sender.expire(now);
		}
		expect(sender.outcome).toEqual({ kind: 'complete' });
		// One loss costs at most a window, and there were packets / 20 of them.
		expect(packets).toBeLessThan(blocks + 4 * Math.ceil(packets / 20) + 8);
	});
});
