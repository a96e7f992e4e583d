import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
import { type DhcpServerEvent, type ServeDhcpOptions, serveDhcp } from 'pxekit/node';
import { createMemoryLeaseStore } from 'pxekit/pxe';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bootRequestBytes } from '../support/boot-packets.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((thing) => thing.close()));
});

async function clientSocket(): Promise<Socket> {
	const socket = createSocket('udp4');
	open.push(socket);
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	return socket;
}

async function serve(options: Partial<ServeDhcpOptions> = {}) {
	const events: DhcpServerEvent[] = [];
	const client = await clientSocket();
	const server = await serveDhcp({
		serverAddress: '127.0.0.1',
		networks: [{ subnet: '127.0.0.0/8', pool: [{ from: '127.0.1.1', to: '127.0.1.9' }] }],
		boot: () => ({ file: 'ipxe.efi' }),
		dhcpPort: 0,
		pxePort: 0,
		clientPort: client.address().port,
		broadcastAddress: '127.0.0.1',
		onEvent: (event) => events.push(event),
		...options,
	});
	open.push(server);
	const portOf = (purpose: string) => server.listening.find((entry) => entry.purpose === purpose)?.on.port as number;
	const ask = async (bytes: Uint8Array, purpose: 'dhcp' | 'pxe' | 'broadcast' = 'dhcp', address = '127.0.0.1') => {
		const reply = once(client, 'message', { signal: AbortSignal.timeout(2000) });
		client.send(bytes, portOf(purpose), address);
		return decodeDhcp((await reply)[0] as Uint8Array);
	};
	return { server, events, client, portOf, ask };
}

describe('serveDhcp', () => {
	test('an address and a file, on both ports', async () => {
		const { ask, events } = await serve();
		const offer = await ask(bootRequestBytes());
		expect(offer).toMatchObject({ file: 'ipxe.efi', siaddr: '127.0.0.1' });
		expect(offer.yiaddr).toMatch(/^127\.0\.1\.\d$/);
		const chosen = { requestedIpAddress: offer.yiaddr, serverIdentifier: '127.0.0.1', messageType: 'REQUEST' } as const;
		expect((await ask(bootRequestBytes(chosen))).yiaddr).toBe(offer.yiaddr);
		const ack = await ask(bootRequestBytes({ messageType: 'REQUEST' }, { ciaddr: offer.yiaddr }), 'pxe');
		expect([ack.file, ack.options.get('vendorClassIdentifier')]).toEqual(['ipxe.efi', 'PXEClient']);
		await vi.waitFor(() => expect(events.length).toBe(6));
		expect(events.slice(3)).toMatchObject([
			{ type: 'offer', address: offer.yiaddr },
			{ type: 'ack', address: offer.yiaddr },
			{ type: 'ack', address: undefined },
		]);
	});

	test('what needs a raw frame goes to all, and the event says so', async () => {
		const { ask, events } = await serve();
		await ask(bootRequestBytes());
		await ask(bootRequestBytes({}, { flags: 0x8000 }));
		await vi.waitFor(() => expect(events.filter(({ type }) => type === 'offer').length).toBe(2));
		const instead = events.flatMap((event) => (event.type === 'offer' ? [event.broadcastInstead] : []));
		expect(instead).toEqual([true, false]);
	});

	test('tells a renewal by broadcast from one to itself', async () => {
		const { client, ask, events, portOf } = await serve();
		client.setBroadcast(true);
		const offer = await ask(bootRequestBytes(), 'broadcast', '255.255.255.255');
		const chosen = { requestedIpAddress: offer.yiaddr, serverIdentifier: '127.0.0.1', messageType: 'REQUEST' } as const;
		await ask(bootRequestBytes(chosen));
		// Answered at 127.0.1.x port 68, where nobody listens: the events tell.
		const renewal = bootRequestBytes({ messageType: 'REQUEST' }, { ciaddr: offer.yiaddr });
		client.send(renewal, portOf('dhcp'), '127.0.0.1');
		client.send(renewal, portOf('broadcast'), '255.255.255.255');
		const stages = () => events.flatMap((event) => ('answer' in event ? [event.answer.stage] : [])).sort();
		await vi.waitFor(() => expect(stages()).toEqual(['discover', 'rebinding', 'renewing', 'selecting']));
	});

	test('without boot, no port 4011', async () => {
		const { server } = await serve({ boot: undefined });
		expect(server.listening.map(({ purpose }) => purpose)).toEqual(['dhcp', 'broadcast']);
	});

	test('a store that fails is told, and the next client served', async () => {
		let calls = 0;
		const store = createMemoryLeaseStore();
		const { client, portOf, ask, events } = await serve({
			store: {
				...store,
				ofClient(...args) {
					if (calls++ === 0) throw new Error('database is down');
					return store.ofClient(...args);
				},
			},
		});
		client.send(bootRequestBytes(), portOf('dhcp'), '127.0.0.1');
		await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('failed'));
		expect((await ask(bootRequestBytes())).op).toBe(2);
	});

	test('no datagram ends it', async () => {
		const { client, portOf, ask, events } = await serve();
		const nasty = [
			new Uint8Array(0),
			new Uint8Array(235),
			new Uint8Array(1500).fill(255),
			bootRequestBytes().fill(0xff, 240),
		];
		for (const bytes of nasty) client.send(bytes, portOf('dhcp'), '127.0.0.1');
		await vi.waitFor(() => expect(events.filter(({ type }) => type === 'ignored').length).toBe(4));
		const plain = encodeDhcp({ op: 1, xid: 1, chaddr: '52:54:00:00:00:01', options: { messageType: 'DISCOVER' } });
		expect((await ask(plain)).options.get('messageType')).toBe('OFFER');
	});

	test('settings that can’t be are refused before any socket is opened', async () => {
		await expect(serve({ networks: [{ subnet: 'here' }] })).rejects.toMatchObject({ code: 'bad-network' });
	});
});
