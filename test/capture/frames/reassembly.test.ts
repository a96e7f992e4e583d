import { createFrameDecoder, decodeFrame, decodeFrames, encodeUdpFrames, type UdpFramesInit } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { captureFrames } from '../../support/capture-frames.ts';

const payload = Uint8Array.from({ length: 4000 }, (_, i) => i * 7);
const datagram: UdpFramesInit = {
	source: { address: '10.0.0.1', port: 49152 },
	destination: { address: '10.0.0.9', port: 2070 },
	payload,
	identification: 9,
};
const [first, second, third] = encodeUdpFrames(datagram) as [Uint8Array, Uint8Array, Uint8Array];
/** The same places in a datagram of other bytes. */
const [, otherSecond] = encodeUdpFrames({ ...datagram, payload: new Uint8Array(4000) }) as [Uint8Array, Uint8Array];
const second30 = 30_000_000_000n;

describe('fragments', () => {
	test('stay what they are in decodeFrame', () => {
		const [frame] = captureFrames([second]);
		const { ip, udp, payload } = decodeFrame(frame!);
		expect(ip?.fragment).toEqual({ id: 9, offset: 1480, more: true });
		expect(udp).toBeUndefined();
		expect(payload).toEqual(second.subarray(34));
	});

	test.each([
		['in order', [first, second, third]],
		['the last first', [third, second, first]],
		['with repeats', [first, first, third, third, second]],
	])('%s are put together', (_, fragments) => {
		const decoded = [...decodeFrames(captureFrames(fragments))];
		expect(decoded.map(({ udp }) => udp !== undefined)).toEqual(fragments.map((_, i) => i === fragments.length - 1));
		const whole = decoded.at(-1);
		expect(whole?.udp).toEqual({ sourcePort: 49152, destinationPort: 2070, length: 4008, checksum: 'good' });
		expect(whole?.payload).toEqual(payload);
		expect(whole?.issues).toEqual([]);
	});

	test('seen twice, as on all interfaces, leave nothing unfinished', () => {
		const decoder = createFrameDecoder();
		const decoded = captureFrames([first, first, second, second, third, third]).map(decoder.decode);
		expect(decoded.filter(({ udp }) => udp).map(({ index }) => index)).toEqual([5]);
		expect(decoder.unfinished()).toEqual([]);
	});

	test('of the next datagram with the same number are not mixed up with those repeats', () => {
		const next = encodeUdpFrames({ ...datagram, payload: payload.map((byte) => byte ^ 0xff) });
		const decoded = [...decodeFrames(captureFrames([first, second, third, third, ...next]))];
		expect(decoded.filter(({ udp }) => udp).map(({ index }) => index)).toEqual([3, 7]);
		expect(decoded[6]?.udp?.checksum).toBe('good');
	});

	test('of a datagram sent again with the same number make it again', () => {
		const decoded = [...decodeFrames(captureFrames([first, second, third, first, second, third]))];
		expect(decoded.filter(({ udp }) => udp).map(({ index }) => index)).toEqual([3, 6]);
	});

	test('are told apart by number, addresses and protocol', () => {
		const other = encodeUdpFrames({ ...datagram, identification: 10, payload: payload.map((byte) => byte ^ 1) });
		const back = encodeUdpFrames({ ...datagram, source: datagram.destination, destination: datagram.source });
		const mixed = [0, 1, 2].flatMap((i) => [[first, second, third][i]!, other[i]!, back[i]!]);
		const whole = [...decodeFrames(captureFrames(mixed))].filter(({ udp }) => udp);
		expect(whole.map(({ ip }) => ip?.fragment?.frames)).toEqual([
			[1, 4, 7],
			[2, 5, 8],
			[3, 6, 9],
		]);
	});

	test('that overlap are refused, and the rest of their datagram with them', () => {
		const decoder = createFrameDecoder();
		const decoded = captureFrames([first, second, otherSecond, third]).map(decoder.decode);
		expect(decoded.map(({ issues }) => issues[0]?.code)).toEqual([
			undefined,
			undefined,
			'fragment-overlap',
			'fragment-overlap',
		]);
		expect(decoded.some(({ udp }) => udp)).toBe(false);
		expect(decoder.unfinished()).toMatchObject([{ reason: 'overlap', frames: [1, 2, 3], id: 9 }]);
	});

	test('that begin inside another are refused', () => {
		const inside = encodeUdpFrames({ ...datagram, mtu: 1492 })[1]!;
		const decoded = [...decodeFrames(captureFrames([first, inside]))];
		expect(decoded.map(({ issues }) => issues[0]?.code)).toEqual([undefined, 'fragment-overlap']);
	});

	test('that lead past 65535 bytes are refused', () => {
		const ping = second.slice();
		ping.set([0x1f, 0xff], 20);
		const [decoded] = [...decodeFrames(captureFrames([ping]))];
		expect(decoded?.issues.map(({ code }) => code)).toContain('fragment-length');
	});

	test('that the capture cut make a datagram that is cut', () => {
		const frames = captureFrames([first.subarray(0, 100), second, third]).map((frame) => ({
			...frame,
			originalLength: 1514,
		}));
		const whole = [...decodeFrames(frames)].at(-1);
		expect(whole?.udp).toEqual({ sourcePort: 49152, destinationPort: 2070, length: 4008, checksum: 'unchecked' });
		expect(whole?.cut).toBe(true);
		expect(whole?.payload).toEqual(payload.subarray(0, 100 - 42));
	});
});

describe('unfinished datagrams', () => {
	const lost = { source: '10.0.0.1', destination: '10.0.0.9', protocol: 17, id: 9 };

	test('are told with their frames, and ports when the first fragment is there', () => {
		const decoder = createFrameDecoder();
		captureFrames([first, third]).forEach(decoder.decode);
		expect(decoder.unfinished()).toEqual([
			{
				...lost,
				sourcePort: 49152,
				destinationPort: 2070,
				frames: [1, 2],
				time: 0n,
				bytes: 1480 + 1048,
				reason: 'missing',
			},
		]);
	});

	test('are given up after 30 seconds of the capture', () => {
		const early = createFrameDecoder();
		early.decode(captureFrames([first])[0]!);
		const [, ...rest] = captureFrames([first, second, third], second30 - 2_000_000n);
		expect(rest.map((frame) => early.decode(frame).udp !== undefined)).toEqual([false, true]);

		const late = createFrameDecoder();
		late.decode(captureFrames([first])[0]!);
		const [, ...tooLate] = captureFrames([first, second, third], second30);
		expect(tooLate.some((frame) => late.decode(frame).udp)).toBe(false);
		expect(late.unfinished().map(({ reason, frames }) => ({ reason, frames }))).toEqual([
			{ reason: 'expired', frames: [1] },
			{ reason: 'missing', frames: [2, 3] },
		]);
	});

	test('the oldest is given up when too many wait', () => {
		const decoder = createFrameDecoder({ maxDatagrams: 2 });
		const starts = [1, 2, 3].map((identification) => encodeUdpFrames({ ...datagram, identification })[0]!);
		captureFrames(starts).forEach(decoder.decode);
		expect(decoder.unfinished().map(({ id, reason }) => ({ id, reason }))).toEqual([
			{ id: 1, reason: 'pushed-out' },
			{ id: 2, reason: 'missing' },
			{ id: 3, reason: 'missing' },
		]);
	});

	test('the oldest is given up when too many bytes wait', () => {
		const decoder = createFrameDecoder({ maxBytes: 4000 });
		const starts = [1, 2, 3].map((identification) => encodeUdpFrames({ ...datagram, identification })[0]!);
		captureFrames(starts).forEach(decoder.decode);
		expect(decoder.unfinished().map(({ id, reason }) => ({ id, reason }))).toEqual([
			{ id: 1, reason: 'pushed-out' },
			{ id: 2, reason: 'missing' },
			{ id: 3, reason: 'missing' },
		]);
	});

	test('limits that make no sense are refused', () => {
		expect(() => createFrameDecoder({ maxBytes: -1 })).toThrow(/maxBytes must be a whole number/);
	});
});
