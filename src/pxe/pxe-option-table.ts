import type { EncapsulatedOptionsRow } from './encapsulated-options.ts';
import type { PxeOptionKindName } from './pxe-option-kinds.ts';

/** One row of {@link pxeOptionTable}. */
export type PxeOptionRow = EncapsulatedOptionsRow<PxeOptionKindName>;

/**
 * The sub-options of option 43 between a PXE client and its servers. Decoder, encoder, types and printing all follow
 * from these rows; other codes read and write as bytes.
 *
 * Numbers and formats: PXE 2.1, table 2-1; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c for 11 and 12; Wireshark
 * packet-dhcp.c for Intel LANDesk Client Manager (LCM), 179 to 194.
 */
export const pxeOptionTable = [
	{ code: 1, name: 'mtftpAddress', kind: 'ipv4', source: 'PXE 2.1 table 2-1' },
	{ code: 2, name: 'mtftpClientPort', kind: 'u16', source: 'PXE 2.1 table 2-1' },
	{ code: 3, name: 'mtftpServerPort', kind: 'u16', source: 'PXE 2.1 table 2-1' },
	{ code: 4, name: 'mtftpTimeout', kind: 'u8', source: 'PXE 2.1 table 2-1, seconds' },
	{ code: 5, name: 'mtftpDelay', kind: 'u8', source: 'PXE 2.1 table 2-1, seconds' },
	{ code: 6, name: 'discoveryControl', kind: 'discoveryControl', source: 'PXE 2.1 table 2-1' },
	{ code: 7, name: 'discoveryMulticastAddress', kind: 'ipv4', source: 'PXE 2.1 table 2-1' },
	{ code: 8, name: 'bootServers', kind: 'bootServers', source: 'PXE 2.1 table 2-1' },
	{ code: 9, name: 'bootMenu', kind: 'bootMenu', source: 'PXE 2.1 table 2-1' },
	{ code: 10, name: 'menuPrompt', kind: 'menuPrompt', source: 'PXE 2.1 table 2-1' },
	{
		code: 11,
		name: 'multicastAddressAllocation',
		kind: 'multicastAddressAllocation',
		source: 'EDK2 PxeBcDhcp4.c',
	},
	{ code: 12, name: 'credentialTypes', kind: 'u32List', source: 'EDK2 PxeBcDhcp4.c' },
	{ code: 71, name: 'bootItem', kind: 'bootItem', source: 'PXE 2.1 section 2.4' },
	{ code: 179, name: 'lcmServer', kind: 'text', source: 'Wireshark packet-dhcp.c' },
	{ code: 180, name: 'lcmDomain', kind: 'text', source: 'Wireshark packet-dhcp.c' },
	{ code: 181, name: 'lcmNicOption', kind: 'bytes', source: 'Wireshark packet-dhcp.c' },
	{ code: 190, name: 'lcmWorkgroup', kind: 'text', source: 'Wireshark packet-dhcp.c' },
	{ code: 191, name: 'lcmDiscovery', kind: 'boolean', source: 'Wireshark packet-dhcp.c' },
	{ code: 192, name: 'lcmConfigured', kind: 'boolean', source: 'Wireshark packet-dhcp.c' },
	{ code: 193, name: 'lcmVersion', kind: 'u32', source: 'Wireshark packet-dhcp.c' },
	{ code: 194, name: 'lcmSerialNumber', kind: 'text', source: 'Wireshark packet-dhcp.c' },
] as const;
