import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecodeError } from 'pxekit';
import { decodeFrames, readCapture, tftpTransfers } from 'pxekit/capture';
import { recordCapture, serveTftp, tftpGet, virtualFiles } from 'pxekit/node';
import { afterAll, describe, expect, test, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'pxekit-record-'));
afterAll(() => rmSync(folder, { recursive: true }));

const content = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) & 0xff);
const datagram = (length: number) => ({
	from: { address: '10.0.0.9', port: 2070 },
	to: { address: '10.0.0.1', port: 69 },
	bytes: new Uint8Array(length),
});

describe('recordCapture', () => {
	test('a transfer over a port of its own is in the file, whole', async () => {
		const file = join(folder, 'tftp.pcapng');
		const capture = await recordCapture(file, { comment: 'rack 7' });
		const server = await serveTftp({
			address: '127.0.0.1',
			port: 0,
			source: virtualFiles({ 'ipxe.efi': content }),
			capture,
		});
		const { port } = server.addresses[0] as { port: number };
		await tftpGet({ address: '127.0.0.1', port, filename: 'ipxe.efi', blockSize: 512, windowSize: 1 });
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0));
		await server.close();
		await capture.close();

		const read = readCapture(readFileSync(file));
		expect(read.comments).toEqual(['rack 7']);
		expect(read.truncated).toBe(false);
		expect(read.frames).toHaveLength(capture.recorded);
		expect(capture.dropped).toBe(0);
		const frames = [...decodeFrames(read.frames)];
		expect(frames.every(({ udp }) => udp?.checksum === 'good')).toBe(true);
		// OACK, ten blocks of 512 bytes, and an answer of the client to each.
		expect(frames).toHaveLength(1 + 2 * 11);
		const [transfer] = tftpTransfers(frames, { ports: [port] });
		expect(transfer).toMatchObject({ filename: 'ipxe.efi', outcome: 'complete', content });
		const times = read.frames.map(({ time }) => time as bigint);
		expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)));
		const now = BigInt(Date.now()) * 1_000_000n;
		expect(now - (times[0] as bigint)).toBeLessThan(60_000_000_000n);
	});

	test('only the user may read it', async () => {
		const file = join(folder, 'secret.pcapng');
		await (await recordCapture(file)).close();
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(readCapture(readFileSync(file)).frames).toEqual([]);
	});

	test.each([Number.NaN, -1])('%d bytes are no limit, and no file is made', async (maxBytes) => {
		const file = join(folder, 'never.pcapng');
		await expect(recordCapture(file, { maxBytes })).rejects.toMatchObject({ code: 'bad-option' });
		expect(existsSync(file)).toBe(false);
	});

	test('stops at its limit, and says how much was left out', async () => {
		const file = join(folder, 'limited.pcapng');
		await using capture = await recordCapture(file, { maxBytes: 2000 });
		for (let i = 0; i < 100; i++) capture.record(datagram(100));
		await capture.close();
		expect(statSync(file).size).toBeLessThanOrEqual(2000);
		expect(capture.recorded).toBeGreaterThan(5);
		expect(capture.recorded + capture.dropped).toBe(100);
		expect(readCapture(readFileSync(file)).frames).toHaveLength(capture.recorded);
	});

	test('a datagram after the end is dropped; closing twice is no fault', async () => {
		const capture = await recordCapture(join(folder, 'closed.pcapng'));
		await capture.close();
		capture.record(datagram(1));
		await capture.close();
		expect([capture.recorded, capture.dropped]).toEqual([0, 1]);
	});

	test('an address with a zone is written without it', async () => {
		const file = join(folder, 'zone.pcapng');
		const capture = await recordCapture(file);
		capture.record({
			...datagram(1),
			from: { address: 'fe80::1%eth0', port: 1 },
			to: { address: 'fe80::2', port: 69 },
		});
		await capture.close();
		const [frame] = decodeFrames(readCapture(readFileSync(file)).frames);
		expect(frame?.ip?.source).toBe('fe80::1');
	});

	test('a place that can not be written is said in one sentence', async () => {
		const file = join(folder, 'missing', 'boot.pcapng');
		await expect(recordCapture(file)).rejects.toMatchObject({
			code: 'can-not-write',
			message: expect.stringContaining(file),
		});
	});

	test('a full disk costs the file its frames, and the client nothing', async () => {
		const capture = await recordCapture('/dev/full');
		const server = await serveTftp({
			address: '127.0.0.1',
			port: 0,
			source: virtualFiles({ 'ipxe.efi': content }),
			capture,
		});
		const { port } = server.addresses[0] as { port: number };
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'ipxe.efi' })).toEqual(content);
		await server.close();
		await capture.close();
		expect(capture.error).toBeInstanceOf(Error);
		expect(capture.error).not.toBeInstanceOf(DecodeError);
	});
});
