import { parseHex } from 'pxekit';
import type { DhcpOptionName, RelaySubOptionName } from 'pxekit/dhcp';

/** Value and bytes of an option, written out from the text that the table names as its source. */
export type OptionVector = readonly [name: DhcpOptionName, value: unknown, hex: string];

const address = ['10.0.0.1', '0a000001'] as const;
const two = [['10.0.0.1', '10.0.0.2'], '0a000001 0a000002'] as const;
const text = ['abc', '616263'] as const;

const addresses: readonly DhcpOptionName[] = [
	'router',
	'timeServer',
	'nameServer',
	'domainNameServer',
	'logServer',
	'quotesServer',
	'lprServer',
	'impressServer',
	'resourceLocationServer',
	'nisServers',
	'ntpServers',
	'netbiosNameServer',
	'netbiosDatagramDistributionServer',
	'xWindowSystemFontServer',
	'xWindowSystemDisplayManager',
	'nisPlusServers',
	'mobileIpHomeAgent',
	'smtpServer',
	'pop3Server',
	'nntpServer',
	'defaultWwwServer',
	'defaultFingerServer',
	'defaultIrcServer',
	'streetTalkServer',
	'streetTalkDirectoryAssistanceServer',
	'ndsServers',
	'bcmcsControllerIpv4Address',
	'associatedIp',
	'netinfoAddress',
	'panaAgent',
	'capwapAccessController',
	'andsfAddress',
	'dotsAddress',
	'tftpServerAddress',
];
const oneAddress: readonly DhcpOptionName[] = [
	'subnetMask',
	'swapServer',
	'broadcastAddress',
	'routerSolicitationAddress',
	'requestedIpAddress',
	'serverIdentifier',
	'subnetSelection',
];
const texts: readonly DhcpOptionName[] = [
	'hostName',
	'meritDumpFile',
	'domainName',
	'rootPath',
	'extensionsPath',
	'nisDomain',
	'netbiosScope',
	'message',
	'vendorClassIdentifier',
	'netwareIpDomain',
	'nisPlusDomain',
	'tftpServerName',
	'bootfileName',
	'ndsTreeName',
	'ndsContext',
	'ldap',
	'userAuthentication',
	'pcode',
	'tcode',
	'netinfoTag',
	'captivePortal',
	'mudUrl',
	'iscsiInitiatorIqn',
	'configurationFile',
	'pathPrefix',
	'webProxyAutoDiscovery',
];
const booleans: readonly DhcpOptionName[] = [
	'ipForwarding',
	'nonLocalSourceRouting',
	'allSubnetsAreLocal',
	'performMaskDiscovery',
	'maskSupplier',
	'performRouterDiscovery',
	'trailerEncapsulation',
	'ethernetEncapsulation',
	'tcpKeepaliveGarbage',
];
const bytes1: readonly DhcpOptionName[] = [
	'defaultIpTimeToLive',
	'tcpDefaultTtl',
	'netbiosNodeType',
	'optionOverload',
	'autoConfigure',
	'dhcpState',
	'dataSource',
];
const bytes2: readonly DhcpOptionName[] = [
	'bootFileSize',
	'maximumDatagramReassemblySize',
	'interfaceMtu',
	'maximumMessageSize',
];
const bytes4: readonly DhcpOptionName[] = [
	'pathMtuAgingTimeout',
	'arpCacheTimeout',
	'tcpKeepaliveInterval',
	'ipAddressLeaseTime',
	'renewalTime',
	'rebindingTime',
	'clientLastTransactionTime',
	'ipv6OnlyPreferred',
	'baseTime',
	'startTimeOfState',
	'queryStartTime',
	'queryEndTime',
	'rebootTime',
];

const routes = [
	{ destination: '10.1.0.0/16', router: '192.168.77.1' },
	{ destination: '0.0.0.0/0', router: '192.168.77.1' },
	{ destination: '10.17.18.19/32', router: '0.0.0.0' },
];
const routesHex = '100a01c0a84d01 00c0a84d01 200a11121300000000';

/** 38 degrees north, 77 degrees west, 100.5 metres: 38 * 2^25, -77 * 2^25 and 100.5 * 2^8 in their 34 and 30 bits. */
const coordinates = {
	latitudeResolution: 18,
	latitude: 38,
	longitudeResolution: 17,
	longitude: -77,
	altitudeType: 1,
	altitudeResolution: 20,
	altitude: 100.5,
	version: 0,
	datum: 1,
};

/** Code, name, value and bytes of each sub-option of option 82. */
export const relaySubOptions: readonly (readonly [number, RelaySubOptionName, unknown, string])[] = [
	[1, 'circuitId', parseHex('aabb'), 'aabb'],
	[2, 'remoteId', parseHex('cc'), 'cc'],
	[4, 'docsisDeviceClass', 1, '00000001'],
	[5, 'linkSelection', '10.0.0.1', '0a000001'],
	[6, 'subscriberId', 'abc', '616263'],
	[7, 'radiusAttributes', parseHex('0103 61'), '010361'],
	[8, 'authentication', parseHex('01020304'), '01020304'],
	[9, 'vendorSpecific', parseHex('0000000901aa'), '0000000901aa'],
	[10, 'flags', 0x80, '80'],
	[11, 'serverIdentifierOverride', '10.0.0.2', '0a000002'],
	[12, 'relayAgentIdentifier', parseHex('000301'), '000301'],
	[13, 'accessTechnologyType', 4, '0004'],
	[14, 'accessNetworkName', 'net', '6e6574'],
	[15, 'accessPointName', 'ap', '6170'],
	[16, 'accessPointBssid', parseHex('525400123456'), '525400123456'],
	[17, 'operatorId', parseHex('00000009'), '00000009'],
	[18, 'operatorRealm', 'a.b', '612e62'],
	[19, 'relaySourcePort', true, ''],
	[151, 'virtualSubnetSelection', parseHex('0076706e'), '0076706e'],
	[152, 'virtualSubnetSelectionControl', true, ''],
];

const odd: OptionVector[] = [
	['timeOffset', 3600, '00000e10'],
	['timeOffset', -18000, 'ffffb9b0'],
	['policyFilter', [{ address: '10.0.0.0', mask: '255.0.0.0' }], '0a000000 ff000000'],
	['pathMtuPlateauTable', [68, 1500], '0044 05dc'],
	['staticRoute', [{ destination: '10.1.0.0', router: '10.0.0.1' }], '0a010000 0a000001'],
	['vendorSpecificInformation', Uint8Array.of(6, 1, 8), '060108'],
	['ipAddressLeaseTime', 0xffff_ffff, 'ffffffff'],
	['messageType', 'OFFER', '02'],
	['messageType', 99, '63'],
	['parameterRequestList', [1, 3, 6], '010306'],
	['clientIdentifier', { type: 1, data: parseHex('525400aa0001') }, '01 525400aa0001'],
	['netwareIpOptions', [{ code: 5, bytes: Uint8Array.of(1) }], '050101'],
	['mobileIpHomeAgent', [], ''],
	['userClass', { form: 'rfc3004', classes: [parseHex('616263')], text: ['abc'], bare: '\u0003abc' }, '03616263'],
	['slpDirectoryAgent', { mandatory: true, addresses: ['10.0.0.1'] }, '01 0a000001'],
	['slpServiceScope', { mandatory: false, scopes: 'a,b' }, '00 612c62'],
	['slpServiceScope', { mandatory: true, scopes: '' }, '01'],
	['rapidCommit', true, ''],
	[
		'clientFqdn',
		{
			serverUpdates: true,
			serverOverrides: false,
			dnsEncoded: true,
			noUpdates: false,
			rcode1: 0,
			rcode2: 0,
			name: 'pc.example.',
		},
		'05 00 00 02 7063 07 6578616d706c65 00',
	],
	[
		'clientFqdn',
		{
			serverUpdates: false,
			serverOverrides: true,
			dnsEncoded: true,
			noUpdates: true,
			rcode1: 255,
			rcode2: 255,
			name: 'pc',
		},
		'0e ff ff 02 7063',
	],
	[
		'clientFqdn',
		{
			serverUpdates: false,
			serverOverrides: false,
			dnsEncoded: false,
			noUpdates: false,
			rcode1: 0,
			rcode2: 0,
			name: 'pc.a',
		},
		'00 00 00 70632e61',
	],
	...relaySubOptions.map(([code, name, value, hex]): OptionVector => {
		const bytes = parseHex(hex);
		const header = [code, bytes.length].map((byte) => byte.toString(16).padStart(2, '0')).join('');
		return ['relayAgentInformation', [{ code, name, bytes, value }], header + hex];
	}),
	// No name, and an address of three bytes.
	['relayAgentInformation', [{ code: 200, name: undefined, bytes: parseHex('01'), value: undefined }], 'c80101'],
	[
		'relayAgentInformation',
		[{ code: 5, name: 'linkSelection', bytes: parseHex('0a0000'), value: undefined }],
		'05030a0000',
	],
	[
		'isns',
		{
			functions: 3,
			discoveryDomainAccess: 5,
			administrativeFlags: 1,
			securityBitmap: 0x21,
			addresses: ['10.0.0.1', '10.0.0.2'],
		},
		'0003 0005 0001 00000021 0a000001 0a000002',
	],
	[
		'bcmcsControllerDomainNameList',
		['a.example', 'b.example'],
		'01 61 07 6578616d706c65 00 01 62 07 6578616d706c65 00',
	],
	[
		'authentication',
		{
			protocol: 1,
			algorithm: 1,
			replayDetectionMethod: 0,
			replayDetection: parseHex('0000000000000005'),
			information: parseHex('00000007 000102030405060708090a0b0c0d0e0f'),
		},
		'01 01 00 0000000000000005 00000007 000102030405060708090a0b0c0d0e0f',
	],
	['clientArchitecture', [7, 9], '0007 0009'],
	['clientNetworkInterface', { type: 1, major: 3, minor: 16 }, '010310'],
	[
		'clientMachineIdentifier',
		{
			type: 0,
			raw: parseHex('78563412bc9af0de1122334455667788'),
			guid: '12345678-9abc-def0-1122-334455667788',
			uuid: '78563412-bc9a-f0de-1122-334455667788',
		},
		'00 78563412bc9af0de1122334455667788',
	],
	[
		'geoconfCivic',
		{
			what: 1,
			countryCode: 'DE',
			elements: [
				{ type: 1, text: 'NW' },
				{ type: 3, text: 'Bonn' },
			],
		},
		'01 4445 01 02 4e57 03 04 426f6e6e',
	],
	['dhcp4o6S46SourceAddress', '2001:db8::1', '20010db8000000000000000000000001'],
	['nameServiceSearch', [6, 44], '0006 002c'],
	// RFC 3397 section 2 prints this example: "eng.apple.com" and "marketing.apple.com" with a pointer to offset 4.
	['domainSearch', ['eng.apple.com', 'marketing.apple.com'], '03656e67056170706c6503636f6d00 096d61726b6574696e67c004'],
	// RFC 3361 section 3 prints both examples.
	[
		'sipServers',
		{ names: ['example.com', 'example.net'] },
		'00 07 6578616d706c65 03 636f6d 00 07 6578616d706c65 03 6e6574 00',
	],
	['sipServers', { addresses: ['192.0.2.10', '192.0.2.11'] }, '01 c000020a c000020b'],
	['classlessStaticRoute', routes, routesHex],
	['cablelabsClientConfiguration', [{ code: 1, bytes: parseHex('0a000001') }], '0104 0a000001'],
	['geoConf', coordinates, '48 4c000000 4766000000 15 000064 80 01'],
	['geoLoc', { ...coordinates, version: 1 }, '48 4c000000 4766000000 15 000064 80 41'],
	[
		'vendorIdentifyingVendorClass',
		[
			{ enterpriseNumber: 9, data: parseHex('616263') },
			{ enterpriseNumber: 18, data: parseHex('64') },
		],
		'00000009 03 616263 00000012 01 64',
	],
	[
		'vendorIdentifyingVendorSpecificInformation',
		[
			{ enterpriseNumber: 3561, options: [{ code: 4, bytes: parseHex('616263') }] },
			{ enterpriseNumber: 9, options: [] },
		],
		'00000de9 05 04 03 616263 00000009 00',
	],
	['lostServer', 'lost.example', '04 6c6f7374 07 6578616d706c65 00'],
	[
		'mobilityServiceAddress',
		[
			{ code: 1, addresses: ['10.0.0.1'] },
			{ code: 3, addresses: ['10.0.0.2'] },
		],
		'01 04 0a000001 03 04 0a000002',
	],
	['mobilityServiceFqdn', [{ code: 2, names: ['a.example'] }], '02 0b 01 61 07 6578616d706c65 00'],
	['sipUaConfigurationServiceDomains', ['a.example'], '01 61 07 6578616d706c65 00'],
	['sztpRedirect', ['https://a/', 'https://b/'], '000a 68747470733a2f2f612f 000a 68747470733a2f2f622f'],
	['forcerenewNonceCapable', [1], '01'],
	[
		'rdnssSelection',
		{ preference: 1, primaryAddress: '10.0.0.1', secondaryAddress: '10.0.0.2', domains: ['a.example'] },
		'01 0a000001 0a000002 01 61 07 6578616d706c65 00',
	],
	[
		'rdnssSelection',
		{ preference: 3, primaryAddress: '10.0.0.1', secondaryAddress: '0.0.0.0', domains: [''] },
		'03 0a000001 00000000 00',
	],
	['dotsReferenceIdentifier', 'dots.example', '04 646f7473 07 6578616d706c65 00'],
	['statusCode', { code: 1, message: 'no' }, '01 6e6f'],
	['statusCode', { code: 0, message: '' }, '00'],
	['pcpServer', [['10.0.0.1'], ['10.0.0.2', '10.0.0.3']], '04 0a000001 08 0a000002 0a000003'],
	['portParameters', { offset: 6, psidLength: 8, psid: 0x3400 }, '06 08 3400'],
	[
		'encryptedDns',
		[
			{ servicePriority: 1, authenticationDomainName: 'a.example' },
			{
				servicePriority: 2,
				authenticationDomainName: 'b.example',
				addresses: ['10.0.0.1'],
				serviceParameters: parseHex('0001 0004 03646f74'),
			},
		],
		'000e 0001 0b 01 61 07 6578616d706c65 00 001b 0002 0b 01 62 07 6578616d706c65 00 04 0a000001 0001 0004 03646f74',
	],
	['ipxeOptions', parseHex('080101'), '080101'],
	['pxelinuxMagic', true, 'f100747e'],
	[
		'sixRd',
		{ ipv4MaskLength: 8, prefixLength: 32, prefix: '2001:db8::', borderRelays: ['10.0.0.1'] },
		'08 20 20010db8000000000000000000000000 0a000001',
	],
	['accessDomain', 'isp.example', '03 697370 07 6578616d706c65 00'],
	['subnetAllocation', { flags: 1, options: [{ code: 1, bytes: parseHex('0018') }] }, '01 01 02 0018'],
	['virtualSubnetSelection', { type: 0, information: parseHex('76706e') }, '00 76706e'],
	['virtualSubnetSelection', { type: 255, information: new Uint8Array(0) }, 'ff'],
	['microsoftClasslessStaticRoute', routes, routesHex],
];

/** At least one vector for each row of the table. */
export const optionVectors: readonly OptionVector[] = [
	...addresses.map((name): OptionVector => [name, ...two]),
	...oneAddress.map((name): OptionVector => [name, ...address]),
	...texts.map((name): OptionVector => [name, ...text]),
	...booleans.flatMap((name): OptionVector[] => [
		[name, true, '01'],
		[name, false, '00'],
	]),
	...bytes1.map((name): OptionVector => [name, 1, '01']),
	...bytes2.map((name): OptionVector => [name, 0x1234, '1234']),
	...bytes4.map((name): OptionVector => [name, 0x12345678, '12345678']),
	...odd,
];
