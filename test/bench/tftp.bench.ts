import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchServer, compilePackage, findServers, startServer } from './tftp-servers.ts';

/** What the load generator is told; see its own head for the names. */
type Load = Readonly<Record<string, string | number | boolean>>;

interface LoadResult {
	readonly mbps: number;
	readonly transfers: number;
	readonly failures: number;
	readonly p50ms: number;
	readonly maxms: number;
	readonly serverCpu: number;
	readonly serverPeakRssMB: number;
	readonly bytes: number;
	readonly errors: Readonly<Record<string, number>>;
}

interface BenchCase {
	readonly name: string;
	readonly load: Load;
	readonly rounds: number;
	/** Windows that a server must grant to take part. */
	readonly needsWindow?: number;
	/** The bare server has no timers, so it can't take part where packets are lost. */
	readonly lossy?: boolean;
}

const lockStep = (blksize: number, concurrency: number, file = '1m.bin'): Load => ({ file, blksize, concurrency });
const windowed = (windowsize: number, concurrency: number, file = '1m.bin'): Load => ({
	file,
	blksize: 1428,
	windowsize,
	concurrency,
});
/** The client's timers are off: the server must repair. */
const lossy = (load: Load): Load => ({
	file: '100k.bin',
	blksize: 1428,
	concurrency: 20,
	timeoutMs: 120_000,
	spareRequest: true,
	dallyMs: 0,
	...load,
});

const cases: readonly BenchCase[] = [
	{ name: '1 client, lock-step, 512', load: lockStep(512, 1, '8m.bin'), rounds: 3 },
	{ name: '1 client, lock-step, 1428', load: lockStep(1428, 1, '16m.bin'), rounds: 3 },
	{ name: '8 clients, lock-step, 1428', load: { ...lockStep(1428, 8), count: 32 }, rounds: 3 },
	{ name: '64 clients, lock-step, 1428', load: lockStep(1428, 64), rounds: 3 },
	{ name: '256 clients, lock-step, 1428', load: lockStep(1428, 256), rounds: 3 },
	{ name: '1 client, window 4 asked, 1428', load: windowed(4, 1, '16m.bin'), rounds: 3 },
	{ name: '1 client, window 16, 1428', load: windowed(16, 1, '32m.bin'), rounds: 3, needsWindow: 16 },
	{ name: '1 client, window 64, 1428', load: windowed(64, 1, '32m.bin'), rounds: 3, needsWindow: 64 },
	{ name: '8 clients, window 16, 1428', load: { ...windowed(16, 8), count: 64 }, rounds: 3, needsWindow: 16 },
	{ name: '64 clients, window 16, 1428', load: windowed(16, 64), rounds: 3, needsWindow: 16 },
	{ name: '256 clients, window 16, 1428', load: windowed(16, 256), rounds: 3, needsWindow: 16 },
	{ name: '1 KiB files, one after another', load: { file: '1k.bin', blksize: 512, count: 1000 }, rounds: 3 },
	{ name: '2 % of DATA lost, lock-step', load: lossy({ dropRx: 0.02 }), rounds: 3, lossy: true },
	{ name: '2 % of ACKs lost, lock-step', load: lossy({ dropTx: 0.02 }), rounds: 3, lossy: true },
	{ name: '5 % of DATA lost, lock-step', load: lossy({ dropRx: 0.05 }), rounds: 1, lossy: true },
	{ name: '2 % of DATA lost, window 8', load: lossy({ dropRx: 0.02, windowsize: 8 }), rounds: 3, lossy: true },
	{ name: '2 % of ACKs lost, window 8', load: lossy({ dropTx: 0.02, windowsize: 8 }), rounds: 3, lossy: true },
];

const sizes: Readonly<Record<string, number>> = {
	'1k.bin': 1024,
	'100k.bin': 100 * 1024,
	'1m.bin': 1 << 20,
	'8m.bin': 8 << 20,
	'16m.bin': 16 << 20,
	'32m.bin': 32 << 20,
};

/**
 * `npm run bench -- tftp [--load FILE] [--find FOLDER]... [--only TEXT] [--servers A,B] [--rounds N]`. The load generator is a file
 * that exports `runLoad(options)`; the one of the test data is taken by default. With root rights all runs in a network
 * namespace of its own, which dnsmasq needs because it serves TFTP on port 69 only.
 */
export async function bench(args: readonly string[]): Promise<void> {
	if (process.getuid?.() === 0 && !args.includes('--inside')) {
		// An address beside 127.0.0.1, or tftpd-hpa can't resolve even that.
		const again = `ip link set lo up && ip address add 192.0.2.1/32 dev lo && exec "$0" "$@"`;
		const inside = [
			'-n',
			'sh',
			'-c',
			again,
			process.execPath,
			...process.execArgv,
			...process.argv.slice(1),
			'--inside',
		];
		const run = spawnSync('unshare', inside, { stdio: 'inherit' });
		process.exitCode = run.status ?? 1;
		return;
	}
	const values = (flag: string) => args.flatMap((arg, i) => (args[i - 1] === flag ? [arg] : []));
	const defaultLoad = new URL('../../../shared/tools/tftp-load.mjs', import.meta.url).pathname;
	const loadFile = values('--load')[0] ?? defaultLoad;
	if (!existsSync(loadFile)) throw new Error(`there is no load generator ${loadFile}; name one with --load`);
	const { runLoad } = (await import(loadFile)) as { runLoad: (options: Load) => Promise<LoadResult> };

	const folder = mkdtempSync(join(tmpdir(), 'pxekit-bench-'));
	try {
		const root = join(folder, 'root');
		mkdirSync(root);
		for (const [name, size] of Object.entries(sizes)) writeFileSync(join(root, name), randomBytes(size));
		chmodSync(folder, 0o755);
		const wanted = values('--servers')[0]?.split(',');
		const servers = findServers(compilePackage(folder), values('--find')).filter(
			({ name, fixedPort }) =>
				(!wanted || wanted.includes(name)) && (fixedPort === undefined || process.getuid?.() === 0),
		);
		const only = values('--only')[0] ?? '';
		const rows: string[][] = [];
		for (const benchCase of cases.filter(({ name }) => name.includes(only))) {
			const rounds = Number(values('--rounds')[0] ?? benchCase.rounds);
			rows.push(await measure({ ...benchCase, rounds }, servers, root, runLoad));
		}
		const head = ['case', ...servers.map(({ name }) => name)];
		console.log(`\nNode ${process.version}, ${cpus().length} cores of ${cpus()[0]?.model}`);
		console.log(
			'MB/s (server CPU ms per MB; peak RSS MB), medians of interleaved rounds; the bare Node server has no timers and no checks',
		);
		console.log(table([head, ...rows]));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function measure(
	benchCase: BenchCase,
	servers: readonly BenchServer[],
	root: string,
	runLoad: (options: Load) => Promise<LoadResult>,
): Promise<string[]> {
	const { name, load, rounds, needsWindow = 1, lossy: isLossy = false } = benchCase;
	const results = new Map<BenchServer, LoadResult[]>();
	const taking = servers.filter(
		(server) => server.maxWindow >= needsWindow && !(isLossy && server.name === 'bare Node'),
	);
	for (let round = 0; round < rounds; round++) {
		for (const server of taking) {
			const running = await startServer(server, root, 7000 + Math.floor(Math.random() * 1000));
			try {
				const result = await runLoad({
					...load,
					host: '127.0.0.1',
					port: running.port,
					ref: join(root, String(load.file)),
					serverPid: running.pid,
					seed: round + 1,
					warmup: isLossy ? 0 : Math.min(8, Number(load.concurrency ?? 1)),
				});
				results.set(server, [...(results.get(server) ?? []), result]);
			} finally {
				await running.stop();
			}
		}
	}
	const cells = servers.map((server) => {
		const runs = results.get(server);
		if (!runs) return '–';
		const median = (pick: (result: LoadResult) => number) => middle(runs.map(pick));
		const failures = runs.reduce((sum, run) => sum + run.failures, 0);
		const cpu = median((run) => (run.serverCpu * 1e9) / run.bytes);
		const rss = Math.max(...runs.map((run) => run.serverPeakRssMB));
		const speed = median((run) => run.mbps);
		return `${speed.toFixed(speed < 10 ? 2 : 1)} (${cpu.toFixed(1)}; ${rss.toFixed(0)})${failures > 0 ? ` **${failures} failed**` : ''}`;
	});
	console.error([name, ...cells].join(' | '));
	return [name, ...cells];
}

function middle(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

function table(rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	const [head = [], ...rest] = rows;
	return [line(head), line(head.map(() => '---')), ...rest.map(line)].join('\n');
}
