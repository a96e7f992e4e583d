import { type DhcpMessageType, type DhcpPacket, decodeDhcp } from '../dhcp/index.ts';
import { decodePxeOptions, type PxeOptions } from '../pxe/index.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { DecodeError } from '../wire/errors.ts';
import { formatIpv4 } from '../wire/ipv4.ts';
import { decodeUtf8Lossy, untilNul } from '../wire/text.ts';
import type { UdpDatagram } from './endpoint.ts';
import type { BootClientProfile } from './profile.ts';

/** A server's packet as the firmware reads it. */
export interface ServerPacket {
	readonly packet: DhcpPacket;
	readonly bytes: Uint8Array;
	readonly from: Endpoint;
	/** `undefined` for BOOTP. */
	readonly type: DhcpMessageType | number | undefined;
	/** Option 54, with the stand-ins that the firmware knows. */
	readonly server: string | undefined;
	/** `undefined` where the field is 0.0.0.0. */
	readonly address: string | undefined;
	readonly nextServer: string | undefined;
	/** The boot file's name, from option 67 or the header, whichever the firmware looks at first. */
	readonly file: string | undefined;
	/** Option 60 begins with `PXEClient`. */
	readonly isPxe: boolean;
	/** Option 60 begins with `HTTPClient`. */
	readonly isHttp: boolean;
	/** Option 43, when option 60 says that it is in PXE form. */
	readonly pxe: PxeOptions['values'];
	option(code: number): Uint8Array | undefined;
}

function unlessZero(address: string): string | undefined {
	return address === '0.0.0.0' ? undefined : address;
}

/** Text up to a NUL; `undefined` when there is none. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
	const text = bytes && decodeUtf8Lossy(untilNul(bytes));
	return text === '' ? undefined : text;
}

/** Reads a datagram as the firmware does, or says why the firmware does not look at it. */
export function readServerPacket(datagram: UdpDatagram, profile: BootClientProfile): ServerPacket | string {
	const { bytes, from } = datagram;
	let packet: DhcpPacket;
	try {
		packet = decodeDhcp(bytes);
	} catch (error) {
		if (error instanceof DecodeError) return `not readable as DHCP: ${error.message}`;
		throw error;
	}
	const { refuses, readsOverload, fileFirst, family } = profile;
	const option = (code: number) =>
		packet.options.entries().find((entry) => entry.code === code && (readsOverload || entry.source === 'options'))
			?.bytes;
	if (packet.op !== 2) return 'a request, not a reply';
	if (bytes.length > refuses.longerThan) return `longer than ${refuses.longerThan} bytes`;
	if (refuses.noEnd && packet.issues.some(({ code, path }) => code === 'no-end' && path === 'options')) {
		return 'no End option';
	}
	const empty = refuses.emptyOptions ? [12, 43, 60].find((code) => option(code)?.length === 0) : undefined;
	if (empty !== undefined) return `option ${empty} is empty`;
	const address = unlessZero(packet.yiaddr);
	const nextServer = unlessZero(packet.siaddr);
	const identifier = option(54);
	const named = identifier?.length === 4 ? unlessZero(formatIpv4(identifier)) : undefined;
	const type = packet.options.tryGet('messageType');
	if (refuses.noServerIdentifier && named === undefined && type !== undefined) return 'no option 54';
	const vendorClass = textOf(option(60)) ?? '';
	const isPxe = vendorClass.startsWith('PXEClient');
	const isHttp = vendorClass.startsWith('HTTPClient');
	const vendor = option(43);
	const inOption = textOf(option(67));
	const inField = packet.file === '' ? undefined : packet.file;
	const readsMenuWithoutClass = family === 'ipxe' || family === 'raspberry-pi';
	return {
		packet,
		bytes,
		from,
		type,
		server: named ?? (family === 'ipxe' ? (nextServer ?? from.address) : undefined),
		address,
		nextServer,
		file: fileFirst === 'option67' ? (inOption ?? inField) : (inField ?? inOption),
		isPxe,
		isHttp,
		pxe: vendor && (isPxe || readsMenuWithoutClass) ? decodePxeOptions(vendor).values : {},
		option,
	};
}
