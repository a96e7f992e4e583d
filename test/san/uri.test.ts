import fc from 'fast-check';
import { DecodeError, EncodeError } from 'pxekit';
import {
	formatSanUri,
	type IscsiDialect,
	type IscsiTarget,
	parseSanUri,
	type SanTarget,
	Secret,
	sanPort,
} from 'pxekit/san';
import { describe, expect, test } from 'vitest';

const iqn = 'iqn.2004-01.org.example:disk1';

function parsed(text: string, dialect?: IscsiDialect): SanTarget | 'refused' {
	try {
		return parseSanUri(text, { dialect });
	} catch (error) {
		expect(error).toBeInstanceOf(DecodeError);
		return 'refused';
	}
}

describe('iscsi: as RFC 4173 section 5 has it', () => {
	test.each<[string, Partial<IscsiTarget>]>([
		[`iscsi:192.168.0.1:::1:${iqn}`, { server: '192.168.0.1', lun: '1', name: iqn }],
		[
			`iscsi:san.example.org:6:3261:4752-3A4F-6b7e-2F99:${iqn}`,
			{ protocol: 6, port: 3261, lun: '4752-3a4f-6b7e-2f99' },
		],
		[`iscsi:10.0.0.1:::6734-9-156f-127:${iqn}`, { lun: '6734-9-156f-127' }],
		[`iscsi:10.0.0.1:::4186-9:${iqn}`, { lun: '4186-9' }],
		[`iscsi:10.0.0.1:::0001-0000-0000-0000:${iqn}`, { lun: '1' }],
		[`iscsi:[2001:db8::1]::::${iqn}`, { server: '2001:db8::1', lun: '0' }],
		[`iscsi:::::${iqn}`, { server: '' }],
		['iscsi:10.0.0.1::::eui.02004567A425678D', { name: 'eui.02004567A425678D' }],
		['iscsi:10.0.0.1::::iqn.1991-05.com.microsoft:a:b:c', { name: 'iqn.1991-05.com.microsoft:a:b:c' }],
		[`ISCSI:10.0.0.1::::${iqn}`, { name: iqn }],
	])('%s', (text, fields) => {
		expect(parseSanUri(text)).toMatchObject({ scheme: 'iscsi', ...fields });
	});

	test.each([
		['iscsi:10.0.0.1', 'server'],
		['iscsi:10.0.0.1:::', 'name'],
		[`iscsi:10.0.0.1:17:::${iqn}`, 'protocol'],
		[`iscsi:10.0.0.1::x::${iqn}`, 'port'],
		[`iscsi:10.0.0.1::65536::${iqn}`, 'port'],
		[`iscsi:10.0.0.1:::12345:${iqn}`, 'lun'],
		[`iscsi:10.0.0.1:::1-2-3-4-5:${iqn}`, 'lun'],
		[`iscsi:[fe80::1:::0:${iqn}`, 'server'],
		['iscsi:10.0.0.1::::iqn with space', 'name'],
	])('refuses %s for its %s', (text, path) => {
		expect(() => parseSanUri(text)).toThrowError(expect.objectContaining({ name: 'DecodeError', path }));
	});
});

// Each row: what each reader makes of the same text, per the sources named in the dialect table.
describe('iscsi: where its readers differ', () => {
	const rows: [string, string, Partial<Record<IscsiDialect, Partial<IscsiTarget> | 'refused'>>][] = [
		[
			'IPv6 in brackets',
			`iscsi:[fe80::1]::::${iqn}`,
			{
				rfc4173: { server: 'fe80::1' },
				ipxe: { server: 'fe80::1' },
				edk2: 'refused',
				'edk2-dhcp6': { server: 'fe80::1' },
				dracut: { server: 'fe80::1', name: iqn },
			},
		],
		[
			'capitals in the name',
			'iscsi:10.0.0.1::::iqn.2004-01.org.example:Disk1',
			{
				rfc4173: { name: 'iqn.2004-01.org.example:Disk1' },
				edk2: { name: 'iqn.2004-01.org.example:disk1' },
				'edk2-dhcp6': { name: 'iqn.2004-01.org.example:disk1' },
			},
		],
		[
			'an underscore in the name',
			'iscsi:10.0.0.1::::iqn.2004-01.org.example:disk_1',
			{ rfc4173: {}, ipxe: {}, edk2: 'refused', 'edk2-dhcp6': 'refused' },
		],
		[
			'a name that is no iqn',
			'iscsi:10.0.0.1::::eui.02004567a425678d',
			{ rfc4173: {}, ipxe: {}, dracut: {}, edk2: 'refused', 'edk2-dhcp6': 'refused' },
		],
		['no server', `iscsi:::::${iqn}`, { rfc4173: { server: '' }, edk2: 'refused', 'edk2-dhcp6': 'refused' }],
		['upper-case scheme', `ISCSI:10.0.0.1::::${iqn}`, { rfc4173: {}, ipxe: {}, edk2: 'refused', dracut: 'refused' }],
		[
			'a protocol other than TCP',
			`iscsi:10.0.0.1:17:::${iqn}`,
			{ rfc4173: 'refused', ipxe: {}, edk2: 'refused', 'u-root': {} },
		],
		[
			'junk for a port',
			`iscsi:10.0.0.1::x::${iqn}`,
			{ rfc4173: 'refused', ipxe: { server: '10.0.0.1' }, edk2: 'refused' },
		],
		['a port with a tail', `iscsi:10.0.0.1::3261x::${iqn}`, { rfc4173: 'refused', ipxe: { port: 3261 } }],
		[
			'a LUN group of five digits',
			`iscsi:10.0.0.1:::12345:${iqn}`,
			{ rfc4173: 'refused', ipxe: { lun: '2345' }, edk2: 'refused' },
		],
		['an empty LUN group', `iscsi:10.0.0.1:::1--2:${iqn}`, { rfc4173: 'refused', ipxe: { lun: '1-0-2' } }],
		[
			'LUN 10',
			`iscsi:10.0.0.1:::10:${iqn}`,
			{ rfc4173: { lun: '10' }, ipxe: { lun: '10' }, dracut: { lun: 'a' }, 'u-root': { lun: '0' } },
		],
		[
			'an interface and a device before the LUN',
			`iscsi:10.0.0.1:::default:eth0:1:${iqn}`,
			{
				rfc4173: 'refused',
				ipxe: 'refused',
				dracut: { interfaceName: 'default', networkDevice: 'eth0', lun: '1', name: iqn },
			},
		],
		[
			'an "@" in front',
			`iscsi:@10.0.0.1::::${iqn}`,
			{ rfc4173: 'refused', 'u-root': { server: '10.0.0.1' }, dracut: { server: '10.0.0.1' } },
		],
		[
			'an "@" in the name',
			'iscsi:@192.168.1.100::3260::iqn.2009-01.com.example:testdi@sk',
			{ dracut: { server: '192.168.1.100', port: 3260, name: 'iqn.2009-01.com.example:testdi@sk' } },
		],
	];
	test.each(rows)('%s', (_what, text, readers) => {
		for (const [dialect, expected] of Object.entries(readers)) {
			const target = parsed(text, dialect as IscsiDialect);
			if (expected === 'refused') expect(target, dialect).toBe('refused');
			else expect(target, dialect).toMatchObject(expected);
		}
	});

	test('dracut takes credentials before the server', () => {
		const target = parseSanUri(`iscsi:joe:secret1:peer:secret2@10.0.0.1::::${iqn}`, { dialect: 'dracut' });
		const { credentials } = target as IscsiTarget;
		expect(credentials?.username).toBe('joe');
		expect(credentials?.password.reveal()).toBe('secret1');
		expect(credentials?.reverseUsername).toBe('peer');
		expect(credentials?.reversePassword?.reveal()).toBe('secret2');
	});
});

describe('other schemes', () => {
	test.each<[string, SanTarget]>([
		['aoe:e1.0', { scheme: 'aoe', major: 1, minor: 0 }],
		['aoe:e65535.255', { scheme: 'aoe', major: 65535, minor: 255 }],
		['fcp:50:0a:09:81:98:ac:7e:de:0', { scheme: 'fcp', portName: '50:0a:09:81:98:ac:7e:de', lun: '0' }],
		['fcp://50:0A:09:81:98:ac:7e:de/1-2', { scheme: 'fcp', portName: '50:0a:09:81:98:ac:7e:de', lun: '1-2' }],
		[
			'ib_srp::::fe800000000000000002c903000e0b73::0002c903000e0b72:1:0002c903000e0b72:0002c903000e0b72',
			{
				scheme: 'ib_srp',
				destinationGid: 'fe800000000000000002c903000e0b73',
				serviceId: '0002c903000e0b72',
				lun: '1',
				targetIdExtension: '0002c903000e0b72',
				targetIoControllerGuid: '0002c903000e0b72',
			},
		],
		[
			'NVMe+TCP://[2001:db8::1]:4421/nqn.2014-08.org.example:disk1/urn:uuid:12345678-9abc-def0-1122-334455667788',
			{
				scheme: 'nvme+tcp',
				host: '2001:db8::1',
				port: 4421,
				subsystem: 'nqn.2014-08.org.example:disk1',
				namespaceId: 'urn:uuid:12345678-9abc-def0-1122-334455667788',
			},
		],
		['https://10.0.0.1:8443/x.iso?a=b', { scheme: 'https', uri: 'https://10.0.0.1:8443/x.iso?a=b' }],
		['nfs://10.0.0.1/srv/x.img', { scheme: 'nfs', uri: 'nfs://10.0.0.1/srv/x.img' }],
	])('%s', (text, target) => {
		expect(parseSanUri(text)).toEqual(target);
		expect(parseSanUri(formatSanUri(target))).toEqual(target);
	});

	test.each([
		'',
		'toString:x',
		'floppy:0',
		'aoe:1.0',
		'aoe:e65536.0',
		'aoe:e1.256',
		'fcp:50:0a:0',
		'fcp:50:0a:09:81:98:ac:7e:de',
		'ib_srp:',
		'ib_srp::::fe80::0002c903000e0b72:1:0002c903000e0b72:0002c903000e0b72',
		'nvme+tcp://10.0.0.1/disk1',
		'nvme+tcp://10.0.0.1:0/nqn.2014-08.org.example:disk1',
		'nvme+tcp://10.0.0.1/nqn.2014-08.org.example:disk1/1',
		'http:/x.iso',
		'http://10.0.0.1/a b',
	])('refuses %j', (text) => {
		expect(parsed(text)).toBe('refused');
	});

	test('default ports', () => {
		expect(sanPort(parseSanUri(`iscsi:10.0.0.1::::${iqn}`))).toBe(3260);
		expect(sanPort(parseSanUri('nvme+tcp://h/nqn.2014-08.org.example:d'))).toBe(4420);
		expect(sanPort(parseSanUri('nvme+tcp://h/nqn.2014-08.org.nvmexpress.discovery'))).toBe(8009);
		expect(sanPort(parseSanUri('aoe:e0.0'))).toBeUndefined();
	});
});

describe('what can not be said is refused', () => {
	const target: IscsiTarget = { scheme: 'iscsi', server: '10.0.0.1', lun: '0', name: iqn };
	test.each<[Partial<IscsiTarget>, IscsiDialect]>([
		[{ server: 'a b' }, 'rfc4173'],
		[{ server: 'a@b' }, 'rfc4173'],
		[{ server: 'fe80::1' }, 'edk2'],
		[{ server: '' }, 'edk2'],
		[{ name: 'naa.52004567ba64678d' }, 'edk2'],
		[{ name: 'iqn.2004-01.org.example:Disk1' }, 'edk2-dhcp6'],
		[{ name: '' }, 'rfc4173'],
		[{ name: 'iqn.x y' }, 'rfc4173'],
		[{ name: `iqn.${'x'.repeat(220)}` }, 'rfc4173'],
		[{ lun: '12345' }, 'rfc4173'],
		[{ lun: '100' }, 'dracut'],
		[{ lun: '1' }, 'u-root'],
		[{ protocol: 17 }, 'rfc4173'],
		[{ port: 0 }, 'rfc4173'],
		[{ networkDevice: 'eth0' }, 'ipxe'],
		[{ networkDevice: 'a:b' }, 'dracut'],
		[{ name: 'disk1' }, 'dracut'],
		[{ credentials: { username: 'joe', password: new Secret('a:b') } }, 'dracut'],
	])('%j for %s', (change, dialect) => {
		expect(() => formatSanUri({ ...target, ...change }, { dialect, withCredentials: true })).toThrow(EncodeError);
	});
});

describe('properties', () => {
	test('any text gives a target or a DecodeError', () => {
		const schemes = fc.constantFrom('iscsi:', 'aoe:', 'fcp:', 'ib_srp:', 'nvme+tcp://', 'http://', '');
		const dialect = fc.constantFrom<IscsiDialect>('rfc4173', 'ipxe', 'edk2', 'edk2-dhcp6', 'u-root', 'dracut');
		const rest = fc.oneof(fc.string({ unit: fc.constantFrom(...':[]@-./e1af iqn.') }), fc.string({ unit: 'binary' }));
		fc.assert(
			fc.property(schemes, rest, dialect, (scheme, tail, reader) => {
				const target = parsed(scheme + tail, reader);
				expect(target === 'refused' || typeof target.scheme === 'string').toBe(true);
			}),
			{ numRuns: 1000 },
		);
	});

	test('iSCSI targets survive every dialect that can say them', () => {
		const hex = (max: number) => fc.integer({ min: 0, max }).map((value) => value.toString(16));
		const targets = fc.record(
			{
				scheme: fc.constant('iscsi' as const),
				server: fc.constantFrom('', '10.0.0.1', 'san.example.org', '2001:db8::1', 'fe80::1%eth0'),
				protocol: fc.constant(6),
				port: fc.integer({ min: 1, max: 65535 }),
				lun: fc.oneof(
					hex(255),
					fc
						.tuple(
							hex(65535),
							hex(65535).filter((text) => text !== '0'),
						)
						.map((groups) => groups.join('-')),
				),
				name: fc.constantFrom(iqn, 'eui.02004567A425678D', 'iqn.2009-01.com.example:a:b:testdi@sk'),
			},
			{ requiredKeys: ['scheme', 'server', 'lun', 'name'] },
		);
		const dialect = fc.constantFrom<IscsiDialect>('rfc4173', 'ipxe', 'edk2', 'edk2-dhcp6', 'dracut');
		fc.assert(
			fc.property(targets, dialect, (target, reader) => {
				let text: string;
				try {
					text = formatSanUri(target, { dialect: reader });
				} catch (error) {
					expect(error).toBeInstanceOf(EncodeError);
					if (reader === 'dracut') expect(target.lun).toMatch(/-|.../);
					else {
						expect(reader).toMatch(/^edk2/);
						expect(`${target.server} ${target.name}`).toMatch(/^ |^\S*:\S* | (?!iqn\.)| .*@/);
					}
					return;
				}
				expect(parseSanUri(text, { dialect: reader })).toEqual(target);
			}),
		);
	});
});
