// Many UEFI clients at once, out of one process: node storm-client.mjs OWN SERVER CLIENTS OUTSTANDING RATE DISCOVER REQUEST
// DISCOVER and REQUEST are captured packets in hexadecimal; transaction number and hardware address are replaced.
// RATE 0: as soon as one client is done the next begins. Otherwise that many clients begin each second.
// Prints one line of JSON.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const [own, server, clientsText, outstandingText, rateText, discoverHex, requestHex] = process.argv.slice(2);
const [clients, outstanding, rate] = [clientsText, outstandingText, rateText].map(Number);
const templates = [Buffer.from(discoverHex, 'hex'), Buffer.from(requestHex, 'hex')];
const patience = 2000;
const lookup = (host, _options, callback) => callback(null, host, 4);

const dhcp = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: 8 << 20, lookup });
// Bound to an address, for the system sends a broadcast by the network of its sender.
const sender = createSocket({ type: 'udp4', reuseAddr: true, lookup });
const pxe = createSocket({ type: 'udp4', recvBufferSize: 8 << 20, lookup });
const listening = Promise.all([dhcp, sender, pxe].map((socket) => once(socket, 'listening')));
dhcp.bind(68, '0.0.0.0');
sender.bind(68, own);
pxe.bind(4011, own);
await listening;
sender.setBroadcast(true);

const waiting = new Map();
const latencies = [];
let begun = 0;
let ended = 0;
let lost = 0;
let answers = 0;
let finish = () => {};
const finished = new Promise((resolve) => {
	finish = resolve;
});

function send(client, step) {
	const bytes = Buffer.from(templates[step]);
	bytes.writeUInt32BE(client * 2 + step + 1, 4);
	bytes.writeUInt32BE(client, 30);
	// dnsmasq wants the address of a client on port 4011 to be of its network.
	if (step === 1) bytes.set(own.split('.').map(Number), 12);
	waiting.set(client * 2 + step + 1, { client, step, at: performance.now() });
	if (step === 0) sender.send(bytes, 67, '255.255.255.255');
	else pxe.send(bytes, 4011, server);
}

function received(bytes) {
	const xid = bytes.readUInt32BE(4);
	const asked = waiting.get(xid);
	if (!asked || bytes[0] !== 2) return;
	waiting.delete(xid);
	answers++;
	latencies.push(performance.now() - asked.at);
	if (asked.step === 0) send(asked.client, 1);
	else end();
}
dhcp.on('message', received);
pxe.on('message', received);

function begin() {
	if (begun < clients) send(begun++, 0);
}

function end() {
	ended++;
	if (ended >= clients) finish();
	else if (rate === 0) begin();
}

const start = performance.now();
const expiry = setInterval(() => {
	const now = performance.now();
	for (const [xid, { at }] of waiting) {
		if (now - at < patience) continue;
		waiting.delete(xid);
		lost++;
		end();
	}
}, 50);
if (rate === 0) for (let i = 0; i < outstanding; i++) begin();
else {
	const pace = setInterval(() => {
		const due = Math.min(clients, Math.floor(((performance.now() - start) / 1000) * rate));
		while (begun < due) begin();
		if (begun >= clients) clearInterval(pace);
	}, 1);
}
await finished;
const seconds = (performance.now() - start) / 1000;
clearInterval(expiry);
dhcp.close();
sender.close();
pxe.close();
latencies.sort((a, b) => a - b);
const at = (part) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0;
console.log(JSON.stringify({ seconds, answers, lost, p50: at(0.5), p99: at(0.99) }));
