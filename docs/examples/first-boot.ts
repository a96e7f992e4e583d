/**
 * `npm run demo`: a boot server and a client on this machine, without root and without a network.
 * `npm run demo -- --serve DIR --address IP`: the same server for real machines.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { directorySource, type TftpEvent, virtualFiles } from 'pxekit/node';
import { startBootServer } from './boot-server.ts';
import { describeEvent } from './describe-event.ts';
import { openClientSocket, playClient } from './play-client.ts';

const script = `#!ipxe
echo Hello from pxekit
kernel vmlinuz console=ttyS0
initrd initrd.img
boot
`;

/** Stands for a boot loader: large enough for many windows, and no two blocks alike. */
function bootLoader(): Uint8Array {
	return Uint8Array.from({ length: 300_123 }, (_, i) => (i * 31 + (i >> 8) * 17) & 0xff);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function demo(): Promise<boolean> {
	const address = '127.0.0.1';
	const files: Record<string, Uint8Array> = { 'ipxe.efi': bootLoader(), 'boot.ipxe': new TextEncoder().encode(script) };
	const socket = await openClientSocket(address);
	const events: TftpEvent[] = [];
	const server = await startBootServer({
		address,
		source: virtualFiles(files),
		onEvent: (event) => {
			if ('transfer' in event) events.push(event);
		},
		ports: { dhcp: 0, pxe: 0, tftp: 0, client: socket.address().port },
	});
	try {
		const { dhcp, pxe, tftp } = server.ports;
		console.log(
			`A boot server on ${address}: proxyDHCP on ports ${dhcp} (for 67) and ${pxe} (for 4011), TFTP on ${tftp} (for 69).`,
		);
		let right = true;
		for (const stage of ['UEFI', 'iPXE'] as const) {
			console.log(`\n${stage === 'UEFI' ? 'Round 1: UEFI firmware' : 'Round 2: the iPXE that it loaded'}`);
			const { file, bytes } = await playClient(stage, {
				address,
				ports: server.ports,
				socket,
				tell: (line) => console.log(`  ${line}`),
			});
			const served = files[file] ?? new Uint8Array(0);
			const same = sha256(served) === sha256(bytes);
			right &&= same;
			console.log(
				`     ${file}: sha256 ${sha256(bytes).slice(0, 16)}… ${same ? 'as served' : `NOT as served (${sha256(served).slice(0, 16)}…)`}`,
			);
			if (file === 'boot.ipxe') console.log(script.trimEnd().replace(/^/gm, '     | '));
		}
		const count = (type: TftpEvent['type']) => events.filter((event) => event.type === type).length;
		// The last acknowledgement may still be under way when the client has all it wants.
		for (let tries = 0; count('done') < 2 && tries < 100; tries++) await sleep(20);
		const [probes, done] = [count('probe'), count('done')];
		right &&= probes === 2 && done === 2;
		const terms = events.flatMap((event) => (event.type === 'negotiated' ? [event] : []));
		const granted = terms.filter(({ blockSize, windowSize }) => blockSize === 1468 && windowSize === 4).length;
		right &&= granted === 2;
		console.log(
			`\nThe server saw ${probes} size probes and ${done} finished transfers; ${granted} had blocks of 1468 bytes, 4 at a time.`,
		);
		console.log(right ? 'Every byte was right.' : 'Something was wrong.');
		return right;
	} finally {
		await server.close();
		socket.close();
	}
}

async function serve(folder: string, address: string): Promise<void> {
	const server = await startBootServer({
		address,
		source: directorySource(folder),
		onEvent: (event) => console.log(`${new Date().toISOString()} ${describeEvent(event)}`),
	});
	console.log(
		`Serving ${folder}. Clients get undionly.kpxe, ipxe.efi or ipxe-arm64.efi, and then boot.ipxe. Ctrl-C ends it.`,
	);
	await new Promise<void>((resolve) => {
		process.once('SIGINT', resolve);
		process.once('SIGTERM', resolve);
	});
	await server.close();
}

async function main(): Promise<number> {
	const { values } = parseArgs({ options: { serve: { type: 'string' }, address: { type: 'string' } } });
	if (values.serve === undefined) return (await demo()) ? 0 : 1;
	if (values.address === undefined) {
		console.error('Say on which of this machine’s addresses to serve: --serve DIR --address 10.0.0.2');
		return 2;
	}
	await serve(values.serve, values.address);
	return 0;
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error(`pxekit demo: ${error instanceof Error ? error.message : String(error)}`);
	// A wrong option, as parseArgs tells it.
	process.exitCode = error instanceof TypeError && 'code' in error ? 2 : 1;
}
