import { parseHex } from 'pxekit';
import { decodeFrame, decodeFrames, readCapture } from 'pxekit/capture';
import { expect, test } from 'vitest';
import { fixtureBytes, fixtureRows } from '../../support/fixtures.ts';
import { madeFrames } from '../../support/made-frames.ts';
import { type FrameRow, rowOfDecoded, shortRow } from '../../support/tshark-frames.ts';

interface RecordedFrame {
	readonly name: string;
	readonly linkType: number;
	readonly hex: string;
	readonly originalLength: number;
	readonly tshark: FrameRow;
}

const recorded = fixtureRows<RecordedFrame>('captures/made-frames.jsonl');

test('made frames are read as tshark read them', () => {
	for (const linkType of new Set(recorded.map((row) => row.linkType))) {
		const rows = recorded.filter((row) => row.linkType === linkType);
		const frames = rows.map(({ hex, originalLength }, i) => ({
			index: i + 1,
			time: BigInt(i) * 1_000_000_000n,
			linkType,
			data: parseHex(hex),
			originalLength,
			interface: 0,
		}));
		const decoded = [...decodeFrames(frames)].map((frame, i) => ({ name: rows[i]?.name, row: rowOfDecoded(frame) }));
		expect(decoded).toEqual(rows.map(({ name, tshark }) => ({ name, row: tshark })));
	}
});

test('the makers still give the frames that tshark was shown', () => {
	const made = madeFrames.map(({ name, data }) => [name, Buffer.from(data).toString('hex')]);
	expect(made).toEqual(recorded.map(({ name, hex }) => [name, hex]));
});

test.each(fixtureRows<{ capture: string; rows: FrameRow[] }>('captures/frame-fields.jsonl'))(
	'$capture: every frame as tshark read it',
	({ capture, rows }) => {
		const { frames } = readCapture(fixtureBytes(`captures/${capture}`));
		expect([...decodeFrames(frames)].map((frame) => shortRow(rowOfDecoded(frame)))).toEqual(rows);
	},
);

const linkTypes = new Map(recorded.map(({ linkType, name, hex }) => [`${linkType} ${name}`, { linkType, hex }]));

/** Fields that tshark has no one word for. */
test.each([
	['0 loopback, little-endian', { kind: 'loopback', vlans: [], protocol: 0x0800 }],
	['101 raw IPv6', { kind: 'raw', vlans: [], protocol: 0x86dd }],
	[
		'113 cooked',
		{ kind: 'linux-cooked', source: '52:54:00:12:34:56', vlans: [], protocol: 0x0800, direction: 'to-us' },
	],
	[
		'113 cooked, sent by us',
		{ kind: 'linux-cooked', source: '52:54:00:12:34:56', vlans: [], protocol: 0x86dd, direction: 'from-us' },
	],
	[
		'276 cooked 2, sent by us',
		{ kind: 'linux-cooked-2', source: '52:54:00:12:34:56', vlans: [], protocol: 0x86dd, direction: 'from-us' },
	],
])('%s: the link header', (name, link) => {
	const { linkType, hex } = linkTypes.get(name) as { linkType: number; hex: string };
	const data = parseHex(hex);
	expect(decodeFrame({ index: 1, time: 0n, linkType, data, originalLength: data.length, interface: 0 }).link).toEqual(
		link,
	);
});
