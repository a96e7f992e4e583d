import fc from 'fast-check';
import { DecodeError } from 'pxekit';
import { readCapture, writePcap } from 'pxekit/capture';
import { expect, test } from 'vitest';
import { fixtureBytes } from '../../support/fixtures.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

test('gzip has a code of its own, and is told what to do', () => {
	expect(() => readCapture(Uint8Array.of(0x1f, 0x8b, 8, 0))).toThrow(
		expect.objectContaining({ code: 'gzip', message: expect.stringContaining('decompress it first') }),
	);
});

test.each([
	['an empty file', new Uint8Array(0), 'an empty file'],
	['text', text('00:00:01 IP 10.0.0.1.67 > 255.255.255.255.68: BOOTP/DHCP, Reply'), 'text'],
	['snoop', text('snoop\0\0\0\0\0\0\x02'), 'editcap'],
	['zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0), 'zstd -d'],
	['a zip archive', text('PK\x03\x04'), 'unpack'],
	['a web page', text('<!DOCTYPE html>'), 'a web page'],
	['a program', text('\x7fELF\x02\x01'), 'ELF'],
	['a DHCP packet', Uint8Array.of(1, 1, 6, 0, 0, 0, 0, 0), 'not a pcap or pcapng file'],
	['a section header without byte order', new Uint8Array(28).fill(10).fill(13, 1, 3), 'byte-order magic'],
])('%s is not a capture', (_name, bytes, message) => {
	expect(() => readCapture(bytes)).toThrow(
		expect.objectContaining({ code: 'not-a-capture', message: expect.stringContaining(message) }),
	);
});

test('any bytes give a value or a DecodeError', () => {
	const starts = [0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0x0a0d0d0a].map((word) => {
		const bytes = new Uint8Array(24);
		new DataView(bytes.buffer).setUint32(0, word);
		new DataView(bytes.buffer).setUint32(4, 0x0002_0004);
		return bytes;
	});
	fc.assert(
		fc.property(fc.constantFrom(new Uint8Array(0), ...starts), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
			const bytes = new Uint8Array([...start, ...rest]);
			try {
				const { frames } = readCapture(bytes);
				for (const { data, originalLength } of frames) expect(data.length).toBeLessThanOrEqual(originalLength);
			} catch (error) {
				expect(error).toBeInstanceOf(DecodeError);
			}
		}),
		{ numRuns: 1000 },
	);
});

test('real files with bytes changed give a value or a DecodeError, and frames of the file only', () => {
	const files = ['ovmf_http-boot', 'uboot-arm32_plain+proxy', 'bios-ipxe-aoe-sanhook'].map((name) =>
		fixtureBytes(`captures/${name}.pcap`),
	);
	const anyOffset = fc.nat(1_000_000);
	fc.assert(
		fc.property(
			fc.constantFrom(...files),
			fc.array(fc.tuple(anyOffset, fc.nat(255)), { minLength: 1, maxLength: 20 }),
			(file, changes) => {
				const bytes = file.slice();
				for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
				try {
					const { frames, records } = readCapture(bytes);
					expect(records).toBe(frames.length);
					expect(frames.reduce((sum, { data }) => sum + data.length, 0)).toBeLessThan(bytes.length);
					expect(frames.every(({ data }) => data.buffer === bytes.buffer)).toBe(true);
				} catch (error) {
					expect(error).toBeInstanceOf(DecodeError);
				}
			},
		),
		{ numRuns: 500 },
	);
});

test('frames of a file that came as a Buffer are plain bytes', () => {
	const file = Buffer.from(writePcap([{ time: 0n, data: new Uint8Array(60) }]));
	const [frame] = readCapture(file).frames;
	expect(Object.getPrototypeOf(frame?.data)).toBe(Uint8Array.prototype);
	expect(frame?.data.buffer).toBe(file.buffer);
});
