/**
 * proxyDHCP and TFTP composed of the public API, as a program of its own: Node can't enter a network namespace by
 * itself. Argument: a BootServerConfig as JSON. Prints each event as a line of JSON.
 */
import { directorySource, type ProxyDhcpEvent, serveProxyDhcp, serveTftp, type TftpEvent } from 'pxekit/node';
import { printLine } from './own-server.ts';

export interface BootServerConfig {
	readonly address: string;
	/** The folder that is served over TFTP. */
	readonly root: string;
	/** What each kind of client boots; those without a file are left alone. */
	readonly files: { readonly ipxe?: string; readonly bios?: string; readonly uefi?: string };
	/** A DHCP server on the same host sends option 60, and has port 67 for itself. */
	readonly pxePortOnly?: boolean;
}

export type BootServerEvent = {
	/** `Date.now()` */
	readonly at: number;
} & (
	| { readonly server: 'dhcp'; readonly event: ProxyDhcpEvent }
	| { readonly server: 'tftp'; readonly event: TftpEvent }
);

const { address, root, files, pxePortOnly } = JSON.parse(process.argv[2] ?? '') as BootServerConfig;

const print = (line: BootServerEvent | 'ready'): void => printLine(line);

const tftp = await serveTftp({
	address,
	source: directorySource(root),
	onEvent: (event) => print({ at: Date.now(), server: 'tftp', event }),
});
const dhcp = await serveProxyDhcp({
	addresses: [address],
	...(pxePortOnly ? { dhcpPort: false } : {}),
	boot(client) {
		const file = client.ipxe ? files.ipxe : client.architecture.firmware === 'uefi' ? files.uefi : files.bios;
		return file === undefined ? undefined : { file };
	},
	onEvent: (event) => print({ at: Date.now(), server: 'dhcp', event }),
});
process.once('SIGTERM', () => void Promise.all([dhcp.close(), tftp.close()]));
print('ready');
