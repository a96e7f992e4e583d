import fc from 'fast-check';
import { type ByteFilter, createNetasciiDecoder, createNetasciiEncoder } from 'pxekit/tftp';
import { describe, expect, test } from 'vitest';

const bytes = (text: string) => new TextEncoder().encode(text);

function through(filter: ByteFilter, parts: readonly Uint8Array[]): Uint8Array {
	return Uint8Array.from([...parts.flatMap((part) => [...filter.push(part)]), ...filter.end()]);
}

describe('netascii', () => {
	// As tftp-hpa, atftpd and pin/tftp send the same file.
	test('writes what other servers write', () => {
		const encoded = through(createNetasciiEncoder(), [bytes('a\nb\rc\r\nd\n')]);
		expect(encoded).toEqual(bytes('a\r\nb\r\0c\r\0\r\nd\r\n'));
	});

	test('reads pairs that are split, and a CR at the very end', () => {
		const parts = [bytes('a\r'), bytes('\nb\r'), bytes('\0c\r'), bytes('x\r')];
		expect(through(createNetasciiDecoder(), parts)).toEqual(bytes('a\nb\rc\rx\r'));
	});

	test('comes back as it was, however it is split', () => {
		const likely = fc.constantFrom(10, 13, 0, 65);
		fc.assert(
			fc.property(fc.array(likely, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (content, size) => {
				const encoder = createNetasciiEncoder();
				const decoder = createNetasciiDecoder();
				const parts: Uint8Array[] = [];
				for (let at = 0; at < content.length; at += size) {
					const encoded = encoder.push(Uint8Array.from(content.slice(at, at + size)));
					for (let i = 0; i < encoded.length; i += 2) parts.push(encoded.subarray(i, i + 2));
				}
				expect([...through(decoder, parts)]).toEqual(content);
			}),
			{ numRuns: 500 },
		);
	});
});
