import { parseHex } from 'pxekit';
import type { BootClientOptions, BootStory, SimulatedClient } from 'pxekit/client';
import { decodeTftp } from 'pxekit/tftp';
import { describe, expect, test } from 'vitest';
import { fixtureBytes } from '../support/fixtures.ts';
import { tcpPayloadsOf } from '../support/read-capture.ts';
import { type CapturedSession, replay } from './replay.ts';

/** What the machines of the captures have in common, and where they differ from the profile's own. */
const uuid = '12345678-9abc-def0-1122-334455667788';
const dell = '4c4c4544-0042-3510-8057-b7c04f4d3332';
const features = 'eb03010000 170101 220101 130101 110101 270101 190101 290101 100102 210101 150101 180101 120101';
const networkCard = (id: string) => ({ 175: parseHex(`b10501${id} ${features}`) });
const snponly = {
	175: parseHex('b105011af41000 eb03010000 170101 240101 130101 110101 270101 290101 150101 120101'),
};
const text = (words: string) => new TextEncoder().encode(words);

type End = (story: BootStory, client: SimulatedClient) => void;

const booted =
	(uri: string, length?: number): End =>
	({ end }) => {
		expect(end?.kind).toBe('booted');
		if (end?.kind !== 'booted') return;
		expect(end.file.uri).toBe(uri);
		if (length !== undefined) expect(end.file.bytes.length).toBe(length);
	};
const failed =
	(code: string | undefined, reason: string): End =>
	({ end }) => {
		expect(end).toMatchObject({ kind: 'failed', error: { code, reason } });
	};
const asksHttp =
	(method: string, url: string): End =>
	({ end }, client) => {
		expect(end).toBeUndefined();
		expect(client.nextHttpRequest()).toMatchObject({ method, url });
	};
/** The capture stops in the middle of this. */
const stillRunning: End = ({ end }) => expect(end).toBeUndefined();

interface Row extends CapturedSession {
	readonly packets: number;
	readonly end: End;
}

const row = (
	capture: string,
	frames: readonly [number, number],
	client: Omit<BootClientOptions, 'mac'>,
	packets: number,
	end: End,
	tftp?: 'absent',
): Row => ({ capture, frames, client, packets, end, ...(tftp && { tftp }) });

/** Frames and numbers of packets as tshark lists them. */
const sessions: readonly Row[] = [
	row('bios-ipxe-aoe-sanhook', [1, 20], { profile: 'ipxe-bios' }, 6, booted('tftp://10.0.2.2/s5.ipxe', 77)),
	row(
		'bios-ipxe-e1000_plain+proxysingle',
		[1, 14],
		{ profile: 'ipxe-bios', uuid },
		6,
		booted('tftp://192.168.77.2/pxelinux.0'),
		'absent',
	),
	row(
		'bios-ipxe-e1000e_combined',
		[1, 7],
		{ profile: 'ipxe-bios', uuid, options: networkCard('808610d3') },
		4,
		booted('tftp://192.168.77.1/pxelinux.0'),
		'absent',
	),
	row('bios-ipxe-iscsi-over-ipv6', [1, 20], { profile: 'ipxe-bios' }, 6, booted('tftp://10.0.2.2/s7.ipxe', 123)),
	row(
		'bios-ipxe-ne2k_plain+proxyboot',
		[1, 13],
		{ profile: 'ipxe-bios', uuid, options: networkCard('10ec8029') },
		6,
		failed(undefined, 'no-boot-file'),
	),
	row(
		'bios-ipxe-rom_dnsmasq-dhcp_tftp-script-linux',
		[1, 19],
		{ profile: 'ipxe-bios', uuid: dell },
		6,
		booted('tftp://10.77.0.1/boot.ipxe', 199),
	),
	row(
		'bios-ipxe-rom_pxelinux-209-210_linux',
		[1, 35],
		{ profile: 'ipxe-bios', uuid: dell },
		14,
		booted('tftp://10.77.0.1/pxelinux.0', 42_430),
	),
	row(
		'bios-ipxe-rom_sanhook-iscsi_linux',
		[1, 17],
		{ profile: 'ipxe-bios', uuid: dell },
		6,
		booted('tftp://10.77.0.1/san.ipxe', 358),
	),
	row(
		'bios-ipxe-rtl8139_dhcpboot-opt175',
		[1, 4],
		{ profile: 'ipxe-bios', uuid, options: networkCard('10ec8139') },
		2,
		asksHttp('GET', 'http://192.168.77.1/boot.ipxe'),
	),
	row('ovmf-x64-http_httpclient', [1, 8], { profile: 'edk2', uuid }, 4, failed('PXE-E16', 'no-usable-offer')),
	row(
		'ovmf-x64-http_httpclient',
		[9, 12],
		{ profile: 'edk2-http', uuid },
		2,
		asksHttp('HEAD', 'http://192.168.77.1/bootx64.efi'),
	),
	row(
		'ovmf-x64-pxe_dhcpboot',
		[1, 6],
		{ profile: 'edk2', uuid },
		4,
		booted('tftp://192.168.77.1/snponly.efi'),
		'absent',
	),
	row(
		'ovmf-x64-pxe_dhcpboot',
		[7, 10],
		{ profile: 'ipxe-efi', uuid, options: snponly },
		2,
		asksHttp('GET', 'http://192.168.77.1/boot.ipxe'),
	),
	row(
		'ovmf-x64-pxe_plain+proxymenu',
		[1, 11],
		{ profile: 'edk2', uuid },
		6,
		booted('tftp://192.168.77.2/snponly.efi'),
		'absent',
	),
	row('ovmf-x64-pxe_plain+proxymenu', [12, 18], { profile: 'ipxe-efi', uuid, options: snponly }, 3, stillRunning),
	row(
		'ovmf-x64-pxe_plain+proxysingle',
		[1, 9],
		{ profile: 'edk2', uuid },
		5,
		booted('tftp://192.168.77.2/snponly.efi'),
		'absent',
	),
	...[10, 18, 26, 34, 42].map((first) =>
		row(
			'ovmf-x64-pxe_plain+proxysingle',
			[first, first + 7],
			{ profile: 'ipxe-efi', uuid, options: snponly },
			4,
			booted('tftp://192.168.77.2/snponly.efi'),
			'absent',
		),
	),
	row(
		'ovmf_dnsmasq-dhcp_ipxe-efi_script-linux',
		[1, 33],
		{ profile: 'edk2', uuid: dell },
		15,
		booted('tftp://10.77.0.1/ipxe.efi', 850_528),
	),
	row(
		'ovmf_dnsmasq-dhcp_ipxe-efi_script-linux',
		[36, 51],
		{ profile: 'ipxe-efi', uuid: dell },
		6,
		booted('tftp://10.77.0.1/boot.ipxe', 199),
	),
	row(
		'ovmf_dnsmasq-menu-4011_snponly',
		[7, 38],
		{ profile: 'edk2', uuid: dell },
		16,
		booted('tftp://10.77.0.1/snponly.efi', 173_792),
	),
	row(
		'ovmf_dnsmasq-menu-4011_snponly',
		[39, 42],
		{ profile: 'ipxe-efi', uuid: dell, options: snponly },
		2,
		stillRunning,
	),
	row('ovmf_http-boot', [1, 20], { profile: 'edk2', uuid: dell }, 4, failed('PXE-E16', 'no-usable-offer')),
	row(
		'ovmf_http-boot',
		[51, 57],
		{ profile: 'edk2-http', uuid: dell },
		2,
		asksHttp('HEAD', 'http://10.77.0.1:8080/snponly.efi'),
	),
	row(
		'ovmf_http-boot',
		[90, 95],
		{ profile: 'ipxe-efi', uuid: dell, options: snponly },
		3,
		failed(undefined, 'no-boot-file'),
	),
	row(
		'ovmf_proxydhcp-two-servers_wrong-next-server',
		[1, 36],
		{ profile: 'edk2', uuid: dell },
		16,
		booted('tftp://10.77.0.1/ipxe.efi', 850_528),
	),
	row(
		'ovmf_proxydhcp-two-servers_wrong-next-server',
		[40, 54],
		{ profile: 'ipxe-efi', uuid: dell },
		5,
		booted('tftp://10.77.0.1/boot.ipxe', 199),
	),
	row('uboot-arm32_plain+proxy', [1, 15], { profile: 'u-boot' }, 13, failed(undefined, 'tftp-silent')),
	row(
		'uboot-arm32_plain+proxy',
		[16, 21],
		{ profile: 'u-boot', options: { 60: text('PXEClient:Arch:00010:UNDI:003000'), 93: parseHex('000a') } },
		3,
		stillRunning,
	),
	row('uefi-edk2-iscsidxe-login-then-pxe', [263, 272], { profile: 'edk2' }, 4, failed('PXE-E16', 'no-usable-offer')),
];

describe('given the captured answers, the client sends what the captured client sent', () => {
	test.each(sessions)('$capture from frame $frames.0', async (session) => {
		const { client, compared, now, more } = await replay(session);
		expect(compared).toBe(session.packets);
		expect(more).toEqual([]);
		// The last wait of the firmware is not in the capture.
		const waits = client.story.end === undefined && client.listening.ports.length > 0;
		if (session.end !== stillRunning && waits) client.expire(Math.max(now, client.nextDeadline));
		session.end(client.story, client);
	});

	test('bios-ipxe-rom_sanhook-iscsi_linux: the script asks for an address once more', async () => {
		const { compared, more } = await replay({
			capture: 'bios-ipxe-rom_sanhook-iscsi_linux',
			frames: [18, 23],
			client: { profile: 'ipxe-bios', uuid: dell, configured: true },
		});
		expect(compared).toBe(3);
		// The script does something else with the answer; the client by itself would fetch its file.
		expect(more.map(({ bytes }) => decodeTftp(bytes))).toMatchObject([{ kind: 'rrq', filename: 'san.ipxe' }]);
	});
});

describe('HTTP requests of UEFI', () => {
	test('are those of the capture', async () => {
		const { client, now } = await replay(
			sessions.find(({ capture, frames }) => capture === 'ovmf_http-boot' && frames[0] === 51)!,
		);
		const wireText = () => {
			const request = client.nextHttpRequest();
			if (!request) throw new Error('no request');
			const path = new URL(request.url).pathname;
			return `${request.method} ${path} HTTP/1.1\r\n${request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
		};
		const captured = tcpPayloadsOf(fixtureBytes('captures/ovmf_http-boot.pcap')).filter(({ text: sent }) =>
			/^(HEAD|GET) /.test(sent),
		);
		const head = wireText();
		client.receiveHttp({ status: 200, contentLength: 173_792 }, now);
		const get = wireText();
		client.receiveHttp({ status: 200, body: new Uint8Array(173_792) }, now);
		expect([head, get]).toEqual(captured.map(({ text: sent }) => sent));
		expect(client.story.end?.kind).toBe('booted');
	});
});
