/**
 * proxyDHCP and TFTP composed of the public API, as a program of its own: Node can't enter a network namespace by
 * itself. Argument: a BootServerConfig as JSON. Prints each event as a line of JSON.
 */
import { directorySource, type ProxyDhcpEvent, serveProxyDhcp, serveTftp, type TftpEvent } from 'pxekit/node';
import { type AnswersByKind, answerFor } from './client-kind.ts';
import { type HttpRequestEvent, serveFolderOverHttp } from './http-server.ts';
import { printLine } from './own-server.ts';

export interface BootServerConfig {
	readonly address: string;
	/** The folder that is served over TFTP. */
	readonly root: string;
	readonly files: AnswersByKind;
	/** Serve the root over HTTP too, on port 80. */
	readonly http?: boolean;
	/** A DHCP server on the same host sends option 60, and has port 67 for itself. */
	readonly pxePortOnly?: boolean;
}

export type BootServerEvent = {
	/** `Date.now()` */
	readonly at: number;
} & (
	| { readonly server: 'dhcp'; readonly event: ProxyDhcpEvent }
	| { readonly server: 'tftp'; readonly event: TftpEvent }
	| { readonly server: 'http'; readonly event: HttpRequestEvent }
);

const { address, root, files, http, pxePortOnly } = JSON.parse(process.argv[2] ?? '') as BootServerConfig;

const print = (line: BootServerEvent | 'ready'): void => printLine(line);

const tftp = await serveTftp({
	address,
	source: directorySource(root),
	onEvent: (event) => print({ at: Date.now(), server: 'tftp', event }),
});
const dhcp = await serveProxyDhcp({
	addresses: [address],
	...(pxePortOnly ? { dhcpPort: false } : {}),
	boot: (client) => answerFor(files, client),
	onEvent: (event) => print({ at: Date.now(), server: 'dhcp', event }),
});
const web = http
	? await serveFolderOverHttp(root, address, (event) => print({ at: Date.now(), server: 'http', event }))
	: undefined;
process.once('SIGTERM', () => {
	web?.close();
	web?.closeAllConnections();
	void Promise.all([dhcp.close(), tftp.close()]);
});
print('ready');
