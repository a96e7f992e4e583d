import { parseHex } from 'pxekit';
import type { HttpExchange, OtherEvent } from 'pxekit/capture';
import { encodePxeOptions } from 'pxekit/pxe';
import { exchangeOf, type Vector, vectors } from '../../pxe/reply-vectors.ts';
import { biosProgram, efiProgram, initrd, iso, linuxKernel, withByteOrderMark } from './made-files.ts';
import { clientAddress, otherServer, proxy, Scene, type SceneClient, server } from './scene.ts';

/** What fires a check, and what only looks so. */
export interface Scenes {
	readonly fires: () => Scene;
	readonly nearMiss: () => Scene;
	/** What the finding says that the client shows. */
	readonly shows?: string;
	/** More scenes in which it fires, with what the client shows there. */
	readonly also?: readonly (readonly [scene: () => Scene, shows: string])[];
}

const scene = (client?: SceneClient) => new Scene(client);
const pxe = { vendorClassIdentifier: 'PXEClient' } as const;
const dns = { domainNameServer: ['10.0.0.1'] } as const;
const block = (init: Parameters<typeof encodePxeOptions>[0]) => ({ ...pxe, 43: encodePxeOptions(init) });
const bootItem = { 43: parseHex('470480000000ff') };
const menu = {
	bootMenu: [
		{ type: 0, text: 'Local disk' },
		{ type: 0x8000, text: 'Install' },
	],
	menuPrompt: { timeout: 5, text: 'Press F8' },
	bootServers: [{ type: 0x8000, addresses: [proxy] }],
} as const;
const noControl = { disableBroadcast: true, disableMulticast: true } as const;
const tsize = (size: number) => [{ name: 'tsize', value: `${size}` }];
const blksize = (size: number) => [{ name: 'blksize', value: `${size}` }];

const nothing = new Uint8Array(0);
const encoder = new TextEncoder();

/** An HTTP exchange of the client, put into the timeline by hand. */
function http(to: Scene, path: string, exchange: Partial<HttpExchange> = {}, body?: Uint8Array | string): Scene {
	const content = typeof body === 'string' ? encoder.encode(body) : body;
	return to.event(({ frames, time, end }) => ({
		type: 'http',
		frames,
		time,
		end,
		exchange: {
			client: { address: clientAddress, port: 4000 },
			server: { address: server, port: 80 },
			method: 'GET',
			target: path,
			url: `http://${server}${path}`,
			status: 200,
			outcome: 'complete',
			bytes: content?.length ?? 0,
			contentLength: content?.length,
			head: content ?? nothing,
			content,
			frames,
			start: time,
			end,
			reset: false,
			issues: [],
			...exchange,
		},
	}));
}

function other(
	to: Scene,
	type: OtherEvent['type'],
	address: string,
	port: number,
	summary: string,
	answered: boolean,
): Scene {
	return to.event((place) => ({
		...place,
		type,
		from: { address: clientAddress, port: 4000 },
		to: { address, port },
		summary,
		answered,
	}));
}

const chainScript = '#!ipxe\nchain http://boot.example.org/menu.ipxe || shell\n';
const linuxScript = '#!ipxe\nkernel vmlinuz initrd=initrd.img\ninitrd initrd.img\nboot || shell\n';

/** iPXE with an address and a script that it fetched. */
const withScript = (script: string, client: SceneClient = 'ipxe-bios', options = {}) =>
	scene(client).leaseFile('boot.ipxe', { options }).fetched('boot.ipxe', script);

const pxelinux = (config: string) =>
	scene('bios')
		.leaseFile('pxelinux.0')
		.fetched('pxelinux.0', biosProgram())
		.fetched('ldlinux.c32', biosProgram())
		.fetched('pxelinux.cfg/default', config);

/** All but those of the rules of `checkReply`, which have their own vectors. */
const own: Record<string, Scenes> = {
	'no-offer': {
		fires: () => scene('bios').discover(4).silence(10),
		nearMiss: () => scene('bios').discover().silence(1),
		shows: 'PXE-E51: No DHCP or proxyDHCP offers were received.',
		also: [
			[() => scene('uefi').discover(3).silence(10), 'PXE-E18: Server response timeout.'],
			[() => scene('ipxe-bios').discover(3).silence(10), 'No configuration methods succeeded'],
		],
	},
	'late-offer': {
		fires: () => scene('bios').discover(4).offer().request().ack(),
		nearMiss: () => scene('bios').discover(3).offer().request().ack(),
	},
	'proxy-only': {
		fires: () => scene('bios').discover().proxyOffer().silence(10),
		nearMiss: () => scene('bios').discover().proxyOffer().silence(2),
		shows: 'PXE-E52: proxyDHCP offers were received. No DHCP offers were received.',
		also: [[() => scene('uefi').discover().proxyOffer().silence(10), 'PXE-E16: No valid offer received.']],
	},
	'offer-not-taken': {
		fires: () =>
			scene('uefi')
				.discover()
				.offer({ fields: { file: 'ipxe.efi' } })
				.silence(20),
		nearMiss: () =>
			scene('uefi')
				.discover()
				.offer({ fields: { file: 'ipxe.efi' } })
				.silence(3),
		shows: 'PXE-E16: No valid offer received.',
	},
	'two-offers-no-request': {
		fires: () =>
			scene('uefi')
				.discover()
				.offer()
				.proxyOffer({ fields: { file: 'ipxe.efi' } })
				.silence(20),
		nearMiss: () =>
			scene('uefi')
				.discover()
				.offer()
				.proxyOffer({ fields: { file: 'ipxe.efi' } })
				.wait(4)
				.request()
				.silence(20),
		shows: 'PXE-E16: No valid offer received.',
	},
	'no-ack': {
		fires: () =>
			scene('bios')
				.discover()
				.offer({ fields: { file: 'a.0' } })
				.request()
				.silence(10),
		nearMiss: () =>
			scene('bios')
				.discover()
				.offer({ fields: { file: 'a.0' } })
				.request()
				.silence(2),
		shows: 'PXE-E51: No DHCP or proxyDHCP offers were received.',
	},
	nak: {
		fires: () => scene('bios').discover().offer().request().nak(),
		nearMiss: () => scene('bios').discover().offer().request().ack(),
		shows: 'PXE-E51: No DHCP or proxyDHCP offers were received.',
	},
	'two-dhcp-servers': {
		fires: () =>
			scene('bios')
				.discover()
				.offer({ fields: { file: 'a.0' } })
				.offer({ from: otherServer, fields: { yiaddr: '10.0.0.60', file: 'a.0' } })
				.request()
				.ack({ fields: { file: 'a.0' } }),
		nearMiss: () =>
			scene('bios')
				.discover()
				.offer({ fields: { file: 'a.0' } })
				.proxyOffer()
				.request()
				.ack({ fields: { file: 'a.0' } }),
	},
	'rogue-offer-race': {
		fires: () =>
			scene('bios')
				.discover()
				.offer({ fields: { file: 'a.0' } })
				.offer({ from: otherServer })
				.request(otherServer)
				.ack({ from: otherServer })
				.silence(10),
		nearMiss: () =>
			scene('bios')
				.discover()
				.offer({ fields: { file: 'a.0' } })
				.offer({ from: otherServer })
				.request(server)
				.ack({ fields: { file: 'a.0' } })
				.silence(10),
		shows: 'PXE-E53: No boot filename received.',
	},
	'no-filename': {
		fires: () => scene('bios').lease().silence(10),
		nearMiss: () => scene('bios').discover().offer().proxyOffer().request().ack().silence(10),
		shows: 'PXE-E53: No boot filename received.',
		also: [
			[() => scene('uefi').discover().offer().silence(20), 'PXE-E16: No valid offer received.'],
			[() => scene('uefi').lease().silence(20), 'PXE-E53: No boot filename received.'],
		],
	},
	'address-in-use': {
		fires: () => scene('bios').leaseFile('a.0').decline(),
		nearMiss: () => scene('bios').leaseFile('a.0').arp(clientAddress, { asker: '0.0.0.0' }),
		also: [
			[
				() =>
					scene('bios')
						.leaseFile('a.0')
						.arp(server, { answers: ['02:00:0a:00:00:01', '02:00:0a:00:00:99'] }),
				'',
			],
		],
	},
	'filename-not-in-file-field': {
		fires: () => scene('bios').lease({ options: { bootfileName: 'pxelinux.0' } }),
		nearMiss: () => scene('uefi').lease({ options: { bootfileName: 'ipxe.efi' } }),
	},
	'filename-trailing-byte': {
		fires: () => scene('bios').leaseFile('pxelinux.0').refused('pxelinux.0\u00ff').silence(5),
		nearMiss: () => scene('bios').leaseFile('pxelinux.0').refused('pxelinux.0').silence(5),
		shows: 'PXE-E3B: TFTP error: file not found.',
		also: [[() => scene('bios').lease({ options: { 67: parseHex('612eff') } }), '']],
	},
	'siaddr-zero': {
		fires: () =>
			scene('ipxe-bios')
				.leaseFile('boot.ipxe', { fields: { siaddr: '0.0.0.0' }, options: { tftpServerName: server } })
				.silence(10),
		nearMiss: () =>
			scene('ipxe-bios')
				.leaseFile('http://10.0.0.1/boot.ipxe', { fields: { siaddr: '0.0.0.0' } })
				.silence(10),
		shows: 'Nothing to boot: No such file or directory',
	},
	'siaddr-other-server': {
		fires: () => scene('bios').leaseFile('a.0', { fields: { siaddr: otherServer } }),
		nearMiss: () => scene('bios').leaseFile('a.0'),
	},
	'server-name-without-dns': {
		fires: () =>
			scene('bios').leaseFile('a.0', {
				fields: { siaddr: '0.0.0.0' },
				options: { tftpServerName: 'tftp.example.org' },
			}),
		nearMiss: () =>
			scene('bios').leaseFile('a.0', {
				fields: { siaddr: '0.0.0.0' },
				options: { tftpServerName: 'tftp.example.org', ...dns },
			}),
	},
	'broadcast-flag-ignored': {
		fires: () =>
			scene('uefi')
				.asking({}, { flags: 0x8000 })
				.discover()
				.offer({ to: { address: clientAddress, port: 68 } }),
		nearMiss: () =>
			scene('uefi')
				.discover()
				.offer({ to: { address: clientAddress, port: 68 } }),
	},
	'offer-to-wrong-port': {
		fires: () =>
			scene('ipxe-bios')
				.discover()
				.offer({ fields: { file: 'a.ipxe' }, fromPort: 1067 })
				.silence(20),
		nearMiss: () =>
			scene('ipxe-bios')
				.discover()
				.offer({ fields: { file: 'a.ipxe' } })
				.silence(20),
		shows: 'No configuration methods succeeded',
	},
	'url-as-filename': {
		fires: () => scene('uefi').leaseFile('http://10.0.0.1/ipxe.efi').silence(10),
		nearMiss: () => scene('ipxe-uefi').leaseFile('http://10.0.0.1/boot.ipxe').silence(10),
		shows: 'PXE-E99: Unexpected network error.',
	},
	'bad-option': {
		fires: () => scene('bios').leaseFile('a.0', { options: { 3: parseHex('0a0000') } }),
		// A NUL behind a name is what many servers send.
		nearMiss: () => scene('bios').leaseFile('a.0', { options: { 12: parseHex('686f737400') } }),
	},
	'overload-misuse': {
		fires: () => scene('bios').leaseFile('a.0', { options: { 224: Uint8Array.of(7) }, bend: saysOverload }),
		nearMiss: () =>
			scene('bios').lease({ maxLength: 320, options: { 224: new Uint8Array(60), 225: new Uint8Array(60) } }),
	},
	'lease-shorter-than-download': {
		fires: () =>
			scene('bios')
				.leaseFile('a.0', { options: { ipAddressLeaseTime: 30 } })
				.fetched('a.0', biosProgram(), { seconds: 60 }),
		nearMiss: () =>
			scene('bios')
				.leaseFile('a.0', { options: { ipAddressLeaseTime: 90 } })
				.fetched('a.0', biosProgram(), { seconds: 60 }),
	},
	'opt60-without-4011': {
		fires: () => scene('bios').lease({ options: pxe }).ask4011(server).wait(2).ask4011(server).silence(10),
		nearMiss: () => scene('bios').lease({ options: pxe }).ask4011(server).silence(1),
		shows: 'PXE-E55: proxyDHCP service did not reply to request on port 4011.',
		also: [
			[() => scene('uefi').lease({ options: pxe }).ask4011(server).silence(10), 'PXE-E16: No valid offer received.'],
		],
	},
	'proxy-silent': {
		fires: () => scene('uefi').discover().offer().proxyOffer().request().ack().ask4011().silence(10),
		nearMiss: () =>
			scene('uefi')
				.discover()
				.offer()
				.proxyOffer()
				.request()
				.ack()
				.ask4011()
				.answer4011({ fields: { file: 'ipxe.efi' } })
				.silence(10),
		shows: 'PXE-E16: No valid offer received.',
	},
	'bootserver-no-reply': {
		fires: () =>
			scene('bios')
				.lease({ options: block({ discoveryControl: noControl, ...menu }) })
				.ask4011(proxy, bootItem)
				.silence(10),
		nearMiss: () =>
			scene('bios')
				.lease({ options: block({ discoveryControl: noControl, ...menu }) })
				.ask4011(proxy, bootItem)
				.silence(1),
		shows: 'PXE-E78: Could not locate boot server.',
		also: [
			[
				() =>
					scene('uefi')
						.lease({ options: block({ discoveryControl: noControl, ...menu }) })
						.ask4011(proxy, bootItem)
						.silence(10),
				'PXE-E18: Server response timeout.',
			],
		],
	},
	'opt43-malformed': {
		fires: () => scene('bios').leaseFile('a.0', { options: { ...pxe, 43: parseHex('06010809ff41') } }),
		// The same bytes of a server that does not speak PXE are somebody else's.
		nearMiss: () => scene('bios').leaseFile('a.0', { options: { 43: parseHex('06010809ff41') } }),
	},
	'opt43-no-end': {
		fires: () => scene('bios').leaseFile('a.0', { options: { ...pxe, 43: parseHex('060108') } }),
		nearMiss: () => scene('bios').leaseFile('a.0', { options: { ...pxe, 43: parseHex('060108ff') } }),
	},
	'opt43-no-control': {
		fires: () =>
			scene('uefi')
				.discover()
				.offer()
				.proxyOffer({ fields: { file: 'ipxe.efi' } })
				.request()
				.ack()
				.ask4011()
				.silence(10),
		nearMiss: () =>
			scene('uefi')
				.discover()
				.offer()
				.proxyOffer({ fields: { file: 'ipxe.efi' }, options: block({ discoveryControl: { useBootFile: true } }) })
				.request()
				.ack()
				.ask4011()
				.silence(10),
		shows: 'PXE-E16: No valid offer received.',
		also: [[() => scene('uefi').lease({ options: block(menu) }), '']],
	},
	'opt43-menu-missing': {
		fires: () =>
			scene('bios').lease({ options: block({ discoveryControl: noControl, bootServers: menu.bootServers }) }),
		nearMiss: () => scene('bios').lease({ options: block({ discoveryControl: noControl, ...menu }) }),
		shows: 'PXE-E74: Bad or missing PXE menu and/or prompt information.',
		also: [
			[
				() => scene('uefi').lease({ options: block({ discoveryControl: noControl, bootServers: menu.bootServers }) }),
				'PXE-E21: Remote boot cancelled.',
			],
		],
	},
	'opt43-servers-missing': {
		fires: () =>
			scene('bios').lease({
				options: block({
					discoveryControl: { ...noControl, serverListOnly: true },
					bootMenu: menu.bootMenu,
					menuPrompt: menu.menuPrompt,
				}),
			}),
		nearMiss: () =>
			scene('bios').lease({ options: block({ discoveryControl: { ...noControl, serverListOnly: true }, ...menu }) }),
		shows: 'PXE-E77: Bad or missing discovery server list.',
	},
	'boot-cancelled': {
		fires: () =>
			scene('uefi')
				.lease({ options: block({ discoveryControl: noControl, ...menu }) })
				.silence(30),
		nearMiss: () =>
			scene('uefi')
				.lease({ options: block({ discoveryControl: noControl, ...menu }) })
				.silence(8),
		shows: 'PXE-E21: Remote boot cancelled.',
	},
	'tftp-no-answer': {
		fires: () => scene('bios').leaseFile('a.0').rrq('a.0', { times: 4 }).silence(20),
		// A single request at the capture's end.
		nearMiss: () => scene('bios').leaseFile('a.0').rrq('a.0').silence(3),
		shows: 'PXE-E32: TFTP open timeout.',
		also: [
			[
				() => scene('uefi').leaseFile('a.efi').rrq('a.efi', { times: 4 }).silence(20),
				'PXE-E18: Server response timeout.',
			],
		],
	},
	'tftp-stalled': {
		fires: () => scene('bios').leaseFile('a.0').fetched('a.0', biosProgram(), { stopsAfter: 2 }).silence(60),
		nearMiss: () => scene('bios').leaseFile('a.0').fetched('a.0', biosProgram(), { stopsAfter: 2 }).silence(1),
		shows: 'PXE-E35: TFTP read timeout.',
		also: [
			[
				() => scene('uefi').leaseFile('a.efi').fetched('a.efi', efiProgram(), { stopsAfter: 2 }).silence(60),
				'PXE-E18: Server response timeout.',
			],
		],
	},
	'tftp-error': {
		fires: () => scene('uefi').leaseFile('a.efi').refused('a.efi').silence(5),
		nearMiss: () => scene('uefi').leaseFile('a.efi').probe('a.efi').fetched('a.efi', efiProgram()),
		shows: 'PXE-E23: Client received TFTP error from server.',
		also: [
			[() => scene('bios').leaseFile('a.0').refused('a.0').silence(5), 'PXE-E3B: TFTP error: file not found.'],
			[() => scene('bios').leaseFile('a.0').refused('a.0', 2).silence(5), 'PXE-E3C: TFTP error: access violation.'],
			[() => scene('bios').leaseFile('a.0').refused('a.0', 0).silence(5), 'PXE-E38: TFTP cannot open connection.'],
			[() => scene('ipxe-bios').leaseFile('a').refused('a').silence(5), 'No such file or directory'],
		],
	},
	'tftp-aborted': {
		fires: () => scene('uefi').leaseFile('a.efi').probe('a.efi', { code: 4, message: 'Malformatted OACK packet' }),
		nearMiss: () => scene('uefi').leaseFile('a.efi').probe('a.efi'),
	},
	'tftp-other-address': {
		fires: () => scene('uefi').leaseFile('a.efi').fetched('a.efi', efiProgram(), { answeredFrom: '10.0.0.11' }),
		nearMiss: () => scene('uefi').leaseFile('a.efi').fetched('a.efi', efiProgram()),
	},
	'blksize-fragments': {
		fires: () =>
			scene('bios')
				.leaseFile('a.0')
				.fetched('a.0', biosProgram(9000), { options: blksize(4096), granted: blksize(4096) }),
		nearMiss: () =>
			scene('bios')
				.leaseFile('a.0')
				.fetched('a.0', biosProgram(9000), { options: blksize(1468), granted: blksize(1468) }),
	},
	'tftp-oack-bigger': {
		fires: () =>
			scene('uefi')
				.leaseFile('a.efi')
				.fetched('a.efi', efiProgram(), { options: blksize(1024), granted: blksize(1468) }),
		nearMiss: () =>
			scene('uefi')
				.leaseFile('a.efi')
				.fetched('a.efi', efiProgram(), { options: blksize(1468), granted: blksize(1024) }),
		also: [
			[
				() =>
					scene('bios')
						.leaseFile('a.0')
						.probe('a.0', { granted: blksize(1468), code: 4, message: 'bad OACK' }),
				'PXE-E36: Error received from TFTP server.',
			],
		],
	},
	'tftp-no-size': {
		fires: () =>
			scene('uefi')
				.leaseFile('a.efi')
				.probe('a.efi', { granted: blksize(512), code: 4, message: 'no size' })
				.silence(5),
		nearMiss: () => scene('uefi').leaseFile('a.efi').probe('a.efi', { code: 4, message: 'no size' }).silence(5),
		shows: 'PXE-E53: No boot filename received.',
	},
	'tsize-mismatch': {
		fires: () =>
			scene('uefi')
				.leaseFile('a.efi')
				.fetched('a.efi', efiProgram(), { options: tsize(0), granted: tsize(2000) }),
		nearMiss: () =>
			scene('uefi')
				.leaseFile('a.efi')
				.fetched('a.efi', efiProgram(), { options: tsize(0), granted: tsize(3000) }),
		shows: 'PXE-E05: Download buffer is smaller than requested file.',
	},
	'tftp-retransmits': {
		fires: () =>
			scene('bios')
				.leaseFile('a.0')
				.fetched('a.0', biosProgram(20_000), { twice: [3, 5, 7, 9, 11, 13, 15] }),
		nearMiss: () =>
			scene('bios')
				.leaseFile('a.0')
				.fetched('a.0', biosProgram(20_000), { twice: [3, 5] }),
	},
	'tftp-out-of-order': {
		fires: () => windowed([1, 3, 2, 4]),
		nearMiss: () => windowed([1, 2, 3, 4]),
	},
	'tftp-lockstep-slow': {
		fires: () =>
			scene('bios')
				.leaseFile('a.0')
				.fetched('a.0', biosProgram(512 * 1200), { seconds: 40 }),
		nearMiss: () =>
			scene('bios')
				.leaseFile('a.0')
				.fetched('a.0', biosProgram(512 * 1200), { seconds: 1, blockSize: 512 }),
	},
	'tftp-path-style': {
		fires: () => scene('bios').leaseFile('a.0').refused('\\Boot\\x64\\wdsnbp.com'),
		nearMiss: () => scene('bios').leaseFile('a.0').refused('Boot/x64/wdsnbp.com'),
	},
	'tftp-multicast': {
		fires: () =>
			scene('bios')
				.leaseFile('a.0')
				.rrq('a.0', { options: [{ name: 'multicast', value: '' }] }),
		nearMiss: () =>
			scene('bios')
				.leaseFile('a.0')
				.rrq('a.0', { options: blksize(1468) }),
	},
	'size-probe': {
		fires: () => scene('uefi').leaseFile('a.efi').probe('a.efi'),
		nearMiss: () => scene('uefi').leaseFile('a.efi').fetched('a.efi', efiProgram()),
	},
	'arp-unanswered': {
		fires: () => scene('bios').leaseFile('a.0').arp(server, { times: 4 }).silence(5),
		nearMiss: () =>
			scene('bios')
				.leaseFile('a.0')
				.arp(server, { times: 2, answers: ['02:00:0a:00:00:01'] })
				.silence(5),
		shows: 'PXE-E11: ARP timeout.',
		also: [
			[
				() => scene('uefi').leaseFile('a.efi').arp(server, { times: 4 }).silence(5),
				'PXE-E18: Server response timeout.',
			],
		],
	},
	'icmp-unreachable': {
		fires: () => scene('uefi').leaseFile('a.efi').rrq('a.efi').icmp('port-unreachable'),
		// The client's own machine turns a late packet of the server away.
		nearMiss: () =>
			scene('uefi')
				.leaseFile('a.efi')
				.fetched('a.efi', efiProgram())
				.tftp(server, 40_001, clientAddress, 2001, { kind: 'data', block: 6, data: nothing })
				.icmp('port-unreachable'),
		shows: 'PXE-E22: Client received ICMP error from server.',
	},
	'mtu-too-small': {
		fires: () => scene('uefi').leaseFile('a.efi').rrq('a.efi').icmp('fragmentation-needed', { mtu: 1400 }),
		nearMiss: () => scene('uefi').leaseFile('a.efi').rrq('a.efi').icmp('port-unreachable'),
	},
	'server-behind-no-router': {
		fires: () =>
			scene('bios').leaseFile('a.0', { fields: { siaddr: '10.9.0.1' }, options: { subnetMask: '255.255.255.0' } }),
		nearMiss: () =>
			scene('bios').leaseFile('a.0', { fields: { siaddr: '10.9.0.1' }, options: { subnetMask: '255.0.0.0' } }),
		shows: 'PXE-E11: ARP timeout.',
	},
	'http-error': {
		fires: () =>
			http(scene('ipxe-bios').leaseFile('http://10.0.0.1/a.ipxe'), '/a.ipxe', { status: 404, reason: 'Not Found' }),
		nearMiss: () => http(scene('ipxe-bios').leaseFile('http://10.0.0.1/a.ipxe'), '/a.ipxe', {}, linuxScript),
		shows: 'Input/output error',
	},
	'http-no-answer': {
		fires: () =>
			http(scene('ipxe-bios').leaseFile('http://10.0.0.1/a.ipxe'), '/a.ipxe', {
				status: undefined,
				outcome: 'unanswered',
				reset: true,
			}),
		nearMiss: () =>
			http(scene('ipxe-bios').leaseFile('http://10.0.0.1/a.ipxe'), '/a.ipxe', {
				status: undefined,
				outcome: 'unknown',
			}),
		shows: 'Input/output error',
	},
	'tcp-no-connection': {
		fires: () => other(scene('ipxe-bios').leaseFile('a.ipxe'), 'tcp', server, 3260, 'refused', false),
		nearMiss: () => other(scene('ipxe-bios').leaseFile('a.ipxe'), 'tcp', server, 3260, 'open', true),
	},
	'wrong-arch-file': {
		fires: () =>
			scene('bios')
				.leaseFile('boot')
				.fetched('boot', efiProgram(0x8664, 600_000), { options: blksize(1468), granted: blksize(1468) }),
		nearMiss: () => scene('uefi').leaseFile('boot').fetched('boot', efiProgram()),
		shows: 'PXE-E79: NBP is too big to fit in free base memory.',
		also: [
			[() => scene('uefi').leaseFile('boot').fetched('boot', biosProgram()), ''],
			[() => scene('uefi').leaseFile('boot').fetched('boot', efiProgram(0xaa64)), ''],
			[() => scene('bios').leaseFile('boot').fetched('boot', linuxKernel()), ''],
		],
	},
	'not-a-boot-program': {
		fires: () => scene('uefi').leaseFile('boot').fetched('boot', linuxScript),
		nearMiss: () => scene('ipxe-uefi').leaseFile('boot').fetched('boot', linuxScript),
		also: [[() => scene('bios').leaseFile('boot').fetched('boot', iso()), '']],
	},
	'program-too-large': {
		fires: () =>
			scene('bios')
				.leaseFile('boot')
				.fetched('boot', biosProgram(510_000), { options: blksize(1468), granted: blksize(1468) }),
		nearMiss: () =>
			scene('bios')
				.leaseFile('boot')
				.fetched('boot', biosProgram(300_000), { options: blksize(1468), granted: blksize(1468) }),
		shows: 'PXE-E79: NBP is too big to fit in free base memory.',
	},
	'empty-file': {
		fires: () => scene('uefi').leaseFile('a.efi').fetched('a.efi', ''),
		nearMiss: () => scene('uefi').leaseFile('a.efi').fetched('a.efi', efiProgram()),
	},
	'ipxe-loop': {
		fires: () =>
			scene('bios')
				.leaseFile('undionly.kpxe')
				.fetched('undionly.kpxe', biosProgram())
				.as('ipxe-bios')
				.leaseFile('undionly.kpxe')
				.fetched('undionly.kpxe', biosProgram()),
		nearMiss: () =>
			scene('bios')
				.leaseFile('undionly.kpxe')
				.fetched('undionly.kpxe', biosProgram())
				.as('ipxe-bios')
				.leaseFile('boot.ipxe')
				.fetched('boot.ipxe', linuxScript),
	},
	'wrong-next-server': {
		fires: () => nextServer('#!ipxe\nkernel tftp://${next-server}/vmlinuz\nboot\n', otherServer),
		nearMiss: () => nextServer('#!ipxe\nkernel tftp://10.0.0.2/vmlinuz\nboot\n', proxy),
		shows: 'Connection timed out',
	},
	'ipxe-starts-over': {
		fires: () => withScript(linuxScript).refused('vmlinuz').wait(5).lease(),
		nearMiss: () => withScript(linuxScript).fetched('vmlinuz', linuxKernel()).wait(5).lease(),
	},
	restarts: {
		fires: () => starts(3),
		nearMiss: () => starts(2),
	},
	'ipxe-lint': {
		fires: () => withScript('#!ipxe\nkernal vmlinuz\n'),
		nearMiss: () => withScript(linuxScript),
	},
	'pxelinux-lint': {
		fires: () => pxelinux('default a\nlabel a\n  linux vmlinuz\n  append quiet # no messages\n'),
		nearMiss: () => pxelinux('default a\nlabel a\n  linux vmlinuz\n  append quiet\n'),
	},
	'not-a-script': {
		fires: () =>
			scene('ipxe-bios').leaseFile('boot.ipxe').fetched('boot.ipxe', withByteOrderMark(linuxScript)).silence(10),
		nearMiss: () => scene('ipxe-bios').leaseFile('boot.ipxe').fetched('boot.ipxe', linuxScript).silence(10),
		also: [
			[
				() => scene('ipxe-bios').leaseFile('boot.ipxe').fetched('boot.ipxe', '<html><h1>Not found</h1>').silence(10),
				'',
			],
		],
	},
	'no-loader': {
		fires: () => scene('uefi').leaseFile('a.efi').silence(30),
		nearMiss: () => scene('uefi').leaseFile('a.efi').fetched('a.efi', efiProgram()).silence(30),
	},
	'loader-silent': {
		fires: () => scene('uefi').leaseFile('a.efi').fetched('a.efi', efiProgram()).silence(60),
		nearMiss: () => scene('uefi').leaseFile('a.efi').fetched('a.efi', efiProgram()).silence(20),
	},
	'no-next-device': {
		fires: () => withScript('#!ipxe\necho nothing to do\nexit\n', 'ipxe-uefi').silence(60),
		nearMiss: () => withScript('#!ipxe\necho nothing to do\nexit 1\n', 'ipxe-uefi').silence(60),
		also: [[() => pxelinux('default local\nlabel local\n  localboot 0\n').silence(60), '']],
	},
	'san-not-contacted': {
		fires: () =>
			withScript(
				'#!ipxe\nsanhook iscsi:10.0.0.9::::iqn.2004-01.org.example:d || shell\nkernel vmlinuz\nboot || shell\n',
			)
				.fetched('vmlinuz', linuxKernel())
				.silence(120),
		nearMiss: () =>
			other(
				withScript(
					'#!ipxe\nsanhook iscsi:10.0.0.9::::iqn.2004-01.org.example:d || shell\nkernel vmlinuz\nboot || shell\n',
				).fetched('vmlinuz', linuxKernel()),
				'tcp',
				'10.0.0.9',
				3260,
				'open',
				true,
			).silence(120),
	},
	'dns-not-resolved': {
		fires: () =>
			other(withScript(chainScript, 'ipxe-bios', dns), 'dns', server, 53, 'boot.example.org', false).silence(10),
		nearMiss: () =>
			other(withScript(chainScript, 'ipxe-bios', dns), 'dns', server, 53, 'boot.example.org', true).silence(10),
		also: [[() => withScript(chainScript).silence(20), '']],
	},
	'images-left-over': {
		fires: () => twoKernels(linuxScript),
		nearMiss: () => twoKernels(linuxScript.replace('kernel', 'imgfree\nkernel')),
	},
	'kernel-without-initrd': {
		fires: () => withScript(linuxScript).fetched('vmlinuz', linuxKernel()).refused('initrd.img'),
		nearMiss: () => withScript(linuxScript).fetched('vmlinuz', linuxKernel()).fetched('initrd.img', initrd()),
	},
	'memdisk-iso-large': {
		fires: () =>
			http(http(withScript(linuxScript), '/memdisk', {}, linuxKernel()), '/big.iso', {
				contentLength: 900 << 20,
				head: iso(),
				outcome: 'unknown',
			}),
		nearMiss: () =>
			http(http(withScript(linuxScript), '/memdisk', {}, linuxKernel()), '/small.iso', {
				contentLength: 90 << 20,
				head: iso(),
				outcome: 'unknown',
			}),
	},
	'starts-in-the-middle': {
		fires: () => scene('bios').leaseFile('a.0').from(3),
		nearMiss: () => scene('bios').leaseFile('a.0').fetched('a.0', biosProgram()),
	},
	'one-direction': {
		fires: () => scene('bios').discover().request().fetched('a.0', biosProgram()),
		nearMiss: () => scene('bios').leaseFile('a.0').fetched('a.0', biosProgram()),
	},
	'cut-frames': {
		fires: () => scene('bios').leaseFile('a.0').cut(300),
		nearMiss: () => scene('bios').leaseFile('a.0'),
	},
	'file-truncated': {
		fires: () => scene('bios').leaseFile('a.0').truncated(),
		nearMiss: () => scene('bios').leaseFile('a.0'),
	},
	'missing-blocks': {
		fires: () => holes(),
		nearMiss: () => scene('bios').leaseFile('a.0').fetched('a.0', biosProgram()),
	},
	'unreadable-dhcp': {
		fires: () => scene('bios').leaseFile('a.0').udp('10.0.0.1', 67, '10.0.0.50', 68, new Uint8Array(40)),
		nearMiss: () => scene('bios').leaseFile('a.0'),
	},
	'vlan-tag': {
		fires: () => scene('bios').tagged(7).leaseFile('a.0'),
		nearMiss: () => scene('bios').leaseFile('a.0'),
	},
	'checksum-offload': {
		fires: () => scene('bios').leaseFile('a.0').rrq('a.0').bendLast(unfinishedChecksum),
		nearMiss: () => scene('bios').leaseFile('a.0').rrq('a.0').bendLast(otherChecksum),
	},
	'checksum-bad': {
		fires: () => scene('bios').leaseFile('a.0').rrq('a.0').bendLast(otherChecksum),
		nearMiss: () => scene('bios').leaseFile('a.0').rrq('a.0').bendLast(unfinishedChecksum),
	},
	'fragments-lost': {
		fires: () => scene('bios').leaseFile('a.0').halfDatagram(),
		nearMiss: () =>
			scene('bios')
				.leaseFile('a.0')
				.fetched('a.0', biosProgram(9000), { options: blksize(4096), granted: blksize(4096) }),
	},
	'time-going-back': {
		fires: () => scene('bios').leaseFile('a.0').wait(-5).rrq('a.0'),
		nearMiss: () => scene('bios').leaseFile('a.0').rrq('a.0'),
	},
};

function windowed(order: readonly number[]): Scene {
	const made = scene('bios')
		.leaseFile('a.0')
		.rrq('a.0', { port: 2500, options: [{ name: 'windowsize', value: '4' }] });
	made.tftp(server, 41_000, clientAddress, 2500, { kind: 'oack', options: [{ name: 'windowsize', value: '4' }] });
	made.tftp(clientAddress, 2500, server, 41_000, { kind: 'ack', block: 0 });
	for (const n of order) {
		made.tftp(server, 41_000, clientAddress, 2500, {
			kind: 'data',
			block: n,
			data: new Uint8Array(n === 4 ? 10 : 512).fill(n),
		});
	}
	return made.tftp(clientAddress, 2500, server, 41_000, { kind: 'ack', block: 4 });
}

/** A proxy has the script, and the kernel is asked of another host, which is silent. */
function nextServer(script: string, kernelHost: string): Scene {
	return scene('ipxe-uefi')
		.discover()
		.offer({ from: otherServer })
		.proxyOffer({ fields: { file: 'boot.ipxe' } })
		.request(otherServer)
		.ack({ from: otherServer })
		.fetched('boot.ipxe', script, { of: proxy })
		.rrq('vmlinuz', { of: kernelHost, times: 4 })
		.silence(20);
}

/** The machine begins so many times. */
function starts(times: number): Scene {
	const made = scene('uefi');
	for (let i = 0; i < times; i++) made.leaseFile('a.efi').fetched('a.efi', efiProgram()).wait(20);
	return made;
}

const twoKernels = (script: string): Scene =>
	withScript(script)
		.fetched('one/vmlinuz', linuxKernel())
		.fetched('one/initrd.img', initrd())
		.fetched('two/vmlinuz', linuxKernel());

/** Block 3 is acknowledged and not in the capture. */
const holes = (): Scene => scene('bios').leaseFile('a.0').fetched('a.0', biosProgram()).without(-6);

/** Option 224 becomes option 52, which says nothing that RFC 2132 knows. */
function saysOverload(bytes: Uint8Array): Uint8Array {
	const bent = bytes.slice();
	const at = bent.findIndex((byte, i) => byte === 224 && bent[i + 1] === 1 && bent[i + 2] === 7);
	bent[at] = 52;
	return bent;
}

const udpChecksumAt = 14 + 20 + 6;

function withChecksum(bytes: Uint8Array, sum: number): Uint8Array {
	const bent = bytes.slice();
	bent.set([sum >> 8, sum & 0xff], udpChecksumAt);
	return bent;
}

/** The sum of the pseudo-header (RFC 768), not inverted: what a driver leaves to its card. */
function unfinishedChecksum(bytes: Uint8Array): Uint8Array {
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	let sum = 17 + view.getUint16(14 + 20 + 4);
	for (let at = 14 + 12; at < 14 + 20; at += 2) sum += view.getUint16(at);
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
	return withChecksum(bytes, sum);
}

const otherChecksum = (bytes: Uint8Array): Uint8Array => withChecksum(bytes, 0x1234);

/** The packets of a vector of `checkReply`. */
function vectorScene(vector: Vector): Scene {
	const { request, reply } = exchangeOf(vector);
	const onPxePort = vector.on?.port === 4011;
	const made = scene();
	if (onPxePort) made.udp(clientAddress, 68, server, 4011, request).udp(server, 4011, clientAddress, 68, reply);
	else made.udp('0.0.0.0', 68, '255.255.255.255', 67, request).udp(server, 67, '255.255.255.255', 68, reply);
	// Whether port 4011 answers shows when it is asked.
	if (onPxePort) return made;
	made.ask4011(server);
	return vector.on?.answersPort4011 ? made.answer4011({ from: server }).silence(10) : made.silence(10);
}

/** Codes of operators for two of the rules. */
const renamed: Readonly<Record<string, string>> = {
	'proxy-without-vendor-class': 'opt60-missing',
	'multicast-without-address': 'opt43-mcast-missing',
};

/** What the client of a vector shows, where it is known. */
const ruleShows: Readonly<Record<string, string>> = {
	'pxe-without-boot-information': 'PXE-E16: No valid offer received.',
	'boot-server-without-file': 'PXE-E16: No valid offer received.',
	'proxy-without-vendor-class': 'PXE-E16: No valid offer received.',
	'http-without-vendor-class': 'Server response timeout.',
	'multicast-without-address': 'PXE-E18: Server response timeout.',
	'menu-entry-without-server': 'PXE-E07: Network device error.',
};

/** The same on other screens. */
const ruleAlso: Readonly<Record<string, Scenes['also']>> = {
	'multicast-without-address': [
		[
			() => scene('bios').lease({ options: block({ discoveryControl: { disableBroadcast: true }, ...menu }) }),
			'PXE-E76: Bad or missing multicast discovery address.',
		],
	],
};

const ofRules = Object.entries(vectors).map(([rule, [fires, nearMiss]]): [string, Scenes] => [
	renamed[rule] ?? rule,
	{
		fires: () => vectorScene(fires),
		nearMiss: () => vectorScene(nearMiss),
		...(ruleShows[rule] && { shows: ruleShows[rule] }),
		...(ruleAlso[rule] && { also: ruleAlso[rule] }),
	},
]);

export const diagnosisScenes: Readonly<Record<string, Scenes>> = { ...own, ...Object.fromEntries(ofRules) };
