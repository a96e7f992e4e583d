import fc from 'fast-check';
import {
	type CaptureFrame,
	decodeFrame,
	decodeFrames,
	encodeArpFrame,
	encodeUdpFrame,
	type UdpFrameInit,
} from 'pxekit/capture';
import { describe, expect, test } from 'vitest';

const request: UdpFrameInit = {
	source: { mac: '52:54:00:12:34:56', address: '10.0.0.9', port: 2070 },
	destination: { mac: '52:54:00:00:00:01', address: '10.0.0.1', port: 69 },
	payload: new TextEncoder().encode('\0\x01boot\0octet\0'),
	identification: 7,
};
const over6: UdpFrameInit = {
	...request,
	source: { ...request.source, address: 'fd00::9' },
	destination: { ...request.destination, address: 'fd00::1' },
};
const question = {
	operation: 'request',
	senderMac: '52:54:00:12:34:56',
	senderIp: '10.0.0.9',
	targetIp: '10.0.0.1',
} as const;

const millisecond = 1_000_000n;

type Timed = readonly [data: Uint8Array, milliseconds: number];

/** Frames so many milliseconds after the first. */
function capture(...frames: readonly Timed[]): CaptureFrame[] {
	return frames.map(([data, milliseconds], i) => ({
		index: i + 1,
		time: 1_700_000_000_000_000_000n + BigInt(milliseconds) * millisecond,
		linkType: 1,
		data,
		originalLength: data.length,
		interface: 0,
	}));
}

function copies(...frames: readonly Timed[]): (number | undefined)[] {
	return [...decodeFrames(capture(...frames))].map(({ copyOf }) => copyOf);
}

describe('a packet that is shown again', () => {
	const other = encodeUdpFrame({ ...request, identification: 8 });

	test.each([
		['as it was', request],
		['behind a VLAN tag', { ...request, vlans: [7] }],
		['behind a router', { ...request, ttl: 63 }],
		['with other hardware addresses', { ...request, source: { ...request.source, mac: '02:00:00:00:00:01' } }],
	])('%s is a copy of the first', (_, again) => {
		const first = encodeUdpFrame(request);
		const second = encodeUdpFrame(again);
		expect(copies([first, 0], [other, 1], [second, 2], [second, 9])).toEqual([undefined, undefined, 1, 1]);
	});

	test('without the padding of a short frame too', () => {
		const short = encodeUdpFrame(request);
		expect(short.length).toBeLessThan(60);
		const padded = new Uint8Array(60);
		padded.set(short);
		expect(copies([padded, 0], [short, 0])).toEqual([undefined, 1]);
	});

	test('over IPv6, and of ARP', () => {
		const [one, two] = [encodeUdpFrame(over6), encodeUdpFrame({ ...over6, ttl: 9 })];
		const arp = encodeArpFrame(question);
		expect(copies([one, 0], [arp, 0], [two, 1], [arp, 1])).toEqual([undefined, undefined, 1, 2]);
	});

	test('with an earlier time, as from another clock', () => {
		const first = encodeUdpFrame(request);
		expect(copies([first, 9], [first, 0])).toEqual([undefined, 1]);
	});
});

describe('what is no copy', () => {
	const first = encodeUdpFrame(request);
	test.each([
		['later', first, 11],
		['with another identification: it was sent again', encodeUdpFrame({ ...request, identification: 8 }), 1],
		[
			'with other contents',
			encodeUdpFrame({ ...request, payload: new TextEncoder().encode('\0\x01root\0octet\0') }),
			1,
		],
		[
			'to somebody else',
			encodeUdpFrame({ ...request, destination: { ...request.destination, address: '10.0.0.2' } }),
			1,
		],
	])('%s', (_, again, milliseconds) => {
		expect(copies([first, 0], [again, milliseconds])).toEqual([undefined, undefined]);
	});

	test('a frame without a time, and one that is read by itself', () => {
		const frames = capture([first, 0], [first, 0]).map((frame) => ({ ...frame, time: undefined }));
		expect([...decodeFrames(frames)].map(({ copyOf }) => copyOf)).toEqual([undefined, undefined]);
		expect(decodeFrame(frames[1] as CaptureFrame).copyOf).toBeUndefined();
	});
});

test('any frames: a copy is one of an earlier frame that is none, and has its bytes', () => {
	const bytes = fc.oneof(
		fc.uint8Array({ maxLength: 60 }),
		fc.uint8Array({ maxLength: 40 }).map((tail) => Uint8Array.of(...encodeUdpFrame(request).subarray(0, 30), ...tail)),
		fc.constantFrom(encodeUdpFrame(request), encodeArpFrame(question)),
	);
	fc.assert(
		fc.property(fc.array(fc.tuple(bytes, fc.nat(30)), { maxLength: 30 }), (list) => {
			const frames = capture(...list);
			const decoded = [...decodeFrames(frames)];
			for (const { index, copyOf, ip } of decoded) {
				if (copyOf === undefined) continue;
				expect(copyOf).toBeLessThan(index);
				const original = decoded[copyOf - 1];
				expect(original?.copyOf).toBeUndefined();
				expect([original?.ip?.source, original?.ip?.destination]).toEqual([ip?.source, ip?.destination]);
			}
		}),
		{ numRuns: 300 },
	);
});
