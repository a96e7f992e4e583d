import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHex } from 'pxekit';
import { dhcpOptionTable } from 'pxekit/dhcp';
import { fixtureRows } from '../support/fixtures.ts';
import { median } from './median.ts';
import { installedPackage } from './npm-package.ts';
import { compilePackage } from './tftp-servers.ts';

type Codec = Pick<typeof import('pxekit/dhcp'), 'decodeDhcp' | 'encodeDhcp'>;

interface NpmDhcp {
	parse(bytes: Buffer): { options: Record<string, unknown> };
	format(packet: unknown): { _data: Buffer; _w: number };
}

const nameOf = new Map<number, (typeof dhcpOptionTable)[number]['name']>(
	dhcpOptionTable.map(({ code, name }) => [code, name]),
);

/** Reads every option to its value, as npm's parser does; returns how many there were. */
function decodeAll({ decodeDhcp }: Codec, bytes: Uint8Array): number {
	const { options } = decodeDhcp(bytes);
	let count = 0;
	for (const { code } of options.entries()) {
		const name = nameOf.get(code);
		const value = name === undefined ? options.bytes(code) : options.tryGet(name);
		// A malformed value still counts: its bytes are there.
		if (value !== undefined || options.bytes(code) !== undefined) count++;
	}
	return count;
}

/** `npm run bench -- dhcp`: all captured packets, against the npm package dhcp 0.2.20. */
export async function bench(args: readonly string[]): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'pxekit-bench-'));
	try {
		// Compiled, as users have it: the loader of this script names every closure anew, which costs more than decoding.
		measure(args, (await import(`${compilePackage(folder)}/dhcp/index.js`)) as Codec);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function measure(args: readonly string[], codec: Codec): void {
	const { decodeDhcp, encodeDhcp } = codec;
	const rounds = Number(args[0] ?? 15);
	const repeats = 20;
	const require = createRequire(import.meta.url);
	const npm = require(`${installedPackage('dhcp', '0.2.20')}/lib/protocol.js`) as NpmDhcp;
	const vectorsOf = (file: string) => fixtureRows<{ hex: string }>(file).map(({ hex }) => parseHex(hex));
	const vectors = vectorsOf('dhcp/packets.jsonl');
	const broken = vectorsOf('dhcp/malformed.jsonl');
	const buffers = vectors.map((bytes) => Buffer.from(bytes));

	// It prints a line for each option that it does not know, which would be most of what is measured.
	const { error } = console;
	console.error = () => {};
	const decoded = vectors.map((bytes) => decodeDhcp(bytes));
	const theirs = buffers.map((bytes) => npm.parse(bytes));
	const theirsCount = theirs.reduce((sum, { options }) => sum + Object.keys(options).length, 0);
	const codes = decoded.map((packet) => new Set(packet.options.entries().map(({ code }) => code)).size);
	const present = codes.reduce((sum, size) => sum + size, 0);
	const oursCount = vectors.reduce((sum, bytes) => sum + decodeAll(codec, bytes), 0);
	const entries = decoded.reduce((sum, packet) => sum + packet.options.entries().length, 0);
	const writable = decoded.filter((packet) => {
		try {
			encodeDhcp(packet);
			return true;
		} catch {
			return false;
		}
	});
	const theirsWritable = theirs.filter((packet) => {
		try {
			npm.format(packet);
			return true;
		} catch {
			return false;
		}
	});

	const time = (work: () => void): number => {
		const start = performance.now();
		for (let i = 0; i < repeats; i++) work();
		return (performance.now() - start) / repeats;
	};
	const tasks = {
		decode: () => void vectors.map((bytes) => decodeDhcp(bytes)),
		decodeAll: () => void vectors.map((bytes) => decodeAll(codec, bytes)),
		npmDecode: () => void buffers.map((bytes) => npm.parse(bytes)),
		encode: () => void writable.map((packet) => encodeDhcp(packet)),
		npmEncode: () => void theirsWritable.map((packet) => npm.format(packet)),
	};
	const times: Record<keyof typeof tasks, number[]> = {
		decode: [],
		decodeAll: [],
		npmDecode: [],
		encode: [],
		npmEncode: [],
	};
	for (const task of Object.values(tasks)) time(task);
	for (let round = 0; round < rounds; round++) {
		for (const name of Object.keys(tasks) as (keyof typeof tasks)[]) times[name].push(time(tasks[name]));
	}
	const brokenForNpm = broken.filter((bytes) => {
		try {
			npm.parse(Buffer.from(bytes));
			return false;
		} catch {
			return true;
		}
	});
	for (const bytes of broken) decodeAll(codec, bytes);
	console.error = error;

	const rate = (packets: number, name: keyof typeof tasks) => packets / (median(times[name]) / 1000);
	const line = (what: string, ours: number, npms: number) =>
		console.log(
			`${what.padEnd(32)} ${Math.round(ours).toString().padStart(9)} ${Math.round(npms).toString().padStart(9)}   ${(ours / npms).toFixed(1)} x`,
		);
	console.log(`${vectors.length} packets, ${rounds} interleaved rounds, medians; packets a second`);
	console.log(`${' '.repeat(35)}pxekit  npm dhcp`);
	line('decode, values read when asked', rate(vectors.length, 'decode'), rate(vectors.length, 'npmDecode'));
	line('decode and read every value', rate(vectors.length, 'decodeAll'), rate(vectors.length, 'npmDecode'));
	line('encode', rate(writable.length, 'encode'), rate(theirsWritable.length, 'npmEncode'));
	console.log(
		`options read: pxekit ${oursCount} of ${entries}; npm dhcp ${theirsCount} of ${present} (repeats counted once)`,
	);
	console.log(`rule breakers (${broken.length}) that are refused whole: pxekit 0, npm dhcp ${brokenForNpm.length}`);
	console.log(`packets that could be written again: pxekit ${writable.length}, npm dhcp ${theirsWritable.length}`);
}
