import { concatBytes } from '../../src/wire/bytes.ts';
import { Writer } from '../../src/wire/writer.ts';

/** A datagram to put into a capture. */
export interface CapturedDatagram {
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly payload: Uint8Array;
}

/** A frame to put into a capture as it is. */
export interface RawFrame {
	readonly data: Uint8Array;
	/** When the capture is to have less than was on the wire. */
	readonly originalLength?: number | undefined;
}

/** A pcap file of frames of one link type, a second apart. */
export function pcapOfFrames(linkType: number, frames: readonly RawFrame[]): Uint8Array {
	const header = new Writer()
		.u32(0xa1b2c3d4, '')
		.u16(2, '')
		.u16(4, '')
		.zeros(8)
		.u32(262144, '')
		.u32(linkType, '')
		.finish();
	const records = frames.map(({ data, originalLength = data.length }, second) =>
		new Writer().u32(second, '').u32(0, '').u32(data.length, '').u32(originalLength, '').raw(data).finish(),
	);
	return concatBytes([header, ...records]);
}

/** A pcap file of IPv4 packets without a link layer (LINKTYPE_RAW), for programs that read captures. */
export function pcapOf(datagrams: readonly CapturedDatagram[]): Uint8Array {
	return pcapOfFrames(
		101,
		datagrams.map((datagram) => ({ data: packetOf(datagram) })),
	);
}

function packetOf({ sourcePort, destinationPort, payload }: CapturedDatagram): Uint8Array {
	const udpLength = 8 + payload.length;
	const packet = new Writer()
		// Version and header length, type of service, total length, id, flags; TTL, UDP, checksum (filled in below).
		.u16(0x4500, '')
		.u16(20 + udpLength, '')
		.u32(0, '')
		.u16(0x4011, '')
		.u16(0, '')
		.ipv4('10.0.0.1', '')
		.ipv4('10.0.0.2', '')
		.u16(sourcePort, '')
		.u16(destinationPort, '')
		.u16(udpLength, '')
		// No UDP checksum.
		.u16(0, '')
		.raw(payload)
		.finish();
	let sum = 0;
	for (let at = 0; at < 20; at += 2) sum += ((packet[at] as number) << 8) | (packet[at + 1] as number);
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
	packet.set([(~sum >> 8) & 0xff, ~sum & 0xff], 10);
	return packet;
}
