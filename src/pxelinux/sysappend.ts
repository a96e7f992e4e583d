import { EncodeError } from '../wire/errors.ts';
import { parseHex } from '../wire/hex.ts';
import { parseIpv4 } from '../wire/ipv4.ts';
import { formatUuid, parseUuid } from '../wire/uuid.ts';

/** One bit of SYSAPPEND. */
export interface SysappendBit {
	readonly bit: number;
	readonly name: SysappendName;
	/** What the string begins with on the command line. */
	readonly prefix: string;
	readonly meaning: string;
}

const bits = [
	{ bit: 0x1, name: 'ip', prefix: 'ip=', meaning: 'client, boot server, gateway and netmask' },
	{ bit: 0x2, name: 'bootif', prefix: 'BOOTIF=', meaning: 'hardware type and address of the boot interface' },
	{ bit: 0x4, name: 'sysuuid', prefix: 'SYSUUID=', meaning: 'UUID of the system' },
	{ bit: 0x8, name: 'cpu', prefix: 'CPU=', meaning: 'processor family and flags' },
	{ bit: 0x10, name: 'sysvendor', prefix: 'SYSVENDOR=', meaning: 'system vendor' },
	{ bit: 0x20, name: 'sysproduct', prefix: 'SYSPRODUCT=', meaning: 'system product' },
	{ bit: 0x40, name: 'sysversion', prefix: 'SYSVERSION=', meaning: 'system version' },
	{ bit: 0x80, name: 'sysserial', prefix: 'SYSSERIAL=', meaning: 'system serial number' },
	{ bit: 0x100, name: 'syssku', prefix: 'SYSSKU=', meaning: 'system SKU' },
	{ bit: 0x200, name: 'sysfamily', prefix: 'SYSFAMILY=', meaning: 'system family' },
	{ bit: 0x400, name: 'mbvendor', prefix: 'MBVENDOR=', meaning: 'mainboard vendor' },
	{ bit: 0x800, name: 'mbproduct', prefix: 'MBPRODUCT=', meaning: 'mainboard product' },
	{ bit: 0x1000, name: 'mbversion', prefix: 'MBVERSION=', meaning: 'mainboard version' },
	{ bit: 0x2000, name: 'mbserial', prefix: 'MBSERIAL=', meaning: 'mainboard serial number' },
	{ bit: 0x4000, name: 'mbasset', prefix: 'MBASSET=', meaning: 'mainboard asset tag' },
	{ bit: 0x8000, name: 'biosvendor', prefix: 'BIOSVENDOR=', meaning: 'firmware vendor' },
	{ bit: 0x10000, name: 'biosversion', prefix: 'BIOSVERSION=', meaning: 'firmware version' },
	{ bit: 0x20000, name: 'sysff', prefix: 'SYSFF=', meaning: 'form factor' },
	{ bit: 0x40000, name: 'fsuuid', prefix: 'FSUUID=', meaning: 'UUID of the boot file system' },
] as const;

/** The bits of SYSAPPEND and SENDCOOKIES, in the order in which their strings are added. Source: SYSLINUX com32/include/syslinux/sysappend.h. */
export const sysappendBits: readonly SysappendBit[] = bits;

/** Name of a SYSAPPEND bit. */
export type SysappendName = (typeof bits)[number]['name'];

/** What PXELINUX knows about the machine and its address. */
export interface PxelinuxClient {
	/** IPv4 address of the client. */
	readonly ip?: string | undefined;
	/** IPv4 address of the boot server. */
	readonly serverIp?: string | undefined;
	/** IPv4 address of the gateway. */
	readonly gateway?: string | undefined;
	/** IPv4 netmask. */
	readonly netmask?: string | undefined;
	/** Hardware address of the boot interface; of any length, InfiniBand has 20 bytes. */
	readonly mac?: string | undefined;
	/** ARP hardware type; 1, Ethernet, by default. InfiniBand is 32. */
	readonly hardwareType?: number | undefined;
	/** The UUID as firmware and `dmidecode` show it, or its 16 bytes as DHCP option 97 carries them. */
	readonly uuid?: string | Uint8Array | undefined;
	/** Values of the other SYSAPPEND strings, without their prefix: `{ sysvendor: 'QEMU' }`. */
	readonly facts?: Partial<Readonly<Record<SysappendName, string>>> | undefined;
}

/**
 * The mask of a set of SYSAPPEND names.
 *
 * @example
 * ```ts
 * import { sysappendMask } from 'pxekit/pxelinux';
 *
 * sysappendMask(['ip', 'bootif']); // => 3
 * ```
 */
export function sysappendMask(names: readonly SysappendName[]): number {
	return sysappendBits.reduce((mask, row) => (names.includes(row.name) ? mask | row.bit : mask), 0);
}

/**
 * The strings that SYSAPPEND adds for a client, in order. A fact that is not known adds nothing. White space in values
 * becomes `_`.
 *
 * @throws an {@link EncodeError} when an address or the UUID is malformed
 * @example
 * ```ts
 * import { sysappendStrings } from 'pxekit/pxelinux';
 *
 * sysappendStrings(2, { mac: '52:54:00:12:34:56' }); // => ['BOOTIF=01-52-54-00-12-34-56']
 * ```
 */
export function sysappendStrings(mask: number, client: PxelinuxClient): string[] {
	return sysappendBits.flatMap(({ bit, name, prefix }) => {
		const value = mask & bit ? (client.facts?.[name] ?? knownFact(name, client)) : undefined;
		const packed = value?.replace(/^[\0-\x20\x7f]+|[\0-\x20\x7f]+$/g, '').replace(/[\0-\x20\x7f]+/g, '_');
		return packed ? [prefix + packed] : [];
	});
}

function knownFact(name: SysappendName, client: PxelinuxClient): string | undefined {
	switch (name) {
		case 'ip':
			return client.ip === undefined ? undefined : ipFact(client);
		case 'bootif':
			return bootInterface(client);
		case 'sysuuid':
			return client.uuid === undefined ? undefined : usableUuid(client.uuid);
		default:
			return undefined;
	}
}

function ipFact({ ip, serverIp, gateway, netmask }: PxelinuxClient): string {
	const addresses = [ip, serverIp, gateway, netmask].map((address) => address ?? '0.0.0.0');
	for (const address of addresses) parseIpv4(address);
	return addresses.join(':');
}

/** @internal `01-52-54-00-12-34-56`: lower case, in SYSAPPEND and in file names. */
export function bootInterface({ mac, hardwareType = 1 }: PxelinuxClient): string | undefined {
	if (mac === undefined) return undefined;
	const bytes = parseHex(mac);
	if (bytes.length === 0 || bytes.length > 32)
		throw new EncodeError('bad-mac', `not a hardware address: ${mac}`, { path: 'mac' });
	if (!Number.isInteger(hardwareType) || hardwareType < 0 || hardwareType > 0xff) {
		const message = `a hardware type is one byte, not ${hardwareType}`;
		throw new EncodeError('out-of-range', message, { path: 'hardwareType' });
	}
	return [hardwareType, ...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('-');
}

/**
 * In the order of the bytes in DHCP option 97, which is not the order that firmware shows; `undefined` for one that the
 * loader does not believe: the upper half of the seventh byte, where RFC 4122 has the version, must not be 0 or 15.
 *
 * @internal
 */
export function usableUuid(uuid: string | Uint8Array): string | undefined {
	const bytes = typeof uuid === 'string' ? parseUuid(uuid, 'le', 'uuid') : uuid;
	if (bytes.length !== 16)
		throw new EncodeError('bad-uuid', `a UUID has 16 bytes, not ${bytes.length}`, { path: 'uuid' });
	const version = (bytes[6] as number) >> 4;
	return version === 0 || version === 15 ? undefined : formatUuid(bytes, 'be');
}
