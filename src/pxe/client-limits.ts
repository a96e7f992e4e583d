import type { DhcpPacket, EncodeDhcpOptions } from '../dhcp/index.ts';
import type { BootClient } from './identify-client.ts';

/** IP and UDP, which option 57 counts and a UDP payload does not. */
export const headersLength = 28;
/** Largest UDP payload in an Ethernet frame; EDK2's Dhcp4Dxe drops longer ones. */
export const largestPayload = 1472;
/** RFC 2131 section 2: what every client takes, headers included. */
export const shortestMessage = 576;

/** Longest UDP payload that the client takes. */
export function payloadLimit(request: DhcpPacket): number {
	const asked = request.options.tryGet('maximumMessageSize') ?? 0;
	return Math.min(largestPayload, Math.max(shortestMessage, asked) - headersLength);
}

/** PC ROMs of old read past the end of option 67 unless it ends in a NUL. */
export function readsPastNames(client: BootClient): boolean {
	return client.arch === 0 && client.kind === 'pxe' && !client.ipxe;
}

/** How packets are written for whoever asks; `client` when it is one that boots. */
export function encodingFor(client: BootClient | undefined, request: DhcpPacket): EncodeDhcpOptions {
	return {
		maxLength: payloadLimit(request),
		// iPXE takes `file` for text whatever option 52 says.
		overload: client?.ipxe === undefined,
		nulTerminate: client !== undefined && readsPastNames(client),
	};
}
