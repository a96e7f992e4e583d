import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readCapture } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { blocks, join, type Option } from '../../support/pcapng-blocks.ts';

const data = Uint8Array.of(1, 2, 3, 4, 5);
const resolution = (value: number): Option => [9, Uint8Array.of(value)];

describe.each([
	['little-endian', true],
	['big-endian', false],
])('pcapng, %s', (_, order) => {
	const make = blocks(order);
	const other = blocks(!order);

	/** Nanoseconds of a frame with these ticks. */
	function timeWith(ticks: bigint, options: readonly Option[]): bigint | undefined {
		const file = join(make.section(), make.interface(1, 0, options), make.packet({ interface: 0, ticks }, data));
		return readCapture(file).frames[0]?.time;
	}

	test('names, descriptions and comments, several of a kind', () => {
		const { frames, ...rest } = readCapture(
			join(
				make.section([
					[1, 'of the section'],
					[4, 'an application'],
					[1, 'and again'],
				]),
				make.interface(276, 96, [[2, 'eth0'], [3, 'the LAN'], [1, 'of the interface'], resolution(9)]),
				make.packet({ interface: 0, ticks: 5n, original: 60 }, data, [
					[1, 'ä'],
					[1, 'second'],
				]),
			),
		);
		expect(rest).toEqual({
			format: 'pcapng',
			interfaces: [
				{
					linkType: 276,
					snapLength: 96,
					name: 'eth0',
					description: 'the LAN',
					comments: ['of the interface'],
					ticksPerSecond: 1_000_000_000n,
					timeOffset: 0n,
					checkSequenceLength: 0,
				},
			],
			records: 1,
			truncated: false,
			comments: ['of the section', 'and again'],
			issues: [],
		});
		expect(frames).toEqual([
			{ index: 1, time: 5n, linkType: 276, data, originalLength: 60, interface: 0, comments: ['ä', 'second'] },
		]);
	});

	test('interfaces are counted anew in each section, which may turn the byte order', () => {
		const { frames, interfaces } = readCapture(
			join(
				make.section(),
				make.interface(1),
				make.interface(101),
				make.packet({ interface: 1, ticks: 1n }, data),
				other.section(),
				other.interface(113),
				other.packet({ interface: 0, ticks: 2n }, data),
				make.section(),
				make.interface(228),
				make.oldPacket({ interface: 0, ticks: 3n, original: 9 }, data, [[1, 'old']]),
			),
		);
		expect(interfaces.map(({ linkType }) => linkType)).toEqual([1, 101, 113, 228]);
		expect(frames).toEqual([
			{ index: 1, time: 1000n, linkType: 101, data, originalLength: 5, interface: 1 },
			{ index: 2, time: 2000n, linkType: 113, data, originalLength: 5, interface: 2 },
			{ index: 3, time: 3000n, linkType: 228, data, originalLength: 9, interface: 3, comments: ['old'] },
		]);
	});

	test('simple packets have no time, and are cut at the snap length', () => {
		const { frames } = readCapture(join(make.section(), make.interface(1, 3), make.simplePacket(60, data)));
		expect(frames).toEqual([
			{ index: 1, time: undefined, linkType: 1, data: data.subarray(0, 3), originalLength: 60, interface: 0 },
		]);
		const whole = readCapture(join(make.section(), make.interface(1), make.simplePacket(5, data)));
		expect(whole.frames[0]?.data).toEqual(data);
	});

	test('blocks of other kinds are passed over; Wireshark numbers those that it lists', () => {
		const { frames, records, issues } = readCapture(
			join(
				make.section(),
				make.block(4, new Uint8Array(8)),
				make.interface(1),
				make.block(5, new Uint8Array(20)),
				make.block(0x0bad, new Uint8Array(8)),
				make.packet({ interface: 0, ticks: 0n }, data),
				make.block(10, new Uint8Array(16)),
				make.block(0x4000_0bad, new Uint8Array(8)),
				make.block(0x1234_5678, new Uint8Array(100)),
				make.block(9, new Uint8Array(4)),
			),
		);
		expect(frames.map(({ index }) => index)).toEqual([2]);
		expect(records).toBe(4);
		expect(issues).toEqual([]);
	});

	test.each<[string, bigint, readonly Option[], bigint]>([
		['10^-6 unless said', 7n, [], 7000n],
		['10^0', 7n, [resolution(0)], 7_000_000_000n],
		['10^-3', 1_700_000_000_123n, [resolution(3)], 1_700_000_000_123_000_000n],
		['10^-9, all 64 bits', 0xffff_ffff_ffff_ffffn, [resolution(9)], 0xffff_ffff_ffff_ffffn],
		['10^-12', 1_999_999n, [resolution(12)], 1999n],
		['10^-6, more than 64 bits of nanoseconds', 0xffff_ffff_ffff_ffffn, [], 0xffff_ffff_ffff_ffffn * 1000n],
		['2^-10', 1025n, [resolution(0x8a)], 1_000_976_562n],
		['2^-32', 1n << 31n, [resolution(0xa0)], 500_000_000n],
		['2^-0', 3n, [resolution(0x80)], 3_000_000_000n],
		['10^-127', 0xffff_ffff_ffff_ffffn, [resolution(127)], 0n],
	])('time stamps: %s', (_name, ticks, options, expected) => {
		expect(timeWith(ticks, options)).toBe(expected);
	});

	test('an offset is added, before 1970 too', () => {
		const offset = (seconds: bigint): Option => {
			const bytes = new Uint8Array(8);
			new DataView(bytes.buffer).setBigInt64(0, seconds, order);
			return [14, bytes];
		};
		expect(timeWith(1n, [offset(2n)])).toBe(2_000_001_000n);
		expect(timeWith(1n, [offset(-2n)])).toBe(-1_999_999_000n);
	});

	test('check sequences are taken off, as the interface or the frame tells', () => {
		const flags = new Uint8Array(4);
		new DataView(flags.buffer).setUint32(0, 2 << 5, order);
		const { frames, interfaces } = readCapture(
			join(
				make.section(),
				make.interface(1, 0, [[13, Uint8Array.of(4)]]),
				make.interface(1, 0, [[13, Uint8Array.of(32)]]),
				make.packet({ interface: 0, ticks: 0n }, data),
				make.packet({ interface: 1, ticks: 0n, original: 60 }, data),
				make.packet({ interface: 0, ticks: 0n }, data, [[2, flags]]),
			),
		);
		expect(interfaces.map(({ checkSequenceLength }) => checkSequenceLength)).toEqual([4, 4]);
		expect(frames.map((frame) => [frame.data.length, frame.originalLength])).toEqual([
			[1, 1],
			[5, 56],
			[3, 3],
		]);
	});

	describe('cut or damaged', () => {
		const start = join(make.section(), make.interface(1));
		const packet = make.packet({ interface: 0, ticks: 0n, original: 60 }, data);
		const set32 = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
			const changed = bytes.slice();
			new DataView(changed.buffer).setUint32(at, value, order);
			return changed;
		};

		test.each([
			['in the data', 31, [3]],
			['in the length at the end', packet.length - 1, [5]],
			['before the data', 28, []],
			['in the header', 20, []],
			['in the type', 3, []],
		])('%s', (_name, length, lengths) => {
			const { frames, truncated, issues } = readCapture(join(start, packet.subarray(0, length)));
			expect(frames.map((frame) => frame.data.length)).toEqual(lengths);
			expect({ truncated, issues }).toEqual({ truncated: true, issues: [] });
		});

		test('in a block that is passed over', () => {
			const cut = make.block(4, new Uint8Array(100)).subarray(0, 50);
			expect(readCapture(join(start, packet, cut))).toMatchObject({ frames: [{ index: 1 }], truncated: true });
		});

		test.each([
			['a length of nothing', join(start, set32(packet, 4, 8), packet), [], 'block-length'],
			['a length past reason', join(start, set32(packet, 4, 0x7000_0000), packet), [], 'block-length'],
			['an unknown interface', join(start, set32(packet, 8, 1), packet), [2], 'unknown-interface'],
			['a frame longer than its block', join(start, set32(packet, 20, 4000), packet), [1, 2], 'frame-length'],
			['another length at the end', join(start, set32(packet, packet.length - 4, 12), packet), [1, 2], 'block-trailer'],
			['a block too short for a frame', join(start, make.block(6, new Uint8Array(8)), packet), [2], 'block-length'],
			['a section without byte order', join(start, packet, set32(make.section(), 8, 0)), [1], 'byte-order'],
			[
				'an interface block without content',
				join(start, packet, make.block(1, new Uint8Array(4))),
				[1],
				'block-length',
			],
			[
				'an option longer than its block',
				join(start, make.block(6, join(packet.subarray(8, 36), Uint8Array.of(1, 1, 255, 255)))),
				[1],
				'option-length',
			],
		])('%s', (_name, file, indexes, code) => {
			const { frames, issues, truncated } = readCapture(file);
			expect(frames.map(({ index }) => index)).toEqual(indexes);
			expect(issues.map((issue) => issue.code)).toEqual([code]);
			expect(truncated).toBe(false);
		});

		test('issues and texts do not grow without end', () => {
			const odd = set32(packet, 8, 1);
			const { issues, records } = readCapture(concatBytes([start, ...Array.from({ length: 1500 }, () => odd)]));
			expect(records).toBe(1500);
			expect(issues).toHaveLength(1001);
			expect(issues.at(-1)?.code).toBe('more-issues');
			const comment = make.section([[1, 'x'.repeat(65_000)]]);
			const many = readCapture(concatBytes(Array.from({ length: 70 }, () => comment)));
			expect(many.comments).toHaveLength(64);
			expect(many.issues.map(({ code }) => code)).toEqual(['text-left-out']);
		});
	});
});

const suite = new URL('../../../../shared/foreign/captures/', import.meta.url);

describe.skipIf(!existsSync(suite))('the conformance suite of hadrielk/pcapng-test-generator', () => {
	const folder = new URL('hadrielk_pcapng-test-generator/', suite);
	const rows = existsSync(suite) ? readFileSync(new URL('pcapng-suite-counts.tsv', suite), 'utf8').split('\n') : [];
	const counts = rows.flatMap((row) => {
		const [file = '', count] = row.split('\t');
		return file.startsWith('output_') ? [[file, Number(count)] as const] : [];
	});

	test('is here whole', () => {
		expect(counts).toHaveLength(48);
		expect(readdirSync(folder).filter((file) => file.endsWith('.pcapng'))).toHaveLength(48);
	});

	test.each(counts)('%s has %i records, as tshark counts', (file, count) => {
		const name = file.replace(/_(basic|advanced|difficult)_/, '__$1__');
		const { records, truncated, issues } = readCapture(new Uint8Array(readFileSync(new URL(name, folder))));
		expect({ records, truncated, issues }).toEqual({ records: count, truncated: false, issues: [] });
	});
});
