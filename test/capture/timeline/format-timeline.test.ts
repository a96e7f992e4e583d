import { bootTimeline, encodeTcpFrame, formatTimeline } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { address, mac, madeBoot, server, speakers } from './made-boots.ts';

const client = { mac, address, port: 2070 };
const serverHost = { mac: '52:54:00:00:00:01', address: server, port: 69 };

function linesOf(boot: { readonly frames: Parameters<typeof bootTimeline>[0] }, options = {}): string[] {
	return formatTimeline(bootTimeline(boot.frames), options).split('\n');
}

describe('the table', () => {
	test('has the time since the start, frames, who, and what', () => {
		const boot = madeBoot();
		boot.ask({ messageType: 'DISCOVER', ...speakers.uefi });
		boot.ask({ messageType: 'DISCOVER', ...speakers.uefi });
		boot.reply({ messageType: 'OFFER', bootfileName: 'a.efi' }, { siaddr: '10.0.0.2' });
		expect(linesOf(boot)).toEqual([
			`${mac}  UUID 12345678-9abc-def0-1122-334455667788`,
			'  UEFI PXE (x64 UEFI)',
			'      0.000  1 2  client → all    DISCOVER: PXEClient:Arch:00007:UNDI:003016, 2 times',
			'      0.200  3    10.0.0.1 → all  OFFER: 10.0.0.9, server 10.0.0.1, next server 10.0.0.2, option 67 a.efi',
		]);
	});

	test('counts time from the first of all clients', () => {
		const boot = madeBoot();
		boot.ask({ messageType: 'DISCOVER', ...speakers.uefi });
		boot.ask({ messageType: 'DISCOVER', ...speakers.uefi }, { chaddr: '52:54:00:00:00:0a' });
		expect(linesOf(boot).filter((line) => line.includes('DISCOVER'))).toEqual([
			'      0.000  1  client → all  DISCOVER: PXEClient:Arch:00007:UNDI:003016',
			'      0.100  2  client → all  DISCOVER: PXEClient:Arch:00007:UNDI:003016',
		]);
	});

	test('tells duration and rate of transfers, a snapshot does not', () => {
		const boot = madeBoot();
		boot.lease(speakers.uefi, 1);
		boot.fetch('a.efi', 2070);
		expect(linesOf(boot).at(-1)).toBe('      0.400  5 6 7  client → 10.0.0.1  TFTP a.efi: 100 bytes, 0.200 s, 500 B/s');
		expect(linesOf(boot, { snapshot: true }).at(-1)).toBe('    client > 10.0.0.1: TFTP a.efi: 100 bytes');
		expect(linesOf(boot, { snapshot: true, frames: true }).at(-1)).toBe(
			'    [5 6 7] client > 10.0.0.1: TFTP a.efi: 100 bytes',
		);
	});
});

test('transactions are numbered in the order in which they come', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 0xdeadbeef);
	boot.lease(speakers.ipxe, 0xabad1dea);
	const found = linesOf(boot, { snapshot: true }).flatMap((line) => /(\w+) (#\d)/.exec(line)?.slice(1).join(' ') ?? []);
	expect(found).toEqual([
		'DISCOVER #1',
		'OFFER #1',
		'REQUEST #1',
		'ACK #1',
		'DISCOVER #2',
		'OFFER #2',
		'REQUEST #2',
		'ACK #2',
	]);
	expect(linesOf(boot, { snapshot: true }).join()).not.toContain('deadbeef');
});

test('a refused file, an ICMP error, and a TCP port that nobody serves', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1);
	boot.tftp(client, serverHost, { kind: 'rrq', filename: 'no.efi', mode: 'octet', options: [] });
	boot.tftp({ ...serverHost, port: 4000 }, client, { kind: 'error', code: 1, message: 'File not found' });
	boot.udp({ ...client, port: 68 }, { ...serverHost, port: 53 }, new Uint8Array(4));
	boot.portUnreachable(boot.frames.at(-1)?.data as Uint8Array);
	boot.add(encodeTcpFrame({ source: client, destination: { ...serverHost, port: 80 }, flags: { syn: true } }));
	boot.add(
		encodeTcpFrame({
			source: { ...serverHost, port: 80 },
			destination: client,
			acknowledgement: 1,
			flags: { rst: true, ack: true },
		}),
	);
	expect(linesOf(boot, { snapshot: true }).slice(-3)).toEqual([
		'    client > 10.0.0.1: TFTP no.efi: refused, ERROR 1 "File not found"',
		'    10.0.0.1 > client: ICMP port unreachable, about 10.0.0.1 port 53',
		'    client > 10.0.0.1: TCP port 80: refused',
	]);
});

test('text from the wire can’t move a cursor, and no password is shown', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1, { bootfileName: 'http://boot:secret@10.0.0.1/a.efi', message: 'no\u001b[2J\nway' });
	boot.tftp(client, serverHost, { kind: 'rrq', filename: 'a\u001b[31m\n.efi', mode: 'octet', options: [] });
	const text = linesOf(boot, { snapshot: true });
	expect(text.join('\n')).not.toContain('secret');
	expect(text.join('\n')).not.toContain('\u001b');
	expect(text.find((line) => line.includes('OFFER'))).toContain(
		'option 67 http://boot:***@10.0.0.1/a.efi, message "no\\u001b[2J\\nway"',
	);
	expect(text.at(-1)).toContain('TFTP "a\\u001b[31m\\n.efi"');
});

test('nor can the name of a program, which may be that of a file, and the name of a file in a gap', () => {
	const boot = madeBoot();
	boot.ask({ messageType: 'DISCOVER', ...speakers.uefi });
	boot.fetch('a\u001b[31m.efi', 2070);
	boot.fetch('next.cfg', 2071);
	const text = linesOf(boot);
	expect(text.join('\n')).not.toContain('\u001b');
	expect(text).toContain('  loader (a\\u001b[31m.efi)');
});

test('a capture of which nobody boots', () => {
	expect(formatTimeline([])).toBe('no boot client in this capture');
	const boot = madeBoot();
	boot.arp(mac, address, server);
	expect(formatTimeline(bootTimeline(boot.frames))).toBe('no boot client in this capture');
});

test('one session, and gaps', () => {
	const boot = madeBoot();
	boot.fetch('a.efi', 2070);
	const [session] = bootTimeline(boot.frames);
	if (!session) throw new Error('no session');
	expect(formatTimeline(session, { snapshot: true })).toBe(
		[
			`${mac}  10.0.0.9`,
			'  unknown firmware',
			'    client > 10.0.0.1: TFTP a.efi: 100 bytes',
			'  gap no-dhcp: the capture has no DHCP of this client; it may have begun later, or a filter left it out',
		].join('\n'),
	);
});
