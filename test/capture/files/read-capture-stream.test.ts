import fc from 'fast-check';
import { DecodeError, formatHex } from 'pxekit';
import { type CaptureFile, type CaptureFrame, readCapture, readCaptureStream } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { fixtureBytes } from '../../support/fixtures.ts';
import { blocks, join } from '../../support/pcapng-blocks.ts';

/** In a form that is fast to compare. */
function plain({ frames, ...rest }: CaptureFile): unknown {
	return { ...rest, frames: frames.map(({ data, ...frame }) => ({ ...frame, hex: formatHex(data) })) };
}

/** The stream's answer in the shape of the other. */
async function captured(chunks: Iterable<Uint8Array>): Promise<CaptureFile> {
	const stream = readCaptureStream(chunks);
	const frames: CaptureFrame[] = [];
	for await (const frame of stream.frames) frames.push(frame);
	const summary = stream.summary();
	if (!summary) throw new Error('no summary after the end');
	return { ...summary, frames };
}

async function streamed(chunks: Iterable<Uint8Array>): Promise<unknown> {
	return plain(await captured(chunks));
}

/** Chunks of these lengths, the last one with all that is left. */
function* chunksOf(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
	let at = 0;
	for (const length of lengths) {
		yield bytes.slice(at, at + length);
		at += length;
	}
	yield bytes.slice(at);
}

function every(bytes: Uint8Array, length: number): Iterable<Uint8Array> {
	return chunksOf(
		bytes,
		Array.from({ length: Math.floor(bytes.length / length) }, () => length),
	);
}

const little = blocks(true);
const big = blocks(false);
const pcapng = join(
	little.section([[1, 'of the section']]),
	little.interface(1, 0, [[2, 'eth0']]),
	little.packet({ interface: 0, ticks: 5n }, new Uint8Array(9), [[1, 'of a frame']]),
	little.block(5, new Uint8Array(200)),
	little.simplePacket(33, new Uint8Array(33)),
	big.section(),
	big.interface(101),
	big.oldPacket({ interface: 0, ticks: 6n }, new Uint8Array(300)),
	big.block(0x99, new Uint8Array(24)),
);
const pcap = fixtureBytes('captures/ovmf_dnsmasq-menu-4011_snponly.pcap').subarray(0, 1500);

describe.each([
	['pcap', pcap],
	['pcapng', pcapng],
])('%s in chunks', (_name, bytes) => {
	const whole = plain(readCapture(bytes));

	test.each([1, 2, 3, 7, 8, 16, 64, 1000, 100_000])('of %i bytes', async (length) => {
		expect(await streamed(every(bytes, length))).toEqual(whole);
	});

	test('that end anywhere', async () => {
		for (let at = 0; at <= bytes.length; at++) expect(await streamed(chunksOf(bytes, [at]))).toEqual(whole);
	});

	test('of any lengths, and of a file that ends anywhere', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 28, max: bytes.length }),
				fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 40 }),
				async (end, lengths) => {
					const cut = bytes.slice(0, end);
					expect(await streamed(chunksOf(cut, lengths))).toEqual(plain(readCapture(cut)));
				},
			),
			{ numRuns: 200 },
		);
	});

	test('damaged anywhere: what the other form says', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
				fc.integer({ min: 1, max: 500 }),
				async (changes, length) => {
					const damaged = bytes.slice();
					for (const [at, byte] of changes) damaged[at] = byte;
					let expected: unknown;
					try {
						expected = plain(readCapture(damaged));
					} catch (error) {
						expect(error).toBeInstanceOf(DecodeError);
						await expect(streamed(every(damaged, length))).rejects.toThrow((error as Error).message);
						return;
					}
					expect(await streamed(every(damaged, length))).toEqual(expected);
				},
			),
			{ numRuns: 200 },
		);
	});
});

test('the summary grows while the file comes', async () => {
	const stream = readCaptureStream(every(pcapng, 50));
	expect(stream.summary()).toBeUndefined();
	const seen: unknown[] = [];
	for await (const { index } of stream.frames) seen.push([index, stream.summary()?.interfaces.length]);
	expect(seen).toEqual([
		[1, 1],
		[2, 1],
		[3, 2],
	]);
	expect(stream.summary()).toMatchObject({ records: 3, comments: ['of the section'] });
});

test('frames keep their bytes when later chunks have come', async () => {
	expect((await captured(every(pcap, 100))).frames.map(({ data }) => data)).toEqual(
		readCapture(pcap).frames.map(({ data }) => data),
	);
});

test('asynchronous sources, and what they throw', async () => {
	async function* source(): AsyncGenerator<Uint8Array> {
		yield pcap.subarray(0, 600);
		throw new Error('the disk is gone');
	}
	const stream = readCaptureStream(source());
	expect((await stream.frames.next()).value).toMatchObject({ index: 1 });
	await expect(
		(async () => {
			for await (const _ of stream.frames);
		})(),
	).rejects.toThrow('the disk is gone');
});

test('a source is not read further when nothing more can come of it', async () => {
	let asked = 0;
	function* source(): Generator<Uint8Array> {
		for (const chunk of [pcap.subarray(0, 24), new Uint8Array(16).fill(255), pcap.subarray(24), pcap]) {
			asked++;
			yield chunk;
		}
	}
	expect((await captured(source())).issues).toMatchObject([{ code: 'frame-too-long' }]);
	expect(asked).toBe(2);
});

test.each([
	['nothing', []],
	['a few bytes', [Uint8Array.of(0xd4, 0xc3), Uint8Array.of(0xb2)]],
])('%s is no capture', async (_name, chunks) => {
	await expect(streamed(chunks)).rejects.toThrow(expect.objectContaining({ code: 'not-a-capture' }));
});

describe('like an async generator', () => {
	/** Tells when its reader has left it. */
	function watched(chunks: Iterable<Uint8Array>): { source: Iterable<Uint8Array>; left: () => boolean } {
		let left = false;
		function* source(): Generator<Uint8Array> {
			try {
				yield* chunks;
			} finally {
				left = true;
			}
		}
		return { source: source(), left: () => left };
	}

	test('calls that do not wait for one another get the frames in order', async () => {
		const { frames } = readCapture(pcap);
		for (const length of [7, 500, 2000]) {
			const stream = readCaptureStream(every(pcap, length));
			const results = await Promise.all([...frames, 'one more'].map(() => stream.frames.next()));
			expect(results).toEqual([...frames.map((value) => ({ done: false, value })), { done: true, value: undefined }]);
		}
	});

	test('leaving the loop ends the source, and there are no more frames', async () => {
		const { source, left } = watched(every(pcap, 700));
		const stream = readCaptureStream(source);
		for await (const { index } of stream.frames) if (index === 2) break;
		expect(left()).toBe(true);
		expect(await stream.frames.next()).toEqual({ done: true, value: undefined });
	});

	test('leaving while a call waits: that gets its frame first', async () => {
		const { source, left } = watched(every(pcap, 700));
		const { frames } = readCaptureStream(source);
		const [first, end, after] = await Promise.all([frames.next(), frames.return?.(), frames.next()]);
		expect([first.value?.index, end?.done, after.done, left()]).toEqual([1, true, true, true]);
	});

	test('a file that is no capture ends the source', async () => {
		const { source, left } = watched(every(new Uint8Array(100), 50));
		const { frames } = readCaptureStream(source);
		await expect(frames.next()).rejects.toThrow(expect.objectContaining({ code: 'not-a-capture' }));
		expect(left()).toBe(true);
		expect(await frames.next()).toEqual({ done: true, value: undefined });
	});
});
