import { formatHex, parseHex } from 'pxekit';
import { type DhcpPacket, decodeDhcp } from 'pxekit/dhcp';
import { createProxyDhcp, identifyClient } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';
import { exchangesWith } from '../support/exchanges.ts';

/** Every architecture that boots from HTTP, as the IANA registry "Processor Architecture Types" has them. */
const httpArchitectures = [15, 16, 17, 18, 19, 20, 23, 24, 26, 28, 30, 38, 40];
const otherArchitectures = Array.from({ length: 42 }, (_, arch) => arch).filter(
	(arch) => !httpArchitectures.includes(arch),
);

const vendorClass = (arch: number) => `HTTPClient:Arch:${String(arch).padStart(5, '0')}:UNDI:003016`;
const discover = (arch: number) =>
	bootRequest({ vendorClassIdentifier: vendorClass(arch), clientArchitecture: [arch] }, { flags: 0x8000 });

async function offerTo(request: DhcpPacket, file = 'http://10.0.0.2/boot.efi') {
	const proxy = createProxyDhcp({ serverAddress: '10.0.0.2', boot: () => ({ file }) });
	const answer = await proxy.respond(request, { port: 67, source: { address: '0.0.0.0', port: 68 } });
	return answer.reply ? { answer, packet: decodeDhcp(answer.bytes) } : answer.ignored;
}

describe('an OFFER for HTTP boot', () => {
	test.each(httpArchitectures)('architecture %i: the bare word in option 60, the URI in option 67', async (arch) => {
		const request = discover(arch);
		expect(identifyClient(request)).toMatchObject({ kind: 'http', arch, architecture: { number: arch, http: true } });
		const offer = await offerTo(request);
		if (typeof offer !== 'object') throw new Error(`silent: ${offer}`);
		const { packet, answer } = offer;
		const ascii = (text: string) => Buffer.from(text, 'ascii').toString('hex');
		expect(formatHex(packet.options.bytes(60) as Uint8Array)).toBe(ascii('HTTPClient'));
		expect(formatHex(packet.options.bytes(67) as Uint8Array)).toBe(ascii('http://10.0.0.2/boot.efi'));
		expect([packet.yiaddr, packet.file, packet.sname]).toEqual(['0.0.0.0', '', '']);
		expect(packet.options.entries().map(({ code }) => code)).toEqual([53, 54, 60, 67]);
		expect(answer.destination).toEqual({ address: '255.255.255.255', port: 68 });
	});

	test.each(httpArchitectures)('architecture %i without option 93: its number is read from option 60', (arch) => {
		const request = bootRequest({ vendorClassIdentifier: vendorClass(arch), clientArchitecture: undefined });
		expect(identifyClient(request)).toMatchObject({ kind: 'http', arch, archSource: 'vendorClassIdentifier' });
	});

	test.each(['boot.efi', '/srv/boot.efi', 'tftp://10.0.0.2/boot.efi', 'ftp://h/http://x'])(
		'%s is no URI that it could fetch: silence',
		async (file) => {
			expect(await offerTo(discover(16), file)).toBe('http-needs-url');
		},
	);

	test.each(['HTTPS://boot.example/a.efi', 'https://boot.example/a.efi'])('%s is one', async (file) => {
		expect(await offerTo(discover(19), file)).toMatchObject({ packet: { file: '' } });
	});

	test.each(otherArchitectures)('architecture %i does not boot from HTTP', (arch) => {
		const request = bootRequest({ vendorClassIdentifier: 'PXEClient', clientArchitecture: [arch] });
		expect(identifyClient(request)).toMatchObject({ kind: 'pxe', architecture: { http: false } });
	});
});

test('OVMF’s captured DISCOVER gets what it got from dnsmasq, but for the address', async () => {
	// The last DISCOVER of that client: dnsmasq's first OFFER was not yet one for HTTP, and was ignored.
	const exchange = exchangesWith('s_http.conf').findLast(({ requestType }) => requestType === 1);
	const theirs = decodeDhcp(parseHex(exchange?.replyHex as string));
	const uri = theirs.options.get('bootfileName') ?? theirs.file;
	expect(uri).toBe('http://192.168.77.1/bootx64.efi');
	const offer = await offerTo(decodeDhcp(parseHex(exchange?.requestHex as string)), uri);
	if (typeof offer !== 'object') throw new Error(`silent: ${offer}`);
	const ours = offer.packet;
	expect(ours.options.bytes(60)).toEqual(theirs.options.bytes(60));
	expect(ours.options.get('bootfileName')).toBe(uri);
	expect([theirs.yiaddr === '0.0.0.0', ours.yiaddr]).toEqual([false, '0.0.0.0']);
	expect([ours.xid, ours.flags, ours.chaddr]).toEqual([theirs.xid, theirs.flags, theirs.chaddr]);
});
