import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BootServerEvent } from './boot-server.ts';
import type { BootServer } from './boot-server-process.ts';
import type { HttpRequestEvent } from './http-server.ts';
import type { Boot } from './machine.ts';
import { complaints, tshark } from './tshark.ts';

const bootServer = '10.77.0.1';

const withoutRepeats = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

/** `offer boot.ipxe` or `ack menu` for each kind of answer that the proxy gave; clients may ask again. */
export function answers(server: BootServer, boot: Boot): string[] {
	const said = server.events(boot.startedAt).flatMap((line) => {
		if (line.server !== 'proxy') return [];
		const { event } = line;
		if (event.type === 'failed') throw new Error(`the proxyDHCP server failed: ${event.error}`);
		return event.type === 'offer' || event.type === 'ack' ? [`${event.type} ${event.file ?? 'menu'}`] : [];
	});
	return withoutRepeats(said);
}

type TftpEventOf<Type> = Extract<BootServerEvent, { server: 'tftp' }>['event'] & {
	type: Type;
};

export function tftpEvents<Type extends string>(server: BootServer, boot: Boot, type: Type): TftpEventOf<Type>[] {
	return server
		.events(boot.startedAt)
		.flatMap((line) => (line.server === 'tftp' && line.event.type === type ? [line.event as TftpEventOf<Type>] : []));
}

/** The files that were sent to their last byte, in order. */
export function sent(server: BootServer, boot: Boot): { filename: string; bytes: number }[] {
	return tftpEvents(server, boot, 'done').map(({ filename, bytes }) => ({ filename, bytes }));
}

/** What tshark saw asked for by TFTP, all of it from the boot server. */
export async function requestsSeen(boot: Boot): Promise<string[]> {
	const requests = await tshark(boot.capture, 'tftp.opcode == 1', 'ip.dst', 'tftp.source_file');
	expect(withoutRepeats(requests.map(([server]) => server))).toEqual([bootServer]);
	return withoutRepeats(requests.map(([, file = '']) => file));
}

/** Files as they are now, with their sizes: what the server is to have sent. */
export function filesIn(folder: string, ...names: readonly string[]): { filename: string; bytes: number }[] {
	return names.map((name) => ({ filename: name, bytes: statSync(join(folder, name)).size }));
}

/** What was asked for over HTTP, in order. */
export function httpRequests(server: BootServer, boot: Boot): HttpRequestEvent[] {
	return server.events(boot.startedAt).flatMap((line) => (line.server === 'http' ? [line.event] : []));
}

/** tshark has nothing to say against any DHCP or TFTP packet that our server sent, among them so many of DHCP. */
export async function expectSoundPackets(capture: string, atLeast = 1): Promise<void> {
	const ours = `ip.src == ${bootServer}`;
	expect((await tshark(capture, `dhcp && ${ours}`, 'frame.number')).length).toBeGreaterThanOrEqual(atLeast);
	// That it is an ERROR packet is all that tshark notes of one that is well formed.
	const found = await complaints(capture, `(dhcp || tftp) && ${ours}`);
	expect(found.filter((complaint) => !complaint.endsWith(': TFTP ERROR packet'))).toEqual([]);
}
