import { DecodeError } from '../wire/errors.ts';
import type { CaptureFile, CaptureFrame } from './capture-file.ts';

const fileHeader = 24;
const recordHeader = 16;
const nanosecondsPerSecond = 1_000_000_000n;

/** The classic format, libpcap sf-pcap.c. */
export function readPcap(bytes: Uint8Array): CaptureFile {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const order = [true, false].find((little) => [0xa1b2c3d4, 0xa1b23c4d].includes(view.getUint32(0, little)));
	if (order === undefined || bytes.length < fileHeader) throw new DecodeError('not-a-capture', 'not a pcap file', {});
	const nanoseconds = view.getUint32(0, order) === 0xa1b23c4d;
	const linkType = view.getUint32(20, order) & 0xffff;
	const frames: CaptureFrame[] = [];
	let at = fileHeader;
	for (; at + recordHeader <= bytes.length; ) {
		const fraction = BigInt(view.getUint32(at + 4, order)) * (nanoseconds ? 1n : 1000n);
		const length = view.getUint32(at + 8, order);
		const start = at + recordHeader;
		if (start + length > bytes.length) break;
		frames.push({
			index: frames.length + 1,
			time: BigInt(view.getUint32(at, order)) * nanosecondsPerSecond + fraction,
			linkType,
			data: bytes.subarray(start, start + length),
			originalLength: view.getUint32(at + 12, order),
			interface: 0,
		});
		at = start + length;
	}
	const ticksPerSecond = nanoseconds ? nanosecondsPerSecond : 1_000_000n;
	const snapLength = view.getUint32(16, order);
	return {
		format: 'pcap',
		interfaces: [{ linkType, snapLength, ticksPerSecond, timeOffset: 0n, checkSequenceLength: 0 }],
		frames,
		truncated: at !== bytes.length,
		comments: [],
		issues: [],
	};
}
