import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parseHex } from 'pxekit';
import { decodeDhcp } from 'pxekit/dhcp';
import { type ProxyDhcpEvent, type ServeProxyDhcpOptions, serveProxyDhcp } from 'pxekit/node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bootRequestBytes } from '../support/boot-packets.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((thing) => thing.close()));
});

async function clientSocket(address = '127.0.0.1'): Promise<Socket> {
	const socket = createSocket('udp4');
	open.push(socket);
	socket.bind(0, address);
	await once(socket, 'listening');
	return socket;
}

async function serve(options: Partial<ServeProxyDhcpOptions> = {}) {
	const events: ProxyDhcpEvent[] = [];
	const client = await clientSocket();
	const server = await serveProxyDhcp({
		addresses: ['127.0.0.1'],
		dhcpPort: 0,
		pxePort: 0,
		clientPort: client.address().port,
		broadcastAddress: '127.0.0.1',
		boot: () => ({ file: 'ipxe.efi' }),
		onEvent: (event) => events.push(event),
		...options,
	});
	open.push(server);
	const portOf = (purpose: string) => server.listening.find((entry) => entry.purpose === purpose)?.on.port as number;
	const ask = async (bytes: Uint8Array, purpose: 'dhcp' | 'pxe') => {
		const reply = once(client, 'message', { signal: AbortSignal.timeout(2000) });
		client.send(bytes, portOf(purpose), '127.0.0.1');
		const [message, from] = (await reply) as [Uint8Array, { address: string; port: number }];
		return { packet: decodeDhcp(message), from };
	};
	return { server, events, client, portOf, ask };
}

const typesOf = (events: ProxyDhcpEvent[]) => events.map((event) => event.type);

describe('serveProxyDhcp', () => {
	test('answers on both ports, each from the port that was asked', async () => {
		const { ask, portOf, events } = await serve();
		const offer = await ask(bootRequestBytes(), 'dhcp');
		expect(offer.packet.options.get('messageType')).toBe('OFFER');
		expect(offer.from).toMatchObject({ address: '127.0.0.1', port: portOf('dhcp') });
		const ack = await ask(bootRequestBytes({ messageType: 'REQUEST' }), 'pxe');
		expect(ack.packet).toMatchObject({ file: 'ipxe.efi', siaddr: '127.0.0.1' });
		expect(ack.from.port).toBe(portOf('pxe'));
		await vi.waitFor(() => expect(typesOf(events)).toEqual(['listening', 'listening', 'listening', 'offer', 'ack']));
	});

	test('hears a burst that comes before it can read', async () => {
		const { client, portOf, events } = await serve();
		const request = new Uint8Array(548);
		request.set(bootRequestBytes({ messageType: 'REQUEST' }));
		for (let i = 0; i < 250; i++) client.send(request, portOf('pxe'), '127.0.0.1');
		await vi.waitFor(() => expect(events.filter(({ type }) => type === 'ack')).toHaveLength(250), 5000);
	});

	test('hears broadcasts', async () => {
		const { client, portOf } = await serve();
		client.setBroadcast(true);
		const reply = once(client, 'message', { signal: AbortSignal.timeout(2000) });
		client.send(bootRequestBytes(), portOf('broadcast'), '255.255.255.255');
		expect(decodeDhcp((await reply)[0]).options.get('serverIdentifier')).toBe('127.0.0.1');
	});

	test('hears boot server discovery by multicast', async () => {
		const { client, portOf } = await serve({
			multicastAddress: '224.0.1.2',
			boot: () => ({ menu: [{ text: 'a', file: 'b' }] }),
		});
		client.setMulticastInterface('127.0.0.1');
		const reply = once(client, 'message', { signal: AbortSignal.timeout(2000) });
		const request = bootRequestBytes({ messageType: 'REQUEST', vendorSpecificInformation: parseHex('470480000000ff') });
		client.send(request, portOf('multicast'), '224.0.1.2');
		expect(decodeDhcp((await reply)[0]).file).toBe('b');
	});

	test('one socket an address: the answer comes from the address asked', async () => {
		const { server, client } = await serve({ addresses: ['127.0.0.1', '127.0.0.2'] });
		const second = server.listening.find(({ purpose, on }) => purpose === 'pxe' && on.address === '127.0.0.2');
		const reply = once(client, 'message', { signal: AbortSignal.timeout(2000) });
		client.send(bootRequestBytes({ messageType: 'REQUEST' }), second?.on.port as number, '127.0.0.2');
		const [message, from] = await reply;
		expect(from.address).toBe('127.0.0.2');
		expect(decodeDhcp(message).options.get('serverIdentifier')).toBe('127.0.0.2');
	});

	test('without port 67', async () => {
		const { server } = await serve({ dhcpPort: false });
		expect(server.listening.map(({ purpose }) => purpose)).toEqual(['pxe']);
	});

	test('no datagram ends it', async () => {
		const { client, portOf, ask, events } = await serve();
		const nasty = [
			new Uint8Array(0),
			Uint8Array.of(1),
			new Uint8Array(235),
			new Uint8Array(1500).fill(255),
			bootRequestBytes().fill(0xff, 240),
		];
		for (const purpose of ['dhcp', 'pxe'] as const) {
			for (const bytes of nasty) client.send(bytes, portOf(purpose), '127.0.0.1');
		}
		await vi.waitFor(() => expect(typesOf(events).filter((type) => type === 'ignored').length).toBe(10));
		const reasons = events.flatMap((event) => (event.type === 'ignored' ? [event.reason] : []));
		expect([...new Set(reasons)].sort()).toEqual(['malformed', 'not-pxe', 'reply']);
		expect((await ask(bootRequestBytes(), 'dhcp')).packet.op).toBe(2);
	});

	test.each([
		[
			'throws',
			() => {
				throw new Error('database is down');
			},
		],
		['rejects', () => Promise.reject(new Error('database is down'))],
		['answers what can’t be sent', () => ({ file: 'a\0b' })],
	])('a boot function that %s is told, and the next client served', async (_, bad) => {
		let calls = 0;
		const { client, portOf, ask, events } = await serve({ boot: () => (calls++ === 0 ? bad() : { file: 'ok' }) });
		client.send(bootRequestBytes({ messageType: 'REQUEST' }), portOf('pxe'), '127.0.0.1');
		await vi.waitFor(() => expect(typesOf(events)).toContain('failed'));
		expect((await ask(bootRequestBytes({ messageType: 'REQUEST' }), 'pxe')).packet.file).toBe('ok');
	});

	test('a listener that throws stops nothing', async () => {
		const { ask } = await serve({
			onEvent: () => {
				throw new Error('no');
			},
		});
		expect((await ask(bootRequestBytes(), 'dhcp')).packet.op).toBe(2);
	});

	test('boot functions that never end are limited in number', async () => {
		const { client, portOf, events } = await serve({ boot: () => new Promise(() => {}), maxPending: 2 });
		for (let i = 0; i < 5; i++) client.send(bootRequestBytes(), portOf('dhcp'), '127.0.0.1');
		await vi.waitFor(() => {
			const overloaded = events.filter((event) => event.type === 'ignored' && event.reason === 'overloaded');
			expect(overloaded.length).toBe(3);
		});
	});

	test('close ends at once, twice, and with a boot function under way', async () => {
		const { server, client, portOf, events } = await serve({ boot: () => new Promise(() => {}) });
		client.send(bootRequestBytes(), portOf('dhcp'), '127.0.0.1');
		const start = Date.now();
		await Promise.all([server.close(), server.close()]);
		await server[Symbol.asyncDispose]();
		expect(Date.now() - start).toBeLessThan(1000);
		expect(typesOf(events).filter((type) => type === 'closed')).toEqual(['closed']);
	});

	test('an answer that is ready after the end is not sent', async () => {
		let ready = () => {};
		const answer = new Promise<{ file: string }>((resolve) => {
			ready = () => resolve({ file: 'late' });
		});
		const { server, client, portOf, events } = await serve({ boot: () => answer });
		client.send(bootRequestBytes(), portOf('dhcp'), '127.0.0.1');
		// The request is being thought about: one more is not told as ignored, so wait for the boot function instead.
		await new Promise((resolve) => setTimeout(resolve, 100));
		const closed = server.close();
		ready();
		await closed;
		await vi.waitFor(() =>
			expect(events.some((event) => event.type === 'ignored' && event.reason === 'closing')).toBe(true),
		);
		expect(typesOf(events)).not.toContain('offer');
		expect(typesOf(events)).not.toContain('failed');
	});

	test('an abort while it starts ends it', async () => {
		const controller = new AbortController();
		const events: ProxyDhcpEvent[] = [];
		const starting = serveProxyDhcp({
			addresses: ['127.0.0.1'],
			dhcpPort: 0,
			pxePort: 0,
			boot: () => undefined,
			onEvent: (event) => events.push(event),
			signal: controller.signal,
		});
		controller.abort();
		await expect(starting).rejects.toThrow('aborted');
		expect(typesOf(events)).toContain('closed');
	});

	test('a listener that rejects stops nothing', async () => {
		const { ask, client, portOf } = await serve({
			onEvent: (async () => {
				throw new Error('no');
			}) as never,
		});
		client.send(Uint8Array.of(1), portOf('dhcp'), '127.0.0.1');
		expect((await ask(bootRequestBytes(), 'dhcp')).packet.op).toBe(2);
	});

	test.each([{ dhcpPort: 99_999 }, { pxePort: -1 }, { clientPort: 1.5 }, { maxPending: 0 }])(
		'%j is refused',
		async (options) => {
			await expect(serve(options)).rejects.toThrow(expect.objectContaining({ code: 'bad-option' }));
		},
	);

	test('a multicast address that is none is one clear sentence', async () => {
		await expect(serve({ multicastAddress: '127.0.0.1' })).rejects.toThrow(/can't join multicast address 127\.0\.0\.1/);
	});

	test('an abort closes it; an aborted signal refuses to start', async () => {
		const controller = new AbortController();
		const { events } = await serve({ signal: controller.signal });
		controller.abort();
		await vi.waitFor(() => expect(typesOf(events)).toContain('closed'));
		await expect(serve({ signal: controller.signal })).rejects.toThrow('aborted');
	});

	test('a port that can’t be had is one clear sentence, and no socket stays open', async () => {
		const blocker = await clientSocket();
		const port = blocker.address().port;
		await expect(serve({ dhcpPort: 0, pxePort: port })).rejects.toThrow(
			expect.objectContaining({ code: 'port-in-use' }),
		);
		// The second address fails when the sockets of the first are open: they must be closed again.
		const first = createSocket('udp4');
		first.bind(0, '127.0.0.1');
		await once(first, 'listening');
		const pxePort = first.address().port;
		first.close();
		await once(first, 'close');
		await expect(serve({ addresses: ['127.0.0.1', '192.0.2.1'], pxePort })).rejects.toThrow(/no address 192\.0\.2\.1/);
		const again = createSocket('udp4');
		open.push(again);
		again.bind({ port: pxePort, address: '127.0.0.1', exclusive: true });
		await once(again, 'listening');
	});
});
