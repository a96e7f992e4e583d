import {
	type BootClientProfileName,
	type BootStory,
	formatBootStory,
	type SimulateBootOptions,
	type SimulatedServer,
	simulateBoot,
	simulatedDhcp,
	simulatedResponder,
	simulatedTftp,
	type UdpDatagram,
} from 'pxekit/client';
import {
	type DhcpOptionsInit,
	type DhcpPacket,
	type DhcpPacketInit,
	decodeDhcp,
	encodeDhcp,
	replyTo,
} from 'pxekit/dhcp';
import { createProxyDhcp, encodePxeOptions, type PxeOptionsInit } from 'pxekit/pxe';
import { decodeTftp, encodeTftp } from 'pxekit/tftp';
import { describe, expect, test } from 'vitest';

const mac = '52:54:00:12:34:56';
const dhcpAddress = '10.0.0.1';
const proxyAddress = '10.0.0.2';
const file = Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff);

const boot = (profile: BootClientProfileName, servers: SimulatedServer[], more: Partial<SimulateBootOptions> = {}) =>
	simulateBoot({ profile, mac, servers, ...more });
const errorOf = ({ end }: BootStory) => (end?.kind === 'failed' ? (end.error.code ?? end.error.reason) : end?.kind);
const sentTo = (story: BootStory, port: number) =>
	story.events.filter((event) => event.type === 'sent' && event.peer.port === port).length;

const plainDhcp = simulatedDhcp({ address: dhcpAddress, clientAddress: '10.0.0.77' });
const dhcpWith = (options: DhcpOptionsInit, fields: { nextServer?: string; file?: string } = {}) =>
	simulatedDhcp({ address: dhcpAddress, clientAddress: '10.0.0.77', options, ...fields });
const tftp = () => simulatedTftp({ address: proxyAddress, files: { 'a.efi': file } });

/** A server whose DHCP answers are given packet by packet; `undefined` is silence. */
function dhcpServer(
	address: string,
	answer: (request: DhcpPacket, port: number) => DhcpPacketInit | undefined,
	encode: (reply: DhcpPacketInit) => Uint8Array = encodeDhcp,
): SimulatedServer {
	return {
		address,
		receive({ from, to, bytes }): UdpDatagram[] {
			if (to.port !== 67 && to.port !== 4011) return [];
			const reply = answer(decodeDhcp(bytes), to.port);
			if (!reply) return [];
			const destination = to.port === 67 ? { address: '255.255.255.255', port: 68 } : from;
			return [{ from: { address, port: to.port }, to: destination, bytes: encode(reply) }];
		},
	};
}

/** A proxy whose OFFER holds this option 43, and which answers boot server requests when `file` is given. */
function menuProxy(menu: PxeOptionsInit, served?: string): SimulatedServer {
	const base = { serverIdentifier: proxyAddress, vendorClassIdentifier: 'PXEClient' };
	return dhcpServer(proxyAddress, (request, port) => {
		const type = request.options.get('messageType');
		if (port === 67 && type === 'DISCOVER') {
			const options = { messageType: 'OFFER' as const, ...base, vendorSpecificInformation: encodePxeOptions(menu) };
			return replyTo(request, { siaddr: proxyAddress, options });
		}
		const asked = request.options.bytes(43);
		if (served === undefined || !asked || type !== 'REQUEST') return undefined;
		const options = { messageType: 'ACK' as const, ...base, vendorSpecificInformation: asked };
		return replyTo(request, { siaddr: proxyAddress, file: served, options });
	});
}

const oneEntry: PxeOptionsInit = {
	discoveryControl: { disableBroadcast: true, disableMulticast: true },
	bootServers: [{ type: 0x8000, addresses: [proxyAddress] }],
	bootMenu: [
		{ type: 0x8000, text: 'Install' },
		{ type: 0, text: 'Local disk' },
	],
	menuPrompt: { timeout: 3, text: 'Press F8' },
};

describe('the firmware error of each failure', () => {
	const proxyOnly = simulatedResponder(
		createProxyDhcp({ serverAddress: proxyAddress, boot: () => ({ file: 'a.efi' }) }),
		proxyAddress,
	);
	const says60 = () => dhcpWith({ vendorClassIdentifier: 'PXEClient' }, { nextServer: dhcpAddress });
	const names = (name: string) => dhcpWith({}, { nextServer: proxyAddress, file: name });

	// Codes and meanings: PxeBcBoot.c of EDK2 for UEFI; the vendors' lists for PC ROMs.
	test.each<[string, () => SimulatedServer[], uefi: string, rom: string]>([
		['nobody answers', () => [], 'PXE-E18', 'PXE-E51'],
		['only a proxy answers', () => [proxyOnly], 'PXE-E16', 'PXE-E52'],
		['nobody names a file', () => [plainDhcp], 'PXE-E16', 'PXE-E53'],
		['option 60 says PXEClient, and nobody is on port 4011', () => [says60()], 'PXE-E16', 'PXE-E55'],
		['the file is not there', () => [names('b.efi'), tftp()], 'PXE-E23', 'PXE-E3B'],
		['no TFTP server answers', () => [names('a.efi')], 'PXE-E18', 'PXE-E32'],
		[
			'discovery options without a menu',
			() => [plainDhcp, menuProxy({ discoveryControl: { disableBroadcast: true, disableMulticast: true } })],
			'PXE-E21',
			'PXE-E74',
		],
		[
			'multicast allowed, no address',
			() => [plainDhcp, menuProxy({ ...oneEntry, discoveryControl: { disableBroadcast: true } })],
			'PXE-E18',
			'PXE-E76',
		],
		[
			'the chosen type is not listed',
			() => [plainDhcp, menuProxy({ ...oneEntry, bootServers: [{ type: 7, addresses: [proxyAddress] }] })],
			'PXE-E07',
			'PXE-E77',
		],
		['the boot server is silent', () => [plainDhcp, menuProxy(oneEntry)], 'PXE-E18', 'PXE-E78'],
	])('%s', async (_name, servers, uefi, rom) => {
		expect(errorOf(await boot('edk2', servers()))).toBe(uefi);
		expect(errorOf(await boot('intel-undi-2.1', servers()))).toBe(rom);
	});

	test('four DISCOVERs in sixty seconds, then the client gives up', async () => {
		const story = await boot('edk2', []);
		expect(story.events.filter(({ type }) => type === 'sent').map(({ at }) => at)).toEqual([0, 4000, 12_000, 28_000]);
		expect(story.events.at(-1)?.at).toBe(60_000);
	});
});

describe('EDK2', () => {
	test('takes a menu from a proxy; the firmware of 2016 throws it away', async () => {
		const network = () => [plainDhcp, menuProxy(oneEntry, 'a.efi'), tftp()];
		const now = await boot('edk2', network());
		expect(now.end).toMatchObject({ kind: 'booted', file: { uri: 'tftp://10.0.0.2/a.efi', bytes: file } });
		expect(now.offers.map((offer) => [offer.class, offer.chosenFor])).toEqual([
			['dhcp', 'address'],
			['proxy-with-menu', 'boot'],
		]);
		const then = await boot('edk2-2016', network());
		expect(errorOf(then)).toBe('PXE-E16');
		expect(sentTo(then, 67)).toBe(4);
	});

	test('the firmware of 2016 boots when the proxy leaves option 43 to port 4011', async () => {
		const proxy = createProxyDhcp({ serverAddress: proxyAddress, boot: () => ({ file: 'a.efi' }) });
		const story = await boot('edk2-2016', [plainDhcp, simulatedResponder(proxy, proxyAddress), tftp()]);
		expect(story.end).toMatchObject({ kind: 'booted' });
	});

	test.each([
		[0, 'booted'],
		[1, 'PXE-E21'],
		[undefined, 'booted'],
	])('menu entry %s: %s', async (menuChoice, outcome) => {
		const story = await boot('edk2', [plainDhcp, menuProxy(oneEntry, 'a.efi'), tftp()], { menuChoice });
		expect(errorOf(story)).toBe(outcome);
	});

	test('a prompt of 255 waits for a person', async () => {
		const menu = { ...oneEntry, menuPrompt: { timeout: 255, text: 'Choose' } };
		const story = await boot('edk2', [plainDhcp, menuProxy(menu, 'a.efi'), tftp()]);
		expect(story.end).toMatchObject({ kind: 'waiting', entries: [{ text: 'Install' }, { text: 'Local disk' }] });
	});

	test('does not look at a packet with an empty option 12, or without End', async () => {
		const offer = (options: DhcpOptionsInit) => (request: DhcpPacket) =>
			replyTo(request, { yiaddr: '10.0.0.9', siaddr: proxyAddress, file: 'a.efi', options });
		const empty = dhcpServer(
			dhcpAddress,
			offer([
				['messageType', 'OFFER'],
				['serverIdentifier', dhcpAddress],
				[12, new Uint8Array(0)],
			]),
		);
		const withoutEnd = dhcpServer(
			dhcpAddress,
			offer({ messageType: 'OFFER', serverIdentifier: dhcpAddress }),
			(reply) => {
				const bytes = encodeDhcp(reply, { minLength: 0 });
				return bytes.subarray(0, bytes.lastIndexOf(255));
			},
		);
		for (const [server, reason] of [
			[empty, 'option 12 is empty'],
			[withoutEnd, 'no End option'],
		] as const) {
			const story = await boot('edk2', [server]);
			expect(story.end).toMatchObject({ error: { reason: 'no-offer' } });
			expect(story.events).toContainEqual(expect.objectContaining({ type: 'ignored', summary: reason }));
		}
	});

	test('option 13 spares it the question for the size', async () => {
		const asked = async (options: DhcpOptionsInit) => {
			const server = tftp();
			const requests: string[][] = [];
			const listening: SimulatedServer = {
				...server,
				receive(datagram, now) {
					const packet = datagram.to.port === 69 ? decodeTftp(datagram.bytes) : undefined;
					if (packet?.kind === 'rrq') requests.push(packet.options.map(({ name }) => name));
					return server.receive(datagram, now);
				},
			};
			const story = await boot('edk2', [dhcpWith(options, { nextServer: proxyAddress, file: 'a.efi' }), listening]);
			expect(story.end?.kind).toBe('booted');
			return requests;
		};
		expect(await asked({})).toEqual([
			['tsize', 'blksize', 'windowsize'],
			['blksize', 'windowsize'],
		]);
		expect(await asked({ bootFileSize: 10 })).toEqual([['blksize', 'windowsize']]);
	});

	test('needs a TFTP server that knows options, and the size', async () => {
		const answering = (answer: Uint8Array): SimulatedServer => ({
			address: proxyAddress,
			receive: ({ from, to }) =>
				to.port === 69 ? [{ from: { address: proxyAddress, port: 3000 }, to: from, bytes: answer }] : [],
		});
		const network = (answer: Uint8Array) => [
			dhcpWith({}, { nextServer: proxyAddress, file: 'a.efi' }),
			answering(answer),
		];
		const data = encodeTftp({ kind: 'data', block: 1, data: Uint8Array.of(1) });
		const withoutSize = encodeTftp({ kind: 'oack', options: [{ name: 'blksize', value: '1468' }] });
		const unasked = encodeTftp({ kind: 'oack', options: [{ name: 'timeout', value: '3' }] });
		expect(errorOf(await boot('edk2', network(data)))).toBe('PXE-E99');
		expect(errorOf(await boot('edk2', network(withoutSize)))).toBe('PXE-E53');
		expect(errorOf(await boot('edk2', network(unasked)))).toBe('PXE-E99');
		// The others read what comes.
		expect((await boot('ipxe-bios', network(data))).end).toMatchObject({
			kind: 'booted',
			file: { bytes: Uint8Array.of(1) },
		});
	});
});

describe('iPXE', () => {
	test('prefers the offer with the higher priority (175.1)', async () => {
		const offering = (address: string, priority: number) =>
			simulatedDhcp({
				address,
				clientAddress: '10.0.0.9',
				nextServer: address,
				file: address,
				options: { ipxeOptions: Uint8Array.of(1, 1, priority & 0xff) },
			});
		const story = await boot('ipxe-bios', [offering('10.0.0.5', 10), offering('10.0.0.6', -3)]);
		expect(story.offers.map(({ server, chosenFor }) => [server, chosenFor])).toContainEqual(['10.0.0.5', 'both']);
	});

	test('boots a SAN disk when there is a root path and no file', async () => {
		const story = await boot('ipxe-efi', [dhcpWith({ rootPath: 'iscsi:10.0.0.1::::iqn.2010-04.example:d' })]);
		expect(story.end).toEqual({ kind: 'san', uri: 'iscsi:10.0.0.1::::iqn.2010-04.example:d' });
	});

	test('reads a file over HTTP', async () => {
		const story = await boot('ipxe-efi', [dhcpWith({ bootfileName: 'http://10.0.0.1/b.ipxe' })], {
			http: ({ method }) => ({ status: 200, body: new TextEncoder().encode(method) }),
		});
		expect(story.end).toMatchObject({ kind: 'booted', file: { uri: 'http://10.0.0.1/b.ipxe' } });
	});

	test('waits on port 68 for the answer from port 4011', async () => {
		const proxy = createProxyDhcp({ serverAddress: proxyAddress, boot: () => ({ file: 'a.efi' }) });
		const answers: number[] = [];
		// The proxy's OFFER without its file: only port 4011 tells it.
		const quiet: SimulatedServer = {
			address: proxyAddress,
			async receive(datagram, now) {
				const replies = await simulatedResponder(proxy, proxyAddress).receive(datagram, now);
				if (datagram.to.port === 4011) answers.push(...replies.map(({ to }) => to.port));
				return replies.map((reply) =>
					datagram.to.port === 4011
						? reply
						: { ...reply, bytes: encodeDhcp({ ...decodeDhcp(reply.bytes), file: '', siaddr: '0.0.0.0' }) },
				);
			},
		};
		const story = await boot('ipxe-bios', [plainDhcp, quiet, tftp()]);
		expect(story.end?.kind).toBe('booted');
		expect(answers).toEqual([68]);
	});
});

describe('how long iPXE waits: src/config/dhcp.h', () => {
	/** When the packets of this kind were sent, and when the boot failed, in milliseconds since the first. */
	const timesOf = (story: BootStory, isWanted: (port: number, packet: DhcpPacket) => boolean) => {
		const sent: number[] = [];
		for (const event of story.events) {
			if (event.type === 'sent' && isWanted(event.peer.port, decodeDhcp(event.bytes))) sent.push(event.at);
		}
		return [...sent, story.events.at(-1)?.at ?? 0].map((at) => at - (sent[0] ?? 0));
	};

	test('for the confirmation of its address: from 0.25 seconds through the wait of 8 seconds', async () => {
		const neverConfirms: SimulatedServer = {
			...plainDhcp,
			receive(datagram, now) {
				const isDiscover = decodeDhcp(datagram.bytes).options.get('messageType') === 'DISCOVER';
				return isDiscover ? plainDhcp.receive(datagram, now) : [];
			},
		};
		const story = await boot('ipxe-bios', [neverConfirms]);
		expect(errorOf(story)).toBe('no-ack');
		const times = timesOf(story, (_port, { options }) => options.get('messageType') === 'REQUEST');
		expect(times).toEqual([0, 250, 750, 1750, 3750, 7750, 15_750]);
	});

	test('for a boot server: three tries, of 1, 2 and 4 seconds', async () => {
		const story = await boot('ipxe-bios', [plainDhcp, menuProxy(oneEntry)]);
		expect(errorOf(story)).toBe('boot-server-silent');
		expect(timesOf(story, (port) => port === 4011)).toEqual([0, 1000, 3000, 7000]);
	});
});

describe('other firmware', () => {
	test('U-Boot needs siaddr, and takes its own name where none is given', async () => {
		expect(errorOf(await boot('u-boot', [plainDhcp]))).toBe('no-server-address');
		const server = simulatedTftp({ address: proxyAddress, files: { 'boot.scr.uimg': 'x' } });
		const story = await boot('u-boot', [dhcpWith({}, { nextServer: proxyAddress }), server]);
		expect(story.end).toMatchObject({ kind: 'booted', file: { name: 'boot.scr.uimg' } });
	});

	test('a Raspberry Pi wants the words "Raspberry Pi Boot" in a menu', async () => {
		const menu = encodePxeOptions({ bootMenu: [{ type: 0, text: 'Raspberry Pi Boot' }] });
		const files = simulatedTftp({ address: proxyAddress, files: { 'aabbccdd/start4.elf': 'x' } });
		const serial = 'aabbccdd';
		expect(errorOf(await boot('raspberry-pi-4', [dhcpWith({}, { nextServer: proxyAddress }), files]))).toBe(
			'no-usable-offer',
		);
		const right = dhcpWith({ vendorSpecificInformation: menu, tftpServerName: proxyAddress });
		expect((await boot('raspberry-pi-4', [right, files], { serial })).end).toMatchObject({
			kind: 'booted',
			file: { name: 'aabbccdd/start4.elf' },
		});
	});

	test('UEFI HTTP boot takes the URI of a proxy', async () => {
		const proxy = createProxyDhcp({ serverAddress: proxyAddress, boot: () => ({ file: 'http://10.0.0.2/a.efi' }) });
		const story = await boot('edk2-http', [plainDhcp, simulatedResponder(proxy, proxyAddress)], {
			http: ({ method }) => (method === 'HEAD' ? { status: 200, contentLength: 5000 } : { status: 200, body: file }),
		});
		expect(story.end).toMatchObject({ kind: 'booted', file: { bytes: file } });
		expect(errorOf(await boot('edk2-http', [plainDhcp, simulatedResponder(proxy, proxyAddress)]))).toBe('http-failed');
	});
});

describe('the network', () => {
	test('an answer to the wrong address or port does not arrive', async () => {
		const astray = (to: { address: string; port: number }): SimulatedServer => ({
			address: dhcpAddress,
			async receive(datagram, now) {
				return (await plainDhcp.receive(datagram, now)).map((reply) => ({ ...reply, to }));
			},
		});
		for (const to of [
			{ address: '10.0.0.200', port: 68 },
			{ address: '255.255.255.255', port: 67 },
		]) {
			expect((await boot('edk2', [astray(to)])).offers).toEqual([]);
		}
	});

	test('a server that floods is stopped', async () => {
		const flood: SimulatedServer = {
			address: dhcpAddress,
			nextDeadline: 0,
			expire: () => [
				{
					from: { address: dhcpAddress, port: 67 },
					to: { address: '255.255.255.255', port: 68 },
					bytes: new Uint8Array(9),
				},
			],
			receive: () => [],
		};
		await expect(boot('edk2', [flood], { maxDatagrams: 1000 })).rejects.toThrow(/more than 1000 datagrams/);
	});

	test('the same run gives the same bytes', async () => {
		const bytes = async () =>
			(await boot('edk2', [plainDhcp])).events.map((event) => ('bytes' in event ? event.bytes : 0));
		expect(await bytes()).toEqual(await bytes());
	});

	test('a story prints, with every packet when wanted', async () => {
		const story = await boot('edk2', [plainDhcp, menuProxy(oneEntry, 'a.efi'), tftp()]);
		const text = formatBootStory(story, { packets: true });
		for (const part of [
			'edk2 52:54:00:12:34:56',
			'-> DISCOVER',
			'<- OFFER',
			'menu "Press F8", "Install"',
			'a.efi, 5000 bytes',
		]) {
			expect(text).toContain(part);
		}
		expect(text).toContain('vendorClassIdentifier');
		expect(formatBootStory(story)).not.toContain('vendorClassIdentifier');
	});
});
