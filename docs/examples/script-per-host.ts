/**
 * A configuration server: each machine gets a script of its own, chosen by its MAC address. Let the machines start with
 *
 *     chain http://SERVER:8080/boot?mac=${net0/mac}
 *
 * and run `npx tsx docs/examples/script-per-host.ts`.
 */
import { createServer, type RequestListener } from 'node:http';
import { pathToFileURL } from 'node:url';
import { EncodeError, formatMac, parseMac } from 'pxekit';
import { bootLinux, type IpxeBuilder, ipxe } from 'pxekit/ipxe';

/** What the server knows about a machine: in real life a row of a database. */
export interface KnownHost {
	readonly name: string;
	readonly role: 'install' | 'local-disk';
	/** Typed by a person, so anything may be in it. */
	readonly kernelArguments: string;
}

export type Hosts = ReadonlyMap<string, KnownHost>;

function scriptFor(host: KnownHost, base: string): IpxeBuilder {
	if (host.role === 'local-disk') return ipxe().echo(`${host.name} boots from its disk`).exit(1);
	return bootLinux({
		kernel: `${base}/vmlinuz`,
		initrds: [`${base}/initrd.img`],
		commandLine: [`hostname=${host.name}`, ...host.kernelArguments.split(' ').filter((word) => word !== '')],
	});
}

/** The script for a query, or the reason why there is none. */
function answer(query: URLSearchParams, hosts: Hosts, base: string): { status: number; text: string } {
	try {
		const mac = formatMac(parseMac(query.get('mac') ?? ''));
		const host = hosts.get(mac);
		if (!host) return { status: 404, text: `${mac} is not known here\n` };
		return { status: 200, text: scriptFor(host, base).toString() };
	} catch (error) {
		// A value that no script can say: better no script than one that does something else.
		if (error instanceof EncodeError)
			return { status: error.code === 'bad-mac' ? 400 : 500, text: `${error.message}\n` };
		throw error;
	}
}

/** Answers GET requests with `?mac=`. `base` is where kernel and initrd are. */
export function scriptServer(hosts: Hosts, base: string): RequestListener {
	return (request, response) => {
		const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
		const { status, text } = answer(searchParams, hosts, base);
		response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
	};
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const hosts: Hosts = new Map([
		['52:54:00:12:34:56', { name: 'node1', role: 'install', kernelArguments: 'console=ttyS0' }],
		['52:54:00:12:34:57', { name: 'node2', role: 'local-disk', kernelArguments: '' }],
	]);
	createServer(scriptServer(hosts, 'http://10.0.0.1')).listen(8080, () =>
		console.log('http://localhost:8080/boot?mac=52:54:00:12:34:56'),
	);
}
