/** One line for each event of the two servers. */
import type { ProxyDhcpEvent, TftpEvent } from 'pxekit/node';

/** Names come from the network: control characters in them must not reach a terminal or forge a line of a log. */
function shown(name: string): string {
	return JSON.stringify(name).replace(
		/[\u007f-\u009f\u2028-\u202e]/g,
		(c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

function describeDhcp(event: ProxyDhcpEvent): string {
	switch (event.type) {
		case 'listening':
			return `listening for ${event.purpose} on ${event.on.address} port ${event.on.port}`;
		case 'offer':
		case 'ack': {
			const { mac, archName, ipxe } = event.client;
			const what = event.file === undefined ? 'a menu' : shown(event.file);
			return `${mac} (${ipxe ? 'iPXE, ' : ''}${archName}): ${event.type.toUpperCase()} of ${what} to ${event.destination.address}`;
		}
		case 'ignored':
			return `${event.client?.mac ?? event.from.address}: no answer (${event.reason})`;
		case 'failed':
			return `${event.from?.address ?? 'socket'}: failed: ${event.error instanceof Error ? event.error.message : String(event.error)}`;
		case 'closed':
			return 'closed';
	}
}

function describeTftp(event: TftpEvent): string {
	const who = 'client' in event ? event.client.address : event.local.address;
	if (!('filename' in event)) return `${who}: ${event.type}`;
	const file = shown(event.filename);
	switch (event.type) {
		case 'request':
			return `${who}: asks for ${file}`;
		case 'negotiated':
			return `${who}: gets ${file} in blocks of ${event.blockSize}, ${event.windowSize} at a time`;
		case 'probe':
			return `${who}: asked for the size of ${file}`;
		case 'done':
			return `${who}: has ${file}, ${event.bytes} bytes in ${Math.round(event.milliseconds)} ms, ${event.retransmits} packets resent`;
		case 'refused':
			return `${who}: refused ${file}: ${event.message}`;
		case 'failed':
			return `${who}: ${file} failed: ${event.message} (by ${event.by})`;
		default:
			return `${who}: ${file}: ${event.type}`;
	}
}

export function describeEvent(event: ProxyDhcpEvent | TftpEvent): string {
	return 'local' in event || 'transfer' in event
		? describeTftp(event as TftpEvent)
		: describeDhcp(event as ProxyDhcpEvent);
}
