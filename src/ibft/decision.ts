import { encodeIpxeOptions } from '../pxe/ipxe-options.ts';
import type { IscsiTarget, SanCredentials, SanTarget } from '../san/target.ts';
import { formatSanUri, parseSanUri, sanPort } from '../san/uri.ts';
import { EncodeError } from '../wire/errors.ts';
import { parseIpv4 } from '../wire/ipv4.ts';
import { encodeUtf8 } from '../wire/text.ts';
import { gatewayForWindows } from './check-windows.ts';
import { parseIp } from './ip.ts';
import type { IbftInit, IbftNicInit } from './model.ts';

/** What a DHCP server gave a machine, as far as an iBFT tells it. Addresses are IPv4 text. */
export interface DhcpLease {
	/** `yiaddr`. */
	readonly address: string;
	/** Option 1. */
	readonly subnetMask?: string | undefined;
	/** Option 3. */
	readonly routers?: readonly string[] | undefined;
	/** Option 6. */
	readonly dnsServers?: readonly string[] | undefined;
	/** Option 54. */
	readonly serverIdentifier?: string | undefined;
	/** Option 12. */
	readonly hostName?: string | undefined;
}

/**
 * A NIC of an iBFT from a DHCP lease, as iPXE fills it in.
 *
 * @throws an {@link EncodeError} `bad-ipv4` or `bad-subnet-mask`
 * @example
 * ```ts
 * import { nicFromLease } from 'pxekit/ibft';
 *
 * const nic = nicFromLease(
 *   { mac: '52:54:00:12:34:56', pciAddress: '00:03.0' },
 *   { address: '10.0.0.2', subnetMask: '255.255.255.0', serverIdentifier: '10.0.0.1' },
 * );
 * [nic.prefixLength, nic.origin, nic.dhcpServer]; // => [24, 'dhcp', '10.0.0.1']
 * ```
 */
export function nicFromLease(card: IbftNicInit, lease: DhcpLease): IbftNicInit {
	const [primaryDns, secondaryDns] = lease.dnsServers ?? [];
	const gateway = lease.routers?.[0];
	return {
		...card,
		address: lease.address,
		prefixLength: prefixOf(lease.subnetMask ?? '255.255.255.255'),
		origin: 'dhcp',
		...(gateway !== undefined && { gateway }),
		...(primaryDns !== undefined && { primaryDns }),
		...(secondaryDns !== undefined && { secondaryDns }),
		...(lease.serverIdentifier !== undefined && { dhcpServer: lease.serverIdentifier }),
		...(lease.hostName !== undefined && { hostName: lease.hostName }),
	};
}

function prefixOf(mask: string): number {
	const bits = [...parseIpv4(mask, 'subnetMask')].map((byte) => byte.toString(2).padStart(8, '0')).join('');
	if (!/^1*0*$/.test(bits)) {
		throw new EncodeError('bad-subnet-mask', `${mask} is no subnet mask`, { path: 'subnetMask' });
	}
	return bits.replace(/0/g, '').length;
}

/** A boot decision: this machine shall boot from that disk. */
export interface SanBootDecision {
	/** Root path or target. For an iBFT an iSCSI target with an IP address. */
	readonly san: string | SanTarget;
	/** iSCSI name of the machine. */
	readonly initiator: string;
	/** The card to boot through, see {@link nicFromLease}. */
	readonly nic: IbftNicInit;
	/** CHAP; takes precedence over credentials in `san`. */
	readonly chap?: SanCredentials | undefined;
}

/** How {@link ibftFor} shapes the table. */
export interface IbftForOptions {
	/** Sets the gateway as Windows needs it, see {@link gatewayForWindows}. */
	readonly forWindows?: boolean | undefined;
}

/**
 * The table that firmware would leave after it booted so; ready for {@link encodeIbft}.
 *
 * @throws an {@link EncodeError} `not-iscsi` for another kind of disk, `needs-address` when the server is a host name,
 * `chap-incomplete`; a {@link DecodeError} when `san` is text that can't be read
 * @example
 * ```ts
 * import { decodeIbft, encodeIbft, ibftFor, toSanUri } from 'pxekit/ibft';
 *
 * const init = ibftFor({
 *   san: 'iscsi:10.0.0.1:::1:iqn.2004-01.org.example:disk1',
 *   initiator: 'iqn.2004-01.org.example:host1',
 *   nic: { mac: '52:54:00:12:34:56', pciAddress: '00:03.0', address: '10.0.0.2', prefixLength: 24 },
 * });
 * toSanUri(decodeIbft(encodeIbft(init))); // => 'iscsi:10.0.0.1:::1:iqn.2004-01.org.example:disk1'
 * ```
 */
export function ibftFor(decision: SanBootDecision, { forWindows = false }: IbftForOptions = {}): IbftInit {
	const target = iscsiTargetOf(decision);
	parseServer(target.server);
	const chap = decision.chap ?? target.credentials;
	const init: IbftInit = {
		initiator: { name: decision.initiator },
		nics: [decision.nic],
		targets: [
			{
				address: target.server,
				port: sanPort(target) ?? 3260,
				lun: target.lun,
				name: target.name,
				...(chap && { chapName: chap.username, chapSecret: chap.password }),
				...(chap?.reverseUsername !== undefined && { reverseChapName: chap.reverseUsername }),
				...(chap?.reversePassword !== undefined && { reverseChapSecret: chap.reversePassword }),
			},
		],
	};
	return forWindows ? gatewayForWindows(init) : init;
}

function iscsiTargetOf({ san }: SanBootDecision): IscsiTarget {
	const target = typeof san === 'string' ? parseSanUri(san) : san;
	if (target.scheme === 'iscsi') return target;
	const other = target.scheme === 'aoe' ? '; encodeAbft writes the table for AoE' : '';
	throw new EncodeError('not-iscsi', `an iBFT names iSCSI disks, not ${target.scheme}:${other}`, { path: 'san' });
}

function parseServer(server: string): void {
	try {
		parseIp(server, 'san');
	} catch (error) {
		if (!(error instanceof EncodeError)) throw error;
		const message = `an iBFT has no room for host names: resolve ${JSON.stringify(server)} first`;
		throw new EncodeError('needs-address', message, { path: 'san' });
	}
}

/** A DHCP option as a pair, as `encodeDhcp` of pxekit/dhcp takes it: code and bytes. */
export type SanDhcpOption = readonly [code: number, bytes: Uint8Array];

/** What {@link sanDhcpOptions} adds beside the disk. */
export interface SanDhcpOptionsOptions {
	/** iPXE keeps the disk attached, and its table in memory, when what it boots next is not from that disk (175.8). */
	readonly keepSan?: boolean | undefined;
	/** iPXE attaches the disk but boots something else, as to install onto it (175.9). */
	readonly skipSanBoot?: boolean | undefined;
}

/**
 * The DHCP options by which iPXE comes to the same decision: root path (17), initiator name (203) and, inside 175,
 * keep-san, skip-san-boot and the credentials. These cross the network in clear text, as all of DHCP does.
 *
 * @throws an {@link EncodeError} `too-long` for more than 255 bytes in an option
 * @example
 * ```ts
 * import { sanDhcpOptions } from 'pxekit/ibft';
 *
 * const options = sanDhcpOptions({
 *   san: 'iscsi:10.0.0.1::::iqn.2004-01.org.example:disk1',
 *   initiator: 'iqn.2004-01.org.example:host1',
 *   nic: { mac: '52:54:00:12:34:56' },
 * }, { keepSan: true });
 * options.map(([code]) => code); // => [17, 203, 175]
 * options[2]?.[1]; // => Uint8Array.of(8, 1, 1, 255)
 * ```
 */
export function sanDhcpOptions(
	decision: SanBootDecision,
	{ keepSan = false, skipSanBoot = false }: SanDhcpOptionsOptions = {},
): SanDhcpOption[] {
	const target = typeof decision.san === 'string' ? parseSanUri(decision.san) : decision.san;
	const chap = decision.chap ?? (target.scheme === 'iscsi' ? target.credentials : undefined);
	const inside = {
		...(keepSan && { keepSan: 1 }),
		...(skipSanBoot && { skipSanBoot: 1 }),
		...(chap && { username: chap.username, password: chap.password.reveal() }),
		...(chap?.reverseUsername !== undefined && { reverseUsername: chap.reverseUsername }),
		...(chap?.reversePassword !== undefined && { reversePassword: chap.reversePassword.reveal() }),
	};
	return [
		// iPXE takes the user of HTTP from the URI, and CHAP names from settings only.
		[17, optionText(formatSanUri(target, { dialect: 'ipxe', withCredentials: target.scheme !== 'iscsi' }), 'rootPath')],
		[203, optionText(decision.initiator, 'initiator')],
		...(Object.keys(inside).length > 0 ? [[175, encodeIpxeOptions(inside)] as const] : []),
	];
}

function optionText(text: string, path: string): Uint8Array {
	const bytes = encodeUtf8(text, path);
	if (bytes.length <= 255) return bytes;
	throw new EncodeError('too-long', `${path} has ${bytes.length} bytes, where a DHCP option holds 255`, { path });
}
