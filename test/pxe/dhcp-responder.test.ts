import { EncodeError, formatHex, parseHex } from 'pxekit';
import { type DhcpOptionsRecord, type DhcpPacketInit, decodeDhcp, encodeDhcp, type ReceivedOn } from 'pxekit/dhcp';
import { createDhcpResponder, type DhcpAnswer, type DhcpResponder, type DhcpResponderOptions } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';

const server = '10.0.0.1';
const on67: ReceivedOn = { port: 67, source: { address: '0.0.0.0', port: 68 }, unicast: false };
const unicast: ReceivedOn = { port: 67, source: { address: '10.0.0.50', port: 68 }, unicast: true };
const second = 1000;

function responder(options: Partial<DhcpResponderOptions> = {}): DhcpResponder {
	return createDhcpResponder({
		serverAddress: server,
		networks: [
			{ subnet: '10.0.0.0/24', pool: [{ from: '10.0.0.50', to: '10.0.0.51' }], options: { router: [server] } },
		],
		...options,
	});
}

interface Message {
	readonly mac?: string;
	readonly options?: DhcpOptionsRecord;
	readonly fields?: Partial<DhcpPacketInit>;
	readonly received?: ReceivedOn;
	readonly now?: number;
}

const mac = (last: number) => `52:54:00:00:00:${String(last).padStart(2, '0')}`;

/** Sends a message and reads the answer as its receiver would. */
async function send(
	to: DhcpResponder,
	messageType: 'DISCOVER' | 'REQUEST' | 'DECLINE' | 'RELEASE' | 'INFORM',
	{ mac: chaddr = mac(1), options = {}, fields = {}, received = on67, now = 0 }: Message = {},
) {
	const request = decodeDhcp(encodeDhcp({ op: 1, xid: 77, chaddr, ...fields, options: { messageType, ...options } }));
	const answer: DhcpAnswer = await to.respond(request, received, now);
	if (!answer.reply) return { type: 'silence', ignored: answer.ignored } as const;
	const packet = decodeDhcp(answer.bytes);
	expect(packet.issues).toEqual([]);
	expect([packet.xid, packet.mac]).toEqual([77, request.mac]);
	expect(packet.options.get('serverIdentifier')).toBeDefined();
	const { destination, stage } = answer;
	return { type: packet.options.get('messageType'), yiaddr: packet.yiaddr, packet, destination, stage } as const;
}

const select = (address: string, options: DhcpOptionsRecord = {}) => ({
	options: { requestedIpAddress: address, serverIdentifier: server, ...options },
});

/** DISCOVER and REQUEST: the address that the client ends with. */
async function lease(to: DhcpResponder, message: Message = {}): Promise<string> {
	const offer = await send(to, 'DISCOVER', message);
	if (offer.type !== 'OFFER') throw new Error(`no offer: ${offer.ignored}`);
	const ack = await send(to, 'REQUEST', {
		...message,
		options: { ...message.options, ...select(offer.yiaddr).options },
	});
	expect([ack.type, ack.yiaddr]).toEqual(['ACK', offer.yiaddr]);
	return offer.yiaddr;
}

describe('DISCOVER and REQUEST', () => {
	test('an address with all that RFC 2131 table 3 asks for', async () => {
		const to = responder();
		const { packet: offer } = await send(to, 'DISCOVER');
		expect(offer).toMatchObject({ op: 2, hops: 0, secs: 0, ciaddr: '0.0.0.0', siaddr: '0.0.0.0' });
		expect(offer?.options.entries().map(({ code, bytes }) => [code, formatHex(bytes)])).toEqual([
			[53, '02'],
			[54, '0a000001'],
			[51, '00000e10'],
			[58, '00000708'],
			[59, '00000c4e'],
			[1, 'ffffff00'],
			[3, '0a000001'],
		]);
		const ack = await send(to, 'REQUEST', select(offer?.yiaddr as string));
		expect(ack).toMatchObject({ type: 'ACK', yiaddr: offer?.yiaddr, stage: 'selecting' });
	});

	test('to the hardware address where the client has no other, else by broadcast', async () => {
		const to = responder();
		const offer = await send(to, 'DISCOVER');
		expect(offer.destination).toEqual({ address: offer.yiaddr, port: 68, rawFrameTo: mac(1) });
		const broadcast = await send(to, 'DISCOVER', { fields: { flags: 0x8000 } });
		expect(broadcast.destination).toEqual({ address: '255.255.255.255', port: 68 });
		expect(broadcast.packet?.flags).toBe(0x8000);
	});

	test('the same client gets the same address, two clients two, a third none', async () => {
		const to = responder();
		const first = await lease(to);
		expect(await lease(to)).toBe(first);
		const other = await lease(to, { mac: mac(2) });
		expect(new Set([first, other])).toEqual(new Set(['10.0.0.50', '10.0.0.51']));
		expect(await send(to, 'DISCOVER', { mac: mac(3) })).toMatchObject({ ignored: 'pool-exhausted' });
	});

	test('the address that it wishes, if it is free and in the pool', async () => {
		for (const wish of ['10.0.0.50', '10.0.0.51']) {
			expect(await lease(responder(), { options: { requestedIpAddress: wish } })).toBe(wish);
		}
		expect(await lease(responder(), { options: { requestedIpAddress: '10.0.0.9' } })).not.toBe('10.0.0.9');
	});

	test('an offer that nobody takes is free again after its time', async () => {
		const to = responder({ offerSeconds: 10 });
		await send(to, 'DISCOVER');
		await send(to, 'DISCOVER', { mac: mac(2) });
		expect(await send(to, 'DISCOVER', { mac: mac(3), now: 9.999 * second })).toMatchObject({ type: 'silence' });
		expect(await send(to, 'DISCOVER', { mac: mac(3), now: 10 * second })).toMatchObject({ type: 'OFFER' });
	});

	test('a lease ends at its time, and not before', async () => {
		const to = responder();
		await lease(to);
		await lease(to, { mac: mac(2) });
		expect(await send(to, 'DISCOVER', { mac: mac(3), now: 3599 * second })).toMatchObject({ type: 'silence' });
		expect(await send(to, 'DISCOVER', { mac: mac(3), now: 3600 * second })).toMatchObject({ type: 'OFFER' });
	});

	test('a shorter lease on request; never a longer one', async () => {
		const granted = async (asked: number) => {
			const offer = await send(responder(), 'DISCOVER', { options: { ipAddressLeaseTime: asked } });
			return offer.packet?.options.get('ipAddressLeaseTime');
		};
		expect([await granted(600), await granted(0xffff_ffff), await granted(0)]).toEqual([600, 3600, 120]);
	});

	test('who chooses another server frees its offer', async () => {
		const to = responder();
		const { yiaddr } = await send(to, 'DISCOVER');
		const chosen = select('10.9.9.9', { serverIdentifier: '10.0.0.2' });
		expect(await send(to, 'REQUEST', chosen)).toMatchObject({ ignored: 'for-another-server' });
		expect(await lease(to, { mac: mac(2), options: { requestedIpAddress: yiaddr as string } })).toBe(yiaddr);
	});

	test.each([
		['another client’s', '10.0.0.50'],
		['outside the pool', '10.0.0.9'],
		['outside the network', '10.9.0.50'],
		['the server’s own', server],
	])('an address that is %s is refused, to all', async (_, address) => {
		const to = responder();
		await lease(to, { mac: mac(2), options: { requestedIpAddress: '10.0.0.50' } });
		const nak = await send(to, 'REQUEST', select(address));
		expect(nak).toMatchObject({
			type: 'NAK',
			yiaddr: '0.0.0.0',
			destination: { address: '255.255.255.255', port: 68 },
		});
		expect(nak.packet?.options.entries().map(({ code }) => code)).toEqual([53, 54, 56]);
	});

	test('a server that lost its memory still gives what it offered', async () => {
		expect(await send(responder(), 'REQUEST', select('10.0.0.51'))).toMatchObject({ type: 'ACK', yiaddr: '10.0.0.51' });
	});

	test('the client identifier says who it is, and comes back (RFC 6842)', async () => {
		const to = responder();
		const identified = (last: number) => ({ options: { 61: Uint8Array.of(0, 1, last) } });
		const first = await lease(to, identified(1));
		expect(await lease(to, { ...identified(1), mac: mac(9) })).toBe(first);
		expect(await lease(to, identified(2))).not.toBe(first);
		const { packet } = await send(to, 'DISCOVER', identified(1));
		expect(formatHex(packet?.options.bytes(61) as Uint8Array)).toBe('000101');
	});

	test('one address through all stages of a boot, if wanted', async () => {
		const to = responder({ ignoreClientIdentifier: true });
		const first = await lease(to, { options: { 61: Uint8Array.of(0, 1, 1) } });
		expect(await lease(to, { options: { 61: Uint8Array.of(0, 1, 2) } })).toBe(first);
	});
});

describe('REQUEST without a server: RFC 2131 section 4.3.2', () => {
	const reboot = (address: string): Message => ({ options: { requestedIpAddress: address } });
	const renew = (address: string): Message => ({ fields: { ciaddr: address }, received: unicast });
	const rebind = (address: string): Message => ({ fields: { ciaddr: address }, received: on67 });

	test.each([
		['init-reboot', reboot],
		['renewing', renew],
		['rebinding', rebind],
	] as const)('%s', async (stage, message) => {
		const to = responder();
		const address = await lease(to);
		expect(await send(to, 'REQUEST', message(address))).toMatchObject({ type: 'ACK', yiaddr: address, stage });
		const wrong = address === '10.0.0.50' ? '10.0.0.51' : '10.0.0.50';
		expect(await send(to, 'REQUEST', message(wrong))).toMatchObject({ type: 'NAK', stage });
		const stranger = { ...message(address), mac: mac(2) };
		expect(await send(to, 'REQUEST', stranger)).toMatchObject({ type: 'NAK' });
		const unknown = { ...message(wrong), mac: mac(2) };
		expect(await send(to, 'REQUEST', unknown)).toMatchObject({ ignored: 'unknown-lease' });
	});

	test('of an address whose lease has ended, another server may know more', async () => {
		const to = responder();
		const address = await lease(to);
		const stranger = { ...reboot(address), mac: mac(2) };
		expect(await send(to, 'REQUEST', { ...stranger, now: 3599 * second })).toMatchObject({ type: 'NAK' });
		expect(await send(to, 'REQUEST', { ...stranger, now: 3600 * second })).toMatchObject({ ignored: 'unknown-lease' });
	});

	test('a client that came from another network is told so', async () => {
		const destination = { address: '255.255.255.255', port: 68 };
		expect(await send(responder(), 'REQUEST', reboot('192.168.1.5'))).toMatchObject({ type: 'NAK', destination });
		expect(await send(responder(), 'REQUEST', rebind('192.168.1.5'))).toMatchObject({ type: 'NAK', destination });
	});

	test('a renewal makes the lease longer, and goes to the client’s address', async () => {
		const to = responder();
		const address = await lease(to);
		await lease(to, { mac: mac(2) });
		const ack = await send(to, 'REQUEST', { ...renew(address), now: 3000 * second });
		expect(ack).toMatchObject({ type: 'ACK', destination: { address, port: 68 } });
		expect(ack.packet?.ciaddr).toBe(address);
		const later = { mac: mac(3), now: 3600 * second, options: { requestedIpAddress: address } };
		expect((await send(to, 'DISCOVER', later)).yiaddr).not.toBe(address);
	});
});

describe('RELEASE, DECLINE, INFORM', () => {
	const fromServer = { serverIdentifier: server };

	test('a released address is the next client’s', async () => {
		const to = responder();
		const address = await lease(to);
		await lease(to, { mac: mac(2) });
		const release = { options: fromServer, fields: { ciaddr: address } };
		expect(await send(to, 'RELEASE', { ...release, mac: mac(3) })).toMatchObject({ ignored: 'unknown-lease' });
		expect(await send(to, 'DISCOVER', { mac: mac(3) })).toMatchObject({ ignored: 'pool-exhausted' });
		expect(await send(to, 'RELEASE', release)).toMatchObject({ ignored: 'released' });
		expect(await lease(to, { mac: mac(3) })).toBe(address);
	});

	test('a declined address is nobody’s for a while', async () => {
		const to = responder({ declineSeconds: 100 });
		const address = await lease(to);
		const decline = { options: { ...fromServer, requestedIpAddress: address } };
		expect(await send(to, 'DECLINE', { ...decline, mac: mac(2) })).toMatchObject({ ignored: 'unknown-lease' });
		expect(await send(to, 'DECLINE', decline)).toMatchObject({ ignored: 'declined' });
		expect(await lease(to, { mac: mac(2), options: { requestedIpAddress: address } })).not.toBe(address);
		expect(await send(to, 'DISCOVER', { mac: mac(3), now: 99 * second })).toMatchObject({ ignored: 'pool-exhausted' });
		expect(await lease(to, { mac: mac(3), now: 100 * second })).toBe(address);
	});

	test('a message for another server changes nothing', async () => {
		const to = responder();
		const address = await lease(to);
		const options = { serverIdentifier: '10.0.0.2', requestedIpAddress: address };
		for (const type of ['RELEASE', 'DECLINE'] as const) {
			const message = { options, fields: { ciaddr: address } };
			expect(await send(to, type, message)).toMatchObject({ ignored: 'for-another-server' });
		}
		expect(await lease(to)).toBe(address);
	});

	test('INFORM: options, and no address or lease', async () => {
		const inform = { fields: { ciaddr: '10.0.0.200' } };
		const ack = await send(responder(), 'INFORM', inform);
		expect(ack).toMatchObject({ type: 'ACK', yiaddr: '0.0.0.0', destination: { address: '10.0.0.200', port: 68 } });
		expect(ack.packet?.options.entries().map(({ code }) => code)).toEqual([53, 54, 1, 3]);
	});
});

describe('reservations', () => {
	const uuid = '12345678-9abc-def0-1122-334455667788';
	const wire = { 97: parseHex('0078563412bc9af0de1122334455667788') };
	const to = () =>
		responder({
			reservations: [
				{ address: '10.0.0.50', mac: '52-54-00-00-00-01', options: { hostName: 'one', router: ['10.0.0.3'] } },
				{ address: '10.0.0.7', uuid },
				{ address: '10.0.0.8', clientIdentifier: Uint8Array.of(0, 0x61, 0x62) },
			],
		});

	test.each([
		['MAC', { mac: mac(1) }, '10.0.0.50'],
		['UUID as the firmware writes it', { mac: mac(2), options: wire }, '10.0.0.7'],
		['client identifier', { mac: mac(3), options: { 61: parseHex('006162') } }, '10.0.0.8'],
		['none', { mac: mac(4) }, '10.0.0.51'],
	] as [string, Message, string][])('by %s', async (_, message, address) => {
		expect(await lease(to(), message)).toBe(address);
	});

	test('nobody else gets a reserved address', async () => {
		const server = to();
		expect(await send(server, 'REQUEST', { ...select('10.0.0.50'), mac: mac(4) })).toMatchObject({ type: 'NAK' });
		await lease(server, { mac: mac(4) });
		expect(await send(server, 'DISCOVER', { mac: mac(5) })).toMatchObject({ ignored: 'pool-exhausted' });
	});

	test('its options go before those of the network', async () => {
		const { packet } = await send(to(), 'DISCOVER');
		expect([packet?.options.get('hostName'), packet?.options.get('router')]).toEqual(['one', ['10.0.0.3']]);
	});

	test('two machines with one UUID do not share an address', async () => {
		const server = to();
		await lease(server, { mac: mac(2), options: wire });
		const twin = { mac: mac(3), options: wire };
		expect(await send(server, 'DISCOVER', twin)).toMatchObject({ ignored: 'reserved-address-in-use' });
	});

	test('a client has one reservation in each network, and elsewhere none of their options', async () => {
		const subnets = ['10.0.0', '10.1.0', '10.2.0'];
		const to = responder({
			networks: subnets.map((net) => ({
				subnet: `${net}.0/24`,
				pool: [{ from: `${net}.50`, to: `${net}.50` }],
				options: { router: [`${net}.1`] },
			})),
			reservations: subnets
				.slice(0, 2)
				.map((net) => ({ mac: mac(1), address: `${net}.9`, options: { router: [`${net}.254`] } })),
		});
		const offers = await Promise.all(
			subnets.map((net) => send(to, 'DISCOVER', { fields: { giaddr: `${net}.1` }, options: {} })),
		);
		expect(offers.map(({ yiaddr, packet }) => [yiaddr, packet?.options.get('router')])).toEqual([
			['10.0.0.9', ['10.0.0.254']],
			['10.1.0.9', ['10.1.0.254']],
			['10.2.0.50', ['10.2.0.1']],
		]);
	});

	test('a reserved client keeps its address through firmware, iPXE and system', async () => {
		const server = to();
		for (const identifier of ['00aabb', '01525400000001', 'ff00000001aabb']) {
			expect(await lease(server, { options: { 61: parseHex(identifier) } })).toBe('10.0.0.50');
		}
	});

	test('is known without a lease: the server may have lost its memory', async () => {
		const message = { options: { requestedIpAddress: '10.0.0.50' } };
		expect(await send(to(), 'REQUEST', message)).toMatchObject({ type: 'ACK', stage: 'init-reboot' });
	});
});

describe('relays', () => {
	const networks = [
		{ subnet: '10.0.0.0/24', pool: [{ from: '10.0.0.50', to: '10.0.0.51' }] },
		{ subnet: '10.1.0.0/24', pool: [{ from: '10.1.0.50', to: '10.1.0.51' }] },
		{ subnet: '10.2.0.0/16', pool: [{ from: '10.2.0.50', to: '10.2.0.51' }] },
	];
	const relayed = (
		option82: string,
		fields: Partial<DhcpPacketInit> = {},
		options: DhcpOptionsRecord = {},
	): Message => ({
		fields: { giaddr: '10.1.0.1', hops: 1, ...fields },
		options: { ...options, 82: parseHex(option82) },
		received: { port: 67, source: { address: '10.1.0.1', port: 67 }, unicast: true },
	});

	test('the relay’s network, its port 67, its option last', async () => {
		const offer = await send(responder({ networks }), 'DISCOVER', relayed('010465746830'));
		expect(offer).toMatchObject({ type: 'OFFER', destination: { address: '10.1.0.1', port: 67 } });
		expect(offer.yiaddr).toMatch(/^10\.1\.0\.5[01]$/);
		expect(offer.packet).toMatchObject({ giaddr: '10.1.0.1', hops: 1 });
		expect(offer.packet?.options.get('subnetMask')).toBe('255.255.255.0');
		expect(offer.packet?.options.entries().at(-1)).toMatchObject({ code: 82, bytes: parseHex('010465746830') });
	});

	test('link selection (RFC 3527): its network, the relay’s address', async () => {
		const offer = await send(responder({ networks }), 'DISCOVER', relayed('05040a020000'));
		expect(offer.yiaddr).toMatch(/^10\.2\.0\.5[01]$/);
		expect(offer.destination).toEqual({ address: '10.1.0.1', port: 67 });
		expect(offer.packet?.options.get('subnetMask')).toBe('255.255.0.0');
	});

	test('a relay outside the networks must be known', async () => {
		const message = relayed('05040a020000', { giaddr: '192.0.2.9' });
		expect(await send(responder({ networks }), 'DISCOVER', message)).toMatchObject({ ignored: 'unknown-relay' });
		const knowing = responder({ networks, relays: ['192.0.2.9'] });
		expect(await send(knowing, 'DISCOVER', message)).toMatchObject({ destination: { address: '192.0.2.9', port: 67 } });
		const elsewhere = relayed('05040a090000', { giaddr: '192.0.2.9' });
		expect(await send(knowing, 'DISCOVER', elsewhere)).toMatchObject({ ignored: 'unknown-network' });
	});

	test('server identifier override (RFC 5107): ours is the relay’s, both ways', async () => {
		const to = responder({ networks });
		const override = '0b040a010001';
		const offer = await send(to, 'DISCOVER', relayed(override));
		expect(offer.packet?.options.get('serverIdentifier')).toBe('10.1.0.1');
		const chosen = { requestedIpAddress: offer.yiaddr as string, serverIdentifier: '10.1.0.1' };
		const ack = await send(to, 'REQUEST', relayed(override, {}, chosen));
		expect([ack.type, ack.packet?.options.get('serverIdentifier')]).toEqual(['ACK', '10.1.0.1']);
		const withoutIt = await send(to, 'REQUEST', relayed('0101aa', {}, chosen));
		expect(withoutIt).toMatchObject({ ignored: 'for-another-server' });
	});

	test.each([
		['0a0180', 'renewing'],
		['0a0100', 'rebinding'],
	])('flags %s (RFC 5010): %s', async (flags, stage) => {
		const to = responder({ networks });
		const offer = await send(to, 'DISCOVER', relayed(flags));
		const address = offer.yiaddr as string;
		await send(to, 'REQUEST', relayed(flags, {}, { requestedIpAddress: address, serverIdentifier: server }));
		expect(await send(to, 'REQUEST', relayed(flags, { ciaddr: address }))).toMatchObject({ type: 'ACK', stage });
	});

	test('a NAK through a relay has the broadcast flag', async () => {
		const nak = await send(
			responder({ networks }),
			'REQUEST',
			relayed('0101aa', {}, { requestedIpAddress: '10.9.9.9' }),
		);
		expect(nak).toMatchObject({ type: 'NAK', destination: { address: '10.1.0.1', port: 67 } });
		expect(nak.packet?.flags).toBe(0x8000);
	});
});

describe('booting', () => {
	const pxe = (arch: number): DhcpOptionsRecord => ({
		vendorClassIdentifier: `PXEClient:Arch:0000${arch}:UNDI:003016`,
		clientArchitecture: [arch],
	});
	const http: DhcpOptionsRecord = {
		vendorClassIdentifier: 'HTTPClient:Arch:00016:UNDI:003016',
		clientArchitecture: [16],
	};

	test('the file in the same answer, with the address of its server', async () => {
		const to = responder({ boot: ({ arch }) => ({ file: arch === 7 ? 'ipxe.efi' : 'undionly.kpxe' }) });
		for (const [arch, file] of [
			[7, 'ipxe.efi'],
			[0, 'undionly.kpxe'],
		] as const) {
			const { packet } = await send(to, 'DISCOVER', { options: pxe(arch) });
			expect(packet).toMatchObject({ siaddr: server, file });
			expect([packet?.options.has(60), packet?.options.has(43)]).toEqual([false, false]);
			const ack = await send(to, 'REQUEST', select(packet?.yiaddr as string, pxe(arch)));
			expect(ack.packet).toMatchObject({ siaddr: server, file });
		}
	});

	test('a file on no host is refused, as the proxy refuses it', async () => {
		const to = responder({ boot: () => ({ file: 'undionly.kpxe', serverAddress: '0.0.0.0' }) });
		await expect(send(to, 'DISCOVER', { options: pxe(0) })).rejects.toThrow(
			expect.objectContaining({ name: 'EncodeError', code: 'bad-ipv4' }),
		);
	});

	test('UEFI HTTP boot: option 60 and the URI', async () => {
		const to = responder({ boot: () => ({ file: 'http://10.0.0.1/a.efi' }) });
		const { packet } = await send(to, 'DISCOVER', { options: http });
		expect(packet?.options.get('vendorClassIdentifier')).toBe('HTTPClient');
		expect(packet?.options.get('bootfileName')).toBe('http://10.0.0.1/a.efi');
	});

	test('a menu: in the OFFER for BIOS; UEFI is sent to port 4011 for it', async () => {
		const to = responder({
			boot: () => ({
				menu: [
					{ text: 'One', file: 'one' },
					{ text: 'Two', file: 'two' },
				],
			}),
		});
		const bios = await send(to, 'DISCOVER', { options: pxe(0) });
		expect(bios.packet).toMatchObject({ siaddr: server, file: '' });
		expect(bios.packet?.options.get('vendorClassIdentifier')).toBe('PXEClient');
		expect(new TextDecoder().decode(bios.packet?.options.bytes(43))).toContain('Two');
		const uefi = await send(to, 'DISCOVER', { options: pxe(7) });
		expect(uefi.packet).toMatchObject({ siaddr: server, file: '' });
		expect([uefi.packet?.options.get('vendorClassIdentifier'), uefi.packet?.options.has(43)]).toEqual([
			'PXEClient',
			false,
		]);
		const item = { ...pxe(7), vendorSpecificInformation: parseHex('470480010000ff') };
		const chosen = await send(to, 'REQUEST', { options: item, fields: { ciaddr: '10.0.0.50' } });
		expect(chosen).toMatchObject({ type: 'ACK', stage: 'boot-server' });
		expect(chosen.packet?.file).toBe('two');
	});

	test('no file: an address all the same', async () => {
		const none = responder({ boot: () => undefined });
		expect((await send(none, 'DISCOVER', { options: pxe(7) })).packet).toMatchObject({ siaddr: '0.0.0.0', file: '' });
		const notUrl = responder({ boot: () => ({ file: 'a.efi' }) });
		expect((await send(notUrl, 'DISCOVER', { options: http })).packet).toMatchObject({ siaddr: '0.0.0.0' });
	});

	test('who does not boot from the network is not asked about', async () => {
		const to = responder({
			boot: () => {
				throw new Error('asked');
			},
		});
		expect(await send(to, 'DISCOVER')).toMatchObject({ type: 'OFFER' });
		await expect(send(to, 'DISCOVER', { options: pxe(7) })).rejects.toThrow('asked');
	});

	test('port 4011 is answered as a proxy would', async () => {
		const to = responder({ boot: () => ({ file: 'ipxe.efi' }) });
		const source = { address: '10.0.0.50', port: 4011 };
		const message = { options: pxe(7), fields: { ciaddr: '10.0.0.50' }, received: { port: 4011, source } as const };
		const ack = await send(to, 'REQUEST', message);
		expect(ack).toMatchObject({ type: 'ACK', stage: 'boot-server', destination: source });
		expect(ack.packet?.file).toBe('ipxe.efi');
		expect(await send(responder(), 'REQUEST', message)).toMatchObject({ ignored: 'not-configured' });
	});
});

describe('silence has a reason', () => {
	test.each([
		['incomplete', 'REQUEST', {}],
		['incomplete', 'DECLINE', {}],
		['incomplete', 'RELEASE', {}],
		['incomplete', 'INFORM', {}],
		['unknown-network', 'INFORM', { fields: { ciaddr: '192.0.2.1' }, received: unicast }],
		['unknown-network', 'REQUEST', { options: { 43: parseHex('470480010000ff') }, fields: { ciaddr: '192.0.2.1' } }],
		['unknown-relay', 'DISCOVER', { fields: { giaddr: '192.0.2.1' } }],
		['no-identity', 'DISCOVER', { fields: { chaddr: new Uint8Array(0), hlen: 0 } }],
	] as const)('%s: %s', async (ignored, type, message) => {
		expect(await send(responder(), type, message)).toMatchObject({ ignored });
	});

	test.each([
		['reply', { op: 2, options: { messageType: 'DISCOVER' } }],
		['bootp', { op: 1, options: {} }],
		['incomplete', { op: 1, options: { messageType: 'OFFER' } }],
		['incomplete', { op: 1, options: { messageType: 'LEASEQUERY' } }],
	] as const)('%s', async (ignored, fields) => {
		const request = decodeDhcp(encodeDhcp({ xid: 1, chaddr: mac(1), ...fields }));
		expect(await responder().respond(request, on67, 0)).toEqual({ ignored });
	});
});

describe('settings that can’t be', () => {
	const pool = [{ from: '10.0.0.50', to: '10.0.0.60' }];
	test.each([
		['server address', { serverAddress: 'here' }],
		['server address of no host', { serverAddress: '0.0.0.0' }],
		['subnet', { networks: [{ subnet: '10.0.0.0' }] }],
		['prefix', { networks: [{ subnet: '10.0.0.0/31' }] }],
		['pool elsewhere', { networks: [{ subnet: '10.1.0.0/24', pool }] }],
		['pool backwards', { networks: [{ subnet: '10.0.0.0/24', pool: [{ from: '10.0.0.9', to: '10.0.0.8' }] }] }],
		['broadcast address', { networks: [{ subnet: '10.0.0.0/24', pool: [{ from: '10.0.0.9', to: '10.0.0.255' }] }] }],
		['pool too large', { networks: [{ subnet: '10.0.0.0/8', pool: [{ from: '10.0.0.1', to: '10.1.0.1' }] }] }],
		['networks overlap', { networks: [{ subnet: '10.0.0.0/24' }, { subnet: '10.0.0.0/16' }] }],
		['lease', { networks: [{ subnet: '10.0.0.0/24', leaseSeconds: 0 }] }],
		[
			'two keys',
			{ reservations: [{ address: '10.0.0.5', mac: mac(1), uuid: '12345678-9abc-def0-1122-334455667788' }] },
		],
		['no key', { reservations: [{ address: '10.0.0.5' }] }],
		['reserved twice', { reservations: [1, 2].map((last) => ({ address: '10.0.0.5', mac: mac(last) })) }],
		['reserved elsewhere', { reservations: [{ address: '10.9.0.5', mac: mac(1) }] }],
		['reserved server', { reservations: [{ address: server, mac: mac(1) }] }],
	] as [string, Partial<DhcpResponderOptions>][])('%s', (_, options) => {
		expect(() => responder(options)).toThrow(EncodeError);
	});
});
