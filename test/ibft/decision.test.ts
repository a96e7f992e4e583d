import { decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
import {
	decodeIbft,
	encodeIbft,
	ibftFor,
	nicFromLease,
	Secret,
	sanDhcpOptions,
	toSanTarget,
	toSanUri,
} from 'pxekit/ibft';
import { parseSanUri } from 'pxekit/san';
import { describe, expect, test } from 'vitest';
import { genuineTables } from './fixtures.ts';

const initiator = 'iqn.2026-11.org.example:init0';
const nic = nicFromLease(
	{ mac: '52:54:00:12:34:56', pciAddress: '00:03.0' },
	{
		address: '10.0.2.15',
		subnetMask: '255.255.255.0',
		routers: ['10.0.2.2'],
		dnsServers: ['10.0.2.3'],
		serverIdentifier: '10.0.2.2',
	},
);
const san = 'iscsi:10.0.2.2::13260:1:iqn.2026-11.org.example:disk0';

test('the same decision gives the bytes that iPXE gave', () => {
	const genuine = genuineTables.find(({ name }) => name === 'ipxe-bios-1target');
	const init = ibftFor({ san, initiator, nic });
	const bytes = encodeIbft({ ...init, oemId: 'FENSYS', oemTableId: 'iPXE' }, { layout: 'ipxe' });
	expect(bytes).toEqual(genuine?.bytes);
});

test.each(genuineTables.filter(({ name }) => !name.includes('BUG')))(
	'the root path of $name comes back',
	({ bytes }) => {
		const target = toSanTarget(decodeIbft(bytes).targets[0] as Parameters<typeof toSanTarget>[0]);
		const { credentials: _, ...withoutCredentials } = target;
		expect(parseSanUri(toSanUri(decodeIbft(bytes)))).toEqual(withoutCredentials);
	},
);

test('CHAP goes into the table, and not into the URI', () => {
	const chap = {
		username: 'me',
		password: new Secret('s3cret-s3cret'),
		reverseUsername: 'you',
		reversePassword: new Secret('other'),
	};
	const table = decodeIbft(encodeIbft(ibftFor({ san, initiator, nic, chap })));
	expect(table.targets[0]).toMatchObject({ chapType: 'mutual', chapName: 'me', reverseChapName: 'you' });
	expect(table.targets[0]?.chapSecret?.reveal()).toBe('s3cret-s3cret');
	expect(toSanUri(table)).toBe(san);
});

test('for Windows, the gateway is out of the way', () => {
	expect(
		ibftFor({ san, initiator, nic: { ...nic, gateway: '10.0.2.254' } }, { forWindows: true }).nics?.[0]?.gateway,
	).toBe('10.0.2.2');
});

describe('refused', () => {
	test.each([
		['AoE', 'aoe:e1.0', 'not-iscsi'],
		['a host name', 'iscsi:server.example::::iqn.2026-11.org.example:disk0', 'needs-address'],
		['discovery', 'iscsi:::::iqn.2026-11.org.example:disk0', 'needs-address'],
	])('%s', (_, uri, code) => {
		expect(() => ibftFor({ san: uri, initiator, nic })).toThrow(expect.objectContaining({ name: 'EncodeError', code }));
	});

	test('a subnet mask with a hole', () => {
		expect(() => nicFromLease({ mac: nic.mac }, { address: '10.0.0.1', subnetMask: '255.0.255.0' })).toThrow(
			expect.objectContaining({ code: 'bad-subnet-mask' }),
		);
	});
});

describe('DHCP options', () => {
	const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

	test('chap goes before the credentials of the target', () => {
		const target = { scheme: 'iscsi', server: '10.0.2.2', lun: '0', name: 'iqn.2026-11.org.example:disk0' } as const;
		const credentials = { username: 'of-target', password: new Secret('first') };
		const decision = { san: { ...target, credentials }, initiator, nic };
		const chap = { username: 'of-decision', password: new Secret('second') };
		const names = (made: typeof decision) => [
			ibftFor(made).targets?.[0]?.chapName,
			String.fromCharCode(...(sanDhcpOptions(made).at(-1)?.[1] ?? [])).match(/of-\w+/)?.[0],
		];
		expect(names(decision)).toEqual(['of-target', 'of-target']);
		expect(names({ ...decision, chap } as typeof decision)).toEqual(['of-decision', 'of-decision']);
	});

	test('a user of HTTP stays in the root path', () => {
		const uri = 'http://joe:s3cret@10.0.0.1/disk.img';
		const options = sanDhcpOptions({ san: uri, initiator, nic });
		expect(options.map(([code]) => code)).toEqual([17, 203]);
		expect(new TextDecoder().decode(options[0]?.[1])).toBe(uri);
	});

	test('root path, initiator, and what goes into 175', () => {
		const chap = { username: 'me', password: new Secret('pw') };
		const options = sanDhcpOptions({ san, initiator, nic, chap }, { keepSan: true, skipSanBoot: true });
		expect(options.map(([code]) => code)).toEqual([17, 203, 175]);
		expect(text(options[0]?.[1])).toBe(san);
		expect(text(options[1]?.[1])).toBe(initiator);
		expect([...(options[2]?.[1] ?? [])]).toEqual([8, 1, 1, 9, 1, 1, 190, 2, 0x6d, 0x65, 191, 2, 0x70, 0x77, 255]);
	});

	test('go into a DHCP reply and come out as the same decision', () => {
		const reply = decodeDhcp(
			encodeDhcp({
				...{ op: 2, xid: 1, chaddr: '52:54:00:12:34:56', yiaddr: '10.0.2.15' },
				options: [
					['messageType', 'ACK'],
					['subnetMask', '255.255.255.0'],
					['router', ['10.0.2.2']],
					['domainNameServer', ['10.0.2.3']],
					['serverIdentifier', '10.0.2.2'],
					...sanDhcpOptions({ san, initiator, nic }, { keepSan: true }),
				],
			}),
		);
		const { options } = reply;
		const lease = {
			address: reply.yiaddr,
			subnetMask: options.get('subnetMask'),
			routers: options.get('router'),
			dnsServers: options.get('domainNameServer'),
			serverIdentifier: options.get('serverIdentifier'),
			hostName: options.get('hostName'),
		};
		expect(nicFromLease({ mac: nic.mac, pciAddress: nic.pciAddress }, lease)).toEqual(nic);
		expect(options.get('rootPath')).toBe(san);
		expect(text(options.bytes(203))).toBe(initiator);
		expect(options.bytes(175)).toEqual(Uint8Array.of(8, 1, 1, 255));
	});

	test('no more than an option holds', () => {
		const chap = { username: 'me', password: new Secret('x'.repeat(250)) };
		const decision = { san, initiator, nic, chap };
		expect(() => sanDhcpOptions(decision)).toThrow(expect.objectContaining({ name: 'EncodeError', code: 'too-long' }));
	});
});
