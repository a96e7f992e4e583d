import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type IpxeAnswer, type IpxeRequest, ipxe, ipxeText, lintIpxe, runIpxe, setting } from 'pxekit/ipxe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Hosts, scriptServer } from '../../docs/examples/script-per-host.ts';

const hosts: Hosts = new Map([
	['52:54:00:12:34:56', { name: 'node1', role: 'install', kernelArguments: 'console=ttyS0  quiet' }],
	['52:54:00:12:34:57', { name: 'node2', role: 'local-disk', kernelArguments: '' }],
	['52:54:00:12:34:58', { name: 'node3', role: 'install', kernelArguments: 'quiet\nshell' }],
	['52:54:00:12:34:59', { name: 'node4', role: 'install', kernelArguments: 'quiet || shell' }],
]);

describe('docs/examples/script-per-host.ts', () => {
	const server = createServer(scriptServer(hosts, 'http://files.example'));
	let base: string;
	beforeAll(async () => {
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterAll(() => {
		server.close();
	});

	const ask = (mac: string) => fetch(`${base}/boot?mac=${encodeURIComponent(mac)}`);

	/** A client that is told to ask the server, its first request answered by the server itself. */
	async function boot(mac: string) {
		const first = ipxe().chain(ipxeText`${base}/boot?mac=${setting('net0/mac')}`);
		const answer = async ({ uri }: IpxeRequest): Promise<IpxeAnswer> => {
			if (!uri.startsWith(base)) return {};
			const response = await fetch(uri);
			return { status: response.status, body: await response.text() };
		};
		return runIpxe(first.build(), { settings: { 'net0/mac': mac }, fetch: answer });
	}

	test('a machine to install boots its kernel with its own command line', async () => {
		const { outcome } = await boot('52:54:00:12:34:56');
		expect(outcome).toMatchObject({
			kind: 'booted',
			kernel: { uri: 'http://files.example/vmlinuz' },
			commandLine: 'hostname=node1 console=ttyS0 quiet initrd=initrd.img',
			initrds: [{ name: 'initrd.img' }],
		});
	});

	test('another boots from its disk', async () => {
		const run = await boot('52:54:00:12:34:57');
		expect(run.requests).toHaveLength(1);
		expect(run.console).toContain('node2 boots from its disk');
	});

	test('what nobody may say in a script is no script', async () => {
		expect((await ask('52:54:00:12:34:59')).status).toBe(500);
		expect((await ask('52:54:00:12:34:58')).status).toBe(500);
		expect((await ask('52:54:00:00:00:00')).status).toBe(404);
		expect((await ask('x\n#!ipxe')).status).toBe(400);
	});

	test('the linter finds nothing in the scripts', async () => {
		for (const mac of ['52:54:00:12:34:56', '52:54:00:12:34:57']) {
			const script = await (await ask(mac)).text();
			expect(lintIpxe(script, { platform: 'efi' }).filter(({ severity }) => severity !== 'info')).toEqual([]);
		}
	});
});
