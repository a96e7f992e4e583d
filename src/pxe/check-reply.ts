import { type DhcpPacket, type DhcpPacketInit, encodeDhcp } from '../dhcp/index.ts';
import { replyRules } from './reply-rules.ts';
import { viewReply } from './reply-view.ts';

/** A trap in a reply. */
export interface ReplyFinding {
	/** Stable, for programs: one of {@link replyRules}. */
	readonly code: string;
	/** `error`: the client that asked is stranded, or drops the packet. `warning`: some clients are. */
	readonly severity: 'error' | 'warning';
	/** One sentence for people. */
	readonly message: string;
	/** Where the client's behaviour is laid down: a source file, an RFC section. */
	readonly source: string;
}

/** What the packets themselves do not tell. */
export interface CheckReplyOptions {
	/** Where the request came in. Default 67. */
	readonly port?: 67 | 4011 | undefined;
	/** Whether the server that is named in the reply answers on port 4011 too. Default `false`. */
	readonly answersPort4011?: boolean | undefined;
}

/** Longest packet that can be asked about. */
const anyLength = 65_507;

/**
 * Warns of what strands network-boot clients, for the client that sent this very request. An empty list says that no
 * trap known here was found, not that the client will boot.
 *
 * @param reply as it goes on the wire, or a packet to encode first
 * @throws a `DecodeError` when the reply's bytes are no BOOTP packet; an `EncodeError` when the packet can't be
 *   encoded at all
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp, replyTo } from 'pxekit/dhcp';
 * import { checkReply } from 'pxekit/pxe';
 *
 * const discover = decodeDhcp(encodeDhcp({
 *   op: 1, xid: 9, chaddr: '52:54:00:12:34:56',
 *   options: { messageType: 'DISCOVER', vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016', clientArchitecture: [7] },
 * }));
 * const offer = replyTo(discover, {
 *   yiaddr: '10.0.0.50', siaddr: '10.0.0.1', file: 'undionly.kpxe',
 *   options: { messageType: 'OFFER', serverIdentifier: '10.0.0.1' },
 * });
 * checkReply(discover, offer).map((finding) => finding.code); // => ['wrong-architecture']
 * ```
 */
export function checkReply(
	request: DhcpPacket,
	reply: Uint8Array | DhcpPacketInit,
	{ port = 67, answersPort4011 = false }: CheckReplyOptions = {},
): ReplyFinding[] {
	const bytes = reply instanceof Uint8Array ? reply : encodeDhcp(reply, { maxLength: anyLength });
	const view = viewReply(request, bytes, { port, answersPort4011 });
	return replyRules.flatMap(({ code, severity, source, find }) => {
		const message = find(view);
		return message === undefined ? [] : [{ code, severity, message, source }];
	});
}
