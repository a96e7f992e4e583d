import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that the bench can start. */
export interface BenchServer {
	readonly name: string;
	/** The program and its arguments, to serve a folder on a port of 127.0.0.1. */
	readonly command: (root: string, port: number) => readonly string[];
	/** dnsmasq listens on port 69 only. */
	readonly fixedPort?: number;
	/** Which window sizes it grants, at most. */
	readonly maxWindow: number;
}

const here = new URL('.', import.meta.url).pathname;

/** Compiles the package, so that what is measured is what is published, without a loader in the process. */
export function compilePackage(folder: string): string {
	const tsc = new URL('../../node_modules/typescript/bin/tsc', import.meta.url).pathname;
	const project = new URL('../../tsconfig.build.json', import.meta.url).pathname;
	const dist = join(folder, 'dist');
	mkdirSync(dist, { recursive: true });
	writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
	const run = spawnSync(process.execPath, [tsc, '-p', project, '--outDir', dist], { stdio: 'inherit' });
	if (run.status !== 0) throw new Error('the package does not compile');
	return dist;
}

/** The servers that are there: ours, the bare one, and those found on the path or below the folders given. */
export function findServers(dist: string, folders: readonly string[]): BenchServer[] {
	const servers: BenchServer[] = [
		{
			name: 'pxekit',
			command: (root, port) => [process.execPath, join(here, 'pxekit-tftp-server.mjs'), dist, root, String(port)],
			maxWindow: 64,
		},
		{
			name: 'pxekit single port',
			command: (root, port) => [
				process.execPath,
				join(here, 'pxekit-tftp-server.mjs'),
				dist,
				root,
				String(port),
				'single',
			],
			maxWindow: 64,
		},
		{
			name: 'bare Node',
			command: (root, port) => [process.execPath, join(here, 'bare-tftp-server.mjs'), root, String(port)],
			maxWindow: 64,
		},
	];
	const dnsmasq = findProgram('dnsmasq', folders);
	if (dnsmasq) {
		servers.push({
			name: 'dnsmasq',
			command: (root) => [
				dnsmasq,
				...['--keep-in-foreground', '--conf-file=/dev/null', '--port=0', '--enable-tftp', `--tftp-root=${root}`],
				...[
					'--tftp-max=1000',
					'--listen-address=127.0.0.1',
					'--bind-interfaces',
					'--user=root',
					'--log-facility=/dev/null',
				],
			],
			fixedPort: 69,
			maxWindow: 1,
		});
	}
	const hpa = findProgram('in.tftpd', folders);
	if (hpa) {
		servers.push({
			name: 'tftpd-hpa',
			command: (root, port) => [hpa, '-L', '-s', '-a', `127.0.0.1:${port}`, root],
			maxWindow: 1,
		});
	}
	const atftpd = findProgram('atftpd', folders);
	if (atftpd) {
		servers.push({
			name: 'atftpd',
			command: (root, port) => [
				atftpd,
				...['--daemon', '--no-fork', '--port', String(port), '--bind-address', '127.0.0.1', '--maxthread', '1000'],
				...['--user', 'nobody.nogroup', '--logfile', '/dev/null', root],
			],
			maxWindow: 64,
		});
	}
	const npmTftp = folders.map((folder) => join(folder, 'node_modules/tftp')).find((path) => existsSync(path));
	if (npmTftp) {
		servers.push({
			name: 'npm tftp',
			command: (root, port) => [process.execPath, join(here, 'npm-tftp-server.mjs'), npmTftp, root, String(port)],
			maxWindow: 64,
		});
	}
	return servers;
}

function findProgram(name: string, folders: readonly string[]): string | undefined {
	const below = folders.flatMap((folder) => [join(folder, 'usr/sbin', name), join(folder, name)]);
	const system = ['/usr/sbin', '/usr/local/sbin', '/usr/bin'].map((folder) => join(folder, name));
	return [...below, ...system].find((path) => existsSync(path));
}

/** A server that runs. */
export interface RunningServer {
	readonly pid: number;
	readonly port: number;
	stop(): Promise<void>;
}

export async function startServer(server: BenchServer, root: string, port: number): Promise<RunningServer> {
	const [program = '', ...args] = server.command(root, server.fixedPort ?? port);
	const child: ChildProcess = spawn(program, args, { stdio: 'ignore' });
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	if (!(await answers(server.fixedPort ?? port)) || child.pid === undefined) {
		child.kill('SIGKILL');
		throw new Error(`${server.name} did not start`);
	}
	return {
		pid: child.pid,
		port: server.fixedPort ?? port,
		async stop() {
			child.kill('SIGTERM');
			await Promise.race([ended, sleep(1_000)]);
			child.kill('SIGKILL');
			await ended;
		},
	};
}

/** Asks for a file until there is an answer: a request that comes too early would be counted as lost. */
async function answers(port: number): Promise<boolean> {
	const socket = createSocket('udp4');
	let answered = false;
	socket.on('message', (_bytes, from) => {
		answered = true;
		socket.send(Uint8Array.from([0, 5, 0, 0, 0]), from.port, from.address);
	});
	socket.on('error', () => {});
	for (let i = 0; i < 50 && !answered; i++) {
		socket.send(Buffer.from('\0\u00011k.bin\0octet\0', 'latin1'), port, '127.0.0.1');
		await sleep(200);
	}
	socket.close();
	return answered;
}
