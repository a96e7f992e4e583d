import { formatHex, parseHex } from 'pxekit';
import { type DhcpPacket, decodeDhcp } from 'pxekit/dhcp';
import { createDhcpResponder } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { exchangesWith } from '../support/exchanges.ts';

/** dnsmasq as the DHCP server: without boot information, with files, with UEFI HTTP boot. */
const exchanges = exchangesWith('s_plain.conf', 's_boot.conf', 's_http.conf');

/** What the dnsmasq configurations of the captures serve. */
function serverLike(serverConfig: string, address: string) {
	const self = '192.168.77.1';
	return createDhcpResponder({
		serverAddress: self,
		networks: [
			{
				subnet: '192.168.77.0/24',
				pool: [{ from: address, to: address }],
				options: { broadcastAddress: '192.168.77.255', router: [self], domainNameServer: [self] },
			},
		],
		boot({ arch, ipxe, kind }) {
			if (serverConfig === 's_plain.conf') return undefined;
			if (serverConfig === 's_http.conf')
				return kind === 'http' ? { file: 'http://192.168.77.1/bootx64.efi' } : undefined;
			if (ipxe) return { file: 'http://192.168.77.1/boot.ipxe' };
			return { file: arch === 7 ? 'snponly.efi' : 'pxelinux.0' };
		},
	});
}

/** What a client needs of a reply: addresses, boot file, and the options that make it an answer. */
function essence(packet: DhcpPacket): Record<string, unknown> {
	const { op, xid, flags, yiaddr, giaddr, mac } = packet;
	const codes = [53, 54, 51, 58, 59, 1, 60];
	const options = codes.map((code) => [`option ${code}`, formatHex(packet.options.bytes(code) ?? new Uint8Array(0))]);
	const file = packet.options.tryGet('bootfileName') || packet.file;
	return { op, xid, flags, yiaddr, giaddr, mac, file, ...Object.fromEntries(options) };
}

describe('our DHCP server’s reply to a captured request is dnsmasq’s', () => {
	test('of three configurations', () => {
		expect(new Set(exchanges.map(({ serverConfig }) => serverConfig)).size).toBe(3);
		expect(exchanges.length).toBeGreaterThan(15);
	});

	test.each(exchanges)('$client $serverConfig', async (exchange) => {
		const request = decodeDhcp(parseHex(exchange.requestHex));
		const theirs = decodeDhcp(parseHex(exchange.replyHex));
		const responder = serverLike(exchange.serverConfig, theirs.yiaddr);
		const answer = await responder.respond(request, { port: 67, unicast: false }, 0);
		if (!answer.reply) throw new Error(`silent: ${answer.ignored}`);
		const ours = decodeDhcp(answer.bytes);
		expect(essence(ours)).toEqual(essence(theirs));
		expect([answer.destination.address, answer.destination.port]).toEqual(exchange.replyTo);
		// dnsmasq fills siaddr always; a file's server is the same.
		if (ours.file !== '') expect(ours.siaddr).toBe(theirs.siaddr);
	});
});
