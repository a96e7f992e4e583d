/**
 * proxyDHCP and TFTP composed of the public API, as a program of its own: Node can't enter a network namespace by
 * itself. Argument: a BootServerConfig as JSON. Prints each event as a line of JSON.
 */
import { directorySource, type ProxyDhcpEvent, serveProxyDhcp, serveTftp, type TftpEvent } from 'pxekit/node';
import type { BootAnswer, BootClient } from 'pxekit/pxe';
import { type HttpRequestEvent, serveFolderOverHttp } from './http-server.ts';

export interface BootServerConfig {
	readonly address: string;
	/** The folder that is served over TFTP. */
	readonly root: string;
	/** What each kind of client boots: a file's name, or more. Those without an answer are left alone. */
	readonly files: { readonly [Kind in ClientKind]?: string | BootAnswer };
	/** Serve the root over HTTP too, on port 80. */
	readonly http?: boolean;
	/** A DHCP server on the same host sends option 60, and has port 67 for itself. */
	readonly pxePortOnly?: boolean;
}

/** iPXE whatever it runs on; UEFI HTTP boot; PXE by firmware. */
export type ClientKind = 'ipxe' | 'http' | 'bios' | 'uefi';

export type BootServerEvent = {
	/** `Date.now()` */
	readonly at: number;
} & (
	| { readonly server: 'dhcp'; readonly event: ProxyDhcpEvent }
	| { readonly server: 'tftp'; readonly event: TftpEvent }
	| { readonly server: 'http'; readonly event: HttpRequestEvent }
);

const { address, root, files, http, pxePortOnly } = JSON.parse(process.argv[2] ?? '') as BootServerConfig;

function print(line: BootServerEvent | 'ready'): void {
	process.stdout.write(`${JSON.stringify(line, readable)}\n`);
}

function readable(_key: string, value: unknown): unknown {
	if (value instanceof Error) return value.stack;
	if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
	if (value instanceof Set) return [...value];
	return value;
}

function kindOf({ ipxe, kind, architecture }: BootClient): ClientKind {
	if (ipxe) return 'ipxe';
	if (kind === 'http') return 'http';
	return architecture.firmware === 'uefi' ? 'uefi' : 'bios';
}

const tftp = await serveTftp({
	address,
	source: directorySource(root),
	onEvent: (event) => print({ at: Date.now(), server: 'tftp', event }),
});
const dhcp = await serveProxyDhcp({
	addresses: [address],
	...(pxePortOnly ? { dhcpPort: false } : {}),
	boot(client) {
		const answer = files[kindOf(client)];
		return typeof answer === 'string' ? { file: answer } : answer;
	},
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
