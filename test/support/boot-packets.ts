import { type DhcpOptionsRecord, type DhcpPacket, type DhcpPacketInit, decodeDhcp, encodeDhcp } from 'pxekit/dhcp';

/** A boot client's packet, as it looks after it crossed the wire. */
export function bootRequest(options: DhcpOptionsRecord = {}, fields: Partial<DhcpPacketInit> = {}): DhcpPacket {
	return decodeDhcp(bootRequestBytes(options, fields));
}

/** The same as bytes. A DISCOVER of x64 UEFI unless said otherwise. */
export function bootRequestBytes(options: DhcpOptionsRecord = {}, fields: Partial<DhcpPacketInit> = {}): Uint8Array {
	return encodeDhcp({
		op: 1,
		xid: 0x1234_5678,
		chaddr: '52:54:00:12:34:56',
		...fields,
		options: {
			messageType: 'DISCOVER',
			vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016',
			clientArchitecture: [7],
			...options,
		},
	});
}
