import { formatHex } from 'pxekit';
import {
	type BootClientOptions,
	createBootClient,
	type SimulatedClient,
	simulatedTftp,
	type UdpDatagram,
} from 'pxekit/client';
import { decodeDhcp } from 'pxekit/dhcp';
import { decodeTftp, encodeTftp } from 'pxekit/tftp';
import { expect } from 'vitest';
import { fixtureBytes } from '../support/fixtures.ts';
import { type CapturedDatagram, udpOf } from '../support/read-capture.ts';

/** One boot of one client inside a capture. */
export interface CapturedSession {
	readonly capture: string;
	/** First and last frame, as Wireshark counts. */
	readonly frames: readonly [number, number];
	readonly client: Omit<BootClientOptions, 'mac'>;
	/** `absent`: only packets to port 69 were recorded; then the answers to them are made up, and only requests compared. */
	readonly tftp?: 'absent';
}

/** What came of a replay. */
export interface Replayed {
	readonly client: SimulatedClient;
	/** How many packets were compared. */
	readonly compared: number;
	/** The client's clock at the end. */
	readonly now: number;
	/** What the client sent after the last packet of the captured client. */
	readonly more: readonly Pick<UdpDatagram, 'to' | 'bytes'>[];
}

const xidOf = (bytes: Uint8Array) => formatHex(bytes.subarray(4, 8));
const isDhcpPort = (port: number) => port === 67 || port === 68 || port === 4011;

/**
 * Gives the client the captured packets of the servers, and compares what it sends with what the captured client sent
 * next. Its clock follows the capture's; where a timer of the client has to run out first, it does.
 */
export async function replay(session: CapturedSession): Promise<Replayed> {
	const [first, last] = session.frames;
	const datagrams = udpOf(fixtureBytes(`captures/${session.capture}.pcap`)).filter(
		({ frame }) => frame >= first && frame <= last,
	);
	const mac = datagrams[0]?.fromMac as string;
	let now = datagrams[0]?.time ?? 0;
	const client = createBootClient({ ...session.client, mac }, now);
	const waiting: UdpDatagram[] = [];
	let compared = 0;
	let lastBlock = 0;
	let blockSize = 512;

	const drain = () => {
		for (let next = client.nextDatagram(now); next; next = client.nextDatagram(now)) waiting.push(next);
	};
	const nextSent = (frame: number): UdpDatagram => {
		drain();
		for (let turns = 0; waiting.length === 0 && turns < 100; turns++) {
			if (client.nextDeadline === Number.POSITIVE_INFINITY) break;
			now = Math.max(now, client.nextDeadline);
			client.expire(now);
			drain();
		}
		const sent = waiting.shift();
		if (!sent) throw new Error(`frame ${frame}: the client sends nothing; ${JSON.stringify(client.story.end)}`);
		return sent;
	};
	/** The captured client's transaction numbers, in hexadecimal, and this one's in their places. */
	const xids = new Map<string, Uint8Array>();
	const toClient = (captured: CapturedDatagram, bytes = captured.bytes): UdpDatagram => {
		const { address, port } = captured.to;
		if (!isDhcpPort(port)) {
			return { from: captured.from, to: { address, port: client.listening.ports[0] as number }, bytes };
		}
		const translated = bytes.slice();
		translated.set(xids.get(xidOf(bytes)) ?? new Uint8Array(0), 4);
		return { from: captured.from, to: { address, port }, bytes: translated };
	};
	/** Blocks that were cut out of the capture. */
	const fillGap = (captured: CapturedDatagram) => {
		if (isDhcpPort(captured.to.port)) return;
		const packet = decodeTftp(captured.bytes);
		if (packet.kind !== 'data') {
			lastBlock = 0;
			return;
		}
		for (let block = lastBlock + 1; block < packet.block; block++) {
			const data = new Uint8Array(blockSize);
			client.receive(toClient(captured, encodeTftp({ kind: 'data', block, data })), now);
			drain();
			expect(waiting.splice(0).map(({ bytes }) => decodeTftp(bytes))).toEqual([{ kind: 'ack', block }]);
		}
		lastBlock = packet.block;
		blockSize = packet.data.length;
	};
	const answerTftp = async (request: UdpDatagram) => {
		const packet = decodeTftp(request.bytes);
		if (packet.kind !== 'rrq') return;
		const files = { [packet.filename]: new Uint8Array(5000) };
		const server = simulatedTftp({ address: request.to.address, files });
		const queue = [request];
		for (let datagram = queue.shift(); datagram; datagram = queue.shift()) {
			for (const answer of await server.receive(datagram, now)) client.receive(answer, now);
			for (let next = client.nextDatagram(now); next; next = client.nextDatagram(now)) {
				if (next.to.port === 69) waiting.push(next);
				else queue.push(next);
			}
		}
	};

	for (const captured of datagrams) {
		now = Math.max(now, captured.time);
		if (captured.fromMac !== mac) {
			drain();
			fillGap(captured);
			client.receive(toClient(captured), now);
			continue;
		}
		const sent = nextSent(captured.frame);
		expect(describeDatagram(sent), `frame ${captured.frame}`).toEqual(describeDatagram(captured));
		compared++;
		if (isDhcpPort(captured.to.port)) xids.set(xidOf(captured.bytes), sent.bytes.subarray(4, 8));
		if (session.tftp === 'absent' && sent.to.port === 69) await answerTftp(sent);
	}
	drain();
	return { client, compared, now, more: waiting.map(({ to, bytes }) => ({ to, bytes })) };
}

/**
 * All of a datagram that is the same in each boot: for DHCP every field and every option in order with its bytes and the
 * length of the packet, without `xid` and the one byte of option 55 that UEFI HTTP boot never sets; for TFTP all bytes.
 */
function describeDatagram({ from, to, bytes }: Pick<UdpDatagram, 'from' | 'to' | 'bytes'>): unknown {
	if (!isDhcpPort(to.port)) return { to, bytes: formatHex(bytes) };
	const { options, xid: _, chaddr, trailing, ...fields } = decodeDhcp(bytes);
	const isHttp = options.get('vendorClassIdentifier')?.startsWith('HTTPClient');
	return {
		...fields,
		from,
		to,
		length: bytes.length,
		chaddr: formatHex(chaddr),
		trailing: formatHex(trailing),
		options: options.entries().map(({ code, bytes: value }) => {
			const hex = formatHex(value);
			// Index 26 of the list: HttpBootDhcp4.c.
			return `${code}=${isHttp && code === 55 ? `${hex.slice(0, -6)}??${hex.slice(-4)}` : hex}`;
		}),
	};
}
