import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLineIn, newCommandLine, userspaceMarker, writeBootFiles, writeLinuxScript } from './lab/boot-files.ts';
import { labNetwork, startBootServer } from './lab/boot-server-process.ts';
import { expectSoundPackets } from './lab/boot-story.ts';
import { startIpv6Router } from './lab/dhcp-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { bootMachine } from './lab/machine.ts';
import { missing } from './lab/requirements.ts';

const lacks = missing('ip', 'setpriv', 'qemu-system-x86_64', 'dnsmasq', 'tcpdump', 'tshark', 'busybox', 'cpio');

describe.skipIf(lacks)(`one server gives address and file${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let served: string;

	beforeAll(async () => {
		lab = await openLab();
		served = join(lab.folder, 'served');
		await writeBootFiles(served);
		await startIpv6Router(lab, await lab.network.addHost('router', '10.77.0.3'));
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	test.each([
		['bios', { ipxe: 'boot.ipxe' }],
		['ovmf', { uefi: 'ipxe.efi', ipxe: 'boot.ipxe' }],
	] as const)('%s boots Linux', async (firmware, files) => {
		await using server = await startBootServer(lab, { networks: [labNetwork], root: served, files });
		const commandLine = newCommandLine();
		writeLinuxScript(join(served, 'boot.ipxe'), commandLine);
		const boot = await bootMachine(lab, { name: `one-server-${firmware}`, firmware, until: userspaceMarker });
		expect(commandLineIn(boot.serial)).toContain(commandLine);
		const acks = server.events(boot.startedAt).flatMap((line) => {
			const isAck = line.server === 'dhcp' && line.event.type === 'ack' && line.event.answer.boot;
			return isAck && line.event.type === 'ack' ? [line.event.answer.boot?.file] : [];
		});
		expect(new Set(acks)).toEqual(new Set(Object.values(files)));
		await expectSoundPackets(boot.capture, 2);
	});
});
