import { broadcastAddress, ports } from './endpoint.ts';
import { fail, type Step } from './rules.ts';
import type { ServerPacket } from './server-packet.ts';

/** Whether option 43 has any of the discovery options: 6 to 10 (PXE 2.1, table 2-1). */
export function hasDiscoveryOptions({ pxe }: ServerPacket): boolean {
	return (
		pxe.discoveryControl !== undefined ||
		pxe.discoveryMulticastAddress !== undefined ||
		pxe.bootServers !== undefined ||
		pxe.bootMenu !== undefined ||
		pxe.menuPrompt !== undefined
	);
}

/**
 * Where to look for a boot server of a type (PXE 2.1 section 2.2.4). `all` tries one way after the other, as iPXE does;
 * otherwise the first that discovery control allows is the only one, as in EDK2's PxeBcDiscover.
 */
export function bootServerTargets(from: ServerPacket, type: number, all: boolean): Step {
	const { discoveryControl: control, discoveryMulticastAddress: group, bootServers } = from.pxe;
	const row = bootServers?.find((server) => server.type === type);
	const multicast = !control?.disableMulticast;
	if (bootServers && !row && !all) {
		return fail('server-list-missing', `type ${type} is not in the list of boot servers (option 43.8)`);
	}
	const targets: { address: string; port: number }[] = [];
	if (multicast && group !== undefined) targets.push({ address: group, port: ports.pxe });
	else if (multicast && !all && control !== undefined) {
		return fail('multicast-address-missing', 'multicast is not forbidden (43.6 bit 1), but 43.7 gives no address');
	}
	if (!control?.disableBroadcast) targets.push({ address: broadcastAddress, port: ports.server });
	targets.push(...(row?.addresses ?? []).map((address) => ({ address, port: ports.pxe })));
	if (targets.length === 0) {
		return fail('server-list-missing', 'broadcast and multicast are forbidden, and no server of the type is listed');
	}
	const isUnicast = targets.length === row?.addresses.length;
	return {
		kind: 'discover-boot-server',
		type,
		targets: all || isUnicast ? targets : targets.slice(0, 1),
		only: control?.serverListOnly && row && row.addresses.length > 0 ? row.addresses : undefined,
		why: `looks for a boot server of type ${type}`,
	};
}
