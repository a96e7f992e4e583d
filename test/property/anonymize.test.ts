import fc from 'fast-check';
import { formatIpv4 } from 'pxekit';
import { anonymize, type CaptureFile, type CaptureFrame, decodeFrames } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { anonymizeIpv4, anonymizeIpv6, anonymizeMac } from '../../src/capture/anonymize/anonymous-addresses.ts';
import { Identities } from '../../src/capture/anonymize/anonymous-identity.ts';
import { NumberMap } from '../../src/capture/anonymize/anonymous-numbers.ts';
import { scrubText } from '../../src/capture/anonymize/anonymous-text.ts';
import { formatIpv6 } from '../../src/wire/ipv6.ts';
import { tellingCapture } from '../support/telling-capture.ts';

type Change = (numbers: NumberMap, bytes: Uint8Array, at: number) => boolean;

/** Collects all, then gives each its new one. */
function changeAll(change: Change, addresses: readonly Uint8Array[]): Uint8Array[] {
	const numbers = new NumberMap();
	for (const address of addresses) change(numbers, address.slice(), 0);
	numbers.settle();
	return addresses.map((address) => {
		const copy = address.slice();
		change(numbers, copy, 0);
		return copy;
	});
}

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Octets from few values, so that addresses share beginnings. */
const octet = fc.oneof(fc.constantFrom(0, 1, 10, 127, 168, 172, 192, 254, 255), fc.nat(255));
const ipv4s = fc.array(
	fc.tuple(octet, octet, octet, octet).map((parts) => Uint8Array.from(parts)),
	{ maxLength: 60 },
);

const common = (one: Uint8Array, other: Uint8Array) => {
	const different = one.findIndex((byte, i) => byte !== other[i]);
	return different < 0 ? one.length : different;
};

describe('addresses', () => {
	test('IPv4: different ones stay different, share as much, and are written as long', () => {
		fc.assert(
			fc.property(ipv4s, (addresses) => {
				const changed = changeAll(anonymizeIpv4, addresses);
				addresses.forEach((address, i) => {
					const now = changed[i] as Uint8Array;
					expect(formatIpv4(now).length).toBe(formatIpv4(address).length);
					addresses.forEach((other, j) => {
						expect(common(now, changed[j] as Uint8Array)).toBe(common(address, other));
					});
				});
			}),
			{ numRuns: 100 },
		);
	});

	test('hardware addresses: different ones stay different; groups and zeros stay', () => {
		const macs = fc.array(
			fc.oneof(
				bytesOf(6),
				bytesOf(3).map((tail) => Uint8Array.of(0x52, 0x54, 0, ...tail)),
			),
			{ maxLength: 60 },
		);
		fc.assert(
			fc.property(macs, (addresses) => {
				const changed = changeAll(anonymizeMac, addresses);
				expect(new Set(changed.map(hex)).size).toBe(new Set(addresses.map(hex)).size);
				addresses.forEach((address, i) => {
					const now = changed[i] as Uint8Array;
					expect((now[0] as number) & 1).toBe((address[0] as number) & 1);
					const isSolicited = address[0] === 0x33 && address[1] === 0x33 && address[2] === 0xff;
					if (((address[0] as number) & 1) === 1 && !isSolicited) expect(now).toEqual(address);
				});
			}),
			{ numRuns: 200 },
		);
	});

	test('IPv6: written as long, and an address made of a hardware address follows it', () => {
		const ipv6s = fc.array(
			fc.oneof(
				bytesOf(16),
				bytesOf(8).map((tail) => Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, ...tail)),
			),
			{ maxLength: 30 },
		);
		fc.assert(
			fc.property(ipv6s, bytesOf(6), (addresses, mac) => {
				const changed = changeAll(anonymizeIpv6, addresses);
				addresses.forEach((address, i) => {
					expect(formatIpv6(changed[i] as Uint8Array).length).toBe(formatIpv6(address).length);
				});
				mac[0] = (mac[0] as number) & 0xfe;
				const made = Uint8Array.of(
					0xfe,
					0x80,
					0,
					0,
					0,
					0,
					0,
					0,
					(mac[0] as number) ^ 2,
					...mac.subarray(1, 3),
					0xff,
					0xfe,
					...mac.subarray(3),
				);
				const numbers = new NumberMap();
				numbers.settle();
				const [newMac, newMade] = [mac.slice(), made.slice()];
				anonymizeMac(numbers, newMac, 0);
				anonymizeIpv6(numbers, newMade, 0);
				if (mac.every((byte) => byte === 0)) return;
				expect([...newMade.subarray(8, 11), ...newMade.subarray(13)]).toEqual([
					(newMac[0] as number) ^ 2,
					...newMac.subarray(1),
				]);
			}),
			{ numRuns: 200 },
		);
	});
});

test('any text keeps its length', () => {
	const piece = fc.oneof(
		fc.constantFrom(
			'10.0.0.1',
			'300.1.2.3',
			'fe80::1',
			'::',
			'1:2:3:4:5:6:7:8',
			'aa:bb:cc:dd:ee:ff',
			'01-aa-bb-cc-dd-ee-ff',
			'/',
			'-',
			' ',
			'@',
			'://',
			'host',
			'C0A80001',
		),
		fc.string({ maxLength: 8 }),
		fc.ipV6(),
		fc.uuid(),
	);
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
			const identities = new Identities();
			identities.learnName('host');
			const bytes = new TextEncoder().encode(pieces.join(''));
			const collected = bytes.slice();
			scrubText(identities, collected, 0, collected.length);
			identities.settle();
			const changed = Buffer.concat([Buffer.from([1]), bytes, Buffer.from([2])]);
			scrubText(identities, changed, 1, changed.length - 1);
			expect([changed[0], changed.at(-1), changed.length]).toEqual([1, 2, bytes.length + 2]);
		}),
		{ numRuns: 500 },
	);
});

/** A capture with some bytes changed and some frames cut. */
const damaged = fc
	.array(
		fc.record({
			frame: fc.nat(tellingCapture.frames.length - 1),
			at: fc.nat(400),
			byte: fc.nat(255),
			cut: fc.option(fc.nat(400), { freq: 6 }),
		}),
		{ minLength: 1, maxLength: 40 },
	)
	.map((changes): CaptureFile => {
		const frames = tellingCapture.frames.map((frame): CaptureFrame => ({ ...frame, data: frame.data.slice() }));
		for (const { frame, at, byte, cut } of changes) {
			const one = frames[frame] as CaptureFrame;
			if (at < one.data.length) one.data[at] = byte;
			if (cut !== null) frames[frame] = { ...one, data: one.data.slice(0, cut) };
		}
		return { ...tellingCapture, frames };
	});

test('whatever the frames: nothing is thrown, and lengths and verdicts of checksums stay', () => {
	fc.assert(
		fc.property(damaged, fc.boolean(), (capture, keepFiles) => {
			const anonymous = anonymize(capture, { keepFiles });
			expect(anonymous.frames.map(({ data }) => data.length)).toEqual(capture.frames.map(({ data }) => data.length));
			const verdicts = (file: CaptureFile) =>
				[...decodeFrames(file.frames)].map(({ udp, issues, ip }) =>
					ip?.fragment
						? []
						: [udp?.checksum, issues.filter(({ code }) => code.startsWith('ip-checksum')).map(({ code }) => code)],
				);
			expect(verdicts(anonymous)).toEqual(verdicts(capture));
		}),
		{ numRuns: 300 },
	);
});

test('random bytes as frames of every link type', () => {
	const frame = fc.record({
		linkType: fc.constantFrom(0, 1, 12, 101, 108, 113, 127, 228, 229, 276),
		data: fc.uint8Array({ maxLength: 200 }),
	});
	fc.assert(
		fc.property(fc.array(frame, { maxLength: 10 }), (rows) => {
			const frames = rows.map(({ linkType, data }, i) => ({
				index: i + 1,
				time: undefined,
				linkType,
				data,
				originalLength: data.length,
				interface: 0,
			}));
			const { frames: after } = anonymize({ ...tellingCapture, frames });
			expect(after.map(({ data }) => data.length)).toEqual(rows.map(({ data }) => data.length));
		}),
		{ numRuns: 300 },
	);
});
