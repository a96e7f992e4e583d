import { formatMac, parseMac } from '../wire/mac.ts';
import { DhcpOptions } from './options.ts';
import { broadcastFlag, type DhcpPacket, type DhcpPacketInit, hlenOf } from './packet.ts';

/** Where a request came in. */
export interface ReceivedOn {
	/** 67: the DHCP port; 4011: the PXE port. Say which of the two it stands for when other numbers are used. */
	readonly port: 67 | 4011;
	/** The sender. On 4011 the answer goes back there. */
	readonly source?: { readonly address: string; readonly port: number } | undefined;
	/** Whether it was sent to this server's own address alone. `undefined` when that is not known. */
	readonly unicast?: boolean | undefined;
}

/** Where a reply goes. */
export interface ReplyDestination {
	/** IPv4. */
	readonly address: string;
	readonly port: number;
	/**
	 * The client's hardware address, in colon form, when the reply needs a frame of one's own making: the client does
	 * not answer ARP for `address` before it has this reply. Who can't send raw frames sends to `255.255.255.255`.
	 */
	readonly rawFrameTo?: string | undefined;
}

const noAddress = '0.0.0.0';
const broadcast = '255.255.255.255';
const serverPort = 67;
const clientPort = 68;

/**
 * Where to send a reply (RFC 2131 section 4.1):
 *
 * | request or reply | destination |
 * |---|---|
 * | request came to port 4011 | where it came from; else `ciaddr`, port 68; else as below |
 * | `giaddr` is set | the relay, port 67 |
 * | NAK | broadcast, port 68 |
 * | `ciaddr` is set | the client, port 68 |
 * | broadcast flag in request or reply, no new address, or no hardware address | broadcast, port 68 |
 * | else | `yiaddr`, port 68, in a raw frame to the hardware address |
 *
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp, replyDestination, replyTo } from 'pxekit/dhcp';
 *
 * const request = decodeDhcp(encodeDhcp({
 *   op: 1, xid: 1, chaddr: '52:54:00:12:34:56', options: { messageType: 'DISCOVER' },
 * }));
 * const offer = replyTo(request, { yiaddr: '10.0.0.50', options: { messageType: 'OFFER' } });
 * replyDestination(request, offer, { port: 67 });
 * // => { address: '10.0.0.50', port: 68, rawFrameTo: '52:54:00:12:34:56' }
 * ```
 */
export function replyDestination(
	request: DhcpPacket,
	reply: DhcpPacketInit | DhcpPacket,
	{ port, source }: ReceivedOn,
): ReplyDestination {
	// PXE 2.1 section 2.2.6, and what clients listen on: iPXE 68, UEFI 4011.
	const asksBootServer = port === 4011;
	if (asksBootServer && source && source.address !== noAddress) return { address: source.address, port: source.port };
	if (asksBootServer && request.ciaddr !== noAddress) return { address: request.ciaddr, port: clientPort };
	if (request.giaddr !== noAddress) return { address: request.giaddr, port: serverPort };
	if (isNak(reply)) return { address: broadcast, port: clientPort };
	if (request.ciaddr !== noAddress) return { address: request.ciaddr, port: clientPort };
	const address = reply.yiaddr ?? noAddress;
	const hardware = hardwareAddressOf(reply);
	const wantsBroadcast = ((request.flags | (reply.flags ?? 0)) & broadcastFlag) !== 0;
	if (wantsBroadcast || address === noAddress || hardware === '') return { address: broadcast, port: clientPort };
	return { address, port: clientPort, rawFrameTo: hardware };
}

function isNak({ options = {} }: DhcpPacketInit): boolean {
	const read = options instanceof DhcpOptions ? options : DhcpOptions.from(options);
	return read.tryGet('messageType') === 'NAK';
}

function hardwareAddressOf(packet: DhcpPacketInit): string {
	const { chaddr } = packet;
	const bytes = typeof chaddr === 'string' ? parseMac(chaddr, 'chaddr') : chaddr;
	return formatMac(bytes.subarray(0, hlenOf(packet, bytes)));
}
