import { type TftpServerOptions, tftpGet } from 'pxekit/node';
import { describe, expect, test, vi } from 'vitest';
import { patternedContent } from '../tftp/simulated-network.ts';
import { type RawPeer, rawPeer, readRequest } from './raw-tftp-peer.ts';
import { openPeer, serveFile } from './tftp-fixture.ts';

const content = patternedContent(20_000);

const serve = (options: Partial<TftpServerOptions> = {}) => serveFile(content, options);

describe('bad clients', () => {
	test('one whose port is closed in the middle ends by silence, and harms no other', async () => {
		const timing = { giveUpAfter: 1_500, lastGiveUpAfter: 1_500, firstGiveUpAfter: 1_500 };
		const { port, server, count, events } = await serve({ timing });
		const client = await rawPeer();
		client.send(readRequest('file', { blksize: 512, windowsize: 8 }), port);
		const { port: transferPort } = await client.next();
		client.send({ kind: 'ack', block: 0 }, transferPort);
		await client.next();
		// The system answers the rest of the window, and all that is sent again, with ICMP.
		client.close();
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'file' })).toEqual(content);
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0), { timeout: 5_000 });
		expect(events.find((event) => event.type === 'failed')).toMatchObject({ by: 'silence' });
		expect(count('retransmit')).toBeGreaterThan(0);
		expect(count('socket-error')).toBe(0);
	});

	test('those that never acknowledge hold only their own places, and not for long', async () => {
		const { port, server } = await serve({
			maxTransfers: 40,
			maxTransfersPerAddress: 30,
			timing: { firstGiveUpAfter: 2_000, giveUpAfter: 2_000 },
		});
		const slow: RawPeer[] = await Promise.all(Array.from({ length: 60 }, () => openPeer()));
		for (const client of slow) client.send(readRequest('file'), port);
		await vi.waitFor(() => expect(server.activeTransfers).toBe(30), { interval: 2 });
		// Another address has places of its own.
		const options = { localAddress: '127.0.0.2' };
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'file' }, options)).toEqual(content);
		await vi.waitFor(() => expect(server.activeTransfers).toBe(30), { interval: 2 });
		await vi.waitFor(() => expect(server.activeTransfers).toBe(0), { timeout: 6_000 });
		expect(await tftpGet({ address: '127.0.0.1', port, filename: 'file' })).toEqual(content);
	});
});
