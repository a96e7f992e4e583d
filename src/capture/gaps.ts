import type { Issue } from '../wire/issue.ts';
import type { DhcpEvent, TimelineEvent } from './session.ts';

/** What is known of the whole capture. */
export interface CaptureFaults {
	/** The file ends inside a record. */
	readonly truncated: boolean;
	/** There was more than is kept. */
	readonly full: boolean;
	/** Frames of which the capture has less than was on the wire. */
	readonly cutFrames: ReadonlySet<number>;
}

/** Issues of a transfer that are the capture's fault. */
const transferGaps: Readonly<Record<string, string>> = {
	'starts-in-the-middle': 'a transfer had begun before the capture did',
	'answer-not-captured': 'the client asks for a file and goes on, but the answer is not in the capture',
	'missing-blocks': 'blocks of a file are not in the capture',
	'missing-bytes': 'bytes of a file are not in the capture',
	'end-not-captured': 'the end of a transfer is not in the capture',
};

const answers: readonly TimelineEvent['type'][] = [
	'offer',
	'ack',
	'nak',
	'proxy-ack',
	'boot-server-ack',
	'bootp-reply',
];

/** What the capture can't show of a client. */
export function gapsOf(events: readonly TimelineEvent[], { truncated, full, cutFrames }: CaptureFaults): Issue[] {
	const cut = events.flatMap(({ frames }) => frames.filter((frame) => cutFrames.has(frame)));
	const gaps: Issue[] = [];
	const gap = (code: string, message: string) => gaps.push({ code, message });
	const dhcp = events.filter((event): event is DhcpEvent => 'packet' in event);
	const [first] = dhcp;
	const fromClient = dhcp.filter(({ packet }) => packet.op === 1);
	const fromServers = dhcp.filter(({ type }) => answers.includes(type));

	if (!first)
		gap('no-dhcp', 'the capture has no DHCP of this client; it may have begun later, or a filter left it out');
	else if (startsInTheMiddle(first)) {
		gap(
			'starts-in-the-middle',
			`the first DHCP packet of this client is ${article(first.type)}; the capture began after the client did`,
		);
	}
	if (fromServers.length > 0 && fromClient.length === 0) {
		gap('one-direction', 'the capture has answers of DHCP servers, but no request of the client');
	} else if (selectedUnseen(dhcp)) {
		gap('one-direction', 'the client took an offer that is not in the capture: packets of servers are missing');
	}
	for (const [code, what] of Object.entries(transferGaps)) {
		const files = events.flatMap((event) => filesWith(event, code));
		if (files.length > 0) gap(code, `${what}: ${filesText(files)}`);
	}
	if (cut.length > 0) {
		gap(
			'cut-frames',
			`the capture kept only the beginning of ${count(cut.length, 'frame')} of this client, first frame ${cut[0]}: record with a larger snap length (tcpdump -s 0)`,
		);
	}
	if (events.some(({ type }) => type === 'unreadable-dhcp')) {
		gap('unreadable-dhcp', "there are DHCP packets of this client that can't be read");
	}
	if (truncated) gap('file-truncated', 'the file ends inside a frame: what came after it is lost');
	if (full) gap('too-much', 'the capture has more clients or events than are kept');
	return gaps;
}

function startsInTheMiddle({ type, packet }: DhcpEvent): boolean {
	if (type === 'discover' || type === 'inform' || type.startsWith('bootp-')) return false;
	// A client that was on this network before begins with a REQUEST for its old address (RFC 2131 section 3.2).
	return !(type === 'request' && !packet.options.has('serverIdentifier') && packet.ciaddr === '0.0.0.0');
}

/** A REQUEST names a server (RFC 2131 section 4.3.2) from which no offer was seen. */
function selectedUnseen(dhcp: readonly DhcpEvent[]): boolean {
	if (!dhcp.some(({ type }) => type === 'discover')) return false;
	return dhcp.some(({ type, packet }, place) => {
		const server = packet.options.tryGet('serverIdentifier');
		if (type !== 'request' || server === undefined) return false;
		return !dhcp.slice(0, place).some((earlier) => earlier.packet.op === 2 && earlier.packet.xid === packet.xid);
	});
}

/** Files in the transfer of which the capture has that fault. */
function filesWith(event: TimelineEvent, code: string): string[] {
	if (event.type !== 'tftp' && event.type !== 'http') return [];
	const [issues, name] =
		event.type === 'tftp'
			? [event.transfer.issues, event.transfer.filename]
			: [event.exchange.issues, event.exchange.target];
	return issues.some((issue) => issue.code === code) ? [name] : [];
}

function filesText(files: readonly string[]): string {
	const [first = ''] = files;
	return `${first === '' ? 'a file whose name is not known' : first}${files.length > 1 ? ` and ${files.length - 1} more` : ''}`;
}

function article(type: string): string {
	const name = type.toUpperCase();
	return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}

function count(number: number, what: string): string {
	return `${number} ${what}${number === 1 ? '' : 's'}`;
}
