import { type IpxeBuilder, type IpxeSanOptions, ipxe } from '../ipxe/builder.ts';
import { ipxeSanSettings } from '../san/convert.ts';
import { bootEntry, bootTarget } from './convert.ts';
import { dottedMask } from './ip.ts';
import type { Ibft, IbftNic } from './model.ts';

/** How {@link toIpxe} boots. */
export interface ToIpxeOptions {
	/** `sanboot` boots from the disk; `sanhook` attaches it and goes on, as for an installation. */
	readonly command?: 'sanboot' | 'sanhook' | undefined;
	/** Options of that command. */
	readonly san?: IpxeSanOptions | undefined;
	/** iPXE's name of the card; `'net0'` by default. */
	readonly interfaceName?: string | undefined;
}

/**
 * The iPXE script that comes to the same table: network, initiator name, CHAP, `sanboot`. It holds the CHAP secrets in
 * clear text, as an iPXE script must.
 *
 * @throws an {@link EncodeError} `no-target` for a table without targets, or for a text that a script can't say
 * @example
 * ```ts
 * import { decodeIbft, encodeIbft, toIpxe } from 'pxekit/ibft';
 *
 * const table = decodeIbft(encodeIbft({
 *   initiator: { name: 'iqn.2004-01.org.example:host1' },
 *   nics: [{ mac: '52:54:00:12:34:56', origin: 'dhcp' }],
 *   targets: [{ name: 'iqn.2004-01.org.example:a', address: '10.0.0.1', lun: '1' }],
 * }));
 * toIpxe(table).toString().split('\n').slice(0, 4);
 * // => ['#!ipxe', 'dhcp net0', 'set initiator-iqn iqn.2004-01.org.example:host1', 'sanboot iscsi:10.0.0.1:::1:iqn.2004-01.org.example:a']
 * ```
 */
export function toIpxe(
	table: Ibft,
	{ command = 'sanboot', san = {}, interfaceName = 'net0' }: ToIpxeOptions = {},
): IpxeBuilder {
	const settings = ipxeSanSettings(bootTarget(table), { initiator: table.initiator?.name });
	const { 'root-path': uri, ...others } = settings;
	const script = ipxe();
	const nic = bootEntry(table)?.nic;
	if (nic) setUpNetwork(script, nic, interfaceName);
	for (const [name, value] of Object.entries(others)) script.set(name, value, { secret: name.includes('password') });
	return command === 'sanboot' ? script.sanboot(uri as string, san) : script.sanhook(uri as string, san);
}

function setUpNetwork(script: IpxeBuilder, nic: IbftNic, name: string): void {
	if (nic.origin === 'dhcp' || nic.dhcpServer !== undefined || nic.address === undefined) {
		script.dhcp(name);
		return;
	}
	const isIpv6 = nic.address.includes(':');
	const values: readonly (readonly [string, string | undefined])[] = isIpv6
		? [
				['ip6', nic.address],
				['len6', String(nic.prefixLength)],
				['gateway6', nic.gateway],
				['dns6', nic.primaryDns],
			]
		: [
				['ip', nic.address],
				['netmask', dottedMask(nic.prefixLength)],
				['gateway', nic.gateway],
				['dns', nic.primaryDns],
			];
	for (const [setting, value] of values) if (value !== undefined) script.set(`${name}/${setting}`, value);
	script.ifopen(name);
}
