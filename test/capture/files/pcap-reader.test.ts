import { DecodeError } from 'pxekit';
import { readCapture } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { fixtureBytes, fixtureRows } from '../../support/fixtures.ts';

interface Variant {
	readonly magic?: number;
	readonly littleEndian?: boolean;
	readonly minor?: number;
	readonly major?: number;
	readonly linkType?: number;
	readonly extra?: number;
	readonly swapped?: boolean;
}

/** One frame of three bytes, of five on the wire, at 1.000002 s (or 1.000000002 s). */
function pcapOf({
	magic = 0xa1b2c3d4,
	littleEndian = true,
	major = 2,
	minor = 4,
	linkType = 1,
	extra = 0,
	swapped = false,
}: Variant): Uint8Array {
	const bytes = new Uint8Array(24 + 16 + extra + 3);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, magic, littleEndian);
	view.setUint16(4, major, littleEndian);
	view.setUint16(6, minor, littleEndian);
	view.setUint32(16, 65535, littleEndian);
	view.setUint32(20, linkType, littleEndian);
	view.setUint32(24, 1, littleEndian);
	view.setUint32(28, 2, littleEndian);
	view.setUint32(32, swapped ? 5 : 3, littleEndian);
	view.setUint32(36, swapped ? 3 : 5, littleEndian);
	bytes.set([1, 2, 3], 40 + extra);
	return bytes;
}

const frame = {
	index: 1,
	time: 1_000_002_000n,
	linkType: 1,
	data: Uint8Array.of(1, 2, 3),
	originalLength: 5,
	interface: 0,
};

describe('the variants of pcap', () => {
	test.each([
		['little-endian', {}],
		['big-endian', { littleEndian: false }],
		['modified header', { magic: 0xa1b2cd34, extra: 8 }],
		['version 2.2, lengths swapped', { minor: 2, swapped: true }],
		['version 2.3, lengths swapped', { minor: 3, swapped: true }],
		['version 2.3, lengths in order', { minor: 3 }],
		['version 543.0, lengths swapped', { major: 543, minor: 0, swapped: true }],
	])('%s', (_, variant: Variant) => {
		const { frames, ...rest } = readCapture(pcapOf(variant));
		expect(frames).toEqual([frame]);
		expect(rest).toEqual({
			format: 'pcap',
			interfaces: [
				{ linkType: 1, snapLength: 65535, ticksPerSecond: 1_000_000n, timeOffset: 0n, checkSequenceLength: 0 },
			],
			records: 1,
			truncated: false,
			comments: [],
			issues: [],
		});
	});

	test.each([true, false])('nanoseconds, little-endian: %s', (littleEndian) => {
		const { frames, interfaces } = readCapture(pcapOf({ magic: 0xa1b23c4d, littleEndian }));
		expect(frames).toEqual([{ ...frame, time: 1_000_000_002n }]);
		expect(interfaces[0]?.ticksPerSecond).toBe(1_000_000_000n);
	});

	test('the link type is in the low 16 bits; a check sequence is taken off', () => {
		// Four bytes of five are a check sequence: two units of two bytes.
		const { frames, interfaces } = readCapture(pcapOf({ linkType: (0x2400_0000 | 113) >>> 0 }));
		expect(interfaces[0]).toMatchObject({ linkType: 113, checkSequenceLength: 4 });
		expect(frames).toEqual([{ ...frame, linkType: 113, data: Uint8Array.of(1), originalLength: 1 }]);
		expect(readCapture(pcapOf({ linkType: 0x2000_0071 })).interfaces[0]?.checkSequenceLength).toBe(0);
	});

	test('frames share the memory of the file', () => {
		const bytes = pcapOf({});
		expect(readCapture(bytes).frames[0]?.data.buffer).toBe(bytes.buffer);
	});

	test('the last second that 32 bits can say', () => {
		const bytes = pcapOf({});
		new DataView(bytes.buffer).setUint32(24, 0xffff_ffff, true);
		expect(readCapture(bytes).frames[0]?.time).toBe(4_294_967_295_000_002_000n);
	});
});

describe('pcap files that were cut or damaged', () => {
	const bytes = pcapOf({});

	test.each([
		['inside the data', 42, [Uint8Array.of(1, 2)]],
		['before the data', 40, []],
		['inside the header of the record', 30, []],
	])('%s', (_, length, data) => {
		const { frames, truncated } = readCapture(bytes.subarray(0, length));
		expect(frames.map((one) => one.data)).toEqual(data);
		expect(frames.every(({ originalLength }) => originalLength === 5)).toBe(true);
		expect(truncated).toBe(true);
	});

	test('a file of a header alone is whole', () => {
		expect(readCapture(bytes.subarray(0, 24))).toMatchObject({ frames: [], truncated: false });
	});

	test('a header that was cut is refused', () => {
		expect(() => readCapture(bytes.subarray(0, 23))).toThrow(DecodeError);
	});

	test('an impossible length ends reading, and says so', () => {
		const damaged = bytes.slice();
		new DataView(damaged.buffer).setUint32(32, 0x7fff_ffff, true);
		const { frames, truncated, issues } = readCapture(damaged);
		expect(frames).toEqual([]);
		expect(truncated).toBe(false);
		expect(issues).toMatchObject([{ code: 'frame-too-long', offset: 24 }]);
	});

	test('more kept than was on the wire: what is kept counts', () => {
		const odd = bytes.slice();
		new DataView(odd.buffer).setUint32(36, 2, true);
		expect(readCapture(odd).frames[0]).toMatchObject({ data: Uint8Array.of(1, 2, 3), originalLength: 3 });
	});

	test('another version is refused', () => {
		expect(() => readCapture(pcapOf({ major: 3 }))).toThrow(expect.objectContaining({ code: 'unsupported-version' }));
	});
});

interface TsharkCapture {
	readonly file: string;
	readonly frames: number;
	readonly first: string;
	readonly last: string;
	readonly captured: number;
	readonly original: number;
}

test.each(fixtureRows<TsharkCapture>('captures/tshark-frames.jsonl'))('$file as tshark reads it', (expected) => {
	const { frames, truncated, issues } = readCapture(fixtureBytes(`captures/${expected.file}`));
	const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0);
	const epoch = (time: bigint | undefined) => String(time).replace(/(\d{9})$/, '.$1');
	expect({
		file: expected.file,
		frames: frames.length,
		first: epoch(frames[0]?.time),
		last: epoch(frames.at(-1)?.time),
		captured: sum(frames.map(({ data }) => data.length)),
		original: sum(frames.map(({ originalLength }) => originalLength)),
	}).toEqual(expected);
	expect({ truncated, issues }).toEqual({ truncated: false, issues: [] });
});
