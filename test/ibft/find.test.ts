import { encodeAbft, encodeIbft, encodeNbft, encodeSbft, findBootTables } from 'pxekit/ibft';
import { describe, expect, test } from 'vitest';
import { cpuMilliseconds } from '../support/cpu-time.ts';
import { genuineTables } from './fixtures.ts';
import { plain } from './table.ts';

const ibft = encodeIbft(plain);
const abft = encodeAbft({ major: 1, minor: 0, mac: '52:54:00:12:34:56' });

function memoryWith(tables: Readonly<Record<number, Uint8Array>>, size = 0x10_0000): Uint8Array {
	const memory = new Uint8Array(size);
	for (const [at, table] of Object.entries(tables)) memory.set(table, Number(at));
	return memory;
}

test('all four kinds, in order of address', () => {
	const memory = memoryWith({
		648736: genuineTables[1]?.bytes as Uint8Array,
		651264: abft,
		917504: encodeSbft({ scsi: { lun: '0' } }),
		983056: encodeNbft({}),
	});
	expect(findBootTables(memory).map(({ signature, address }) => [signature, address])).toEqual([
		['iBFT', 0x9_e620],
		['aBFT', 0x9_f000],
		['sBFT', 0xe_0000],
		['NBFT', 0xf_0010],
	]);
	expect(findBootTables(memory)[0]?.bytes).toEqual(genuineTables[1]?.bytes);
});

test.each(['iBFT', 'IBFT', 'BIFT'] as const)('an iBFT that begins with %s, right behind the VGA card', (signature) => {
	const table = encodeIbft({ ...plain, signature });
	expect(findBootTables(memoryWith({ 786432: table }))).toEqual([{ signature, address: 0xc_0000, bytes: table }]);
});

describe('not found', () => {
	const damaged = ibft.slice();
	damaged[100] = (damaged[100] as number) + 1;
	const tooLong = ibft.slice();
	new DataView(tooLong.buffer).setUint32(4, 0xffff_ffff, true);
	test.each([
		['a wrong checksum', 0x9_0000, damaged],
		['a length past the memory', 0x9_0000, tooLong],
		['the first byte of the VGA card', 0xa_0000, ibft],
		['the last step of the VGA card', 0xb_fff0, ibft],
		['between the steps', 0x9_0008, ibft],
	])('%s', (_, at, table) => {
		expect(findBootTables(memoryWith({ [at]: table }))).toEqual([]);
	});
});

test('between the steps with a step of 1, and in regions with addresses', () => {
	expect(findBootTables(memoryWith({ 589832: ibft }), { step: 1 })).toHaveLength(1);
	const regions = [
		{ address: 0x8_0008, bytes: memoryWith({ 8: ibft }, 1000) },
		{ address: 0x7ffe_0000, bytes: memoryWith({ 4096: abft }, 0x2000) },
	];
	expect(findBootTables(regions).map(({ address }) => address)).toEqual([0x8_0010, 0x7ffe_1000]);
});

test('memory full of signatures takes no long time', () => {
	const memory = new Uint8Array(1 << 22);
	const view = new DataView(memory.buffer);
	for (let at = 0; at + 36 < memory.length; at += 16) {
		memory.set([0x69, 0x42, 0x46, 0x54], at);
		view.setUint32(at + 4, memory.length - at - 1, true);
	}
	const start = cpuMilliseconds();
	findBootTables(memory);
	expect(cpuMilliseconds() - start).toBeLessThan(5000);
});
