import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLineIn, userspaceMarker, writeBootFiles } from './lab/boot-files.ts';
import type { DhcpLabConfig, DhcpLabEvent } from './lab/dhcp-lab-server.ts';
import { type Lab, openLab } from './lab/lab.ts';
import { bootMachine } from './lab/machine.ts';
import { startOwnServer } from './lab/own-server.ts';
import { missing } from './lab/requirements.ts';
import { tshark } from './lab/tshark.ts';

const lacks = missing('ip', 'setpriv', 'qemu-system-x86_64', 'tcpdump', 'tshark', 'busybox', 'cpio');

describe.skipIf(lacks)(`one server gives address and file${lacks ? ` (needs ${lacks})` : ''}`, () => {
	let lab: Lab;
	let served: string;

	beforeAll(async () => {
		lab = await openLab();
		served = join(lab.folder, 'served');
		await writeBootFiles(served);
	});
	afterAll(() => lab?.[Symbol.asyncDispose]());

	test.each([
		['bios', { ipxe: 'boot.ipxe' }],
		['ovmf', { uefi: 'ipxe.efi', ipxe: 'boot.ipxe' }],
	] as const)('%s boots Linux', async (firmware, files) => {
		const config: DhcpLabConfig = {
			address: lab.network.boot.address,
			networks: [{ subnet: '10.77.0.0/24', pool: [{ from: '10.77.0.100', to: '10.77.0.109' }] }],
			root: served,
			files,
		};
		await using server = await startOwnServer<DhcpLabEvent>(lab, 'dhcp-lab-server', config);
		const commandLine = `console=ttyS0 quiet panic=1 pxekit.boot=${randomUUID()}`;
		const script = ['#!ipxe', `kernel vmlinuz initrd=initrd.img ${commandLine}`, 'initrd initrd.img', 'boot', ''];
		writeFileSync(join(served, 'boot.ipxe'), script.join('\n'));
		const boot = await bootMachine(lab, { name: `one-server-${firmware}`, firmware, until: userspaceMarker });
		expect(commandLineIn(boot.serial)).toContain(commandLine);
		const acks = server.events(boot.startedAt).flatMap((line) => {
			const isAck = line.server === 'dhcp' && line.event.type === 'ack' && line.event.answer.boot;
			return isAck && line.event.type === 'ack' ? [line.event.answer.boot?.file] : [];
		});
		expect(new Set(acks)).toEqual(new Set(Object.values(files)));
		const ours = `dhcp && ip.src == ${lab.network.boot.address}`;
		expect((await tshark(boot.capture, ours, 'frame.number')).length).toBeGreaterThanOrEqual(2);
		expect(await tshark(boot.capture, `${ours} && (_ws.malformed || _ws.expert)`, 'frame.number')).toEqual([]);
	});
});
