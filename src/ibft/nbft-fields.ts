import type {
	NbftDiscovery,
	NbftHfi,
	NbftHfiExtension,
	NbftHost,
	NbftNamespace,
	NbftNamespaceExtension,
	NbftSecurity,
	NbftTcpInfo,
} from './nbft-model.ts';
import type { RecordField } from './record.ts';

/** One kind of NBFT structure. */
export interface NbftStructure<Name extends string = string> {
	/** First byte of the structure. */
	readonly id: number;
	readonly length: number;
	readonly fields: readonly RecordField<Name>[];
}

/**
 * The NBFT's structures, field by field. NVM Express Boot Specification 1.0 and 1.3; offsets as in libnvme's
 * nvme-types-nbft.h.
 *
 * @example
 * ```ts
 * import { nbftStructures } from 'pxekit/ibft';
 *
 * nbftStructures.namespace.length; // => 128
 * ```
 */
export const nbftStructures: {
	readonly host: NbftStructure<keyof NbftHost & string>;
	readonly hfi: NbftStructure<keyof NbftHfi & string>;
	readonly namespace: NbftStructure<keyof NbftNamespace & string>;
	readonly security: NbftStructure<keyof NbftSecurity & string>;
	readonly discovery: NbftStructure<keyof NbftDiscovery & string>;
	readonly tcpInfo: NbftStructure<keyof NbftTcpInfo & string>;
	readonly namespaceExtension: NbftStructure<keyof NbftNamespaceExtension & string>;
	readonly hfiExtension: NbftStructure<keyof NbftHfiExtension & string>;
} = {
	host: {
		id: 2,
		length: 32,
		fields: [
			{ name: 'flags', offset: 1, type: 'u8', about: 'valid, configured, primary' },
			{ name: 'id', offset: 2, type: 'uuid', about: 'host identifier' },
			{ name: 'nqn', offset: 18, type: 'text', about: 'NVMe qualified name of this machine' },
		],
	},
	hfi: {
		id: 3,
		length: 32,
		fields: [
			{ name: 'index', offset: 1, type: 'u8', about: 'number by which others name it' },
			{ name: 'flags', offset: 2, type: 'u8', about: 'bit 0 valid' },
			{ name: 'transport', offset: 3, type: 'u8', about: '3 is TCP' },
		],
	},
	namespace: {
		id: 4,
		length: 128,
		fields: [
			{ name: 'index', offset: 1, type: 'u16', about: 'number of the entry' },
			{ name: 'flags', offset: 3, type: 'u16', about: 'figure 18' },
			{ name: 'transport', offset: 5, type: 'u8', about: '3 is TCP' },
			{ name: 'transportFlags', offset: 6, type: 'u16', about: 'digests' },
			{ name: 'discoveryIndex', offset: 8, type: 'u8', about: 'discovery controller' },
			{ name: 'address', offset: 10, type: 'address', about: 'address of the subsystem' },
			{ name: 'serviceId', offset: 16, type: 'text', about: 'port, as text' },
			{ name: 'portId', offset: 22, type: 'u16', about: "subsystem's port" },
			{ name: 'namespaceId', offset: 24, type: 'u32', about: 'NSID' },
			{ name: 'nidType', offset: 28, type: 'u8', about: '1 EUI-64, 2 NGUID, 3 UUID' },
			{ name: 'nid', offset: 29, type: 'hex16', about: 'namespace identifier' },
			{ name: 'securityIndex', offset: 45, type: 'u8', about: 'security profile' },
			{ name: 'primaryHfi', offset: 46, type: 'u8', about: 'interface that leads there' },
			{ name: 'secondaryHfis', offset: 48, type: 'indexes', about: 'further interfaces' },
			{ name: 'subsystem', offset: 54, type: 'text', about: 'NVMe qualified name of the subsystem' },
		],
	},
	security: {
		id: 5,
		length: 64,
		fields: [
			{ name: 'index', offset: 1, type: 'u8', about: 'number by which others name it' },
			{ name: 'flags', offset: 2, type: 'u16', about: 'figures 22 and 23' },
			{ name: 'secretType', offset: 4, type: 'u8', about: 'kind of the key path' },
			{ name: 'channelAlgorithms', offset: 6, type: 'bytes', about: 'secure channel algorithms' },
			{ name: 'authenticationProtocols', offset: 12, type: 'bytes', about: 'authentication protocols' },
			{ name: 'cipherSuites', offset: 18, type: 'bytes', about: 'TLS cipher suites' },
			{ name: 'keyExchangeGroups', offset: 24, type: 'bytes', about: 'Diffie-Hellman groups' },
			{ name: 'hashFunctions', offset: 30, type: 'bytes', about: 'hash functions' },
			{ name: 'secretKeyPath', offset: 36, type: 'text', about: "URI of the key's place" },
		],
	},
	discovery: {
		id: 6,
		length: 32,
		fields: [
			{ name: 'flags', offset: 1, type: 'u8', about: 'bit 0 valid' },
			{ name: 'index', offset: 2, type: 'u8', about: 'number by which others name it' },
			{ name: 'hfiIndex', offset: 3, type: 'u8', about: 'interface that leads there' },
			{ name: 'securityIndex', offset: 4, type: 'u8', about: 'security profile' },
			{ name: 'uri', offset: 6, type: 'text', about: 'URI of the controller' },
			{ name: 'nqn', offset: 12, type: 'text', about: 'NVMe qualified name of the controller' },
		],
	},
	tcpInfo: {
		id: 7,
		length: 128,
		fields: [
			{ name: 'version', offset: 1, type: 'u8', about: '1' },
			{ name: 'transport', offset: 2, type: 'u8', about: '3 is TCP' },
			{ name: 'infoVersion', offset: 3, type: 'u8', about: '1, or 2 since 1.3' },
			{ name: 'hfiIndex', offset: 4, type: 'u16', about: 'interface that it belongs to' },
			{ name: 'flags', offset: 6, type: 'u8', about: 'valid, global route, from DHCP' },
			{ name: 'pciAddress', offset: 7, type: 'u32', about: 'segment, bus, device, function' },
			{ name: 'mac', offset: 11, type: 'mac', about: 'Ethernet address' },
			{ name: 'vlan', offset: 17, type: 'u16', about: 'VLAN tag, 0 for none' },
			{ name: 'ipOrigin', offset: 19, type: 'u8', about: 'how the address was come by' },
			{ name: 'address', offset: 20, type: 'ip', about: 'address of this machine' },
			{ name: 'prefixLength', offset: 36, type: 'u8', about: 'bits of the subnet mask' },
			{ name: 'gateway', offset: 37, type: 'ip', about: 'router' },
			{ name: 'routeMetric', offset: 54, type: 'u16', about: 'cost of the route' },
			{ name: 'primaryDns', offset: 56, type: 'ip', about: 'name server' },
			{ name: 'secondaryDns', offset: 72, type: 'ip', about: 'second name server' },
			{ name: 'dhcpServer', offset: 88, type: 'ip', about: 'DHCP server that gave the address' },
			{ name: 'hostName', offset: 104, type: 'text', about: 'host name' },
		],
	},
	namespaceExtension: {
		id: 9,
		length: 18,
		fields: [
			{ name: 'version', offset: 1, type: 'u8', about: '1' },
			{ name: 'namespaceIndex', offset: 2, type: 'u16', about: 'namespace that it belongs to' },
			{ name: 'flags', offset: 4, type: 'u32', about: 'bit 0 valid' },
			{ name: 'controllerId', offset: 8, type: 'u16', about: 'controller that was used' },
			{ name: 'adminQueueSize', offset: 10, type: 'u16', about: 'size of the admin submission queue' },
			{ name: 'dhcpRootPath', offset: 12, type: 'text', about: 'root path from DHCP' },
			{ name: 'namespaceAccess', offset: 18, type: 'u8', about: 'NAED (1.3)' },
			{ name: 'identifyEvent', offset: 19, type: 'u8', about: 'CIPEEC (1.3)' },
			{ name: 'connectTimeout', offset: 20, type: 'u16', about: 'CTO (1.3)' },
			{ name: 'connectEvent', offset: 22, type: 'u8', about: 'NCEEC (1.3)' },
		],
	},
	hfiExtension: {
		id: 10,
		length: 20,
		fields: [
			{ name: 'version', offset: 1, type: 'u8', about: '1' },
			{ name: 'hfiIndex', offset: 2, type: 'u16', about: 'interface that it belongs to' },
			{ name: 'flags', offset: 4, type: 'u32', about: 'bit 0 valid' },
			{ name: 'dhcpIaid', offset: 8, type: 'bytes', about: 'DHCPv6 identity association' },
			{ name: 'dhcpDuid', offset: 14, type: 'bytes', about: 'DHCP unique identifier' },
		],
	},
};

/** Length of a namespace extension with the fields of revision 1.3. */
export const longNamespaceExtension = 23;
/** Header before the control structure; the control structure has as many bytes. */
export const nbftHeaderLength = 64;

/** Where the control structure says what lists there are: offset u32, entry length u16, version u8, count u8. */
export const nbftLists = [
	{ name: 'hfis', structure: 'hfi', pointer: 16 },
	{ name: 'namespaces', structure: 'namespace', pointer: 24 },
	{ name: 'security', structure: 'security', pointer: 32 },
	{ name: 'discovery', structure: 'discovery', pointer: 40 },
] as const;

/** Heap references inside structures that lead to further structures. */
export const nbftReferences: {
	/** In an HFI: its TCP info. */
	readonly tcpInfo: 16;
	/** In a TCP info, since 1.3: its extension. */
	readonly hfiExtension: 110;
	/** In a TCP info, since 1.3: PCI segment. */
	readonly pciSegment: 116;
	/** In a namespace: its extension. */
	readonly namespaceExtension: 60;
} = { tcpInfo: 16, hfiExtension: 110, pciSegment: 116, namespaceExtension: 60 };

/** Flag of a namespace: it has an extension. */
export const extensionInUse = 0x10;

/** Heap reference to the name of the driver that wrote the table. */
export const driverField: readonly RecordField[] = [
	{ name: 'driverSignature', offset: 44, type: 'text', about: 'who wrote the table' },
];
