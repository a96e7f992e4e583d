import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHex } from 'pxekit';
import { decodeDhcp } from 'pxekit/dhcp';
import { type BootAnswer, createProxyDhcp, raspberryPiMenu } from 'pxekit/pxe';
import { expect, onTestFinished, test } from 'vitest';
import { questions } from '../docs/dnsmasq-questions.ts';
import { exchangesWith } from '../support/exchanges.ts';
import { type CapturedDatagram, pcapOf } from '../support/pcap.ts';
import { missing } from './lab/requirements.ts';
import { complaints, tshark } from './lab/tshark.ts';

const lacks = missing('tshark');

/** Every kind of answer that `boot` can give. */
const answers: readonly BootAnswer[] = [
	{ file: 'ipxe.efi' },
	{ file: 'http://10.0.0.2/boot.efi', serverAddress: '10.0.0.9' },
	{ file: `https://10.0.0.2/${'a'.repeat(180)}`, rootPath: 'iscsi:10.0.0.1::::iqn.2010-04.org.example:disk' },
	{ file: 'lpxelinux.0', options: { configurationFile: 'boot/archiso.cfg', pathPrefix: '/arch/' } },
	{ file: 'lpxelinux.0', options: { tftpServerName: '10.0.0.2', tftpServerAddress: ['10.0.0.2', '10.0.0.3'] } },
	{ menu: [{ text: 'Only choice', file: 'ipxe.efi' }] },
	{
		menu: [
			{ text: 'Install', type: 0x8000, basename: 'pxelinux' },
			{ text: 'Elsewhere', type: 0x8002, servers: ['10.0.0.8', '10.0.0.9'] },
			{ text: 'Anywhere', type: 15, servers: [] },
			{ text: 'Boot from local disk', localBoot: true },
		],
		prompt: { text: 'Press F8', timeout: 10 },
	},
	{
		menu: [
			{ text: 'A', file: 'a.efi' },
			{ text: 'B', file: 'b.efi' },
		],
		discovery: { multicastAddress: '224.0.1.2', broadcast: true, serverListOnly: true },
	},
	raspberryPiMenu(),
];

test.skipIf(lacks)(
	`tshark finds nothing wrong in any answer to a captured request${lacks ? ` (needs ${lacks})` : ''}`,
	async () => {
		const captured = exchangesWith().map(({ requestHex }) => requestHex);
		const requests = [...captured, ...Object.values(questions).map(({ hex }) => hex)];
		const datagrams: CapturedDatagram[] = [];
		for (const boot of answers) {
			const proxy = createProxyDhcp({ serverAddress: '10.0.0.2', boot: () => boot });
			for (const hex of requests) {
				for (const port of [67, 4011] as const) {
					const request = decodeDhcp(parseHex(hex));
					const answer = await proxy.respond(request, { port, source: { address: '10.0.0.77', port: 68 } });
					if (!answer.reply) continue;
					datagrams.push({ sourcePort: port, destinationPort: answer.destination.port, payload: answer.bytes });
				}
			}
		}
		const folder = mkdtempSync(join(tmpdir(), `pxekit-${process.pid}-`));
		onTestFinished(() => rmSync(folder, { recursive: true }));
		const capture = join(folder, 'answers.pcap');
		writeFileSync(capture, pcapOf(datagrams));
		const read = await tshark(capture, 'dhcp', 'dhcp.option.dhcp', 'dhcp.option.vendor_class_id');
		expect(read.length).toBe(datagrams.length);
		expect(new Set(read.map((row) => row.join(' ')))).toEqual(
			new Set(['2 PXEClient', '5 PXEClient', '2 HTTPClient', '5 HTTPClient']),
		);
		expect(await complaints(capture, 'dhcp')).toEqual([]);
	},
);
