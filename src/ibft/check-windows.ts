import { ibftFlags } from './fields.ts';
import type { CheckIbftOptions, IbftFinding } from './finding.ts';
import { isMapped, parseIp } from './ip.ts';
import type { Ibft, IbftInit, IbftNicInit } from './model.ts';

/** WMI's MSiSCSI_BootConfiguration keeps names in 224 characters, the last of them NUL. */
const longestName = 223;

const setupMessage =
	'Windows Setup then says that one or more NICs that the iBFT refers to could not be resolved: none of its drivers has claimed a card with this MAC and PCI address';

const driverCure =
	'Put the driver of the card into boot.wim and install.wim as a boot-start driver, and boot through the card that the table names.';

/**
 * What is known of Microsoft's initiator (closed source), from KB 960104, sanbootconf and reports of its users.
 *
 * @internal
 */
export function checkWindows(table: Ibft, { machineNics }: CheckIbftOptions): IbftFinding[] {
	const findings: IbftFinding[] = [];
	const sum = table.issues.find(({ code }) => code === 'bad-checksum');
	if (sum) findings.push({ ...sum, effect: 'refuses' });
	if (!table.initiator) {
		findings.push({ effect: 'refuses', code: 'no-initiator', message: 'there is no initiator', path: 'initiator' });
	}
	findings.push(...flagFindings(table), ...nameFindings(table));
	for (const [at, nic] of table.nics.entries()) {
		const path = `nics[${at}]`;
		const offset = nic.place?.offset;
		const unresolved = (code: string, missing: string, field: string) =>
			findings.push({
				effect: 'refuses',
				code,
				message: `NIC ${nic.index} has no ${missing}. ${setupMessage}`,
				cure: driverCure,
				offset,
				path: `${path}.${field}`,
			});
		if (nic.mac === '00:00:00:00:00:00') unresolved('nic-without-mac', 'MAC address', 'mac');
		if (nic.pciAddress === '00:00.0') unresolved('nic-without-pci', 'PCI address', 'pciAddress');
		const card = machineNics?.find(({ mac }) => sameMac(mac, nic.mac));
		if (machineNics && !card) {
			findings.push({
				effect: 'refuses',
				code: 'nic-not-in-machine',
				message: `NIC ${nic.index} (${nic.mac}) is not in this machine. ${setupMessage}`,
				cure: 'The table is another machine’s, or the card was moved: boot through the network again to have it written anew.',
				offset,
				path: `${path}.mac`,
			});
		} else if (card?.pciAddress !== undefined && card.pciAddress.toLowerCase() !== nic.pciAddress) {
			findings.push({
				effect: 'refuses',
				code: 'nic-elsewhere',
				message: `NIC ${nic.index} (${nic.mac}) is at ${card.pciAddress}, the table says ${nic.pciAddress}. ${setupMessage}`,
				cure: 'Buses were numbered anew after the table was written: look for a firmware setting, or put the card into another slot.',
				offset,
				path: `${path}.pciAddress`,
			});
		}
		const onLink = onLinkTargets(table, nic);
		if (nic.gateway !== undefined && onLink.length > 0 && onLink.some((address) => address !== nic.gateway)) {
			findings.push({
				effect: 'misreads',
				code: 'gateway-on-link',
				message: `${onLink[0]} is on NIC ${nic.index}'s own network, but Windows makes a host route to it through gateway ${nic.gateway} (KB 960104): slow, or no boot at all`,
				cure: 'Take the gateway out with gatewayForWindows, in iPXE with `set netX/gateway 0.0.0.0` before sanboot.',
				offset: offset && offset + 24,
				path: `${path}.gateway`,
			});
		}
	}
	const missing = machineNics?.filter(({ mac }) => !table.nics.some((nic) => sameMac(mac, nic.mac))) ?? [];
	if (missing.length > 0) {
		findings.push({
			effect: 'notes',
			code: 'nics-not-in-table',
			message: `${missing.map(({ mac }) => mac).join(', ')}: in the machine, but not in the table; Windows may leave such a card without driver (code 31)`,
			cure: 'Disable the card in the firmware during installation, or boot with a firmware that lists every card.',
			path: 'nics',
		});
	}
	return findings;
}

/** `ipconfig` writes dashes and capitals. */
function sameMac(mac: string, ours: string): boolean {
	return mac.toLowerCase().replaceAll('-', ':') === ours;
}

function flagFindings(table: Ibft): IbftFinding[] {
	const findings: IbftFinding[] = [];
	const structures = [
		...(table.initiator ? [['initiator', table.initiator] as const] : []),
		...table.nics.map((nic, at) => [`nics[${at}]`, nic] as const),
		...table.targets.map((target, at) => [`targets[${at}]`, target] as const),
	];
	for (const [path, { flags, place }] of structures) {
		if (flags & ibftFlags.valid) continue;
		const message = `${path} lacks the valid flag and is passed over`;
		findings.push({ effect: 'drops', code: 'not-valid', message, offset: place?.offset, path: `${path}.flags` });
	}
	for (const kind of ['nics', 'targets'] as const) {
		if (table[kind].length === 0 || table[kind].some(({ flags }) => flags & ibftFlags.bootSelected)) continue;
		const message = `none of the ${kind} has the boot flag: Setup takes the disk for one that the machine can't boot from`;
		findings.push({ effect: 'refuses', code: 'no-boot-flag', message, path: kind });
	}
	return findings;
}

function nameFindings(table: Ibft): IbftFinding[] {
	const names = [
		['initiator.name', table.initiator?.name] as const,
		...table.targets.map((target, at) => [`targets[${at}].name`, target.name] as const),
	];
	return names.flatMap(([path, name]) =>
		name !== undefined && name.length > longestName
			? [
					{
						effect: 'refuses',
						code: 'long-name',
						message: `${path} has ${name.length} characters, where Windows keeps ${longestName}`,
						path,
					} as const,
				]
			: [],
	);
}

/**
 * The cure that iPXE's sanbootconf applies for Windows, which routes to a target through the NIC's gateway even on the
 * same network: no target on the NIC's network, gateway as it is; one, the gateway becomes that target; several, none.
 *
 * @returns a copy with other gateways, ready for {@link encodeIbft}
 * @example
 * ```ts
 * import { gatewayForWindows } from 'pxekit/ibft';
 *
 * const init = gatewayForWindows({
 *   nics: [{ mac: '52:54:00:12:34:56', address: '10.0.0.2', prefixLength: 24, gateway: '10.0.0.254' }],
 *   targets: [{ name: 'iqn.2004-01.org.example:a', address: '10.0.0.1' }],
 * });
 * init.nics?.[0]?.gateway; // => '10.0.0.1'
 * ```
 */
export function gatewayForWindows<Table extends IbftInit>(table: Table): Table {
	const nics = table.nics?.map((nic) => {
		const onLink = [...new Set(onLinkTargets(table, nic))];
		if (onLink.length === 0) return nic;
		const { gateway: _, ...rest } = nic;
		return onLink.length === 1 ? { ...rest, gateway: onLink[0] as string } : rest;
	});
	return { ...table, ...(nics && { nics }) };
}

/** Addresses of the targets that share a network with the NIC. */
function onLinkTargets(table: IbftInit, nic: IbftNicInit): string[] {
	const { address, prefixLength = 0 } = nic;
	if (address === undefined || prefixLength === 0) return [];
	const own = parseIp(address);
	const bits = isMapped(own) ? 96 + Math.min(32, prefixLength) : Math.min(128, prefixLength);
	return (table.targets ?? []).flatMap((target) =>
		target.address !== undefined && samePrefix(own, parseIp(target.address), bits) ? [target.address] : [],
	);
}

function samePrefix(a: Uint8Array, b: Uint8Array, bits: number): boolean {
	const whole = bits >> 3;
	for (let at = 0; at < whole; at++) if (a[at] !== b[at]) return false;
	const mask = 0xff00 >> (bits & 7);
	return (((a[whole] ?? 0) ^ (b[whole] ?? 0)) & mask & 0xff) === 0;
}
