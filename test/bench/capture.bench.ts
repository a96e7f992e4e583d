import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bootTraffic } from './capture-files.ts';
import { median } from './median.ts';
import { installedPackage } from './npm-package.ts';
import { compilePackage } from './tftp-servers.ts';

type Package = Pick<typeof import('pxekit/capture'), 'readCapture' | 'readCaptureStream' | 'decodeFrames'> &
	Pick<typeof import('pxekit/dhcp'), 'decodeDhcp'> &
	Pick<typeof import('pxekit/tftp'), 'decodeTftp'>;

interface NpmPcapParser {
	parse(file: string): { on(event: 'packet' | 'end' | 'error', listener: (value: unknown) => void): void };
}

// Nobody pays for what the one before has left behind.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const dhcpPorts: ReadonlySet<number> = new Set([67, 68, 4011]);

const tsharkFields = [
	'frame.number',
	'dhcp.type',
	'dhcp.id',
	'dhcp.ip.your',
	'dhcp.option.dhcp',
	'tftp.opcode',
	'tftp.block',
];

/** `npm run bench -- capture [MB] [rounds]`: against npm's pcap-parser 0.2.1 and tshark; memory of a stream of 1 GB. */
export async function bench(args: readonly string[]): Promise<void> {
	const megabytes = Number(args[0] ?? 100);
	const rounds = Number(args[1] ?? 3);
	const folder = mkdtempSync(join(tmpdir(), 'pxekit-bench-'));
	try {
		const dist = compilePackage(folder);
		const file = join(folder, 'boots.pcap');
		const size = Math.round(megabytes * 1e6);
		writeFileSync(file, bootTraffic(size));
		const kit: Package = Object.assign(
			{},
			...(await Promise.all(['capture', 'dhcp', 'tftp'].map((room) => import(`${dist}/${room}/index.js`)))),
		);
		await speed(kit, file, rounds, join(folder, 'fields'));
		memory(dist, file);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function speed(kit: Package, file: string, rounds: number, output: string): Promise<void> {
	const require = createRequire(import.meta.url);
	const parser = require(installedPackage('pcap-parser', '0.2.1')) as NpmPcapParser;
	const tasks: Record<string, () => number | Promise<number>> = {
		'pxekit: file': () => kit.readCapture(readFileSync(file)).frames.length,
		'pxekit: file as a stream': async () => {
			let count = 0;
			for await (const _ of kit.readCaptureStream(createReadStream(file)).frames) count++;
			return count;
		},
		'pxekit: file, frames, DHCP, TFTP': () => forEachPacket(kit, file, () => {}),
		'pxekit: the same, written as fields': () => {
			writeFileSync(output, fieldsOf(kit, file));
			return 0;
		},
		'npm pcap-parser: file': () =>
			new Promise((resolve, reject) => {
				let count = 0;
				const reading = parser.parse(file);
				reading.on('packet', () => count++);
				reading.on('end', () => resolve(count));
				reading.on('error', reject);
			}),
		'tshark -T fields': () => {
			const fields = tsharkFields.flatMap((field) => ['-e', field]);
			execFileSync('sh', [
				'-c',
				`tshark "$@" > ${output}.tshark 2> ${output}.stderr`,
				'tshark',
				'-n',
				'-r',
				file,
				'-Y',
				'dhcp || tftp',
				'-T',
				'fields',
				...fields,
			]);
			return 0;
		},
	};
	const frames = kit.readCapture(readFileSync(file)).frames.length;
	const times = new Map(Object.keys(tasks).map((name) => [name, [] as number[]]));
	// The first round warms up.
	for (let round = 0; round <= rounds; round++) {
		for (const [name, task] of Object.entries(tasks)) {
			collectGarbage();
			const start = performance.now();
			const count = await task();
			if (round > 0) times.get(name)?.push(performance.now() - start);
			if (count !== 0 && count !== frames) throw new Error(`${name} has ${count} frames, not ${frames}`);
		}
	}
	const ours = readFileSync(output, 'utf8');
	const theirs = readFileSync(`${output}.tshark`, 'utf8');
	console.log(
		`${(readFileSync(file).length / 1e6).toFixed(0)} MB, ${frames} frames, ${rounds} interleaved rounds, medians`,
	);
	const rate = (name: string): number => frames / (median(times.get(name) ?? []) / 1000);
	for (const name of times.keys())
		console.log(`${name.padEnd(40)} ${Math.round(rate(name)).toString().padStart(9)} frames/s`);
	const ratio = (a: string, b: string) => (rate(a) / rate(b)).toFixed(1);
	console.log(`file: ${ratio('pxekit: file', 'npm pcap-parser: file')} x pcap-parser`);
	console.log(`stream: ${ratio('pxekit: file as a stream', 'npm pcap-parser: file')} x pcap-parser`);
	console.log(
		`down to DHCP and TFTP: ${ratio('pxekit: file, frames, DHCP, TFTP', 'npm pcap-parser: file')} x pcap-parser, which stops at frames`,
	);
	console.log(`fields written: ${ratio('pxekit: the same, written as fields', 'tshark -T fields')} x tshark`);
	console.log(
		`fields are ${ours === theirs ? "the same as tshark's" : firstDifference(ours, theirs)}, ${ours.split('\n').length - 1} lines`,
	);
}

function firstDifference(ours: string, theirs: string): string {
	const other = theirs.split('\n');
	const lines = ours.split('\n');
	const at = lines.findIndex((line, i) => line !== other[i]);
	return `not tshark's: line ${at + 1}: ${JSON.stringify(lines[at])} and ${JSON.stringify(other[at])}`;
}

type Found = (index: number, packet: ReturnType<Package['decodeDhcp']> | ReturnType<Package['decodeTftp']>) => void;

/** Every DHCP and TFTP packet; TFTP goes on between the ports that asked for a file. Returns how many frames the file has. */
function forEachPacket(
	{ readCapture, decodeFrames, decodeDhcp, decodeTftp }: Package,
	file: string,
	found: Found,
): number {
	const clients = new Set<number>();
	const { frames } = readCapture(readFileSync(file));
	for (const { index, udp, payload } of decodeFrames(frames)) {
		if (udp === undefined) continue;
		const { sourcePort, destinationPort } = udp;
		if (destinationPort === 69) clients.add(sourcePort);
		if (dhcpPorts.has(sourcePort) || dhcpPorts.has(destinationPort)) found(index, decodeDhcp(payload));
		else if (clients.has(sourcePort) || clients.has(destinationPort)) found(index, decodeTftp(payload));
	}
	return frames.length;
}

const tftpOpcodes = { rrq: 1, wrq: 2, data: 3, ack: 4, error: 5, oack: 6 };

/** The same fields as tshark's, in its spelling. */
function fieldsOf(kit: Package, file: string): string {
	const lines: string[] = [];
	forEachPacket(kit, file, (index, packet) => {
		if ('op' in packet) {
			const { op, xid, yiaddr, options } = packet;
			const type = options.bytes(53)?.[0] ?? '';
			lines.push(`${index}\t${op}\t0x${xid.toString(16).padStart(8, '0')}\t${yiaddr}\t${type}\t\t`);
		} else {
			const block = 'block' in packet ? packet.block : '';
			lines.push(`${index}\t\t\t\t\t${tftpOpcodes[packet.kind]}\t${block}`);
		}
	});
	return `${lines.join('\n')}\n`;
}

function memory(dist: string, file: string): void {
	const script = new URL('capture-stream-memory.mjs', import.meta.url).pathname;
	const run = (...args: string[]): { maxRss: number; frames: number; made: number; seconds: number } => {
		const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
		return JSON.parse(stdout);
	};
	const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
	// V8 lets the space for new values grow to 16 MiB, and the chunks that those values hold with it.
	for (const flags of [[], ['--max-semi-space-size=1']]) {
		const empty = run(...flags, script);
		const full = run(...flags, script, dist, file, String(1e9));
		console.log(
			`${['node', ...flags].join(' ')}: ${(full.made / 1e9).toFixed(2)} GB in chunks of 64 KiB: ${full.frames} frames in ${full.seconds.toFixed(1)} s`,
		);
		console.log(
			`most memory (VmHWM): ${mib(full.maxRss)} MiB, an empty process ${mib(empty.maxRss)} MiB: ${mib(full.maxRss - empty.maxRss)} MiB more`,
		);
	}
}
