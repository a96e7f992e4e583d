/**
 * BOOTP and DHCPv4 packets and their options.
 *
 * @module pxekit/dhcp
 */

export type { PolicyFilter, StaticRoute } from './address-groups.ts';
export type { DhcpAuthentication } from './authentication.ts';
export type { CivicAddress } from './civic-address.ts';
export type { ClasslessRoute } from './classless-routes.ts';
export type { ClientFqdn } from './client-fqdn.ts';
export type { ClientIdentifier } from './client-identifier.ts';
export type { Coordinates } from './coordinates.ts';
export { decodeDhcp } from './decode.ts';
export { type DhcpDifference, diffDhcp } from './diff.ts';
export { type EncodeDhcpOptions, encodeDhcp } from './encode.ts';
export { type DhcpOptionFormatter, type FormatDhcpOptions, formatDhcp } from './format.ts';
export type { PortParameters, SixRd } from './ipv6-transition.ts';
export type { Isns } from './isns.ts';
export type { DhcpStatus } from './lease-query.ts';
export type { MachineIdentifier, MachineIdentifierInit } from './machine-identifier.ts';
export { type DhcpMessageType, dhcpMessageTypes } from './message-type.ts';
export type { MobilityServiceAddresses, MobilityServiceNames } from './mobility-services.ts';
export type { EncryptedResolver, ResolverSelection } from './name-servers.ts';
export type { SubnetAllocation, VirtualSubnetSelection } from './nested-options.ts';
export { type DhcpOptionDefinition, defineDhcpOption } from './option-definition.ts';
export type { ClientNetworkInterface, OptionKindInits, OptionKindName, OptionKindValues } from './option-kinds.ts';
export type { DhcpOptionInits, DhcpOptionName, DhcpOptionValues } from './option-names.ts';
export { type DhcpOptionRow, dhcpOptionTable } from './option-table.ts';
export {
	type DhcpOptionEntry,
	type DhcpOptionPair,
	DhcpOptions,
	type DhcpOptionsInit,
	type DhcpOptionsRecord,
} from './options.ts';
export { broadcastFlag, type DhcpOptionArea, type DhcpPacket, type DhcpPacketInit } from './packet.ts';
export { type Relay, relayOf } from './relay.ts';
export {
	type RelaySubOption,
	type RelaySubOptionInit,
	type RelaySubOptionKindValues,
	type RelaySubOptionName,
	type RelaySubOptionValue,
	relaySubOptionTable,
} from './relay-agent-information.ts';
export { type ReplyInit, replyTo } from './reply.ts';
export { type ReceivedOn, type ReplyDestination, replyDestination } from './reply-destination.ts';
export type { DirectoryAgent, ServiceScope } from './service-location.ts';
export type { SipServers } from './sip-servers.ts';
export type { SubOption } from './sub-options.ts';
export type { UserClass, UserClassInit } from './user-class.ts';
export type { VendorIdentifyingClass, VendorIdentifyingInformation } from './vendor-identifying.ts';
