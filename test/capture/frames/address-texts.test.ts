import fc from 'fast-check';
import { formatIpv4, formatMac } from 'pxekit';
import { expect, test } from 'vitest';
import { ipv4Text, macText } from '../../../src/capture/frames/address-texts.ts';

// Few values a byte, so that addresses come again, and drive one another out of what is remembered.
const octet = fc.oneof(fc.constantFrom(0, 1, 0x80, 0xff), fc.integer({ min: 0, max: 255 }));

test('addresses are written as without a memory, in whatever order they come', () => {
	fc.assert(
		fc.property(fc.array(fc.array(octet, { minLength: 6, maxLength: 6 }), { maxLength: 60 }), (addresses) => {
			const data = Uint8Array.from(addresses.flat());
			for (let round = 0; round < 2; round++) {
				for (let at = 0; at < data.length; at += 6) {
					expect(macText(data, at)).toBe(formatMac(data.subarray(at, at + 6)));
					expect(ipv4Text(data, at)).toBe(formatIpv4(data, at));
				}
			}
		}),
		{ numRuns: 200 },
	);
});
