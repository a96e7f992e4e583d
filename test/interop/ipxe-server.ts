/**
 * An HTTP server for the iPXE tests, as a program of its own: Node can't enter a network namespace by itself.
 * Arguments: address, and a file with a {@link ServedFiles} table as JSON. Prints each request as a line of JSON.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** By path without query. */
export type ServedFiles = Readonly<Record<string, { readonly base64?: string; readonly location?: string }>>;

export interface ServedRequest {
	readonly method: string;
	/** Path and query as they came. */
	readonly target: string;
}

const [address, file] = process.argv.slice(2);
const files = JSON.parse(readFileSync(file as string, 'utf8')) as ServedFiles;

createServer((request, response) => {
	const target = request.url ?? '';
	const line: ServedRequest = { method: request.method ?? '', target };
	process.stdout.write(`${JSON.stringify(line)}\n`);
	const found = files[target.replace(/\?.*/s, '')];
	if (found?.location !== undefined) response.writeHead(302, { location: found.location, 'content-length': 0 }).end();
	else if (found?.base64 === undefined) response.writeHead(404, { 'content-length': 0 }).end();
	else {
		const body = Buffer.from(found.base64, 'base64');
		response.writeHead(200, { 'content-length': body.length }).end(request.method === 'HEAD' ? undefined : body);
	}
}).listen(80, address, () => process.stdout.write('"ready"\n'));
