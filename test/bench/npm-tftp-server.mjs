// The npm package `tftp`, serving a folder: node npm-tftp-server.mjs MODULE ROOT PORT
import { createRequire } from 'node:module';

const [module, root, port] = process.argv.slice(2);
const tftp = createRequire(import.meta.url)(module);
const server = tftp.createServer({
	host: '127.0.0.1',
	port: Number(port),
	root,
	denyPUT: true,
	blockSize: 1468,
	windowSize: 64,
});
server.on('error', () => {});
server.on('request', (request) => request.on('error', () => {}));
server.listen();
