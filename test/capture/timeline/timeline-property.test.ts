import fc from 'fast-check';
import {
	type BootSession,
	bootTimeline,
	type CaptureFrame,
	encodeUdpFrame,
	formatTimeline,
	readCapture,
} from 'pxekit/capture';
import { encodeDhcp } from 'pxekit/dhcp';
import { encodeTftp } from 'pxekit/tftp';
import { expect, test } from 'vitest';
import { fixtureBytes } from '../../support/fixtures.ts';
import { mac, madeBoot, otherMac, server, speakers } from './made-boots.ts';

const ports = fc.constantFrom(67, 68, 69, 4011, 2070, 53, 80);
const addresses = fc.constantFrom('0.0.0.0', '255.255.255.255', '10.0.0.1', '10.0.0.9', '10.0.0.10');
const macs = fc.constantFrom(mac, otherMac, '52:54:00:00:00:01');

const dhcpPayload = fc
	.record({
		op: fc.constantFrom(0, 1, 2, 9),
		xid: fc.integer({ min: 0, max: 3 }),
		chaddr: macs,
		yiaddr: addresses,
		ciaddr: addresses,
		giaddr: addresses,
		options: fc.array(
			fc.tuple(fc.constantFrom(12, 43, 53, 54, 60, 66, 67, 77, 93, 97, 175, 209), fc.uint8Array({ maxLength: 12 })),
			{
				maxLength: 6,
			},
		),
	})
	.map((init) => encodeDhcp(init));

const tftpPayload = fc.oneof(
	fc
		.string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' })
		.map((filename) => encodeTftp({ kind: 'rrq', filename, mode: 'octet', options: [] })),
	fc.integer({ min: 0, max: 3 }).map((block) => encodeTftp({ kind: 'ack', block })),
	fc.integer({ min: 1, max: 3 }).map((block) => encodeTftp({ kind: 'data', block, data: new Uint8Array(8) })),
);

const udpFrame = fc
	.record({
		sourcePort: ports,
		destinationPort: ports,
		source: addresses,
		destination: addresses,
		sourceMac: macs,
		payload: fc.oneof(dhcpPayload, tftpPayload, fc.uint8Array({ maxLength: 300 })),
	})
	.map(({ sourcePort, destinationPort, source, destination, sourceMac, payload }) =>
		encodeUdpFrame({
			source: { address: source, port: sourcePort, mac: sourceMac },
			destination: { address: destination, port: destinationPort },
			payload,
		}),
	);

const frameData = fc.oneof(
	{ arbitrary: udpFrame, weight: 4 },
	{ arbitrary: fc.uint8Array({ maxLength: 120 }), weight: 1 },
);

const capture: fc.Arbitrary<CaptureFrame[]> = fc
	.array(
		fc.record({
			data: frameData,
			linkType: fc.constantFrom(1, 1, 1, 113, 276, 101, 0, 999),
			lost: fc.integer({ min: 0, max: 2 }),
			time: fc.option(fc.bigInt({ min: 0n, max: 10n ** 19n }), { nil: undefined }),
		}),
		{ maxLength: 30 },
	)
	.map((list) =>
		list.map(({ data, lost, ...rest }, place) => ({
			...rest,
			index: place + 1,
			data,
			originalLength: data.length + lost,
			interface: 0,
		})),
	);

/** What holds for every timeline. */
function checkShape(sessions: readonly BootSession[], frames: number): void {
	const keys = sessions.map(({ client }) => `${client.mac} ${client.addresses.join(' ')}`);
	expect(new Set(keys).size).toBe(keys.length);
	for (const { stages } of sessions) {
		const events = stages.flatMap((stage) => stage.events);
		expect(events.length).toBeGreaterThan(0);
		expect(stages.every((stage) => stage.events.length > 0)).toBe(true);
		const seen = new Set<number>();
		let before = 0;
		for (const event of events) {
			expect(event.frames.length).toBeGreaterThan(0);
			expect(event.frames[0]).toBeGreaterThanOrEqual(before);
			before = event.frames[0] as number;
			for (const frame of event.frames) {
				expect(seen.has(frame)).toBe(false);
				seen.add(frame);
				expect(frame >= 1 && frame <= frames).toBe(true);
			}
		}
	}
}

test('any frames give a timeline, and any timeline can be printed', () => {
	fc.assert(
		fc.property(capture, (frames) => {
			const sessions = bootTimeline(frames);
			checkShape(sessions, frames.length);
			for (const snapshot of [true, false]) {
				const text = formatTimeline(sessions, { snapshot });
				// Nothing that a terminal would act on.
				expect(text).not.toMatch(/[^\n\x20-\x7e\u00a0-\uffff]/);
			}
		}),
		{ numRuns: 500 },
	);
});

test('every DHCP frame of a client is in just one event', () => {
	fc.assert(
		fc.property(fc.array(dhcpPayload, { maxLength: 20 }), (payloads) => {
			const boot = madeBoot();
			for (const payload of payloads) {
				boot.udp({ address: '0.0.0.0', port: 68, mac }, { address: '255.255.255.255', port: 67 }, payload);
			}
			const events = bootTimeline(boot.frames).flatMap(({ stages }) => stages.flatMap((stage) => stage.events));
			expect(events.flatMap(({ frames }) => frames).toSorted((one, other) => one - other)).toEqual(
				payloads.map((_, place) => place + 1),
			);
		}),
		{ numRuns: 200 },
	);
});

test('a real capture with bytes changed gives a timeline all the same', () => {
	const file = fixtureBytes('captures/ovmf_proxydhcp-two-servers_wrong-next-server.pcap');
	const { frames } = readCapture(file);
	const change = fc.record({ frame: fc.nat(frames.length - 1), at: fc.nat(420), value: fc.nat(255) });
	fc.assert(
		fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
			const changed = frames.map((frame) => ({ ...frame, data: frame.data.slice() }));
			for (const { frame, at, value } of changes) {
				const data = changed[frame]?.data;
				if (data && at < data.length) data[at] = value;
			}
			const sessions = bootTimeline(changed);
			checkShape(sessions, frames.length);
			formatTimeline(sessions);
		}),
		{ numRuns: 100 },
	);
});

test('a snapshot does not change with times, transaction numbers and ports', () => {
	const shape = fc.record({
		xids: fc.uniqueArray(fc.integer({ min: 1, max: 0xffff_ffff }), { minLength: 3, maxLength: 3 }),
		port: fc.integer({ min: 1024, max: 9000 }),
		shift: fc.bigInt({ min: 0n, max: 10n ** 18n }),
		stretch: fc.bigInt({ min: 1n, max: 20n }),
	});
	const story = ({ xids, port, shift, stretch }: { xids: number[]; port: number; shift: bigint; stretch: bigint }) => {
		const boot = madeBoot();
		boot.lease(speakers.uefi, xids[0] as number, { bootfileName: 'ipxe.efi' });
		boot.arp(mac, '10.0.0.9', server);
		boot.fetch('ipxe.efi', port);
		boot.lease(speakers.ipxe, xids[1] as number);
		boot.fetch('boot.ipxe', port + 1, new TextEncoder().encode('#!ipxe'));
		boot.lease(speakers.udhcpc, xids[2] as number);
		const frames = boot.frames.map((frame) => ({ ...frame, time: (frame.time ?? 0n) * stretch + shift }));
		return formatTimeline(bootTimeline(frames), { snapshot: true });
	};
	const usual = story({ xids: [1, 2, 3], port: 2070, shift: 0n, stretch: 1n });
	expect(usual.split('\n').length).toBe(1 + 3 + 4 + 1 + 1 + 4 + 1 + 4);
	fc.assert(
		fc.property(shape, (values) => {
			expect(story(values)).toBe(usual);
		}),
		// The port of the PXE service, first and second.
		{ numRuns: 100, examples: [4011, 4010].map((port) => [{ xids: [1, 2, 3], port, shift: 0n, stretch: 1n }]) },
	);
});

test('a flood of clients, of packets and of questions is bounded', () => {
	function* flood(): Generator<CaptureFrame> {
		const boot = madeBoot();
		const chaddr = '52:54:00:00:00:00';
		boot.ask({ messageType: 'DISCOVER', ...speakers.uefi }, { chaddr });
		const data = boot.frames[0]?.data as Uint8Array;
		for (let index = 1; index <= 20_000; index++) {
			// The last bytes of chaddr, the transaction number and the Ethernet source.
			const copy = data.slice();
			const view = new DataView(copy.buffer);
			view.setUint32(42 + 4, index);
			view.setUint16(42 + 32, index % 5000);
			yield { index, time: BigInt(index), linkType: 1, data: copy, originalLength: copy.length, interface: 0 };
		}
	}
	const sessions = bootTimeline(flood(), { maxClients: 100, maxEvents: 50 });
	expect(sessions.length).toBe(100);
	const kept = sessions.map(({ stages }) => stages.flatMap(({ events }) => events).length);
	expect(Math.max(...kept)).toBeLessThanOrEqual(50);
	expect(sessions.every(({ gaps }) => gaps.some(({ code }) => code === 'too-much'))).toBe(true);
});
