import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { formatHex } from 'pxekit';
import { DecodeError, decodeNbft, EncodeError, encodeNbft, type Nbft, type NbftInit } from 'pxekit/ibft';
import { describe, expect, test } from 'vitest';
import { bytesOf, foreign, hasForeign } from './fixtures.ts';

const full: NbftInit = {
	oemId: 'PXEKIT',
	minorRevision: 1,
	driverSignature: 'a driver',
	host: { flags: 7, id: '12345678-aaaa-bbbb-cccc-123456789012', nqn: 'nqn.2014-08.org.example:host' },
	hfis: [
		{
			index: 1,
			flags: 1,
			transport: 3,
			tcp: {
				version: 1,
				transport: 3,
				infoVersion: 2,
				hfiIndex: 1,
				flags: 7,
				pciAddress: 0x0018,
				mac: '52:54:00:12:34:56',
				vlan: 5,
				ipOrigin: 3,
				address: '10.0.0.2',
				prefixLength: 24,
				gateway: '10.0.0.254',
				routeMetric: 500,
				primaryDns: '10.0.0.53',
				secondaryDns: '2001:db8::53',
				dhcpServer: '10.0.0.3',
				hostName: 'host1',
				pciSegment: 2,
				extension: { version: 1, hfiIndex: 1, flags: 3, dhcpIaid: '01020304', dhcpDuid: '0003000152540012' },
			},
		},
	],
	namespaces: [
		{
			index: 1,
			flags: 0x15,
			transport: 3,
			transportFlags: 7,
			discoveryIndex: 1,
			address: 'fd00::1',
			serviceId: '4420',
			portId: 1,
			namespaceId: 1,
			nidType: 3,
			nid: '112233445566778899aabbccddeeff01',
			securityIndex: 1,
			primaryHfi: 1,
			secondaryHfis: [1],
			subsystem: 'nqn.2014-08.org.example:disk',
			extension: {
				version: 1,
				namespaceIndex: 1,
				flags: 1,
				controllerId: 9,
				adminQueueSize: 32,
				dhcpRootPath: 'nvme+tcp://10.0.0.1/nqn.2014-08.org.example:disk',
				namespaceAccess: 1,
				identifyEvent: 2,
				connectTimeout: 300,
				connectEvent: 4,
			},
		},
	],
	security: [
		{
			index: 1,
			flags: 0xf55,
			secretType: 2,
			channelAlgorithms: '01',
			authenticationProtocols: '03',
			cipherSuites: '1301',
			keyExchangeGroups: '001e',
			hashFunctions: '0102',
			secretKeyPath: 'redfish://bmc.example/keys',
		},
	],
	discovery: [{ flags: 1, index: 1, hfiIndex: 1, securityIndex: 1, uri: 'nvme+tcp://10.0.0.1:8009/', nqn: 'nqn.x' }],
};

function contentOf({ minorRevision, driverSignature, host, hfis, namespaces, security, discovery }: Nbft) {
	return { minorRevision, driverSignature, host, hfis, namespaces, security, discovery };
}

describe('encode, then decode', () => {
	test('every field of revision 1.3', () => {
		const { oemId, ...content } = full;
		const table = decodeNbft(encodeNbft(full));
		expect(contentOf(table)).toEqual(content);
		expect(table).toMatchObject({ oemId, issues: [] });
	});

	test('an empty table', () => {
		expect(decodeNbft(encodeNbft({}))).toMatchObject({
			length: 128,
			minorRevision: 0,
			hfis: [],
			namespaces: [],
			issues: [],
		});
	});
});

test('decode(encode(m)) equals m', () => {
	const byte = fc.integer({ min: 0, max: 255 });
	const u16 = fc.integer({ min: 0, max: 0xffff });
	const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 });
	const hex = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => formatHex(bytes));
	const hex16 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => formatHex(bytes));
	const ip = fc.tuple(fc.integer({ min: 1, max: 255 }), byte, byte, byte).map((parts) => parts.join('.'));
	const mac = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) => formatHex(bytes, ':'));
	// Index 1 is always there and valid, so that every reference leads somewhere.
	const index = fc.constant(1);
	const flags = u16.map((value) => value | 1);
	const byteFlags = byte.map((value) => value | 1);
	const zeroOrOne = fc.integer({ min: 0, max: 1 });
	const tcp = fc.record(
		{
			...{ version: byte, transport: byte, infoVersion: fc.constant(1), hfiIndex: index, flags: byte },
			...{ pciAddress: fc.integer({ min: 0, max: 0xffff_ffff }), mac, vlan: u16, ipOrigin: byte, prefixLength: byte },
			...{
				routeMetric: u16,
				address: ip,
				gateway: ip,
				primaryDns: ip,
				secondaryDns: ip,
				dhcpServer: ip,
				hostName: text,
			},
		},
		{
			requiredKeys: [
				'version',
				'transport',
				'infoVersion',
				'hfiIndex',
				'flags',
				'pciAddress',
				'mac',
				'vlan',
				'ipOrigin',
				'prefixLength',
				'routeMetric',
			],
		},
	);
	const namespace = fc.record(
		{
			...{
				index,
				flags: flags.map((value) => value & ~0x10),
				transport: byte,
				transportFlags: u16,
				discoveryIndex: zeroOrOne,
			},
			...{ portId: u16, namespaceId: fc.integer({ min: 0, max: 0xffff_ffff }), nidType: byte, nid: hex16 },
			...{ securityIndex: zeroOrOne, primaryHfi: index, address: ip, serviceId: text, subsystem: text },
			secondaryHfis: fc.array(index, { minLength: 1, maxLength: 4 }),
		},
		{
			requiredKeys: [
				'index',
				'flags',
				'transport',
				'transportFlags',
				'discoveryIndex',
				'portId',
				'namespaceId',
				'nidType',
				'nid',
				'securityIndex',
				'primaryHfi',
			],
		},
	);
	const security = fc.record(
		{
			...{ index, flags, secretType: byte, channelAlgorithms: hex, authenticationProtocols: hex, cipherSuites: hex },
			...{ keyExchangeGroups: hex, hashFunctions: hex, secretKeyPath: text },
		},
		{ requiredKeys: ['index', 'flags', 'secretType'] },
	);
	const discovery = fc.record(
		{ flags: byteFlags, index, hfiIndex: index, securityIndex: zeroOrOne, uri: text, nqn: text },
		{ requiredKeys: ['flags', 'index', 'hfiIndex', 'securityIndex'] },
	);
	const model = fc.record({
		hfis: fc.tuple(fc.record({ index, flags: byteFlags, transport: byte, tcp })),
		namespaces: fc.array(namespace, { maxLength: 1 }),
		security: fc.tuple(security),
		discovery: fc.tuple(discovery),
	});
	fc.assert(
		fc.property(model, (init) => {
			const table = decodeNbft(encodeNbft(init));
			expect(contentOf(table)).toEqual({ ...init, minorRevision: 0, driverSignature: undefined, host: undefined });
			expect(table.issues).toEqual([]);
		}),
		{ numRuns: 200 },
	);
});

describe('encodeNbft refuses', () => {
	const cases: readonly (readonly [string, NbftInit, string])[] = [
		['an index that leads nowhere', { ...full, hfis: [] }, 'no-such-index'],
		['the same index twice', { discovery: [...(full.discovery ?? []), ...(full.discovery ?? [])] }, 'duplicate-index'],
		['a flag out of range', { host: { flags: 256, id: '12345678-aaaa-bbbb-cccc-123456789012' } }, 'out-of-range'],
		['an id that is no UUID', { host: { flags: 1, id: '1' } }, 'bad-uuid'],
		[
			'more than 255 entries',
			{ security: Array.from({ length: 256 }, (_, index) => ({ index, flags: 1, secretType: 0 })) },
			'out-of-range',
		],
	];
	test.each(cases)('%s', (_, init, code) => {
		expect(() => encodeNbft(init)).toThrow(expect.objectContaining({ name: 'EncodeError', code }));
	});

	test('an extension that no flag announces', () => {
		const [namespace] = full.namespaces as [NonNullable<NbftInit['namespaces']>[number]];
		expect(() => encodeNbft({ ...full, namespaces: [{ ...namespace, flags: 1 }] })).toThrow(EncodeError);
	});
});

describe('broken tables', () => {
	const whole = encodeNbft(full);
	const withU32 = (at: number, value: number) => {
		const bytes = whole.slice();
		new DataView(bytes.buffer).setUint32(at, value, true);
		return bytes;
	};
	const codes = (bytes: Uint8Array) => decodeNbft(bytes).issues.map(({ code }) => code);

	test.each([
		['an interface list past the end', 64 + 16, 0xffff_fff0, 'list-outside'],
		['an interface list over the header', 64 + 16, 8, 'list-outside'],
		['a host past the end', 64 + 8, 0xffff_ffff, 'host-outside'],
		['a heap that wraps', 36, 0xffff_ffff, 'heap-past-end'],
		['a heap that is too short', 40, 1, 'outside-heap'],
	])('%s', (_, at, value, code) => {
		const found = codes(withU32(at, value));
		expect(found).toContain(code);
		expect(found).toContain('bad-checksum');
	});

	test('entries shorter than their fields', () => {
		const bytes = whole.slice();
		bytes[64 + 20] = 31;
		expect(codes(bytes)).toContain('entry-length');
		expect(decodeNbft(bytes).hfis).toEqual([]);
	});

	test('longer entries keep their distance', () => {
		const bytes = new Uint8Array(whole.length + 200);
		bytes.set(whole);
		const view = new DataView(bytes.buffer);
		// Two interfaces of 40 bytes each behind the table, which is lengthened to hold them.
		view.setUint32(4, bytes.length, true);
		view.setUint32(64 + 16, whole.length, true);
		view.setUint16(64 + 20, 40, true);
		bytes[64 + 23] = 2;
		bytes.set([3, 1, 1, 3], whole.length);
		bytes.set([3, 2, 1, 3], whole.length + 40);
		expect(decodeNbft(bytes).hfis.map(({ index }) => index)).toEqual([1, 2]);
	});
});

/** libnvme prints each byte in hexadecimal without leading zero. */
const percentX = (hex: string) =>
	hex.replace(/[^0-9a-f]/g, '').replace(/../g, (byte) => Number.parseInt(byte, 16).toString(16));
const hex4 = (value: number) => `0x${value.toString(16).padStart(4, '0')}`;
const hex2 = (value: number) => `0x${value.toString(16).padStart(2, '0')}`;

/** The UUID's bytes in the table's order. */
function rawUuid(uuid: string): string {
	const [a = '', b = '', c = '', ...rest] = uuid.split('-');
	const turned = [a, b, c].map((part) => (part.match(/../g) ?? []).reverse().join(''));
	return [...turned, ...rest].join('');
}

/** What libnvme's dump tells: valid entries only, in its own spelling. */
function asDump(table: Nbft): string[] {
	const valid = ({ flags }: { flags: number }) => (flags & 1) === 1;
	const lines = [`raw_nbft_size=${table.bytes.length}`];
	const line = (name: string, value: string | number | undefined) => lines.push(`${name}=${value}`);
	line('host.id', percentX(rawUuid(table.host?.id as string)));
	line('host.nqn', table.host?.nqn);
	line('host.flags', hex2(table.host?.flags as number));
	for (const [at, hfi] of table.hfis.filter(valid).entries()) {
		const tcp = hfi.tcp as NonNullable<typeof hfi.tcp>;
		const name = `hfi_list[${at}]->`;
		line(`${name}index`, hfi.index);
		line(`${name}transport`, hfi.transport === 3 ? 'tcp' : 'invalid');
		line(`${name}tcp_info.pci_sbdf`, tcp.pciAddress);
		line(`${name}tcp_info.mac_addr`, percentX(tcp.mac));
		line(`${name}tcp_info.vlan`, tcp.vlan);
		line(`${name}tcp_info.ip_origin`, tcp.ipOrigin);
		line(`${name}tcp_info.ipaddr`, tcp.address);
		line(`${name}tcp_info.subnet_mask_prefix`, tcp.prefixLength);
		line(`${name}tcp_info.gateway_ipaddr`, tcp.gateway);
		line(`${name}tcp_info.route_metric`, tcp.routeMetric);
		line(`${name}tcp_info.primary_dns_ipaddr`, tcp.primaryDns);
		line(`${name}tcp_info.secondary_dns_ipaddr`, tcp.secondaryDns);
		line(`${name}tcp_info.dhcp_server_ipaddr`, tcp.flags & 4 ? tcp.dhcpServer : '');
		line(`${name}tcp_info.host_name`, tcp.hostName ?? '(null)');
		line(`${name}tcp_info.flags`, hex2(tcp.flags));
		line(`${name}tcp_info.pcie_seg_num`, tcp.pciSegment ?? 0);
	}
	for (const [at, security] of table.security.filter(valid).entries()) {
		const name = `security_list[${at}]->`;
		line(`${name}index`, security.index);
		line(`${name}flags`, security.flags);
		line(`${name}secret_type`, security.secretType);
		const lists = [
			['sec_chan_algs', security.channelAlgorithms, security.flags & 0x180],
			['auth_protocols', security.authenticationProtocols, security.flags & 0x18],
			['cipher_suites', security.cipherSuites, security.flags & 0x200],
			['kx_groups', security.keyExchangeGroups, security.flags & 0x400],
			['sec_hash_funcs', security.hashFunctions, security.flags & 0x800],
		] as const;
		for (const [list, hex, inUse] of lists) {
			line(`${name}${list}`, inUse && hex ? percentX(hex) : '');
			line(`${name}${list}_len`, inUse && hex ? hex.length / 2 : 0);
		}
		line(`${name}secret_keypath`, security.secretKeyPath ?? '(null)');
	}
	for (const [at, discovery] of table.discovery.filter(valid).entries()) {
		const name = `discovery_list[${at}]->`;
		line(`${name}index`, discovery.index);
		if (discovery.securityIndex) line(`${name}security->index`, discovery.securityIndex);
		line(`${name}hfi->index`, discovery.hfiIndex);
		line(`${name}uri`, discovery.uri);
		line(`${name}nqn`, discovery.nqn);
	}
	for (const [at, namespace] of table.namespaces.filter(valid).entries()) {
		const name = `subsystem_ns_list[${at}]->`;
		const hfis = [...new Set([namespace.primaryHfi, ...(namespace.secondaryHfis ?? [])])];
		const { extension } = namespace;
		line(`${name}index`, namespace.index);
		if (namespace.discoveryIndex) line(`${name}discovery->index`, namespace.discoveryIndex);
		if (namespace.securityIndex) line(`${name}security->index`, namespace.securityIndex);
		line(`${name}num_hfis`, hfis.length);
		for (const [number, index] of hfis.entries()) line(`${name}hfis[${number}]->index`, index);
		line(`${name}transport`, namespace.transport === 3 ? 'tcp' : 'invalid');
		line(`${name}traddr`, namespace.address);
		line(`${name}trsvcid`, namespace.serviceId);
		line(`${name}subsys_port_id`, namespace.portId);
		line(`${name}nsid`, namespace.namespaceId);
		line(`${name}nid_type`, namespace.nidType);
		line(`${name}nid`, percentX(namespace.nid));
		line(`${name}subsys_nqn`, namespace.subsystem);
		line(`${name}trflags`, hex4(namespace.transportFlags));
		line(`${name}controller_id`, extension?.controllerId ?? 0);
		line(`${name}asqsz`, extension && extension.flags & 2 ? extension.adminQueueSize : 0);
		line(`${name}dhcp_root_path_string`, extension?.dhcpRootPath ?? '(null)');
		line(`${name}naed`, hex2(extension?.namespaceAccess ?? 0));
		line(`${name}cipeec`, hex2(extension?.identifyEvent ?? 0));
		line(`${name}cto`, extension?.connectTimeout ?? 0);
		line(`${name}nceec`, hex2(extension?.connectEvent ?? 0));
		line(`${name}flags`, hex4(namespace.flags));
	}
	return lines;
}

describe.skipIf(!hasForeign)('tables of Dell, timberland and libnvme (../shared/foreign/nbft)', () => {
	const folder = new URL('nbft/', foreign);
	const names = hasForeign ? readdirSync(new URL('tables/', folder)) : [];

	test.each(names)('%s reads as libnvme reads it', (name) => {
		const table = decodeNbft(bytesOf(new URL(`tables/${name}`, folder)));
		const text = new TextDecoder().decode(bytesOf(new URL(`diffs/${name}`, folder)));
		// An empty address is 0.0.0.0 or :: in the dump, by the bytes it had; here it is absent in both cases.
		const wanted = text
			.trim()
			.split('\n')
			.map((line) => line.replace(/=(0\.0\.0\.0|::)$/, '=undefined'))
			.filter((line) => !/dhcp_(iaid|duid|duid_len)=/.test(line));
		expect(asDump(table)).toEqual(wanted);
	});

	test.each(names)('%s is kept by encoding', (name) => {
		const table = decodeNbft(bytesOf(new URL(`tables/${name}`, folder)));
		const { driverSignature, ...content } = contentOf(table);
		// One of the tables gives its driver's name a length that takes in binary rubbish: no text to encode.
		const isText = table.issues.every(({ code, path }) => !(code === 'not-utf8' && path === 'header.driverSignature'));
		const again = decodeNbft(encodeNbft({ ...content, ...(isText && { driverSignature }) }));
		expect(contentOf(again)).toEqual({ ...content, driverSignature: isText ? driverSignature : undefined });
		expect(again.issues).toEqual([]);
	});

	test.each(['tables_bad', 'cli'])('all of %s: a DecodeError, or a value', (bad) => {
		const results = readdirSync(new URL(`${bad}/`, folder)).map((name) => {
			try {
				return [
					name,
					decodeNbft(bytesOf(new URL(`${bad}/${name}`, folder)))
						.issues.map(({ code }) => code)
						.join(' '),
				];
			} catch (error) {
				if (!(error instanceof DecodeError)) throw error;
				return [name, error.code];
			}
		});
		expect(Object.fromEntries(results)).toEqual(
			bad === 'cli'
				? {
						'NBFT-secondary-hfi-gap': '',
						'NBFT-unlinked-discovery': '',
						'NBFT-unresolved-discovery-hfi': 'no-such-index',
					}
				: {
						'NBFT-bad-control': 'not-valid outside-heap',
						'NBFT-bad-discovery-list-offset': 'list-outside no-such-index',
						'NBFT-bad-oldspec': 'no-control',
						'NBFT-bad-security-list-offset': 'list-outside no-such-index',
						'NBFT-random-noise': 'bad-signature',
					},
		);
	});

	test('20,000 damaged ones: a value or a DecodeError', () => {
		const tables = names.map((name) => bytesOf(new URL(`tables/${name}`, folder)));
		fc.assert(
			fc.property(
				fc.constantFrom(...tables),
				fc.array(fc.tuple(fc.nat({ max: 700 }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
				fc.boolean(),
				(table, changes, cut) => {
					const bytes = cut ? table.slice(0, changes[0]?.[0]) : table.slice();
					for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
					try {
						decodeNbft(bytes);
					} catch (error) {
						if (!(error instanceof DecodeError)) throw error;
					}
				},
			),
			{ numRuns: 20_000 },
		);
	});
});
