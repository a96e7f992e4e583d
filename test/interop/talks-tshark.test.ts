import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DecodedFrame, decodeFrames, dnsQueries, httpExchanges, readCapture, tftpTransfers } from 'pxekit/capture';
import { decodeTftp } from 'pxekit/tftp';
import { describe, expect, test } from 'vitest';
import { equalBytes } from '../../src/wire/bytes.ts';
import { run } from './lab/command.ts';

const root = new URL('../../', import.meta.url).pathname;
const own = join(root, 'fixtures/captures');
const foreign = join(root, '../shared/foreign/captures');

function capturesIn(folder: string): string[] {
	const names = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
	return names.filter((name) => /\.pcap(ng)?$/.test(name)).sort();
}

/** A row for each packet that passes the filter: the values of each field. */
async function fieldsOf(file: string, filter: string, fields: readonly string[]): Promise<string[][][]> {
	const columns = fields.flatMap((field) => ['-e', field]);
	// Everything as JSON: names and values may hold commas.
	const json = await run('tshark', ['-n', '-r', file, '-Y', filter, '-T', 'json', ...columns]);
	const packets = JSON.parse(json || '[]') as { _source: { layers: Record<string, string[]> } }[];
	return packets.map(({ _source: { layers } }) => fields.map((field) => layers[field] ?? []));
}

const tftpFields = [
	'frame.number',
	'tftp.opcode',
	'tftp.source_file',
	'tftp.destination_file',
	'tftp.type',
	'tftp.option.name',
	'tftp.option.value',
	'tftp.block',
	'tftp.error.code',
];

const opcodes = { rrq: 1, wrq: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;

/** What is the same for both in a TFTP packet, as text. */
async function tftpByTshark(file: string): Promise<string[]> {
	const rows = await fieldsOf(file, 'tftp', tftpFields);
	return rows.map(
		([frame, opcode, read = [], written = [], mode = [], names = [], values = [], block = [], error = []]) => {
			const options = names.map((name, i) => `${name}=${values[i] ?? ''}`);
			return [frame, opcode, read[0] ?? written[0] ?? '', ...mode, ...options, ...block, ...error].join(' ');
		},
	);
}

function tftpByUs(frames: readonly DecodedFrame[]): string[] {
	const byIndex = new Map(frames.map((frame) => [frame.index, frame]));
	const rows = tftpTransfers(frames).flatMap((transfer) =>
		transfer.frames.map((index) => {
			const frame = byIndex.get(index) as DecodedFrame;
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

/** The files that tshark puts together from TFTP. */
function exportedFiles(file: string): Uint8Array[] {
	const folder = mkdtempSync(join(tmpdir(), 'pxekit-objects-'));
	try {
		execFileSync('tshark', ['-n', '-q', '-r', file, '--export-objects', `tftp,${folder}`], { stdio: 'ignore' });
		return readdirSync(folder).map((name) => new Uint8Array(readFileSync(join(folder, name))));
	} finally {
		rmSync(folder, { recursive: true });
	}
}

const httpFields = [
	'tcp.srcport',
	'tcp.dstport',
	'http.request.method',
	'http.request.uri',
	'http.response.code',
	'http.content_length_header',
];

/** Requests and answers with the client's port. */
async function httpByTshark(file: string): Promise<string[]> {
	const talks: string[] = [];
	for (const row of await fieldsOf(file, 'http && tcp', httpFields)) {
		const [from = [], to = [], methods = [], uris = [], codes = [], lengths = []] = row;
		for (const [i, method] of methods.entries()) talks.push(`${from[0]} ${method} ${uris[i]}`);
		for (const [i, code] of codes.entries()) talks.push(`${to[0]} ${code} ${lengths[i] ?? ''}`);
	}
	return talks;
}

function httpByUs(frames: readonly DecodedFrame[]): string[] {
	return httpExchanges(frames).flatMap(({ client, method, target, status, contentLength }) => [
		...(method ? [`${client.port} ${method} ${target}`] : []),
		...(status ? [`${client.port} ${status} ${contentLength ?? ''}`] : []),
	]);
}

/** Names that were asked, by frame. */
async function dnsByTshark(file: string): Promise<string[]> {
	const rows = await fieldsOf(file, 'dns && udp.port == 53 && dns.count.queries == 1 && !icmp', [
		'frame.number',
		'dns.qry.name',
		'dns.flags.response',
		'dns.flags.rcode',
	]);
	return rows
		.filter(([, , response]) => response?.[0] === '0' || response?.[0] === 'False')
		.map(([frame, name]) => `${frame} ${name}`);
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

const onlyWholeAnswers = 'tshark shows the answers that the capture has all of, we their heads as well';

/** Where we and tshark differ on purpose: all else must agree. */
const known: Readonly<Record<string, { readonly why: string; readonly differ: readonly string[] }>> = {
	'ovmf_http-boot.pcap': { why: onlyWholeAnswers, differ: ['+ 1958 200 173792'] },
	'seladb_PcapPlusPlus/Tests__Pcap++Test__PcapExamples__raw_ip.pcap': {
		why: onlyWholeAnswers,
		differ: ['+ 35997 200 1151'],
	},
	'arkime_arkime/tests__pcap__arkime_synthetic.pcap': { why: 'GENEVE is not followed', differ: ['- 622 example.com'] },
	'ntop_nDPI/tests__cfgs__default__pcap__tftp.pcap': {
		why: 'a request whose options begin with an empty name, at which we stop',
		differ: ['- 1 1   = = = = =octet', '+ 1 1  '],
	},
	'the-tcpdump-group_tcpdump/tests__tftp-heapoverflow.pcap': {
		why: 'a request from port 69, not to it',
		differ: ['- 1 1 '],
	},
	'wireshark/tftp.pcap': { why: 'token ring is not read', differ: ['- 1 1 C:\\IBMTCPIP\\lccm.1 octet'] },
};

/** Names that were mutated are spelt in other ways, or not read. */
const mutatedNames = 'ntop_nDPI/tests__cfgs__default__pcap__fuzz-2006-06-26-2594.pcap';

/** tshark ends with an error on these. */
const refusedByTshark = /pcapgo__tests__.e__test901\.pcapng$/;

describe.each([
	['our', own],
	['others', foreign],
])('%s captures', (_, folder) => {
	const captures = capturesIn(folder).filter((name) => !refusedByTshark.test(name));
	test.skipIf(captures.length === 0)('there are some', () => {
		expect(captures.length).toBeGreaterThan(10);
	});

	test.each(captures)('%s', async (name) => {
		const file = join(folder, name);
		const frames = [...decodeFrames(readCapture(readFileSync(file)).frames)];
		const asked = dnsQueries(frames).flatMap((query) =>
			query.frames.slice(0, query.queries).map((frame) => `${frame} ${query.name}`),
		);
		const differ = [
			...differences(await tftpByTshark(file), tftpByUs(frames)),
			...differences(await httpByTshark(file), httpByUs(frames)),
			...(name === mutatedNames ? [] : differences(await dnsByTshark(file), asked)),
		];
		expect(differ).toEqual(known[name]?.differ ?? []);
		const whole = tftpTransfers(frames).flatMap(({ content }) => (content && content.length > 0 ? [content] : []));
		const exported = whole.length > 0 ? exportedFiles(file) : [];
		for (const content of whole) expect(exported.some((bytes) => equalBytes(bytes, content))).toBe(true);
	});
});
