import type { DhcpPacket, MachineIdentifier } from '../dhcp/index.ts';
import { type ClientArchitecture, clientArchitecture } from './client-architectures.ts';
import { decodeIpxeOptions, type IpxeFeature } from './ipxe-options.ts';
import { optionText } from './option-text.ts';

/** What an iPXE client says of its build. */
export interface IpxeClient {
	/** `'1.21.1'`; absent when the client sent none. */
	readonly version?: string | undefined;
	/** Empty when the client sent no option 175, or one without feature markers. */
	readonly features: ReadonlySet<IpxeFeature>;
}

/** Who asks, as far as its packet tells. */
export interface BootClient {
	/** `'http'` for UEFI HTTP boot, which wants a URI; `'pxe'` for all others. */
	readonly kind: 'pxe' | 'http';
	/** Number from {@link clientArchitectures}. */
	readonly arch: number;
	/** Where `arch` comes from: option 93, the text of option 60, or nowhere (then it is 0, a PC BIOS). */
	readonly archSource: 'clientArchitecture' | 'vendorClassIdentifier' | 'assumed';
	readonly archName: string;
	/** The table's row for `arch`. */
	readonly architecture: ClientArchitecture;
	/** All of option 93, in the client's order of preference. */
	readonly architectures: readonly number[];
	/** Version of the network driver interface, from option 94 first and option 60 second. */
	readonly undi?: { readonly major: number; readonly minor: number } | undefined;
	/**
	 * The machine's UUID as its SMBIOS shows it, or in wire order for U-Boot. Not unique: many machines carry their
	 * vendor's default. Absent when there was none, or one of another type.
	 */
	readonly uuid?: string | undefined;
	/** Option 97 whole. */
	readonly machineIdentifier?: MachineIdentifier | undefined;
	/** In colon form; `''` when the packet has none. */
	readonly mac: string;
	/** Present when the client is iPXE (or gPXE). */
	readonly ipxe?: IpxeClient | undefined;
	/** Option 77 as text. */
	readonly userClasses: readonly string[];
	/** Option 60 as text: `PXEClient:Arch:00007:UNDI:003016`. */
	readonly vendorClass: string;
}

interface VendorClass {
	readonly kind: 'pxe' | 'http';
	readonly arch?: number | undefined;
	readonly undi?: { readonly major: number; readonly minor: number } | undefined;
}

/**
 * `PXEClient:Arch:xxxxx:UNDI:yyyzzz` (PXE 2.1, table 2-1). Only the prefix is sure: chain-loaded iPXE sends nothing
 * more. The number is decimal, but some U-Boot builds write it in hexadecimal (`0001b`).
 */
function parseVendorClass(text: string): VendorClass | undefined {
	const prefix = /^(PXE|HTTP)Client/.exec(text)?.[1];
	if (!prefix) return undefined;
	const arch = /^\w+:Arch:([0-9a-f]{1,5})(?::|$)/i.exec(text)?.[1];
	const undi = /:UNDI:(\d{3})(\d{3})/.exec(text);
	return {
		kind: prefix === 'HTTP' ? 'http' : 'pxe',
		arch: arch === undefined ? undefined : Number.parseInt(arch, /[a-f]/i.test(arch) ? 16 : 10),
		undi: undi ? { major: Number(undi[1]), minor: Number(undi[2]) } : undefined,
	};
}

function ipxeOf(packet: DhcpPacket, userClasses: readonly string[]): IpxeClient | undefined {
	const encapsulated = packet.options.bytes('ipxeOptions');
	const named = userClasses.some((name) => name === 'iPXE' || name === 'gPXE');
	if (!encapsulated && !named) return undefined;
	const { values, features } = decodeIpxeOptions(encapsulated ?? new Uint8Array(0));
	return { version: values.version, features };
}

/**
 * Says who sent a packet, or `undefined` when it is not the request of a network-boot client. What tells is option 60,
 * which begins with `PXEClient` or `HTTPClient`; all else may be missing.
 *
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
 * import { identifyClient } from 'pxekit/pxe';
 *
 * const discover = decodeDhcp(encodeDhcp({
 *   op: 1, xid: 1, chaddr: '52:54:00:12:34:56',
 *   options: {
 *     messageType: 'DISCOVER', vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016', clientArchitecture: [7],
 *     clientMachineIdentifier: { guid: '12345678-9abc-def0-1122-334455667788' },
 *   },
 * }));
 * const client = identifyClient(discover);
 * client?.archName; // => 'x64 UEFI'
 * client?.uuid; // => '12345678-9abc-def0-1122-334455667788'
 * client?.ipxe; // => undefined
 * ```
 */
export function identifyClient(packet: DhcpPacket): BootClient | undefined {
	if (packet.op !== 1) return undefined;
	const vendorClass = optionText(packet, 'vendorClassIdentifier');
	const parsed = parseVendorClass(vendorClass);
	if (!parsed) return undefined;
	const architectures = packet.options.tryGet('clientArchitecture') ?? [];
	const arch = architectures[0] ?? parsed.arch ?? 0;
	const network = packet.options.tryGet('clientNetworkInterface');
	const machineIdentifier = packet.options.tryGet('clientMachineIdentifier');
	const userClasses = packet.options.tryGet('userClass')?.text ?? [];
	const architecture = clientArchitecture(arch);
	const isUuid = machineIdentifier?.type === 0;
	return {
		kind: parsed.kind,
		arch,
		archSource:
			architectures.length > 0 ? 'clientArchitecture' : parsed.arch === undefined ? 'assumed' : 'vendorClassIdentifier',
		archName: architecture.name,
		architecture,
		architectures,
		undi: network ? { major: network.major, minor: network.minor } : parsed.undi,
		uuid: isUuid ? machineIdentifier[architecture.firmware === 'u-boot' ? 'uuid' : 'guid'] : undefined,
		machineIdentifier,
		mac: packet.mac,
		ipxe: ipxeOf(packet, userClasses),
		userClasses,
		vendorClass,
	};
}
