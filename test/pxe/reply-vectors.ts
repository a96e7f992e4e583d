import { parseHex } from 'pxekit';
import {
	type DhcpOptionsRecord,
	type DhcpPacketInit,
	decodeDhcp,
	encodeDhcp,
	type ReplyInit,
	replyTo,
} from 'pxekit/dhcp';
import type { CheckReplyOptions } from 'pxekit/pxe';
import { bootRequestBytes } from '../support/boot-packets.ts';

export const bios: DhcpOptionsRecord = {
	vendorClassIdentifier: 'PXEClient:Arch:00000:UNDI:002001',
	clientArchitecture: [0],
};
export const ipxe: DhcpOptionsRecord = { ...bios, userClass: { form: 'raw', classes: ['iPXE'] } };
export const http: DhcpOptionsRecord = {
	vendorClassIdentifier: 'HTTPClient:Arch:00016:UNDI:003016',
	clientArchitecture: [16],
};
export const arm64: DhcpOptionsRecord = {
	vendorClassIdentifier: 'PXEClient:Arch:00011:UNDI:003016',
	clientArchitecture: [11],
};

/** A vector: the request beside x64 UEFI's, the reply beside an address and a server. */
export interface Vector {
	readonly asks?: DhcpOptionsRecord;
	readonly askFields?: Partial<DhcpPacketInit>;
	readonly says?: DhcpOptionsRecord;
	readonly fields?: Partial<Omit<ReplyInit, 'options'>>;
	readonly on?: CheckReplyOptions;
	/** Changes the bytes after encoding. */
	readonly bend?: (bytes: Uint8Array) => Uint8Array;
	readonly minLength?: number;
	readonly maxLength?: number;
}

export const pxe = { vendorClassIdentifier: 'PXEClient' } as const;
export const noAddress = { yiaddr: '0.0.0.0' } as const;
export const onPxePort: Vector = { on: { port: 4011 }, says: { ...pxe, messageType: 'ACK' }, fields: noAddress };
export const uuid = { clientMachineIdentifier: { guid: '12345678-9abc-def0-1122-334455667788' } } as const;
/** 43: menu "A" of type 32769, timeout 0; servers of type 32769 or 32770; discovery control. */
export const menu = (serverType: string, control: string = '060102'): DhcpOptionsRecord => ({
	...pxe,
	43: parseHex(`${control} 0807${serverType}010a000001 0904800101 41 0a04004f4b21 ff`),
});
export const relayed = { giaddr: '10.1.0.1' } as const;
export const option82: DhcpOptionsRecord = { 82: parseHex('0102aabb') };

/** The packets of a vector as they go on the wire. */
export function exchangeOf({ asks, askFields, says, fields, bend, minLength, maxLength = 9000 }: Vector): {
	readonly request: Uint8Array;
	readonly reply: Uint8Array;
} {
	const request = bootRequestBytes(asks, askFields);
	const options = { messageType: 'OFFER', serverIdentifier: '10.0.0.1', ...says } as const;
	const reply = replyTo(decodeDhcp(request), { yiaddr: '10.0.0.50', siaddr: '10.0.0.1', ...fields, options });
	const bytes = encodeDhcp(reply, { minLength, maxLength });
	return { request, reply: bend ? bend(bytes) : bytes };
}

/** For each code: a reply that it is for, and one that only looks so. */
export const vectors: Record<string, readonly [fires: Vector, nearMiss: Vector]> = {
	'other-transaction': [{ fields: { xid: 5 } }, { askFields: { xid: 0 } }],
	'no-server-identifier': [{ says: { serverIdentifier: undefined } }, {}],
	'empty-option': [
		{ says: { 12: new Uint8Array(0) } },
		// Other options may be empty: RFC 4039's rapid commit always is.
		{ says: { 80: new Uint8Array(0) } },
	],
	'no-end': [
		{ bend: (bytes) => bytes.subarray(0, 240 + 9), says: {} },
		{ bend: (bytes) => bytes.subarray(0, 240 + 10), says: {} },
	],
	'longer-than-client-takes': [
		{ asks: { maximumMessageSize: 700 }, minLength: 673 },
		{ asks: { maximumMessageSize: 700 }, minLength: 672 },
	],
	'longer-than-a-frame': [{ minLength: 1473 }, { minLength: 1472 }],
	'overload-to-ipxe': [
		{ asks: ipxe, says: { 224: new Uint8Array(100) }, maxLength: 300 },
		{ asks: bios, says: { 224: new Uint8Array(100) }, maxLength: 300 },
	],
	'split-option-to-ipxe': [
		{ asks: ipxe, says: { 224: new Uint8Array(256) } },
		{ asks: ipxe, says: { 224: new Uint8Array(255) } },
	],
	'vendor-options-split': [
		{ says: { ...pxe, 43: new Uint8Array(256) }, on: { answersPort4011: true } },
		{ says: { ...pxe, 43: new Uint8Array(255) }, on: { answersPort4011: true } },
	],
	'pxe-without-boot-information': [{ says: pxe }, { says: pxe, on: { answersPort4011: true } }],
	'boot-server-without-file': [onPxePort, { ...onPxePort, fields: { ...noAddress, file: 'a.efi' } }],
	'proxy-without-vendor-class': [
		{ fields: { ...noAddress, file: 'a.efi' } },
		{ fields: { ...noAddress, file: 'a.efi' }, says: pxe },
	],
	'proxy-file-without-server': [
		{ fields: { ...noAddress, siaddr: '0.0.0.0', file: 'a.efi' }, says: pxe },
		// A DHCP server's own OFFER: clients take option 54 for the server.
		{ fields: { siaddr: '0.0.0.0', file: 'a.efi' } },
	],
	'http-without-vendor-class': [
		{ asks: http, says: { bootfileName: 'http://10.0.0.1/a.efi' } },
		{ asks: http, says: { bootfileName: 'http://10.0.0.1/a.efi', vendorClassIdentifier: 'HTTPClient:mine' } },
	],
	'http-without-uri': [
		{ asks: http, says: { vendorClassIdentifier: 'HTTPClient', bootfileName: 'a.efi' } },
		{ asks: http, says: { vendorClassIdentifier: 'HTTPClient' }, fields: { file: 'http://10.0.0.1/a.efi' } },
	],
	'wrong-architecture': [{ fields: { file: 'boot/undionly.kpxe' } }, { fields: { file: 'boot/undionly.kpxe.efi' } }],
	'two-boot-files': [
		{ fields: { file: 'a.efi' }, says: { bootfileName: 'b.efi' } },
		{ fields: { file: 'a.efi' }, says: { bootfileName: 'a.efi' } },
	],
	'file-name-not-terminated': [
		{ asks: bios, says: { bootfileName: 'a' } },
		{ asks: bios, says: { 67: parseHex('6100') } },
	],
	'server-name-is-binary': [{ says: { 66: parseHex('0a000001') } }, { says: { tftpServerName: 'tftp' } }],
	'machine-identifier-not-echoed': [
		{ asks: uuid, says: { ...pxe, 97: new Uint8Array(17) }, fields: { file: 'a.efi' } },
		{ asks: uuid, says: pxe, fields: { file: 'a.efi' } },
	],
	'menu-entry-without-server': [{ says: menu('8002') }, { says: menu('8001') }],
	'multicast-without-address': [{ says: menu('8001', '060101') }, { says: menu('8001', '060102') }],
	'relay-not-copied': [
		{ askFields: relayed, asks: option82, says: { 82: parseHex('0102aabc') } },
		{ askFields: relayed, asks: option82 },
	],
	'broadcast-flag-lost': [{ askFields: { flags: 0x8000 }, fields: { flags: 0 } }, { fields: { flags: 0x8000 } }],
	'shorter-than-bootp': [{ minLength: 299 }, { minLength: 300 }],
};
