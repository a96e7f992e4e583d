import type { EncapsulatedOptionsRow } from './encapsulated-options.ts';
import type { IpxeOptionKindName } from './ipxe-option-kinds.ts';

/** One row of {@link ipxeOptionTable}. */
export type IpxeOptionRow = EncapsulatedOptionsRow<IpxeOptionKindName>;

/**
 * The sub-options of option 175 between iPXE (before it gPXE and Etherboot) and its servers. Decoder, encoder, types
 * and printing all follow from these rows; other codes read and write as bytes.
 */
export const ipxeOptionTable = [
	{ code: 0x01, name: 'priority', kind: 'i8', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0x02, name: 'yiaddr', kind: 'ipv4', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0x03, name: 'siaddr', kind: 'ipv4', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0x08, name: 'keepSan', kind: 'u8', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0x09, name: 'skipSanBoot', kind: 'u8', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0x10, name: 'pxeext', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x11, name: 'iscsi', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x12, name: 'aoe', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x13, name: 'http', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x14, name: 'https', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x15, name: 'tftp', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x16, name: 'ftp', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x17, name: 'dns', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x18, name: 'bzimage', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x19, name: 'multiboot', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x1a, name: 'slam', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x1b, name: 'srp', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x20, name: 'nbi', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x21, name: 'pxe', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x22, name: 'elf', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x23, name: 'comboot', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x24, name: 'efi', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x25, name: 'fcoe', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x26, name: 'vlan', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x27, name: 'menu', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x28, name: 'sdi', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	{ code: 0x29, name: 'nfs', kind: 'feature', source: 'iPXE src/include/ipxe/features.h' },
	// A script may set passwords.
	{ code: 0x51, name: 'scriptlet', kind: 'text', source: 'iPXE src/include/ipxe/dhcp.h', secret: true },
	{ code: 0x55, name: 'syslogs', kind: 'text', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0x5a, name: 'trust', kind: 'bytes', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0x5b, name: 'cert', kind: 'bytes', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0x5c, name: 'key', kind: 'bytes', source: 'iPXE src/include/ipxe/dhcp.h', secret: true },
	{ code: 0x5d, name: 'crossCert', kind: 'text', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0xb0, name: 'noPxeDhcp', kind: 'u8', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0xb1, name: 'busId', kind: 'busId', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0xb2, name: 'useCached', kind: 'u8', source: 'iPXE src/include/ipxe/dhcp.h, obsolete' },
	{ code: 0xbb, name: 'sanRetry', kind: 'u8', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0xbc, name: 'sanFilename', kind: 'text', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0xbd, name: 'sanDrive', kind: 'u8', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0xbe, name: 'username', kind: 'text', source: 'iPXE src/include/ipxe/dhcp.h', secret: true },
	{ code: 0xbf, name: 'password', kind: 'text', source: 'iPXE src/include/ipxe/dhcp.h', secret: true },
	{ code: 0xc0, name: 'reverseUsername', kind: 'text', source: 'iPXE src/include/ipxe/dhcp.h', secret: true },
	{ code: 0xc1, name: 'reversePassword', kind: 'text', source: 'iPXE src/include/ipxe/dhcp.h', secret: true },
	{ code: 0xc2, name: 'uid', kind: 'u32', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0xc3, name: 'gid', kind: 'u32', source: 'iPXE src/include/ipxe/dhcp.h' },
	{ code: 0xeb, name: 'version', kind: 'version', source: 'iPXE src/include/ipxe/dhcp.h' },
] as const;
