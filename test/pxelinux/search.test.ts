import { formatHex, parseHex } from 'pxekit';
import { pxelinuxConfigPaths, pxelinuxFileUri, pxelinuxPathPrefix } from 'pxekit/pxelinux';
import { describe, expect, test } from 'vitest';
import recorded from '../../fixtures/pxelinux/requests.json' with { type: 'json' };

const uuid = '4c4c4544-0042-3510-8057-b7c04f4d3332';
const mac = '52:54:00:77:00:01';

describe('the order in which configurations are asked for', () => {
	test('all that can be known, without a prefix', () => {
		// The example of doc/pxelinux.txt, with a UUID and a prefix less.
		expect(pxelinuxConfigPaths({ uuid, mac: '88:99:AA:BB:CC:DD', ip: '192.0.2.91' })).toEqual([
			'pxelinux.cfg/44454c4c-4200-1035-8057-b7c04f4d3332',
			'pxelinux.cfg/01-88-99-aa-bb-cc-dd',
			'pxelinux.cfg/C000025B',
			'pxelinux.cfg/C000025',
			'pxelinux.cfg/C00002',
			'pxelinux.cfg/C0000',
			'pxelinux.cfg/C000',
			'pxelinux.cfg/C00',
			'pxelinux.cfg/C0',
			'pxelinux.cfg/C',
			'pxelinux.cfg/default',
		]);
	});

	test('options 209 and 210', () => {
		const search = { configFile: 'menu/lab.cfg', pathPrefix: '/arch/', bootFile: 'pxelinux.0', mac };
		expect(pxelinuxConfigPaths(search)).toEqual([
			'/arch/menu/lab.cfg',
			'/arch/pxelinux.cfg/01-52-54-00-77-00-01',
			'/arch/pxelinux.cfg/default',
		]);
		expect(pxelinuxConfigPaths({ ...search, configFile: '::lab.cfg' })[0]).toBe('::lab.cfg');
		expect(pxelinuxConfigPaths({ ...search, configFile: 'http://10.0.0.1/lab.cfg' })[0]).toBe(
			'http://10.0.0.1/lab.cfg',
		);
		expect(pxelinuxConfigPaths({ pathPrefix: 'http://10.0.0.1/boot/' })).toEqual([
			'http://10.0.0.1/boot/pxelinux.cfg/default',
		]);
	});

	test.each([
		['ffffffff-ffff-0fff-8fff-ffffffffffff', 1],
		['ffffffff-ffff-1fff-8fff-ffffffffffff', 2],
		['ffffffff-ffff-efff-8fff-ffffffffffff', 2],
		['ffffffff-ffff-ffff-8fff-ffffffffffff', 1],
	])('%s as it stands in option 97 gives %i names', (raw, names) => {
		expect(pxelinuxConfigPaths({ uuid: parseHex(raw) })).toHaveLength(names);
	});

	test('a UUID is taken as text or as the bytes of option 97', () => {
		const bytes = parseHex('44454c4c420010358057b7c04f4d3332');
		expect(pxelinuxConfigPaths({ uuid: bytes })).toEqual(pxelinuxConfigPaths({ uuid }));
		expect(formatHex(bytes)).toHaveLength(32);
	});

	test('InfiniBand has its own type and a longer address', () => {
		const address = Array.from({ length: 20 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(':');
		const [name] = pxelinuxConfigPaths({ mac: address, hardwareType: 32 });
		expect(name).toBe(`pxelinux.cfg/20-${address.replaceAll(':', '-')}`);
	});
});

test.each([-1, 1.5, 256, Number.NaN])('hardware type %d is refused: it is one byte', (hardwareType) => {
	const search = { mac: '52:54:00:12:34:56', hardwareType };
	expect(() => pxelinuxConfigPaths(search)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
});

describe('as recorded from real loaders', () => {
	test.each(recorded)('$what, UUID $uuid', ({ uuid, mac, ip, requests }) => {
		const asked = requests.filter((name) => name.startsWith('pxelinux.cfg/'));
		const foretold = pxelinuxConfigPaths({ uuid, mac, ip, bootFile: 'pxelinux.0' });
		// A menu module reads the file that was found once more.
		expect([...new Set(asked)]).toEqual(foretold);
		expect(requests.indexOf(foretold[0] ?? '')).toBe(1);
	});
});

describe('the prefix', () => {
	test.each([
		['pxelinux.0', ''],
		['bios/pxelinux.0', 'bios/'],
		['boot\\x86\\wdsnbp.com', 'boot\\x86\\'],
		['boot_x.0', 'boot_'],
		['10.0.0.2::a/pxelinux.0', '10.0.0.2::a/'],
		['http://10.0.0.1/lpxelinux.0', 'http://10.0.0.1/'],
		['pxelinux.0?x', 'pxelinux.0?'],
		['', ''],
	])('of the boot file %j is %j', (bootFile, prefix) => {
		expect(pxelinuxPathPrefix({ bootFile })).toBe(prefix);
	});
});

describe('where a name leads', () => {
	const where = { prefix: '/arch', serverIp: '10.0.0.1' };
	test.each([
		['vmlinuz', 'tftp://10.0.0.1//archvmlinuz'],
		['/vmlinuz', 'tftp://10.0.0.1//arch/vmlinuz'],
		['../vmlinuz', 'tftp://10.0.0.1//arch../vmlinuz'],
		['::vmlinuz', 'tftp://10.0.0.1/vmlinuz'],
		['10.0.0.2::vmlinuz', 'tftp://10.0.0.2/vmlinuz'],
		['a:b', 'tftp://10.0.0.1//archa:b'],
		['ftp://10.0.0.2/vmlinuz', 'ftp://10.0.0.2/vmlinuz'],
	])('%s', (name, uri) => {
		expect(pxelinuxFileUri(name, where)).toBe(uri);
	});

	test('a prefix that is a URL', () => {
		expect(pxelinuxFileUri('vmlinuz', { prefix: 'http://10.0.0.1/' })).toBe('http://10.0.0.1/vmlinuz');
	});

	test('without a server address a TFTP name leads nowhere', () => {
		expect(() => pxelinuxFileUri('vmlinuz', {})).toThrow(/server/);
	});
});
