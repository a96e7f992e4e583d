import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCapture, writePcap, writePcapng } from 'pxekit/capture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	captureByTshark,
	captureByUs,
	type TsharkReading,
	type TsharkRow,
	tsharkCapture,
	withNames,
} from '../support/tshark-captures.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

const root = new URL('../../', import.meta.url);
const folders = ['fixtures/captures/', '../shared/foreign/captures/'].map((path) => fileURLToPath(new URL(path, root)));

const files = folders.filter(existsSync).flatMap((folder) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.(pcap|pcapng)$/.test(name))
		.sort()
		.map((name) => join(folder, name)),
);

/** Where we read otherwise, and why. */
const differences: Readonly<Record<string, { reason: string; change: (rows: TsharkRow[]) => TsharkRow[] }>> = {
	'tests__aoe-oobr-1.pcap': {
		reason: 'the record claims 32 bytes on the wire, and holds 34: what is there was on the wire',
		change: (rows) => rows.map((row) => ({ ...row, length: '34' })),
	},
};

describe.skipIf(!hasTshark)('captures as tshark reads them', () => {
	test.concurrent.each(files.map((file) => [relative(fileURLToPath(root), file), file]))('%s', async (name, file) => {
		const { rows, complaint } = await tsharkCapture(file);
		const capture = readCapture(new Uint8Array(readFileSync(file)));
		const { change = (same: TsharkRow[]) => same } = differences[name.split('/').at(-1) as string] ?? {};
		expect(capture.records).toBe(rows.length);
		expect(withNames(captureByUs(capture), rows)).toEqual(withNames(captureByTshark(change(rows)), rows));
		// Where tshark ends with a complaint, so do we.
		expect(capture.issues.length > 0 || capture.truncated).toBe(complaint !== '');
	});
});

describe.skipIf(!hasTshark)('files that we write', () => {
	let folder: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'pxekit-captures-'));
	});
	afterAll(() => {
		rmSync(folder, { recursive: true, force: true });
	});

	let written = 0;

	function readBack(bytes: Uint8Array, name = `written-${++written}`): Promise<TsharkReading> {
		const file = join(folder, name);
		writeFileSync(file, bytes);
		return tsharkCapture(file);
	}

	test.concurrent.each(files.map((file) => [relative(fileURLToPath(root), file), file]))('%s', async (_name, file) => {
		const capture = readCapture(new Uint8Array(readFileSync(file)));
		const frames = capture.frames.map((frame, i) => ({ ...frame, index: i + 1 }));
		const pcapng = await readBack(
			writePcapng({ ...capture, frames: frames.map((frame) => ({ ...frame, time: frame.time ?? 0n })) }),
		);
		expect(pcapng.complaint).toBe('');
		const timed = frames.map((frame) => ({ ...frame, time: frame.time ?? 0n }));
		expect(captureByTshark(pcapng.rows)).toEqual(captureByUs({ ...capture, format: 'pcapng', frames: timed }));
		if (new Set(frames.map(({ linkType }) => linkType)).size > 1) {
			expect(() => writePcap(timed)).toThrow(expect.objectContaining({ code: 'mixed-link-types' }));
			return;
		}
		const pcap = await readBack(writePcap(timed));
		expect(pcap.complaint).toBe('');
		const bare = timed.map(({ comments, ...frame }) => ({ ...frame, interface: 0 }));
		expect(captureByTshark(pcap.rows)).toEqual(captureByUs({ ...capture, format: 'pcap', frames: bare }));
	});

	test('interfaces, comments, nanoseconds and frames without a time', async () => {
		const data = Uint8Array.of(1, 2, 3, 4, 5);
		const { rows, complaint } = await readBack(
			writePcapng({
				comments: ['of the file'],
				interfaces: [
					{ name: 'eth0', comments: ['of the interface'] },
					{ name: 'any', linkType: 276, description: 'cooked' },
				],
				frames: [
					{ time: 1_700_000_000_123_456_789n, data, originalLength: 60, comments: ['one', 'zwölf'] },
					{ time: 0xffff_ffff_ffff_ffffn, data, interface: 1 },
					{ time: undefined, data },
				],
			}),
			'described',
		);
		expect(complaint).toBe('');
		expect(rows.map(({ time, length, interfaceName, comments }) => [time, length, interfaceName, comments])).toEqual([
			['1700000000.123456789', '60', 'eth0', 'one|zwölf'],
			['18446744073.709551615', '5', 'any', ''],
			['', '5', 'eth0', ''],
		]);
		const info = spawnSync('capinfos', [join(folder, 'described')], { encoding: 'utf8' }).stdout;
		for (const text of [
			'of the file',
			'Name = eth0',
			'Name = any',
			'Description = cooked',
			'Time precision = nanoseconds (9)',
		]) {
			expect(info).toContain(text);
		}
	});
});

describe.skipIf(!hasTshark)('formats that other programs write', () => {
	const source = fileURLToPath(new URL('fixtures/captures/ovmf_http-boot.pcap', root));
	const expected = readCapture(new Uint8Array(readFileSync(source)));

	test.each(['pcap', 'nsecpcap', 'pcapng', 'modpcap'])('editcap -F %s', (format) => {
		const folder = mkdtempSync(join(tmpdir(), 'pxekit-captures-'));
		try {
			const file = join(folder, 'converted');
			expect(spawnSync('editcap', ['-F', format, source, file]).status).toBe(0);
			const { frames, issues, truncated } = readCapture(new Uint8Array(readFileSync(file)));
			expect({ issues, truncated }).toEqual({ issues: [], truncated: false });
			expect(frames.map(({ comments, ...frame }) => frame)).toEqual(expected.frames);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});
