/**
 * An HTTP server for the iPXE tests, as a program of its own. Argument: an IpxeHttpConfig as JSON. Prints each request
 * as a line of JSON.
 */
import { createServer } from 'node:http';
import { printLine } from './own-server.ts';

/** By path without query. */
export type ServedFiles = Readonly<Record<string, { readonly base64?: string; readonly location?: string }>>;

export interface IpxeHttpConfig {
	readonly address: string;
	readonly files: ServedFiles;
}

export interface ServedRequest {
	/** `Date.now()` */
	readonly at: number;
	readonly method: string;
	/** Path and query as they came. */
	readonly target: string;
}

const { address, files } = JSON.parse(process.argv[2] ?? '') as IpxeHttpConfig;

createServer((request, response) => {
	const { method = '', url: target = '' } = request;
	printLine({ at: Date.now(), method, target } satisfies ServedRequest);
	const found = files[target.replace(/\?.*/s, '')];
	if (found?.location !== undefined) response.writeHead(302, { location: found.location, 'content-length': 0 }).end();
	else if (found?.base64 === undefined) response.writeHead(404, { 'content-length': 0 }).end();
	else {
		const body = Buffer.from(found.base64, 'base64');
		response.writeHead(200, { 'content-length': body.length }).end(method === 'HEAD' ? undefined : body);
	}
}).listen(80, address, () => printLine('ready'));
