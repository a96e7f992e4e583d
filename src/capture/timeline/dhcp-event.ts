import { type DhcpPacket, decodeDhcp } from '../../dhcp/index.ts';
import { cookieBytes, layout } from '../../dhcp/packet.ts';
import { requestedBootItem } from '../../pxe/boot-item.ts';
import { decodePxeOptions } from '../../pxe/index.ts';
import type { Endpoint } from '../../wire/endpoint.ts';
import { DecodeError } from '../../wire/errors.ts';
import type { DecodedFrame } from '../frames/frame.ts';
import type { DhcpEvent, UnreadableEvent } from './session.ts';

const pxePort = 4011;
const tftpPort = 69;
const dhcpPorts = [67, 68, pxePort];
const noAddress = '0.0.0.0';

/** RFC 2131 section 4.1; PXE 2.1 section 2.2: clients ask port 4011 from 68 or from 4011. */
export function hasDhcpPorts({ udp, payload }: DecodedFrame): boolean {
	if (!udp) return false;
	const { sourcePort, destinationPort } = udp;
	if (destinationPort === tftpPort) return false;
	if (destinationPort === 67 || destinationPort === 68 || sourcePort === 67) return true;
	if (destinationPort !== pxePort && sourcePort !== pxePort) return false;
	// Any port above 1023 may be a TFTP client's by chance.
	const isBetweenDhcpPorts = dhcpPorts.includes(sourcePort) && dhcpPorts.includes(destinationPort);
	return isBetweenDhcpPorts || cookieBytes.every((byte, i) => payload[layout.cookie + i] === byte);
}

/** The frames that a datagram came in. */
export function framesOf({ index, ip }: DecodedFrame): readonly number[] {
	return ip?.fragment?.frames ?? [index];
}

/** A DHCP packet as an event of its own; whoever keeps events joins repeats. */
export function dhcpEvent(
	frame: DecodedFrame,
	exchange: (packet: DhcpPacket) => DhcpEvent['type'] | undefined,
): DhcpEvent | UnreadableEvent {
	// A copy: an event must not keep the whole file in memory.
	const bytes = frame.payload.slice();
	const common = {
		frames: framesOf(frame),
		time: frame.time,
		end: frame.time,
		bytes,
		from: endpoint(frame.ip?.source, frame.udp?.sourcePort),
		to: endpoint(frame.ip?.destination, frame.udp?.destinationPort),
		fromMac: frame.link?.source,
		toMac: frame.link?.destination,
		cut: frame.cut,
	};
	try {
		const packet = decodeDhcp(bytes);
		const type = typeOf(packet, common.from, common.to, exchange);
		return {
			...common,
			type,
			gives: giftOf(packet, type),
			repeats: 0,
			relay: packet.giaddr === noAddress ? undefined : packet.giaddr,
			packet,
		};
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		const { code, message, offset, path } = error;
		return { ...common, type: 'unreadable-dhcp', issue: { code, message, offset, path } };
	}
}

function endpoint(address = '', port = 0): Endpoint {
	return { address, port };
}

const plainTypes: Readonly<Record<string, DhcpEvent['type']>> = {
	DISCOVER: 'discover',
	OFFER: 'offer',
	REQUEST: 'request',
	DECLINE: 'decline',
	ACK: 'ack',
	NAK: 'nak',
	RELEASE: 'release',
	INFORM: 'inform',
};

function typeOf(
	packet: DhcpPacket,
	from: Endpoint,
	to: Endpoint,
	requestOf: (packet: DhcpPacket) => DhcpEvent['type'] | undefined,
): DhcpEvent['type'] {
	if (!packet.options.has('messageType'))
		return packet.op === 1 ? 'bootp-request' : packet.op === 2 ? 'bootp-reply' : 'other';
	const type = plainTypes[packet.options.tryGet('messageType') ?? ''] ?? 'other';
	if (packet.op === 1) {
		if ((type === 'request' || type === 'inform') && requestedBootItem(packet)) return 'boot-server-request';
		return to.port === pxePort ? 'proxy-request' : type;
	}
	if (type !== 'ack') return type;
	const asked = requestOf(packet);
	if (asked === 'boot-server-request') return 'boot-server-ack';
	if (asked === 'proxy-request') return 'proxy-ack';
	if (asked !== undefined || from.port !== pxePort) return type;
	return requestedBootItem(packet) ? 'boot-server-ack' : 'proxy-ack';
}

const giving: readonly DhcpEvent['type'][] = ['offer', 'ack', 'proxy-ack', 'boot-server-ack', 'bootp-reply'];

/** PXE 2.1 sections 2.2.1 and 2.2.2: what to boot stands in the `file` field, in option 67, or in a menu of option 43. */
function giftOf(packet: DhcpPacket, type: DhcpEvent['type']): DhcpEvent['gives'] {
	if (!giving.includes(type)) return undefined;
	const boots = namesBootFile(packet) || hasPxeMenu(packet);
	// A boot server may repeat the address that the client has; it does not give it.
	const ofDhcp = type !== 'proxy-ack' && type !== 'boot-server-ack';
	if (ofDhcp && packet.yiaddr !== noAddress) return boots ? 'address-and-boot' : 'address';
	const vendorClass = packet.options.bytes('vendorClassIdentifier');
	return boots || vendorClass ? 'proxy' : undefined;
}

function namesBootFile(packet: DhcpPacket): boolean {
	return packet.file !== '' || (packet.options.bytes('bootfileName')?.length ?? 0) > 0;
}

function hasPxeMenu(packet: DhcpPacket): boolean {
	const block = packet.options.bytes('vendorSpecificInformation');
	if (!block || !packet.options.has('vendorClassIdentifier')) return false;
	const { values } = decodePxeOptions(block);
	return values.bootMenu !== undefined || values.bootServers !== undefined;
}
