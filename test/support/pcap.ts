import { concatBytes } from '../../src/wire/bytes.ts';
import { Writer } from '../../src/wire/writer.ts';

/** A datagram to put into a capture. */
export interface CapturedDatagram {
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly payload: Uint8Array;
}

/** A pcap file of IPv4 packets without a link layer (LINKTYPE_RAW), for programs that read captures. */
export function pcapOf(datagrams: readonly CapturedDatagram[]): Uint8Array {
	const header = new Writer().u32(0xa1b2c3d4, '').u16(2, '').u16(4, '').zeros(8).u32(262144, '').u32(101, '').finish();
	return concatBytes([header, ...datagrams.map(recordOf)]);
}

function recordOf({ sourcePort, destinationPort, payload }: CapturedDatagram, index: number): Uint8Array {
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
	return new Writer().u32(index, '').u32(0, '').u32(packet.length, '').u32(packet.length, '').raw(packet).finish();
}
