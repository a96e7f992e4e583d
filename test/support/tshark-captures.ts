import { execFile } from 'node:child_process';
import type { CaptureFile } from 'pxekit/capture';

/** What tshark tells of a frame. Custom blocks have no `encapsulation`: they have a number, and are no frames. */
export interface TsharkRow {
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

export interface TsharkReading {
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

export async function tsharkCapture(file: string): Promise<TsharkReading> {
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
export function captureByUs({ format, frames, interfaces }: CaptureFile): object[] {
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

export function captureByTshark(rows: readonly TsharkRow[]): object[] {
	const frames = rows.filter(({ encapsulation }) => encapsulation !== '');
	const places = placesOf(frames.map((row) => `${row.section}:${row.interface}`));
	return frames.map(({ section, encapsulation, ...row }, i) => ({ ...row, interface: places[i] }));
}

/** tshark 4.0 gives the interfaces of all sections the names of the first section's: names are compared where there is one section. */
export function withNames(frames: readonly object[], rows: readonly TsharkRow[]): unknown[] {
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
