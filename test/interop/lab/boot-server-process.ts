import type { BootServerConfig, BootServerEvent } from './boot-server.ts';
import type { Lab } from './lab.ts';
import { type OwnServer, startOwnServer } from './own-server.ts';

/** Our proxyDHCP and TFTP servers at work on the lab's boot host. */
export type BootServer = OwnServer<BootServerEvent>;

export function startBootServer(lab: Lab, config: Omit<BootServerConfig, 'address'>): Promise<BootServer> {
	const complete: BootServerConfig = { address: lab.network.boot.address, ...config };
	return startOwnServer<BootServerEvent>(lab, 'boot-server', complete);
}
