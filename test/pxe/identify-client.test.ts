import { parseHex } from 'pxekit';
import { decodeDhcp } from 'pxekit/dhcp';
import { identifyClient } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';
import { bootRequest } from '../support/boot-packets.ts';
import { fixtureRows } from '../support/fixtures.ts';

const packets = fixtureRows<{ name: string; hex: string; expected: { op: number } }>('dhcp/packets.jsonl');
const captured = (name: string) => {
	const row = packets.find((row) => row.name === `lab:${name}`);
	if (!row) throw new Error(`no such packet: ${name}`);
	return identifyClient(decodeDhcp(parseHex(row.hex)));
};

/** The machine's UUID in the captures, as it was given to QEMU. */
const uuid = '12345678-9abc-def0-1122-334455667788';

describe('captured clients', () => {
	test('iPXE ROM on BIOS', () => {
		const client = captured('bios-ipxe-e1000_plain+proxysingle#1');
		expect(client).toMatchObject({
			kind: 'pxe',
			arch: 0,
			archSource: 'clientArchitecture',
			archName: 'x86 BIOS',
			undi: { major: 2, minor: 1 },
			uuid,
			mac: '52:54:00:aa:00:01',
			userClasses: ['iPXE'],
			ipxe: { version: '1.0.0' },
		});
		// The ROM's feature markers as the capture has them: 17 22 13 11 27 19 29 10 21 15 18 12.
		expect([...(client?.ipxe?.features ?? [])].sort()).toEqual(
			['dns', 'elf', 'http', 'iscsi', 'menu', 'multiboot', 'nfs', 'pxeext', 'pxe', 'tftp', 'bzimage', 'aoe'].sort(),
		);
	});

	test('OVMF', () => {
		const client = captured('ovmf-x64-pxe_plain+proxysingle#1');
		expect(client).toMatchObject({ kind: 'pxe', arch: 7, archName: 'x64 UEFI', undi: { major: 3, minor: 0 }, uuid });
		expect(client?.ipxe).toBeUndefined();
	});

	test('OVMF by HTTP', () => {
		expect(captured('ovmf-x64-http_httpclient#9')).toMatchObject({
			kind: 'http',
			arch: 16,
			archName: 'x64 UEFI boot from HTTP',
		});
	});

	test('every request of the captures is somebody’s, and no reply is', () => {
		for (const { name, hex, expected } of packets) {
			const client = identifyClient(decodeDhcp(parseHex(hex)));
			if (expected.op === 2) expect([name, client]).toEqual([name, undefined]);
		}
		const firstStages = packets.filter(({ name }) => name.endsWith('#1'));
		expect(firstStages.length).toBeGreaterThan(5);
	});
});

describe('what the text of option 60 tells', () => {
	test.each([
		['PXEClient:Arch:00007:UNDI:003016', 7],
		['PXEClient:Arch:00011:UNDI:003000', 11],
		// U-Boot on a StarFive board writes the number in hexadecimal.
		['PXEClient:Arch:0001b:UNDI:003000', 0x1b],
		['PXEClient:Arch:00000:UNDI:002001', 0],
		['HTTPClient:Arch:00016:UNDI:003001', 16],
	])('%s is architecture %i', (vendorClassIdentifier, arch) => {
		const client = identifyClient(bootRequest({ vendorClassIdentifier, clientArchitecture: undefined }));
		expect([client?.arch, client?.archSource]).toEqual([arch, 'vendorClassIdentifier']);
	});

	test('option 93 goes before it', () => {
		const client = identifyClient(
			bootRequest({ vendorClassIdentifier: 'PXEClient:Arch:00000:UNDI:002001', clientArchitecture: [9, 7] }),
		);
		expect([client?.arch, client?.architectures]).toEqual([9, [9, 7]]);
	});

	test('the bare word is enough', () => {
		const client = identifyClient(bootRequest({ vendorClassIdentifier: 'PXEClient', clientArchitecture: undefined }));
		expect([client?.kind, client?.arch, client?.archSource]).toEqual(['pxe', 0, 'assumed']);
	});

	test.each(['MSFT 5.0', 'U-Boot.armv8', 'AAPLBSDPC/i386', 'pxeclient', 'dhcpcd PXEClient'])(
		'%s is no boot client',
		(text) => {
			expect(identifyClient(bootRequest({ vendorClassIdentifier: text }))).toBeUndefined();
		},
	);

	test('no option 60, no boot client', () => {
		expect(identifyClient(bootRequest({ vendorClassIdentifier: undefined }))).toBeUndefined();
	});
});

describe('odd clients', () => {
	test('malformed 93, 94 and 97 are as if absent', () => {
		const client = identifyClient(
			bootRequest({
				clientArchitecture: undefined,
				93: Uint8Array.of(7),
				94: Uint8Array.of(1),
				97: new Uint8Array(16),
			}),
		);
		expect(client).toMatchObject({ arch: 7, archSource: 'vendorClassIdentifier', undi: { major: 3, minor: 16 } });
		expect(client?.uuid).toBeUndefined();
	});

	test('U-Boot’s UUID is in wire order', () => {
		const raw = parseHex('123456789abcdef01122334455667788');
		const client = identifyClient(bootRequest({ clientArchitecture: [22], clientMachineIdentifier: { raw } }));
		expect(client?.uuid).toBe(uuid);
	});

	test('a machine identifier of another type is no UUID', () => {
		const client = identifyClient(bootRequest({ clientMachineIdentifier: { type: 1, raw: new Uint8Array(16) } }));
		expect([client?.uuid, client?.machineIdentifier?.type]).toEqual([undefined, 1]);
	});

	test.each([
		['user class, bare', { userClass: { form: 'raw', classes: ['iPXE'] } }],
		['user class, RFC 3004', { userClass: { form: 'rfc3004', classes: ['iPXE'] } }],
		['gPXE', { userClass: { form: 'raw', classes: ['gPXE'] } }],
		['option 175', { ipxeOptions: parseHex('eb03010501') }],
	] as const)('iPXE by %s', (_, options) => {
		expect(identifyClient(bootRequest(options))?.ipxe).toBeDefined();
	});

	test('a feature marker of 0 is off; a broken block gives what came before', () => {
		const client = identifyClient(bootRequest({ ipxeOptions: parseHex('130101 140100 eb03010501 2709ff') }));
		expect([...(client?.ipxe?.features ?? [])]).toEqual(['http']);
		expect(client?.ipxe?.version).toBe('1.5.1');
	});
});
