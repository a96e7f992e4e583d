import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatHex } from 'pxekit';
import { readCapture, writePcap } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { madeFrames } from '../support/made-frames.ts';
import { frameDifferences, shortRow, tsharkFrames } from '../support/tshark-frames.ts';

// With PXEKIT_RECORD=frames, what tshark says of our captures and made frames is kept for the unit tests.
const recording = process.env.PXEKIT_RECORD === 'frames';

const root = new URL('../../', import.meta.url).pathname;
const own = join(root, 'fixtures/captures');
const foreign = join(root, '../shared/foreign/captures');

/** Paths of the captures in a folder. */
function capturesIn(folder: string): string[] {
	const names = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
	return names.filter((name) => /cap(ng)?$/.test(name) && statSync(join(folder, name)).isFile()).sort();
}

test('made frames, of every link type, are read as tshark reads them', () => {
	const folder = mkdtempSync(join(tmpdir(), 'pxekit-frames-'));
	const recorded: string[] = [];
	try {
		for (const linkType of new Set(madeFrames.map((frame) => frame.linkType))) {
			const made = madeFrames.filter((frame) => frame.linkType === linkType);
			const bytes = writePcap(made.map((frame, second) => ({ ...frame, time: BigInt(second) * 1_000_000_000n })));
			const file = join(folder, `${linkType}.pcap`);
			writeFileSync(file, bytes);
			const rows = tsharkFrames(file);
			expect(rows.length).toBe(made.length);
			expect({ linkType, differences: frameDifferences(readCapture(bytes).frames, rows) }).toEqual({
				linkType,
				differences: [],
			});
			made.forEach(({ name, data, originalLength }, i) => {
				recorded.push(JSON.stringify({ name, linkType, hex: formatHex(data), originalLength, tshark: rows[i] }));
			});
		}
		if (recording) writeFileSync(join(own, 'made-frames.jsonl'), `${recorded.join('\n')}\n`);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

describe('our captures', () => {
	const recorded: string[] = [];
	test.each(capturesIn(own))('%s', (name) => {
		const rows = tsharkFrames(join(own, name));
		const { frames } = readCapture(readFileSync(join(own, name)));
		expect(frames.length).toBe(rows.length);
		expect(frameDifferences(frames, rows)).toEqual([]);
		recorded.push(JSON.stringify({ capture: name, rows: rows.map(shortRow) }));
		if (recording) writeFileSync(join(own, 'frame-fields.jsonl'), `${recorded.join('\n')}\n`);
	});
});

/** Where we and tshark differ on purpose: the rest of each of these captures must agree. */
const known: Readonly<Record<string, readonly { readonly why: string; readonly frames: readonly string[] }[]>> = {
	'arkime_arkime/tests__pcap__arkime_synthetic.pcap': [
		{ why: 'NSH and MPLS are not followed', frames: ['307: ip ttl', '313: ip ttl', '315: ip ttl'] },
		{
			why: 'IP inside IP is not followed',
			frames: ['914: ip udp udpChecksum payload', '915: udp udpChecksum payload'],
		},
	],
	'ntop_nDPI/tests__cfgs__default__pcap__fuzz-2006-06-26-2594.pcap': [
		{
			why: 'tshark gives what stands behind the end that the UDP length tells of, a receiver does not',
			frames: ['95', '182', '208', '470', '622', '624', '630'].map((frame) => `${frame}: payload`),
		},
		{
			why: 'the hardware or protocol type of the ARP packet is damaged: tshark gives the parts that it can',
			frames: ['276', '330', '585', '586', '686'].map((frame) => `${frame}: arp`),
		},
		{ why: 'tshark gives the ports of a TCP header that is not whole', frames: ['86: tcp'] },
		{
			why: 'a first fragment that can never be put together: tshark reads it as if it were all',
			frames: ['642: udp udpChecksum payload'],
		},
		{ why: 'version 6 behind the EtherType of IPv4: a receiver throws it away', frames: ['669: ip ttl'] },
	],
	...Object.fromEntries(
		['bootp_asan', 'bootp_asan-2', 'dhcp6_reconf_asan'].map((name) => [
			`the-tcpdump-group_tcpdump/tests__${name}.pcap`,
			[
				{
					why: 'a first fragment that can never be put together: tshark reads it as if it were all',
					frames: ['1: udp udpChecksum payload'],
				},
			],
		]),
	),
	'the-tcpdump-group_tcpdump/tests__ieee802.11_htc.pcap': [
		{ why: 'link type 127, radiotap, is not read', frames: ['1: ip ttl udp udpChecksum payload'] },
	],
	'wireshark/tftp.pcap': [
		{ why: 'link type 6, token ring, is not read', frames: ['1: ip ttl udp udpChecksum payload'] },
	],
};

describe.skipIf(!existsSync(foreign))("others' captures", () => {
	test.each(capturesIn(foreign))('%s', (name) => {
		const rows = tsharkFrames(join(foreign, name));
		const { frames } = readCapture(readFileSync(join(foreign, name)));
		const expected = (known[name] ?? []).flatMap((row) => row.frames);
		expect(frameDifferences(frames, rows).sort()).toEqual([...expected].sort());
	});
});
