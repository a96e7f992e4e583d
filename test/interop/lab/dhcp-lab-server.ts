/**
 * A DHCP server, and TFTP if there is something to serve, composed of the public API, as a program of its own.
 * Argument: a DhcpLabConfig as JSON. Prints each event as a line of JSON.
 */
import { type DhcpServerEvent, directorySource, serveDhcp, serveTftp, type TftpEvent } from 'pxekit/node';
import type { DhcpNetwork } from 'pxekit/pxe';
import { printLine } from './own-server.ts';

export interface DhcpLabConfig {
	readonly address: string;
	readonly networks: readonly DhcpNetwork[];
	/** The folder that is served over TFTP. */
	readonly root?: string;
	/** What each kind of client boots; those without a file get an address and no more. */
	readonly files?: { readonly ipxe?: string; readonly bios?: string; readonly uefi?: string };
}

export type DhcpLabEvent = { readonly at: number } & (
	| { readonly server: 'dhcp'; readonly event: DhcpServerEvent }
	| { readonly server: 'tftp'; readonly event: TftpEvent }
);

const { address, networks, root, files = {} } = JSON.parse(process.argv[2] ?? '') as DhcpLabConfig;
const print = (line: DhcpLabEvent | 'ready'): void => printLine(line);

const tftp =
	root === undefined
		? undefined
		: await serveTftp({
				address,
				source: directorySource(root),
				onEvent: (event) => print({ at: Date.now(), server: 'tftp', event }),
			});
const dhcp = await serveDhcp({
	serverAddress: address,
	networks,
	boot(client) {
		const file = client.ipxe ? files.ipxe : client.architecture.firmware === 'uefi' ? files.uefi : files.bios;
		return file === undefined ? undefined : { file };
	},
	onEvent: (event) => print({ at: Date.now(), server: 'dhcp', event }),
});
process.once('SIGTERM', () => void Promise.all([dhcp.close(), tftp?.close()]));
print('ready');
