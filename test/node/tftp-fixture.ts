import { serveTftp, type TftpEvent, type TftpServer, type TftpServerOptions, virtualFiles } from 'pxekit/node';
import { afterEach } from 'vitest';
import { type RawPeer, rawPeer } from './raw-tftp-peer.ts';

const servers: TftpServer[] = [];
const peers: RawPeer[] = [];

/** A server on a port of its own, closed after the test, with the events that it told. */
export interface ServedTftp {
	readonly server: TftpServer;
	readonly port: number;
	readonly events: readonly TftpEvent[];
	/** How many events of a type there were. */
	count(type: TftpEvent['type']): number;
	/** A file of the server, for a client. */
	file(filename: string): { address: string; port: number; filename: string };
}

/** Serves one file by the name of `file`, unless the options say otherwise. */
export async function serveFile(content: Uint8Array, options: Partial<TftpServerOptions> = {}): Promise<ServedTftp> {
	const events: TftpEvent[] = [];
	const server = await serveTftp({
		address: '127.0.0.1',
		port: 0,
		source: virtualFiles({ file: content, empty: new Uint8Array(0) }),
		onEvent: (event) => events.push(event),
		...options,
	});
	servers.push(server);
	const port = server.addresses[0]?.port ?? 0;
	return {
		server,
		port,
		events,
		count: (type) => events.filter((event) => event.type === type).length,
		file: (filename) => ({ address: '127.0.0.1', port, filename }),
	};
}

/** A bare socket, closed after the test. */
export async function openPeer(address?: string): Promise<RawPeer> {
	const peer = await rawPeer(address);
	peers.push(peer);
	return peer;
}

afterEach(async () => {
	for (const peer of peers.splice(0)) peer.close();
	await Promise.all(servers.splice(0).map((server) => server.close()));
});
