import { spawnSync } from 'node:child_process';
import { type CaptureFrame, type DecodedFrame, decodeFrames } from 'pxekit/capture';

/** tshark's fields for what a {@link DecodedFrame} has. */
const fields = [
	'frame.number',
	'eth.src',
	'eth.dst',
	'sll.src.eth',
	'ieee8021ad.svid',
	'ieee8021ad.cvid',
	'ieee8021ad.id',
	'vlan.id',
	'ip.src',
	'ip.dst',
	'ip.proto',
	'ip.ttl',
	'ip.checksum.status',
	'ip.fragment',
	'ipv6.src',
	'ipv6.dst',
	'ipv6.hlim',
	'ipv6.fragment',
	'udp.srcport',
	'udp.dstport',
	'udp.length',
	'udp.checksum.status',
	'udp.payload',
	'tcp.srcport',
	'tcp.dstport',
	'tcp.seq_raw',
	'tcp.ack_raw',
	'tcp.flags',
	'tcp.len',
	'arp.opcode',
	'arp.src.hw_mac',
	'arp.src.proto_ipv4',
	'arp.dst.hw_mac',
	'arp.dst.proto_ipv4',
	'icmp.type',
	'icmp.code',
	'icmp.mtu',
	'icmpv6.type',
	'icmpv6.code',
	'icmpv6.mtu',
	'frame.protocols',
] as const;

type Field = (typeof fields)[number];

/** One frame in words that both readers have; `''` where there is nothing. */
export type FrameRow = Readonly<Record<string, string>>;

const options = [
	'udp.check_checksum:TRUE',
	'ip.check_checksum:TRUE',
	// Headers as they stand in each frame.
	'tcp.desegment_tcp_streams:FALSE',
	'tcp.relative_sequence_numbers:FALSE',
];

/** What tshark says of each frame of a capture. */
export function tsharkFrames(file: string): FrameRow[] {
	// It ends with an error for a file that ends inside a frame, and prints those before it all the same.
	const { stdout, error } = spawnSync(
		'tshark',
		[
			...['-n', '-r', file, '-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=|'],
			...options.flatMap((option) => ['-o', option]),
			...fields.flatMap((field) => ['-e', field]),
		],
		{ encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] },
	);
	if (error !== undefined) throw error;
	return stdout
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => {
			const cells = line.split('\t');
			return rowOfTshark((field) => (cells[fields.indexOf(field)] ?? '').split('|'));
		});
}

const verdicts: Readonly<Record<string, string>> = { 0: 'bad', 1: 'good', 2: 'unchecked', 3: 'absent', 4: 'bad' };

function rowOfTshark(values: (field: Field) => string[]): FrameRow {
	const first = (field: Field) => values(field)[0] as string;
	const error = isError(first('icmp.type'), first('icmpv6.type'));
	// tshark lists the headers of a datagram that an error quotes behind those of the packet itself.
	const sources = [...values('ip.src'), ...values('ipv6.src')].filter(Boolean);
	const destinations = [...values('ip.dst'), ...values('ipv6.dst')].filter(Boolean);
	const whole = !error;
	const mtu = first('icmp.mtu') || first('icmpv6.mtu');
	return {
		source: first('eth.src') || first('sll.src.eth'),
		destination: first('eth.dst'),
		vlans: [
			...values('ieee8021ad.svid'),
			...values('ieee8021ad.cvid'),
			...values('ieee8021ad.id'),
			...values('vlan.id'),
		]
			.filter(Boolean)
			.join(),
		ip: [sources[0], destinations[0]].join('>'),
		ttl: first('ip.ttl') || first('ipv6.hlim'),
		ipChecksum: first('ip.checksum.status') === '0' ? 'bad' : '',
		// tshark lists them by their offset.
		fragments: ascending([...values('ip.fragment'), ...values('ipv6.fragment')].filter(Boolean).map(Number)).join(),
		udp: whole ? [first('udp.srcport'), first('udp.dstport'), first('udp.length')].join() : ',,',
		udpChecksum: whole && first('udp.srcport') !== '' ? (verdicts[first('udp.checksum.status')] ?? 'unchecked') : '',
		payload: whole && first('udp.srcport') !== '' ? first('udp.payload') : '',
		tcp: whole
			? [first('tcp.srcport'), first('tcp.dstport'), first('tcp.seq_raw'), first('tcp.ack_raw')].join()
			: ',,,',
		tcpFlags: whole && first('tcp.flags') !== '' ? flagsOf(Number(first('tcp.flags'))) : '',
		tcpLength: whole ? first('tcp.len') : '',
		arp: [
			first('arp.opcode'),
			first('arp.src.hw_mac'),
			first('arp.src.proto_ipv4'),
			first('arp.dst.hw_mac'),
			first('arp.dst.proto_ipv4'),
		].join(),
		icmp: error ? [first('icmp.type') + first('icmpv6.type'), first('icmp.code') + first('icmpv6.code')].join() : ',',
		icmpMtu: mtu === '0' ? '' : mtu,
		icmpAbout: error
			? [
					sources[1],
					destinations[1],
					first('udp.srcport') || first('tcp.srcport'),
					first('udp.dstport') || first('tcp.dstport'),
				].join()
			: ',,,',
	};
}

/** The same of a frame as this package reads it. */
export function rowOfDecoded({ link, ip, udp, tcp, arp, icmp, payload, issues }: DecodedFrame): FrameRow {
	const operations = { request: 1, reply: 2 };
	return {
		source: link?.source ?? '',
		destination: link?.destination ?? '',
		vlans: (link?.vlans ?? []).join(),
		ip: [ip?.source, ip?.destination].join('>'),
		ttl: String(ip?.ttl ?? ''),
		ipChecksum: issues.some(({ code }) => code === 'ip-checksum' || code === 'ip-checksum-offloaded') ? 'bad' : '',
		fragments: ascending(ip?.fragment?.frames ?? []).join(),
		udp: [udp?.sourcePort, udp?.destinationPort, udp?.length].join(),
		udpChecksum: udp === undefined ? '' : udp.checksum === 'offloaded' ? 'bad' : udp.checksum,
		payload: udp === undefined ? '' : Buffer.from(payload).toString('hex'),
		tcp: [tcp?.sourcePort, tcp?.destinationPort, tcp?.sequence, tcp?.acknowledgement].join(),
		tcpFlags: tcp === undefined ? '' : `${+tcp.flags.fin}${+tcp.flags.syn}${+tcp.flags.rst}${+tcp.flags.ack}`,
		tcpLength: tcp === undefined ? '' : String(payload.length),
		arp: arp
			? [
					typeof arp.operation === 'number' ? arp.operation : operations[arp.operation],
					arp.senderMac,
					arp.senderIp,
					arp.targetMac,
					arp.targetIp,
				].join()
			: ',,,,',
		icmp: [icmp?.type, icmp?.code].join(),
		icmpMtu: String(icmp?.mtu ?? ''),
		icmpAbout: [icmp?.source, icmp?.destination, icmp?.sourcePort, icmp?.destinationPort].join(),
	};
}

/** Frames of which tshark says something else, and in what. */
export function frameDifferences(frames: Iterable<CaptureFrame>, rows: readonly FrameRow[]): string[] {
	return [...decodeFrames(frames)].flatMap((decoded) => {
		const ours = rowOfDecoded(decoded);
		const theirs = rows[decoded.index - 1] as FrameRow;
		const fields = Object.keys(ours).filter((field) => ours[field] !== theirs[field]);
		return fields.length > 0 ? [`${decoded.index}: ${fields.join(' ')}`] : [];
	});
}

/** A row that is short enough to keep: only what the frame has, and of the payload how long it is. */
export function shortRow({ payload = '', ...row }: FrameRow): FrameRow {
	const cells = Object.entries({ ...row, payloadLength: payload === '' ? '' : String(payload.length / 2) });
	return Object.fromEntries(cells.filter(([, value]) => /[^,>]/.test(value)));
}

function ascending(numbers: readonly number[]): number[] {
	return [...numbers].sort((a, b) => a - b);
}

function flagsOf(bits: number): string {
	return [1, 2, 4, 16].map((bit) => ((bits & bit) !== 0 ? 1 : 0)).join('');
}

/** Types of ICMP that quote a datagram: RFC 792, RFC 4443. */
function isError(icmp: string, icmpv6: string): boolean {
	return ['3', '4', '5', '11', '12'].includes(icmp) || ['1', '2', '3', '4'].includes(icmpv6);
}
