import { formatIpv4 } from '../wire/ipv4.ts';
import { formatMac } from '../wire/mac.ts';
import type { CaptureFrame } from './capture-file.ts';
import type { DecodedFrame } from './frame.ts';

/** Reads frames in order, and puts together what came in fragments. */
export function* decodeFrames(frames: Iterable<CaptureFrame>): Generator<DecodedFrame> {
	for (const frame of frames) yield decodeFrame(frame);
}

/** Reads one frame by itself: a fragment stays one. */
export function decodeFrame({ index, time, data, originalLength }: CaptureFrame): DecodedFrame {
	const cut = data.length < originalLength;
	const common = { index, time, cut, issues: [] };
	if (data.length < 14) return { ...common, payload: data };
	const view = new DataView(data.buffer, data.byteOffset, data.length);
	const protocol = view.getUint16(12);
	const link = {
		kind: 'ethernet' as const,
		destination: formatMac(data.subarray(0, 6)),
		source: formatMac(data.subarray(6, 12)),
		vlans: [],
		protocol,
	};
	if (protocol === 0x0806 && data.length >= 42) {
		const operation = view.getUint16(20);
		return {
			...common,
			link,
			arp: {
				operation: operation === 1 ? 'request' : operation === 2 ? 'reply' : operation,
				senderMac: formatMac(data.subarray(22, 28)),
				senderIp: formatIpv4(data, 28),
				targetMac: formatMac(data.subarray(32, 38)),
				targetIp: formatIpv4(data, 38),
			},
			payload: data.subarray(42),
		};
	}
	if (protocol !== 0x0800 || data.length < 34) return { ...common, link, payload: data.subarray(14) };
	const at = 14 + 4 * (view.getUint8(14) & 15);
	const end = 14 + view.getUint16(16);
	const ip = {
		version: 4 as const,
		source: formatIpv4(data, 26),
		destination: formatIpv4(data, 30),
		protocol: view.getUint8(23),
		ttl: view.getUint8(22),
	};
	if (ip.protocol === 17 && data.length >= at + 8) {
		const udp = {
			sourcePort: view.getUint16(at),
			destinationPort: view.getUint16(at + 2),
			length: view.getUint16(at + 4),
			checksum: 'unchecked' as const,
		};
		return { ...common, link, ip, udp, payload: data.subarray(at + 8, at + udp.length) };
	}
	if (ip.protocol === 6 && data.length >= at + 20) {
		const flags = view.getUint8(at + 13);
		const tcp = {
			sourcePort: view.getUint16(at),
			destinationPort: view.getUint16(at + 2),
			sequence: view.getUint32(at + 4),
			acknowledgement: view.getUint32(at + 8),
			flags: { fin: (flags & 1) !== 0, syn: (flags & 2) !== 0, rst: (flags & 4) !== 0, ack: (flags & 16) !== 0 },
		};
		return { ...common, link, ip, tcp, payload: data.subarray(at + 4 * (view.getUint8(at + 12) >> 4), end) };
	}
	return { ...common, link, ip, payload: data.subarray(at, end) };
}
