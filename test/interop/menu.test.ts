import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BootMenu } from 'pxekit/pxe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBootFiles } from './lab/boot-files.ts';
import { startBootServer } from './lab/boot-server-process.ts';
import { answers, expectSoundPackets, filesIn, requestsSeen, sent } from './lab/boot-story.ts';
import { startPlainDhcp } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { type Boot, bootMachine, keys, type Typed } from './lab/machine.ts';
import { missing } from './lab/requirements.ts';
import { tshark } from './lab/tshark.ts';

const lacks = missing('ip', 'setpriv', 'qemu-system-x86_64', 'dnsmasq', 'tcpdump', 'tshark');

/** Printed by the script: iPXE has come up from the file that the menu led to. */
const scriptMarker = 'PXEKIT-SCRIPT';

/** Message type and option 43 as tshark reads them: control; types and addresses of servers; entries; prompt; item; and the file. */
const menuFields = [
	'dhcp.option.dhcp',
	...[
		...['discovery_control', 'boot_servers.type', 'boot_servers.ip', 'boot_menu.type', 'boot_menu.desc'],
		...['menu_prompt.timeout', 'menu_prompt.prompt', 'boot_item.type'],
	].map((name) => `dhcp.option.vendor.pxeclient.${name}`),
	'dhcp.file',
];

const nothing = Array.from({ length: 8 }, () => '');

/** What tshark makes of the boot server's answers and of the client's requests to it, up to the first file. */
async function menuTalk(boot: Boot): Promise<string[][]> {
	const rows = await tshark(boot.capture, 'dhcp && (ip.src == 10.77.0.1 || ip.dst == 10.77.0.1)', ...menuFields);
	return rows.slice(0, rows.findIndex((row) => row.at(-1) !== '') + 1);
}

const chooseSecond: readonly Typed[] = [
	{ after: 'Second choice', text: keys.down },
	{ after: '', text: keys.enter },
];

describe.skipIf(lacks)(`real firmware shows the menu${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let served: string;
	const whole = (...names: readonly string[]) => filesIn(served, ...names);

	beforeAll(async () => {
		lab = await openLab();
		const dhcpHost = await lab.network.addHost('dhcp', '10.77.0.3');
		served = join(lab.folder, 'served');
		await writeBootFiles(served);
		writeFileSync(join(served, 'boot.ipxe'), `#!ipxe\necho ${scriptMarker} \${filename}\nsleep 100\n`);
		writeFileSync(join(served, 'other.ipxe'), '#!ipxe\necho WRONG\nsleep 100\n');
		await startPlainDhcp(lab, dhcpHost);
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	const uefiMenu = (timeout: number): BootMenu => ({
		menu: [
			{ text: 'First choice', file: 'ipxe.efi' },
			{ text: 'Second choice', file: 'snponly.efi' },
		],
		prompt: { text: 'Press F8 for the menu', timeout },
	});

	test('OVMF: the second entry is chosen with the keyboard', async () => {
		await using server = await startBootServer(lab, {
			root: served,
			files: { uefi: uefiMenu(255), ipxe: 'boot.ipxe' },
		});
		const boot = await bootMachine(lab, {
			name: 'ovmf-second',
			firmware: 'ovmf',
			until: scriptMarker,
			typed: chooseSecond,
		});
		expect(answers(server, boot)).toEqual(['offer menu', 'ack menu', 'ack snponly.efi', 'offer boot.ipxe']);
		expect(sent(server, boot)).toEqual(whole('snponly.efi', 'boot.ipxe'));
		expect(await requestsSeen(boot)).toEqual(['snponly.efi', 'boot.ipxe']);
		await expectSoundPackets(boot.capture);
		const servers = ['32768,32769', '10.77.0.1,10.77.0.1'];
		const entries = ['32768,32769', 'First choice,Second choice'];
		const prompt = ['255', 'Press F8 for the menu'];
		expect(await menuTalk(boot)).toEqual([
			['2', ...nothing, ''],
			['3', ...nothing, ''],
			['5', '0x03', ...servers, ...entries, ...prompt, '', ''],
			['3', ...nothing.slice(1), '32769', ''],
			['5', '', '', '', '', '', ...prompt, '32769', 'snponly.efi'],
		]);
	});

	test('OVMF: the first entry is taken when the prompt runs out', async () => {
		await using server = await startBootServer(lab, {
			root: served,
			files: { uefi: uefiMenu(2), ipxe: 'boot.ipxe' },
		});
		const boot = await bootMachine(lab, { name: 'ovmf-first', firmware: 'ovmf', until: scriptMarker });
		expect(boot.serial).toContain('Press F8 for the menu');
		expect(answers(server, boot)).toEqual(['offer menu', 'ack menu', 'ack ipxe.efi', 'offer boot.ipxe']);
		expect(sent(server, boot)).toEqual(whole('ipxe.efi', 'boot.ipxe'));
		await expectSoundPackets(boot.capture);
	});

	test('BIOS: the iPXE ROM has the menu from the OFFER', async () => {
		await using server = await startBootServer(lab, {
			root: served,
			files: {
				ipxe: {
					menu: [
						{ text: 'First choice', file: 'other.ipxe' },
						{ text: 'Second choice', file: 'boot.ipxe' },
					],
					prompt: { text: 'Press F8 for the menu', timeout: 255 },
				},
			},
		});
		const boot = await bootMachine(lab, {
			name: 'bios-second',
			firmware: 'bios',
			until: scriptMarker,
			typed: chooseSecond,
		});
		expect(boot.serial).toContain(`${scriptMarker} boot.ipxe`);
		expect(answers(server, boot)).toEqual(['offer menu', 'ack boot.ipxe']);
		expect(sent(server, boot)).toEqual(whole('boot.ipxe'));
		const servers = ['32768,32769', '10.77.0.1,10.77.0.1'];
		const prompt = ['255', 'Press F8 for the menu'];
		expect(await menuTalk(boot)).toEqual([
			['2', '0x03', ...servers, '32768,32769', 'First choice,Second choice', ...prompt, '', ''],
			['3', ...nothing.slice(1), '32769', ''],
			['5', '', '', '', '', '', ...prompt, '32769', 'boot.ipxe'],
		]);
		await expectSoundPackets(boot.capture);
	});

	test('OVMF: a menu of one entry is that file', async () => {
		const files = { uefi: { menu: [{ text: 'Only choice', file: 'snponly.efi' }] }, ipxe: 'boot.ipxe' };
		await using server = await startBootServer(lab, { root: served, files });
		const boot = await bootMachine(lab, { name: 'ovmf-single', firmware: 'ovmf', until: scriptMarker });
		expect(await menuTalk(boot)).toEqual([
			['2', ...nothing, ''],
			['3', ...nothing, ''],
			['5', ...nothing, 'snponly.efi'],
		]);
		expect(answers(server, boot)).toEqual(['offer snponly.efi', 'ack snponly.efi', 'offer boot.ipxe']);
		expect(sent(server, boot)).toEqual(whole('snponly.efi', 'boot.ipxe'));
		await expectSoundPackets(boot.capture);
	});
});
