import { formatHex, parseHex } from 'pxekit';
import { formatDhcp } from 'pxekit/dhcp';
import {
	type BsdpOptionsInit,
	bsdpOptionTable,
	decodeBsdpOptions,
	encodeBsdpOptions,
	formatBootPacket,
} from 'pxekit/pxe';
import { expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';

/** Bytes from the numbers in Apple's bsdp.h and the field types of Wireshark. */
const bothWays: [BsdpOptionsInit, string][] = [
	[{ messageType: 2 }, '010102'],
	[{ version: 0x0101 }, '02020101'],
	[{ serverIdentifier: '10.0.0.1' }, '03040a000001'],
	[{ serverPriority: 0x8000 }, '04028000'],
	[{ replyPort: 993 }, '050203e1'],
	[{ bootImageListPath: 'a' }, '060161'],
	[{ defaultBootImageId: { install: true, kind: 1, index: 0x1234 } }, '0704 8100 1234'],
	[{ selectedBootImageId: { install: false, kind: 127, index: 1 } }, '0804 7f00 0001'],
	[
		{
			bootImageList: [
				{ install: false, kind: 1, index: 4096, name: 'Lab' },
				{ install: true, kind: 2, index: 2, name: '' },
			],
		},
		'090d 0100 1000 03 4c6162 8200 0002 00',
	],
	[{ netBoot1Firmware: true }, '0a00'],
	[{ attributesFilterList: [0x0100, 0x8100] }, '0b04 0100 8100'],
	[{ messageSize: 1500 }, '0c0205dc'],
	[{ shadowMountPath: 'b' }, '800162'],
	[{ shadowFilePath: 'c' }, '810163'],
	[{ machineName: 'd' }, '820164'],
];

test.each(bothWays)('%j both ways', (init, hex) => {
	const compact = hex.replaceAll(' ', '');
	expect(formatHex(encodeBsdpOptions(init))).toBe(compact);
	expect(decodeBsdpOptions(parseHex(compact))).toMatchObject({ values: init, end: false, issues: [] });
});

test('every row has a vector', () => {
	const covered = bothWays.flatMap(([init]) => Object.keys(init));
	expect(bsdpOptionTable.map(({ name }) => name).filter((name) => !covered.includes(name))).toEqual([]);
});

test('an image list over 255 bytes is refused, and the image named', () => {
	const bootImageList = Array.from({ length: 26 }, (_, index) => ({ install: false, kind: 1, index, name: 'abcde' }));
	expect(encodeBsdpOptions({ bootImageList: bootImageList.slice(0, 25) }).length).toBe(252);
	expect(() => encodeBsdpOptions({ bootImageList })).toThrow(
		expect.objectContaining({ code: 'too-long', path: 'vendorSpecificInformation.bootImageList[25]' }),
	);
});

test.each([
	['reserved bits', '0704 8101 0001', 'reserved-bits'],
	['three bytes', '0703 8100 00', 'bad-length'],
	['a name that overruns', '0906 0100 0001 05 61', 'too-short'],
])('%s: the bytes stay under the number', (_, hex, code) => {
	const { values, issues } = decodeBsdpOptions(parseHex(hex));
	expect(Object.keys(values)).toEqual([String(Number.parseInt(hex.slice(0, 2), 16))]);
	expect(issues).toMatchObject([{ code }]);
});

test('is printed for Macs, without the password of the shadow disk', () => {
	const packet = bootRequest({
		vendorClassIdentifier: 'AAPLBSDPC/i386/MacBook1,1',
		vendorSpecificInformation: encodeBsdpOptions({ messageType: 1, shadowMountPath: 'afp://u:hidden@10.0.0.1/N' }),
	});
	const text = formatBootPacket(packet);
	expect(text).toContain('1 messageType: 1');
	expect(text).toContain('128 shadowMountPath: 25 bytes, not shown');
	expect(text).not.toContain('hidden');
	// Nor as hexadecimal, where the inside is not read.
	expect(formatDhcp(packet)).not.toContain('68696464656e');
});
