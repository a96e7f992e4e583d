import { EncodeError, formatHex, parseHex } from 'pxekit';
import { decodeDhcp, type ReceivedOn } from 'pxekit/dhcp';
import { type BootAnswer, createProxyDhcp, type ProxyAnswer } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';

const bios = { vendorClassIdentifier: 'PXEClient:Arch:00000:UNDI:002001', clientArchitecture: [0] } as const;
const http = { vendorClassIdentifier: 'HTTPClient:Arch:00016:UNDI:003016', clientArchitecture: [16] } as const;
const client4011 = { address: '10.0.0.77', port: 4011 } as const;

function proxy(answer: BootAnswer | undefined = { file: 'ipxe.efi' }) {
	return createProxyDhcp({ serverAddress: '10.0.0.2', boot: () => answer });
}

/** The answer as its receiver reads it. */
function received(answer: ProxyAnswer) {
	if (!answer.reply) throw new Error(`silent: ${answer.ignored}`);
	return { ...decodeDhcp(answer.bytes), destination: answer.destination };
}

async function ask(
	options: Parameters<typeof bootRequest>[0] = {},
	{
		on = { port: 67, source: { address: '0.0.0.0', port: 68 } },
		fields = {},
		boot,
	}: { on?: ReceivedOn; fields?: Parameters<typeof bootRequest>[1]; boot?: BootAnswer } = {},
) {
	return received(await proxy(boot).respond(bootRequest(options, fields), on));
}

describe('OFFER on port 67', () => {
	test('UEFI is sent to port 4011: siaddr is the proxy, no file, no option 43', async () => {
		const offer = await ask();
		expect(offer).toMatchObject({ op: 2, xid: 0x1234_5678, yiaddr: '0.0.0.0', siaddr: '10.0.0.2', file: '' });
		expect(offer.options.entries().map(({ code }) => code)).toEqual([53, 54, 60]);
		expect(offer.options.get('vendorClassIdentifier')).toBe('PXEClient');
		expect(offer.issues).toEqual([]);
	});

	test('BIOS gets the file and is told to take it', async () => {
		const offer = await ask(bios, { boot: { file: 'pxelinux.0', serverAddress: '10.0.0.9' } });
		expect(offer).toMatchObject({ siaddr: '10.0.0.9', file: 'pxelinux.0' });
		expect(offer.options.get('serverIdentifier')).toBe('10.0.0.2');
		expect(formatHex(offer.options.bytes(43) as Uint8Array)).toBe('060108ff');
	});

	test('iPXE gets the file at once, UEFI or not: with siaddr, or it would ask for ever', async () => {
		const offer = await ask(
			{ userClass: { form: 'raw', classes: ['iPXE'] } },
			{ boot: { file: 'http://h/boot.ipxe' } },
		);
		expect(offer).toMatchObject({ siaddr: '10.0.0.2', file: 'http://h/boot.ipxe' });
	});

	test('UEFI HTTP boot gets the URI in option 67', async () => {
		const offer = await ask(http, { boot: { file: 'http://10.0.0.2/a.efi' } });
		expect(offer.options.get('vendorClassIdentifier')).toBe('HTTPClient');
		expect(offer.options.get('bootfileName')).toBe('http://10.0.0.2/a.efi');
	});

	test('goes by broadcast, and says so', async () => {
		const offer = await ask({}, { fields: { flags: 0x0001 } });
		expect([offer.flags, offer.destination]).toEqual([0x8001, { address: '255.255.255.255', port: 68 }]);
	});

	test('goes to port 67 of the relay', async () => {
		const offer = await ask({}, { fields: { giaddr: '10.1.0.1', hops: 1 } });
		expect(offer).toMatchObject({ giaddr: '10.1.0.1', hops: 1, destination: { address: '10.1.0.1', port: 67 } });
	});

	test('the relay’s option comes back last, as it was', async () => {
		const offer = await ask({ relayAgentInformation: [{ code: 1, bytes: parseHex('aabb') }] });
		expect(offer.options.entries().at(-1)).toMatchObject({ code: 82, bytes: parseHex('0102aabb') });
	});

	test('option 97 comes back as it was, and only if there was one', async () => {
		const raw = parseHex('78563412bc9af0de1122334455667788');
		const offer = await ask({ clientMachineIdentifier: { type: 7, raw } });
		expect(offer.options.get('clientMachineIdentifier')).toMatchObject({ type: 7, raw });
		expect((await ask()).options.has(97)).toBe(false);
	});
});

describe('ACK on port 4011', () => {
	test('goes back to where the request came from', async () => {
		for (const port of [68, 4011]) {
			const on = { port: 4011, source: { address: '10.0.0.77', port } } as const;
			const ack = await ask({ messageType: 'REQUEST' }, { on, fields: { ciaddr: '10.0.0.77' } });
			expect(ack).toMatchObject({ ciaddr: '10.0.0.77', yiaddr: '0.0.0.0', siaddr: '10.0.0.2', file: 'ipxe.efi' });
			expect(ack.destination).toEqual({ address: '10.0.0.77', port });
			expect(ack.options.get('messageType')).toBe('ACK');
		}
	});

	test('INFORM is answered too', async () => {
		const ack = await ask({ messageType: 'INFORM' }, { on: { port: 4011, source: client4011 } });
		expect(ack.options.get('messageType')).toBe('ACK');
	});

	test('transaction number 0 is valid', async () => {
		const ack = await ask({ messageType: 'REQUEST' }, { on: { port: 4011, source: client4011 }, fields: { xid: 0 } });
		expect(ack.xid).toBe(0);
	});

	test('a boot item that was asked for comes back', async () => {
		const ack = await ask(
			{ ...bios, messageType: 'REQUEST', vendorSpecificInformation: parseHex('470480010000ff') },
			{ on: { port: 4011, source: client4011 }, fields: { ciaddr: '10.0.0.77' } },
		);
		expect(formatHex(ack.options.bytes(43) as Uint8Array)).toBe('470480010000ff');
		expect([ack.ciaddr, ack.yiaddr]).toEqual(['0.0.0.0', '10.0.0.77']);
	});
});

describe('sizes', () => {
	const long = `http://10.0.0.2/${'a'.repeat(200)}`;

	test('a name over 127 bytes goes into option 67', async () => {
		const offer = await ask({ ...bios, userClass: { form: 'raw', classes: ['iPXE'] } }, { boot: { file: long } });
		expect([offer.file, offer.options.get('bootfileName')]).toEqual(['', long]);
	});

	test('no longer than the client takes', async () => {
		const options = { 224: new Uint8Array(250), 225: new Uint8Array(250) };
		const asked = { ...bios, maximumMessageSize: 1260 };
		expect((await ask(asked, { boot: { file: 'a', options } })).options.has(225)).toBe(true);
		await expect(ask(bios, { boot: { file: 'a', options } })).rejects.toThrow(EncodeError);
	});

	test('a PC ROM gets its option 67 ended by a NUL', async () => {
		const offer = await ask(bios, { boot: { file: 'a', options: { bootfileName: 'b' } } });
		expect(formatHex(offer.options.bytes(67) as Uint8Array)).toBe('6200');
	});
});

describe('silence has a reason', () => {
	const on67: ReceivedOn = { port: 67, source: { address: '0.0.0.0', port: 68 } };
	test.each([
		['reply', bootRequest({}, { op: 2 }), on67],
		['own-packet', bootRequest(), { port: 67, source: { address: '10.0.0.2', port: 67 } }],
		['bootp', bootRequest({ messageType: undefined }), on67],
		['not-pxe', bootRequest({ vendorClassIdentifier: 'dhcpcd' }), on67],
		['not-for-proxy', bootRequest({ messageType: 'REQUEST' }), on67],
		['for-another-server', bootRequest({ serverIdentifier: '10.0.0.3' }), on67],
		['not-for-proxy', bootRequest({ messageType: 'DISCOVER' }), { port: 4011, source: client4011 }],
		[
			'credentials',
			bootRequest({ messageType: 'REQUEST', 43: parseHex('470480008000ff') }),
			{ port: 4011, source: client4011 },
		],
		['http-needs-url', bootRequest(http), on67],
	] as const)('%s', async (reason, request, on) => {
		expect((await proxy().respond(request, on)).ignored).toBe(reason);
	});

	test('nothing-to-boot', async () => {
		const responder = createProxyDhcp({ serverAddress: '10.0.0.2', boot: async () => undefined });
		expect(await responder.respond(bootRequest(), on67)).toMatchObject({
			ignored: 'nothing-to-boot',
			client: { mac: '52:54:00:12:34:56' },
		});
	});
});

describe('answers that can’t be given', () => {
	const ipxe = { ...bios, userClass: { form: 'raw', classes: ['iPXE'] } } as const;
	test.each<[string, BootAnswer, Parameters<typeof bootRequest>[0], string]>([
		['no file name', { file: '' }, bios, 'empty-file'],
		['a server that is none', { file: 'a', serverAddress: '0.0.0.0' }, bios, 'bad-ipv4'],
		['a broadcast address as server', { file: 'a', serverAddress: '255.255.255.255' }, bios, 'bad-ipv4'],
		['a name that iPXE would have to join', { file: `http://h/${'a'.repeat(250)}` }, ipxe, 'too-long'],
		[
			'what iPXE would look for in an overloaded field',
			{ file: 'a'.repeat(150), options: { rootPath: 'b'.repeat(100), hostName: 'c'.repeat(50) } },
			ipxe,
			'too-long',
		],
	])('%s', async (_, boot, options, code) => {
		await expect(ask(options, { boot })).rejects.toThrow(expect.objectContaining({ name: 'EncodeError', code }));
	});
});

test('a relay on the proxy’s own host is answered', async () => {
	const offer = await ask(
		{},
		{ on: { port: 67, source: { address: '10.0.0.2', port: 67 } }, fields: { giaddr: '10.1.0.1' } },
	);
	expect(offer.destination.address).toBe('10.1.0.1');
});

test('an empty option 97 is not sent back', async () => {
	expect((await ask({ 97: new Uint8Array(0) })).options.has(97)).toBe(false);
});

test('an address that is none is refused before anything is served', () => {
	for (const serverAddress of ['boot.example', '0.0.0.0', '255.255.255.255', '224.0.0.1']) {
		expect(() => createProxyDhcp({ serverAddress, boot: () => undefined })).toThrow(EncodeError);
	}
});
