import fc from 'fast-check';
import { DecodeError, EncodeError } from 'pxekit';
import { describe, expect, test } from 'vitest';
import { Reader } from '../../src/wire/reader.ts';
import { Writer } from '../../src/wire/writer.ts';

describe('Reader', () => {
	test('reads fields one after another, big-endian', () => {
		const reader = new Reader(Uint8Array.of(1, 2, 3, 0x80, 0, 0, 1, 10, 0, 0, 1, 9));
		expect([reader.u8('a'), reader.u16('b'), reader.u32('c'), reader.ipv4('d'), reader.left]).toEqual([
			1,
			0x0203,
			0x8000_0001,
			'10.0.0.1',
			1,
		]);
	});

	test('says which field ran past the end, and where in the data', () => {
		const reader = new Reader(Uint8Array.of(1, 2, 3), { at: 1, base: 100 });
		expect(() => reader.u32('lease')).toThrow(
			expect.objectContaining({ name: 'DecodeError', code: 'too-short', offset: 101, path: 'lease' }),
		);
	});

	test('never reads past its end, whatever is asked', () => {
		const read = fc.constantFrom('u8', 'u16', 'u32', 'ipv4', 'take');
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 20 }),
				fc.nat(20),
				fc.array(read),
				fc.nat(9),
				(bytes, end, reads, size) => {
					const reader = new Reader(bytes, { end: Math.min(end, bytes.length) });
					for (const name of reads) {
						const before = reader.at;
						try {
							if (name === 'take') reader.take(size, 'x');
							else reader[name as 'u8'](name);
						} catch (error) {
							expect(error).toBeInstanceOf(DecodeError);
							expect(reader.at).toBe(before);
						}
						expect(reader.at).toBeLessThanOrEqual(reader.end);
					}
				},
			),
		);
	});
});

describe('Writer', () => {
	test('what it writes, Reader reads', () => {
		fc.assert(
			fc.property(
				fc.nat(255),
				fc.nat(0xffff),
				fc.nat(0xffff_ffff),
				fc.ipV4(),
				fc.uint8Array({ maxLength: 300 }),
				(a, b, c, d, rest) => {
					const bytes = new Writer().u8(a, 'a').u16(b, 'b').u32(c, 'c').ipv4(d, 'd').zeros(3).raw(rest).finish();
					const reader = new Reader(bytes);
					expect([reader.u8('a'), reader.u16('b'), reader.u32('c'), reader.ipv4('d')]).toEqual([a, b, c, d]);
					expect(reader.take(3, 'zeros')).toEqual(new Uint8Array(3));
					expect(reader.rest()).toEqual(rest);
				},
			),
		);
	});

	test.each([
		['u8', 256],
		['u8', -1],
		['u8', 1.5],
		['u16', 65536],
		['u32', 2 ** 32],
		['u32', Number.NaN],
	] as const)('%s refuses %d', (field, value) => {
		expect(() => new Writer()[field](value, 'secs')).toThrow(EncodeError);
		expect(() => new Writer()[field](value, 'secs')).toThrow(/^secs must be a whole number from 0 to/);
	});
});
