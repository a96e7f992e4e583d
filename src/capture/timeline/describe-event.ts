import { formatText } from '../../dhcp/format.ts';
import type { DhcpPacket } from '../../dhcp/index.ts';
import { requestedBootItem } from '../../pxe/boot-item.ts';
import { bootServerTypeName, decodePxeOptions } from '../../pxe/index.ts';
import { optionText } from '../../pxe/option-text.ts';
import type { TftpTransfer } from '../talks/transfer.ts';
import { transferLength } from '../talks/transfer-length.ts';
import type { ArpEvent, DhcpEvent, HttpEvent, IcmpEvent, OtherEvent, TftpEvent, TimelineEvent } from './session.ts';

/** How to say it. */
export interface DescribeOptions {
	/** Say how long transfers took. */
	readonly durations: boolean;
	/** The number that stands for a transaction. */
	readonly transaction: (xid: number) => string;
}

/** What happened, in one line; from whom to whom is told elsewhere. */
export function describeEvent(event: TimelineEvent, options: DescribeOptions): string {
	switch (event.type) {
		case 'tftp':
			return describeTftp(event, options);
		case 'http':
			return describeHttp(event, options);
		case 'arp':
			return describeArp(event);
		case 'icmp':
			return describeIcmp(event);
		case 'dns':
		case 'tcp':
			return describeOther(event);
		case 'unreadable-dhcp':
			return `unreadable DHCP packet: ${event.issue.message}`;
		default:
			return describeDhcp(event, options);
	}
}

/** Text from the wire: as it is where that is plain, in quotes and escaped where it is not; no passwords. */
export function shown(text: string): string {
	const quoted = formatText(text);
	return /^"[^\s"\\]+"$/.test(quoted) ? quoted.slice(1, -1) : quoted;
}

function joined(parts: readonly (string | false | undefined)[]): string {
	return parts.filter((part) => part !== false && part !== undefined && part !== '').join(', ');
}

const noAddress = '0.0.0.0';

function describeDhcp(event: DhcpEvent, { transaction }: DescribeOptions): string {
	const { packet, type, repeats, relay, cut } = event;
	const details = packet.op === 1 ? requestDetails(event) : replyDetails(packet);
	const heading = [dhcpNames[type] ?? 'DHCP', transaction(packet.xid)].filter((part) => part !== '').join(' ');
	return [
		heading,
		joined([
			...details,
			relay !== undefined && `through relay ${relay}`,
			repeats > 0 && `${repeats + 1} times`,
			cut && 'cut short by the capture',
		]),
	]
		.filter((part) => part !== '')
		.join(': ');
}

const dhcpNames: Readonly<Partial<Record<DhcpEvent['type'], string>>> = {
	discover: 'DISCOVER',
	offer: 'OFFER',
	request: 'REQUEST',
	ack: 'ACK',
	nak: 'NAK',
	decline: 'DECLINE',
	release: 'RELEASE',
	inform: 'INFORM',
	'bootp-request': 'BOOTP request',
	'bootp-reply': 'BOOTP reply',
	'proxy-request': 'PXE request',
	'proxy-ack': 'PXE answer',
	'boot-server-request': 'boot server request',
	'boot-server-ack': 'boot server answer',
};

function requestDetails({ packet, type }: DhcpEvent): (string | false)[] {
	const text = (name: Parameters<typeof optionText>[1]) => optionText(packet, name);
	const item = type === 'boot-server-request' ? requestedBootItem(packet) : undefined;
	const address = packet.options.tryGet('requestedIpAddress') ?? (packet.ciaddr === noAddress ? '' : packet.ciaddr);
	const server = packet.options.tryGet('serverIdentifier') ?? '';
	const speaks = type === 'discover' || type === 'inform' || type === 'bootp-request' || type === 'request';
	const userClass = packet.options.tryGet('userClass')?.text.join(' ') ?? '';
	return [
		item !== undefined && `type ${item.type} (${bootServerTypeName(item.type)}), layer ${item.layer}`,
		address !== '' && (type === 'request' || type === 'decline' || type === 'release') && address,
		server !== '' && `of ${server}`,
		speaks && text('vendorClassIdentifier') !== '' && shown(text('vendorClassIdentifier')),
		speaks && userClass !== '' && `user class ${shown(userClass)}`,
	];
}

function replyDetails(packet: DhcpPacket): (string | false)[] {
	const text = (name: Parameters<typeof optionText>[1]) => optionText(packet, name);
	const labelled = (label: string, value: string) => value !== '' && `${label} ${shown(value)}`;
	const server = packet.options.tryGet('serverIdentifier') ?? '';
	const file = text('bootfileName');
	return [
		packet.yiaddr !== noAddress && packet.yiaddr,
		server !== '' && `server ${server}`,
		packet.siaddr !== noAddress && `next server ${packet.siaddr}`,
		labelled('server name', packet.sname),
		labelled('option 66', text('tftpServerName')),
		labelled('file', packet.file),
		file !== packet.file && labelled('option 67', file),
		labelled('root path', text('rootPath')),
		labelled('configuration', text('pathPrefix') + text('configurationFile')),
		labelled('class', text('vendorClassIdentifier')),
		menuDetails(packet),
		labelled('message', text('message')),
	];
}

function menuDetails(packet: DhcpPacket): string | false {
	const block = packet.options.bytes('vendorSpecificInformation');
	if (!block || !optionText(packet, 'vendorClassIdentifier').startsWith('PXEClient')) return false;
	const { bootMenu, menuPrompt } = decodePxeOptions(block).values;
	if (!bootMenu) return false;
	const entries = bootMenu.slice(0, 9).map(({ text }) => shown(text));
	const more = bootMenu.length > entries.length ? ' …' : '';
	return joined([`menu ${entries.join(' | ')}${more}`, menuPrompt && `prompt ${shown(menuPrompt.text)}`]);
}

function describeArp({ purpose, address, answers, requests, askerMac }: ArpEvent): string {
	const times = requests > 1 ? `, ${requests} times` : '';
	if (purpose === 'announcement') return `ARP: ${address} is at ${askerMac}${times}`;
	const question = purpose === 'probe' ? `does anybody have ${address}` : `who has ${address}`;
	const answer = answers.length > 0 ? answers.join(' and ') : purpose === 'probe' ? 'nobody' : 'no answer';
	return `ARP: ${question}${times}: ${answer}`;
}

function describeIcmp({ error }: IcmpEvent): string {
	const port = error.destinationPort === undefined ? '' : ` port ${error.destinationPort}`;
	const about = error.destination === undefined ? '' : `, about ${error.destination}${port}`;
	const kind = error.kind === 'other' ? `type ${error.type} code ${error.code}` : error.kind.replaceAll('-', ' ');
	return `ICMP ${kind}${about}${error.mtu === undefined ? '' : `, at most ${error.mtu} bytes`}`;
}

function describeOther({ type, summary, answered, to, query, connection }: OtherEvent): string {
	if (type === 'dns') {
		const again = query && query.queries > 1 ? `, ${query.queries} times` : '';
		return `DNS ${query ? `${query.type} ` : ''}${shown(summary)}${again}: ${dnsOutcome(query, answered)}`;
	}
	return `TCP port ${to.port}: ${joined([
		summary === 'unknown' ? 'the answer is not in the capture' : shown(summary),
		connection && connection.attempts > 1 && `${connection.attempts} attempts`,
		connection?.reset && 'then reset',
	])}`;
}

function dnsOutcome(query: OtherEvent['query'], answered: boolean): string {
	if (!query) return answered ? 'answered' : 'no address';
	if (query.outcome === 'address') return query.addresses.join(', ');
	return query.outcome === 'unknown' ? 'the answer is not in the capture' : query.outcome.replaceAll('-', ' ');
}

function describeTftp({ transfer, ...place }: TftpEvent, { durations }: DescribeOptions): string {
	const { kind, filename, outcome, bytes, requests, blockSize, windowSize } = transfer;
	const file = filename === '' ? 'a file whose name is not in the capture' : shown(filename);
	const again = requests > 1 && outcome !== 'unanswered' ? `, asked ${requests} times` : '';
	const size = transferLength(transfer);
	const verb = kind === 'read' ? 'TFTP' : 'TFTP write';
	switch (outcome) {
		case 'probe':
			return `${verb} ${file}: size asked, ${sizeTold(transfer)}${again}`;
		case 'unanswered':
			return `${verb} ${file}: no answer to ${requests} request${requests === 1 ? '' : 's'}`;
		case 'refused':
		case 'aborted':
			return `${verb} ${file}: ${outcome === 'refused' ? 'refused' : 'ended by the client'}${errorText(transfer)}${again}`;
		default:
			break;
	}
	const seconds = durations ? secondsOf(place.time, place.end) : undefined;
	return `${verb} ${file}: ${joined([
		bytes === 0 && outcome === 'unknown' ? 'the answer is not in the capture' : `${size} bytes`,
		outcome === 'stalled' && 'then silence',
		outcome === 'unknown' && bytes > 0 && 'the end is not in the capture',
		outcome === 'complete' && seconds !== undefined && `${seconds.toFixed(3)} s`,
		outcome === 'complete' && seconds !== undefined && seconds > 0 && rate(size / seconds),
		bytes > 0 && blockSize !== 512 && `blocks of ${blockSize}`,
		windowSize > 1 && `window ${windowSize}`,
		...troubles(transfer),
	])}${again}`;
}

function sizeTold({ announcedSize, issues }: TftpTransfer): string {
	if (announcedSize !== undefined) return `${announcedSize} bytes`;
	const unseen = issues.some(({ code }) => code === 'answer-not-captured');
	return unseen ? 'the answer is not in the capture' : 'none told';
}

function troubles({ retransmits, outOfOrder, missingBlocks, fragmented }: TftpTransfer): (string | false)[] {
	return [
		retransmits > 0 && `${retransmits} sent again`,
		outOfOrder > 0 && `${outOfOrder} out of order`,
		missingBlocks > 0 && `${missingBlocks} blocks not in the capture`,
		fragmented > 0 && `${fragmented} in fragments`,
	];
}

function errorText({ error }: TftpTransfer): string {
	return error === undefined ? '' : `, ERROR ${error.code} ${shown(error.message)}`;
}

function describeHttp({ exchange, ...place }: HttpEvent, { durations }: DescribeOptions): string {
	const { method, url, status, reason, contentLength, reset, outcome, bytes } = exchange;
	const seconds = durations ? secondsOf(place.time, place.end) : undefined;
	return `HTTP ${shown(method)} ${shown(url)}: ${joined([
		status === undefined
			? outcome === 'unanswered'
				? 'no answer'
				: 'the answer is not in the capture'
			: `${status}${reason ? ` ${shown(reason)}` : ''}`,
		outcome === 'incomplete' && `broken off after ${bytes} bytes`,
		contentLength !== undefined && `${contentLength} bytes`,
		seconds !== undefined && status !== undefined && `${seconds.toFixed(3)} s`,
		reset && 'connection reset',
	])}`;
}

function secondsOf(start: bigint | undefined, end: bigint | undefined): number | undefined {
	return start === undefined || end === undefined ? undefined : Number(end - start) / 1e9;
}

function rate(bytesPerSecond: number): string {
	if (bytesPerSecond >= 1e6) return `${(bytesPerSecond / 1e6).toFixed(1)} MB/s`;
	if (bytesPerSecond >= 1e3) return `${(bytesPerSecond / 1e3).toFixed(1)} kB/s`;
	return `${Math.round(bytesPerSecond)} B/s`;
}
