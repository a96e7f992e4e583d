// The least that Node can do: answers a request and each ACK with DATA. No timers, no checks, files in memory.
// node bare-tftp-server.mjs ROOT PORT
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [root, port] = process.argv.slice(2);
const files = new Map();
const options = { type: 'udp4', lookup: (host, _family, callback) => callback(null, host, 4) };
const listener = createSocket(options);
listener.on('message', (request, peer) => {
	const [name, , ...pairs] = request.toString('latin1', 2).split('\0');
	if (!files.has(name)) files.set(name, readFileSync(join(root, name)));
	const file = files.get(name);
	const asked = {};
	for (let i = 0; i + 1 < pairs.length; i += 2) asked[pairs[i]] = Number(pairs[i + 1]);
	const { blksize = 512, windowsize = 1 } = asked;
	const last = Math.floor(file.length / blksize) + 1;
	const socket = createSocket(options);
	let acked = 0;
	const send = (from, to) => {
		for (let block = from; block <= to && block <= last; block++) {
			const start = (block - 1) * blksize;
			const packet = Buffer.allocUnsafe(4 + Math.min(blksize, file.length - start));
			packet.writeUInt16BE(3, 0);
			packet.writeUInt16BE(block & 0xffff, 2);
			file.copy(packet, 4, start, start + packet.length - 4);
			socket.send(packet, peer.port, peer.address);
		}
	};
	socket.on('message', (ack) => {
		const block = acked + ((ack.readUInt16BE(2) - acked) & 0xffff);
		acked = block;
		if (block >= last) socket.close();
		else send(block + 1, block + windowsize);
	});
	socket.bind(0, '127.0.0.1', () => {
		if ('tsize' in asked) asked.tsize = file.length;
		const oack = Object.entries(asked).map(([key, value]) => `${key}\0${value}\0`);
		if (oack.length > 0) socket.send(Buffer.from(`\0\u0006${oack.join('')}`, 'latin1'), peer.port, peer.address);
		else send(1, 1);
	});
});
listener.bind(Number(port), '127.0.0.1');
