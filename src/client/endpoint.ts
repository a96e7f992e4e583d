import type { Endpoint } from '../wire/endpoint.ts';

/** One UDP datagram on the simulated network. Ports are the real ones: 67, 68, 69, 4011. */
export interface UdpDatagram {
	/** A client without an address yet sends from `0.0.0.0`. */
	readonly from: Endpoint;
	readonly to: Endpoint;
	/** The payload. */
	readonly bytes: Uint8Array;
}

export const broadcastAddress = '255.255.255.255';

/** The ports of DHCP (RFC 2131 section 4.1), of PXE boot servers (PXE 2.1 section 2.2) and of TFTP (RFC 1350). */
export const ports = { server: 67, client: 68, tftp: 69, pxe: 4011 } as const;
