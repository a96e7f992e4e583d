import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
	type BootSession,
	bootTimeline,
	type DhcpEvent,
	formatTimeline,
	readCapture,
	type TimelineEvent,
} from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { fixtureBytes } from '../../support/fixtures.ts';
import { type TsharkRow, tsharkRows } from './timeline-table.ts';

const captures = readdirSync(new URL('../../../fixtures/captures/', import.meta.url)).filter((name) =>
	name.endsWith('.pcap'),
);
const failures = readdirSync(new URL('../../../fixtures/captures/failures/', import.meta.url)).map(
	(name) => `failures/${name}`,
);

const messageNames: Readonly<Record<string, DhcpEvent['type']>> = {
	1: 'discover',
	2: 'offer',
	3: 'request',
	4: 'decline',
	5: 'ack',
	6: 'nak',
	7: 'release',
	8: 'inform',
};

/** The type of a DHCP frame by tshark's fields alone; `rows` are those of the same capture. */
function expectedType(row: TsharkRow, rows: readonly TsharkRow[]): DhcpEvent['type'] | undefined {
	const plain = messageNames[row.messageType];
	if (row.op === '1') {
		if (plain !== 'request') return plain;
		if (row.bootItem !== '') return 'boot-server-request';
		return row.destinationPort === '4011' ? 'proxy-request' : plain;
	}
	if (plain !== 'ack') return plain;
	const asked = rows.findLast(
		({ op, xid, frame, destination }) =>
			op === '1' && xid === row.xid && frame < row.frame && [row.source, '255.255.255.255'].includes(destination),
	);
	const type = asked && expectedType(asked, rows);
	return type === 'proxy-request' ? 'proxy-ack' : type === 'boot-server-request' ? 'boot-server-ack' : plain;
}

function eventsOf(sessions: readonly BootSession[]): TimelineEvent[] {
	return sessions.flatMap(({ stages }) => stages.flatMap(({ events }) => events));
}

function isDhcp(event: TimelineEvent): event is DhcpEvent {
	return 'packet' in event;
}

function text(bytes: Uint8Array | undefined): string {
	return new TextDecoder().decode(bytes ?? new Uint8Array(0)).replace(/\0.*$/s, '');
}

/** The facts of a packet in the words of tshark's table. */
function factsOf({ packet }: DhcpEvent) {
	return {
		op: String(packet.op),
		xid: `0x${packet.xid.toString(16).padStart(8, '0')}`,
		chaddr: packet.mac,
		yiaddr: packet.yiaddr,
		siaddr: packet.siaddr,
		server: packet.options.tryGet('serverIdentifier') ?? '',
		file: packet.file,
		bootfileName: text(packet.options.bytes('bootfileName')),
		vendorClass: text(packet.options.bytes('vendorClassIdentifier')),
	};
}

describe.each(captures)('%s', (name) => {
	const rows = tsharkRows.filter(({ capture }) => capture === name);
	const sessions = bootTimeline(readCapture(fixtureBytes(`captures/${name}`)));
	const events = eventsOf(sessions);
	const at = (frame: number) => events.filter(({ frames }) => frames.includes(frame));
	const dhcpRows = rows.filter(({ op }) => op !== '');
	const macs = new Set(dhcpRows.map(({ chaddr }) => chaddr));
	const addresses = new Set(dhcpRows.map(({ yiaddr }) => yiaddr).filter((address) => address !== '0.0.0.0'));

	test('a session for each client that tshark finds, and none for servers', () => {
		expect(sessions.map(({ client }) => client.mac)).toEqual([...macs]);
		const confirmed = dhcpRows.filter((row) => expectedType(row, rows) === 'ack').map(({ yiaddr }) => yiaddr);
		expect(sessions.flatMap(({ client }) => client.addresses).filter((address) => !address.includes(':'))).toEqual([
			...new Set(confirmed),
		]);
	});

	test('each DHCP frame is in one event, of the type and with the facts that tshark reads', () => {
		const ours = dhcpRows.map(({ frame }) =>
			at(frame).map((event) => [frame, event.type, isDhcp(event) && factsOf(event)]),
		);
		const theirs = dhcpRows.map((row) => {
			const { op, xid, chaddr, yiaddr, siaddr, server, file, bootfileName, vendorClass } = row;
			const facts = { op, xid, chaddr, yiaddr, siaddr, server, file, bootfileName, vendorClass };
			return [[row.frame, expectedType(row, rows), facts]];
		});
		expect(ours).toEqual(theirs);
		const known = new Set(dhcpRows.map(({ frame }) => frame));
		expect(events.filter(isDhcp).flatMap(({ frames }) => frames.filter((frame) => !known.has(frame)))).toEqual([]);
		for (const event of events.filter(isDhcp)) expect(event.repeats).toBe(event.frames.length - 1);
	});

	test('each TFTP frame is in one transfer, of the file that tshark names', () => {
		const tftp = rows.filter(({ tftpOpcode }) => tftpOpcode !== '');
		for (const { frame, tftpOpcode, tftpFile } of tftp) {
			const [event, ...more] = at(frame);
			expect([frame, event?.type, more.length]).toEqual([frame, 'tftp', 0]);
			if (event?.type !== 'tftp') continue;
			if (tftpOpcode === '1') expect(event.transfer.filename).toBe(tftpFile);
			// Only a request begins a transfer.
			else expect(event.frames[0]).toBeLessThan(frame);
		}
		const known = new Set(tftp.map(({ frame }) => frame));
		const transfers = events.filter(({ type }) => type === 'tftp');
		expect(transfers.flatMap(({ frames }) => frames.filter((frame) => !known.has(frame)))).toEqual([]);
	});

	test('each ARP frame about the client is in one event, and no other', () => {
		const arp = rows.filter(({ arpOperation }) => arpOperation !== '');
		for (const row of arp) {
			const concerns =
				[row.arpSenderMac, row.arpTargetMac].some((mac) => macs.has(mac)) ||
				[row.arpSenderIp, row.arpTargetIp].some((address) => addresses.has(address));
			expect([row.frame, at(row.frame).map(({ type }) => type)]).toEqual([row.frame, concerns ? ['arp'] : []]);
			const [event] = at(row.frame);
			if (event?.type !== 'arp') continue;
			const [asker, address] =
				row.arpOperation === '1' ? [row.arpSenderIp, row.arpTargetIp] : [row.arpTargetIp, row.arpSenderIp];
			expect([event.asker, event.address]).toEqual([asker, address]);
			if (row.arpOperation === '2') expect(event.answers).toContain(row.arpSenderMac);
		}
	});

	test('stages are iPXE where tshark reads its user class, and only there', () => {
		for (const { kind, events } of sessions.flatMap(({ stages }) => stages)) {
			const own = events.filter(isDhcp).filter(({ packet }) => packet.op === 1);
			const classes = own.map(({ frames }) => rows.find(({ frame }) => frame === frames[0])?.userClass);
			if (classes.length > 0) expect(new Set(classes)).toEqual(new Set([kind === 'ipxe' ? 'iPXE' : '']));
		}
	});

	test('events are in order, and each stage has some', () => {
		for (const { stages } of sessions) {
			const first = stages.flatMap(({ events }) => events.map(({ frames }) => frames[0] ?? 0));
			expect(first).toEqual(first.toSorted((one, other) => one - other));
			expect(stages.every(({ events }) => events.length > 0)).toBe(true);
		}
	});
});

// Read by eye: against the capture's name, the tests above holding its facts to tshark's; the failures against what
// fixtures/README.md says is wrong in each, and tshark's listing of its frames.
// PXEKIT_RECORD=timelines writes them anew.
test.each([...captures, ...failures])('the story of %s', (name) => {
	const golden = new URL(`timelines/${name.replace(/\.pcap$/, '.txt')}`, import.meta.url);
	const sessions = bootTimeline(readCapture(fixtureBytes(`captures/${name}`)));
	const story = `${formatTimeline(sessions, { snapshot: true, frames: true })}\n`;
	if (process.env.PXEKIT_RECORD === 'timelines') writeFileSync(golden, story);
	expect(story).toBe(readFileSync(golden, 'utf8'));
});
