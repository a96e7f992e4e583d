/**
 * BOOTP and DHCPv4 packets and their options.
 *
 * @module pxekit/dhcp
 */

export type { ClasslessRoute } from './classless-routes.ts';
export type { ClientIdentifier } from './client-identifier.ts';
export { decodeDhcp } from './decode.ts';
export { type EncodeDhcpOptions, encodeDhcp } from './encode.ts';
export { formatDhcp } from './format.ts';
export type { MachineIdentifier, MachineIdentifierInit } from './machine-identifier.ts';
export { type DhcpMessageType, dhcpMessageTypes } from './message-type.ts';
export { type DhcpOptionDefinition, defineDhcpOption } from './option-definition.ts';
export type { ClientNetworkInterface, OptionKindInits, OptionKindName, OptionKindValues } from './option-kinds.ts';
export type { DhcpOptionInits, DhcpOptionName, DhcpOptionValues } from './option-names.ts';
export { type DhcpOptionRow, dhcpOptionTable } from './option-table.ts';
export {
	type DhcpOptionArea,
	type DhcpOptionEntry,
	type DhcpOptionPair,
	DhcpOptions,
	type DhcpOptionsInit,
	type DhcpOptionsRecord,
} from './options.ts';
export { broadcastFlag, type DhcpPacket, type DhcpPacketInit } from './packet.ts';
export {
	type RelaySubOption,
	type RelaySubOptionInit,
	type RelaySubOptionName,
	relaySubOptionTable,
} from './relay-agent-information.ts';
export { type ReplyInit, replyTo } from './reply.ts';
export type { SubOption } from './sub-options.ts';
export type { UserClass, UserClassInit } from './user-class.ts';
