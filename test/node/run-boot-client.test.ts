import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type BootClientProfileName, type BootStory, formatBootStory, simulatedDhcp } from 'pxekit/client';
import {
	type Endpoint,
	type RunBootClientOptions,
	runBootClient,
	serveProxyDhcp,
	serveTftp,
	virtualFiles,
} from 'pxekit/node';
import { afterEach, describe, expect, test } from 'vitest';

const open: { close(): unknown }[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((thing) => thing.close()));
});

const mac = '52:54:00:12:34:56';
/** Every byte of the file can tell where it belongs. */
const bootFile = Uint8Array.from({ length: 40_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

/** A router's DHCP server on a socket, whose broadcasts go to the client's port. */
async function serveDhcp(clientPort: number): Promise<Endpoint> {
	const dhcp = simulatedDhcp({ address: '127.0.0.1', clientAddress: '127.0.0.1' });
	const socket = createSocket('udp4');
	open.push(socket);
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	socket.on('message', async (bytes, from) => {
		for (const answer of await dhcp.receive({ from, to: { address: '127.0.0.1', port: 67 }, bytes }, 0)) {
			socket.send(answer.bytes, clientPort, '127.0.0.1');
		}
	});
	return { address: '127.0.0.1', port: socket.address().port };
}

/** The URL of a file on a web server of one's own. */
async function serveWeb(answer: RequestListener): Promise<string> {
	const web = createServer(answer);
	open.push(web);
	web.listen(0, '127.0.0.1');
	await once(web, 'listening');
	const { port } = web.address() as { port: number };
	return `http://127.0.0.1:${port}/boot.efi`;
}

/** Boots through a router's DHCP server, our proxy and our TFTP server, which holds one file. */
async function boot(
	profile: BootClientProfileName,
	held: string,
	named: string,
	more: Partial<RunBootClientOptions> = {},
): Promise<BootStory> {
	const tftp = await serveTftp({ address: '127.0.0.1', port: 0, source: virtualFiles({ [held]: bootFile }) });
	open.push(tftp);
	return runBootClient({
		profile,
		mac,
		localAddress: '127.0.0.1',
		clientPorts: { dhcp: 0, pxe: 0 },
		// iPXE's own waits are short; the others collect offers for four seconds.
		speed: profile.startsWith('ipxe') ? 1 : 20,
		async servers(clientPort) {
			const dhcp = await serveDhcp(clientPort);
			const proxy = await serveProxyDhcp({
				addresses: ['127.0.0.1'],
				dhcpPort: 0,
				pxePort: 0,
				clientPort,
				broadcastAddress: '127.0.0.1',
				boot: () => ({ file: named }),
			});
			open.push(proxy);
			const on = (purpose: string) => proxy.listening.find((entry) => entry.purpose === purpose)!.on;
			return { broadcastTo: [dhcp, on('dhcp')], pxePort: on('pxe').port, tftpPort: tftp.addresses[0]!.port };
		},
		...more,
	});
}

describe('runBootClient against servers on sockets', () => {
	test.each(['edk2', 'ipxe-efi', 'ipxe-bios', 'intel-undi-2.1'] as const)(
		'%s boots through serveProxyDhcp and serveTftp to the last byte',
		async (profile) => {
			const story = await boot(profile, 'boot.bin', 'boot.bin');
			expect(story.end).toEqual({
				kind: 'booted',
				file: { name: 'boot.bin', uri: 'tftp://127.0.0.1/boot.bin', bytes: bootFile },
			});
		},
	);

	test('a file that is not there is the firmware error of that', async () => {
		const story = await boot('edk2', 'other', 'boot.bin');
		expect(story.end).toMatchObject({ kind: 'failed', error: { code: 'PXE-E23', reason: 'tftp-error' } });
	});

	test('UEFI HTTP boot reads from a web server', async () => {
		const asked: string[] = [];
		const url = await serveWeb((request, response) => {
			asked.push(`${request.method} ${request.url} ${request.headers['user-agent']}`);
			response.setHeader('content-length', bootFile.length);
			response.end(request.method === 'HEAD' ? undefined : bootFile);
		});
		const story = await boot('edk2-http', 'unused', url);
		expect(story.end).toMatchObject({ kind: 'booted', file: { bytes: bootFile } });
		expect(asked).toEqual(['HEAD /boot.efi UefiHttpBoot/1.0', 'GET /boot.efi UefiHttpBoot/1.0']);
	});

	test('stops when the signal aborts', async () => {
		const running = runBootClient({
			profile: 'edk2',
			mac,
			localAddress: '127.0.0.1',
			clientPorts: { dhcp: 0, pxe: 0 },
			servers: { broadcastTo: [] },
			signal: AbortSignal.timeout(50),
		});
		await expect(running).rejects.toThrow(/timeout/);
	});

	test('stops when the signal aborts while the servers start', async () => {
		const stop = new AbortController();
		const running = runBootClient({
			...{ profile: 'edk2', mac, localAddress: '127.0.0.1', clientPorts: { dhcp: 0, pxe: 0 } },
			async servers() {
				stop.abort(new Error('stopped'));
				// Long enough for a rejection that nobody has seen to end the process.
				await setTimeout(20);
				return { broadcastTo: [] };
			},
			signal: stop.signal,
		});
		await expect(running).rejects.toThrow('stopped');
	});

	test('stops when the signal aborts in the middle of a request to a web server', async () => {
		const stop = new AbortController();
		let closed: Promise<unknown> | undefined;
		const url = await serveWeb((request) => {
			closed = once(request.socket, 'close');
			stop.abort(new Error('stopped'));
		});
		const running = boot('edk2-http', 'unused', url, { signal: stop.signal });
		await expect(running).rejects.toThrow('stopped');
		// The test's own limit of time would tell of a request that is left open.
		await closed;
		expect(closed).toBeDefined();
	});

	test('a web server without end is not read to the end', async () => {
		let sent = 0;
		const url = await serveWeb((request, response) => {
			response.setHeader('content-length', request.method === 'HEAD' ? 1000 : 2 ** 40);
			if (request.method === 'HEAD') {
				response.end();
				return;
			}
			const more = () => {
				while (!response.destroyed && response.write(new Uint8Array(65_536))) sent += 65_536;
			};
			response.on('drain', more);
			more();
		});
		const story = await boot('edk2-http', 'unused', url, { maxFileSize: 100_000 });
		expect(story.end).toMatchObject({ kind: 'failed', error: { reason: 'http-failed' } });
		expect(formatBootStory(story)).toContain('larger than allowed');
		// What the system's buffers hold comes on top.
		expect(sent).toBeLessThan(50_000_000);
	});
});
