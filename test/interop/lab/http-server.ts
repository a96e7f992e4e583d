import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';

/** A request and what was sent for it. */
export interface HttpRequestEvent {
	readonly method: string;
	readonly url: string;
	readonly status: number;
	readonly userAgent: string;
	/** Bytes of the body that was sent to its end; 0 for HEAD. */
	readonly bytes: number;
}

/** Serves the files of one folder, without those below it, on port 80. Tells of each answer when it is complete. */
export async function serveFolderOverHttp(
	root: string,
	address: string,
	onRequest: (event: HttpRequestEvent) => void,
): Promise<AsyncDisposable> {
	const server = createServer((request, response) => {
		const { method = '', url = '' } = request;
		const file = join(root, basename(new URL(url, 'http://host').pathname));
		const found = statSync(file, { throwIfNoEntry: false });
		const size = found?.isFile() ? found.size : undefined;
		const isRead = method === 'GET' && size !== undefined;
		response.on('finish', () => {
			const userAgent = request.headers['user-agent'] ?? '';
			onRequest({ method, url, status: response.statusCode, userAgent, bytes: isRead ? size : 0 });
		});
		if (size === undefined) return response.writeHead(404, { 'content-length': 0 }).end();
		response.writeHead(200, { 'content-length': size, 'content-type': 'application/octet-stream' });
		if (isRead) createReadStream(file).pipe(response);
		else response.end();
		return;
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(80, address, resolve);
	});
	return {
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
		},
	};
}
