import {
	type CaptureFile,
	encodeArpFrame,
	encodeIcmpFrame,
	encodeTcpFrame,
	encodeUdpFrame,
	encodeUdpFrames,
} from 'pxekit/capture';
import { type DhcpOptionsRecord, encodeDhcp } from 'pxekit/dhcp';
import { encodeIpxeOptions, encodePxeOptions } from 'pxekit/pxe';
import { ipv4Traces, ipv6Traces, macTraces, type Trace, uuidTraces, wordTraces } from './traces.ts';

const mac = 'a4:bb:6d:12:9f:3c';
const serverMac = '3c:ec:ef:77:41:08';
const address = '172.18.44.121';
const server = '172.18.44.7';
const gateway = '203.113.9.66';
const uuid = '4c4c4544-0042-3510-8057-b7c04f4d3332';
const at = { mac, address };
const serverAt = { mac: serverMac, address: server };

/** All that {@link tellingCapture} gives away, in every form. */
export const secrets: readonly Trace[] = [
	...[mac, serverMac, '00:1c:42:aa:bb:cd'].map(macTraces),
	...[address, server, gateway, '172.18.44.53', '172.18.44.99'].map(ipv4Traces),
	...['2a02:810d:1:2::77', 'fe80::a6bb:6dff:fe12:9f3c', 'ff02::1:ff12:9f3c'].map(ipv6Traces),
	uuidTraces(uuid),
	...[
		'kappa01',
		'vega-lab',
		'Zephyrcorp',
		'rack17',
		'CZC8431XYZ',
		'AST-00912',
		'hunter2',
		'jdoe',
		'c2VjcmV0',
		'sid=99',
		'Gi1/0/33',
		'floor-3',
		'backup3',
		'disk-of-kappa',
		'topsecret',
		'Mustermann',
	].map(wordTraces),
];

const ascii = (text: string) => new TextEncoder().encode(text);
const tftp = (opcode: number, ...parts: readonly (string | number)[]) =>
	Uint8Array.from([0, opcode, ...parts.flatMap((part) => (typeof part === 'number' ? [part] : [...ascii(part), 0]))]);

const dhcp = (op: number, options: DhcpOptionsRecord, fields = {}) =>
	encodeDhcp({ op, xid: 0x11_22_33, chaddr: mac, ...fields, options });

const name = (text: string) => [...text.split('.').flatMap((label) => [label.length, ...ascii(label)]), 0];

/** RFC 1035: a question, and answers with A, AAAA, PTR and TXT. */
const dns = Uint8Array.from([
	...[0x12, 0x34, 0x81, 0x80, 0, 1, 0, 4, 0, 0, 0, 0],
	...name('kappa01.vega-lab.zephyrcorp.example'),
	...[0, 1, 0, 1],
	...[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 172, 18, 44, 53],
	...[0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 60, 0, 16, 0x2a, 2, 0x81, 0x0d, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x77],
	...name('121.44.18.172.in-addr.arpa'),
	...[0, 12, 0, 1, 0, 0, 0, 60, 0, 9, 6, ...ascii('rack17'), 0xc0, 12],
	...[0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 10, 9, ...ascii('topsecret')],
]);

const request =
	`GET /boot?mac=${mac.replaceAll(':', '%3A')}&serial=CZC8431XYZ&asset=AST-00912&uuid=${uuid.toUpperCase()}&ip=${address} HTTP/1.1\r\n` +
	'Host: kappa01.vega-lab.zephyrcorp.example\r\nUser-Agent: iPXE/1.21.1\r\nAuthorization: Basic c2VjcmV0\r\nCookie: sid=99\r\n' +
	'Referer: http://jdoe:hunter2@backup3.vega-lab.zephyrcorp.example/\r\n\r\n';
const script = '#!ipxe\nset password topsecret\n';
const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${script.length}\r\nX-Host: backup3\r\n\r\n${script}`;

const options: DhcpOptionsRecord = {
	messageType: 'REQUEST',
	vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016',
	clientArchitecture: [7],
	hostName: 'kappa01',
	clientMachineIdentifier: { uuid },
	clientIdentifier: { type: 0, data: ascii('kappa01-own-id') },
	requestedIpAddress: address,
	relayAgentInformation: [
		{ code: 1, bytes: ascii('Gi1/0/33 floor-3') },
		{ code: 2, bytes: Uint8Array.of(0, 0x1c, 0x42, 0xaa, 0xbb, 0xcd) },
	],
};

const reply: DhcpOptionsRecord = {
	messageType: 'ACK',
	vendorClassIdentifier: 'PXEClient',
	serverIdentifier: server,
	subnetMask: '255.255.255.0',
	router: [gateway],
	domainNameServer: ['172.18.44.53'],
	broadcastAddress: '172.18.44.255',
	domainName: 'vega-lab.zephyrcorp.example',
	domainSearch: ['vega-lab.zephyrcorp.example', 'zephyrcorp.example'],
	rootPath: 'iscsi:jdoe:hunter2@172.18.44.99::::iqn.2010-04.example.zephyrcorp:disk-of-kappa01',
	bootfileName: 'http://backup3.vega-lab.zephyrcorp.example/kappa01.efi',
	classlessStaticRoute: [{ destination: '172.18.0.0/16', router: gateway }],
	vendorSpecificInformation: encodePxeOptions({ bootServers: [{ type: 1, addresses: ['172.18.44.99'] }] as never }),
	ipxeOptions: encodeIpxeOptions({ username: 'jdoe', password: 'hunter2' }),
};

const udp = (source: typeof at, from: number, destination: typeof at, to: number, payload: Uint8Array, more = {}) =>
	encodeUdpFrame({ source: { ...source, port: from }, destination: { ...destination, port: to }, payload, ...more });

const everyone = { mac: 'ff:ff:ff:ff:ff:ff', address: '255.255.255.255' };
const tcp = (up: boolean, sequence: number, text: string) =>
	encodeTcpFrame({
		source: { ...(up ? at : serverAt), port: up ? 40000 : 80 },
		destination: { ...(up ? serverAt : at), port: up ? 80 : 40000 },
		sequence,
		flags: { ack: true },
		payload: ascii(text),
	});

const v6 = { mac, address: 'fe80::a6bb:6dff:fe12:9f3c' };
const lost = udp(at, 2001, serverAt, 69, tftp(1, 'rack17/none', 'octet'));

/** Ethernet frames in which a machine tells all about itself. Not one of them is from a real network. */
export const tellingFrames: readonly Uint8Array[] = [
	udp({ ...at, address: '0.0.0.0' }, 68, everyone, 67, dhcp(1, options)),
	...encodeUdpFrames({
		source: { ...serverAt, port: 67 },
		destination: { ...at, port: 68 },
		payload: dhcp(2, reply, { yiaddr: address, siaddr: server, sname: 'backup3', file: `rack17/${mac}.efi` }),
		mtu: 300,
		identification: 77,
	}),
	encodeArpFrame({ operation: 'reply', senderMac: mac, senderIp: address, targetMac: serverMac, targetIp: server }),
	udp(at, 2000, serverAt, 69, tftp(1, 'pxelinux.cfg/01-a4-bb-6d-12-9f-3c', 'octet', 'tsize', '0')),
	udp(serverAt, 3000, at, 2000, tftp(5, 0, 1, 'no /srv/kappa01/pxelinux.cfg/01-a4-bb-6d-12-9f-3c')),
	udp(at, 2002, serverAt, 69, tftp(1, 'pxelinux.cfg/AC122C79', 'octet')),
	udp(at, 2003, serverAt, 69, tftp(1, 'pxelinux.cfg/AC122C7', 'octet')),
	udp(at, 2004, serverAt, 69, tftp(1, `hosts/${uuid}/a4bb6d129f3c/172.18.44.121-kappa01.ipxe`, 'octet')),
	udp(serverAt, 3001, at, 2004, tftp(3, 0, 1, script)),
	lost,
	encodeIcmpFrame({ kind: 'port-unreachable', about: lost }),
	udp(serverAt, 53, at, 5000, dns),
	tcp(true, 1, request.slice(0, 100)),
	tcp(true, 101, request.slice(100)),
	tcp(false, 1, answer.slice(0, -10)),
	tcp(false, 1 + answer.length - 10, answer.slice(-10)),
	udp(v6, 500, { mac: '33:33:ff:12:9f:3c', address: 'ff02::1:ff12:9f3c' }, 500, ascii('topsecret')),
	udp(at, 514, serverAt, 514, ascii('<13>kappa01 jdoe logged in')),
	udp(at, 2005, serverAt, 69, tftp(1, 'images/Mustermann.img', 'octet')),
];

/** The same as a capture. */
export const tellingCapture: CaptureFile = {
	format: 'pcapng',
	records: tellingFrames.length,
	interfaces: [
		{
			linkType: 1,
			snapLength: 0,
			name: `enx${mac.replaceAll(':', '')}`,
			description: 'uplink of kappa01',
			comments: ['for jdoe'],
			ticksPerSecond: 1_000_000_000n,
			timeOffset: 0n,
			checkSequenceLength: 0,
		},
	],
	frames: tellingFrames.map((data, i) => ({
		index: i + 1,
		time: BigInt(i) * 1_000_000n,
		linkType: 1,
		data,
		originalLength: data.length,
		interface: 0,
		comments: [`frame ${i} of kappa01`],
	})),
	truncated: false,
	comments: ['taken by jdoe'],
	issues: [],
};
