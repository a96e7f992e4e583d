import { type DhcpOptionPair, DhcpOptions, type DhcpOptionsInit } from './options.ts';
import { type DhcpPacket, type DhcpPacketInit, structuralCodes } from './packet.ts';

/** What a reply says; all that must be copied from the request is copied. */
export interface ReplyInit extends Partial<Omit<DhcpPacketInit, 'options'>> {
	readonly options: DhcpOptions | DhcpOptionsInit;
	/** Copy option 61 (RFC 6842 wants it of DHCP servers). Default `true`; a proxy leaves it out, as dnsmasq does. */
	readonly echoClientIdentifier?: boolean | undefined;
}

const clientIdentifierCode = 61;
/**
 * Options copied from a request as they are, when they are there and the reply does not say them itself. 82 must be
 * last (RFC 3046 section 2.2).
 */
const copiedCodes: readonly number[] = [clientIdentifierCode, 97, structuralCodes.relayAgent];

/**
 * A reply to a request: transaction number, hardware address, flags, relay address and hops are the request's, and so
 * are options 61 (RFC 6842), 97 (RFC 4578 section 2.3) and 82 (RFC 3046 section 2.2) when the request has them. Pass
 * the result to `encodeDhcp`.
 *
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp, replyTo } from 'pxekit/dhcp';
 *
 * const request = decodeDhcp(encodeDhcp({
 *   op: 1, xid: 0xabc, flags: 0x8000, chaddr: '52:54:00:12:34:56', options: { messageType: 'DISCOVER' },
 * }));
 * const reply = replyTo(request, { options: { messageType: 'OFFER', serverIdentifier: '10.0.0.1' } });
 * [reply.op, reply.xid, reply.flags]; // => [2, 0xabc, 0x8000]
 * ```
 */
export function replyTo(
	request: DhcpPacket,
	{ options, echoClientIdentifier = true, ...fields }: ReplyInit,
): DhcpPacketInit {
	const said = options instanceof DhcpOptions ? options : DhcpOptions.from(options);
	const copied = copiedCodes.flatMap((code): DhcpOptionPair[] => {
		if (said.has(code) || (code === clientIdentifierCode && !echoClientIdentifier)) return [];
		const bytes = request.options.bytes(code);
		// Some parsers refuse the whole packet for an empty option (EDK2 Dhcp4Dxe does for three of them).
		return bytes === undefined || bytes.length === 0 ? [] : [[code, bytes]];
	});
	return {
		op: 2,
		htype: request.htype,
		hlen: request.hlen,
		hops: request.hops,
		xid: request.xid,
		flags: request.flags,
		giaddr: request.giaddr,
		chaddr: request.chaddr,
		...fields,
		options: said.with(copied),
	};
}
