import { decodeIbft, EncodeError, encodeIbft, type IbftInit, type Issue, parseAcpiHeader, Secret } from 'pxekit/ibft';
import { describe, expect, test } from 'vitest';
import { plain } from './table.ts';

const [nic] = plain.nics as [NonNullable<IbftInit['nics']>[number]];
const [target] = plain.targets as [NonNullable<IbftInit['targets']>[number]];
const manyNics = (count: number) => Array.from({ length: count }, () => nic);

describe('refused', () => {
	test.each<[string, IbftInit, string, string]>([
		['two NICs with one index', { ...plain, nics: [nic, { ...nic, index: 0 }] }, 'duplicate-index', 'nics[1].index'],
		[
			'an association with no NIC',
			{ ...plain, targets: [{ ...target, nicAssociation: 3 }] },
			'no-such-nic',
			'targets[0].nicAssociation',
		],
		['a target without any NIC', { targets: [target] }, 'no-such-nic', 'targets[0].nicAssociation'],
		[
			'CHAP without a secret',
			{ ...plain, targets: [{ ...target, chapName: 'me' }] },
			'chap-incomplete',
			'targets[0].chapSecret',
		],
		[
			'mutual CHAP with one side',
			{ ...plain, targets: [{ ...target, chapType: 'mutual', chapName: 'me', chapSecret: new Secret('s') }] },
			'chap-incomplete',
			'targets[0].reverseChapName',
		],
		[
			'a secret as plain text',
			{ ...plain, targets: [{ ...target, chapName: 'me', chapSecret: 's' as never }] },
			'not-a-secret',
			'targets[0].chapSecret',
		],
		['a prefix of 33 bits', { nics: [{ ...nic, prefixLength: 33 }] }, 'out-of-range', 'nics[0].prefixLength'],
		[
			'a prefix of 33 bits for IPv4 written as IPv6',
			{ nics: [{ ...nic, address: '::ffff:10.0.0.2', prefixLength: 33 }] },
			'out-of-range',
			'nics[0].prefixLength',
		],
		['a signature that nobody looks for', { ...plain, signature: 'XXXX' as never }, 'bad-signature', 'signature'],
		['half a signature', { ...plain, signature: 'iB' as never }, 'bad-signature', 'signature'],
		[
			'"unchanged", which has two codes',
			{ nics: [{ ...nic, origin: 'unchanged' }] },
			'ambiguous-origin',
			'nics[0].origin',
		],
		['a word that is no origin', { nics: [{ ...nic, origin: 'static' as never }] }, 'bad-name', 'nics[0].origin'],
		['0.0.0.0 as an address', { nics: [{ ...nic, address: '0.0.0.0' }] }, 'no-address', 'nics[0].address'],
		['a host name as an address', { nics: [{ ...nic, gateway: 'router' }] }, 'bad-ip', 'nics[0].gateway'],
		['a LUN of five groups', { ...plain, targets: [{ ...target, lun: '1-2-3-4-5' }] }, 'bad-lun', 'targets[0].lun'],
		['port 65536', { ...plain, targets: [{ ...target, port: 65536 }] }, 'out-of-range', 'targets[0].port'],
		['an empty name', { ...plain, targets: [{ ...target, name: '' }] }, 'empty-text', 'targets[0].name'],
		['a NUL in a name', { ...plain, targets: [{ ...target, name: 'a\0b' }] }, 'nul-in-text', 'targets[0].name'],
		['a PCI device 32', { nics: [{ ...nic, pciAddress: '00:20.0' }] }, 'bad-pci', 'nics[0].pciAddress'],
		['no MAC', { nics: [{} as never] }, 'no-mac', 'nics[0].mac'],
		['seven characters of OEM', { ...plain, oemId: 'TOOLONG' }, 'bad-oem', 'oemId'],
		['257 NICs', { nics: manyNics(257) }, 'out-of-range', 'nics[256].index'],
		['more text than 64 KiB', { ...plain, initiator: { name: 'x'.repeat(65_200) } }, 'no-room', 'targets[0].name'],
	])('%s', (_, init, code, path) => {
		expect(() => encodeIbft(init)).toThrow(expect.objectContaining({ name: 'EncodeError', code, path }));
	});

	test('more than EDK2 has room for', () => {
		expect(() => encodeIbft({ nics: manyNics(20) }, { layout: 'edk2' })).toThrow(EncodeError);
		const long = { ...plain, initiator: { name: 'x'.repeat(1720) } };
		expect(() => encodeIbft(long, { layout: 'edk2' })).toThrow(expect.objectContaining({ code: 'no-room' }));
		expect(encodeIbft(long).length).toBeGreaterThan(2000);
	});
});

test('the 768 bytes of iPXE on a BIOS are a warning', () => {
	const issues: Issue[] = [];
	const onIssue = (issue: Issue) => issues.push(issue);
	encodeIbft({ ...plain, nics: manyNics(2) }, { layout: 'ipxe', onIssue });
	expect(issues).toEqual([]);
	encodeIbft({ ...plain, nics: manyNics(4) }, { layout: 'ipxe', onIssue });
	expect(issues.map(({ code }) => code)).toEqual(['ipxe-bios-buffer']);
});

describe.each(['compact', 'ipxe', 'edk2'] as const)('%s layout', (layout) => {
	const bytes = encodeIbft({ ...plain, nics: manyNics(3), targets: [target, target, target] }, { layout });
	const table = decodeIbft(bytes);

	test('sums to 0 and knows its length', () => {
		expect(parseAcpiHeader(bytes).issues).toEqual([]);
		expect(table.length).toBe(bytes.length);
	});

	test('structures on their boundaries, none over another', () => {
		const places = [table.initiator, ...table.nics, ...table.targets].map((structure) => structure?.place);
		const sorted = places.map((place) => [place?.offset ?? 0, place?.length ?? 0] as const).sort((a, b) => a[0] - b[0]);
		expect(sorted).toHaveLength(7);
		let end = 48 + table.control.length;
		for (const [offset, length] of sorted) {
			expect(offset % (layout === 'ipxe' ? 16 : 8)).toBe(0);
			expect(offset).toBeGreaterThanOrEqual(end);
			end = offset + length;
		}
	});

	test('the third of a kind stands in the expansion', () => {
		expect(table.control.length).toBe(22);
		expect([table.nics[2], table.targets[2]].map((structure) => structure?.place?.slot)).toEqual([
			'control.expansion[0]',
			'control.expansion[1]',
		]);
	});
});
