import type { CaptureFrame } from '../files/capture-file.ts';
import { readArp } from './arp.ts';
import { type CopySearch, createCopySearch } from './copies.ts';
import type { DecodedFrame } from './frame.ts';
import { addIssue, type FrameReading, noIssues } from './frame-reading.ts';
import { type IpPart, readExtensions, readIpv4, readIpv6 } from './ip-layer.ts';
import { etherType } from './ip-numbers.ts';
import { readLink } from './link-layers.ts';
import { Reassembly, type ReassemblyLimits, type UnfinishedDatagram } from './reassembly.ts';
import { readTransport } from './transport-layer.ts';

/** Reads frames one after another, and remembers fragments until their datagram is whole. */
export interface FrameDecoder {
	/** Reads the next frame. The frame that completes a datagram has all of its payload; those before it have their own part. Throws nothing. */
	decode(frame: CaptureFrame): DecodedFrame;
	/** Datagrams of which fragments were seen and that are not whole: given up (the first 1000), or still waiting. */
	unfinished(): readonly UnfinishedDatagram[];
}

/**
 * A decoder for the frames of one capture, in order.
 *
 * @throws an `EncodeError` `out-of-range` for limits that are no whole numbers from 0 on
 * @example
 * ```ts
 * import { createFrameDecoder, encodeUdpFrames } from 'pxekit/capture';
 *
 * const [first] = encodeUdpFrames({
 *   source: { address: '10.0.0.1', port: 49152 },
 *   destination: { address: '10.0.0.9', port: 2070 },
 *   payload: new Uint8Array(4096),
 * });
 * const decoder = createFrameDecoder();
 * decoder.decode({ index: 1, time: 0n, linkType: 1, data: first!, originalLength: first!.length, interface: 0 });
 * const [lost] = decoder.unfinished();
 * lost?.reason; // => 'missing'
 * lost?.sourcePort; // => 49152
 * ```
 */
export function createFrameDecoder(limits?: ReassemblyLimits): FrameDecoder {
	const before: FramesBefore = { reassembly: new Reassembly(limits), copies: createCopySearch() };
	return {
		decode: (frame) => readFrame(frame, before),
		unfinished: () => before.reassembly.unfinished(),
	};
}

/**
 * Reads frames in order, and puts together what came in fragments. To learn what stayed incomplete, use {@link createFrameDecoder}.
 *
 * @example
 * ```ts
 * import { decodeFrames, encodeUdpFrames } from 'pxekit/capture';
 *
 * const frames = encodeUdpFrames({
 *   source: { address: '10.0.0.1', port: 49152 },
 *   destination: { address: '10.0.0.9', port: 2070 },
 *   payload: new Uint8Array(4096),
 * });
 * const decoded = [...decodeFrames(frames.map((data, i) => (
 *   { index: i + 1, time: 0n, linkType: 1, data, originalLength: data.length, interface: 0 }
 * )))];
 * decoded.map(({ udp }) => udp?.length); // => [undefined, undefined, 4104]
 * decoded[2]!.ip?.fragment?.frames; // => [1, 2, 3]
 * ```
 */
export function* decodeFrames(
	frames: Iterable<CaptureFrame>,
	limits?: ReassemblyLimits,
): Generator<DecodedFrame, void> {
	const decoder = createFrameDecoder(limits);
	for (const frame of frames) yield decoder.decode(frame);
}

/**
 * Reads one frame by itself: a fragment stays one. Throws nothing, whatever the bytes: what can't be read is absent, and `issues` says why.
 *
 * @example
 * ```ts
 * import { decodeFrame } from 'pxekit/capture';
 *
 * const data = new Uint8Array(10);
 * const { issues } = decodeFrame({ index: 1, time: 0n, linkType: 1, data, originalLength: 10, interface: 0 });
 * issues[0]?.message; // => 'the Ethernet header needs 14 bytes, but 10 are there'
 * ```
 */
export function decodeFrame(frame: CaptureFrame): DecodedFrame {
	return readFrame(frame, undefined);
}

/** What a decoder keeps of earlier frames. */
interface FramesBefore {
	readonly reassembly: Reassembly;
	readonly copies: CopySearch;
}

function readFrame(frame: CaptureFrame, before: FramesBefore | undefined): DecodedFrame {
	const { index, time, linkType, data, originalLength } = frame;
	const reading: FrameReading = { index, time, payload: data, cut: data.length < originalLength, issues: noIssues };
	const part = readLink(reading, linkType, data);
	if (part === undefined) return reading;
	const { link, carries, at } = part;
	reading.link = link;
	const copyOf = before?.copies.copyOf(index, time, carries, data, at);
	if (copyOf !== undefined) reading.copyOf = copyOf;
	const ip = readIpHeader(reading, carries, data, at);
	if (ip !== undefined) {
		readIp(reading, data, ip, before?.reassembly);
	} else {
		reading.payload = data.subarray(at);
		if (carries === etherType.arp) readArp(reading, data, at);
	}
	return reading;
}

function readIpHeader(reading: FrameReading, carries: number, data: Uint8Array, at: number): IpPart | undefined {
	if (carries === etherType.ipv4) return readIpv4(reading, data, at);
	if (carries === etherType.ipv6) return readIpv6(reading, data, at);
	return undefined;
}

function readIp(reading: FrameReading, data: Uint8Array, part: IpPart, reassembly: Reassembly | undefined): void {
	const { header, start, end, missing, addressSum, routed } = part;
	const { version, protocol } = header;
	reading.ip = header;
	reading.cut = reading.cut && missing > 0;
	if (header.fragment === undefined) {
		readTransport(reading, { version, protocol, bytes: data, start, end, missing, addressSum, routed });
		return;
	}
	reading.payload = data.subarray(start, end);
	if (reassembly !== undefined) readFragment(reading, part, reassembly);
}

function readFragment(reading: FrameReading, part: IpPart, reassembly: Reassembly): void {
	const { header, missing, addressSum, routed } = part;
	const { version, source, destination, protocol, fragment } = header;
	if (fragment === undefined) return;
	const { index: frame, time, payload: bytes } = reading;
	const outcome = reassembly.add({ version, source, destination, protocol, ...fragment, frame, time, bytes, missing });
	if (outcome === 'overlap') {
		addIssue(reading, 'fragment-overlap', 'fragments of this datagram contradict one another: none of it counts');
	} else if (outcome === 'wrong-length') {
		addIssue(
			reading,
			'fragment-length',
			'the fragment has no data, leads past 65535 bytes, or is no multiple of 8 bytes',
		);
	} else if (outcome !== 'waiting') {
		const whole =
			version === 4
				? { protocol, start: 0, routed: false }
				: readExtensions(reading, outcome.bytes, 0, outcome.bytes.length, outcome.protocol);
		reading.ip = { ...header, protocol: whole.protocol, fragment: { ...fragment, frames: outcome.frames } };
		reading.cut = outcome.missing > 0;
		readTransport(reading, {
			version,
			protocol: whole.protocol,
			bytes: outcome.bytes,
			start: whole.start,
			end: outcome.bytes.length,
			missing: outcome.missing,
			addressSum,
			routed: routed || whole.routed,
		});
	}
}
