import fc from 'fast-check';
import { parseHex } from 'pxekit';
import {
	type BootClientProfileName,
	bootClientProfiles,
	createBootClient,
	type SimulatedClient,
	type UdpDatagram,
} from 'pxekit/client';
import { decodeDhcp } from 'pxekit/dhcp';
import { encodeTftp } from 'pxekit/tftp';
import { expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';

const mac = '52:54:00:12:34:56';
const profiles = bootClientProfiles.map(({ name }) => name);
const serverPackets = fixtureRows<{ hex: string }>('dhcp/packets.jsonl')
	.map(({ hex }) => parseHex(hex))
	.filter((bytes) => bytes[0] === 2);

/** What somebody who plays a server may send. */
interface Answer {
	readonly bytes: Uint8Array;
	readonly fromPort: number;
	/** Make it fit the request: transaction number, hardware address, and OFFER for DISCOVER, ACK for REQUEST. */
	readonly fits: boolean;
}

/** One server's packet with a few bytes changed, often none. */
const changed = (packet: Uint8Array) =>
	fc.array(fc.tuple(fc.nat(700), fc.nat(255)), { maxLength: 3 }).map((changes) => {
		const bytes = packet.slice();
		for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
		return bytes;
	});
const anyBytes = fc.uint8Array({ maxLength: 600 });
const dhcpAnswers: fc.Arbitrary<Answer[]> = fc
	.tuple(fc.constantFrom(...serverPackets), fc.constantFrom(...serverPackets))
	.chain(([one, other]) =>
		fc.array(
			fc.record({
				bytes: fc.oneof({ weight: 6, arbitrary: changed(one) }, { weight: 3, arbitrary: changed(other) }, anyBytes),
				fromPort: fc.constantFrom(67, 67, 67, 4011, 2000),
				fits: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
			}),
			{ maxLength: 6 },
		),
	);
const tftpAnswer = fc.oneof(
	fc
		.record({ block: fc.nat(6), length: fc.constantFrom(0, 1, 511, 512, 1432, 1468, 1469, 3000) })
		.map(({ block, length }) => encodeTftp({ kind: 'data', block, data: new Uint8Array(length) })),
	fc
		.array(
			fc.record({
				name: fc.constantFrom('blksize', 'tsize', 'windowsize', 'x'),
				value: fc.constantFrom('0', '4', '512', '1468', '70000', '-1', 'z'),
			}),
			{ maxLength: 4 },
		)
		.map((options) => encodeTftp({ kind: 'oack', options })),
	fc.nat(0xffff).map((code) => encodeTftp({ kind: 'error', code, message: 'no' })),
);
const tftpAnswers: fc.Arbitrary<Answer[]> = fc.array(
	fc.record({
		bytes: fc.oneof({ weight: 6, arbitrary: tftpAnswer }, anyBytes),
		fromPort: fc.constantFrom(2000, 2000, 2000, 69),
		fits: fc.constant(false),
	}),
	{ maxLength: 8 },
);

function fitting({ bytes, fits }: Answer, request: UdpDatagram): Uint8Array {
	if (!fits || bytes.length < 244) return bytes;
	const reply = bytes.slice();
	reply.set(request.bytes.subarray(4, 8), 4);
	reply.set(parseHex(mac), 28);
	// The message type stands first in all of these packets.
	if (reply[240] === 53) reply[242] = decodeDhcp(request.bytes).options.get('messageType') === 'DISCOVER' ? 2 : 5;
	return reply;
}

/** Runs the client to its end against a server that answers each datagram with the next of these, in turn. */
function boot(
	client: SimulatedClient,
	dhcp: readonly Answer[],
	tftp: readonly Answer[],
): { sent: number; now: number } {
	let now = 0;
	let sent = 0;
	let given = 0;
	for (let turns = 0; !client.story.end; turns++) {
		if (turns > 20_000) throw new Error('the client runs on and on');
		let last: UdpDatagram | undefined;
		for (let next = client.nextDatagram(now); next; next = client.nextDatagram(now)) {
			last = next;
			sent++;
		}
		if (client.nextHttpRequest()) client.receiveHttp({ status: given % 2 === 0 ? 200 : 404, contentLength: 5 }, now);
		const answers = last?.from.port === 68 || last?.from.port === 4011 ? dhcp : tftp;
		const answer = answers[given % Math.max(1, answers.length)];
		if (last && answer && given++ < 400) {
			now += 1;
			const address = last.to.address === '255.255.255.255' ? '10.0.0.1' : last.to.address;
			client.receive({ from: { address, port: answer.fromPort }, to: last.from, bytes: fitting(answer, last) }, now);
		} else if (client.nextDeadline < Number.POSITIVE_INFINITY) {
			now = Math.max(now, client.nextDeadline);
			client.expire(now);
		} else if (!client.story.end) throw new Error('the client waits for nothing and has not ended');
	}
	// The last ACK, or the ERROR with which it breaks off.
	while (client.nextDatagram(now)) sent++;
	return { sent, now };
}

test('whatever servers answer, the client does not throw, ends in time, and remembers a bounded story', () => {
	const ends = new Map<string, number>();
	fc.assert(
		fc.property(
			fc.constantFrom<BootClientProfileName>(...profiles),
			dhcpAnswers,
			tftpAnswers,
			fc.option(fc.nat(4), { nil: undefined }),
			(profile, dhcp, tftp, menuChoice) => {
				const client = createBootClient({ profile, mac, menuChoice, maxFileSize: 100_000 }, 0);
				const { sent, now } = boot(client, dhcp, tftp);
				const { end } = client.story;
				const how = end?.kind === 'failed' ? end.error.reason : String(end?.kind);
				ends.set(how, (ends.get(how) ?? 0) + 1);
				expect(now).toBeLessThanOrEqual(900_000);
				expect(sent).toBeLessThan(5000);
				expect(client.story.events.length).toBeLessThanOrEqual(1000);
				expect(client.story.offers.length).toBeLessThanOrEqual(16);
				expect(client.nextDeadline).toBe(Number.POSITIVE_INFINITY);
				for (const { bytes } of client.story.files) expect(bytes.length).toBeLessThanOrEqual(100_000);
			},
		),
		{ numRuns: 600 },
	);
	// The answers were good enough to get somewhere, or this would test little.
	expect(ends.size).toBeGreaterThan(5);
});

test('a flood that never ends is cut off by the clock', () => {
	const client = createBootClient({ profile: 'edk2', mac, maxTime: 60_000 }, 0);
	const garbage = {
		from: { address: '10.0.0.1', port: 67 },
		to: { address: '10.0.0.9', port: 68 },
		bytes: new Uint8Array(300),
	};
	for (let now = 0; now < 60_000; now += 10) {
		client.receive(garbage, now);
		client.expire(now);
		client.nextDatagram(now);
	}
	client.expire(60_000);
	expect(client.story.end?.kind).toBe('failed');
	expect([client.story.events.length, client.story.moreEvents > 4000]).toEqual([1000, true]);
});

test('the clock cannot be held back by a server that drips a file', () => {
	const client = createBootClient({ profile: 'ipxe-bios', mac, maxTime: 30_000 }, 0);
	let now = 0;
	let block = 0;
	while (!client.story.end && now < 100_000) {
		const last = client.nextDatagram(now);
		if (last?.to.port === 67) {
			const reply = serverPackets.find((packet) => packet[242] === 2 && packet[16] !== 0)!.slice();
			reply[242] = last.bytes[242] === 1 ? 2 : 5;
			reply.set(last.bytes.subarray(4, 8), 4);
			reply.set(parseHex(mac), 28);
			reply.set([10, 0, 0, 1], 20);
			reply.set([0x66, 0], 108);
			client.receive({ from: { address: '10.0.0.1', port: 67 }, to: last.from, bytes: reply }, now);
		} else if (last) {
			const bytes = encodeTftp({ kind: 'data', block: ++block & 0xffff, data: new Uint8Array(512) });
			client.receive({ from: { address: last.to.address, port: 2000 }, to: last.from, bytes }, now);
		}
		now += 200;
		client.expire(now);
	}
	expect(client.story.end).toMatchObject({ kind: 'failed', error: { reason: 'out-of-time' } });
	expect(now).toBeLessThanOrEqual(30_200);
	expect(block).toBeGreaterThan(50);
});
