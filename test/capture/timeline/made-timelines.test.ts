import { type BootSession, bootTimeline, decodeFrames, followBoots, formatTimeline } from 'pxekit/capture';
import { encodeDhcp } from 'pxekit/dhcp';
import { expect, test } from 'vitest';
import { address, cooked, everybody, mac, madeBoot, nobody, otherMac, server, speakers } from './made-boots.ts';

const mz = Uint8Array.of(0x4d, 0x5a, ...new Array(98).fill(0));
const script = new TextEncoder().encode('#!ipxe\nboot http://10.0.0.1/vmlinuz\n');

/** Stage names with the types of their events and the frames of each. */
function outline({ stages }: BootSession): unknown {
	return stages.map(({ name, events }) => [name, ...events.map(({ type, frames }) => `${type} ${frames.join(' ')}`)]);
}

function only(sessions: readonly BootSession[]): BootSession {
	expect(sessions.length).toBe(1);
	return sessions[0] as BootSession;
}

test('two clients whose packets stand between each other’s', () => {
	const boot = madeBoot();
	boot.ask({ messageType: 'DISCOVER', ...speakers.uefi }, { xid: 1 });
	boot.ask({ messageType: 'DISCOVER', ...speakers.bios }, { xid: 2, chaddr: otherMac });
	boot.reply({ messageType: 'OFFER' }, { xid: 2, chaddr: otherMac, yiaddr: '10.0.0.10' });
	boot.reply({ messageType: 'OFFER' }, { xid: 1 });
	boot.ask(
		{ messageType: 'REQUEST', serverIdentifier: server, requestedIpAddress: address, ...speakers.uefi },
		{ xid: 1 },
	);
	boot.reply({ messageType: 'ACK' }, { xid: 1 });
	boot.arp(otherMac, '10.0.0.10', server);
	boot.arp(mac, address, server);
	const [one, two, ...more] = bootTimeline(boot.frames);
	expect(more).toEqual([]);
	expect([one?.client, two?.client]).toEqual([
		{ mac, uuid: '12345678-9abc-def0-1122-334455667788', addresses: [address] },
		{ mac: otherMac, uuid: undefined, addresses: [] },
	]);
	expect(outline(one as BootSession)).toEqual([['UEFI PXE', 'discover 1', 'offer 4', 'request 5', 'ack 6', 'arp 8']]);
	expect(outline(two as BootSession)).toEqual([['PC BIOS PXE ROM', 'discover 2', 'offer 3', 'arp 7']]);
});

test('an address that goes to another client takes the events after that with it', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1);
	boot.arp('52:54:00:00:00:01', server, address);
	boot.lease(speakers.uefi, 2, {}, { chaddr: otherMac });
	boot.arp('52:54:00:00:00:01', server, address);
	const [one, two] = bootTimeline(boot.frames);
	expect(outline(one as BootSession)).toEqual([['UEFI PXE', 'discover 1', 'offer 2', 'request 3', 'ack 4', 'arp 5']]);
	expect(outline(two as BootSession)).toEqual([['UEFI PXE', 'discover 6', 'offer 7', 'request 8', 'ack 9', 'arp 10']]);
});

test('a capture beyond the relay: the client is chaddr, and frames have the router’s hardware address', () => {
	const boot = madeBoot();
	const router = { mac: '52:54:00:00:00:fe', address: '10.1.0.254', port: 67 };
	const serverHost = { mac: '52:54:00:00:00:01', address: server, port: 67 };
	const relayed = { chaddr: mac, xid: 7, giaddr: '10.1.0.254', hops: 1 };
	const discover = encodeDhcp({ op: 1, ...relayed, options: { messageType: 'DISCOVER', ...speakers.uefi } });
	boot.udp(router, serverHost, discover);
	const given = { yiaddr: '10.1.0.9' };
	boot.udp(serverHost, router, encodeDhcp({ op: 2, ...relayed, ...given, options: { messageType: 'OFFER' } }));
	boot.udp(router, serverHost, discover);
	boot.udp(serverHost, router, encodeDhcp({ op: 2, ...relayed, ...given, options: { messageType: 'ACK' } }));
	const client = { mac: router.mac, address: '10.1.0.9', port: 2070 };
	boot.tftp(client, { ...serverHost, port: 69 }, { kind: 'rrq', filename: 'a.efi', mode: 'octet', options: [] });
	const session = only(bootTimeline(boot.frames));
	expect(session.client).toMatchObject({ mac, addresses: ['10.1.0.9'] });
	expect(outline(session)).toEqual([['UEFI PXE', 'discover 1 3', 'offer 2', 'ack 4', 'tftp 5']]);
	const relays = session.stages[0]?.events.map((event) => 'relay' in event && event.relay);
	expect(relays).toEqual(['10.1.0.254', '10.1.0.254', '10.1.0.254', false]);
});

test('a capture on both sides of the relay has each packet twice, and joins only what is the same', () => {
	const boot = madeBoot();
	const router = { mac: '52:54:00:00:00:fe', address: '10.1.0.254', port: 67 };
	const options = { messageType: 'DISCOVER', ...speakers.uefi } as const;
	const relayed = encodeDhcp({ op: 1, xid: 1, chaddr: mac, giaddr: '10.1.0.254', hops: 1, options });
	for (let i = 0; i < 2; i++) {
		boot.ask(options);
		boot.udp(router, { address: server, port: 67 }, relayed);
	}
	expect(outline(only(bootTimeline(boot.frames)))).toEqual([['UEFI PXE', 'discover 1 3', 'discover 2 4']]);
});

test('a capture of the server’s "any" interface: answers have no hardware address of the client', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1, { bootfileName: 'a.efi' });
	boot.fetch('a.efi', 2070, mz);
	const frames = boot.frames.map((frame, place) => {
		const data = cooked(frame.data, place % 2 === 0 ? 'broadcast' : 'from-us');
		return { ...frame, linkType: 113, data, originalLength: data.length };
	});
	const session = only(bootTimeline(frames));
	expect(session.client).toMatchObject({ mac, addresses: [address] });
	expect(outline(session)).toEqual([['UEFI PXE', 'discover 1', 'offer 2', 'request 3', 'ack 4', 'tftp 5 6 7']]);
	expect(session.gaps).toEqual([]);
});

test('only what servers send', () => {
	const boot = madeBoot();
	boot.reply({ messageType: 'OFFER' });
	boot.reply({ messageType: 'ACK' });
	const session = only(bootTimeline(boot.frames));
	expect(session.client).toMatchObject({ mac, addresses: [address] });
	expect(session.gaps.map(({ code }) => code)).toEqual(['starts-in-the-middle', 'one-direction']);
});

test('only what the client sends', () => {
	const boot = madeBoot();
	boot.ask({ messageType: 'DISCOVER', ...speakers.uefi });
	boot.ask({ messageType: 'REQUEST', serverIdentifier: server, requestedIpAddress: address, ...speakers.uefi });
	const session = only(bootTimeline(boot.frames));
	expect(session.gaps.map(({ code }) => code)).toEqual(['one-direction']);
});

test('a DISCOVER without an answer is no gap of the capture, but silence', () => {
	const boot = madeBoot();
	for (let i = 0; i < 4; i++) boot.ask({ messageType: 'DISCOVER', ...speakers.uefi }, { secs: i * 4 });
	boot.frames.push({ ...boot.frames[0]!, index: 5, time: 20_000_000_000n, data: new Uint8Array(60) });
	const session = only(bootTimeline(boot.frames));
	expect(outline(session)).toEqual([['UEFI PXE', 'discover 1 2 3 4']]);
	expect(session.stages[0]?.events[0]).toMatchObject({ repeats: 3, time: 100_000_000n, end: 400_000_000n });
	expect(session.gaps).toEqual([]);
	expect(session.secondsAfter).toBe(19.6);
});

test('a capture that starts after the DISCOVER', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1);
	const session = only(bootTimeline(boot.frames.slice(2)));
	expect(outline(session)).toEqual([['UEFI PXE', 'request 3', 'ack 4']]);
	expect(session.gaps.map(({ code }) => code)).toEqual(['starts-in-the-middle']);
});

test('a capture without DHCP still has who fetches', () => {
	const boot = madeBoot();
	boot.fetch('a.efi', 2070, mz);
	const session = only(bootTimeline(boot.frames));
	expect(session.client).toEqual({ mac, uuid: undefined, addresses: [address] });
	expect(outline(session)).toEqual([['unknown firmware', 'tftp 1 2 3']]);
	expect(session.gaps.map(({ code }) => code)).toEqual(['no-dhcp']);
});

test('frames that were cut, and a file that ends inside one', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1);
	const cut = boot.frames.map((frame) => ({ ...frame, data: frame.data.subarray(0, 96) }));
	const session = only(bootTimeline(cut));
	expect(session.client.mac).toBe(mac);
	expect(outline(session)).toEqual([['unknown firmware', ...[1, 2, 3, 4].map((frame) => `unreadable-dhcp ${frame}`)]]);
	expect(session.gaps.map(({ code }) => code)).toEqual(['no-dhcp', 'cut-frames', 'unreadable-dhcp']);

	const partly = boot.frames.map((frame) => ({ ...frame, data: frame.data.subarray(0, 300) }));
	const second = only(bootTimeline(partly));
	// Option 60 is not there any more: nobody can tell who it is.
	expect(outline(second)).toMatchObject([['unknown firmware', 'discover 1', 'offer 2', 'request 3', 'ack 4']]);
	expect(second.gaps.map(({ code }) => code)).toEqual(['cut-frames']);

	const interfaces = [
		{ linkType: 1, snapLength: 0, ticksPerSecond: 1_000_000n, timeOffset: 0n, checkSequenceLength: 0 },
	];
	const common = { format: 'pcap' as const, comments: [], issues: [] };
	const file = { ...common, interfaces, frames: boot.frames, records: boot.frames.length };
	expect(only(bootTimeline({ ...file, truncated: true })).gaps.map(({ code }) => code)).toEqual(['file-truncated']);
	expect(only(bootTimeline({ ...file, truncated: false })).gaps).toEqual([]);
});

test('DHCP that can’t be read, or says nothing that is known, is an event all the same', () => {
	const boot = madeBoot();
	boot.ask({ messageType: 'DISCOVER', ...speakers.uefi });
	boot.udp(nobody, everybody, new Uint8Array(20));
	boot.ask({ messageType: 99, ...speakers.uefi });
	boot.udp(nobody, everybody, encodeDhcp({ op: 1, xid: 9, chaddr: mac, cookie: false }));
	const session = only(bootTimeline(boot.frames));
	expect(outline(session)).toEqual([
		['UEFI PXE', 'discover 1', 'unreadable-dhcp 2', 'other 3'],
		['BOOTP client', 'bootp-request 4'],
	]);
	expect(session.stages[0]?.events[1]).toMatchObject({ issue: { code: 'too-short' } });
	expect(session.gaps.map(({ code }) => code)).toEqual(['unreadable-dhcp']);
});

test('ROM, iPXE, its script and the system are told apart', () => {
	const boot = madeBoot();
	boot.lease(speakers.bios, 1, { bootfileName: 'undionly.kpxe' });
	boot.fetch('undionly.kpxe', 2070);
	boot.lease(speakers.ipxe, 2, { bootfileName: 'boot.ipxe' });
	boot.fetch('boot.ipxe', 2071, script);
	// The script asks for an address once more: the same iPXE.
	boot.lease(speakers.ipxe, 3);
	boot.lease(speakers.udhcpc, 4);
	const session = only(bootTimeline(boot.frames));
	expect(session.stages.map(({ kind, name }) => [kind, name])).toEqual([
		['rom', 'PC BIOS PXE ROM'],
		['ipxe', 'iPXE'],
		['kernel', 'Linux (udhcpc)'],
	]);
	expect(session.gaps).toEqual([]);
});

test('iPXE that loads itself again begins again', () => {
	const boot = madeBoot();
	for (const xid of [1, 2, 3]) {
		boot.lease(speakers.ipxe, xid, { bootfileName: 'ipxe.efi' });
		boot.fetch('ipxe.efi', 2070 + xid, mz);
	}
	expect(only(bootTimeline(boot.frames)).stages.map(({ name }) => name)).toEqual(['iPXE', 'iPXE', 'iPXE']);
});

test.each([
	['pxelinux.0', ['/tftpboot/pxelinux.cfg/default'], 'PXELINUX'],
	['syslinux.efi', ['ldlinux.e64', 'pxelinux.cfg/default'], 'SYSLINUX (EFI)'],
	['grubx64.efi', ['/grub/x86_64-efi/command.lst', '/grub/grub.cfg'], 'GRUB'],
	['shimx64.efi', ['grubx64.efi'], 'shim'],
	['bootx64.0', ['something.bin'], 'loader (bootx64.0)'],
])('%s gives itself away by what it fetches', (program, files, name) => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1, { bootfileName: program });
	boot.fetch(program, 2070, mz);
	for (const [place, file] of files.entries()) boot.fetch(file, 2071 + place);
	expect(only(bootTimeline(boot.frames)).stages.map(({ kind, name }) => [kind, name])).toEqual([
		['rom', 'UEFI PXE'],
		['loader', name],
	]);
});

test('who asks for an address in vain, and for the same file again, is still the same firmware', () => {
	const boot = madeBoot();
	boot.ask({ messageType: 'DISCOVER', ...speakers.uefi }, { xid: 1 });
	boot.lease(speakers.uefi, 2, { bootfileName: 'a.efi' });
	const client = { mac, address, port: 2070 };
	const serverHost = { mac: '52:54:00:00:00:01', address: server, port: 69 };
	const rrq = { kind: 'rrq', filename: 'a.efi', mode: 'octet', options: [] } as const;
	boot.tftp(client, serverHost, rrq);
	boot.portUnreachable(boot.frames.at(-1)?.data as Uint8Array);
	boot.tftp(client, serverHost, rrq);
	boot.portUnreachable(boot.frames.at(-1)?.data as Uint8Array);
	const session = only(bootTimeline(boot.frames));
	expect(outline(session)).toEqual([
		['UEFI PXE', 'discover 1', 'discover 2', 'offer 3', 'request 4', 'ack 5', 'tftp 6 8', 'icmp 7 9'],
	]);
});

test('two machines with one address', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1);
	boot.arp('52:54:00:00:00:01', server, address);
	boot.arpReply(mac, address, '52:54:00:00:00:01', server);
	boot.arpReply('52:54:00:00:00:77', address, '52:54:00:00:00:01', server);
	boot.arp(mac, '0.0.0.0', address);
	boot.arp(mac, address, address);
	const events = only(bootTimeline(boot.frames)).stages[0]?.events.slice(4);
	expect(events).toMatchObject([
		{ type: 'arp', purpose: 'who-has', frames: [5, 6, 7], answers: [mac, '52:54:00:00:00:77'] },
		{ type: 'arp', purpose: 'probe', frames: [8] },
		{ type: 'arp', purpose: 'announcement', frames: [9] },
	]);
});

test('an answer of a boot server on port 67 is one when the question was', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1);
	const client = { mac, address, port: 68 };
	const question = encodeDhcp({
		op: 1,
		xid: 5,
		chaddr: mac,
		ciaddr: address,
		options: { messageType: 'REQUEST', ...speakers.uefi },
	});
	boot.udp(client, { address: '10.0.0.2', port: 4011 }, question);
	boot.reply(
		{ messageType: 'ACK', vendorClassIdentifier: 'PXEClient' },
		{ xid: 5, yiaddr: '0.0.0.0', file: 'a.efi' },
		'10.0.0.2',
	);
	expect(only(bootTimeline(boot.frames)).stages[0]?.events.slice(4)).toMatchObject([
		{ type: 'proxy-request' },
		{ type: 'proxy-ack', gives: 'proxy' },
	]);
});

test('limits hold, and say so', () => {
	const boot = madeBoot();
	for (let i = 0; i < 20; i++)
		boot.ask({ messageType: 'DISCOVER' }, { xid: i, chaddr: `52:54:00:00:01:${String(i + 10)}` });
	const sessions = bootTimeline(boot.frames, { maxClients: 5 });
	expect(sessions.length).toBe(5);
	expect(sessions[0]?.gaps.map(({ code }) => code)).toEqual(['too-much']);

	const busy = madeBoot();
	for (let i = 0; i < 20; i++) busy.ask({ messageType: 'DISCOVER' }, { xid: i });
	const [session] = bootTimeline(busy.frames, { maxEvents: 5 });
	expect(session?.stages[0]?.events.length).toBe(5);
	expect(session?.gaps.map(({ code }) => code)).toEqual(['too-much']);
});

test('frame by frame, and over an iterable', () => {
	const boot = madeBoot();
	boot.lease(speakers.uefi, 1);
	const follower = followBoots();
	for (const frame of decodeFrames(boot.frames)) follower.push(frame);
	const whole = formatTimeline(bootTimeline(boot.frames));
	expect(formatTimeline(follower.end())).toBe(whole);
	expect(formatTimeline(bootTimeline(new Set(boot.frames).values()))).toBe(whole);
});
