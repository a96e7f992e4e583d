import type { CaptureGap, DhcpEvent, TimelineEvent } from './session.ts';

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
export function gapsOf(events: readonly TimelineEvent[], { truncated, full, cutFrames }: CaptureFaults): CaptureGap[] {
	const cut = events.flatMap(({ frames }) => frames.filter((frame) => cutFrames.has(frame)));
	const gaps: CaptureGap[] = [];
	const gap = (code: string, message: string, frames: readonly number[] = []) => gaps.push({ code, message, frames });
	const dhcp = events.filter((event): event is DhcpEvent => 'packet' in event);
	const [first] = dhcp;
	const fromClient = dhcp.filter(({ packet }) => packet.op === 1);
	const fromServers = dhcp.filter(({ type }) => answers.includes(type));

	if (!first)
		gap(
			'no-dhcp',
			'the capture has no DHCP of this client; it may have begun later, or a filter left it out',
			firstFrames(events.slice(0, 1)),
		);
	else if (startsInTheMiddle(first)) {
		gap(
			'starts-in-the-middle',
			`the first DHCP packet of this client is ${article(first.type)}; the capture began after the client did`,
			firstFrames([first]),
		);
	}
	const selected = selectedUnseen(dhcp);
	if (fromServers.length > 0 && fromClient.length === 0) {
		gap(
			'one-direction',
			'the capture has answers of DHCP servers, but no request of the client',
			firstFrames(fromServers),
		);
	} else if (selected) {
		gap(
			'one-direction',
			'the client took an offer that is not in the capture: packets of servers are missing',
			firstFrames([selected]),
		);
	}
	for (const [code, what] of Object.entries(transferGaps)) {
		const faulty = events.filter((event) => hasIssue(event, code));
		if (faulty.length > 0) gap(code, `${what}: ${filesText(faulty.map(fileOf))}`, firstFrames(faulty));
	}
	if (cut.length > 0) {
		gap(
			'cut-frames',
			`the capture kept only the beginning of ${count(cut.length, 'frame')} of this client, first frame ${cut[0]}: record with a larger snap length (tcpdump -s 0)`,
			cut,
		);
	}
	const unreadable = events.filter(({ type }) => type === 'unreadable-dhcp');
	if (unreadable.length > 0) {
		gap('unreadable-dhcp', "there are DHCP packets of this client that can't be read", firstFrames(unreadable));
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

/** A REQUEST that names a server (RFC 2131 section 4.3.2) from which no offer was seen. */
function selectedUnseen(dhcp: readonly DhcpEvent[]): DhcpEvent | undefined {
	if (!dhcp.some(({ type }) => type === 'discover')) return undefined;
	return dhcp.find(({ type, packet }, place) => {
		const server = packet.options.tryGet('serverIdentifier');
		if (type !== 'request' || server === undefined) return false;
		return !dhcp.slice(0, place).some((earlier) => earlier.packet.op === 2 && earlier.packet.xid === packet.xid);
	});
}

/** Where one looks: at the request of a transfer, at the first of repeats. */
function firstFrames(events: readonly TimelineEvent[]): number[] {
	return events.flatMap(({ frames }) => frames.slice(0, 1));
}

/** Whether the event is a transfer of which the capture has that fault. */
function hasIssue(event: TimelineEvent, wanted: string): boolean {
	const { issues } = event.type === 'tftp' ? event.transfer : event.type === 'http' ? event.exchange : { issues: [] };
	return issues.some(({ code }) => code === wanted);
}

function fileOf(event: TimelineEvent): string {
	return event.type === 'tftp' ? event.transfer.filename : event.type === 'http' ? event.exchange.target : '';
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
