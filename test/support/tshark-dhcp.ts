import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { bootTimeline, type DhcpEvent, decodeFrames, readCapture, type TimelineEvent } from 'pxekit/capture';

const fields = [
	'frame.number',
	'frame.len',
	'frame.cap_len',
	'dhcp.type',
	'dhcp.option.dhcp',
	'dhcp.id',
	'dhcp.ip.your',
	'dhcp.ip.server',
	'dhcp.option.dhcp_server_id',
	'dhcp.option.type',
] as const;

const compared = fields.filter((field) => field.startsWith('dhcp.'));

type Facts = Readonly<Partial<Record<(typeof fields)[number], string>>>;

/** What tshark reads in the DHCP frames of a file, and not in quotations of ICMP; values of a field that stands more than once with commas between. */
function tsharkFacts(file: string): Map<number, Facts> {
	const columns = fields.flatMap((field) => ['-e', field]);
	const options = ['-n', '-r', file, '-Y', 'dhcp and not icmp', '-T', 'fields', '-E', 'occurrence=a', ...columns];
	// A file that is broken further down is no success for tshark, but it tells what it has read.
	const { stdout, error } = spawnSync('tshark', options, { encoding: 'utf8' });
	if (error) throw error;
	const rows = stdout.split('\n').filter((line) => line !== '');
	return new Map(
		rows.map((line) => {
			const values = line.split('\t');
			const facts = Object.fromEntries(fields.map((field, place) => [field, values[place] ?? ''])) as Facts;
			return [Number(facts['frame.number']), facts];
		}),
	);
}

const messageTypes: readonly DhcpEvent['type'][] = [
	'discover',
	'offer',
	'request',
	'decline',
	'ack',
	'nak',
	'release',
	'inform',
];

/** PXE's own requests and answers are REQUEST and ACK on another port, or with a boot item. */
const plainTypes: Readonly<Partial<Record<TimelineEvent['type'], DhcpEvent['type']>>> = {
	'proxy-request': 'request',
	'boot-server-request': 'request',
	'proxy-ack': 'ack',
	'boot-server-ack': 'ack',
};

/** Ours in the form of {@link tsharkFacts}; the type as the event says it. */
function ourFacts(event: DhcpEvent): Facts {
	const { packet } = event;
	const type = plainTypes[event.type] ?? event.type;
	const number = messageTypes.indexOf(type) + 1;
	const codes = packet.options.entries().map(({ code }) => code);
	return {
		'dhcp.type': String(packet.op),
		'dhcp.option.dhcp': number > 0 ? String(number) : type === 'other' ? 'other' : '',
		'dhcp.id': `0x${packet.xid.toString(16).padStart(8, '0')}`,
		'dhcp.ip.your': packet.yiaddr,
		'dhcp.ip.server': packet.siaddr,
		'dhcp.option.dhcp_server_id': packet.options.tryGet('serverIdentifier') ?? '',
		'dhcp.option.type': codes.join(','),
	};
}

/** Pads and End are options to tshark. */
function withoutPads(codes: string): string {
	return codes
		.split(',')
		.filter((code) => code !== '0' && code !== '255')
		.join(',');
}

/** Where our timeline of a capture differs from what tshark reads in its DHCP frames. */
export function dhcpDifferences(
	name: string,
	file: string,
): { readonly found: string[]; readonly frames: number; readonly cutFrames: number } {
	const theirs = tsharkFacts(file);
	if (theirs.size === 0) return { found: [], frames: 0, cutFrames: 0 };
	const capture = readCapture(readFileSync(file));
	const sessions = bootTimeline(capture);
	const events = sessions.flatMap(({ stages }) => stages.flatMap((stage) => stage.events));
	const decoded = [...decodeFrames(capture.frames)];
	// The frame that completes a datagram is the one that tshark lists.
	const parts = new Set(decoded.filter(({ ip }) => ip?.fragment && !ip.fragment.frames).map(({ index }) => index));
	const found: string[] = [];
	let cutFrames = 0;
	for (const [frame, facts] of theirs) {
		const [event, ...more] = events.filter(({ frames }) => frames.includes(frame));
		const place = `${name} frame ${frame}`;
		if (!event) found.push(`${place}: no event`);
		else if (more.length > 0) found.push(`${place}: ${more.length + 1} events`);
		// Of a packet that the capture cut, tshark reads no options, and mostly nothing at all.
		else if (facts['dhcp.option.type'] === '' && facts['frame.cap_len'] !== facts['frame.len']) {
			cutFrames++;
			if (!('cut' in event && event.cut)) found.push(`${place}: not said to be cut`);
		} else if (!('packet' in event)) found.push(`${place}: ${event.type}`);
		else {
			const ours = ourFacts(event);
			for (const field of compared) {
				const their = field === 'dhcp.option.type' ? withoutPads(facts[field] ?? '') : facts[field];
				if (ours[field] !== their) found.push(`${place}: ${field} ours ${ours[field]}, tshark's ${their}`);
			}
		}
	}
	for (const event of events) {
		if (!('packet' in event) && event.type !== 'unreadable-dhcp') continue;
		// Of a packet that the capture cut, tshark may say nothing at all.
		if ('cut' in event && event.cut) continue;
		const unknown = event.frames.filter((frame) => !theirs.has(frame) && !parts.has(frame));
		if (unknown.length > 0) found.push(`${name} frame ${unknown.join(' ')}: DHCP for us, not for tshark`);
	}
	return { found, frames: theirs.size, cutFrames };
}
