/**
 * A DHCP server, and TFTP if there is something to serve, composed of the public API, as a program of its own.
 * Argument: a DhcpLabConfig as JSON. Prints each event as a line of JSON.
 */
import { type DhcpServerEvent, directorySource, serveDhcp, serveTftp, type TftpEvent } from 'pxekit/node';
import type { DhcpNetwork } from 'pxekit/pxe';
import { type AnswersByKind, answerFor } from './client-kind.ts';
import { type HttpRequestEvent, serveFolderOverHttp } from './http-server.ts';
import { printLine } from './own-server.ts';

export interface DhcpLabConfig {
	readonly address: string;
	readonly networks: readonly DhcpNetwork[];
	/** The folder that is served over TFTP. */
	readonly root?: string;
	/** Those without an answer get an address and no more. */
	readonly files?: AnswersByKind;
	/** Serve the root over HTTP too, on port 80. */
	readonly http?: boolean;
}

export type DhcpLabEvent = { readonly at: number } & (
	| { readonly server: 'dhcp'; readonly event: DhcpServerEvent }
	| { readonly server: 'tftp'; readonly event: TftpEvent }
	| { readonly server: 'http'; readonly event: HttpRequestEvent }
);

const { address, networks, root, files = {}, http } = JSON.parse(process.argv[2] ?? '') as DhcpLabConfig;
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
	boot: (client) => answerFor(files, client),
	onEvent: (event) => print({ at: Date.now(), server: 'dhcp', event }),
});
const web =
	http && root !== undefined
		? await serveFolderOverHttp(root, address, (event) => print({ at: Date.now(), server: 'http', event }))
		: undefined;
process.once('SIGTERM', () => {
	web?.close();
	web?.closeAllConnections();
	void Promise.all([dhcp.close(), tftp?.close()]);
});
print('ready');
