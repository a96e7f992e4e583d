/**
 * Who is asking to boot, and what to tell them: PXE clients and proxyDHCP.
 *
 * @module pxekit/pxe
 */

export type { ReceivedOn, ReplyDestination } from '../dhcp/index.ts';
export type {
	BootAnswer,
	BootFile,
	BootFunction,
	BootMenu,
	BootServerDiscovery,
	MenuEntry,
} from './boot-answer.ts';
export { raspberryPiMenu } from './boot-menu.ts';
export { type BootServerType, bootServerTypeName, bootServerTypes } from './boot-server-types.ts';
export {
	type BsdpImage,
	type BsdpImageId,
	type BsdpOptionKindName,
	type BsdpOptionKindValues,
	type BsdpOptionRow,
	type BsdpOptions,
	type BsdpOptionsInit,
	type BsdpOptionValues,
	bsdpOptionTable,
	decodeBsdpOptions,
	encodeBsdpOptions,
} from './bsdp-options.ts';
export { type CheckReplyOptions, checkReply, type ReplyFinding } from './check-reply.ts';
export {
	type ClientArchitecture,
	clientArchitecture,
	clientArchitectures,
	type Firmware,
} from './client-architectures.ts';
export type { DhcpAnswer, DhcpIgnoredReason, DhcpReply, DhcpSilence } from './dhcp-answer.ts';
export type { AddressRange, DhcpNetwork } from './dhcp-network.ts';
export { createDhcpResponder, type DhcpResponder, type DhcpResponderOptions } from './dhcp-responder.ts';
export type {
	EncapsulatedOptions,
	EncapsulatedOptionsPair,
	EncapsulatedOptionsRecord,
	EncapsulatedOptionsRow,
	EncodeEncapsulatedOptions,
} from './encapsulated-options.ts';
export { formatBootPacket } from './format-boot-packet.ts';
export { type BootClient, type IpxeClient, identifyClient } from './identify-client.ts';
export { type IpxeNeed, ipxeScriptNeeds, missingIpxeFeatures } from './ipxe-needs.ts';
export type { IpxeBusId, IpxeOptionKindName, IpxeOptionKindValues } from './ipxe-option-kinds.ts';
export { type IpxeOptionRow, ipxeOptionTable } from './ipxe-option-table.ts';
export {
	decodeIpxeOptions,
	encodeIpxeOptions,
	type IpxeFeature,
	type IpxeOptionName,
	type IpxeOptions,
	type IpxeOptionsInit,
	type IpxeOptionValues,
} from './ipxe-options.ts';
export { createMemoryLeaseStore, type Lease, type LeaseStore } from './lease-store.ts';
export {
	createProxyDhcp,
	type IgnoredReason,
	type ProxyAnswer,
	type ProxyDhcp,
	type ProxyDhcpOptions,
	type ProxyReply,
	type ProxySilence,
} from './proxy-dhcp.ts';
export type {
	BootItem,
	BootItemInit,
	BootMenuEntry,
	BootServer,
	DiscoveryControl,
	DiscoveryControlInit,
	MenuPrompt,
	MulticastAddressAllocation,
	PxeOptionKindInits,
	PxeOptionKindName,
	PxeOptionKindValues,
} from './pxe-option-kinds.ts';
export { type PxeOptionRow, pxeOptionTable } from './pxe-option-table.ts';
export {
	decodePxeOptions,
	encodePxeOptions,
	type PxeOptionInits,
	type PxeOptionName,
	type PxeOptions,
	type PxeOptionsInit,
	type PxeOptionValues,
} from './pxe-options.ts';
export { type ReplyRule, replyRules } from './reply-rules.ts';
export type { ReplyView } from './reply-view.ts';
export type { RequestStage } from './request-stage.ts';
export type { DhcpReservation } from './reservations.ts';
