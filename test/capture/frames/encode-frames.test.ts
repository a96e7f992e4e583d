import { EncodeError } from 'pxekit';
import {
	decodeFrame,
	encodeArpFrame,
	encodeIcmpFrame,
	encodeTcpFrame,
	encodeUdpFrame,
	encodeUdpFrames,
	type UdpFrameInit,
} from 'pxekit/capture';
import { expect, test } from 'vitest';
import { captureFrames } from '../../support/capture-frames.ts';

const init: UdpFrameInit = {
	source: { address: '10.0.0.9', port: 68 },
	destination: { address: '10.0.0.1', port: 67 },
	payload: new Uint8Array(4),
};
const linkOf = (data: Uint8Array) => decodeFrame(captureFrames([data])[0]!).link;

test.each([
	['255.255.255.255', 'ff:ff:ff:ff:ff:ff'],
	// RFC 1112 section 6.4: the low 23 bits.
	['239.255.1.2', '01:00:5e:7f:01:02'],
	['10.0.0.1', '02:00:0a:00:00:01'],
])('without a MAC, %s is at %s', (address, mac) => {
	expect(linkOf(encodeUdpFrame({ ...init, destination: { address, port: 67 } }))?.destination).toBe(mac);
});

test('without a MAC, an IPv6 group is at the address of RFC 2464 section 7', () => {
	const source = { address: 'fe80::1', port: 546 };
	const frame = encodeUdpFrame({ ...init, source, destination: { address: 'ff02::1:2', port: 547 } });
	expect(linkOf(frame)?.destination).toBe('33:33:00:01:00:02');
});

test.each<[string, string, () => unknown]>([
	['too much for UDP', 'too-long', () => encodeUdpFrame({ ...init, payload: new Uint8Array(65528) })],
	['too much for IPv4', 'too-long', () => encodeUdpFrame({ ...init, payload: new Uint8Array(65508) })],
	['too much for IPv4 in fragments', 'too-long', () => encodeUdpFrames({ ...init, payload: new Uint8Array(65508) })],
	['too much for TCP', 'too-long', () => encodeTcpFrame({ ...init, payload: new Uint8Array(65500) })],
	['a port', 'out-of-range', () => encodeUdpFrame({ ...init, source: { address: '10.0.0.9', port: 65536 } })],
	['a VLAN', 'out-of-range', () => encodeUdpFrame({ ...init, vlans: [4096] })],
	['an identification', 'out-of-range', () => encodeUdpFrame({ ...init, identification: 65536 })],
	['a time to live', 'out-of-range', () => encodeUdpFrame({ ...init, ttl: 256 })],
	['an MTU without room', 'out-of-range', () => encodeUdpFrames({ ...init, payload: new Uint8Array(99), mtu: 27 })],
	['an MTU that is no number', 'out-of-range', () => encodeUdpFrames({ ...init, mtu: Number.NaN })],
	['a sequence number', 'out-of-range', () => encodeTcpFrame({ ...init, sequence: 2 ** 32 })],
	['an address', 'bad-ipv4', () => encodeUdpFrame({ ...init, source: { address: '10.0.0', port: 1 } })],
	['an IPv6 address', 'mixed-ip-versions', () => encodeUdpFrame({ ...init, source: { address: '::1', port: 1 } })],
	['a MAC', 'bad-mac', () => encodeUdpFrame({ ...init, source: { ...init.source, mac: '52:54' } })],
	[
		'no checksum over IPv6',
		'out-of-range',
		() =>
			encodeUdpFrame({
				...init,
				source: { address: '::1', port: 1 },
				destination: { address: '::2', port: 1 },
				checksum: 'absent',
			}),
	],
	[
		'an ARP reply to nobody',
		'no-target',
		() => encodeArpFrame({ operation: 'reply', senderMac: '525400123456', senderIp: '10.0.0.1', targetIp: '10.0.0.2' }),
	],
	['an error about ARP', 'not-ip', () => encodeIcmpFrame({ kind: 'other', about: new Uint8Array(60) })],
	['an error about nothing', 'not-ip', () => encodeIcmpFrame({ kind: 'other', about: new Uint8Array() })],
	[
		'an MTU for 16 bits',
		'out-of-range',
		() => encodeIcmpFrame({ kind: 'other', about: encodeUdpFrame(init), mtu: 65536 }),
	],
])('%s is refused', (_, code, encode) => {
	expect(encode).toThrow(EncodeError);
	expect(encode).toThrow(expect.objectContaining({ code }));
});

test('the most that IPv4 carries goes into one frame', () => {
	const frame = encodeUdpFrame({ ...init, payload: new Uint8Array(65507) });
	expect(frame.length).toBe(14 + 65535);
});
