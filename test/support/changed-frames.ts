import type { CaptureFrame } from 'pxekit/capture';

// Changes to the bytes of captures as networks and recorders make them, without this package's own codecs: what is checked is not what made it.

/** Frames of a capture, changed; they are numbered anew, and their times stay in order. */
export type FrameChange = (frames: readonly CaptureFrame[]) => CaptureFrame[];

type Bytes = Uint8Array<ArrayBuffer>;

const ethernetHeader = 14;
const etherTypes = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd };
const udpProtocol = 17;

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Bytes {
	return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** RFC 1071. */
function onesSum(...parts: readonly Uint8Array[]): number {
	let sum = 0;
	for (const part of parts) {
		for (const [at, byte] of part.entries()) sum += at % 2 === 0 ? byte * 256 : byte;
	}
	while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
	return ~sum & 0xffff;
}

function etherTypeOf({ data, linkType }: CaptureFrame): number {
	return linkType === 1 && data.length >= ethernetHeader ? viewOf(data).getUint16(12) : 0;
}

/** The IPv4 packet of a whole frame, without the padding behind it. */
function ipv4Of(frame: CaptureFrame): { readonly header: Uint8Array; readonly payload: Uint8Array } | undefined {
	if (etherTypeOf(frame) !== etherTypes.ipv4 || frame.data.length < frame.originalLength) return undefined;
	const packet = frame.data.subarray(ethernetHeader);
	const headerLength = ((packet[0] as number) & 15) * 4;
	const total = viewOf(packet).getUint16(2);
	return { header: packet.subarray(0, headerLength), payload: packet.subarray(headerLength, total) };
}

/** A frame with another IPv4 packet: lengths and the checksum of the header are set. */
function withIpv4(frame: CaptureFrame, header: Uint8Array, payload: Uint8Array): CaptureFrame {
	const fresh = joined(header);
	const view = viewOf(fresh);
	view.setUint8(0, 0x40 | (fresh.length / 4));
	view.setUint16(2, fresh.length + payload.length);
	view.setUint16(10, 0);
	view.setUint16(10, onesSum(fresh));
	return withData(frame, joined(frame.data.subarray(0, ethernetHeader), fresh, payload));
}

function withData(frame: CaptureFrame, data: Uint8Array, linkType: number = frame.linkType): CaptureFrame {
	const cut = frame.originalLength - frame.data.length;
	return { ...frame, data, linkType, originalLength: data.length + cut };
}

/** New numbers, in the order in which they stand. */
function numbered(frames: readonly CaptureFrame[]): CaptureFrame[] {
	return frames.map((frame, i) => ({ ...frame, index: i + 1 }));
}

function each(change: (frame: CaptureFrame) => CaptureFrame | readonly CaptureFrame[]): FrameChange {
	return (frames) => numbered(frames.flatMap((frame) => change(frame)));
}

/** A tag of 802.1Q, or two of them with 802.1ad's outside. */
export function tagged(...vlans: readonly number[]): FrameChange {
	return each((frame) => {
		if (frame.linkType !== 1) return frame;
		const tags = vlans.flatMap((vlan, i) => [...(i < vlans.length - 1 ? [0x88, 0xa8] : [0x81, 0x00]), vlan >> 8, vlan]);
		return withData(frame, joined(frame.data.subarray(0, 12), tags, frame.data.subarray(12)));
	});
}

/** Record route and an end of options in each IPv4 header: RFC 791 section 3.1. */
export const withIpOptions: FrameChange = each((frame) => {
	const packet = ipv4Of(frame);
	if (!packet) return frame;
	return withIpv4(frame, joined(packet.header, [7, 7, 4, 0, 0, 0, 0, 0]), packet.payload);
});

/**
 * Each UDP datagram over IPv4 in so many fragments.
 *
 * @param order of the fragments, by their places; a place may come twice
 */
export function fragmented(order: readonly number[]): FrameChange {
	const pieces = Math.max(...order) + 1;
	return each((frame) => {
		const packet = ipv4Of(frame);
		if (packet?.header[9] !== udpProtocol || packet.payload.length < 8 * pieces) return frame;
		const { header, payload } = packet;
		const step = 8 * Math.floor(payload.length / pieces / 8);
		return order.map((place) => {
			const start = place * step;
			const end = place === pieces - 1 ? payload.length : start + step;
			const fresh = joined(header);
			viewOf(fresh).setUint16(4, frame.index & 0xffff);
			viewOf(fresh).setUint16(6, (start / 8) | (place === pieces - 1 ? 0 : 0x2000));
			return withIpv4(frame, fresh, payload.subarray(start, end));
		});
	});
}

/** UDP over IPv4 becomes UDP over IPv6, from fd00::a.b.c.d; DHCPv4 too, which no network does, and all else stays. */
export const overIpv6: FrameChange = each((frame) => {
	const packet = ipv4Of(frame);
	if (packet?.header[9] !== udpProtocol) return frame;
	const { header, payload } = packet;
	const ports = [viewOf(payload).getUint16(0), viewOf(payload).getUint16(2)];
	if (ports.some((port) => port === 67 || port === 68 || port === 4011)) return frame;
	const address = (at: number) => joined([0xfd, ...new Array(11).fill(0)], header.subarray(at, at + 4));
	const addresses = joined(address(12), address(16));
	const udp = joined(payload);
	viewOf(udp).setUint16(6, 0);
	const pseudo = joined(addresses, [0, 0, udp.length >> 8, udp.length, 0, 0, 0, udpProtocol]);
	viewOf(udp).setUint16(6, onesSum(pseudo, udp) || 0xffff);
	const ipv6 = joined([0x60, 0, 0, 0, udp.length >> 8, udp.length, udpProtocol, 64], addresses, udp);
	return withData(frame, joined(frame.data.subarray(0, 12), [0x86, 0xdd], ipv6));
});

/** What a recorder on Linux's interface "any" writes, LINKTYPE_LINUX_SLL and SLL2; it keeps no destination address. */
export function cooked(version: 1 | 2): FrameChange {
	return each((frame) => {
		const { data, linkType } = frame;
		if (linkType !== 1 || data.length < ethernetHeader) return frame;
		const source = data.subarray(6, 12);
		const packetType = data[0] === 0xff ? 1 : ((data[0] as number) & 1) === 1 ? 2 : 0;
		const header =
			version === 1
				? joined([0, packetType, 0, 1, 0, 6], source, [0, 0], data.subarray(12, 14))
				: joined(data.subarray(12, 14), [0, 0, 0, 0, 0, 2, 0, 1, packetType, 6], source, [0, 0]);
		return withData(frame, joined(header, data.subarray(ethernetHeader)), version === 1 ? 113 : 276);
	});
}

/** IP packets alone, LINKTYPE_RAW; frames of other protocols are left out. */
export const rawIp: FrameChange = (frames) =>
	numbered(
		frames
			.filter((frame) => [etherTypes.ipv4, etherTypes.ipv6].includes(etherTypeOf(frame)))
			.map((frame) => withData(frame, frame.data.subarray(ethernetHeader), 101)),
	);

/**
 * Each frame twice, as a mirror of both ports that it passes shows it.
 *
 * @param delay nanoseconds from the first port to the second; what comes in them stands before the copy
 */
export function mirrored(delay: bigint): FrameChange {
	return (frames) => {
		const copies = frames.map((frame) => ({ ...frame, time: (frame.time ?? 0n) + delay }));
		const inOrder = [...frames, ...copies].sort((a, b) => Number((a.time ?? 0n) - (b.time ?? 0n)) || a.index - b.index);
		return numbered(inOrder);
	};
}

/** Each frame and its copy behind a router: other hardware addresses, and a hop less. Broadcasts don't pass it. */
export const routedCopies: FrameChange = each((frame) => {
	const packet = ipv4Of(frame);
	if (!packet || ((frame.data[0] as number) & 1) === 1) return frame;
	const header = joined(packet.header);
	header[8] = Math.max(1, (header[8] as number) - 1);
	const copy = withIpv4(frame, header, packet.payload);
	copy.data.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], 0);
	return [frame, copy];
});

/** Each frame as a mirror of a trunk and of an access port shows it: with a tag and without. */
export const taggedAndNot: FrameChange = each((frame) => [...tagged(7)([frame]), frame]);

/** Only what goes out from one hardware address, or all but that. */
export function only(mac: string, keep: 'from' | 'others'): FrameChange {
	return (frames) =>
		numbered(
			frames.filter(({ data }) => {
				const source = [...data.subarray(6, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
				return (source === mac) === (keep === 'from');
			}),
		);
}

/** Without every n-th frame. */
export function losing(every: number, from: number = 0): FrameChange {
	return (frames) => numbered(frames.filter((_, i) => (i + from) % every !== every - 1));
}

/** Frames that came within so many nanoseconds stand the other way round, as a recorder of several queues may write them; each keeps its time. */
export function disordered(within: bigint): FrameChange {
	return (frames) => {
		const result = [...frames];
		for (let at = 0; at + 1 < result.length; at++) {
			const [one, other] = [result[at] as CaptureFrame, result[at + 1] as CaptureFrame];
			if ((other.time ?? 0n) - (one.time ?? 0n) >= within) continue;
			[result[at], result[at + 1]] = [other, one];
			at++;
		}
		return numbered(result);
	};
}
