import { formatIpv4 } from '../wire/ipv4.ts';
import type { DhcpPacket } from './packet.ts';
import { type RelaySubOptionName, relaySubOptionTable } from './relay-agent-information.ts';

/** What a relay says of a request that it passed on. */
export interface Relay {
	/** `giaddr`: where answers go, and the client's network unless `linkSelection` names another. */
	readonly address: string;
	/** An address on the client's network, where that is not the relay's own address (RFC 3527). */
	readonly linkSelection?: string | undefined;
	/** What option 54 of every answer must be: the relay wants to see the client's renewals too (RFC 5107 section 4). */
	readonly serverIdentifierOverride?: string | undefined;
	/** How the client sent it: unicast `true`, broadcast `false`, not told `undefined` (RFC 5010 section 3). */
	readonly unicast?: boolean | undefined;
}

/**
 * The relay that a request came through, or `undefined` when it came straight from the client. Without a relay's
 * address an option 82 is the client's own invention, and is not read.
 *
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp, relayOf } from 'pxekit/dhcp';
 *
 * const request = decodeDhcp(encodeDhcp({
 *   op: 1, xid: 1, chaddr: '52:54:00:12:34:56', giaddr: '10.1.0.1',
 *   options: { messageType: 'DISCOVER', relayAgentInformation: [{ code: 5, bytes: Uint8Array.of(10, 2, 0, 0) }] },
 * }));
 * relayOf(request)?.address; // => '10.1.0.1'
 * relayOf(request)?.linkSelection; // => '10.2.0.0'
 * ```
 */
export function relayOf(request: DhcpPacket): Relay | undefined {
	if (request.giaddr === '0.0.0.0') return undefined;
	const items = request.options.tryGet('relayAgentInformation') ?? [];
	const bytesOf = (name: RelaySubOptionName, length: number): Uint8Array | undefined => {
		const code = relaySubOptionTable.find((row) => row.name === name)?.code;
		const bytes = items.find((item) => item.code === code)?.bytes;
		return bytes?.length === length ? bytes : undefined;
	};
	const addressIn = (name: RelaySubOptionName): string | undefined => {
		const bytes = bytesOf(name, 4);
		return bytes && formatIpv4(bytes);
	};
	const flags = bytesOf('flags', 1);
	return {
		address: request.giaddr,
		linkSelection: addressIn('linkSelection'),
		serverIdentifierOverride: addressIn('serverIdentifierOverride'),
		unicast: flags && ((flags[0] as number) & unicastFlag) !== 0,
	};
}

/** RFC 5010 section 3: the most significant bit of the flags. */
const unicastFlag = 0x80;
