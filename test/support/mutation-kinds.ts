import { DecodeError } from 'pxekit';
import {
	bootTimeline,
	type CaptureFrame,
	decodeFrame,
	decodeFrames,
	diagnose,
	encodeTcpFrame,
	encodeUdpFrame,
	followDns,
	followTcp,
	followTftp,
	formatTimeline,
	readCapture,
	readCaptureStream,
	writePcap,
	writePcapng,
} from 'pxekit/capture';
import { type DhcpOptionName, decodeDhcp, dhcpOptionTable, formatDhcp, relayOf } from 'pxekit/dhcp';
import {
	checkIbft,
	decodeAbft,
	decodeIbft,
	decodeNbft,
	decodeSbft,
	explainIbft,
	findBootTables,
	type IbftReader,
	ibftSysfs,
	parseAcpiHeader,
} from 'pxekit/ibft';
import {
	checkReply,
	decodeBsdpOptions,
	decodeIpxeOptions,
	decodePxeOptions,
	formatBootPacket,
	identifyClient,
} from 'pxekit/pxe';
import { createReceiver, createSender, decodeTftp, negotiateTftp } from 'pxekit/tftp';
import type { Corpus } from './mutation-corpus.ts';
import { certainly, type MutationKind, valueOrRefusal } from './mutation-run.ts';
import { below, mutate, pick, type Random } from './mutations.ts';

/** Of each hundred inputs so many; a whole capture takes a hundred times as long as a packet. */
const shares = { files: 14, frames: 12, dhcp: 22, tftp: 22, tables: 12, encapsulated: 14, pipelines: 4 };

/** All that this package reads, with what there is to read. */
export function mutationKinds(corpus: Corpus): readonly MutationKind[] {
	const one = (inputs: readonly Uint8Array[]) => (random: Random) =>
		mutate(pick(random, inputs), pick(random, inputs), random);
	const bytesKind = (
		name: string,
		share: number,
		inputs: readonly Uint8Array[],
		read: (bytes: Uint8Array) => void,
	): MutationKind<Uint8Array> => ({ name, share, make: one(inputs), read });
	const files: MutationKind<{ bytes: Uint8Array; chunk: number }> = {
		name: 'capture files, also streamed',
		share: shares.files,
		make: (random) => ({
			bytes: one(corpus.captureFiles)(random),
			chunk: 1 + below(random, random() < 0.3 ? 16 : 5000),
		}),
		read: readFile,
	};
	const frames: MutationKind<readonly CaptureFrame[]> = {
		name: 'frames and followers',
		share: shares.frames,
		make: (random) => talk(corpus, random, 12),
		read: readFrames,
	};
	const dhcp: MutationKind<{ bytes: Uint8Array; asked: Uint8Array }> = {
		name: 'DHCP packets',
		share: shares.dhcp,
		make(random) {
			const asked = pick(random, corpus.dhcp);
			return { bytes: one(corpus.dhcp)(random), asked: random() < 0.5 ? asked : mutate(asked, asked, random) };
		},
		read: readDhcp,
	};
	const pipelines: MutationKind<Uint8Array> = {
		name: 'file to diagnosis',
		share: shares.pipelines,
		make: (random) => wholeFile(corpus, random),
		read: readStory,
	};
	return [
		files,
		frames,
		dhcp,
		bytesKind('TFTP packets', shares.tftp, corpus.tftp, readTftp),
		{
			name: 'boot tables',
			share: shares.tables,
			make: (random) => summed(one(corpus.tables)(random), random),
			read: readTable,
		},
		bytesKind('options 43 and 175', shares.encapsulated, corpus.encapsulated, readEncapsulated),
		pipelines,
	];
}

/** A capture comes to the same in one piece and in chunks. */
async function readFile({ bytes, chunk }: { bytes: Uint8Array; chunk: number }): Promise<void> {
	let whole: ReturnType<typeof readCapture> | DecodeError;
	try {
		whole = readCapture(bytes);
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		whole = error;
	}
	const chunks: Uint8Array[] = [];
	for (let at = 0; at < bytes.length; at += chunk) chunks.push(bytes.subarray(at, at + chunk));
	const stream = readCaptureStream(chunks);
	const streamed: CaptureFrame[] = [];
	try {
		for await (const frame of stream.frames) streamed.push(frame);
	} catch (error) {
		if (error instanceof DecodeError && whole instanceof DecodeError && error.code === whole.code) throw error;
		throw new Error(`the stream throws ${String(error)}, the file ${String(whole)}`, { cause: error });
	}
	if (whole instanceof DecodeError) throw new Error(`the stream is read, but not the file: ${whole}`, { cause: whole });
	const seen = [whole.frames.map(factsOf), { ...whole, frames: undefined }];
	const inChunks = [streamed.map(factsOf), { ...stream.summary(), frames: undefined }];
	if (shown(seen) !== shown(inChunks)) throw new Error(`${shown(seen)}\nbut in chunks of ${chunk}\n${shown(inChunks)}`);
	if (
		whole.frames.some(({ index }, i) => index <= (whole.frames[i - 1]?.index ?? 0)) ||
		whole.records < streamed.length
	) {
		throw new Error('the frame numbers do not rise');
	}
}

function factsOf({ data, ...rest }: CaptureFrame) {
	return { ...rest, data: Buffer.from(data).toString('latin1') };
}

function shown(value: unknown): string {
	return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
}

/** Frames that follow one another in a capture, some of them spoilt, repeated or gone. */
function talk({ captures }: Corpus, random: Random, most: number): CaptureFrame[] {
	const capture = pick(random, captures);
	const first = below(random, random() < 0.3 ? 1 : capture.length);
	const picked: CaptureFrame[] = [];
	for (const frame of capture.slice(first, first + 1 + below(random, most))) {
		const chance = random();
		if (chance < 0.05) continue;
		const other = pick(random, capture);
		picked.push(chance < 0.4 ? spoilt(frame, other, random) : frame);
		if (chance > 0.95) picked.push(random() < 0.5 ? frame : other);
	}
	return picked.map((frame, i) => ({ ...frame, index: i + 1 }));
}

/** Either any bytes of the frame, or only what UDP or TCP carries, with headers that are right. */
function spoilt(frame: CaptureFrame, other: CaptureFrame, random: Random): CaptureFrame {
	const data = inside(frame, other, random) ?? mutate(frame.data, other.data, random);
	const cut = random() < 0.1 ? below(random, 100) : 0;
	const linkType = random() < 0.05 ? pick(random, [0, 1, 12, 101, 108, 113, 228, 229, 276, 105]) : frame.linkType;
	const time = random() < 0.05 ? pick(random, [0n, undefined, (frame.time ?? 0n) + 86_400_000_000_000n]) : frame.time;
	return { ...frame, data, linkType, time, originalLength: data.length + cut };
}

function inside(frame: CaptureFrame, other: CaptureFrame, random: Random): Uint8Array | undefined {
	if (random() < 0.4) return undefined;
	const { link, ip, udp, tcp, payload } = decodeFrame(frame);
	if (frame.linkType !== 1 || !ip || ip.fragment) return undefined;
	const changed = mutate(payload, decodeFrame(other).payload, random).subarray(0, 1400);
	const host = (mac: string | undefined, address: string, port: number) => ({ mac, address, port });
	const ends = ({ sourcePort, destinationPort }: { sourcePort: number; destinationPort: number }) => ({
		source: host(link?.source, ip.source, sourcePort),
		destination: host(link?.destination, ip.destination, destinationPort),
		payload: changed,
	});
	if (udp) return encodeUdpFrame(ends(udp));
	return tcp ? encodeTcpFrame({ ...ends(tcp), ...tcp }) : undefined;
}

function readFrames(frames: readonly CaptureFrame[]): void {
	certainly('decoding or following frames', () => {
		const followers = [followTftp(), followTcp(), followDns()];
		for (const frame of decodeFrames(frames)) for (const follower of followers) follower.push(frame);
		for (const follower of followers) follower.end();
	});
}

/** A file of up to a hundred such frames; now and then the file is spoilt too. */
function wholeFile(corpus: Corpus, random: Random): Uint8Array {
	const frames = talk(corpus, random, 100);
	const linkType = frames[0]?.linkType ?? 1;
	const same = frames.filter((frame) => frame.linkType === linkType);
	const timed = same.map((frame) => ({ ...frame, time: frame.time ?? 0n, interface: 0 }));
	const file = random() < 0.5 ? writePcap(timed) : writePcapng({ interfaces: [{ linkType }], frames: timed });
	return random() < 0.1 ? mutate(file, pick(random, corpus.captureFiles), random) : file;
}

function readStory(bytes: Uint8Array): void {
	const capture = readCapture(bytes);
	const sessions = certainly('bootTimeline', () => bootTimeline(capture));
	for (const snapshot of [false, true]) {
		checkPlain(certainly('formatTimeline', () => formatTimeline(sessions, { snapshot })));
	}
	for (const session of sessions) {
		for (const { seen, shows, why, advice } of certainly('diagnose', () => diagnose(session))) {
			checkPlain([seen, shows, why, advice].join('\n'));
		}
	}
}

/** Nothing that a terminal would act on: control characters, marks of writing direction. */
function checkPlain(text: string): void {
	if (/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u.test(text.replaceAll('\n', ''))) {
		throw new Error(`a terminal would act on ${JSON.stringify(text)}`);
	}
}

const optionNames = Object.values(dhcpOptionTable).map(({ name }) => name) as DhcpOptionName[];

/** Each packet by itself, and as the answer to another. */
function readDhcp({ bytes, asked }: { bytes: Uint8Array; asked: Uint8Array }): void {
	const packet = decodeDhcp(bytes);
	for (const name of optionNames) valueOrRefusal(() => packet.options.get(name));
	certainly('reading a DHCP packet that was decoded', () => {
		formatDhcp(packet);
		formatBootPacket(packet);
		identifyClient(packet);
		relayOf(packet);
	});
	const request = valueOrRefusal(() => decodeDhcp(asked));
	if (request) certainly('checkReply', () => checkReply(request, bytes));
}

function readTftp(bytes: Uint8Array): void {
	const packet = decodeTftp(bytes);
	certainly('a TFTP packet that was decoded', () => {
		const request = {
			kind: 'rrq',
			filename: 'x',
			mode: 'octet',
			options: [{ name: 'blksize', value: '1024' }],
		} as const;
		const machines = [
			createReceiver({ opening: request }, 0),
			createReceiver({ opening: { kind: 'ack', block: 0 } }, 0),
			createSender({ content: new Uint8Array(2000) }, 0),
			createSender({ content: new Uint8Array(2000), opening: { ...request, kind: 'wrq' } }, 0),
		];
		for (const machine of machines) {
			machine.nextPacket(0);
			machine.receive(packet, 1);
			machine.nextPacket(1);
		}
		if (packet.kind === 'rrq' || packet.kind === 'wrq') {
			negotiateTftp(packet, {}, 5000);
			negotiateTftp(packet, { maxBlockSize: 'as-asked' });
		}
	});
}

const ibftReaders: readonly IbftReader[] = ['spec', 'linux', 'linux<5.6', 'open-iscsi', 'windows', 'freebsd'];

/** Half of the tables with a length and a checksum that are right, without which a search in memory passes them over. */
function summed(bytes: Uint8Array, random: Random): Uint8Array {
	if (random() < 0.5 || bytes.length < 10) return bytes;
	const table = bytes.slice();
	new DataView(table.buffer).setUint32(4, table.length, true);
	table[9] = 0;
	table[9] = -table.reduce((sum, byte) => sum + byte, 0);
	return table;
}

function readTable(bytes: Uint8Array): void {
	valueOrRefusal(() => parseAcpiHeader(bytes));
	certainly('findBootTables', () => findBootTables(bytes, { step: 1 }));
	const others = [decodeAbft, decodeSbft, decodeNbft].map((decode) => valueOrRefusal(() => decode(bytes)));
	if (others.some((table) => table !== undefined)) return;
	const table = decodeIbft(bytes);
	certainly('what explains an iBFT that was decoded', () => {
		explainIbft(table);
		ibftSysfs(table);
		for (const reader of ibftReaders) checkIbft(table, { reader });
	});
}

function readEncapsulated(bytes: Uint8Array): void {
	for (const decode of [decodePxeOptions, decodeIpxeOptions, decodeBsdpOptions])
		certainly(decode.name, () => decode(bytes));
}
