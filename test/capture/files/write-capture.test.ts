import fc from 'fast-check';
import { EncodeError } from 'pxekit';
import { type CaptureFrameInit, readCapture, writePcap, writePcapng } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { equalBytes } from '../../../src/wire/bytes.ts';
import { fixtureBytes } from '../../support/fixtures.ts';

const refusal = (code: string) => expect.objectContaining({ name: 'EncodeError', code });
const data = Uint8Array.of(1, 2, 3);

const anyData = fc.uint8Array({ maxLength: 80 });
const anyText = fc.string({ maxLength: 20, unit: 'grapheme' }).filter((text) => !/[\0\uFFFD]/.test(text));
const linkTypes = [1, 101, 276];

function anyFrame(lastTime: bigint) {
	return fc
		.record({
			time: fc.bigInt(0n, lastTime),
			data: anyData,
			beyond: fc.nat(2000),
			comments: fc.array(anyText, { maxLength: 3 }),
			interface: fc.nat(linkTypes.length - 1),
		})
		.map(({ beyond, ...frame }) => ({
			...frame,
			linkType: linkTypes[frame.interface] as number,
			originalLength: frame.data.length + beyond,
		}));
}

describe('writePcap', () => {
	test('is little-endian version 2.4', () => {
		expect(writePcap([{ time: 1_000_002_000n, data, originalLength: 5 }])).toEqual(
			Uint8Array.from(
				[
					[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0],
					[1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0, 1, 2, 3],
				].flat(),
			),
		);
	});

	test('writes back what tcpdump wrote', () => {
		const bytes = fixtureBytes('captures/ovmf_http-boot.pcap');
		const written = writePcap(readCapture(bytes).frames);
		// All but the snap length of the header.
		expect(equalBytes(written.subarray(20), bytes.subarray(20))).toBe(true);
		expect(written.subarray(0, 16)).toEqual(bytes.subarray(0, 16));
	});

	test('takes nanoseconds when a frame needs them, or when asked', () => {
		const ticks = (bytes: Uint8Array) => readCapture(bytes).interfaces[0]?.ticksPerSecond;
		expect(ticks(writePcap([{ time: 1000n, data }]))).toBe(1_000_000n);
		expect(ticks(writePcap([{ time: 1000n, data }], { nanoseconds: true }))).toBe(1_000_000_000n);
		expect(ticks(writePcap([{ time: 1001n, data }]))).toBe(1_000_000_000n);
		expect(() => writePcap([{ time: 1001n, data }], { nanoseconds: false })).toThrow(refusal('time-lost'));
	});

	test('a file without frames has a link type too', () => {
		expect(readCapture(writePcap([])).interfaces[0]?.linkType).toBe(1);
		expect(readCapture(writePcap([], { linkType: 113 })).interfaces[0]?.linkType).toBe(113);
	});

	test.each<[string, readonly CaptureFrameInit[], string]>([
		[
			'two link types',
			[
				{ time: 0n, data },
				{ time: 0n, data, linkType: 113 },
			],
			'mixed-link-types',
		],
		['no time', [{ time: undefined, data }], 'no-time'],
		['a time before 1970', [{ time: -1n, data }], 'out-of-range'],
		['a time after 2106', [{ time: 0x1_0000_0000n * 1_000_000_000n, data }], 'out-of-range'],
		['a length on the wire that is too small', [{ time: 0n, data, originalLength: 2 }], 'out-of-range'],
		['a length on the wire that is no number', [{ time: 0n, data, originalLength: Number.NaN }], 'out-of-range'],
		['a link type that has no place', [{ time: 0n, data, linkType: 65536 }], 'out-of-range'],
		['a frame that no reader takes', [{ time: 0n, data: new Uint8Array(262_145) }], 'frame-too-long'],
	])('refuses %s', (_name, frames, code) => {
		expect(() => writePcap(frames)).toThrow(refusal(code));
	});

	test('reads back as it was written', () => {
		fc.assert(
			fc.property(fc.array(anyFrame(0xffff_ffffn * 1_000_000_000n), { maxLength: 6 }), (list) => {
				const frames = list.map((frame) => ({ ...frame, interface: 0, linkType: 101, comments: undefined }));
				const read = readCapture(writePcap(frames));
				expect(read.frames).toEqual(frames.map((frame, i) => ({ ...frame, index: i + 1 })));
				expect(read).toMatchObject({ truncated: false, issues: [] });
			}),
			{ numRuns: 300 },
		);
	});
});

describe('writePcapng', () => {
	test('reads back as it was written', () => {
		fc.assert(
			fc.property(
				fc.array(anyFrame(0xffff_ffff_ffff_ffffn), { maxLength: 6 }),
				fc.array(anyText, { maxLength: 3 }),
				fc.array(
					fc.record({
						name: anyText,
						description: anyText,
						comments: fc.array(anyText, { minLength: 1, maxLength: 2 }),
					}),
					{
						minLength: linkTypes.length,
						maxLength: linkTypes.length,
					},
				),
				fc.nat(0xffff_ffff),
				(frames, comments, texts, snapLength) => {
					const interfaces = texts.map((text, i) => ({ ...text, linkType: linkTypes[i], snapLength }));
					const read = readCapture(writePcapng({ frames, comments, interfaces }));
					expect(read).toEqual({
						format: 'pcapng',
						interfaces: interfaces.map((one) => ({
							...one,
							ticksPerSecond: 1_000_000_000n,
							timeOffset: 0n,
							checkSequenceLength: 0,
						})),
						records: frames.length,
						truncated: false,
						comments,
						issues: [],
						frames: frames.map(({ comments, ...frame }, i) => ({
							...frame,
							index: i + 1,
							...(comments.length > 0 && { comments }),
						})),
					});
				},
			),
			{ numRuns: 300 },
		);
	});

	test('takes what was read, from either format', () => {
		const capture = readCapture(fixtureBytes('captures/ovmf_http-boot.pcap'));
		const again = readCapture(writePcapng(capture));
		expect(again.frames).toEqual(capture.frames);
		expect(readCapture(writePcap(again.frames)).frames).toEqual(capture.frames);
	});

	test('an interface is made up for frames that come without', () => {
		const { interfaces, frames } = readCapture(writePcapng({ frames: [{ time: 1n, data, linkType: 101 }] }));
		expect(interfaces.map(({ linkType }) => linkType)).toEqual([101]);
		expect(frames[0]?.linkType).toBe(101);
	});

	test('frames without a time', () => {
		const interfaces = [{ snapLength: 3 }, {}];
		const frames = [{ time: undefined, data, originalLength: 60 }];
		expect(readCapture(writePcapng({ interfaces, frames })).frames).toEqual([
			{ index: 1, time: undefined, linkType: 1, data, originalLength: 60, interface: 0 },
		]);
		for (const change of [{ interface: 1 }, { comments: ['x'] }, { data: data.subarray(1) }]) {
			expect(() => writePcapng({ interfaces, frames: [{ ...frames[0], ...change } as CaptureFrameInit] })).toThrow(
				refusal('no-time'),
			);
		}
	});

	test.each<[string, () => unknown, string]>([
		['an unknown interface', () => writePcapng({ frames: [{ time: 0n, data, interface: 1 }] }), 'unknown-interface'],
		[
			'another link type than the interface has',
			() => writePcapng({ interfaces: [{ linkType: 101 }], frames: [{ time: 0n, data, linkType: 1 }] }),
			'mixed-link-types',
		],
		['a time before 1970', () => writePcapng({ frames: [{ time: -1n, data }] }), 'out-of-range'],
		['a time after 2554', () => writePcapng({ frames: [{ time: 2n ** 64n, data }] }), 'out-of-range'],
		['a comment that is too long', () => writePcapng({ frames: [], comments: ['x'.repeat(65_536)] }), 'text-too-long'],
		['half a character', () => writePcapng({ frames: [], comments: ['\uD800'] }), 'not-utf8'],
		[
			'a snap length that has no place',
			() => writePcapng({ frames: [], interfaces: [{ snapLength: -1 }] }),
			'out-of-range',
		],
	])('refuses %s', (_name, write, code) => {
		expect(write).toThrow(EncodeError);
		expect(write).toThrow(refusal(code));
	});
});
