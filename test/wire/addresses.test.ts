import fc from 'fast-check';
import {
	EncodeError,
	formatHex,
	formatIpv4,
	formatMac,
	formatUuid,
	isIpv4,
	parseHex,
	parseIpv4,
	parseMac,
	parseUuid,
} from 'pxekit';
import { describe, expect, test } from 'vitest';

describe('IPv4', () => {
	test.each(['0.0.0.0', '255.255.255.255', '192.168.77.1'])('%s', (text) => {
		expect(formatIpv4(parseIpv4(text))).toBe(text);
	});
	test.each(['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', '0x1.2.3.4', '1..2.3', '1.2.3.-4'])(
		'refuses %j',
		(text) => {
			expect(() => parseIpv4(text)).toThrow(EncodeError);
			expect(isIpv4(text)).toBe(false);
		},
	);
});

describe('MAC', () => {
	test.each(['52:54:00:ab:cd:ef', '52-54-00-AB-CD-EF', '5254.00ab.cdef', '525400abcdef'])('%s', (text) => {
		expect(formatMac(parseMac(text))).toBe('52:54:00:ab:cd:ef');
	});
	test.each([
		'',
		'52:54:00:ab:cd',
		'52:54:00:ab:cd:ef:01',
		'52:54-00:ab:cd:ef',
		'5:54:00:ab:cd:ef',
		'g2:54:00:ab:cd:ef',
	])('refuses %j', (text) => {
		expect(() => parseMac(text)).toThrow(EncodeError);
	});
});

describe('UUID', () => {
	test('both byte orders', () => {
		// As `qemu -uuid` gave it, and as OVMF sent it in option 97.
		const text = '12345678-9abc-def0-1122-334455667788';
		expect(formatHex(parseUuid(text, 'le'))).toBe('78563412bc9af0de1122334455667788');
		expect(formatHex(parseUuid(text, 'be'))).toBe('123456789abcdef01122334455667788');
		expect(formatUuid(parseUuid(text.toUpperCase(), 'le'), 'le')).toBe(text);
	});
	test.each(['', '12345678', '{12345678-9abc-def0-1122-334455667788}', '123456789abcdef01122334455667788'])(
		'refuses %j',
		(text) => {
			expect(() => parseUuid(text, 'le')).toThrow(EncodeError);
		},
	);
	test('any 16 bytes come back', () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ minLength: 16, maxLength: 16 }),
				fc.constantFrom('le' as const, 'be' as const),
				(bytes, order) => {
					expect(parseUuid(formatUuid(bytes, order), order)).toEqual(bytes);
				},
			),
		);
	});
});

describe('hexadecimal', () => {
	test('any bytes come back', () => {
		fc.assert(
			fc.property(fc.uint8Array(), fc.constantFrom('', ' ', ':'), (bytes, separator) => {
				expect(parseHex(formatHex(bytes, separator))).toEqual(bytes);
			}),
		);
	});
	test.each(['0', 'xy', '0x00', '12 3'])('refuses %j', (text) => {
		expect(() => parseHex(text)).toThrow(expect.objectContaining({ code: 'bad-hex' }));
	});
});
