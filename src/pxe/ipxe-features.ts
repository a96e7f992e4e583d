/** Feature markers that iPXE sends in option 175, each one byte of version (iPXE src/include/ipxe/features.h). */
export const ipxeFeatureTable = [
	{ code: 0x10, name: 'pxeext' },
	{ code: 0x11, name: 'iscsi' },
	{ code: 0x12, name: 'aoe' },
	{ code: 0x13, name: 'http' },
	{ code: 0x14, name: 'https' },
	{ code: 0x15, name: 'tftp' },
	{ code: 0x16, name: 'ftp' },
	{ code: 0x17, name: 'dns' },
	{ code: 0x18, name: 'bzimage' },
	{ code: 0x19, name: 'multiboot' },
	{ code: 0x1a, name: 'slam' },
	{ code: 0x1b, name: 'srp' },
	{ code: 0x20, name: 'nbi' },
	{ code: 0x21, name: 'pxe' },
	{ code: 0x22, name: 'elf' },
	{ code: 0x23, name: 'comboot' },
	{ code: 0x24, name: 'efi' },
	{ code: 0x25, name: 'fcoe' },
	{ code: 0x26, name: 'vlan' },
	{ code: 0x27, name: 'menu' },
	{ code: 0x28, name: 'sdi' },
	{ code: 0x29, name: 'nfs' },
] as const;

/** A feature of an iPXE build: `'http'`, `'menu'`, … */
export type IpxeFeature = (typeof ipxeFeatureTable)[number]['name'];
