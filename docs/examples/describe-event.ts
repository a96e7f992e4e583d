/** One line for each event of the two servers. */
import type { ProxyDhcpEvent, TftpEvent } from 'pxekit/node';

export function describeEvent(event: ProxyDhcpEvent | TftpEvent): string {
	switch (event.type) {
		case 'listening':
			return `listening for ${event.purpose} on ${event.on.address} port ${event.on.port}`;
		case 'offer':
		case 'ack': {
			const { mac, archName, ipxe } = event.client;
			const who = `${mac} (${ipxe ? 'iPXE, ' : ''}${archName})`;
			return `${who}: ${event.type.toUpperCase()} of ${event.file ?? 'a menu'} to ${event.destination.address}`;
		}
		case 'request':
			return `${event.client.address}: asks for ${event.filename}`;
		case 'probe':
			return `${event.client.address}: asked for the size of ${event.filename}`;
		case 'done':
			return `${event.client.address}: has ${event.filename}, ${event.bytes} bytes in ${Math.round(event.milliseconds)} ms, ${event.retransmits} packets resent`;
		case 'refused':
			return `${event.client.address}: refused ${event.filename}: ${event.message}`;
		case 'failed':
			if (!('transfer' in event)) return `failed: ${event.error instanceof Error ? event.error.message : 'unknown'}`;
			return `${event.client.address}: ${event.filename} failed: ${event.message} (by ${event.by})`;
		case 'ignored':
			return `ignored a packet: ${event.reason}`;
		default:
			return event.type;
	}
}
