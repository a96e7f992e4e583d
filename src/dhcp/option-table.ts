import type { OptionKindName } from './option-kinds.ts';

/** One row of {@link dhcpOptionTable}. */
export interface DhcpOptionRow {
	readonly code: number;
	/** The registry's name in camelCase. */
	readonly name: string;
	/** How the bytes are read and written. */
	readonly kind: OptionKindName;
	/** Where the format is laid down. */
	readonly source: string;
	/** May hold credentials: `formatDhcp` prints its length only. */
	readonly secret?: boolean;
}

/**
 * The DHCP options that are read and written by name. Decoder, encoder, types and printing all follow from these rows;
 * any other code reads and writes as bytes.
 *
 * @example
 * ```ts
 * import { dhcpOptionTable } from 'pxekit/dhcp';
 *
 * dhcpOptionTable.find((row) => row.code === 67)?.name; // => 'bootfileName'
 * ```
 */
export const dhcpOptionTable = [
	{ code: 1, name: 'subnetMask', kind: 'ipv4', source: 'RFC 2132 3.3' },
	{ code: 3, name: 'router', kind: 'ipv4List', source: 'RFC 2132 3.5' },
	{ code: 6, name: 'domainNameServer', kind: 'ipv4List', source: 'RFC 2132 3.8' },
	{ code: 12, name: 'hostName', kind: 'text', source: 'RFC 2132 3.14' },
	{ code: 13, name: 'bootFileSize', kind: 'u16', source: 'RFC 2132 3.15' },
	{ code: 15, name: 'domainName', kind: 'text', source: 'RFC 2132 3.17' },
	{ code: 17, name: 'rootPath', kind: 'text', source: 'RFC 2132 3.19' },
	{ code: 26, name: 'interfaceMtu', kind: 'u16', source: 'RFC 2132 5.1' },
	{ code: 28, name: 'broadcastAddress', kind: 'ipv4', source: 'RFC 2132 5.3' },
	{ code: 42, name: 'ntpServers', kind: 'ipv4List', source: 'RFC 2132 8.3' },
	{ code: 43, name: 'vendorSpecificInformation', kind: 'bytes', source: 'RFC 2132 8.4' },
	{ code: 50, name: 'requestedIpAddress', kind: 'ipv4', source: 'RFC 2132 9.1' },
	{ code: 51, name: 'ipAddressLeaseTime', kind: 'u32', source: 'RFC 2132 9.2' },
	{ code: 52, name: 'optionOverload', kind: 'u8', source: 'RFC 2132 9.3' },
	{ code: 53, name: 'messageType', kind: 'messageType', source: 'RFC 2132 9.6' },
	{ code: 54, name: 'serverIdentifier', kind: 'ipv4', source: 'RFC 2132 9.7' },
	{ code: 55, name: 'parameterRequestList', kind: 'u8List', source: 'RFC 2132 9.8' },
	{ code: 56, name: 'message', kind: 'text', source: 'RFC 2132 9.9' },
	{ code: 57, name: 'maximumMessageSize', kind: 'u16', source: 'RFC 2132 9.10' },
	{ code: 58, name: 'renewalTime', kind: 'u32', source: 'RFC 2132 9.11' },
	{ code: 59, name: 'rebindingTime', kind: 'u32', source: 'RFC 2132 9.12' },
	{ code: 60, name: 'vendorClassIdentifier', kind: 'text', source: 'RFC 2132 9.13' },
	{ code: 61, name: 'clientIdentifier', kind: 'clientIdentifier', source: 'RFC 2132 9.14, RFC 4361 6.1' },
	{ code: 66, name: 'tftpServerName', kind: 'text', source: 'RFC 2132 9.4' },
	{ code: 67, name: 'bootfileName', kind: 'text', source: 'RFC 2132 9.5' },
	{ code: 77, name: 'userClass', kind: 'userClass', source: 'RFC 3004 4' },
	{ code: 82, name: 'relayAgentInformation', kind: 'relayAgentInformation', source: 'RFC 3046 2.0' },
	{ code: 93, name: 'clientArchitecture', kind: 'u16List', source: 'RFC 4578 2.1' },
	{ code: 94, name: 'clientNetworkInterface', kind: 'clientNetworkInterface', source: 'RFC 4578 2.2' },
	{ code: 97, name: 'clientMachineIdentifier', kind: 'machineIdentifier', source: 'RFC 4578 2.3' },
	{ code: 119, name: 'domainSearch', kind: 'domainSearch', source: 'RFC 3397 2' },
	{ code: 121, name: 'classlessStaticRoute', kind: 'classlessRoutes', source: 'RFC 3442' },
	{ code: 150, name: 'tftpServerAddress', kind: 'ipv4List', source: 'RFC 5859 3' },
	{ code: 175, name: 'ipxeOptions', kind: 'bytes', source: 'iPXE src/include/ipxe/dhcp.h', secret: true },
	{ code: 203, name: 'iscsiInitiatorIqn', kind: 'text', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 208, name: 'pxelinuxMagic', kind: 'pxelinuxMagic', source: 'RFC 5071 3' },
	{ code: 209, name: 'configurationFile', kind: 'text', source: 'RFC 5071 4' },
	{ code: 210, name: 'pathPrefix', kind: 'text', source: 'RFC 5071 5' },
	{ code: 211, name: 'rebootTime', kind: 'u32', source: 'RFC 5071 6' },
] as const;
