import type { FirmwareConsole } from '../../../pxe/firmware-errors.ts';
import type { BootClient } from '../../../pxe/identify-client.ts';
import { identifyClient } from '../../../pxe/identify-client.ts';
import { optionText } from '../../../pxe/option-text.ts';
import { decodePxeOptions, type PxeOptions } from '../../../pxe/pxe-options.ts';
import { type ReplyView, viewReply } from '../../../pxe/reply-view.ts';
import type {
	ArpEvent,
	BootSession,
	BootStage,
	DhcpEvent,
	HttpEvent,
	IcmpEvent,
	OtherEvent,
	TftpEvent,
	TimelineEvent,
} from '../../timeline/session.ts';
import { type FetchedFile, filesOf } from './fetched-file.ts';
import { groupedBy } from './grouped.ts';

/** A server's packet, the request that it answers, and both taken apart for the rules of `checkReply`. */
export interface JudgedReply {
	readonly request: DhcpEvent;
	readonly reply: DhcpEvent;
	readonly stage: StageView;
	readonly view: ReplyView;
}

/** The requests and replies of one search for an address: one transaction number. */
export interface Attempt {
	readonly discovers: readonly DhcpEvent[];
	readonly offers: readonly DhcpEvent[];
	readonly requests: readonly DhcpEvent[];
	readonly acks: readonly DhcpEvent[];
	readonly naks: readonly DhcpEvent[];
}

/** A stage with what the checks ask of it. */
export interface StageView {
	readonly stage: BootStage;
	readonly index: number;
	readonly client: BootClient | undefined;
	/** On which screen errors are read; `undefined` for loaders and kernels, whose words differ from build to build. */
	readonly console: FirmwareConsole | undefined;
	readonly events: readonly TimelineEvent[];
	readonly dhcp: readonly DhcpEvent[];
	readonly attempts: readonly Attempt[];
	readonly files: readonly FetchedFile[];
	/** When the last of the whole files was asked for. */
	readonly lastWhole: bigint | undefined;
	/** A file came whole. */
	readonly succeeded: boolean;
	/** The next program took over, and no new start of the firmware. */
	readonly handedOver: boolean;
	/** One of both: what was said to the client was good enough for it. */
	readonly wentOn: boolean;
	/** This came to nothing, but the firmware's next try, as HTTP boot after PXE, got a file, or at least the name of one. */
	readonly madeGood: boolean;
}

/** A session taken apart once, for all checks. */
export interface SessionView {
	readonly session: BootSession;
	/** Whether this is a machine that boots from the network at all, and not a running one that only wants an address. */
	readonly boots: boolean;
	readonly stages: readonly StageView[];
	readonly events: readonly TimelineEvent[];
	readonly dhcp: readonly DhcpEvent[];
	/** All that were not cut, and whose request is in the capture. */
	readonly replies: readonly JudgedReply[];
	readonly files: readonly FetchedFile[];
	readonly arp: readonly ArpEvent[];
	readonly tftp: readonly TftpEvent[];
	readonly http: readonly HttpEvent[];
	readonly icmp: readonly IcmpEvent[];
	readonly other: readonly OtherEvent[];
	/** The stage that an event belongs to. */
	stageOf(event: TimelineEvent): StageView | undefined;
	/** The client was answered, as what it did next shows, but the capture has no packet of any server. */
	readonly onlyClientSeen: boolean;
	/** Seconds from a time to the end of the capture; 0 where its times can't be trusted. */
	secondsSince(time: bigint | undefined): number;
	/** What the client itself did at that time or later; servers' packets do not count. */
	clientActsAfter(time: bigint | undefined): boolean;
}

function consoleOf({ kind, name }: BootStage, client: BootClient | undefined): FirmwareConsole | undefined {
	if (kind === 'kernel') return undefined;
	if (kind === 'ipxe' || client?.ipxe) return 'ipxe';
	if (/u-boot/i.test(name) || client?.architecture.firmware === 'u-boot') return 'u-boot';
	if (kind === 'loader' || !client) return undefined;
	if (client.architecture.firmware === 'uefi') return client.kind === 'http' ? 'uefi-http' : 'uefi';
	if (client.architecture.firmware !== 'bios') return undefined;
	return name.startsWith('Raspberry Pi') ? 'raspberry-pi' : 'bios';
}

const dhcpTypes: ReadonlySet<string> = new Set<DhcpEvent['type']>([
	'discover',
	'offer',
	'request',
	'ack',
	'nak',
	'decline',
	'release',
	'inform',
	'bootp-request',
	'bootp-reply',
	'proxy-request',
	'proxy-ack',
	'boot-server-request',
	'boot-server-ack',
]);

export function isDhcp(event: TimelineEvent): event is DhcpEvent {
	return dhcpTypes.has(event.type);
}

function ofType<E extends TimelineEvent>(events: readonly TimelineEvent[], ...types: readonly string[]): E[] {
	return events.filter((event) => types.includes(event.type)) as E[];
}

/** Whether the packet is a server's. */
export function isReply({ packet }: DhcpEvent): boolean {
	return packet.op === 2;
}

function attemptsOf(dhcp: readonly DhcpEvent[]): Attempt[] {
	const byTransaction = groupedBy(dhcp, ({ packet }) => packet.xid);
	return [...byTransaction.values()]
		.map((events) => ({
			discovers: ofType<DhcpEvent>(events, 'discover', 'bootp-request'),
			offers: ofType<DhcpEvent>(events, 'offer', 'bootp-reply'),
			requests: ofType<DhcpEvent>(events, 'request'),
			acks: ofType<DhcpEvent>(events, 'ack'),
			naks: ofType<DhcpEvent>(events, 'nak'),
		}))
		.filter(
			({ discovers, offers, requests, acks }) => discovers.length + offers.length + requests.length + acks.length > 0,
		);
}

/** UEFI sends its question again after 1, 2, 3 and 4 s (EDK2 PxeBcBoot.c), ROMs sooner. */
const answerWait = 4;
/** iPXE gives up after so many. */
const lastTry = 4;

/** Whether the capture watched these questions long enough to say that nobody answers. */
export function isWatched(asked: readonly DhcpEvent[], secondsSince: SessionView['secondsSince']): boolean {
	const times = asked.reduce((sum, event) => sum + event.repeats + 1, 0);
	return asked.length > 0 && (times >= lastTry || secondsSince(asked[0]?.time) >= answerWait);
}

/** Hosts that the client asked on port 4011, and heard nothing of. Who never asked can't tell. */
function silentOn4011(dhcp: readonly DhcpEvent[], secondsSince: SessionView['secondsSince']): ReadonlySet<string> {
	const asked = groupedBy(
		dhcp.filter(({ type }) => type === 'proxy-request'),
		({ to }) => to.address,
	);
	for (const { type, from } of dhcp) if (type === 'proxy-ack') asked.delete(from.address);
	return new Set([...asked].filter(([, requests]) => isWatched(requests, secondsSince)).map(([address]) => address));
}

const xidOf = ({ packet }: DhcpEvent): number => packet.xid;

/**
 * Each reply with the request before it that has its transaction number, or else with the last request. Packets that
 * were cut would be accused of what is only missing in the capture.
 */
function repliesOf(stages: readonly StageView[], secondsSince: SessionView['secondsSince']): JudgedReply[] {
	const byTransaction = new Map<number, DhcpEvent>();
	const ownTransactions = new Set(stages.flatMap(({ dhcp }) => dhcp.filter((event) => !isReply(event)).map(xidOf)));
	let last: DhcpEvent | undefined;
	const judged: JudgedReply[] = [];
	const silent = silentOn4011(
		stages.flatMap(({ dhcp }) => dhcp),
		secondsSince,
	);
	for (const stage of stages) {
		for (const event of stage.dhcp) {
			if (!isReply(event)) {
				last = event;
				byTransaction.set(event.packet.xid, event);
				continue;
			}
			const own = byTransaction.get(event.packet.xid);
			// The client goes on with this transaction: its request is not in the capture, or stands behind the reply.
			if (!own && ownTransactions.has(event.packet.xid)) continue;
			const request = own ?? last;
			if (!request || request.cut || event.cut) continue;
			const port = event.from.port === 4011 || request.to.port === 4011 ? 4011 : 67;
			const answersPort4011 = !silent.has(event.from.address);
			const view = viewReply(request.packet, event.bytes, { port, answersPort4011 });
			judged.push({ request, reply: event, stage, view });
		}
	}
	return judged;
}

const byServers: ReadonlySet<string> = new Set([
	'offer',
	'ack',
	'nak',
	'bootp-reply',
	'proxy-ack',
	'boot-server-ack',
	'icmp',
]);

/** The clock of a capture without times stands still. */
function isBefore(a: bigint | undefined, b: bigint | undefined): boolean {
	return a !== undefined && b !== undefined && a < b;
}

function viewStage(stage: BootStage, index: number, stages: readonly BootStage[]): Omit<StageView, 'madeGood'> {
	const dhcp = stage.events.filter(isDhcp);
	const files = filesOf(stage);
	// Requests to port 4011 tell too, in a capture that begins with them.
	const client = stage.client ?? dhcp.map(({ packet }) => identifyClient(packet)).find((known) => known !== undefined);
	const next = stages[index + 1];
	const succeeded = files.some(({ complete }) => complete);
	const handedOver = next !== undefined && next.kind !== 'rom';
	return {
		stage,
		index,
		client,
		console: consoleOf(stage, client),
		events: stage.events,
		dhcp,
		attempts: attemptsOf(dhcp),
		files,
		lastWhole: files
			.filter(({ complete }) => complete)
			.reduce<bigint | undefined>(
				(latest, { time }) => (isBefore(latest, time) || latest === undefined ? time : latest),
				undefined,
			),
		succeeded,
		handedOver,
		wentOn: succeeded || handedOver,
	};
}

/** Seconds. No machine sits that long in its boot: such captures are joined of several. */
const longestWait = 24 * 3600;

/** From the last to the first: each learns whether a later one got on. */
function withOutcomes(stages: readonly Omit<StageView, 'madeGood'>[]): StageView[] {
	let laterGotOn = false;
	return stages
		.toReversed()
		.map((stage) => {
			const view = { ...stage, madeGood: stage.stage.kind === 'rom' && laterGotOn };
			laterGotOn ||= stage.wentOn || stage.dhcp.some(confirmsFile);
			return view;
		})
		.reverse();
}

export function viewSession(session: BootSession): SessionView {
	const stages = withOutcomes(session.stages.map(viewStage));
	const events = stages.flatMap((stage) => stage.events);
	const dhcp = events.filter(isDhcp);
	const { start, end, secondsAfter } = session;
	const isClockGood = (session.traits?.timeGoesBack ?? []).length === 0 && secondsAfter < longestWait;
	const secondsSince = (time: bigint | undefined): number => {
		if (!isClockGood) return 0;
		const from = time ?? start;
		const within = from === undefined || end === undefined ? 0 : Number(end - from) / 1e9;
		return Math.max(0, within) + Math.max(0, secondsAfter);
	};
	const lastAct = events
		.filter(({ type }) => !byServers.has(type))
		// Servers ask for the client's address too.
		.filter((event) => event.type !== 'arp' || event.purpose !== 'who-has')
		.reduce<bigint | undefined>(
			(latest, { time }) => (latest === undefined || isBefore(latest, time) ? time : latest),
			undefined,
		);
	const stageOfEvent = new Map(stages.flatMap((stage) => stage.events.map((event) => [event, stage])));
	return {
		session,
		boots: stages.some(({ client, files, stage }) => client || files.length > 0 || /^(ipxe|loader)$/.test(stage.kind)),
		stages,
		events,
		dhcp,
		replies: repliesOf(stages, secondsSince),
		files: stages.flatMap((stage) => stage.files),
		arp: ofType<ArpEvent>(events, 'arp'),
		tftp: ofType<TftpEvent>(events, 'tftp'),
		http: ofType<HttpEvent>(events, 'http'),
		icmp: ofType<IcmpEvent>(events, 'icmp'),
		other: ofType<OtherEvent>(events, 'dns', 'tcp'),
		onlyClientSeen: session.gaps.some(({ code }) => code === 'one-direction') && !events.some(hasServersPacket),
		stageOf: (event) => stageOfEvent.get(event),
		secondsSince,
		clientActsAfter: (time) => isBefore(time, lastAct),
	};
}

function hasServersPacket(event: TimelineEvent): boolean {
	if ('packet' in event) return event.packet.op === 2;
	if (event.type === 'http') return event.exchange.status !== undefined;
	if (event.type === 'dns' || event.type === 'tcp') return event.answered === true;
	if (event.type !== 'tftp') return false;
	const { bytes, granted, error } = event.transfer;
	return bytes > 0 || granted !== undefined || error?.from === 'server';
}

/** An ACK that names what to boot. */
const confirmsFile = (event: DhcpEvent): boolean => event.type === 'ack' && bootFileOf(event) !== '';

/** Sub-options of option 43; empty when there is none. */
export function pxeOptionsOf({ packet }: DhcpEvent): PxeOptions['values'] {
	const block = packet.options.bytes('vendorSpecificInformation');
	return block ? decodePxeOptions(block).values : {};
}

/** Whether option 60 says PXEClient. */
export function saysPxe({ packet }: DhcpEvent): boolean {
	return optionText(packet, 'vendorClassIdentifier').startsWith('PXEClient');
}

/** The boot file that the packet names: the header field, which iPXE prefers, or option 67; `''` when none. */
export function bootFileOf({ packet }: DhcpEvent): string {
	return packet.file === '' ? optionText(packet, 'bootfileName') : packet.file;
}

/** Who sent the packet: option 54, or its source address. */
export function serverOf({ packet, from }: DhcpEvent): string {
	return packet.options.tryGet('serverIdentifier') ?? from.address;
}

/** An OFFER, ACK or BOOTP reply with an address for the client. */
export function givesAddress({ packet }: DhcpEvent): boolean {
	return packet.op === 2 && packet.yiaddr !== '0.0.0.0';
}
