/**
 * Who is asking to boot, and what to tell them: PXE clients and proxyDHCP.
 *
 * @module pxekit/pxe
 */

export type { ReceivedOn, ReplyDestination } from '../dhcp/index.ts';
export {
	type ClientArchitecture,
	clientArchitecture,
	clientArchitectures,
	type Firmware,
} from './client-architectures.ts';
export type { AddressRange, DhcpNetwork } from './dhcp-network.ts';
export {
	createDhcpResponder,
	type DhcpAnswer,
	type DhcpIgnoredReason,
	type DhcpReply,
	type DhcpResponder,
	type DhcpResponderOptions,
	type DhcpSilence,
} from './dhcp-responder.ts';
export { type BootClient, type IpxeClient, identifyClient } from './identify-client.ts';
export { type IpxeFeature, ipxeFeatureTable } from './ipxe-features.ts';
export { createMemoryLeaseStore, type Lease, type LeaseStore } from './lease-store.ts';
export {
	type BootAnswer,
	type BootFunction,
	createProxyDhcp,
	type IgnoredReason,
	type ProxyAnswer,
	type ProxyDhcp,
	type ProxyDhcpOptions,
	type ProxyReply,
	type ProxySilence,
} from './proxy-dhcp.ts';
export type { RequestStage } from './request-stage.ts';
export type { DhcpReservation } from './reservations.ts';
