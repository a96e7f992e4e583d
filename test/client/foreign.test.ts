import { existsSync, readFileSync } from 'node:fs';
import { formatHex, parseHex } from 'pxekit';
import { createBootClient, type SimulatedClient } from 'pxekit/client';
import { decodeDhcp, encodeDhcp, replyTo } from 'pxekit/dhcp';
import { encodePxeOptions } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';

/** Packets of machines that other projects have recorded. They are read where they are, and are no part of this one. */
const folder = new URL('../../../shared/foreign/dhcp/', import.meta.url);
const isThere = existsSync(folder);

function packetNamed(name: string): Uint8Array {
	for (const file of ['packets-pcap.jsonl', 'packets-text.jsonl']) {
		for (const line of readFileSync(new URL(file, folder), 'utf8').split('\n')) {
			if (line === '') continue;
			const row = JSON.parse(line) as { name: string; hex: string };
			if (row.name.startsWith(name)) return parseHex(row.hex);
		}
	}
	throw new Error(`no packet ${name}`);
}

/** All but transaction number and `secs`. */
function described(bytes: Uint8Array): unknown {
	const { options, xid: _xid, secs: _secs, chaddr, trailing, ...fields } = decodeDhcp(bytes);
	return {
		...fields,
		length: bytes.length,
		chaddr: formatHex(chaddr),
		trailing: formatHex(trailing),
		options: options.entries().map(({ code, bytes: value }) => `${code}=${formatHex(value)}`),
	};
}

function send(client: SimulatedClient, from: string, port: number, bytes: Uint8Array, now: number): void {
	client.receive(
		{ from: { address: from, port }, to: { address: '255.255.255.255', port: port === 67 ? 68 : port }, bytes },
		now,
	);
}

describe.skipIf(!isThere)('machines recorded by others (../shared/foreign/dhcp)', () => {
	test('intel-undi-2.1: the ROM of an ASRock board', () => {
		const request = packetNamed('netboot:nsec.pcap#4');
		const bootServerRequest = packetNamed('netboot:nsec.pcap#6');
		const { mac, options } = decodeDhcp(request);
		const uuid = options.get('clientMachineIdentifier')!.guid;
		const client = createBootClient({ profile: 'intel-undi-2.1', mac, uuid }, 0);
		const discover = decodeDhcp(client.nextDatagram(0)!.bytes);
		const offer = (server: string, yiaddr: string | undefined) =>
			encodeDhcp(
				replyTo(discover, {
					yiaddr,
					options: yiaddr
						? { messageType: 'OFFER', serverIdentifier: server }
						: {
								messageType: 'OFFER',
								serverIdentifier: server,
								vendorClassIdentifier: 'PXEClient',
								// A menu whose entry is the type that the recorded ROM asked for.
								vendorSpecificInformation: encodePxeOptions({
									discoveryControl: { disableBroadcast: true, disableMulticast: true },
									bootServers: [{ type: 0x8000, addresses: [server] }],
									bootMenu: [{ type: 0x8000, text: 'Pixiecore' }],
									menuPrompt: { timeout: 0, text: 'Pixiecore' },
								}),
							},
				}),
			);
		send(client, '192.168.16.1', 67, offer('192.168.16.1', '192.168.16.12'), 1);
		send(client, '192.168.16.10', 67, offer('192.168.16.10', undefined), 2);
		client.expire(client.nextDeadline);
		const sent = client.nextDatagram(4000)!;
		expect(described(sent.bytes)).toEqual(described(request));
		const ack = replyTo(decodeDhcp(sent.bytes), {
			yiaddr: '192.168.16.12',
			options: { messageType: 'ACK', serverIdentifier: '192.168.16.1' },
		});
		send(client, '192.168.16.1', 67, encodeDhcp(ack), 4001);
		const asked = client.nextDatagram(4001)!;
		expect([asked.from, asked.to]).toEqual([
			{ address: '192.168.16.12', port: 4011 },
			{ address: '192.168.16.10', port: 4011 },
		]);
		// Type 0x8000 of the menu, layer 0.
		expect(described(asked.bytes)).toEqual(described(bootServerRequest));
	});

	test('raspberry-pi-4: DISCOVER of a Raspberry Pi 3, whose ROM it shares its options with', () => {
		const discover = packetNamed('ci-tron:X86_TFTP_DISCOVER');
		const { mac, options } = decodeDhcp(discover);
		const client = createBootClient({ profile: 'raspberry-pi-4', mac, options: { 97: options.bytes(97)! } }, 0);
		expect(described(client.nextDatagram(0)!.bytes)).toEqual(described(discover));
	});
});
