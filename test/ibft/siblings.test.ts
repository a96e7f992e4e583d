import { decodeAbft, decodeSbft, encodeAbft, encodeSbft, type SbftInit } from 'pxekit/ibft';
import { describe, expect, test } from 'vitest';

const sbft: SbftInit = {
	oemId: 'FENSYS',
	oemTableId: 'iPXE',
	scsi: { lun: '4752-3a4f-6b7e-2f99' },
	srp: { initiatorPortId: '00112233445566778899aabbccddeeff', targetPortId: 'ffeeddccbbaa99887766554433221100' },
	infiniBand: {
		sourceGid: 'fe80000000000000005452000012340a',
		destinationGid: 'fe80000000000000005452000012340b',
		serviceId: '0102030405060708',
		partitionKey: 0xffff,
	},
};

describe('sBFT', () => {
	const bytes = encodeSbft(sbft);

	test("has the size and the offsets of iPXE's", () => {
		const view = new DataView(bytes.buffer);
		expect(bytes.length).toBe(136);
		expect([36, 38, 40].map((at) => view.getUint16(at, true))).toEqual([48, 56, 88]);
		expect([...bytes.subarray(48, 56)]).toEqual([0x47, 0x52, 0x3a, 0x4f, 0x6b, 0x7e, 0x2f, 0x99]);
		expect([...bytes.subarray(120, 130)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0xff, 0xff]);
	});

	test('comes back as it was', () => {
		expect(decodeSbft(bytes)).toMatchObject({ ...sbft, signature: 'sBFT', length: 136, issues: [] });
	});

	test('a part outside the table is an issue', () => {
		const cut = bytes.slice();
		cut[40] = 200;
		const table = decodeSbft(cut);
		expect(table.issues.map(({ code, path }) => [code, path])).toContainEqual(['part-outside', 'infiniBand']);
		expect(table).not.toHaveProperty('infiniBand');
	});

	test.each(['aBFT', 'iBFT'])('%s is not an sBFT', (signature) => {
		const other = bytes.slice();
		other.set(new TextEncoder().encode(signature));
		expect(() => decodeSbft(other)).toThrow(expect.objectContaining({ name: 'DecodeError', code: 'bad-signature' }));
	});

	test('refuses identifiers of another length, and what is not hexadecimal', () => {
		expect(() => encodeSbft({ srp: { initiatorPortId: '00', targetPortId: '00' } })).toThrow(
			expect.objectContaining({ name: 'EncodeError', code: 'bad-length', path: 'srp.initiatorPortId' }),
		);
		expect(() => encodeSbft({ srp: { initiatorPortId: '00'.repeat(16), targetPortId: 'g0'.repeat(16) } })).toThrow(
			expect.objectContaining({ name: 'EncodeError', code: 'bad-hex', path: 'srp.targetPortId' }),
		);
	});
});

describe('aBFT', () => {
	test.each<[Parameters<typeof encodeAbft>[0], string]>([
		[{ major: 65536, minor: 0, mac: '52:54:00:12:34:56' }, 'out-of-range'],
		[{ major: 0, minor: 256, mac: '52:54:00:12:34:56' }, 'out-of-range'],
		[{ major: 0, minor: 0, mac: '52:54' }, 'bad-mac'],
	])('%o is refused', (init, code) => {
		expect(() => encodeAbft(init)).toThrow(expect.objectContaining({ name: 'EncodeError', code }));
	});

	test('45 bytes are too few', () => {
		const bytes = encodeAbft({ major: 1, minor: 2, mac: '52:54:00:12:34:56' });
		expect(() => decodeAbft(bytes.subarray(0, 45))).toThrow(
			expect.objectContaining({ name: 'DecodeError', code: 'too-short' }),
		);
	});
});
