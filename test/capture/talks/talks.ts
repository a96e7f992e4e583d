import { type DecodedFrame, decodeFrame, encodeUdpFrame } from 'pxekit/capture';
import { encodeTftp, type TftpPacket } from 'pxekit/tftp';
import { type SimulatedResult, type SimulatedTransfer, simulate } from '../../tftp/simulated-network.ts';

/** Where a made packet is from or for. */
export interface Host {
	readonly address: string;
	readonly port: number;
	readonly mac?: string;
}

export const clientHost: Host = { address: '10.0.0.9', port: 2070, mac: '52:54:00:00:00:09' };
export const serverHost: Host = { address: '10.0.0.1', port: 49152, mac: '52:54:00:00:00:01' };

/** Frames as a capture has them, numbered from 1. */
export interface MadeCapture {
	readonly frames: DecodedFrame[];
	udp(source: Host, destination: Host, payload: Uint8Array, milliseconds: number): void;
	tftp(source: Host, destination: Host, packet: TftpPacket, milliseconds: number): void;
}

export function madeCapture(): MadeCapture {
	const frames: DecodedFrame[] = [];
	function udp(source: Host, destination: Host, payload: Uint8Array, milliseconds: number): void {
		const data = encodeUdpFrame({ source, destination, payload });
		const time = BigInt(Math.round(milliseconds * 1e6));
		const index = frames.length + 1;
		frames.push(decodeFrame({ index, time, linkType: 1, data, originalLength: data.length, interface: 0 }));
	}
	return {
		frames,
		udp,
		tftp: (source, destination, packet, milliseconds) => udp(source, destination, encodeTftp(packet), milliseconds),
	};
}

/** A frame as it is decoded, without the detour over bytes where there are many. */
export function datagram(
	index: number,
	source: Host,
	destination: Host,
	payload: Uint8Array,
	milliseconds: number,
): DecodedFrame {
	const version = source.address.includes(':') ? 6 : 4;
	return {
		index,
		time: BigInt(Math.round(milliseconds * 1e6)),
		ip: { version, source: source.address, destination: destination.address, protocol: 17, ttl: 64 },
		udp: {
			sourcePort: source.port,
			destinationPort: destination.port,
			length: 8 + payload.length,
			checksum: 'good',
		},
		payload,
		cut: false,
		issues: [],
	};
}

/** A transfer between this package's own machines over a network of chance, captured on one of them. */
export function capturedTransfer(
	transfer: SimulatedTransfer,
	{ on = 'server', singlePort = false }: { on?: 'client' | 'server'; singlePort?: boolean } = {},
): { frames: DecodedFrame[]; result: SimulatedResult } {
	const frames: DecodedFrame[] = [];
	/** Requests, by their bytes. */
	const requests = new Map<Uint8Array, number>();
	const listening = { ...serverHost, port: 69 };
	const answering = singlePort ? listening : serverHost;
	const result = simulate({
		...transfer,
		capture: {
			on,
			see(bytes, from, now) {
				const isRequest = bytes[1] === 1 || bytes[1] === 2;
				const peer = isRequest ? listening : answering;
				const [source, destination] = from === 'server' ? [peer, clientHost] : [clientHost, peer];
				const frame = datagram(frames.length + 1, source, destination, bytes, now);
				// One that comes after a short transfer's end could not be told from a new request but by its IP identification.
				const copyOf = requests.get(bytes);
				if (isRequest && copyOf === undefined) requests.set(bytes, frame.index);
				frames.push(copyOf === undefined ? frame : { ...frame, copyOf });
			},
		},
	});
	return { frames, result };
}
