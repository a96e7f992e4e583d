import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { bootTimeline, type DhcpEvent, readCapture, type TimelineEvent } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';

const foreign = new URL('../../../shared/foreign/captures/', import.meta.url);
const own = new URL('../../fixtures/captures/', import.meta.url);

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
function tsharkFacts(file: URL): Map<number, Facts> {
	const columns = fields.flatMap((field) => ['-e', field]);
	const options = [
		'-n',
		'-r',
		file.pathname,
		'-Y',
		'dhcp and not icmp',
		'-T',
		'fields',
		'-E',
		'occurrence=a',
		...columns,
	];
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

/** So many whole DHCP frames are in the files: fewer would mean that some are not looked at. */
const fewestFrames = 100;

/** Where we read otherwise, and why. A key is the beginning of a difference. */
const reasons: Readonly<Record<string, string>> = {
	'ntop_nDPI/tests__cfgs__default__pcap__dhcp-fuzz.pcapng frame 1: dhcp.option.dhcp ours other':
		'message type 106 is not one of DHCP',
	'ntop_nDPI/tests__cfgs__default__pcap__dhcp-fuzz.pcapng frame 1: dhcp.option.type':
		'option 60 says more bytes than are left; tshark lists it, we have it in the issues',
	'the-tcpdump-group_tcpdump/tests__bootp_asan.pcap frame 1: no event':
		'the first fragment of a datagram of which there is no more: it is not put together',
	'the-tcpdump-group_tcpdump/tests__bootp_asan-2.pcap frame 1: no event': 'the same',
	'the-tcpdump-group_tcpdump/tests__ieee802.11_htc.pcap frame 1: no event': '802.11 frames are not read',
};

function differences(
	folder: URL,
	name: string,
): { readonly found: string[]; readonly frames: number; readonly cutFrames: number } {
	const file = new URL(name, folder);
	const theirs = tsharkFacts(file);
	if (theirs.size === 0) return { found: [], frames: 0, cutFrames: 0 };
	const sessions = bootTimeline(readCapture(readFileSync(file)));
	const events = sessions.flatMap(({ stages }) => stages.flatMap((stage) => stage.events));
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
		const unknown = event.frames.filter((frame) => !theirs.has(frame));
		if (unknown.length > 0) found.push(`${name} frame ${unknown.join(' ')}: DHCP for us, not for tshark`);
	}
	return { found, frames: theirs.size, cutFrames };
}

function capturesIn(folder: URL): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.pcap(?:ng)?$/.test(name));
}

test('own captures, failures too: every DHCP frame is in one event, with the values that tshark reads', () => {
	const results = capturesIn(own).map((name) => differences(own, name));
	expect(results.flatMap(({ found }) => found)).toEqual([]);
	expect(results.every(({ frames }) => frames > 0)).toBe(true);
});

describe.skipIf(!existsSync(foreign))('others’ captures', () => {
	test('every DHCP frame is in one event, with the values that tshark reads', () => {
		const results = capturesIn(foreign).map((name) => differences(foreign, name));
		const found = results.flatMap((result) => result.found);
		const keys = Object.keys(reasons);
		expect(found.filter((line) => !keys.some((key) => line.startsWith(key)))).toEqual([]);
		expect(keys.filter((key) => !found.some((line) => line.startsWith(key)))).toEqual([]);
		const frames = results.reduce((sum, result) => sum + result.frames - result.cutFrames, 0);
		expect(frames).toBeGreaterThanOrEqual(fewestFrames);
	});
});
