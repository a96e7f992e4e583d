import { DecodeError, decodeIbft, encodeIbft, Secret } from 'pxekit/ibft';
import { describe, expect, test } from 'vitest';
import { cpuMilliseconds } from '../support/cpu-time.ts';
import { changed, plain, withChecksum } from './table.ts';

const codes = (table: { readonly issues: readonly { readonly code: string }[] }) =>
	table.issues.map(({ code }) => code);

describe('a DecodeError', () => {
	test.each<[string, Uint8Array, string]>([
		['nothing', new Uint8Array(), 'too-short'],
		['half a header', encodeIbft(plain).subarray(0, 35), 'too-short'],
		['no control structure', encodeIbft(plain).subarray(0, 65), 'too-short'],
		['another signature', encodeIbft(plain).fill(0x58, 0, 4), 'bad-signature'],
		['a control structure with id 2', encodeIbft(plain).fill(2, 48, 49), 'no-control'],
	])('%s', (_, bytes, code) => {
		expect(() => decodeIbft(bytes)).toThrow(expect.objectContaining({ name: 'DecodeError', code }));
	});

	test('has the place', () => {
		try {
			decodeIbft(encodeIbft(plain).fill(2, 48, 49));
		} catch (error) {
			expect(error).toBeInstanceOf(DecodeError);
			expect(error).toMatchObject({ offset: 48, path: 'control.id' });
		}
		expect.assertions(2);
	});
});

// The plain table: control at 48, initiator at 72, NIC at 152, target at 256.
describe('oddities are issues with offset and path', () => {
	test.each<[string, Record<number, number>, { code: string; offset: number; path: string }]>([
		['a pointer past the end', { 59: 0x7f }, { code: 'pointer-past-end', offset: 58, path: 'control.nic0' }],
		[
			'a NIC where the target should be',
			{ 60: 152, 61: 0 },
			{ code: 'shared-structure', offset: 60, path: 'control.target0' },
		],
		['an unknown id', { 152: 77 }, { code: 'unknown-structure', offset: 152, path: 'control.nic0' }],
		['a wrong length', { 154: 100 }, { code: 'structure-length', offset: 154, path: 'nics[0].length' }],
		['text outside', { 145: 0xff }, { code: 'text-past-end', offset: 142, path: 'initiator.name' }],
		['no NUL after a text', { 142: 20 }, { code: 'no-nul', offset: 332, path: 'initiator.name' }],
		['length without offset', { 144: 0, 145: 0 }, { code: 'text-without-offset', offset: 142, path: 'initiator.name' }],
		['a NUL inside a text', { 315: 0 }, { code: 'nul-in-text', offset: 315, path: 'initiator.name' }],
		['what is no UTF-8', { 315: 0xff }, { code: 'not-utf8', offset: 312, path: 'initiator.name' }],
	])('%s', (_, changes, issue) => {
		expect(changed(changes).issues).toContainEqual(expect.objectContaining(issue));
	});

	test('the end of the table is the end of reading', () => {
		const bytes = encodeIbft(plain);
		const more = new Uint8Array(bytes.length + 64).fill(0x41);
		more.set(bytes);
		const table = decodeIbft(more);
		expect(codes(table)).toEqual(['trailing-bytes']);
		expect(table.bytes).toEqual(bytes);
	});

	test('a table that is cut off keeps what is there', () => {
		const table = decodeIbft(encodeIbft(plain).subarray(0, 300));
		expect(codes(table)).toEqual(['truncated', 'bad-checksum', 'text-past-end', 'structure-past-end']);
		expect(table.nics).toHaveLength(1);
		expect(table.others).toMatchObject([{ slot: 'control.target0', id: 4 }]);
	});
});

test('both ways to write no address', () => {
	const zero = decodeIbft(encodeIbft(plain));
	const mapped = decodeIbft(encodeIbft(plain, { layout: 'edk2' }));
	expect(zero.nics[0]?.place?.bytes.subarray(24, 40)).toEqual(new Uint8Array(16));
	expect(mapped.nics[0]?.place?.bytes.subarray(34, 36)).toEqual(Uint8Array.of(0xff, 0xff));
	expect([zero.nics[0]?.gateway, mapped.nics[0]?.gateway]).toEqual([undefined, undefined]);
});

test('15 and 16 both mean unchanged', () => {
	expect([15, 16, 3, 200].map((code) => changed({ 175: code }).nics[0]?.origin)).toEqual([
		'unchanged',
		'unchanged',
		'dhcp',
		200,
	]);
});

test('secrets do not come out by accident', () => {
	const chap = { chapName: 'me', chapSecret: new Secret('very secret') };
	const table = decodeIbft(encodeIbft({ ...plain, targets: [{ ...plain.targets?.[0], ...chap }] }));
	expect(table.targets[0]?.chapSecret?.reveal()).toBe('very secret');
	expect(JSON.stringify({ ...table, bytes: undefined })).not.toContain('very secret');
});

test('a table made to cost time', () => {
	// As many pointers as fit, each to a target of its own, each with five texts over the whole table.
	const bytes = new Uint8Array(0xffff);
	const view = new DataView(bytes.buffer);
	bytes.set(encodeIbft(plain).subarray(0, 66));
	view.setUint32(4, bytes.length, true);
	const pointers = 1000;
	view.setUint16(50, 18 + 2 * pointers, true);
	for (let n = 0; n < pointers; n++) {
		const at = 4096 + n * 56;
		view.setUint16(66 + 2 * n, at, true);
		bytes.set([4, 1, 54, 0, n & 0xff, 3], at);
		for (const field of [34, 38, 42, 46, 50]) {
			view.setUint16(at + field, 60_000, true);
			view.setUint16(at + field + 2, 1, true);
		}
	}
	withChecksum(bytes);
	const start = cpuMilliseconds();
	const table = decodeIbft(bytes);
	expect(cpuMilliseconds() - start).toBeLessThan(2000);
	expect(codes(table)).toContain('too-many-structures');
	expect(codes(table)).toContain('too-much-text');
});
