import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLineIn, newCommandLine, userspaceMarker, writeBootFiles, writeLinuxScript } from './lab/boot-files.ts';
import { labNetwork, startBootServer } from './lab/boot-server-process.ts';
import { answers, expectSoundPackets, filesIn, httpRequests, sent } from './lab/boot-story.ts';
import { startIpv6Router, startPlainDhcp } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { bootMachine } from './lab/machine.ts';
import type { Host } from './lab/network.ts';
import { missing } from './lab/requirements.ts';
import { tshark } from './lab/tshark.ts';

const lacks = missing('ip', 'setpriv', 'qemu-system-x86_64', 'dnsmasq', 'tcpdump', 'tshark', 'busybox', 'cpio');

describe.skipIf(lacks)(`UEFI HTTP boot${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let otherHost: Host;
	let served: string;

	beforeAll(async () => {
		lab = await openLab();
		otherHost = await lab.network.addHost('other', '10.77.0.3');
		served = join(lab.folder, 'served');
		await writeBootFiles(served);
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	test('OVMF takes the URI of our proxy beside a DHCP server that knows nothing of booting, and iPXE goes on', async () => {
		await using _dhcp = await startPlainDhcp(lab, otherHost);
		await using server = await startBootServer(lab, {
			root: served,
			http: true,
			files: { http: 'http://10.77.0.1/snponly.efi', ipxe: 'http://10.77.0.1/boot.ipxe' },
		});
		const commandLine = newCommandLine();
		writeLinuxScript(join(served, 'boot.ipxe'), commandLine);
		const boot = await bootMachine(lab, { name: 'ovmf-http', firmware: 'ovmf-http', until: userspaceMarker });

		expect(commandLineIn(boot.serial)).toBe(`vmlinuz initrd=initrd.img ${commandLine}`);
		const urls = ['http://10.77.0.1/snponly.efi', 'http://10.77.0.1/boot.ipxe'];
		expect(answers(server, boot)).toEqual(urls.map((url) => `offer ${url}`));
		// A HEAD for the size first, then the file whole.
		const requests = httpRequests(server, boot).map(({ method, url, status, bytes }) => [method, url, status, bytes]);
		expect(requests).toEqual([
			['HEAD', '/snponly.efi', 200, 0],
			...filesIn(served, 'snponly.efi', 'boot.ipxe', 'vmlinuz', 'initrd.img').map(({ filename, bytes }) => [
				...['GET', `/${filename}`, 200],
				bytes,
			]),
		]);
		expect(httpRequests(server, boot).map(({ userAgent }) => userAgent.replace(/\/.*/, ''))).toEqual([
			...['UefiHttpBoot', 'UefiHttpBoot'],
			...['iPXE', 'iPXE', 'iPXE'],
		]);
		expect(sent(server, boot)).toEqual([]);
		await expectSoundPackets(boot.capture);

		const firmwareTalk = await tshark(
			boot.capture,
			'dhcp.option.vendor_class_id contains "HTTPClient" || ip.src == 10.77.0.3 && dhcp.option.dhcp == 2',
			...['ip.src', 'dhcp.option.dhcp', 'dhcp.ip.your', 'dhcp.option.vendor_class_id', 'dhcp.option.bootfile_name'],
		);
		const asks = 'HTTPClient:Arch:00016:UNDI:003000';
		expect(new Set(firmwareTalk.map((row) => row.slice(0, 2).concat(row.slice(3)).join(' ')))).toEqual(
			new Set([
				`0.0.0.0 1 ${asks} `,
				'10.77.0.3 2  ',
				'10.77.0.1 2 HTTPClient http://10.77.0.1/snponly.efi',
				`0.0.0.0 3 ${asks} `,
			]),
		);
		expect(new Set(firmwareTalk.filter(([from]) => from === '10.77.0.1').map((row) => row[2]))).toEqual(
			new Set(['0.0.0.0']),
		);
	});

	test('OVMF takes address and URI from our DHCP server', async () => {
		await using _router = await startIpv6Router(lab, otherHost);
		await using server = await startBootServer(lab, {
			networks: [labNetwork],
			root: served,
			http: true,
			files: { http: 'http://10.77.0.1/snponly.efi', ipxe: 'http://10.77.0.1/marker.ipxe' },
		});
		const marker = `PXEKIT-${randomUUID()}`;
		writeFileSync(join(served, 'marker.ipxe'), `#!ipxe\necho ${marker}\nsleep 100\n`);
		const boot = await bootMachine(lab, { name: 'ovmf-http-one-server', firmware: 'ovmf-http', until: marker });

		expect(httpRequests(server, boot).map(({ method, url, bytes }) => [method, url, bytes])).toEqual([
			['HEAD', '/snponly.efi', 0],
			...filesIn(served, 'snponly.efi', 'marker.ipxe').map(({ filename, bytes }) => ['GET', `/${filename}`, bytes]),
		]);
		const said = await tshark(
			boot.capture,
			'dhcp && ip.src == 10.77.0.1 && dhcp.option.vendor_class_id == "HTTPClient"',
			...['dhcp.option.dhcp', 'dhcp.ip.your', 'dhcp.option.bootfile_name'],
		);
		const address = said[0]?.[1];
		expect(address).toMatch(/^10\.77\.0\.10\d$/);
		expect(new Set(said.map((row) => row.join(' ')))).toEqual(
			new Set(['2', '5'].map((type) => `${type} ${address} http://10.77.0.1/snponly.efi`)),
		);
		await expectSoundPackets(boot.capture);
	});
});
