import { type DecodedFrame, decodeFrames, type Endpoint, readCapture } from 'pxekit/capture';

/** One UDP datagram of a capture. */
export interface CapturedDatagram {
	/** Number as Wireshark counts, from 1. */
	readonly frame: number;
	/** Milliseconds since the first frame. */
	readonly time: number;
	readonly fromMac: string;
	readonly toMac: string;
	readonly from: Endpoint;
	readonly to: Endpoint;
	readonly bytes: Uint8Array;
}

/** The UDP datagrams over IPv4 of a capture of Ethernet frames. */
export function udpOf(file: Uint8Array): CapturedDatagram[] {
	const frames = decoded(file);
	const start = frames[0]?.time ?? 0n;
	return frames.flatMap(({ index, time = start, link, ip, udp, payload }) => {
		if (!udp || ip?.version !== 4) return [];
		return [
			{
				frame: index,
				time: Number(time - start) / 1e6,
				fromMac: link?.source ?? '',
				toMac: link?.destination ?? '',
				from: { address: ip.source, port: udp.sourcePort },
				to: { address: ip.destination, port: udp.destinationPort },
				bytes: payload,
			},
		];
	});
}

/** What TCP segments carried, by frame, for segments that are whole in one frame. */
export function tcpPayloadsOf(file: Uint8Array): { frame: number; text: string }[] {
	return decoded(file).flatMap(({ index, tcp, payload }) =>
		tcp && payload.length > 0 ? [{ frame: index, text: String.fromCharCode(...payload.subarray(0, 4096)) }] : [],
	);
}

function decoded(file: Uint8Array): DecodedFrame[] {
	return [...decodeFrames(readCapture(file).frames)];
}
