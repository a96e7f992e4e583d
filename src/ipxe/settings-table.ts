/** How the bytes of a setting are written and read as text (`src/core/settings.c`). */
export type IpxeSettingType =
	| 'string'
	| 'uristring'
	| 'ipv4'
	| 'ipv6'
	| 'int8'
	| 'int16'
	| 'int32'
	| 'uint8'
	| 'uint16'
	| 'uint32'
	| 'hex'
	| 'hexhyp'
	| 'hexraw'
	| 'base64'
	| 'uuid'
	| 'guid'
	| 'busdevfn'
	| 'dnssl';

/** One setting that iPXE knows by name. */
export interface IpxeSettingInfo {
	readonly name: string;
	/** `6` is DHCP option 6, `175.8` sub-option 8 of option 175, `1.8.16` an SMBIOS field. */
	readonly tag?: string | undefined;
	readonly type: IpxeSettingType;
	/** The only block that it lives in; those without one are looked up everywhere. */
	readonly scope?: string | undefined;
	readonly about: string;
}

function setting(
	name: string,
	tag: string,
	type: IpxeSettingType,
	about: string,
	scope?: string | undefined,
): IpxeSettingInfo {
	return { name, type, about, ...(tag === '' ? {} : { tag }), ...(scope === undefined ? {} : { scope }) };
}

/**
 * The settings that iPXE declares (`__setting` in its sources). A name that stands twice is declared once for DHCPv4
 * and again for DHCPv6 or neighbour discovery.
 *
 * @example
 * ```ts
 * import { ipxeSettings } from 'pxekit/ipxe';
 *
 * ipxeSettings.find((setting) => setting.name === 'next-server')?.tag; // => '175.3'
 * ```
 */
export const ipxeSettings: readonly IpxeSettingInfo[] = [
	setting('mac', '', 'hex', 'hardware address in use', 'net'),
	setting('hwaddr', '', 'hex', 'hardware address as burnt in', 'net'),
	setting('bustype', '', 'string', 'bus: PCI, USB, ISA', 'net'),
	setting('busloc', '', 'uint32', 'place on the bus', 'net'),
	setting('busid', '', 'hex', 'bus, vendor and device identifier', 'net'),
	setting('linktype', '', 'string', 'Ethernet, 802.11, IPoIB', 'net'),
	setting('chip', '', 'string', 'driver and chip', 'net'),
	setting('ifname', '', 'string', 'name of the interface: net0', 'net'),
	setting('mtu', '26', 'int16', 'largest frame'),
	setting('ssid', '', 'string', 'wireless network'),
	setting('active-scan', '', 'int8', 'whether to probe for wireless networks'),
	setting('key', '', 'string', 'wireless key'),
	setting('ip', '175.2', 'ipv4', 'own IPv4 address'),
	setting('netmask', '1', 'ipv4', 'subnet mask'),
	setting('gateway', '3', 'ipv4', 'default gateway'),
	setting('static-routes', '121', 'hex', 'classless static routes'),
	setting('dns', '6', 'ipv4', 'name server'),
	setting('ntp', '42', 'ipv4', 'time server'),
	setting('domain', '15', 'string', 'domain name'),
	setting('dnssl', '119', 'dnssl', 'domain search list'),
	setting('ip6', '', 'ipv6', 'own IPv6 address'),
	setting('len6', '', 'int8', 'IPv6 prefix length'),
	setting('gateway6', '', 'ipv6', 'IPv6 gateway'),
	setting('dns6', '23', 'ipv6', 'name server, from DHCPv6', 'dhcpv6'),
	setting('dns6', '25', 'ipv6', 'name server, from neighbour discovery', 'ndp'),
	setting('dnssl', '24', 'dnssl', 'domain search list, from DHCPv6', 'dhcpv6'),
	setting('dnssl', '31', 'dnssl', 'domain search list, from neighbour discovery', 'ndp'),
	setting('filename', '59', 'string', 'boot file, from DHCPv6', 'dhcpv6'),
	setting('syslog6', '', 'ipv6', 'log server'),
	setting('filename', '67', 'string', 'boot file'),
	setting('next-server', '175.3', 'ipv4', 'boot server (siaddr)'),
	setting('scriptlet', '175.81', 'string', 'commands to run in place of booting'),
	setting('user-class', '77', 'string', 'user class'),
	setting('vendor-class', '60', 'string', 'vendor class'),
	setting('dhcp-server', '54', 'ipv4', 'DHCP server'),
	setting('root-path', '17', 'string', 'SAN URI or NFS path'),
	setting('san-filename', '175.188', 'string', 'file to boot on the SAN device'),
	setting('san-drive', '175.189', 'uint8', 'SAN drive number, 0x80 by default'),
	setting('san-retries', '175.187', 'int8', 'attempts to open a SAN device'),
	setting('keep-san', '175.8', 'int8', 'keep the SAN device when booting from it fails'),
	setting('skip-san-boot', '175.9', 'int8', 'attach the SAN device without booting it'),
	setting('initiator-iqn', '203', 'string', 'iSCSI name of this machine'),
	setting('username', '175.190', 'string', 'user name for HTTP and CHAP'),
	setting('password', '175.191', 'string', 'password for HTTP and CHAP'),
	setting('reverse-username', '175.192', 'string', 'user name that the target must give'),
	setting('reverse-password', '175.193', 'string', 'password that the target must give'),
	setting('uid', '175.194', 'uint32', 'NFS user'),
	setting('gid', '175.195', 'uint32', 'NFS group'),
	setting('trust', '175.90', 'hex', 'fingerprints of trusted root certificates'),
	setting('cert', '175.91', 'hex', 'client certificate'),
	setting('privkey', '175.92', 'hex', 'client private key'),
	setting('crosscert', '175.93', 'string', 'where to get cross-signed certificates'),
	setting('uuid', '1.8.16', 'uuid', 'system UUID', 'smbios'),
	setting('manufacturer', '1.4.0', 'string', 'maker', 'smbios'),
	setting('product', '1.5.0', 'string', 'product', 'smbios'),
	setting('serial', '1.7.0', 'string', 'serial number', 'smbios'),
	setting('board-serial', '2.7.0', 'string', 'serial number of the board', 'smbios'),
	setting('asset', '3.8.0', 'string', 'asset tag', 'smbios'),
	setting('hostname', '12', 'string', 'host name'),
	setting('errno', '', 'uint32', 'status of the last command that failed', 'builtin'),
	setting('buildarch', '', 'string', 'i386, x86_64, arm32, arm64, riscv64, loong64', 'builtin'),
	setting('platform', '', 'string', 'pcbios, efi, sbi, linux', 'builtin'),
	setting('version', '', 'string', 'version of iPXE', 'builtin'),
	setting('unixtime', '', 'uint32', 'seconds since 1970', 'builtin'),
	setting('cwuri', '', 'string', 'where the running script came from', 'builtin'),
	setting('cwduri', '', 'string', 'folder that the running script came from', 'builtin'),
	setting('sysmac', '', 'hex', 'hardware address that the firmware passes through', 'builtin'),
	setting('dmesg', '', 'string', 'own log', 'builtin'),
	setting('vram', '', 'base64', 'text screen', 'builtin'),
	setting('priority', '175.1', 'int8', 'rank of the block among its siblings'),
	setting('syslog', '7', 'ipv4', 'log server'),
	setting('syslogs', '175.85', 'string', 'log server with TLS'),
	setting('keymap', '', 'string', 'keyboard layout'),
	setting('peerdist', '', 'int8', 'whether to use PeerDist'),
	setting('peerhost', '', 'string', 'PeerDist host'),
	setting('memsize', '', 'int32', 'memory in MiB'),
	setting('cpuvendor', '', 'string', 'maker of the processor', 'cpuid'),
	setting('cpumodel', '', 'string', 'model of the processor', 'cpuid'),
];

/** Every type name that may follow `:` in a setting. `settable`: whether `set` can write it. */
export const ipxeSettingTypes: Readonly<
	Record<IpxeSettingType, { readonly settable: boolean; readonly about: string }>
> = {
	string: { settable: true, about: 'the bytes as they are' },
	uristring: { settable: true, about: 'percent-encoded' },
	ipv4: { settable: true, about: '10.0.0.1' },
	ipv6: { settable: true, about: 'fe80::1' },
	int8: { settable: true, about: 'decimal, signed' },
	int16: { settable: true, about: 'decimal, signed' },
	int32: { settable: true, about: 'decimal, signed' },
	uint8: { settable: true, about: '0x with hexadecimal' },
	uint16: { settable: true, about: '0x with hexadecimal' },
	uint32: { settable: true, about: '0x with hexadecimal' },
	hex: { settable: true, about: '52:54:00' },
	hexhyp: { settable: true, about: '52-54-00' },
	hexraw: { settable: true, about: '525400' },
	base64: { settable: true, about: 'base64' },
	uuid: { settable: true, about: '8-4-4-4-12 digits' },
	guid: { settable: true, about: 'as uuid, first three fields byte-swapped' },
	busdevfn: { settable: false, about: '0000:00:03.1' },
	dnssl: { settable: false, about: 'domains with spaces between' },
};

/** Blocks of settings that a client has without any `set`. */
export const ipxeSettingBlocks: readonly string[] = [
	'smbios',
	'builtin',
	'pci',
	'usb',
	'cpuid',
	'acpi',
	'efi',
	'memmap',
	'vmware',
	'fdt',
	'proxydhcp',
	'pxebs',
	'netX',
];
