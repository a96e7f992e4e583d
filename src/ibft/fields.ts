import type { IbftChapType, IbftInitiator, IbftNic, IbftOrigin, IbftTarget } from './model.ts';

/** How a field is written. Integers are little-endian. */
export type IbftFieldType =
	/** One byte. */
	| 'u8'
	/** Two bytes. */
	| 'u16'
	/** Sixteen bytes, IPv4 mapped. */
	| 'ip'
	/** Six bytes. */
	| 'mac'
	/** Eight bytes as SCSI sends them. */
	| 'lun'
	/** Two bytes: bus, then device and function. */
	| 'pci'
	/** One byte, see {@link IbftOrigin}. */
	| 'origin'
	/** One byte, see {@link IbftChapType}. */
	| 'chapType'
	/** Length, then offset from the start of the table, two bytes each; a NUL follows the text but is not counted. */
	| 'text'
	/** As `text`; shown as `***`. */
	| 'secret';

/** One field of an iBFT structure. */
export interface IbftField<Name extends string = string> {
	/** Property of the decoded structure. */
	readonly name: Name;
	/** Byte offset from the start of the structure. */
	readonly offset: number;
	readonly type: IbftFieldType;
	/** File of Linux's sysfs that shows it. */
	readonly sysfs?: string;
	/** What it means, for docs and dumps. */
	readonly about: string;
}

/** One kind of iBFT structure. */
export interface IbftStructure<Name extends string = string> {
	/** First byte of the structure. */
	readonly id: number;
	/** Bytes that a structure of this kind has, its header of six included. */
	readonly length: number;
	/** Its flags, from bit 0 up. */
	readonly flags: readonly string[];
	readonly fields: readonly IbftField<Name>[];
}

const initiator: IbftStructure<keyof IbftInitiator & string> = {
	id: 2,
	length: 74,
	flags: ['valid', 'boot selected'],
	fields: [
		{ name: 'isnsServer', offset: 6, type: 'ip', sysfs: 'isns-server', about: 'iSNS server' },
		{ name: 'slpServer', offset: 22, type: 'ip', sysfs: 'slp-server', about: 'SLP server' },
		{ name: 'primaryRadius', offset: 38, type: 'ip', sysfs: 'pri-radius-server', about: 'primary RADIUS server' },
		{ name: 'secondaryRadius', offset: 54, type: 'ip', sysfs: 'sec-radius-server', about: 'secondary RADIUS server' },
		{ name: 'name', offset: 70, type: 'text', sysfs: 'initiator-name', about: 'iSCSI name of this machine' },
	],
};

const nic: IbftStructure<keyof IbftNic & string> = {
	id: 3,
	length: 102,
	flags: ['valid', 'boot selected', 'global'],
	fields: [
		{ name: 'address', offset: 6, type: 'ip', sysfs: 'ip-addr', about: 'address of this machine' },
		{ name: 'prefixLength', offset: 22, type: 'u8', sysfs: 'prefix-len', about: 'bits of the subnet mask' },
		{ name: 'origin', offset: 23, type: 'origin', sysfs: 'origin', about: 'how the address was come by' },
		{ name: 'gateway', offset: 24, type: 'ip', sysfs: 'gateway', about: 'router' },
		{ name: 'primaryDns', offset: 40, type: 'ip', sysfs: 'primary-dns', about: 'name server' },
		{ name: 'secondaryDns', offset: 56, type: 'ip', sysfs: 'secondary-dns', about: 'second name server' },
		{ name: 'dhcpServer', offset: 72, type: 'ip', sysfs: 'dhcp', about: 'DHCP server that gave the address' },
		{ name: 'vlan', offset: 88, type: 'u16', sysfs: 'vlan', about: 'VLAN tag, 0 for none' },
		{ name: 'mac', offset: 90, type: 'mac', sysfs: 'mac', about: 'Ethernet address' },
		{ name: 'pciAddress', offset: 96, type: 'pci', about: 'PCI bus, device and function' },
		{ name: 'hostName', offset: 98, type: 'text', sysfs: 'hostname', about: 'host name from DHCP' },
	],
};

const target: IbftStructure<keyof IbftTarget & string> = {
	id: 4,
	length: 54,
	flags: ['valid', 'boot selected', 'RADIUS CHAP', 'RADIUS reverse CHAP'],
	fields: [
		{ name: 'address', offset: 6, type: 'ip', sysfs: 'ip-addr', about: 'address of the target' },
		{ name: 'port', offset: 22, type: 'u16', sysfs: 'port', about: 'TCP port' },
		{ name: 'lun', offset: 24, type: 'lun', sysfs: 'lun', about: 'logical unit' },
		{ name: 'chapType', offset: 32, type: 'chapType', sysfs: 'chap-type', about: 'authentication at login' },
		{ name: 'nicAssociation', offset: 33, type: 'u8', sysfs: 'nic-assoc', about: 'index of the NIC that leads there' },
		{ name: 'name', offset: 34, type: 'text', sysfs: 'target-name', about: 'iSCSI name of the target' },
		{ name: 'chapName', offset: 38, type: 'text', sysfs: 'chap-name', about: 'CHAP name of this machine' },
		{ name: 'chapSecret', offset: 42, type: 'secret', sysfs: 'chap-secret', about: 'CHAP secret of this machine' },
		{ name: 'reverseChapName', offset: 46, type: 'text', sysfs: 'rev-chap-name', about: 'CHAP name of the target' },
		{
			name: 'reverseChapSecret',
			offset: 50,
			type: 'secret',
			sysfs: 'rev-chap-name-secret',
			about: 'CHAP secret of the target',
		},
	],
};

/**
 * The iBFT's structures, field by field: the table that decoding, encoding, Linux's file names, dumps and docs follow.
 * Offsets and types as in iPXE's ibft.h, EDK2's IScsiBootFirmwareTable.h and Linux's iscsi_ibft.c.
 *
 * @example
 * ```ts
 * import { ibftStructures } from 'pxekit/ibft';
 *
 * ibftStructures.nic.length; // => 102
 * ibftStructures.nic.fields.find(({ name }) => name === 'mac')?.offset; // => 90
 * ```
 */
export const ibftStructures: {
	readonly initiator: IbftStructure<keyof IbftInitiator & string>;
	readonly nic: IbftStructure<keyof IbftNic & string>;
	readonly target: IbftStructure<keyof IbftTarget & string>;
} = { initiator, nic, target };

/** The kinds of structure that tables hold, control structure apart. */
export type IbftStructureKind = keyof typeof ibftStructures;

/** Bits of `flags`, for {@link IbftNic}, {@link IbftTarget} and {@link IbftInitiator}. */
export const ibftFlags: {
	/** All structures: the block holds something. */
	readonly valid: 1;
	/** All structures: the firmware booted by it. */
	readonly bootSelected: 2;
	/** NIC: the address is global, not link-local. Only EDK2 sets it. */
	readonly global: 4;
	/** Target: a RADIUS server checks CHAP. Not "CHAP is in use": that is `chapType`. */
	readonly radiusChap: 4;
	/** Target: a RADIUS server checks the target's CHAP. */
	readonly radiusReverseChap: 8;
} = { valid: 1, bootSelected: 2, global: 4, radiusChap: 4, radiusReverseChap: 8 };

/** Header and reserved bytes before the control structure. */
export const controlOffset = 48;
/** Length of a control structure with two NICs and two targets. */
export const controlLength = 18;
/** Length of the header of every structure. */
export const structureHeaderLength = 6;

/** Names of origins by code. 15 (iPXE, u-root) and 16 (EDK2, open-iscsi) both stand for "unchanged". */
export const originNames: ReadonlyMap<number, Exclude<IbftOrigin, number>> = new Map([
	[0, 'other'],
	[1, 'manual'],
	[2, 'wellKnown'],
	[3, 'dhcp'],
	[4, 'routerAdvertisement'],
	[15, 'unchanged'],
	[16, 'unchanged'],
]);

/** Names of CHAP types by code. */
export const chapTypeNames: ReadonlyMap<number, Exclude<IbftChapType, number>> = new Map([
	[0, 'none'],
	[1, 'chap'],
	[2, 'mutual'],
]);
