import { parseHex } from 'pxekit';
import { type DhcpOptionsRecord, decodeDhcp, replyTo } from 'pxekit/dhcp';
import { checkReply, createDhcpResponder, createProxyDhcp, replyRules } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';
import { exchangesWith } from '../support/exchanges.ts';
import { fixtureRows } from '../support/fixtures.ts';
import { arm64, bios, exchangeOf, ipxe, pxe, relayed, type Vector, vectors } from './reply-vectors.ts';

const codesOf = (vector: Vector): string[] => {
	const { request, reply } = exchangeOf(vector);
	return checkReply(decodeDhcp(request), reply, vector.on).map(({ code }) => code);
};

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
