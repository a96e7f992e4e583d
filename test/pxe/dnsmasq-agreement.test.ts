import { parseHex } from 'pxekit';
import { decodeDhcp, diffDhcp } from 'pxekit/dhcp';
import { createProxyDhcp } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { exchangesWith } from '../support/exchanges.ts';

/** dnsmasq as a proxy with one service for each architecture, and as a proxy with one file for all. */
const exchanges = exchangesWith('p_single.conf', 'p_boot.conf');

/** What the dnsmasq configurations of the captures serve. */
function proxyLike(serverConfig: string) {
	const files: Record<number, string> = { 0: 'pxelinux.0', 7: 'snponly.efi', 10: 'snponly-arm.efi' };
	return createProxyDhcp({
		serverAddress: '192.168.77.2',
		boot: ({ arch }) => ({ file: serverConfig === 'p_boot.conf' ? 'pxelinux.0' : (files[arch] as string) }),
	});
}

/**
 * Every difference, and why it is one:
 *
 * - BIOS ROM, DISCOVER: dnsmasq gives a menu of one entry, and the file only on port 4011. We give the file at once
 *   (siaddr and file, option 43 = discovery control 8), as dnsmasq does without pxe-service; it spares the second round.
 * - p_boot.conf: dnsmasq was told of no TFTP server and left siaddr 0, with which iPXE asks for ever. Ours is never 0
 *   beside a file. Its option 43 repeats the prompt of its configuration.
 * - UEFI iPXE, DISCOVER: takes the file from the OFFER when there is one, so it gets one.
 * - 4011: dnsmasq repeats the server's address as text in sname; nobody reads it when siaddr is set.
 * - 4011, iPXE without a boot item: we repeat option 43 = discovery control 8, which iPXE heeds and UEFI is not sent.
 */
const differences: Record<string, string[]> = {
	'bios-ipxe-e1000 p_single.conf DISCOVER': ['siaddr', 'file', 'option 43'],
	'bios-ipxe-e1000 p_single.conf REQUEST': [],
	'bios-ipxe-ne2k p_boot.conf DISCOVER': ['siaddr', 'option 43'],
	'bios-ipxe-ne2k p_boot.conf REQUEST': ['siaddr', 'option 43'],
	'ovmf-x64-pxe p_single.conf DISCOVER': [],
	'ovmf-x64-pxe p_single.conf REQUEST': ['sname'],
	'ovmf-x64-pxe iPXE p_single.conf DISCOVER': ['file', 'option 43'],
	'ovmf-x64-pxe iPXE p_single.conf REQUEST': ['sname', 'option 43'],
	'uboot-arm32 p_single.conf DISCOVER': [],
};

describe('our reply to a captured request is dnsmasq’s, but for what is listed', () => {
	test('nine exchanges', () => {
		expect(exchanges.length).toBe(9);
	});

	test.each(exchanges)('$client $serverConfig $request', async (exchange) => {
		const request = decodeDhcp(parseHex(exchange.requestHex));
		const [address, port] = exchange.requestFrom;
		const answer = await proxyLike(exchange.serverConfig).respond(request, {
			port: exchange.requestTo[1] as 67 | 4011,
			source: { address, port },
		});
		if (!answer.reply) throw new Error(`silent: ${answer.ignored}`);
		expect([answer.destination.address, answer.destination.port]).toEqual(exchange.replyTo);
		const theirs = decodeDhcp(parseHex(exchange.replyHex));
		const different = diffDhcp(theirs, decodeDhcp(answer.bytes)).map(({ field }) => field);
		const stage =
			exchange.client.startsWith('ovmf') && answer.client.ipxe ? `${exchange.client} iPXE` : exchange.client;
		const type = request.options.get('messageType');
		expect(different).toEqual(differences[`${stage} ${exchange.serverConfig} ${type}`]);
	});
});
