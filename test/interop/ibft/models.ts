import { type IbftInit, type IbftLayout, Secret } from 'pxekit/ibft';

const initiator = { name: 'iqn.2026-11.org.example:host1' };
const nic = {
	mac: '52:54:00:77:00:10',
	address: '10.77.0.20',
	prefixLength: 24,
	origin: 'dhcp',
	gateway: '10.77.0.1',
	dhcpServer: '10.77.0.3',
	pciAddress: '00:1f.7',
} as const;
const target = { address: '10.77.0.1', name: 'iqn.2026-11.org.example:disk1', lun: '1' };
const chap = { chapName: 'client', chapSecret: new Secret('twelve-chars') };

function nics(count: number): NonNullable<IbftInit['nics']> {
	return Array.from({ length: count }, (_, at) => ({
		...nic,
		mac: `52:54:00:77:00:${10 + at}`,
		address: `10.77.${at}.20`,
		primaryDns: `10.77.${at}.53`,
	}));
}

function targets(count: number): NonNullable<IbftInit['targets']> {
	return Array.from({ length: count }, (_, at) => ({
		...target,
		address: `10.77.${at}.1`,
		name: `iqn.2026-11.org.example:disk${at}`,
		lun: at.toString(16),
	}));
}

/** A table to hand to the kernel. */
export interface Model {
	readonly title: string;
	readonly init: IbftInit;
	readonly layout?: IbftLayout;
}

/** Tables that exercise every field and every layout; the real kernel is asked about each. */
export const models: readonly Model[] = [
	{
		title: 'one NIC, one target',
		init: { oemId: 'PXEKIT', oemTableId: 'ONE', initiator, nics: [nic], targets: [target] },
	},
	{ title: 'two NICs, two targets', init: { initiator, nics: nics(2), targets: targets(2) } },
	{ title: 'three NICs, three targets', init: { initiator, nics: nics(3), targets: targets(3) } },
	{ title: 'three and three in iPXE layout', init: { initiator, nics: nics(3), targets: targets(3) }, layout: 'ipxe' },
	{ title: 'three and three in EDK2 layout', init: { initiator, nics: nics(3), targets: targets(3) }, layout: 'edk2' },
	{ title: 'four NICs, one target', init: { initiator, nics: nics(4), targets: [{ ...target, nicAssociation: 3 }] } },
	{ title: 'a VLAN', init: { initiator, nics: [{ ...nic, vlan: 4094 }], targets: [target] } },
	{ title: 'CHAP', init: { initiator, nics: [nic], targets: [{ ...target, ...chap }] } },
	{
		title: 'mutual CHAP, RADIUS, iSNS and SLP',
		init: {
			initiator: {
				...initiator,
				isnsServer: '10.77.0.5',
				slpServer: '10.77.0.6',
				primaryRadius: '10.77.0.7',
				secondaryRadius: '2001:db8::7',
			},
			nics: [{ ...nic, flags: 7, hostName: 'host1' }],
			targets: [
				{
					...target,
					...chap,
					flags: 15,
					reverseChapName: 'server',
					reverseChapSecret: new Secret('other-twelve-chars'),
				},
			],
		},
	},
	{
		title: 'IPv6',
		init: {
			initiator,
			nics: [
				{
					mac: nic.mac,
					address: '2001:db8:77::20',
					prefixLength: 64,
					origin: 'routerAdvertisement',
					gateway: 'fe80::1',
					primaryDns: '2001:db8::53',
				},
			],
			targets: [{ ...target, address: '2001:db8:77::1' }],
		},
	},
	{
		title: 'IPv6 with a prefix of 48, EDK2 layout',
		init: {
			initiator,
			nics: [{ mac: nic.mac, address: '2001:db8:77::20', prefixLength: 48, origin: 'manual' }],
			targets: [{ ...target, address: 'fe80::1:2:3' }],
		},
		layout: 'edk2',
	},
	{
		title: 'long names',
		init: {
			initiator: { name: `iqn.2026-11.org.example:${'i'.repeat(199)}` },
			nics: [{ ...nic, hostName: `${'h'.repeat(63)}.example.org` }],
			targets: [{ ...target, name: `iqn.2026-11.org.example:${'t'.repeat(199)}` }],
		},
	},
	{ title: 'LUN 0', init: { initiator, nics: [nic], targets: [{ ...target, lun: '0' }] } },
	{
		title: 'a LUN of four groups',
		init: { initiator, nics: [nic], targets: [{ ...target, lun: '4752-3a4f-6b7e-2f99' }] },
	},
	{
		title: 'a LUN that Linux shows ambiguously',
		init: { initiator, nics: [nic], targets: [{ ...target, lun: '10-abcd-1-2' }] },
	},
	{
		title: 'static address, no gateway, prefix 20, port 13260',
		init: {
			initiator,
			nics: [{ mac: nic.mac, address: '10.77.16.20', prefixLength: 20, origin: 'manual', pciAddress: '00:02.0' }],
			targets: [{ ...target, port: 13260 }],
		},
	},
	{
		title: 'only the second NIC and target are boot selected, indexes apart',
		init: {
			initiator,
			nics: [
				{ ...nic, flags: 1, index: 4 },
				{ ...nic, mac: '52:54:00:77:00:11', index: 7 },
			],
			targets: [
				{ ...target, flags: 1, index: 2, nicAssociation: 4 },
				{ ...target, name: 'iqn.2026-11.org.example:disk9', index: 9, nicAssociation: 7 },
			],
		},
	},
	{
		title: 'no address yet',
		init: { initiator, nics: [{ mac: nic.mac }], targets: [{ name: target.name }] },
	},
];
