import type { DhcpPacketInit, ReplyDestination } from '../dhcp/index.ts';
import type { BootAnswer } from './boot-answer.ts';
import type { BootClient } from './identify-client.ts';
import type { Lease } from './lease-store.ts';
import type { IgnoredReason } from './proxy-dhcp.ts';
import type { RequestStage } from './request-stage.ts';

/**
 * Why a DHCP responder sends nothing, beside the reasons of a proxy (which answers on port 4011).
 *
 * - `incomplete`: the message lacks an address that it must have, or is none that clients send to servers.
 * - `no-identity`: neither a hardware address nor a client identifier.
 * - `unknown-network`: it came from a network that is not served.
 * - `unknown-relay`: its relay stands in no network that is served, and is not among `relays`.
 * - `pool-exhausted`: every address of the network's pool is in use.
 * - `reserved-address-in-use`: the client's reserved address is another client's, or was declined.
 * - `unknown-lease`: the client speaks of an address that was not given here; another server may know it (RFC 2131
 *   section 4.3.2: then be silent).
 * - `not-configured`: port 4011 was asked, and there is no `boot`.
 * - `released`, `declined`: done as told; such messages have no answer.
 */
export type DhcpIgnoredReason =
	| IgnoredReason
	| 'incomplete'
	| 'no-identity'
	| 'unknown-network'
	| 'unknown-relay'
	| 'pool-exhausted'
	| 'reserved-address-in-use'
	| 'unknown-lease'
	| 'not-configured'
	| 'released'
	| 'declined';

/** A DHCP responder's answer, ready to send. */
export interface DhcpReply {
	readonly type: 'OFFER' | 'ACK' | 'NAK';
	readonly stage: RequestStage;
	readonly reply: DhcpPacketInit;
	/** The same, encoded. */
	readonly bytes: Uint8Array;
	readonly destination: ReplyDestination;
	/** What the client was given. Absent in a NAK, and where no address was asked for. */
	readonly lease?: Lease | undefined;
	/** For a NAK: why, as told to the client. */
	readonly reason?: string | undefined;
	/** Present when a network-boot client asked. */
	readonly client?: BootClient | undefined;
	/** Present when the answer says what to boot. */
	readonly boot?: BootAnswer | undefined;
	readonly ignored?: undefined;
}

/** A DHCP responder's silence and its reason. */
export interface DhcpSilence {
	readonly ignored: DhcpIgnoredReason;
	readonly client?: BootClient | undefined;
	readonly reply?: undefined;
}

/** What a DHCP responder makes of a request. */
export type DhcpAnswer = DhcpReply | DhcpSilence;
