import { existsSync, readFileSync } from 'node:fs';
import { DecodeError, parseHex } from 'pxekit';
import { type DhcpPacket, decodeDhcp, dhcpOptionTable, encodeDhcp } from 'pxekit/dhcp';
import { encodeBsdpOptions, encodePxeOptions } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { fixtureRows } from '../support/fixtures.ts';
import { optionVectors } from '../support/option-vectors.ts';
import { type TsharkField, tsharkFields } from '../support/tshark.ts';
import { agree, ourValues, tsharkValues } from '../support/tshark-options.ts';

interface NamedPacket {
	readonly name: string;
	readonly bytes: Uint8Array;
}

/** Codes that tshark 4.0 shows as bytes only: it can't tell whether we read them right. */
const notRead = [
	62, 80, 88, 89, 95, 98, 108, 109, 139, 140, 141, 143, 144, 147, 148, 162, 175, 203, 208, 211, 213, 220, 221,
];

/** Where tshark reads an option otherwise wherever it occurs, and why we do not follow. */
const otherReading: Readonly<Record<number, string>> = {
	52: 'tshark nests the options of sname and file below it; our entries have them in a row',
	63: 'tshark tells a sub-option both raw and typed',
	122: 'tshark leaves out the data of a sub-option that stands for another one of PacketCable',
	137: 'tshark shows the labels of the name with their length bytes; RFC 5223 section 3 has the form of RFC 1035',
	152: 'tshark counts from 1900 as NTP does; we give the number as it is',
	154: 'as 152',
	155: 'as 152',
	158: 'tshark 4.0 goes one byte on for each list instead of its length',
};

const bareUserClass = 'a bare user class; tshark knows the form of RFC 3004 only';
const malformed = 'malformed; tshark notes it or shows what it can';
const vendorsOwn = 'tshark knows what CableLabs put inside, and some of it is cut short; we keep bytes';

/** The same for single packets and vectors. A key is a code and the beginning of a name. */
const reasons = {
	vectors: {
		'82 relayAgentInformation: ours ["9"': vendorsOwn,
		'82 relayAgentInformation: ours ["19"]': 'no data, for which tshark has an empty field',
		'82 relayAgentInformation: ours ["152"]': 'no data, for which tshark has empty fields',
		'82 relayAgentInformation: ours ["151"': 'we keep the type and the name as bytes',
		'82 relayAgentInformation: ours ["200"': 'tshark shows the number only',
		'82 relayAgentInformation: ours ["5","0a:00:00"]': malformed,
	},
	ownValues: {
		'12 hostname non-UTF8': malformed,
		'77 user class raw iPXE': bareUserClass,
		'93 client arch odd': malformed,
		'93 client arch 1 byte': malformed,
		'94 4 bytes': malformed,
		'97 16 bytes': malformed,
		'119 domain search pointer loop': malformed,
		'119 domain search label overrun': malformed,
		'43 PXE vendor options (60 = PXEClient): ours ["32768","80:00","00:00:00:01"]': 'tshark shows bytes of 12 only',
		'43 PXE vendor options (60 = PXEClient): ours ["239.1.2.3","1744","1745"]':
			'tshark reads the MTFTP ports little-endian; we read them in network order as all else in option 43',
		'43 PXE vendor options (60 = PXEClient): ours ["ef:01:02:03:00:10:00:04"]': 'tshark shows bytes of 11 only',
	},
	ownCaptures: { '77 lab:': bareUserClass },
	foreignValues: {
		'1 subnet mask 12 bytes': malformed,
		'36 ethernet encapsulation': 'the byte is 2; RFC 2132 6.3 knows 0 and 1',
		'60 BSDP': 'tshark shows the part behind the slash once more',
		'82 relay agent info truncated': malformed,
		'121 classless prefix 64': malformed,
		'121 classless prefix 33': malformed,
		'121 classless one route then junk': malformed,
		'43 Apple BSDP vendor options (60 = AAPLBSDPC...): ours ["9"': 'the second image is cut short: malformed',
	},
	foreignPackets: {
		'56 suricata-verify:input.pcap#1': 'parts of option 56 in file and sname, which RFC 3396 section 5 joins',
		'33 tcpdump:dhcp-option-33.pcap#5': malformed,
		'61 tcpdump:dhcpv4v6-rfc5970-rfc8572.pcap': 'type 0 and a text that begins with a NUL: tshark stops there',
		'60 kea:': 'tshark shows a DOCSIS class once more',
		'82 kea:': vendorsOwn,
		'125 kea:': vendorsOwn,
		'dhcp-dotnet:DhcpTestPackets.cs~1': 'zeros stand where the magic cookie should be: for us it has no options',
	},
};

function withOption(name: string, code: number, bytes: Uint8Array, vendorClass: string): NamedPacket {
	const options: (readonly [number, Uint8Array])[] = [
		[53, Uint8Array.of(2)],
		[60, new TextEncoder().encode(vendorClass)],
	];
	const others = options.filter(([other]) => other !== code);
	const chaddr = '52:54:00:12:34:56';
	return { name, bytes: encodeDhcp({ op: 2, xid: 1, chaddr, options: [...others, [code, bytes]] }) };
}

interface OptionRow {
	readonly code: number;
	readonly name: string;
	readonly hex: string;
}

/** Option 52 is left out: it changes what the packet means. */
function packetsOf(rows: readonly OptionRow[]): NamedPacket[] {
	return rows
		.filter(({ code, hex }) => hex !== '' && code !== 52)
		.map(({ code, name, hex }) => {
			const vendorClass = name.includes('Apple') ? 'AAPLBSDPC' : code === 43 ? 'PXEClient' : 'none';
			return withOption(name, code, parseHex(hex), vendorClass);
		});
}

/** What we and tshark read; `undefined` when the bytes are malformed. */
function readings(packet: DhcpPacket, option: TsharkField): { ours: string[] | undefined; theirs: string[] } {
	const theirs = tsharkValues(option);
	try {
		return { ours: ourValues(packet, Number(option.show)) ?? theirs, theirs };
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		return { ours: undefined, theirs };
	}
}

function differences(packets: readonly NamedPacket[]): string[] {
	const dissected = tsharkFields(
		packets.map(({ bytes }) => ({ sourcePort: 67, destinationPort: 68, payload: bytes })),
		'dhcp',
	);
	expect(dissected.length).toBe(packets.length);
	return packets.flatMap(({ name, bytes }, i) => {
		const packet = decodeDhcp(bytes);
		const options = (dissected[i] ?? []).filter(
			({ name, show }) => name === 'dhcp.option.type' && show !== '0' && show !== '255',
		);
		const codes = packet.options.entries().filter(({ source }) => source === 'options');
		const found = options.map(({ show }) => Number(show));
		if (codes.map(({ code }) => code).join() !== found.join()) return [`${name}: other options`];
		return options.flatMap((option) => {
			const code = Number(option.show);
			const { ours, theirs } = readings(packet, option);
			if (notRead.includes(code)) return theirs.length === 0 ? [] : [`${code} ${name}: tshark reads it after all`];
			if (code in otherReading || (ours && agree(ours, theirs))) return [];
			return [`${code} ${name}: ours ${JSON.stringify(ours ?? 'malformed')}, tshark's ${JSON.stringify(theirs)}`];
		});
	});
}

/** What tshark finds wrong with a packet. */
function warnings({ name, bytes }: NamedPacket): string[] {
	const below = (field: TsharkField): string[] => [
		...(field.name === '_ws.expert.message' ? [`${name}: ${field.show}`] : []),
		...field.fields.flatMap(below),
	];
	const [fields = []] = tsharkFields([{ sourcePort: 67, destinationPort: 68, payload: bytes }], 'dhcp');
	return fields.flatMap(below);
}

/** Differences without those that have a reason, and reasons that nothing needs. */
function unexplained(found: readonly string[], reasons: Readonly<Record<string, string>>): string[] {
	const keys = Object.keys(reasons);
	const idle = keys.filter((key) => !found.some((line) => line.startsWith(key)));
	return [
		...found.filter((line) => !keys.some((key) => line.startsWith(key))),
		...idle.map((key) => `no difference any more: ${key}`),
	];
}

test('tshark reads every vector of every option as we do', () => {
	const packets = optionVectors
		.filter(([name]) => name !== 'optionOverload')
		.map(([name, , hex]) => {
			const code = dhcpOptionTable.find((row) => row.name === name)?.code as number;
			return withOption(name, code, parseHex(hex), 'none');
		});
	expect(unexplained(differences(packets), reasons.vectors)).toEqual([]);
});

test('PXE and BSDP sub-options that no capture has', () => {
	const lcm = encodePxeOptions({
		lcmServer: 'server',
		lcmDomain: 'domain',
		lcmNicOption: Uint8Array.of(1, 2),
		lcmWorkgroup: 'group',
		lcmDiscovery: true,
		lcmConfigured: false,
		lcmVersion: 0x01020304,
		lcmSerialNumber: 'serial',
	});
	const menu = encodePxeOptions({
		mtftpAddress: '239.1.2.3',
		discoveryControl: { disableBroadcast: true, serverListOnly: true },
		bootServers: [
			{ type: 1, addresses: [] },
			{ type: 0xffff, addresses: ['10.0.0.1', '10.0.0.2'] },
		],
		bootMenu: [
			{ type: 0, text: 'Local disk' },
			{ type: 1, text: 'Windows' },
		],
		menuPrompt: { timeout: 255, text: 'Choose' },
		bootItem: { type: 1, layer: 2, credentials: true },
	});
	const netBoot = encodeBsdpOptions({
		messageType: 1,
		version: 0x0101,
		replyPort: 993,
		bootImageListPath: 'a',
		defaultBootImageId: { install: false, kind: 2, index: 7 },
		bootImageList: [{ install: true, kind: 1, index: 4096, name: 'Lab' }],
		messageSize: 1500,
	});
	const packets = [
		withOption('LCM', 43, lcm, 'PXEClient'),
		withOption('menu', 43, menu, 'PXEClient'),
		withOption('NetBoot', 43, netBoot, 'AAPLBSDPC'),
	];
	expect(differences(packets)).toEqual([]);
	expect(packets.flatMap(warnings)).toEqual([]);
});

test('own option values', () => {
	expect(unexplained(differences(packetsOf(fixtureRows('dhcp/options.jsonl'))), reasons.ownValues)).toEqual([]);
});

test('own captures', () => {
	const packets = fixtureRows<{ name: string; hex: string }>('dhcp/packets.jsonl').map(({ name, hex }) => ({
		name,
		bytes: parseHex(hex),
	}));
	expect(unexplained(differences(packets), reasons.ownCaptures)).toEqual([]);
});

const foreign = new URL('../../../shared/foreign/dhcp/', import.meta.url);

describe.skipIf(!existsSync(foreign))('others’ captures and vectors', () => {
	const rows = <Row>(name: string): Row[] =>
		readFileSync(new URL(name, foreign), 'utf8')
			.split('\n')
			.filter((line) => line !== '')
			.map((line) => JSON.parse(line) as Row);

	test('option values', () => {
		expect(unexplained(differences(packetsOf(rows('options.jsonl'))), reasons.foreignValues)).toEqual([]);
	});

	test('packets', () => {
		const packets = [
			...rows<{ name: string; hex: string }>('packets-pcap.jsonl'),
			...rows<{ name: string; hex: string }>('packets-text.jsonl'),
		].map(({ name, hex }) => ({ name, bytes: parseHex(hex) }));
		expect(unexplained(differences(packets), reasons.foreignPackets)).toEqual([]);
	});
});
