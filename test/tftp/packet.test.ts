import fc from 'fast-check';
import { DecodeError, EncodeError, formatHex, parseHex } from 'pxekit';
import { decodeTftp, encodeTftp, type TftpPacket } from 'pxekit/tftp';
import { describe, expect, test } from 'vitest';

/** Bytes of text with `|` for NUL. */
const wire = (opcode: number, text: string) =>
	Uint8Array.from([0, opcode, ...new TextEncoder().encode(text.replaceAll('|', '\0'))]);

describe('decodeTftp', () => {
	test.each<[string, Uint8Array, TftpPacket]>([
		// The request of OVMF's size probe, as captured.
		[
			'RRQ with options',
			parseHex('00016970786564656d6f2e656669006f63746574007473697a65003000626c6b73697a65003134363800'),
			{
				kind: 'rrq',
				filename: 'ipxedemo.efi',
				mode: 'octet',
				options: [
					{ name: 'tsize', value: '0' },
					{ name: 'blksize', value: '1468' },
				],
			},
		],
		['WRQ', wire(2, 'a|NetASCII|'), { kind: 'wrq', filename: 'a', mode: 'NetASCII', options: [] }],
		['DATA', parseHex('0003ffff616263'), { kind: 'data', block: 65535, data: Uint8Array.of(0x61, 0x62, 0x63) }],
		['empty DATA', parseHex('00030001'), { kind: 'data', block: 1, data: new Uint8Array(0) }],
		['ACK', parseHex('00040100'), { kind: 'ack', block: 256 }],
		['ACK with the window that Windows appends', parseHex('0004000508'), { kind: 'ack', block: 5, nextWindow: 8 }],
		['ERROR', parseHex('000500016e6f00'), { kind: 'error', code: 1, message: 'no' }],
		['ERROR without text', parseHex('00050001'), { kind: 'error', code: 1, message: '' }],
		['ERROR without NUL', parseHex('000500026e6f'), { kind: 'error', code: 2, message: 'no' }],
		[
			'OACK',
			wire(6, 'BlkSize|8|x||'),
			{
				kind: 'oack',
				options: [
					{ name: 'BlkSize', value: '8' },
					{ name: 'x', value: '' },
				],
			},
		],
	])('%s', (_name, bytes, packet) => {
		expect(decodeTftp(bytes)).toEqual(packet);
		if (!(packet.kind === 'error' && bytes.at(-1) !== 0)) expect(formatHex(encodeTftp(packet))).toBe(formatHex(bytes));
	});

	test.each([
		['a mode without NUL', wire(1, 'f|octet'), 'unterminated', 0],
		['an option without value', wire(1, 'f|octet|blksize|'), 'unterminated', 0],
		['an option without NUL', wire(1, 'f|octet|tsize|0|blksize|9'), 'unterminated', 1],
		['NULs after the end', wire(1, 'f|octet|tsize|0||||'), 'bytes-after-end', 1],
	])('reads %s as far as it goes', (_name, bytes, code, options) => {
		const packet = decodeTftp(bytes);
		expect(packet).toMatchObject({ kind: 'rrq', filename: 'f', mode: 'octet', issues: [{ code }] });
		expect(packet.kind === 'rrq' && packet.options.length).toBe(options);
	});

	test('keeps the bytes of a name that is not UTF-8', () => {
		const bytes = parseHex('0001ff41006f6374657400');
		const packet = decodeTftp(bytes);
		expect(packet).toMatchObject({ filename: '\ufffdA', filenameBytes: Uint8Array.of(0xff, 0x41) });
		expect(encodeTftp(packet)).toEqual(bytes);
	});

	test('keeps repeated options and any spelling', () => {
		const bytes = wire(1, '/x|oCTet|BLKSIZE|8|blksize|9|');
		const packet = decodeTftp(bytes);
		expect(packet.kind === 'rrq' && packet.options.map((option) => option.name)).toEqual(['BLKSIZE', 'blksize']);
		expect(encodeTftp(packet)).toEqual(bytes);
	});

	test.each([
		['nothing', '', 'too-short'],
		['one byte', '00', 'too-short'],
		['an ACK of three bytes', '000400', 'too-short'],
		['a DATA of two bytes', '0003', 'too-short'],
		['operation 0', '00000000', 'unknown-opcode'],
		['operation 7', '00070000', 'unknown-opcode'],
		['operation 65535', 'ffff0000', 'unknown-opcode'],
		['a request without mode', '00016600', 'no-mode'],
		['a request without NUL', '000166', 'no-mode'],
		['a request of two bytes', '0001', 'no-mode'],
	])('refuses %s', (_name, hex, code) => {
		expect(() => decodeTftp(parseHex(hex))).toThrow(expect.objectContaining({ name: 'DecodeError', code }));
	});

	test('gives a packet or a DecodeError for any bytes', () => {
		const likely = fc
			.tuple(fc.integer({ min: 0, max: 7 }), fc.uint8Array({ maxLength: 60 }))
			.map(([opcode, rest]) => Uint8Array.from([0, opcode, ...rest]));
		fc.assert(
			fc.property(fc.oneof(likely, fc.uint8Array({ maxLength: 60 })), (bytes) => {
				try {
					decodeTftp(bytes);
				} catch (error) {
					expect(error).toBeInstanceOf(DecodeError);
				}
			}),
			{ numRuns: 2000 },
		);
	});
});

const byteText = (min: number) =>
	fc
		.array(fc.integer({ min: 1, max: 255 }), { minLength: min, maxLength: 20 })
		.map((codes) => String.fromCharCode(...codes));
const word = fc.integer({ min: 0, max: 0xffff });
const options = fc.array(fc.record({ name: byteText(1), value: byteText(0) }), { maxLength: 5 });
const anyPacket: fc.Arbitrary<TftpPacket> = fc.oneof(
	fc.record({
		kind: fc.constantFrom('rrq' as const, 'wrq' as const),
		// NUL ends a name, and U+FFFD stands for bytes that were not text: both are refused.
		filename: fc.string({ unit: 'grapheme', maxLength: 20 }).filter((name) => !/[\0\uFFFD]/.test(name)),
		mode: byteText(1),
		options,
	}),
	fc.record({ kind: fc.constant('data' as const), block: word, data: fc.uint8Array() }),
	fc.record({ kind: fc.constant('ack' as const), block: word }),
	fc.record({ kind: fc.constant('ack' as const), block: word, nextWindow: fc.integer({ min: 0, max: 255 }) }),
	fc.record({
		kind: fc.constant('error' as const),
		code: word,
		message: fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) }),
	}),
	fc.record({ kind: fc.constant('oack' as const), options }),
);

describe('encodeTftp', () => {
	test('is undone by decodeTftp', () => {
		fc.assert(
			fc.property(anyPacket, (packet) => {
				expect(decodeTftp(encodeTftp(packet))).toEqual(packet);
			}),
			{ numRuns: 1000 },
		);
	});

	test.each<[string, TftpPacket]>([
		['a block number over 65535', { kind: 'ack', block: 65536 }],
		['a negative block number', { kind: 'data', block: -1, data: new Uint8Array(1) }],
		['a block over 65464 bytes', { kind: 'data', block: 1, data: new Uint8Array(65465) }],
		['a window over 255', { kind: 'ack', block: 1, nextWindow: 256 }],
		['an error code over 65535', { kind: 'error', code: 70000, message: '' }],
		['an error text that is not ASCII', { kind: 'error', code: 0, message: 'nö' }],
		['NUL in an error text', { kind: 'error', code: 0, message: 'a\0b' }],
		['NUL in a name', { kind: 'rrq', filename: 'a\0b', mode: 'octet', options: [] }],
		[
			'NUL in the bytes of a name',
			{ kind: 'rrq', filename: '', filenameBytes: new Uint8Array(1), mode: 'octet', options: [] },
		],
		['a character that was replaced', { kind: 'rrq', filename: '\ufffd', mode: 'octet', options: [] }],
		['NUL in a value', { kind: 'oack', options: [{ name: 'a', value: '\0' }] }],
		['a wide character in a value', { kind: 'oack', options: [{ name: 'a', value: '\u0100' }] }],
		['an option without a name', { kind: 'oack', options: [{ name: '', value: '1' }] }],
		['a request over 512 bytes', { kind: 'rrq', filename: 'x'.repeat(505), mode: 'octet', options: [] }],
	])('refuses %s', (_name, packet) => {
		expect(() => encodeTftp(packet)).toThrow(EncodeError);
	});

	test('takes a request of exactly 512 bytes', () => {
		const packet: TftpPacket = { kind: 'rrq', filename: 'x'.repeat(503), mode: 'octet', options: [] };
		expect(encodeTftp(packet).length).toBe(512);
	});
});
