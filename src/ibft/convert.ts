import { checkedInitiator, dracutArguments } from '../san/convert.ts';
import type { IscsiTarget } from '../san/target.ts';
import { formatSanUri } from '../san/uri.ts';
import { EncodeError } from '../wire/errors.ts';
import { ibftFlags } from './fields.ts';
import { dottedMask } from './ip.ts';
import { viewAsLinux } from './linux.ts';
import type { Ibft, IbftNic, IbftTarget } from './model.ts';
import { ibftSysfs } from './sysfs.ts';

/**
 * The target that readers boot from, and the NIC that leads there: the first target with the boot bit, or the first.
 *
 * @example
 * ```ts
 * import { bootEntry, decodeIbft, encodeIbft } from 'pxekit/ibft';
 *
 * const nics = [{ mac: '52:54:00:12:34:56' }];
 * const targets = [{ name: 'iqn.2004-01.org.example:a', flags: 1 }, { name: 'iqn.2004-01.org.example:b' }];
 * bootEntry(decodeIbft(encodeIbft({ nics, targets })))?.target.name; // => 'iqn.2004-01.org.example:b'
 * ```
 */
export function bootEntry(table: Ibft): { target: IbftTarget; nic: IbftNic | undefined } | undefined {
	const target = table.targets.find(({ flags }) => flags & ibftFlags.bootSelected) ?? table.targets[0];
	return target && { target, nic: table.nics.find(({ index }) => index === target.nicAssociation) };
}

/**
 * A target of a table as `pxekit/san` has it.
 *
 * @throws an {@link EncodeError} `no-target-name` or `no-target-address` when the table does not say
 * @example
 * ```ts
 * import { decodeIbft, encodeIbft, toSanTarget } from 'pxekit/ibft';
 *
 * const targets = [{ name: 'iqn.2004-01.org.example:a', address: '10.0.0.1' }];
 * const table = decodeIbft(encodeIbft({ nics: [{ mac: '52:54:00:12:34:56' }], targets }));
 * toSanTarget(table.targets[0]!).server; // => '10.0.0.1'
 * ```
 */
export function toSanTarget(target: IbftTarget): IscsiTarget {
	const { name, address, chapName, chapSecret, reverseChapName, reverseChapSecret } = target;
	if (name === undefined) throw new EncodeError('no-target-name', 'the target has no name', { path: 'name' });
	if (address === undefined)
		throw new EncodeError('no-target-address', 'the target has no address', { path: 'address' });
	return {
		scheme: 'iscsi',
		server: address,
		...(target.port !== 3260 && { port: target.port }),
		lun: target.lun,
		name,
		...(chapName !== undefined &&
			chapSecret !== undefined && {
				credentials: {
					username: chapName,
					password: chapSecret,
					...(reverseChapName !== undefined && { reverseUsername: reverseChapName }),
					...(reverseChapSecret !== undefined && { reversePassword: reverseChapSecret }),
				},
			}),
	};
}

/**
 * The boot target as a SAN URI, as DHCP's root path option carries it. Credentials are not in it.
 *
 * @throws an {@link EncodeError} `no-target` for a table without targets, or as {@link toSanTarget}
 * @example
 * ```ts
 * import { decodeIbft, encodeIbft, toSanUri } from 'pxekit/ibft';
 *
 * const targets = [{ name: 'iqn.2004-01.org.example:a', address: '10.0.0.1', lun: '1f' }];
 * toSanUri(decodeIbft(encodeIbft({ nics: [{ mac: '52:54:00:12:34:56' }], targets })));
 * // => 'iscsi:10.0.0.1:::1f:iqn.2004-01.org.example:a'
 * ```
 */
export function toSanUri(table: Ibft): string {
	return formatSanUri(bootTarget(table));
}

/** @internal */
export function bootTarget(table: Ibft): IscsiTarget {
	const entry = bootEntry(table);
	if (!entry) throw new EncodeError('no-target', 'the table has no target', { path: 'targets' });
	return toSanTarget(entry.target);
}

/** What {@link toIscsistart} can't know from the table. */
export interface IscsistartOptions {
	/** Version in the record's first line; `'2.1.8'` by default. */
	readonly version?: string | undefined;
	/** Name of the network device, which open-iscsi finds by PCI address, then MAC; left out by default. */
	readonly interfaceName?: ((nic: IbftNic) => string | undefined) | undefined;
}

/**
 * What open-iscsi's `iscsistart -f` prints on a machine with this table: one record a target. Empty where it finds
 * nothing to print. On the machine the order of the records is that of a directory; here it is the table's. CHAP
 * secrets are in it in clear text, as in the original.
 *
 * Rules from open-iscsi's fwparam_sysfs.c and fw_entry.c: no initiator, no records; a target needs a name, and a NIC
 * with the index that it names; neither may have flags 0.
 *
 * @example
 * ```ts
 * import { decodeIbft, encodeIbft, toIscsistart } from 'pxekit/ibft';
 *
 * const table = encodeIbft({
 *   initiator: { name: 'iqn.2004-01.org.example:host1' },
 *   nics: [{ mac: '52:54:00:12:34:56', address: '10.0.0.2', prefixLength: 24 }],
 *   targets: [{ name: 'iqn.2004-01.org.example:a', address: '10.0.0.1' }],
 * });
 * toIscsistart(decodeIbft(table)).split('\n')[4]; // => 'iface.bootproto = STATIC'
 * ```
 */
export function toIscsistart(table: Ibft, { version = '2.1.8', interfaceName }: IscsistartOptions = {}): string {
	const { shown, refusals } = viewAsLinux(table, false);
	if (refusals.length > 0 || !shown.some(({ kind }) => kind === 'initiator')) return '';
	const files = ibftSysfs(table);
	const nics = shown.flatMap((entry) => (entry.kind === 'nic' ? [entry.structure] : []));
	const records: string[] = [];
	for (const entry of shown) {
		if (entry.kind !== 'target') continue;
		const target = entry.structure;
		const nic = nics.find(({ index }) => index === target.nicAssociation);
		if (!nic || nic.flags === 0 || target.flags === 0) continue;
		const name = interfaceName?.(nic);
		const record = recordLines(files, `ethernet${nic.index}`, `target${target.index}`, name);
		if (record) records.push(`# BEGIN RECORD ${version}\n${record.join('\n')}\n# END RECORD\n`);
	}
	return records.join('');
}

function recordLines(
	files: Readonly<Record<string, string>>,
	nic: string,
	target: string,
	interfaceName: string | undefined,
): string[] | undefined {
	if (!files[`${target}/target-name`]) return undefined;
	const isDhcp = files[`${nic}/origin`] === '3' || files[`${nic}/dhcp`] !== undefined;
	const lines: readonly (readonly [string, string | undefined])[] = [
		['iface.initiatorname', files['initiator/initiator-name']],
		['iface.transport_name', 'tcp'],
		['iface.hwaddress', files[`${nic}/mac`]],
		['iface.bootproto', isDhcp ? 'DHCP' : 'STATIC'],
		['iface.ipaddress', files[`${nic}/ip-addr`]],
		['iface.prefix_len', files[`${nic}/prefix-len`] ?? '-1'],
		['iface.subnet_mask', files[`${nic}/subnet-mask`]],
		['iface.gateway', files[`${nic}/gateway`]],
		['iface.primary_dns', files[`${nic}/primary-dns`]],
		['iface.secondary_dns', files[`${nic}/secondary-dns`]],
		['iface.vlan_id', files[`${nic}/vlan`]],
		['iface.net_ifacename', interfaceName],
		['node.name', files[`${target}/target-name`]],
		['node.conn[0].address', files[`${target}/ip-addr`]],
		['node.conn[0].port', files[`${target}/port`]],
		['node.session.auth.username', files[`${target}/chap-name`]],
		['node.session.auth.password', files[`${target}/chap-secret`]],
		['node.session.auth.username_in', files[`${target}/rev-chap-name`]],
		['node.session.auth.password_in', files[`${target}/rev-chap-name-secret`]],
		['node.boot_lun', files[`${target}/lun`]],
	];
	return lines.filter(([, value]) => value).map(([name, value]) => `${name} = ${value}`);
}

/**
 * Kernel arguments for dracut's initramfs. `firmware` has it read the table on the machine. `explicit` says the same
 * without a table: `ifname=`, `ip=`, `vlan=` for each valid NIC, and `netroot=` for each valid target, with CHAP
 * secrets in clear text where there are any.
 *
 * @throws an {@link EncodeError} for what the arguments can't say
 * @example
 * ```ts
 * import { decodeIbft, encodeIbft, toDracut } from 'pxekit/ibft';
 *
 * const table = decodeIbft(encodeIbft({
 *   initiator: { name: 'iqn.2004-01.org.example:host1' },
 *   nics: [{ mac: '52:54:00:12:34:56', origin: 'dhcp' }],
 *   targets: [{ name: 'iqn.2004-01.org.example:a', address: '10.0.0.1', lun: '1' }],
 * }));
 * toDracut(table); // => ['rd.iscsi.firmware=1', 'rd.iscsi.ibft=1']
 * toDracut(table, { form: 'explicit' }).slice(0, 2); // => ['ifname=ibft0:52:54:00:12:34:56', 'ip=ibft0:dhcp']
 * ```
 */
export function toDracut(table: Ibft, { form = 'firmware' }: { form?: 'firmware' | 'explicit' } = {}): string[] {
	if (form === 'firmware') return ['rd.iscsi.firmware=1', 'rd.iscsi.ibft=1'];
	const initiator = table.initiator?.name;
	const isValid = ({ flags }: { readonly flags: number }) => (flags & ibftFlags.valid) !== 0;
	const network = table.nics.filter(isValid).flatMap((nic) => nicArguments(nic, `ibft${nic.index}`));
	const disks = table.targets.filter(isValid).flatMap((target) => dracutArguments(toSanTarget(target)));
	return [
		...network,
		...disks,
		...(initiator === undefined ? [] : [`rd.iscsi.initiator=${checkedInitiator(initiator)}`]),
	];
}

/** dracut.cmdline(7). Addresses with colons stand in brackets. */
function nicArguments(nic: IbftNic, device: string): string[] {
	const address = (text: string | undefined) => (text?.includes(':') ? `[${text}]` : (text ?? ''));
	const name = nic.vlan === 0 ? device : `${device}.${nic.vlan}`;
	const lines = [`ifname=${device}:${nic.mac}`];
	if (nic.vlan !== 0) lines.push(`vlan=${name}:${device}`);
	if (nic.origin === 'dhcp' || nic.dhcpServer !== undefined) lines.push(`ip=${name}:dhcp`);
	else if (nic.address !== undefined) {
		const hostName = nic.hostName ?? '';
		// White space would begin another kernel argument, a colon another field.
		if (!/^[\w.-]*$/.test(hostName)) {
			const message = `ip= can't say the host name ${JSON.stringify(hostName)}`;
			throw new EncodeError('bad-host-name', message, { path: 'hostName' });
		}
		const mask = nic.address.includes(':') ? String(nic.prefixLength) : dottedMask(nic.prefixLength);
		const parts = [address(nic.address), '', address(nic.gateway), mask, hostName, name, 'none'];
		const servers = [nic.primaryDns, nic.secondaryDns].filter((server) => server !== undefined);
		lines.push(`ip=${parts.join(':')}`, ...servers.map((server) => `nameserver=${address(server)}`));
	}
	return lines;
}
