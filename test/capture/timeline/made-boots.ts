import { type CaptureFrame, encodeArpFrame, encodeIcmpFrame, encodeUdpFrame, type FrameEndpoint } from 'pxekit/capture';
import { type DhcpOptionsRecord, type DhcpPacketInit, encodeDhcp } from 'pxekit/dhcp';
import { encodeTftp, type TftpPacket } from 'pxekit/tftp';

export const mac = '52:54:00:00:00:09';
export const otherMac = '52:54:00:00:00:0a';
export const server = '10.0.0.1';
export const address = '10.0.0.9';

const uefi: DhcpOptionsRecord = {
	vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016',
	clientArchitecture: [7],
	clientMachineIdentifier: { guid: '12345678-9abc-def0-1122-334455667788' },
};

const ipxe: DhcpOptionsRecord = {
	vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003010',
	clientArchitecture: [7],
	userClass: { form: 'raw', classes: ['iPXE'] },
};

/** What programs say of themselves. */
export const speakers: Readonly<Record<'uefi' | 'bios' | 'ipxe' | 'http' | 'udhcpc' | 'windows', DhcpOptionsRecord>> = {
	uefi,
	bios: { vendorClassIdentifier: 'PXEClient:Arch:00000:UNDI:002001', clientArchitecture: [0] },
	ipxe,
	http: { vendorClassIdentifier: 'HTTPClient:Arch:00016:UNDI:003016', clientArchitecture: [16] },
	udhcpc: { vendorClassIdentifier: 'udhcp 1.36.1' },
	windows: { vendorClassIdentifier: 'MSFT 5.0' },
};

export interface DhcpTraffic {
	readonly from: FrameEndpoint;
	readonly to: FrameEndpoint;
	readonly packet: Partial<DhcpPacketInit>;
}

/** A capture that is made frame by frame; each stands a tenth of a second after the one before. */
export interface MadeBoot {
	readonly frames: CaptureFrame[];
	add(data: Uint8Array, changes?: Partial<CaptureFrame>): number;
	udp(from: FrameEndpoint, to: FrameEndpoint, payload: Uint8Array): number;
	/** From a client that has no address, to all. */
	ask(options: DhcpOptionsRecord, packet?: Partial<DhcpPacketInit>): number;
	/** From the server to a client. */
	reply(options: DhcpOptionsRecord, packet?: Partial<DhcpPacketInit>, from?: string): number;
	/** Discover, offer, request and ack. */
	lease(speaker: DhcpOptionsRecord, xid: number, boot?: DhcpOptionsRecord, packet?: Partial<DhcpPacketInit>): void;
	tftp(from: FrameEndpoint, to: FrameEndpoint, packet: TftpPacket): number;
	/** A file of one block. */
	fetch(filename: string, port: number, content?: Uint8Array): void;
	arp(senderMac: string, senderIp: string, targetIp: string): number;
	arpReply(senderMac: string, senderIp: string, targetMac: string, targetIp: string): number;
	portUnreachable(about: Uint8Array): number;
}

export const nobody: FrameEndpoint = { mac, address: '0.0.0.0', port: 68 };
export const everybody: FrameEndpoint = { address: '255.255.255.255', port: 67 };
const serverHost: FrameEndpoint = { mac: '52:54:00:00:00:01', address: server, port: 67 };

export function madeBoot(): MadeBoot {
	const frames: CaptureFrame[] = [];
	const boot: MadeBoot = {
		frames,
		add(data, changes = {}) {
			const index = frames.length + 1;
			const time = BigInt(index) * 100_000_000n;
			frames.push({ index, time, linkType: 1, data, originalLength: data.length, interface: 0, ...changes });
			return index;
		},
		udp: (source, destination, payload) => boot.add(encodeUdpFrame({ source, destination, payload })),
		ask(options, packet = {}) {
			const chaddr = packet.chaddr ?? mac;
			const from = { ...nobody, mac: typeof chaddr === 'string' ? chaddr : mac };
			return boot.udp(from, everybody, encodeDhcp({ op: 1, xid: 1, ...packet, chaddr, options }));
		},
		reply(options, packet = {}, from = server) {
			const to = { address: '255.255.255.255', port: 68 };
			const source = { ...serverHost, address: from };
			const bytes = encodeDhcp({
				op: 2,
				xid: 1,
				chaddr: mac,
				yiaddr: address,
				...packet,
				options: { serverIdentifier: from, ...options },
			});
			return boot.udp(source, to, bytes);
		},
		lease(speaker, xid, given = {}, packet = {}) {
			const { chaddr = mac, yiaddr = address } = packet;
			const asks = { xid, chaddr };
			boot.ask({ messageType: 'DISCOVER', ...speaker }, asks);
			boot.reply({ messageType: 'OFFER', ...given }, { ...asks, yiaddr, ...packet });
			const wants = { serverIdentifier: server, requestedIpAddress: yiaddr };
			boot.ask({ messageType: 'REQUEST', ...wants, ...speaker }, asks);
			boot.reply({ messageType: 'ACK', ...given }, { ...asks, yiaddr, ...packet });
		},
		tftp: (from, to, packet) => boot.udp(from, to, encodeTftp(packet)),
		fetch(filename, port, content = new Uint8Array(100)) {
			const client = { mac, address, port };
			const answering = { ...serverHost, port: 40000 + port };
			boot.tftp(client, { ...serverHost, port: 69 }, { kind: 'rrq', filename, mode: 'octet', options: [] });
			boot.tftp(answering, client, { kind: 'data', block: 1, data: content });
			boot.tftp(client, answering, { kind: 'ack', block: 1 });
		},
		arp: (senderMac, senderIp, targetIp) =>
			boot.add(encodeArpFrame({ operation: 'request', senderMac, senderIp, targetIp })),
		arpReply: (senderMac, senderIp, targetMac, targetIp) =>
			boot.add(encodeArpFrame({ operation: 'reply', senderMac, senderIp, targetMac, targetIp })),
		portUnreachable: (about) => boot.add(encodeIcmpFrame({ kind: 'port-unreachable', about })),
	};
	return boot;
}

/** An Ethernet frame as `tcpdump -i any` has it: LINKTYPE_LINUX_SLL. Frames that the machine sends carry its own address. */
export function cooked(frame: Uint8Array, direction: 'from-us' | 'broadcast'): Uint8Array {
	const header = new Uint8Array(16);
	header[1] = direction === 'from-us' ? 4 : 1;
	header.set([0, 1, 0, 6], 2);
	header.set(frame.subarray(6, 12), 6);
	header.set(frame.subarray(12, 14), 14);
	const whole = new Uint8Array(header.length + frame.length - 14);
	whole.set(header);
	whole.set(frame.subarray(14), header.length);
	return whole;
}
