import { parseHex } from 'pxekit';
import {
	type DhcpOptionsRecord,
	type DhcpPacketInit,
	decodeDhcp,
	encodeDhcp,
	type ReplyInit,
	replyTo,
} from 'pxekit/dhcp';
import { type CheckReplyOptions, checkReply, createDhcpResponder, createProxyDhcp, replyRules } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';
import { exchangesWith } from '../support/exchanges.ts';
import { fixtureRows } from '../support/fixtures.ts';

const bios: DhcpOptionsRecord = { vendorClassIdentifier: 'PXEClient:Arch:00000:UNDI:002001', clientArchitecture: [0] };
const ipxe: DhcpOptionsRecord = { ...bios, userClass: { form: 'raw', classes: ['iPXE'] } };
const http: DhcpOptionsRecord = {
	vendorClassIdentifier: 'HTTPClient:Arch:00016:UNDI:003016',
	clientArchitecture: [16],
};
const arm64: DhcpOptionsRecord = {
	vendorClassIdentifier: 'PXEClient:Arch:00011:UNDI:003016',
	clientArchitecture: [11],
};

/** A vector: the request beside x64 UEFI's, the reply beside an address and a server. */
interface Vector {
	readonly asks?: DhcpOptionsRecord;
	readonly askFields?: Partial<DhcpPacketInit>;
	readonly says?: DhcpOptionsRecord;
	readonly fields?: Partial<Omit<ReplyInit, 'options'>>;
	readonly on?: CheckReplyOptions;
	/** Changes the bytes after encoding. */
	readonly bend?: (bytes: Uint8Array) => Uint8Array;
	readonly minLength?: number;
	readonly maxLength?: number;
}

function codesOf({ asks, askFields, says, fields, on, bend, minLength, maxLength = 9000 }: Vector): string[] {
	const request = bootRequest(asks, askFields);
	const options = { messageType: 'OFFER', serverIdentifier: '10.0.0.1', ...says } as const;
	const reply = replyTo(request, { yiaddr: '10.0.0.50', siaddr: '10.0.0.1', ...fields, options });
	const bytes = encodeDhcp(reply, { minLength, maxLength });
	return checkReply(request, bend ? bend(bytes) : bytes, on).map(({ code }) => code);
}

const pxe = { vendorClassIdentifier: 'PXEClient' } as const;
const noAddress = { yiaddr: '0.0.0.0' } as const;
const onPxePort: Vector = { on: { port: 4011 }, says: { ...pxe, messageType: 'ACK' }, fields: noAddress };
const uuid = { clientMachineIdentifier: { guid: '12345678-9abc-def0-1122-334455667788' } } as const;
/** 43: menu "A" of type 32769, timeout 0; servers of type 32769 or 32770; discovery control. */
const menu = (serverType: string, control = '060102') =>
	({ ...pxe, 43: parseHex(`${control} 0807${serverType}010a000001 0904800101 41 0a04004f4b21 ff`) }) as const;
const relayed = { giaddr: '10.1.0.1' } as const;
const option82 = { 82: parseHex('0102aabb') } as const;

test.each<[string, Vector]>([
	['a client that takes less than RFC 2131 lets it', { asks: { maximumMessageSize: 400 }, minLength: 548 }],
	[
		'a relay’s long option 82, which iPXE does not read',
		{ asks: { ...ipxe, 82: new Uint8Array(300).fill(1) }, askFields: relayed, minLength: 300 },
	],
	[
		'a NAK that says PXEClient',
		{ says: { ...pxe, messageType: 'NAK' }, fields: { yiaddr: '0.0.0.0', siaddr: '0.0.0.0' } },
	],
])('nothing is said against %s', (_, vector) => {
	expect(codesOf(vector)).toEqual([]);
});

/** For each code: a reply that it is for, and one that only looks so. */
const vectors: Record<string, readonly [fires: Vector, nearMiss: Vector]> = {
	'other-transaction': [{ fields: { xid: 5 } }, { askFields: { xid: 0 } }],
	'no-server-identifier': [{ says: { serverIdentifier: undefined } }, {}],
	'empty-option': [
		{ says: { 12: new Uint8Array(0) } },
		// Other options may be empty: RFC 4039's rapid commit always is.
		{ says: { 80: new Uint8Array(0) } },
	],
	'no-end': [
		{ bend: (bytes) => bytes.subarray(0, 240 + 9), says: {} },
		{ bend: (bytes) => bytes.subarray(0, 240 + 10), says: {} },
	],
	'longer-than-client-takes': [
		{ asks: { maximumMessageSize: 700 }, minLength: 673 },
		{ asks: { maximumMessageSize: 700 }, minLength: 672 },
	],
	'longer-than-a-frame': [{ minLength: 1473 }, { minLength: 1472 }],
	'overload-to-ipxe': [
		{ asks: ipxe, says: { 224: new Uint8Array(100) }, maxLength: 300 },
		{ asks: bios, says: { 224: new Uint8Array(100) }, maxLength: 300 },
	],
	'split-option-to-ipxe': [
		{ asks: ipxe, says: { 224: new Uint8Array(256) } },
		{ asks: ipxe, says: { 224: new Uint8Array(255) } },
	],
	'vendor-options-split': [
		{ says: { ...pxe, 43: new Uint8Array(256) }, on: { answersPort4011: true } },
		{ says: { ...pxe, 43: new Uint8Array(255) }, on: { answersPort4011: true } },
	],
	'pxe-without-boot-information': [{ says: pxe }, { says: pxe, on: { answersPort4011: true } }],
	'boot-server-without-file': [onPxePort, { ...onPxePort, fields: { ...noAddress, file: 'a.efi' } }],
	'proxy-without-vendor-class': [
		{ fields: { ...noAddress, file: 'a.efi' } },
		{ fields: { ...noAddress, file: 'a.efi' }, says: pxe },
	],
	'proxy-file-without-server': [
		{ fields: { ...noAddress, siaddr: '0.0.0.0', file: 'a.efi' }, says: pxe },
		// A DHCP server's own OFFER: clients take option 54 for the server.
		{ fields: { siaddr: '0.0.0.0', file: 'a.efi' } },
	],
	'http-without-vendor-class': [
		{ asks: http, says: { bootfileName: 'http://10.0.0.1/a.efi' } },
		{ asks: http, says: { bootfileName: 'http://10.0.0.1/a.efi', vendorClassIdentifier: 'HTTPClient:mine' } },
	],
	'http-without-uri': [
		{ asks: http, says: { vendorClassIdentifier: 'HTTPClient', bootfileName: 'a.efi' } },
		{ asks: http, says: { vendorClassIdentifier: 'HTTPClient' }, fields: { file: 'http://10.0.0.1/a.efi' } },
	],
	'wrong-architecture': [{ fields: { file: 'boot/undionly.kpxe' } }, { fields: { file: 'boot/undionly.kpxe.efi' } }],
	'two-boot-files': [
		{ fields: { file: 'a.efi' }, says: { bootfileName: 'b.efi' } },
		{ fields: { file: 'a.efi' }, says: { bootfileName: 'a.efi' } },
	],
	'file-name-not-terminated': [
		{ asks: bios, says: { bootfileName: 'a' } },
		{ asks: bios, says: { 67: parseHex('6100') } },
	],
	'server-name-is-binary': [{ says: { 66: parseHex('0a000001') } }, { says: { tftpServerName: 'tftp' } }],
	'machine-identifier-not-echoed': [
		{ asks: uuid, says: { ...pxe, 97: new Uint8Array(17) }, fields: { file: 'a.efi' } },
		{ asks: uuid, says: pxe, fields: { file: 'a.efi' } },
	],
	'menu-entry-without-server': [{ says: menu('8002') }, { says: menu('8001') }],
	'multicast-without-address': [{ says: menu('8001', '060101') }, { says: menu('8001', '060102') }],
	'relay-not-copied': [
		{ askFields: relayed, asks: option82, says: { 82: parseHex('0102aabc') } },
		{ askFields: relayed, asks: option82 },
	],
	'broadcast-flag-lost': [{ askFields: { flags: 0x8000 }, fields: { flags: 0 } }, { fields: { flags: 0x8000 } }],
	'shorter-than-bootp': [{ minLength: 299 }, { minLength: 300 }],
};

describe('checkReply', () => {
	test('every rule has its vectors', () => {
		expect(Object.keys(vectors).sort()).toEqual(replyRules.map(({ code }) => code).sort());
	});

	test.each(replyRules.map((rule) => [rule.code, rule] as const))('%s: fires, and a near miss does not', (code) => {
		const [fires, nearMiss] = vectors[code] as (typeof vectors)[string];
		expect(codesOf(fires)).toContain(code);
		expect(codesOf(nearMiss)).not.toContain(code);
	});

	test('a finding says what, how bad, and where it is from', () => {
		const request = bootRequest();
		const reply = replyTo(request, {
			yiaddr: '10.0.0.50',
			siaddr: '10.0.0.1',
			file: 'pxelinux.0',
			options: { messageType: 'OFFER', serverIdentifier: '10.0.0.1' },
		});
		expect(checkReply(request, reply)).toEqual([
			{
				code: 'wrong-architecture',
				severity: 'error',
				message:
					'"pxelinux.0" is a PC BIOS boot program (names of SYSLINUX, iPXE and Windows boot programs), but the client is x64 UEFI',
				source: 'IANA processor architecture types; UEFI 2.10 section 3.5.1.1',
			},
		]);
	});

	test('giaddr counts as much as option 82', () => {
		expect(codesOf({ askFields: relayed, fields: { giaddr: '0.0.0.0' } })).toContain('relay-not-copied');
	});
});

describe('a file’s name against the machine', () => {
	test.each([
		['ipxe.efi', bios, true],
		['ipxe.efi', {}, false],
		['BOOTX64.EFI', {}, false],
		['BOOTX64.EFI', arm64, true],
		['grubaa64.efi', {}, true],
		['grubaa64.efi', arm64, false],
		['bootia32.efi', {}, true],
		['pxelinux.0', bios, false],
		['undionly.kkpxe', arm64, true],
		['wdsnbp.n12', {}, true],
		['bootx64.efi', { ...arm64, clientArchitecture: [9] }, false],
		['http://h/bootaa64.efi?mac=1', ipxe, true],
		['http://h/boot.ipxe', ipxe, false],
		['boot.0/vmlinuz', {}, false],
	] as [string, DhcpOptionsRecord, boolean][])('%s %#', (file, asks, wrong) => {
		expect(codesOf({ asks, fields: { file } }).includes('wrong-architecture')).toBe(wrong);
	});

	test('the layer at the end of a boot item’s name is no file type', () => {
		const item = { ...pxe, messageType: 'ACK', 43: parseHex('470480010000ff') } as const;
		const said = { says: item, fields: { file: 'grubx64.0' }, on: { port: 4011 } } as const;
		expect(codesOf(said)).toEqual([]);
	});
});

describe('replies of dnsmasq to real firmware', () => {
	/** With p_boot.conf iPXE asked port 4011 again and again; every other exchange led to a boot. */
	test.each(exchangesWith())('$client $serverConfig', (exchange) => {
		const found = checkReply(decodeDhcp(parseHex(exchange.requestHex)), parseHex(exchange.replyHex), {
			port: exchange.requestTo[1] as 67 | 4011,
			answersPort4011: /^p_|combined/.test(exchange.serverConfig),
		});
		const stranded = exchange.serverConfig === 'p_boot.conf';
		expect(found.map(({ code }) => code)).toEqual(stranded ? ['proxy-file-without-server'] : []);
	});
});

describe('our own replies to every captured request', () => {
	const requests = fixtureRows<{ hex: string }>('dhcp/packets.jsonl')
		.map(({ hex }) => decodeDhcp(parseHex(hex)))
		.filter(({ op }) => op === 1);
	const boot: Parameters<typeof createProxyDhcp>[0]['boot'] = ({ kind, ipxe, architecture }) => {
		if (kind === 'http' || ipxe) return { file: 'http://192.168.77.1/boot' };
		return { file: architecture.firmware === 'bios' ? 'undionly.kpxe' : 'boot.efi' };
	};
	const proxy = createProxyDhcp({ serverAddress: '192.168.77.1', boot });
	const dhcp = createDhcpResponder({
		serverAddress: '192.168.77.1',
		networks: [{ subnet: '192.168.77.0/24', pool: [{ from: '192.168.77.100', to: '192.168.77.200' }] }],
		ignoreClientIdentifier: true,
		boot,
	});

	test.each(['proxy', 'dhcp'] as const)('%s', async (role) => {
		let answered = 0;
		for (const request of requests) {
			for (const port of [67, 4011] as const) {
				const received = { port, source: { address: '192.168.77.100', port: 68 } };
				const answer =
					role === 'proxy' ? await proxy.respond(request, received) : await dhcp.respond(request, received, 0);
				if (!answer.reply) continue;
				answered++;
				expect(checkReply(request, answer.bytes, { port, answersPort4011: true })).toEqual([]);
			}
		}
		expect(answered).toBeGreaterThan(20);
	});
});
