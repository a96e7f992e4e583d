import type { Issue } from '../wire/issue.ts';
import type { AcpiHeader, AcpiOem } from './acpi.ts';

/** This machine, as NVMe knows it. */
export interface NbftHost {
	/** Bit 0 valid, 1 id configured, 2 NQN configured, 3 and 4 primary administrative host. */
	readonly flags: number;
	/** Host identifier as a UUID, first three fields little-endian in the table. */
	readonly id: string;
	readonly nqn?: string | undefined;
}

/** More about a network interface, since revision 1.3. */
export interface NbftHfiExtension {
	readonly version: number;
	readonly hfiIndex: number;
	/** Bit 0 valid; a further one says that the DHCP identifiers are there. */
	readonly flags: number;
	/** DHCPv6 identity association, hexadecimal as it stands in the table. */
	readonly dhcpIaid?: string | undefined;
	/** DHCP unique identifier, hexadecimal. */
	readonly dhcpDuid?: string | undefined;
}

/** How a network interface was set up. Absent properties are empty fields. */
export interface NbftTcpInfo {
	readonly version: number;
	/** 3 is TCP. */
	readonly transport: number;
	/** 1, or 2 since revision 1.3. */
	readonly infoVersion: number;
	readonly hfiIndex: number;
	/** Bit 0 valid, 1 global route, 2 from DHCP, 3 IPv6 autoconfiguration (1.3). */
	readonly flags: number;
	/** Segment, bus, device and function as one number: bits 0-2 function, 3-7 device, 8-15 bus, 16-31 segment. */
	readonly pciAddress: number;
	/** `'52:54:00:12:34:56'`. */
	readonly mac: string;
	/** VLAN tag; 0 for none. */
	readonly vlan: number;
	/** Windows' NL_PREFIX_ORIGIN, as in the iBFT. */
	readonly ipOrigin: number;
	/** IPv4 or IPv6 text, as all addresses here. */
	readonly address?: string | undefined;
	readonly prefixLength: number;
	readonly gateway?: string | undefined;
	readonly routeMetric: number;
	readonly primaryDns?: string | undefined;
	readonly secondaryDns?: string | undefined;
	/** Means something with flag bit 2 only. */
	readonly dhcpServer?: string | undefined;
	readonly hostName?: string | undefined;
	/** PCI segment, since revision 1.3. */
	readonly pciSegment?: number | undefined;
	readonly extension?: NbftHfiExtension | undefined;
}

/** A host fabric interface: one network port. */
export interface NbftHfi {
	/** Number by which other structures name it, from 1. */
	readonly index: number;
	/** Bit 0 valid. */
	readonly flags: number;
	/** 3 is TCP. */
	readonly transport: number;
	readonly tcp?: NbftTcpInfo | undefined;
}

/** More about a namespace. The fields from `namespaceAccess` on came with revision 1.3. */
export interface NbftNamespaceExtension {
	readonly version: number;
	readonly namespaceIndex: number;
	/** Bit 0 valid, 1 queue size set by an administrator. */
	readonly flags: number;
	readonly controllerId: number;
	readonly adminQueueSize: number;
	/** DHCP root path that the namespace came from. */
	readonly dhcpRootPath?: string | undefined;
	/** NAED. */
	readonly namespaceAccess?: number | undefined;
	/** CIPEEC. */
	readonly identifyEvent?: number | undefined;
	/** CTO. */
	readonly connectTimeout?: number | undefined;
	/** NCEEC. */
	readonly connectEvent?: number | undefined;
}

/** A subsystem's namespace: the disk (SSNS). */
export interface NbftNamespace {
	readonly index: number;
	/** Bits of figure 18: 0 valid, 1 not bootable, 2 security, 3 from DHCP, 4 extension in use, 5 and 6 discovery, 7 and 8 availability. */
	readonly flags: number;
	/** 3 is TCP. */
	readonly transport: number;
	/** Bit 0 in use, 1 header digest, 2 data digest. */
	readonly transportFlags: number;
	/** Index of the discovery controller that named it; 0 for none. */
	readonly discoveryIndex: number;
	/** IPv4 or IPv6 text. */
	readonly address?: string | undefined;
	/** Port as text: `'4420'`. */
	readonly serviceId?: string | undefined;
	readonly portId: number;
	readonly namespaceId: number;
	/** Kind of `nid`: 0 none, 1 EUI-64, 2 NGUID, 3 UUID. */
	readonly nidType: number;
	/** Namespace identifier, sixteen bytes in hexadecimal. */
	readonly nid: string;
	/** Index of a security profile; 0 for none. */
	readonly securityIndex: number;
	/** Index of the interface that leads there. */
	readonly primaryHfi: number;
	readonly secondaryHfis?: readonly number[] | undefined;
	/** NVMe qualified name of the subsystem. */
	readonly subsystem?: string | undefined;
	readonly extension?: NbftNamespaceExtension | undefined;
}

/** A security profile. Lists are hexadecimal. The table holds no key, only the path to one. */
export interface NbftSecurity {
	readonly index: number;
	/** Bits of figures 22 and 23; bit 0 valid. */
	readonly flags: number;
	readonly secretType: number;
	readonly channelAlgorithms?: string | undefined;
	readonly authenticationProtocols?: string | undefined;
	readonly cipherSuites?: string | undefined;
	readonly keyExchangeGroups?: string | undefined;
	readonly hashFunctions?: string | undefined;
	/** URI of the key's place. */
	readonly secretKeyPath?: string | undefined;
}

/** A discovery controller. */
export interface NbftDiscovery {
	/** Bit 0 valid. */
	readonly flags: number;
	readonly index: number;
	/** Index of the interface that leads there. */
	readonly hfiIndex: number;
	/** Index of a security profile; 0 for none. */
	readonly securityIndex: number;
	readonly uri?: string | undefined;
	/** NVMe qualified name; absent for the well-known one. */
	readonly nqn?: string | undefined;
}

/** What an NBFT says. */
export interface NbftContent {
	/** 0 is revision 1.0 of the specification, 1 is 1.3. */
	readonly minorRevision: number;
	/** Who wrote it, from the header's driver signature. */
	readonly driverSignature?: string | undefined;
	readonly host?: NbftHost | undefined;
	readonly hfis: readonly NbftHfi[];
	readonly namespaces: readonly NbftNamespace[];
	readonly security: readonly NbftSecurity[];
	readonly discovery: readonly NbftDiscovery[];
}

/** A decoded NVMe Boot Firmware Table. */
export interface Nbft extends AcpiHeader, NbftContent {
	/** The table. Shares the input's memory. */
	readonly bytes: Uint8Array;
	readonly issues: readonly Issue[];
}

/** A table to encode. A decoded {@link Nbft} is one. Absent lists are empty. */
export interface NbftInit extends AcpiOem, Partial<NbftContent> {}
