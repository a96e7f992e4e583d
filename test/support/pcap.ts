import { encodeUdpFrame, writePcap } from 'pxekit/capture';

/** A datagram to put into a capture. */
export interface CapturedDatagram {
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly payload: Uint8Array;
}

/** A pcap file of datagrams, a second apart, for programs that read captures. */
export function pcapOf(datagrams: readonly CapturedDatagram[]): Uint8Array {
	return writePcap(
		datagrams.map(({ sourcePort, destinationPort, payload }, second) => ({
			time: BigInt(second) * 1_000_000_000n,
			data: encodeUdpFrame({
				source: { address: '10.0.0.1', port: sourcePort },
				destination: { address: '10.0.0.2', port: destinationPort },
				payload,
			}),
		})),
	);
}
