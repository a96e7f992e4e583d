import fc from 'fast-check';
import {
	createFrameDecoder,
	decodeFrame,
	decodeFrames,
	encodeTcpFrame,
	encodeUdpFrame,
	encodeUdpFrames,
} from 'pxekit/capture';
import { expect, test } from 'vitest';
import { Reassembly } from '../../src/capture/frames/reassembly.ts';
import { captureFrames } from '../support/capture-frames.ts';
import { madeFrames } from '../support/made-frames.ts';

const linkTypes = [0, 1, 12, 14, 101, 108, 113, 228, 229, 276];
const port = fc.integer({ min: 0, max: 65535 });
const mac = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) =>
	Buffer.from(bytes)
		.toString('hex')
		.replace(/..(?!$)/g, '$&:'),
);
const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'));
/** Without a zero, so that there is one way to write it. */
const ipv6 = fc
	.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 })
	.map((groups) => groups.map((group) => group.toString(16)).join(':'));
const ends = fc.oneof(fc.tuple(ipv4, ipv4), fc.tuple(ipv6, ipv6)).chain(([source, destination]) =>
	fc.record({
		source: fc.record({ mac, address: fc.constant(source), port }),
		destination: fc.record({ mac, address: fc.constant(destination), port }),
	}),
);
const vlans = fc.array(fc.nat(4095), { maxLength: 3 });

/** Frames as they are, or with some of their bytes changed, or cut. */
const damaged = fc
	.tuple(
		fc.constantFrom(...madeFrames),
		fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 6 }),
		fc.nat(200),
		fc.constantFrom(...linkTypes, 7, undefined),
	)
	.map(([{ data, linkType, originalLength }, changes, length, otherLink]) => {
		const copy = data.slice(0, length < 100 ? length : data.length);
		for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
		return { data: copy, linkType: otherLink ?? linkType, originalLength };
	});

test('any bytes of any link type are read without a throw, and no payload leads out of the frame', () => {
	const anyFrame = fc.record({
		data: fc.uint8Array({ maxLength: 200 }),
		linkType: fc.oneof(fc.constantFrom(...linkTypes), fc.nat(65535)),
		originalLength: fc.nat(300),
	});
	fc.assert(
		fc.property(fc.array(fc.oneof(anyFrame, damaged), { minLength: 1, maxLength: 20 }), (frames) => {
			const decoder = createFrameDecoder();
			frames.forEach((frame, i) => {
				const whole = { index: i + 1, time: BigInt(i), interface: 0, ...frame };
				const alone = decodeFrame(whole);
				expect(alone.payload.length).toBeLessThanOrEqual(frame.data.length);
				expect(alone.payload.buffer).toBe(frame.data.buffer);
				expect(alone.payload.byteOffset + alone.payload.length).toBeLessThanOrEqual(
					frame.data.byteOffset + frame.data.length,
				);
				expect(decoder.decode(whole).payload.length).toBeLessThanOrEqual(65535);
			});
			decoder.unfinished();
		}),
		{ numRuns: 500 },
	);
});

test('what the makers of UDP and TCP frames are given comes back', () => {
	fc.assert(
		fc.property(
			ends,
			vlans,
			fc.uint8Array({ maxLength: 2000 }),
			fc.nat(255),
			fc.boolean(),
			(hosts, vlans, payload, ttl, tcp) => {
				const data = tcp
					? encodeTcpFrame({ ...hosts, vlans, payload, ttl })
					: encodeUdpFrame({ ...hosts, vlans, payload, ttl });
				const decoded = decodeFrame(captureFrames([data])[0]!);
				expect(decoded.issues).toEqual([]);
				expect(decoded.link).toMatchObject({ source: hosts.source.mac, destination: hosts.destination.mac, vlans });
				expect(decoded.ip).toMatchObject({ source: hosts.source.address, destination: hosts.destination.address, ttl });
				const ports = { sourcePort: hosts.source.port, destinationPort: hosts.destination.port };
				expect(tcp ? decoded.tcp : decoded.udp).toMatchObject(tcp ? ports : { ...ports, checksum: 'good' });
				expect(decoded.payload).toEqual(payload);
			},
		),
		{ numRuns: 300 },
	);
});

test('one changed bit of a UDP datagram over IPv4 is never called good', () => {
	fc.assert(
		fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), fc.nat(7), (payload, place, bit) => {
			const init = {
				source: { address: '10.0.0.1', port: 67 },
				destination: { address: '10.0.0.9', port: 68 },
				payload,
			};
			const data = encodeUdpFrame(init);
			const at = 42 + (place % payload.length);
			data[at] = (data[at] as number) ^ (1 << bit);
			expect(decodeFrame(captureFrames([data])[0]!).udp?.checksum).toBe('bad');
		}),
		{ numRuns: 200 },
	);
});

test('fragments of any size in any order, with repeats, give the datagram back once', () => {
	fc.assert(
		fc.property(
			ends,
			fc.uint8Array({ minLength: 200, maxLength: 4000 }),
			fc.integer({ min: 68, max: 1500 }),
			fc.infiniteStream(fc.nat()),
			(hosts, payload, mtu, order) => {
				const fragments = encodeUdpFrames({ ...hosts, payload, mtu, identification: 77 });
				const shuffled = [...fragments, ...fragments.slice(1, 3)]
					.map((data) => ({ data, key: order.next().value as number }))
					.sort((a, b) => a.key - b.key)
					.map(({ data }) => data);
				const decoder = createFrameDecoder();
				const whole = captureFrames(shuffled)
					.map(decoder.decode)
					.filter(({ udp }) => udp !== undefined);
				expect(whole.length).toBe(1);
				expect(whole[0]?.payload).toEqual(payload);
				expect(whole[0]?.udp?.checksum).toBe('good');
				expect(decoder.unfinished()).toEqual([]);
			},
		),
		{ numRuns: 200 },
	);
});

const looseFragment = fc.record({
	id: fc.nat(3),
	offset: fc.nat(40).map((units) => units * 8),
	length: fc.integer({ min: 1, max: 80 }),
	more: fc.boolean(),
	fill: fc.nat(255),
	time: fc.nat(90),
});

test('fragments at any place never make a datagram of overlapping parts, and what is held stays under the limits', () => {
	fc.assert(
		fc.property(
			fc.array(looseFragment, { maxLength: 60 }),
			fc.nat(3000),
			fc.nat(4),
			(fragments, maxBytes, maxDatagrams) => {
				const reassembly = new Reassembly({ maxBytes, maxDatagrams });
				fragments.forEach(({ id, offset, length, more, fill, time }, frame) => {
					const outcome = reassembly.add({
						...{ version: 4, source: 'a', destination: 'b', protocol: 17, id, offset, more, frame, missing: 0 },
						time: BigInt(time) * 1_000_000_000n,
						bytes: new Uint8Array(length).fill(fill),
					});
					if (typeof outcome === 'object') {
						const parts = outcome.frames.map((index) => fragments[index] as (typeof fragments)[number]);
						expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(outcome.bytes.length);
						for (const part of parts) {
							const place = outcome.bytes.subarray(part.offset, part.offset + part.length);
							expect(place).toEqual(new Uint8Array(part.length).fill(part.fill));
						}
					}
					expect(reassembly.cost).toBeLessThanOrEqual(maxBytes);
					expect(reassembly.waiting).toBeLessThanOrEqual(maxDatagrams);
				});
			},
		),
		{ numRuns: 500 },
	);
});

test('a flood of fragments that never become whole stays under 4 MiB and 1024 datagrams', () => {
	const reassembly = new Reassembly();
	const bytes = new Uint8Array(1480);
	let most = 0;
	for (let frame = 0; frame < 20_000; frame++) {
		const id = frame % 5000;
		const offset = 1480 * (1 + Math.floor(frame / 5000));
		const outcome = reassembly.add({
			...{
				version: 4,
				source: 'a',
				destination: 'b',
				protocol: 17,
				id,
				offset,
				more: true,
				frame,
				time: 0n,
				bytes,
				missing: 0,
			},
		});
		expect(outcome).toBe('waiting');
		most = Math.max(most, reassembly.cost);
	}
	expect(most).toBeLessThanOrEqual(4 * 2 ** 20);
	expect(reassembly.waiting).toBeLessThanOrEqual(1024);
	expect(reassembly.unfinished().length).toBeLessThanOrEqual(1000 + 1024);
});

test('decodeFrames gives a frame for a frame', () => {
	const frames = captureFrames(madeFrames.map(({ data }) => data));
	expect([...decodeFrames(frames)].map(({ index }) => index)).toEqual(frames.map(({ index }) => index));
});
