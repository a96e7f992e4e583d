import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseHex } from 'pxekit';
import { type CaptureFrame, decodeFrames, readCapture, writePcap, writePcapng } from 'pxekit/capture';
import { fixtureRows } from './fixtures.ts';
import { madeFrames } from './made-frames.ts';
import { valueOrRefusal } from './mutation-run.ts';
import { blocks, join as joinBlocks } from './pcapng-blocks.ts';

const fixtures = new URL('../../fixtures/', import.meta.url).pathname;
const foreign = new URL('../../../shared/foreign/', import.meta.url).pathname;

/** All files in a folder and below, in a fixed order; none when it is not there. */
function filesBelow(folder: string, wanted: (file: string) => boolean): Uint8Array[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.sort()
		.map((file) => join(folder, file))
		.filter((file) => wanted(file) && statSync(file).isFile())
		.map((file) => new Uint8Array(readFileSync(file)));
}

/** What is there to begin with: our fixtures, and captures and tables of others where they are at hand. */
export interface Corpus {
	/** Captures as they are. */
	readonly captures: readonly (readonly CaptureFrame[])[];
	/** Short files in every format, for the reader of files. */
	readonly captureFiles: readonly Uint8Array[];
	readonly dhcp: readonly Uint8Array[];
	readonly tftp: readonly Uint8Array[];
	readonly tables: readonly Uint8Array[];
	/** Contents of options 43 and 175. */
	readonly encapsulated: readonly Uint8Array[];
	readonly hasForeign: boolean;
}

export function readCorpus(): Corpus {
	const isCapture = (file: string) => /\.(pcap|pcapng|cap)$/.test(file);
	const files = [`${fixtures}captures`, `${foreign}captures`].flatMap((folder) => filesBelow(folder, isCapture));
	const captures = files
		.map((file) => valueOrRefusal(() => readCapture(file))?.frames ?? [])
		.filter((frames) => frames.length > 0);
	const made = madeFrames.map((frame, i) => ({ ...frame, index: i + 1, time: BigInt(i) * 1_000_000n, interface: 0 }));
	const payloads = [...captures, made].flatMap((frames) => [...decodeFrames(frames)]);
	const hasPort = (ports: readonly number[]) =>
		payloads
			.filter(({ udp }) => udp && (ports.includes(udp.sourcePort) || ports.includes(udp.destinationPort)))
			.map(({ payload }) => payload);
	const dhcp = [
		...['dhcp/packets.jsonl', 'dhcp/malformed.jsonl'].flatMap((name) =>
			fixtureRows<{ hex: string }>(name).map(({ hex }) => parseHex(hex)),
		),
		...hasPort([67, 68, 4011]),
	];
	return {
		captures: [...captures, made],
		captureFiles: [...files.map((file) => file.subarray(0, 3000)), ...madeFiles(captures)],
		dhcp,
		tftp: [...hasPort([69]), ...replies(payloads)],
		tables: [
			...filesBelow(`${fixtures}ibft`, (file) => file.endsWith('.bin')),
			...['ibft', 'nbft'].flatMap((name) => filesBelow(foreign + name, (file) => !/\.(txt|md|json|tsv)$/.test(file))),
		].filter(({ length }) => length < 8192),
		encapsulated: dhcp.flatMap(optionsThatHoldOptions),
		hasForeign: existsSync(foreign),
	};
}

/** The packets that answer requests to port 69, by the port that they go to. */
function replies(frames: Iterable<ReturnType<typeof decodeFrames> extends Iterable<infer Frame> ? Frame : never>) {
	const clients = new Set<number>();
	const found: Uint8Array[] = [];
	for (const { udp, payload } of frames) {
		if (udp?.destinationPort === 69) clients.add(udp.sourcePort);
		// Blocks are alike.
		else if (udp && clients.has(udp.destinationPort) && found.length < 400) found.push(payload);
	}
	return found;
}

/** Read by hand, not with the decoder under test: code, length, value. */
function optionsThatHoldOptions(packet: Uint8Array): Uint8Array[] {
	const found: Uint8Array[] = [];
	for (let at = 240; at + 1 < packet.length && packet[at] !== 255; ) {
		const length = packet[at + 1] as number;
		if (packet[at] === 43 || packet[at] === 175) found.push(packet.subarray(at + 2, at + 2 + length));
		at += packet[at] === 0 ? 1 : 2 + length;
	}
	return found;
}

/** The first frames of captures in formats that few files have. */
function madeFiles(captures: readonly (readonly CaptureFrame[])[]): Uint8Array[] {
	return captures.slice(0, 20).flatMap((frames, place) => {
		const few = frames.slice(0, 5).map((frame) => ({ ...frame, time: frame.time ?? 0n, interface: 0 }));
		const linkType = few[0]?.linkType ?? 1;
		const same = few.filter((frame) => frame.linkType === linkType);
		const interfaces = [{ linkType, name: 'eth0', comments: ['one'] }];
		const { section, interface: describe, packet, oldPacket, simplePacket, block } = blocks(place % 2 === 0);
		const options = same.map(({ data }, ticks) =>
			packet({ interface: 0, ticks: BigInt(ticks) }, data, [[1, 'a comment']]),
		);
		return [
			writePcap(same, { nanoseconds: place % 2 === 0 }),
			writePcapng({ interfaces, frames: same.map((frame) => ({ ...frame, comments: ['seen'] })), comments: ['all'] }),
			joinBlocks(
				section([[1, 'a section']]),
				describe(linkType, 96, [
					[2, 'eth0'],
					[9, Uint8Array.of(place)],
					[14, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, place)],
				]),
				...options,
				block(4, new Uint8Array(8)),
				simplePacket(60, new Uint8Array(60)),
				oldPacket({ interface: 0, ticks: 1n }, new Uint8Array(20)),
				section(),
				describe(101),
				packet({ interface: 0, ticks: 2n }, new Uint8Array(30)),
			),
		];
	});
}
