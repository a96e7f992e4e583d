import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CaptureFile, readCapture, writePcap, writePcapng } from 'pxekit/capture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

/** What tshark tells of a frame. Custom blocks have no `encapsulation`: they have a number, and are no frames. */
interface TsharkRow {
	readonly number: string;
	readonly time: string;
	readonly captured: string;
	readonly length: string;
	readonly interface: string;
	readonly interfaceName: string;
	readonly section: string;
	readonly encapsulation: string;
	readonly comments: string;
	readonly bytes: string;
}

interface TsharkLayers {
	readonly frame_raw: readonly [string];
	readonly frame: Readonly<Record<string, string>> & {
		readonly 'frame.interface_id_tree'?: { readonly 'frame.interface_name'?: string };
	};
	readonly pkt_comment?: { readonly 'frame.comment': string | readonly string[] };
}

interface TsharkReading {
	readonly rows: TsharkRow[];
	readonly complaint: string;
}

/** What tshark prints; of a damaged file, at which it ends with an error, as far as it reads it. */
function printed(file: string): Promise<{ stdout: string; stderr: string }> {
	const options = ['--no-duplicate-keys', '-T', 'json', '-x', '-J', 'frame pkt_comment'];
	return new Promise((resolve) => {
		execFile('tshark', ['-n', '-r', file, ...options], { maxBuffer: 1 << 29 }, (_, stdout, stderr) =>
			resolve({ stdout, stderr }),
		);
	});
}

async function tshark(file: string): Promise<TsharkReading> {
	const { stdout, stderr } = await printed(file);
	const packets = JSON.parse(stdout || '[]') as { _source: { layers: TsharkLayers } }[];
	const rows = packets.map(({ _source: { layers } }): TsharkRow => {
		const { frame, frame_raw, pkt_comment } = layers;
		return {
			number: frame['frame.number'] ?? '',
			time: frame['frame.time_epoch'] ?? '',
			captured: frame['frame.cap_len'] ?? '',
			length: frame['frame.len'] ?? '',
			interface: frame['frame.interface_id'] ?? '',
			interfaceName: (frame['frame.interface_id_tree']?.['frame.interface_name'] ?? '').replace(/^unknown$/, ''),
			section: frame['frame.section_number'] ?? '',
			encapsulation: frame['frame.encap_type'] ?? '',
			comments: [pkt_comment?.['frame.comment'] ?? []].flat().join('|'),
			bytes: frame_raw[0],
		};
	});
	return { rows, complaint: /The file .* (?:appears|isn't|has been|contains)[^.]*/.exec(stderr)?.[0] ?? '' };
}

/** The same of our frames; interfaces by their place among those that have frames, which is all that tshark's numbers by section share with ours. */
function ours({ format, frames, interfaces }: CaptureFile): object[] {
	const places = placesOf(frames.map((frame) => String(frame.interface)));
	return frames.map((frame, i) => ({
		number: String(frame.index),
		time: frame.time === undefined ? '' : epoch(frame.time),
		captured: String(frame.data.length),
		length: String(frame.originalLength),
		interface: places[i],
		interfaceName: format === 'pcap' ? '' : (interfaces[frame.interface]?.name ?? ''),
		comments: (frame.comments ?? []).join('|'),
		bytes: Buffer.from(frame.data).toString('hex'),
	}));
}

function theirs(rows: readonly TsharkRow[]): object[] {
	const frames = rows.filter(({ encapsulation }) => encapsulation !== '');
	const places = placesOf(frames.map((row) => `${row.section}:${row.interface}`));
	return frames.map(({ section, encapsulation, ...row }, i) => ({ ...row, interface: places[i] }));
}

/** tshark 4.0 gives the interfaces of all sections the names of the first section's: names are compared where there is one section. */
function withNames(frames: readonly object[], rows: readonly TsharkRow[]): unknown[] {
	const oneSection = rows.every(({ section }) => section === '' || section === '1');
	return oneSection ? [...frames] : frames.map((frame) => ({ ...frame, interfaceName: '' }));
}

function placesOf(keys: readonly string[]): number[] {
	const seen = [...new Set(keys)];
	return keys.map((key) => seen.indexOf(key));
}

function epoch(time: bigint): string {
	const fraction = (time % 1_000_000_000n).toString().padStart(9, '0');
	return `${time / 1_000_000_000n}.${fraction}`;
}

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
		const { rows, complaint } = await tshark(file);
		const capture = readCapture(new Uint8Array(readFileSync(file)));
		const { change = (same: TsharkRow[]) => same } = differences[name.split('/').at(-1) as string] ?? {};
		expect(capture.records).toBe(rows.length);
		expect(withNames(ours(capture), rows)).toEqual(withNames(theirs(change(rows)), rows));
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
		return tshark(file);
	}

	test.concurrent.each(files.map((file) => [relative(fileURLToPath(root), file), file]))('%s', async (_name, file) => {
		const capture = readCapture(new Uint8Array(readFileSync(file)));
		const frames = capture.frames.map((frame, i) => ({ ...frame, index: i + 1 }));
		const pcapng = await readBack(
			writePcapng({ ...capture, frames: frames.map((frame) => ({ ...frame, time: frame.time ?? 0n })) }),
		);
		expect(pcapng.complaint).toBe('');
		const timed = frames.map((frame) => ({ ...frame, time: frame.time ?? 0n }));
		expect(theirs(pcapng.rows)).toEqual(ours({ ...capture, format: 'pcapng', frames: timed }));
		if (new Set(frames.map(({ linkType }) => linkType)).size > 1) {
			expect(() => writePcap(timed)).toThrow(expect.objectContaining({ code: 'mixed-link-types' }));
			return;
		}
		const pcap = await readBack(writePcap(timed));
		expect(pcap.complaint).toBe('');
		const bare = timed.map(({ comments, ...frame }) => ({ ...frame, interface: 0 }));
		expect(theirs(pcap.rows)).toEqual(ours({ ...capture, format: 'pcap', frames: bare }));
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
