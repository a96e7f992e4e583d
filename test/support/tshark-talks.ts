import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	type DecodedFrame,
	decodeFrames,
	dnsQueries,
	type HttpExchange,
	httpExchanges,
	readCapture,
	type TftpTransfer,
	tftpTransfers,
} from 'pxekit/capture';
import { decodeTftp } from 'pxekit/tftp';
import { equalBytes } from '../../src/wire/bytes.ts';
import { run } from '../interop/lab/command.ts';

const fields = [
	'frame.number',
	'frame.protocols',
	'udp.port',
	'tftp.opcode',
	'tftp.source_file',
	'tftp.destination_file',
	'tftp.type',
	'tftp.option.name',
	'tftp.option.value',
	'tftp.block',
	'tftp.error.code',
	'tcp.srcport',
	'tcp.dstport',
	'http.request.method',
	'http.request.uri',
	'http.response.code',
	'http.content_length_header',
	'dns.count.queries',
	'dns.qry.name',
	'dns.flags.response',
] as const;

/** The values of a field in one packet, in order; none where it has no such field. */
type Row = (field: (typeof fields)[number]) => readonly string[];

interface TsharkTalks {
	readonly rows: readonly Row[];
	/** The files that tshark puts together from TFTP. */
	readonly files: readonly Uint8Array[];
	/** And from HTTP, those that were sent with a request too. */
	readonly bodies: readonly Uint8Array[];
}

/** All in one pass: starting tshark takes longer than reading a capture. */
async function tsharkTalks(file: string): Promise<TsharkTalks> {
	const folder = mkdtempSync(join(tmpdir(), 'pxekit-objects-'));
	try {
		const columns = fields.flatMap((field) => ['-e', field]);
		const objects = ['tftp', 'http'].flatMap((kind) => ['--export-objects', `${kind},${join(folder, kind)}`]);
		// As JSON: names and values may hold commas.
		const json = await run('tshark', [
			...['-n', '-r', file, '-Y', 'tftp || http || dns', '-T', 'json'],
			...columns,
			...objects,
		]);
		const packets = JSON.parse(json || '[]') as { _source: { layers: Record<string, string[]> } }[];
		const rows = packets.map(
			({ _source: { layers } }): Row =>
				(field) =>
					layers[field] ?? [],
		);
		return { rows, files: filesIn(join(folder, 'tftp')), bodies: filesIn(join(folder, 'http')) };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function filesIn(folder: string): Uint8Array[] {
	return readdirSync(folder).map((name) => new Uint8Array(readFileSync(join(folder, name))));
}

function isAmong(files: readonly Uint8Array[], bytes: Uint8Array): boolean {
	return files.some((file) => equalBytes(file, bytes));
}

function carries(row: Row, ...protocols: readonly string[]): boolean {
	const found = row('frame.protocols').join(':').split(':');
	return protocols.every((protocol) => found.includes(protocol));
}

const opcodes = { rrq: 1, wrq: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;

/** What is the same for both in a TFTP packet, as text. */
function tftpByTshark(rows: readonly Row[]): string[] {
	return rows
		.filter((row) => carries(row, 'tftp'))
		.map((row) => {
			const name = row('tftp.source_file')[0] ?? row('tftp.destination_file')[0] ?? '';
			const values = row('tftp.option.value');
			const options = row('tftp.option.name').map((option, i) => `${option}=${values[i] ?? ''}`);
			const rest = [...row('tftp.type'), ...options, ...row('tftp.block'), ...row('tftp.error.code')];
			return [row('frame.number')[0], row('tftp.opcode')[0], name, ...rest].join(' ');
		});
}

/** A fragment: what it is a part of stands with the frame that completes it. */
function isPartOnly({ ip }: DecodedFrame): boolean {
	return ip?.fragment !== undefined && ip.fragment.frames === undefined;
}

function tftpByUs(frames: readonly DecodedFrame[], transfers: readonly TftpTransfer[]): string[] {
	const byIndex = new Map(frames.map((frame) => [frame.index, frame]));
	const rows = transfers.flatMap((transfer) =>
		transfer.frames.flatMap((index) => {
			const frame = byIndex.get(index) as DecodedFrame;
			if (isPartOnly(frame)) return [];
			const packet = decodeTftp(frame.payload);
			const options = 'options' in packet ? packet.options.map(({ name, value }) => `${name}=${value}`) : [];
			const mode = 'mode' in packet ? [packet.mode] : [];
			const block = 'block' in packet ? [packet.block] : [];
			const error = packet.kind === 'error' ? [packet.code] : [];
			return {
				index,
				text: [index, opcodes[packet.kind], transfer.filename, ...mode, ...options, ...block, ...error].join(' '),
			};
		}),
	);
	return rows.sort((a, b) => a.index - b.index).map(({ text }) => text);
}

/** Requests and answers with the client's port. */
function httpByTshark(rows: readonly Row[]): string[] {
	const talks: string[] = [];
	for (const row of rows.filter((each) => carries(each, 'tcp', 'http'))) {
		const uris = row('http.request.uri');
		const lengths = row('http.content_length_header');
		for (const [i, method] of row('http.request.method').entries()) {
			talks.push(`${row('tcp.srcport')[0]} ${method} ${uris[i]}`);
		}
		for (const [i, code] of row('http.response.code').entries()) {
			talks.push(`${row('tcp.dstport')[0]} ${code} ${lengths[i] ?? ''}`);
		}
	}
	return talks;
}

function httpByUs(exchanges: readonly HttpExchange[]): string[] {
	return exchanges.flatMap(({ client, method, target, status, contentLength }) => [
		...(method ? [`${client.port} ${method} ${target}`] : []),
		...(status ? [`${client.port} ${status} ${contentLength ?? ''}`] : []),
	]);
}

/** Answers whose bodies tshark puts together in another way. */
function unlikeTshark(exchanges: readonly HttpExchange[], bodies: readonly Uint8Array[]): string[] {
	return exchanges
		.filter(({ content }) => content && content.length > 0 && !isAmong(bodies, content))
		.map(({ frames, status, bytes }) => `+ body ${frames[0]} ${status} ${bytes}`);
}

/** Names that were asked, by frame. */
function dnsByTshark(rows: readonly Row[]): string[] {
	return rows
		.filter((row) => carries(row, 'dns') && !carries(row, 'icmp') && row('udp.port').includes('53'))
		.filter((row) => row('dns.count.queries')[0] === '1' && ['0', 'False'].includes(row('dns.flags.response')[0] ?? ''))
		.map((row) => `${row('frame.number')[0]} ${row('dns.qry.name')[0]}`);
}

function dnsByUs(frames: readonly DecodedFrame[]): string[] {
	return dnsQueries(frames).flatMap((query) =>
		query.frames.slice(0, query.queries).map((frame) => `${frame} ${query.name}`),
	);
}

/** What only tshark (`-`) or only we (`+`) say. */
function differences(theirs: readonly string[], ours: readonly string[]): string[] {
	const left = [...ours];
	const missing: string[] = [];
	for (const each of theirs) {
		const place = left.indexOf(each);
		if (place >= 0) left.splice(place, 1);
		else missing.push(`- ${each}`);
	}
	return [...missing, ...left.map((each) => `+ ${each}`)];
}

/** How our reading of the talks in a capture differs from tshark's. */
export interface TalkComparison {
	/** What only tshark (`-`) or only we (`+`) say of single packets. */
	readonly differ: readonly string[];
	/** Lengths of files that came over TFTP, and that only one of the two has put together. */
	readonly onlyOurs: readonly number[];
	readonly onlyTheirs: readonly number[];
}

/** @param names whether the names that were asked of DNS are compared */
export async function compareTalks(
	file: string,
	{ names = true }: { readonly names?: boolean } = {},
): Promise<TalkComparison> {
	const { rows, files, bodies } = await tsharkTalks(file);
	const frames = [...decodeFrames(readCapture(readFileSync(file)).frames)];
	const transfers = tftpTransfers(frames);
	const exchanges = httpExchanges(frames);
	const whole = transfers.flatMap(({ content }) => (content && content.length > 0 ? [content] : []));
	const without = (contents: readonly Uint8Array[], others: readonly Uint8Array[]) =>
		contents.filter((bytes) => !isAmong(others, bytes)).map(({ length }) => length);
	return {
		differ: [
			...differences(tftpByTshark(rows), tftpByUs(frames, transfers)),
			...differences(httpByTshark(rows), httpByUs(exchanges)),
			...unlikeTshark(exchanges, bodies),
			...(names ? differences(dnsByTshark(rows), dnsByUs(frames)) : []),
		],
		onlyOurs: without(whole, files),
		onlyTheirs: without(files, whole),
	};
}
