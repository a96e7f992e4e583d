import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNetwork, type Host } from '../interop/lab/network.ts';
import { type Program, startProgram } from '../interop/lab/program.ts';
import { fixtureRows } from '../support/fixtures.ts';
import { median } from './median.ts';
import { compilePackage } from './tftp-servers.ts';

interface Storm {
	seconds: number;
	answers: number;
	lost: number;
	/** Milliseconds. */
	p50: number;
	p99: number;
	/** Of the server, in seconds. */
	cpu: number;
}

const here = new URL('.', import.meta.url).pathname;
const outstanding = 64;

/** A captured OVMF: its DISCOVER and its request to port 4011. */
function capturedPackets(): [string, string] {
	const rows = fixtureRows<{ capture: string; requestTo: [string, number]; requestHex: string }>(
		'dhcp/exchanges.jsonl',
	);
	const ovmf = rows.filter(({ capture }) => capture === 'ovmf-x64-pxe_plain+proxysingle');
	const to = (port: number) => ovmf.find(({ requestTo }) => requestTo[1] === port)?.requestHex ?? '';
	return [to(67), to(4011)];
}

/** User and system time of a process in seconds; the kernel counts hundredths. */
function cpuSeconds(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function storm(client: Host, server: Host, program: Program, clients: number, rate: number): Promise<Storm> {
	const before = cpuSeconds(program.pid);
	const args = [
		`${here}storm-client.mjs`,
		client.address,
		server.address,
		clients,
		outstanding,
		rate,
		...capturedPackets(),
	].map(String);
	const child = spawn('ip', ['netns', 'exec', client.namespace, process.execPath, ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let out = '';
	child.stdout.on('data', (chunk) => {
		out += chunk;
	});
	await once(child, 'close');
	if (!program.running()) throw new Error(`${program.name} ended: ${program.log()}`);
	return { ...(JSON.parse(out) as Omit<Storm, 'cpu'>), cpu: cpuSeconds(program.pid) - before };
}

/** `npm run bench -- proxydhcp [ROUNDS]` (root): UEFI clients, DISCOVER and 4011 each, against dnsmasq as a proxy. */
export async function bench(args: readonly string[]): Promise<void> {
	const rounds = Number(args[0] ?? 3);
	const folder = mkdtempSync(join(tmpdir(), 'pxekit-storm-'));
	const dist = compilePackage(folder);
	await using network = await createNetwork();
	try {
		const client = await network.addHost('storm', '10.77.0.9');
		const commands: Record<string, readonly [string, ...string[]]> = {
			pxekit: [process.execPath, `${here}pxekit-proxy-server.mjs`, dist, network.boot.address],
			dnsmasq: [
				'dnsmasq',
				...['--keep-in-foreground', '--conf-file=/dev/null', '--port=0', '--user=root', '--bind-interfaces'],
				...['--interface=br0', '--dhcp-range=10.77.0.0,proxy', '--pxe-service=x86-64_EFI,Boot,ipxe.efi'],
				...[
					'--quiet-dhcp',
					'--log-facility=/dev/null',
					`--pid-file=${join(folder, 'pid')}`,
					`--dhcp-leasefile=${join(folder, 'leases')}`,
				],
			],
		};
		const names = Object.keys(commands);
		const run = async (name: string, clients: number, rate: number): Promise<Storm> => {
			await using program = startProgram({
				name,
				logFile: join(folder, `${name}.log`),
				command: commands[name] as [string, ...string[]],
				host: network.boot,
			});
			await sleep(1000);
			if (!program.running()) throw new Error(`${name} did not start: ${program.log()}`);
			// A first hundred, so that neither is measured while it starts.
			await storm(client, network.boot, program, 100, 0);
			return await storm(client, network.boot, program, clients, rate);
		};
		const report = (what: string, name: string, all: readonly Storm[]) => {
			const middle = (of: (storm: Storm) => number) => median(all.map(of));
			const perSecond = middle(({ answers, seconds }) => answers / seconds);
			const lost = all.reduce((sum, storm) => sum + storm.lost, 0);
			const cpu = middle((storm) => (storm.cpu / storm.answers) * 1e6);
			console.log(
				`| ${what} | ${name} | ${Math.round(perSecond)} | ${middle((s) => s.p50).toFixed(2)} | ${middle((s) => s.p99).toFixed(2)} | ${lost} | ${Math.round(cpu)} |`,
			);
			return perSecond;
		};
		console.log(`${rounds} interleaved rounds, medians; ${outstanding} clients at once where no rate is given`);
		console.log(
			'| clients | server | answers/s | p50 ms | p99 ms | lost | CPU µs an answer |\n|---|---|--:|--:|--:|--:|--:|',
		);
		const rates: Record<string, number> = {};
		for (const clients of [1000, 10_000]) {
			const results: Record<string, Storm[]> = Object.fromEntries(names.map((name) => [name, []]));
			for (let round = 0; round < rounds; round++) {
				for (const name of names) results[name]?.push(await run(name, clients, 0));
			}
			for (const name of names) rates[name] = report(String(clients), name, results[name] ?? []);
		}
		// Two answers a client.
		const sustained = Math.floor(((rates.dnsmasq ?? 0) / 2) * 0.9);
		for (const name of names)
			report(`10000, ${sustained} begin each second`, name, [await run(name, 10_000, sustained)]);
		console.log(`pxekit / dnsmasq, 10000 clients: ${((rates.pxekit ?? 0) / (rates.dnsmasq ?? 1)).toFixed(2)} x`);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
