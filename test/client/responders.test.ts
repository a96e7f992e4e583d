import {
	type BootClientProfileName,
	type SimulateBootOptions,
	simulateBoot,
	simulatedDhcp,
	simulatedResponder,
	simulatedTftp,
} from 'pxekit/client';
import { type BootFunction, createDhcpResponder, createProxyDhcp, raspberryPiMenu } from 'pxekit/pxe';
import { describe, expect, test } from 'vitest';

const proxyAddress = '10.0.0.2';
const files = { 'one.efi': Uint8Array.of(1), 'two.efi': Uint8Array.of(2), 'start4.elf': Uint8Array.of(3) };

/** Boots beside a plain DHCP server, from `createProxyDhcp` and the sender of the TFTP room. */
function bootFrom(boot: BootFunction, profile: BootClientProfileName, more: Partial<SimulateBootOptions> = {}) {
	const proxy = createProxyDhcp({ serverAddress: proxyAddress, boot });
	return simulateBoot({
		profile,
		mac: '52:54:00:12:34:56',
		servers: [
			simulatedDhcp({ address: '10.0.0.1', clientAddress: '10.0.0.77' }),
			simulatedResponder(proxy, proxyAddress),
			simulatedTftp({ address: proxyAddress, files }),
		],
		...more,
	});
}

const menu: BootFunction = () => ({
	menu: [
		{ text: 'One', file: 'one.efi' },
		{ text: 'Two', file: 'two.efi' },
		{ text: 'Local disk', localBoot: true },
	],
	prompt: { text: 'Press F8', timeout: 5 },
});

/** All that boot over PXE in full. */
const pxeFirmware = ['edk2', 'edk2-2016', 'ipxe-bios', 'ipxe-efi', 'intel-undi-2.1'] as const;

describe('createProxyDhcp, as each firmware sees it', () => {
	test.each(pxeFirmware)('%s boots one file', async (profile) => {
		const { end } = await bootFrom(() => ({ file: 'one.efi' }), profile);
		expect(end).toMatchObject({ kind: 'booted', file: { uri: 'tftp://10.0.0.2/one.efi', bytes: files['one.efi'] } });
	});

	test.each(pxeFirmware)('%s boots the second entry of a menu, and the first when nobody is there', async (profile) => {
		expect((await bootFrom(menu, profile, { menuChoice: 1 })).end).toMatchObject({ file: { bytes: files['two.efi'] } });
		expect((await bootFrom(menu, profile)).end).toMatchObject({ file: { bytes: files['one.efi'] } });
	});

	test.each(pxeFirmware)('%s goes on to the local disk when that is chosen', async (profile) => {
		const { end } = await bootFrom(menu, profile, { menuChoice: 2 });
		expect(end).toMatchObject({ kind: 'failed', error: { reason: 'local-boot' } });
	});

	test('a Raspberry Pi takes the address of DHCP, the words of the proxy, and a TFTP server', async () => {
		const withNextServer = simulatedDhcp({ address: '10.0.0.1', clientAddress: '10.0.0.77', nextServer: proxyAddress });
		const proxy = createProxyDhcp({ serverAddress: proxyAddress, boot: () => raspberryPiMenu() });
		const servers = [
			withNextServer,
			simulatedResponder(proxy, proxyAddress),
			simulatedTftp({ address: proxyAddress, files }),
		];
		const { end } = await simulateBoot({ profile: 'raspberry-pi-4', mac: 'dc:a6:32:00:00:01', servers });
		expect(end).toMatchObject({ kind: 'booted', file: { bytes: files['start4.elf'] } });
	});

	test('U-Boot does not see a proxy at all', async () => {
		const { end, offers } = await bootFrom(() => ({ file: 'one.efi' }), 'u-boot');
		expect(offers.map(({ class: kind }) => kind)).not.toContain('proxy-with-menu');
		expect(end).toMatchObject({ kind: 'failed', error: { reason: 'no-server-address' } });
	});
});

describe('createDhcpResponder, as each firmware sees it', () => {
	const bootFromOneServer = (profile: BootClientProfileName) => {
		const address = '10.0.0.1';
		const responder = createDhcpResponder({
			serverAddress: address,
			networks: [{ subnet: '10.0.0.0/24', pool: [{ from: '10.0.0.50', to: '10.0.0.50' }] }],
			boot: () => ({ file: 'one.efi' }),
		});
		const servers = [simulatedResponder(responder, address), simulatedTftp({ address, files })];
		return simulateBoot({ profile, mac: '52:54:00:12:34:56', servers });
	};

	test.each(pxeFirmware)('%s gets its address and its file from one server', async (profile) => {
		const { address, end } = await bootFromOneServer(profile);
		expect(address).toBe('10.0.0.50');
		expect(end).toMatchObject({ kind: 'booted', file: { name: 'one.efi', bytes: files['one.efi'] } });
	});

	test('U-Boot gets an address alone: its option 60 is not that of a boot client', async () => {
		const { address, end } = await bootFromOneServer('u-boot');
		expect([address, end]).toMatchObject(['10.0.0.50', { error: { reason: 'no-server-address' } }]);
	});
});
