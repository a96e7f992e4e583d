import type { DhcpPacket } from '../../dhcp/index.ts';
import { identifyClient } from '../../pxe/index.ts';
import type { CaptureFile, CaptureFrame } from '../files/capture-file.ts';
import { decodeFrames } from '../frames/decode-frames.ts';
import type { DecodedFrame } from '../frames/frame.ts';
import { createArpFollower } from './arp-events.ts';
import { createAddressBook, macOfKey } from './clients.ts';
import { hasDhcpPorts } from './dhcp-event.ts';
import { createDhcpFollower } from './dhcp-follower.ts';
import { agentSpeaking } from './file-speaker.ts';
import { type CaptureFaults, gapsOf } from './gaps.ts';
import { createIcmpFollower } from './icmp-events.ts';
import type { BootSession, TimelineEvent } from './session.ts';
import { splitStages } from './stages.ts';
import { createTalkFollower, type Talk } from './talk-events.ts';
import { type CaptureTraits, createTraitsFollower } from './traits.ts';

/** What of a capture to look for, and how much of it to keep. */
export interface BootTimelineOptions {
	/** Ports of TFTP servers, of those that tests start without rights too. Default 69. */
	readonly tftpPorts?: readonly number[] | undefined;
	/** Clients that are followed. Default 1000. */
	readonly maxClients?: number | undefined;
	/** Events that are kept of each client, and of ARP, ICMP and transfers in all. Default 10 000. */
	readonly maxEvents?: number | undefined;
	/** Bytes of fetched files that are kept in all, beside the first 64 KiB of each. Default 256 MiB. */
	readonly maxContentBytes?: number | undefined;
}

/** Takes the frames of a capture one by one; for captures that are too large to hold. */
export interface BootFollower {
	/** The next frame, as `decodeFrames` gives it. */
	push(frame: DecodedFrame): void;
	/** The capture has ended: the sessions, in the order in which the clients appeared. `truncated`: the file ends inside a record. */
	end(capture?: { readonly truncated?: boolean | undefined }): BootSession[];
}

/**
 * Tells the story of every machine that boots in a capture: who it is, which programs spoke one after the other, and what
 * each of them asked for, was offered and fetched.
 *
 * Servers are not clients: a session belongs to who sends DHCP requests or asks for files. What a partial capture can't
 * show is in `gaps`. Any bytes give a result.
 *
 * Memory is bounded for captures of any length, when frames come from an iterable: single frames are not kept, of each
 * client at most `maxEvents` events, and of an event at most 10 000 frame numbers.
 *
 * @throws nothing of its own
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { bootTimeline, readCapture } from 'pxekit/capture';
 *
 * const capture = readCapture(readFileSync('fixtures/captures/ovmf_dnsmasq-dhcp_ipxe-efi_script-linux.pcap'));
 * const [session] = bootTimeline(capture);
 * session?.client.mac; // => '52:54:00:77:00:03'
 * session?.stages.map(({ name }) => name); // => ['UEFI (EDK2) PXE', 'iPXE 1.0.0']
 * ```
 */
export function bootTimeline(
	capture: Pick<CaptureFile, 'frames' | 'truncated'> | Iterable<CaptureFrame>,
	options: BootTimelineOptions = {},
): BootSession[] {
	const file = 'frames' in capture ? capture : undefined;
	const follower = followBoots(options);
	for (const frame of decodeFrames(file?.frames ?? (capture as Iterable<CaptureFrame>))) follower.push(frame);
	return follower.end({ truncated: file?.truncated });
}

/**
 * The same frame by frame. Memory stays bounded however many there are.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { followBoots, decodeFrames, readCapture } from 'pxekit/capture';
 *
 * const capture = readCapture(readFileSync('fixtures/captures/bios-ipxe-e1000e_combined.pcap'));
 * const follower = followBoots();
 * for (const frame of decodeFrames(capture.frames)) follower.push(frame);
 * follower.end().length; // => 1
 * ```
 */
export function followBoots(options: BootTimelineOptions = {}): BootFollower {
	const { tftpPorts, maxClients = 1000, maxEvents = 10_000, maxContentBytes = 256 << 20 } = options;
	const book = createAddressBook();
	const arp = createArpFollower(maxEvents, book.clientOf);
	const icmp = createIcmpFollower(maxEvents);
	const dhcp = createDhcpFollower({ maxClients, maxEvents }, (frame) => {
		const macs = [frame.link?.source, frame.link?.destination];
		return macs.find((mac) => mac !== undefined && dhcp.conversations.has(mac));
	});
	const talks = createTalkFollower({ tftpPorts, maxEvents, maxContentBytes, matters });
	const traits = createTraitsFollower(maxEvents);
	let last: bigint | undefined;
	const cutFrames = new Set<number>();

	function learn({ index, link, ip, arp }: DecodedFrame): void {
		const mac = link?.source;
		const address = ip?.source ?? arp?.senderIp;
		if (!mac || !address || address === '0.0.0.0' || address === '::') return;
		book.see(address, mac);
		// A relay or router may be a DHCP client too, and passes on frames of others: what was leased to somebody stays his.
		if (dhcp.conversations.has(mac) && book.clientOf(address, index) === undefined) book.give(address, mac, index);
	}

	function learnFromDhcp(client: string, packet: DhcpPacket, index: number): void {
		if (packet.op === 1) {
			if (packet.ciaddr !== noAddress) book.give(packet.ciaddr, client, index);
		} else if (packet.yiaddr !== noAddress) {
			const offered = packet.options.tryGet('messageType') === 'OFFER';
			if (!offered || book.clientOf(packet.yiaddr, index) === undefined) book.give(packet.yiaddr, client, index);
		}
	}

	/** The client at an address: who got it from a server, or whose hardware address goes with it. */
	function clientAt(address: string, frame: number): string | undefined {
		const client = book.clientOf(address, frame);
		if (client !== undefined) return client;
		const mac = book.macOf(address);
		return mac !== undefined && dhcp.conversations.has(mac) ? mac : undefined;
	}

	/** One who fetches files is a client, even when the capture has no DHCP of it. */
	function fetcherAt(address: string, frame: number): string {
		const known = clientAt(address, frame);
		if (known !== undefined) return known;
		const mac = book.macOf(address);
		return mac === undefined || book.isShared(mac) ? `ip ${address}` : mac;
	}

	function matters({ client, event }: Talk): boolean {
		return isBootFetch(event) || clientAt(client, firstFrame(event)) !== undefined;
	}

	/** All events, by client. */
	function collect(): Map<string, TimelineEvent[]> {
		const byClient = new Map<string, TimelineEvent[]>();
		const put = (client: string, event: TimelineEvent) => {
			const list = byClient.get(client);
			if (list) list.push(event);
			else byClient.set(client, [event]);
		};
		for (const [client, { events }] of dhcp.conversations) for (const event of events) put(client, event);
		const all = talks.end();
		for (const talk of all)
			if (isBootFetch(talk.event)) put(fetcherAt(talk.client, firstFrame(talk.event)), talk.event);
		for (const talk of all) {
			if (isBootFetch(talk.event)) continue;
			const client = fetcherAt(talk.client, firstFrame(talk.event));
			if (byClient.has(client)) put(client, talk.event);
		}
		const putForAll = (event: TimelineEvent, addresses: readonly (string | undefined)[], macs: readonly string[]) => {
			const clients = addresses.map((address) => address && clientAt(address, firstFrame(event)));
			for (const client of new Set([...clients, ...macs])) {
				if (client && (byClient.has(client) || dhcp.conversations.has(client))) put(client, event);
			}
		};
		for (const event of arp.events) putForAll(event, [event.asker, event.address], [event.askerMac, ...event.answers]);
		for (const event of icmp.events) {
			putForAll(event, [event.from, event.to, event.error.source, event.error.destination], []);
		}
		return byClient;
	}

	return {
		push(frame) {
			last = frame.time ?? last;
			traits.add(frame);
			if (frame.cut && cutFrames.size < maxEvents) cutFrames.add(frame.index);
			const isDhcp = hasDhcpPorts(frame);
			if (isDhcp) {
				const { client, packet } = dhcp.add(frame) ?? {};
				if (client !== undefined && packet) learnFromDhcp(client, packet, frame.index);
			} else if (frame.arp) arp.add(frame, frame.arp);
			else if (frame.icmp) icmp.add(frame, frame.icmp);
			// Requests for an address too: who asks for one anew waits for no file any more.
			if (!isDhcp || frame.payload[0] === 1) talks.push(frame);
			learn(frame);
		},
		end({ truncated = false } = {}) {
			const collected = collect();
			const faults = { truncated, full: dhcp.full || arp.full || icmp.full || talks.full, cutFrames };
			return [...collected]
				.map(([client, events]) => session(client, events, last, faults, traits.end()))
				.toSorted((one, other) => firstFrame(firstEvent(one)) - firstFrame(firstEvent(other)));
		},
	};
}

function firstFrame(event: TimelineEvent | undefined): number {
	return event?.frames[0] ?? 0;
}

function firstEvent({ stages }: BootSession): TimelineEvent | undefined {
	return stages[0]?.events[0];
}

/** What only machines that boot do: TFTP, and HTTP of firmware, loaders and installers. */
function isBootFetch(event: TimelineEvent): boolean {
	return event.type === 'tftp' || (event.type === 'http' && agentSpeaking(event.exchange) !== undefined);
}

const noAddress = '0.0.0.0';

function session(
	key: string,
	unsorted: readonly TimelineEvent[],
	captureEnd: bigint | undefined,
	faults: CaptureFaults,
	traits: CaptureTraits,
): BootSession {
	const events = unsorted.toSorted((one, other) => firstFrame(one) - firstFrame(other));
	const end = events.reduce<bigint | undefined>((latest, event) => laterOf(latest, event.end), undefined);
	const start = events[0]?.time;
	return {
		client: { mac: macOfKey(key), uuid: uuidOf(events), addresses: addressesOf(events) },
		stages: splitStages(events),
		start,
		end,
		gaps: gapsOf(events, faults),
		traits,
		secondsAfter: captureEnd === undefined || end === undefined ? 0 : Number(captureEnd - end) / 1e9,
	};
}

function laterOf(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
	if (one === undefined || other === undefined) return one ?? other;
	return one > other ? one : other;
}

function uuidOf(events: readonly TimelineEvent[]): string | undefined {
	for (const event of events) {
		const uuid = 'packet' in event ? identifyClient(event.packet)?.uuid : undefined;
		if (uuid !== undefined) return uuid;
	}
	return undefined;
}

const given: readonly TimelineEvent['type'][] = ['ack', 'bootp-reply'];

/** What servers confirmed, and what the client says that it has. */
function addressesOf(events: readonly TimelineEvent[]): string[] {
	const addresses = new Set<string>();
	for (const event of events) {
		if (event.type === 'tftp') addresses.add(event.transfer.client.address);
		if (event.type === 'http') addresses.add(event.exchange.client.address);
		if (event.type === 'tcp') addresses.add(event.from.address);
		if (!('packet' in event)) continue;
		const { op, ciaddr, yiaddr } = event.packet;
		if (op === 1 && ciaddr !== noAddress) addresses.add(ciaddr);
		else if (given.includes(event.type) && yiaddr !== noAddress) addresses.add(yiaddr);
	}
	return [...addresses];
}
