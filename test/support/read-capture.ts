import { formatIpv4, formatMac } from 'pxekit';

/** One UDP datagram of a capture. */
export interface CapturedDatagram {
	/** Number as Wireshark counts, from 1. */
	readonly frame: number;
	/** Milliseconds since the first frame. */
	readonly time: number;
	readonly fromMac: string;
	readonly toMac: string;
	readonly from: { readonly address: string; readonly port: number };
	readonly to: { readonly address: string; readonly port: number };
	readonly bytes: Uint8Array;
}

/** The UDP datagrams over IPv4 of a classic pcap file of Ethernet frames in little-endian order, not fragmented. */
export function udpOf(file: Uint8Array): CapturedDatagram[] {
	return framesOf(file).flatMap(({ frame, time, data }) => {
		const view = new DataView(data.buffer, data.byteOffset, data.length);
		if (data.length < 42 || view.getUint16(12) !== 0x0800 || view.getUint8(23) !== 17) return [];
		const ip = data.subarray(14);
		const udp = data.subarray(14 + 4 * ((ip[0] as number) & 15));
		const ports = new DataView(udp.buffer, udp.byteOffset, udp.length);
		return [
			{
				frame,
				time,
				toMac: formatMac(data.subarray(0, 6)),
				fromMac: formatMac(data.subarray(6, 12)),
				from: { address: formatIpv4(ip, 12), port: ports.getUint16(0) },
				to: { address: formatIpv4(ip, 16), port: ports.getUint16(2) },
				bytes: udp.subarray(8, ports.getUint16(4)),
			},
		];
	});
}

/** What TCP segments carried, by frame, for segments that are whole in one frame. */
export function tcpPayloadsOf(file: Uint8Array): { frame: number; text: string }[] {
	return framesOf(file).flatMap(({ frame, data }) => {
		if (data.length < 54 || data[12] !== 8 || data[13] !== 0 || data[23] !== 6) return [];
		const ip = data.subarray(14);
		const headerLength = 4 * ((ip[0] as number) & 15);
		const tcp = ip.subarray(headerLength, ((ip[2] as number) << 8) | (ip[3] as number));
		const payload = tcp.subarray(4 * ((tcp[12] as number) >> 4));
		return payload.length > 0 ? [{ frame, text: String.fromCharCode(...payload.subarray(0, 4096)) }] : [];
	});
}

function framesOf(file: Uint8Array): { frame: number; time: number; data: Uint8Array }[] {
	const view = new DataView(file.buffer, file.byteOffset, file.length);
	const magic = view.getUint32(0, true);
	if (magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) throw new Error('not a little-endian pcap file');
	const perMillisecond = magic === 0xa1b2c3d4 ? 1e3 : 1e6;
	const frames: { frame: number; time: number; data: Uint8Array }[] = [];
	for (let at = 24; at + 16 <= file.length; ) {
		const time = view.getUint32(at, true) * 1000 + view.getUint32(at + 4, true) / perMillisecond;
		const length = view.getUint32(at + 8, true);
		frames.push({ frame: frames.length + 1, time, data: file.subarray(at + 16, at + 16 + length) });
		at += 16 + length;
	}
	const start = frames[0]?.time ?? 0;
	return frames.map((row) => ({ ...row, time: row.time - start }));
}
