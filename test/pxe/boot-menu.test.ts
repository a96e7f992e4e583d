import { EncodeError, parseHex } from 'pxekit';
import { decodeDhcp } from 'pxekit/dhcp';
import { type BootMenu, createProxyDhcp, decodePxeOptions, type ReceivedOn, raspberryPiMenu } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';
import { fixtureRows } from '../support/fixtures.ts';

const bios = { vendorClassIdentifier: 'PXEClient:Arch:00000:UNDI:002001', clientArchitecture: [0] } as const;
const onDhcp: ReceivedOn = { port: 67, source: { address: '0.0.0.0', port: 68 } };
const onPxe: ReceivedOn = { port: 4011, source: { address: '10.0.0.77', port: 4011 } };

/** pxe-service and pxe-prompt lines of a dnsmasq that was captured (its entries for x64 UEFI). */
const menu: BootMenu = {
	menu: [
		{ text: 'Boot UEFI A', type: 0x8001, file: 'snponly.efi' },
		{ text: 'Boot UEFI B', type: 0x8002, file: 'ipxe.efi', serverAddress: '10.0.0.9' },
		{ text: 'Boot from local disk', localBoot: true },
	],
	prompt: { text: 'Press F8 for menu.', timeout: 3 },
};

async function respond(boot: BootMenu, options: Parameters<typeof bootRequest>[0], on: ReceivedOn, ciaddr = '0.0.0.0') {
	const proxy = createProxyDhcp({ serverAddress: '192.168.77.2', boot: () => boot });
	const answer = await proxy.respond(bootRequest(options, { ciaddr }), on);
	if (!answer.reply) return answer.ignored;
	const packet = decodeDhcp(answer.bytes);
	const block = packet.options.bytes(43);
	return { ...packet, pxe: block && decodePxeOptions(block).values, destination: answer.destination };
}

async function packetOf(...args: Parameters<typeof respond>) {
	const got = await respond(...args);
	if (typeof got !== 'object') throw new Error(`silent: ${got}`);
	return got;
}

describe('where the menu goes', () => {
	test('BIOS: into the OFFER', async () => {
		const offer = await packetOf(menu, bios, onDhcp);
		expect(offer.file).toBe('');
		expect(offer.pxe?.bootMenu).toEqual([
			{ type: 0x8001, text: 'Boot UEFI A' },
			{ type: 0x8002, text: 'Boot UEFI B' },
			{ type: 0, text: 'Boot from local disk' },
		]);
		expect(offer.pxe?.menuPrompt).toEqual({ text: 'Press F8 for menu.', timeout: 3 });
		expect(offer.pxe?.discoveryControl).toMatchObject({
			disableBroadcast: true,
			disableMulticast: true,
			useBootFile: false,
		});
		expect(offer.pxe?.bootServers).toEqual([
			{ type: 0x8001, addresses: ['192.168.77.2'] },
			{ type: 0x8002, addresses: ['192.168.77.2'] },
		]);
	});

	test('UEFI: nothing in the OFFER, the menu in the first ACK, the file in the second', async () => {
		const offer = await packetOf(menu, {}, onDhcp);
		expect([offer.pxe, offer.file, offer.siaddr]).toEqual([undefined, '', '192.168.77.2']);
		const first = await packetOf(menu, { messageType: 'REQUEST' }, onPxe, '10.0.0.77');
		expect([first.pxe?.bootMenu?.length, first.file]).toEqual([3, '']);
		const chosen = { messageType: 'REQUEST', vendorSpecificInformation: parseHex('470480020000ff') } as const;
		const second = await packetOf(menu, chosen, onPxe, '10.0.0.77');
		expect(second).toMatchObject({ file: 'ipxe.efi', siaddr: '10.0.0.9', yiaddr: '10.0.0.77' });
		expect(second.pxe?.bootItem).toMatchObject({ type: 0x8002, layer: 0 });
	});

	test('the first ACK and the answer to a choice are dnsmasq’s, byte for byte in option 43', async () => {
		const exchanges = fixtureRows<{
			serverConfig: string;
			requestHex: string;
			replyHex: string;
			requestTo: [string, number];
		}>('dhcp/exchanges.jsonl').filter((row) => row.serverConfig === 'p_menu.conf' && row.requestTo[1] === 4011);
		expect(exchanges.length).toBe(3);
		for (const { requestHex, replyHex } of exchanges) {
			const request = decodeDhcp(parseHex(requestHex));
			// iPXE has its menu from our OFFER already.
			if (request.options.has('userClass')) continue;
			const inDnsmasqOrder = decodeDhcp(parseHex(replyHex));
			const proxy = createProxyDhcp({
				serverAddress: '192.168.77.2',
				boot: () => ({ ...menu, menu: menu.menu.map(({ serverAddress, ...entry }) => entry) }),
			});
			const answer = await proxy.respond(request, { port: 4011, source: { address: '192.168.77.106', port: 4011 } });
			if (!answer.reply) throw new Error(answer.ignored);
			const ours = decodeDhcp(answer.bytes);
			expect(ours.options.bytes(43)).toEqual(inDnsmasqOrder.options.bytes(43));
			const { ciaddr, yiaddr, siaddr, file } = inDnsmasqOrder;
			expect(ours).toMatchObject({ ciaddr, yiaddr, siaddr, file });
		}
	});

	test('UEFI with one choice: the file, no option 43', async () => {
		const single: BootMenu = { menu: [{ text: 'Install', basename: 'ipxe' }] };
		const ack = await packetOf(single, { messageType: 'REQUEST' }, onPxe, '10.0.0.77');
		expect([ack.pxe, ack.file]).toEqual([undefined, 'ipxe.0']);
	});
});

describe('asking a boot server', () => {
	const item = (hex: string) =>
		({ ...bios, messageType: 'REQUEST', vendorSpecificInformation: parseHex(`4704${hex}ff`) }) as const;
	const layered: BootMenu = {
		menu: [
			{ text: 'PXELINUX', basename: 'pxelinux' },
			{ text: 'Elsewhere', type: 15, servers: ['10.0.0.8'] },
		],
	};

	test('the layer is the name’s ending', async () => {
		expect((await packetOf(layered, item('80000000'), onPxe)).file).toBe('pxelinux.0');
		expect((await packetOf(layered, item('80000003'), onPxe)).file).toBe('pxelinux.3');
	});

	test.each([
		['an entry that is not there', '80050000'],
		['an entry of another server', '000f0000'],
		['the local disk', '00000000'],
	])('%s: silence', async (_, hex) => {
		expect(await respond(layered, item(hex), onPxe)).toBe('no-such-item');
	});

	test('by broadcast on port 67: an ACK to the sender', async () => {
		const source = { address: '10.0.0.77', port: 68 };
		const ack = await packetOf(layered, item('80000000'), { port: 67, source }, '10.0.0.77');
		expect(ack).toMatchObject({ file: 'pxelinux.0', destination: source });
		expect(ack.options.get('messageType')).toBe('ACK');
	});

	test('a single file answers whatever type is asked', async () => {
		const proxy = createProxyDhcp({ serverAddress: '10.0.0.2', boot: () => ({ file: 'pxelinux.0' }) });
		const answer = await proxy.respond(bootRequest(item('000f0000')), onPxe);
		expect(answer.reply?.file).toBe('pxelinux.0');
	});
});

describe('discovery', () => {
	test('a type that names no server is looked for by broadcast', async () => {
		const anywhere: BootMenu = {
			menu: [
				{ text: 'Type 15 anywhere', type: 15, servers: [] },
				{ text: 'Mine', file: 'a' },
			],
		};
		const { pxe } = await packetOf(anywhere, bios, onDhcp);
		expect(pxe?.discoveryControl?.disableBroadcast).toBe(false);
		expect(pxe?.bootServers).toEqual([{ type: 0x8001, addresses: ['192.168.77.2'] }]);
	});

	test('by multicast and from the list only', async () => {
		const { pxe } = await packetOf(
			{ ...menu, discovery: { multicastAddress: '224.0.1.2', serverListOnly: true } },
			bios,
			onDhcp,
		);
		expect(pxe?.discoveryMulticastAddress).toBe('224.0.1.2');
		expect(pxe?.discoveryControl).toMatchObject({
			disableMulticast: false,
			disableBroadcast: true,
			serverListOnly: true,
		});
	});
});

test('a Raspberry Pi sees its words, with local boot and the proxy’s address', async () => {
	const offer = await packetOf(raspberryPiMenu(), bios, onDhcp);
	expect(offer.pxe?.bootMenu).toEqual([{ type: 0, text: 'Raspberry Pi Boot   ' }]);
	expect([offer.siaddr, offer.pxe?.menuPrompt]).toEqual(['192.168.77.2', { text: 'PXE', timeout: 0 }]);
});

test.each<[string, BootMenu]>([
	['no entry', { menu: [] }],
	['an entry with nothing to boot', { menu: [{ text: 'a' }] }],
	['an entry with two things to boot', { menu: [{ text: 'a', file: 'b', localBoot: true }] }],
	[
		'a type twice',
		{
			menu: [
				{ text: 'a', file: 'b', type: 7 },
				{ text: 'c', file: 'd', type: 7 },
			],
		},
	],
	['a type that is none', { menu: [{ text: 'a', file: 'b', type: 65535 }] }],
	['other servers without their type', { menu: [{ text: 'a', servers: ['10.0.0.1'] }] }],
	[
		'a menu that does not fit',
		{ menu: Array.from({ length: 20 }, (_, i) => ({ text: `a long entry, number ${i}`, file: 'b' })) },
	],
])('refused: %s', async (_, boot) => {
	await expect(respond(boot, bios, onDhcp)).rejects.toThrow(EncodeError);
});
