/**
 * DHCP or proxyDHCP, TFTP and HTTP composed of the public API, as a program of its own: Node can't enter a network
 * namespace by itself. Argument: a BootServerConfig as JSON. Prints each event as a line of JSON.
 */
import {
	type DhcpServerEvent,
	directorySource,
	type ProxyDhcpEvent,
	serveDhcp,
	serveProxyDhcp,
	serveTftp,
	type TftpEvent,
} from 'pxekit/node';
import type { BootClient, DhcpNetwork } from 'pxekit/pxe';
import { type AnswersByKind, answerFor } from './client-kind.ts';
import { type HttpRequestEvent, serveFolderOverHttp } from './http-server.ts';
import { printLine } from './own-server.ts';

export interface BootServerConfig {
	readonly address: string;
	/** The folder that is served over TFTP. */
	readonly root?: string;
	/** Serve the root over HTTP too, on port 80. */
	readonly http?: boolean;
	/** What to boot. Those without an answer are left alone, or get an address and no more. */
	readonly files?: AnswersByKind;
	/** Give out addresses of these networks, too. Without them it is a proxy beside another DHCP server. */
	readonly networks?: readonly DhcpNetwork[];
	/** The other DHCP server is on the same host, sends option 60, and has port 67 for itself. */
	readonly pxePortOnly?: boolean;
}

export type BootServerEvent = {
	/** `Date.now()` */
	readonly at: number;
} & (
	| { readonly server: 'proxy'; readonly event: ProxyDhcpEvent }
	| { readonly server: 'dhcp'; readonly event: DhcpServerEvent }
	| { readonly server: 'tftp'; readonly event: TftpEvent }
	| { readonly server: 'http'; readonly event: HttpRequestEvent }
);

const config = JSON.parse(process.argv[2] ?? '') as BootServerConfig;
const { address, root, files = {}, networks } = config;

/** Prints the events of one server. */
const teller = (server: BootServerEvent['server']) => (event: BootServerEvent['event']) =>
	printLine({ at: Date.now(), server, event });

const boot = (client: BootClient) => answerFor(files, client);

const servers: AsyncDisposable[] = [];
if (root !== undefined) {
	servers.push(await serveTftp({ address, source: directorySource(root), onEvent: teller('tftp') }));
	if (config.http) servers.push(await serveFolderOverHttp(root, address, teller('http')));
}
servers.push(
	networks
		? await serveDhcp({ serverAddress: address, networks, boot, onEvent: teller('dhcp') })
		: await serveProxyDhcp({
				addresses: [address],
				...(config.pxePortOnly && { dhcpPort: false }),
				boot,
				onEvent: teller('proxy'),
			}),
);
process.once('SIGTERM', () => {
	for (const server of servers) void server[Symbol.asyncDispose]();
});
printLine('ready');
