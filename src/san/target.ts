import type { Secret } from './secret.ts';

/** CHAP or HTTP credentials. The reverse pair is what the target proves itself with (mutual CHAP). */
export interface SanCredentials {
	/** CHAP name, or HTTP user. */
	readonly username: string;
	/** Not shown by text forms. */
	readonly password: Secret;
	/** CHAP name of the target. */
	readonly reverseUsername?: string | undefined;
	/** CHAP secret of the target. */
	readonly reversePassword?: Secret | undefined;
}

/** An iSCSI disk, RFC 4173 section 5. */
export interface IscsiTarget {
	readonly scheme: 'iscsi';
	/** Host name, IPv4 or IPv6 address, without brackets. Empty asks for discovery. */
	readonly server: string;
	/** IP protocol number; only 6, TCP, is in use. Absent when the field is empty, which means 6. */
	readonly protocol?: number | undefined;
	/** TCP port. Absent when the field is empty, which means 3260. */
	readonly port?: number | undefined;
	/** Logical unit in its short form: up to four hexadecimal groups, `'0'`, `'1f'`, `'4752-3a4f-6b7e-2f99'`. */
	readonly lun: string;
	/** The target's name: `iqn.2004-01.org.example:disk1`, `eui.…`, `naa.…`. */
	readonly name: string;
	/** Only dracut's form has a place for them; elsewhere they travel beside the URI. */
	readonly credentials?: SanCredentials | undefined;
	/** dracut: the iSCSI interface to log in through. */
	readonly interfaceName?: string | undefined;
	/** dracut: the network device to log in through. */
	readonly networkDevice?: string | undefined;
}

/** An ATA over Ethernet disk: `aoe:e1.0`. */
export interface AoeTarget {
	readonly scheme: 'aoe';
	/** Shelf, 0 to 65535. */
	readonly major: number;
	/** Slot, 0 to 255. */
	readonly minor: number;
}

/** A Fibre Channel disk: `fcp:50:0a:09:81:98:ac:7e:de:0`. */
export interface FcpTarget {
	readonly scheme: 'fcp';
	/** World-wide port name, eight bytes with colons, lower case. */
	readonly portName: string;
	/** As in {@link IscsiTarget}. */
	readonly lun: string;
}

/** A SCSI RDMA (InfiniBand) disk. Byte strings are lower-case hexadecimal without separators. */
export interface SrpTarget {
	readonly scheme: 'ib_srp';
	/** Source port's GID, 16 bytes; absent for the first port that is up. */
	readonly sourceGid?: string | undefined;
	/** Initiator identifier extension, 8 bytes. */
	readonly initiatorIdExtension?: string | undefined;
	/** GUID of the initiator's host channel adapter, 8 bytes. */
	readonly initiatorHcaGuid?: string | undefined;
	/** Destination port's GID, 16 bytes. */
	readonly destinationGid: string;
	/** Partition key, a hexadecimal number of up to 16 bits. */
	readonly partitionKey?: string | undefined;
	/** Service identifier, 8 bytes. */
	readonly serviceId: string;
	/** As in {@link IscsiTarget}. */
	readonly lun: string;
	/** Target identifier extension, 8 bytes. */
	readonly targetIdExtension: string;
	/** GUID of the target's I/O controller, 8 bytes. */
	readonly targetIoControllerGuid: string;
}

/** An NVMe over TCP namespace: `nvme+tcp://10.0.0.1/nqn.2014-08.org.example:disk1`. */
export interface NvmeTcpTarget {
	readonly scheme: 'nvme+tcp';
	/** Host name, IPv4 or IPv6 address, without brackets. */
	readonly host: string;
	/** TCP port. Absent means 4420, or 8009 for the discovery subsystem. */
	readonly port?: number | undefined;
	/** NVMe qualified name of the subsystem. */
	readonly subsystem: string;
	/** `urn:uuid:…`, `urn:eui64:…`, `urn:nguid:…`, or `0` for all namespaces. */
	readonly namespaceId?: string | undefined;
}

/** A disk image on a file server, which iPXE's `sanboot` and `sanhook` take as a disk. */
export interface ImageTarget {
	readonly scheme: 'http' | 'https' | 'nfs';
	/** The whole URI, without the user part. */
	readonly uri: string;
	/** From the user part of the URI. */
	readonly credentials?: SanCredentials | undefined;
}

/** What a SAN boot URI (or DHCP root path) names. Tell the kinds apart by `scheme`. */
export type SanTarget = IscsiTarget | AoeTarget | FcpTarget | SrpTarget | NvmeTcpTarget | ImageTarget;
