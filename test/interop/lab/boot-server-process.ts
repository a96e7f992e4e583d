import type { DhcpNetwork } from 'pxekit/pxe';
import type { BootServerConfig, BootServerEvent } from './boot-server.ts';
import type { Lab } from './lab.ts';
import { type OwnServer, startOwnServer } from './own-server.ts';

/** Our servers at work on the lab's boot host. */
export type BootServer = OwnServer<BootServerEvent>;

/** The lab's segment, with ten addresses to give out. */
export const labNetwork: DhcpNetwork = {
	subnet: '10.77.0.0/24',
	pool: [{ from: '10.77.0.100', to: '10.77.0.109' }],
};

/** Starts TFTP and proxyDHCP, or with `networks` DHCP. */
export function startBootServer(lab: Lab, config: Omit<BootServerConfig, 'address'>): Promise<BootServer> {
	const complete: BootServerConfig = { address: lab.network.boot.address, ...config };
	return startOwnServer<BootServerEvent>(lab, 'boot-server', complete);
}
