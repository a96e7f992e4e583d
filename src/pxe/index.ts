/**
 * Who is asking to boot, and what to tell them: PXE clients and proxyDHCP.
 *
 * @module pxekit/pxe
 */

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
	type ClientArchitecture,
	clientArchitecture,
	clientArchitectures,
	type Firmware,
} from './client-architectures.ts';
export type {
	EncapsulatedOptions,
	EncapsulatedOptionsPair,
	EncapsulatedOptionsRecord,
	EncapsulatedOptionsRow,
	EncodeEncapsulatedOptions,
} from './encapsulated-options.ts';
export { type BootClient, type IpxeClient, identifyClient } from './identify-client.ts';
export { type IpxeFeature, ipxeFeatureTable } from './ipxe-features.ts';
export {
	createProxyDhcp,
	type IgnoredReason,
	type ProxyAnswer,
	type ProxyDhcp,
	type ProxyDhcpOptions,
	type ProxyReply,
	type ProxySilence,
	type ReceivedOn,
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
