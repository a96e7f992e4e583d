import { ipv4Text, macText } from './address-texts.ts';
import { addIssue, type FrameReading, hasHeader, u16 } from './frame-reading.ts';
import { etherType } from './ip-numbers.ts';

const packetLength = 28;

/** ARP for IPv4 over Ethernet (RFC 826); an issue names other kinds. */
export function readArp(reading: FrameReading, data: Uint8Array, at: number): void {
	if (!hasHeader(reading, 'the ARP packet', at, data.length, 8)) return;
	const hardware = u16(data, at);
	// 6 stands for all of IEEE 802.
	const ethernet = (hardware === 1 || hardware === 6) && u16(data, at + 4) === 0x0604;
	if (!ethernet || u16(data, at + 2) !== etherType.ipv4) {
		addIssue(reading, 'arp-kind', 'ARP that is not about IPv4 over Ethernet is not read', at);
		return;
	}
	if (!hasHeader(reading, 'the ARP packet', at, data.length, packetLength)) return;
	const operation = u16(data, at + 6);
	reading.arp = {
		operation: operation === 1 ? 'request' : operation === 2 ? 'reply' : operation,
		senderMac: macText(data, at + 8),
		senderIp: ipv4Text(data, at + 14),
		targetMac: macText(data, at + 18),
		targetIp: ipv4Text(data, at + 24),
	};
	reading.payload = data.subarray(at + packetLength);
	reading.cut = false;
}
