import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordCapture, serveProxyDhcp, serveTftp, tftpGet, virtualFiles } from 'pxekit/node';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bootRequestBytes } from '../support/boot-packets.ts';
import { run } from './lab/command.ts';
import { missing } from './lab/requirements.ts';
import { complaints, tshark } from './lab/tshark.ts';

const lacks = missing('tshark');

test.skipIf(lacks)(`tshark reads what our servers recorded${lacks ? ` (needs ${lacks})` : ''}`, async () => {
	const folder = mkdtempSync(join(tmpdir(), `pxekit-${process.pid}-`));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const file = join(folder, 'boot.pcapng');
	const capture = await recordCapture(file);
	const client = createSocket('udp4').bind(68, '127.0.0.1');
	await once(client, 'listening');
	const proxy = await serveProxyDhcp({
		addresses: ['127.0.0.1'],
		broadcastAddress: '127.0.0.1',
		boot: () => ({ file: 'ipxe.efi' }),
		capture,
	});
	const tftp = await serveTftp({
		address: '127.0.0.1',
		source: virtualFiles({ 'ipxe.efi': new Uint8Array(3000) }),
		capture,
	});
	try {
		for (const [bytes, port] of [
			[bootRequestBytes(), 67],
			[bootRequestBytes({ messageType: 'REQUEST' }), 4011],
		] as const) {
			const answer = once(client, 'message');
			client.send(bytes, port, '127.0.0.1');
			await answer;
		}
		await tftpGet({ address: '127.0.0.1', filename: 'ipxe.efi', blockSize: 1024, windowSize: 1 });
		await vi.waitFor(() => expect(tftp.activeTransfers).toBe(0));
	} finally {
		client.close();
		await Promise.all([proxy.close(), tftp.close()]);
		await capture.close();
	}

	const dhcp = await tshark(file, 'dhcp', 'udp.srcport', 'udp.dstport', 'dhcp.option.dhcp', 'dhcp.file');
	expect(dhcp.map((row) => row.slice(0, 3))).toEqual([
		['68', '67', '1'],
		['67', '68', '2'],
		['68', '4011', '3'],
		['4011', '68', '5'],
	]);
	expect(dhcp[3]?.[3]).toBe('ipxe.efi');
	// RRQ, OACK, and three blocks with their ACKs.
	const tftpRows = await tshark(file, 'tftp', 'tftp.opcode', 'tftp.block', 'udp.length');
	expect(tftpRows.map(([opcode]) => opcode)).toEqual(['1', '6', '4', '3', '4', '3', '4', '3', '4']);
	expect(await complaints(file, 'dhcp || tftp')).toEqual([]);
	const checked = ['-o', 'udp.check_checksum:TRUE', '-T', 'fields', '-e', 'udp.checksum.status'];
	const statuses = await run('tshark', ['-n', '-r', file, ...checked]);
	// 1 is Good.
	expect(new Set(statuses.trim().split('\n'))).toEqual(new Set(['1']));
});
