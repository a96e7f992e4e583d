// The package as published, serving a folder: node pxekit-tftp-server.mjs DIST ROOT PORT [single]
import { pathToFileURL } from 'node:url';

const [dist, root, port, mode] = process.argv.slice(2);
const { directorySource, serveTftp } = await import(pathToFileURL(`${dist}/node/index.js`).href);
await serveTftp({
	address: '127.0.0.1',
	port: Number(port),
	source: directorySource(root),
	maxBlockSize: 1468,
	singlePort: mode === 'single',
});
