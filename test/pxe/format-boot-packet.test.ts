import { parseHex } from 'pxekit';
import { formatDhcp } from 'pxekit/dhcp';
import { encodeIpxeOptions, formatBootPacket } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';

const linesOf = (text: string, code: number) => {
	const lines = text.split('\n');
	const start = lines.findIndex((line) => line.startsWith(`  ${String(code).padStart(3)} `));
	const length = lines.slice(start + 1).findIndex((line) => !line.startsWith('      '));
	return lines.slice(start, length < 0 ? undefined : start + 1 + length).map((line) => line.trim());
};

/** What dnsmasq offered in a capture, with an entry for the local disk and a prompt added by hand. */
const menu = '060103 0807800001c0a84d02 0914800009426f6f742042494f530000054c6f63616c 0a09ff5072657373204638';

describe('option 43', () => {
	test('of a PXE client', () => {
		const packet = bootRequest({ vendorSpecificInformation: parseHex(`${menu} 470480008001 b50101 c801aa 090900 ff`) });
		expect(linesOf(formatBootPacket(packet), 43)).toEqual([
			'43 vendorSpecificInformation:',
			'6 discoveryControl: disableBroadcast, disableMulticast',
			'8 bootServers: 32768 (vendor use) 192.168.77.2',
			'9 bootMenu: 32768 (vendor use) "Boot BIOS", 0 (local boot) "Local"',
			'10 menuPrompt: "Press F8", show the menu and wait',
			'71 bootItem: 32768 (vendor use) layer 1, with credentials',
			'181 lcmNicOption: 01',
			'200 (no name): aa',
			'! vendorSpecificInformation[9] says 9 bytes, but 2 are left (truncated)',
		]);
	});

	test('of anybody else stays hexadecimal, and so it does in formatDhcp', () => {
		const options = { vendorSpecificInformation: parseHex('060108ff') };
		const other = bootRequest({ ...options, vendorClassIdentifier: 'MSFT 5.0' });
		expect(linesOf(formatBootPacket(other), 43)).toEqual(['43 vendorSpecificInformation: 060108ff']);
		expect(linesOf(formatDhcp(bootRequest(options)), 43)).toEqual(['43 vendorSpecificInformation: 060108ff']);
	});
});

test('option 82 by the names of its sub-options', () => {
	const packet = bootRequest({
		relayAgentInformation: [
			{ name: 'circuitId', value: Uint8Array.of(1) },
			{ name: 'linkSelection', value: '10.0.0.1' },
			{ code: 200, bytes: Uint8Array.of(2) },
		],
	});
	expect(linesOf(formatDhcp(packet), 82)).toEqual([
		'82 relayAgentInformation: circuitId 01, linkSelection "10.0.0.1", 200 02',
	]);
});

describe('secrets', () => {
	const names = ['scriptlet', 'username', 'password', 'reverseUsername', 'reversePassword'] as const;
	const block = encodeIpxeOptions({
		...Object.fromEntries(names.map((name, i) => [name, `hidden-${i}`])),
		key: new TextEncoder().encode('hidden-key'),
		version: '1.21.1',
		busId: { type: 1, vendor: 0x8086, device: 0x100e },
		200: new TextEncoder().encode('hidden-200'),
	});
	/** Of the text itself and of its hexadecimal form. */
	const shown = (text: string) => text.includes('hidden') || text.includes('68696464656e');

	test('of option 175 are not shown', () => {
		const text = formatBootPacket(bootRequest({ ipxeOptions: block }));
		expect(shown(text)).toBe(false);
		expect(linesOf(text, 175)).toContain('191 password: 8 bytes, not shown');
		expect(linesOf(text, 175)).toContain('235 version: 1.21.1');
		expect(linesOf(text, 175)).toContain('177 busId: PCI 8086:100e');
		expect(shown(formatDhcp(bootRequest({ ipxeOptions: block })))).toBe(false);
	});

	test('nor are they when the block is cut anywhere, or shifted', () => {
		for (let at = 0; at < block.length; at++) {
			for (const bytes of [block.subarray(0, at), block.subarray(at)]) {
				if (bytes.length === 0) continue;
				const text = formatBootPacket(bootRequest({ 175: bytes }));
				expect([at, shown(text)]).toEqual([at, false]);
			}
		}
	});

	test('of URIs are starred out', () => {
		const packet = bootRequest({ bootfileName: 'http://user:hidden@10.0.0.1/a' }, { file: 'ftp://u:hidden@h/b' });
		const text = formatBootPacket(packet);
		expect(shown(text)).toBe(false);
		expect(text).toContain('"http://user:***@10.0.0.1/a"');
		expect(text).toContain('"ftp://u:***@h/b"');
	});

	test('of option 90 are not shown', () => {
		const text = formatBootPacket(bootRequest({ 90: new TextEncoder().encode('hidden') }));
		expect(shown(text)).toBe(false);
	});
});
