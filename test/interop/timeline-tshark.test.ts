import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dhcpDifferences } from '../support/tshark-dhcp.ts';

const foreign = new URL('../../../shared/foreign/captures/', import.meta.url);
const own = new URL('../../fixtures/captures/', import.meta.url);

/** So many whole DHCP frames are in the files: fewer would mean that some are not looked at. */
const fewestFrames = 100;

/** Where we read otherwise, and why. A key is the beginning of a difference. */
const reasons: Readonly<Record<string, string>> = {
	'ntop_nDPI/tests__cfgs__default__pcap__dhcp-fuzz.pcapng frame 1: dhcp.option.dhcp ours other':
		'message type 106 is not one of DHCP',
	'ntop_nDPI/tests__cfgs__default__pcap__dhcp-fuzz.pcapng frame 1: dhcp.option.type':
		'option 60 says more bytes than are left; tshark lists it, we have it in the issues',
	'the-tcpdump-group_tcpdump/tests__bootp_asan.pcap frame 1: no event':
		'the first fragment of a datagram of which there is no more: it is not put together',
	'the-tcpdump-group_tcpdump/tests__bootp_asan-2.pcap frame 1: no event': 'the same',
	'the-tcpdump-group_tcpdump/tests__ieee802.11_htc.pcap frame 1: no event': '802.11 frames are not read',
};

function capturesIn(folder: URL): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.pcap(?:ng)?$/.test(name));
}

test('own captures, failures too: every DHCP frame is in one event, with the values that tshark reads', () => {
	const results = capturesIn(own).map((name) => dhcpDifferences(name, new URL(name, own).pathname));
	expect(results.flatMap(({ found }) => found)).toEqual([]);
	expect(results.every(({ frames }) => frames > 0)).toBe(true);
});

describe.skipIf(!existsSync(foreign))('others’ captures', () => {
	test('every DHCP frame is in one event, with the values that tshark reads', () => {
		const results = capturesIn(foreign).map((name) => dhcpDifferences(name, new URL(name, foreign).pathname));
		const found = results.flatMap((result) => result.found);
		const keys = Object.keys(reasons);
		expect(found.filter((line) => !keys.some((key) => line.startsWith(key)))).toEqual([]);
		expect(keys.filter((key) => !found.some((line) => line.startsWith(key)))).toEqual([]);
		const frames = results.reduce((sum, result) => sum + result.frames - result.cutFrames, 0);
		expect(frames).toBeGreaterThanOrEqual(fewestFrames);
	});
});
