import { EncodeError } from '../wire/errors.ts';
import { parseMac } from '../wire/mac.ts';
import { encodeUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import { nulTerminated, placeOptions, sizeOf, writeArea } from './option-placement.ts';
import { DhcpOptions } from './options.ts';
import { cookieBytes, type DhcpPacket, type DhcpPacketInit, hlenOf, layout } from './packet.ts';

/** How to write a packet. */
export interface EncodeDhcpOptions {
	/** Zeros are added up to this length, but not beyond `maxLength`. Default 300: relays and old clients drop shorter packets. */
	readonly minLength?: number | undefined;
	/**
	 * UDP payload, not counting IP and UDP headers. Default 1472, what fits an Ethernet frame. What does not fit goes
	 * into `file` and `sname` with option 52 where those are free: whole options, or parts of 255 bytes of longer ones.
	 */
	readonly maxLength?: number | undefined;
	/** Codes of the options that go first, in this order, instead of 53. `DhcpOptions` keep their own order anyway. */
	readonly order?: readonly number[] | undefined;
	/** `false` refuses what does not fit the options field: some clients, iPXE among them, do not read option 52. */
	readonly overload?: boolean | undefined;
	/**
	 * End options 66 and 67 with a NUL. Default `false`. Some PC ROMs read past the option's end without it (their
	 * TFTP request then ends in 0xFF).
	 */
	readonly nulTerminate?: boolean | undefined;
}

const noBytes = new Uint8Array(0);

function textField(text: string, length: number, path: string): Uint8Array {
	if (text === '') return noBytes;
	const bytes = encodeUtf8(text, path);
	if (bytes.length >= length) {
		const message = `${path} is ${bytes.length} bytes, and ${length - 1} is the most that fit`;
		throw new EncodeError('too-long', message, { path });
	}
	return bytes;
}

function hardwareAddress(chaddr: string | Uint8Array): Uint8Array {
	const bytes = typeof chaddr === 'string' ? parseMac(chaddr, 'chaddr') : chaddr;
	if (!(bytes instanceof Uint8Array)) {
		throw new EncodeError('bad-value', 'chaddr must be a MAC address or bytes', { path: 'chaddr' });
	}
	if (bytes.length > layout.chaddrLength) {
		throw new EncodeError('too-long', `chaddr is ${bytes.length} bytes, and 16 is the most that fit`, {
			path: 'chaddr',
		});
	}
	return bytes;
}

/**
 * Writes a DHCP or BOOTP packet. The message type goes first and the relay agent information last; values over 255
 * bytes are split (RFC 3396); End is always written. What a peer could not read, or would have to be cut, is refused.
 *
 * @throws an {@link EncodeError}: `too-long` when the packet exceeds `maxLength` even with option 52, or `sname` or
 *   `file` do not fit; `out-of-range`, `bad-ipv4`, `bad-mac`, … for a value that can't be written
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
 *
 * const bytes = encodeDhcp({
 *   op: 2, xid: 0x1234, chaddr: '52:54:00:12:34:56', siaddr: '10.0.0.1', file: 'ipxe.efi',
 *   options: { messageType: 'OFFER', serverIdentifier: '10.0.0.1', vendorClassIdentifier: 'PXEClient' },
 * });
 * bytes.length; // => 300
 * decodeDhcp(bytes).file; // => 'ipxe.efi'
 * ```
 */
export function encodeDhcp(
	packet: DhcpPacketInit | DhcpPacket,
	{ minLength = 300, maxLength = 1472, order, overload = true, nulTerminate = false }: EncodeDhcpOptions = {},
): Uint8Array<ArrayBuffer> {
	const chaddr = hardwareAddress(packet.chaddr);
	const sname = textField(packet.sname ?? '', layout.snameLength, 'sname');
	const file = textField(packet.file ?? '', layout.fileLength, 'file');
	const cookie = packet.cookie ?? true;
	const given = packet.options instanceof DhcpOptions ? packet.options : DhcpOptions.from(packet.options ?? {}, order);
	const options = nulTerminate ? nulTerminated(given.entries()) : given.entries();
	if (!cookie && options.length > 0) {
		throw new EncodeError('no-cookie', 'options need the magic cookie', { path: 'cookie' });
	}
	const areas = placeOptions(options, {
		options: maxLength - layout.options,
		file: overload && file.length === 0 ? layout.fileLength : 0,
		sname: overload && sname.length === 0 ? layout.snameLength : 0,
	});
	const vendorArea = packet.trailing ?? noBytes;
	const length = cookie ? layout.options + sizeOf(areas.options) : layout.cookie + vendorArea.length;
	if (length > maxLength) {
		throw new EncodeError('too-long', `the packet is ${length} bytes, and ${maxLength} is the most allowed`, {});
	}
	const padded = Math.max(length, Math.min(minLength, maxLength));
	const bytes = new Writer(padded)
		.u8(packet.op, 'op')
		.u8(packet.htype ?? 1, 'htype')
		.u8(hlenOf(packet, chaddr), 'hlen')
		.u8(packet.hops ?? 0, 'hops')
		.u32(packet.xid, 'xid')
		.u16(packet.secs ?? 0, 'secs')
		.u16(packet.flags ?? 0, 'flags')
		.ipv4(packet.ciaddr ?? '0.0.0.0', 'ciaddr')
		.ipv4(packet.yiaddr ?? '0.0.0.0', 'yiaddr')
		.ipv4(packet.siaddr ?? '0.0.0.0', 'siaddr')
		.ipv4(packet.giaddr ?? '0.0.0.0', 'giaddr')
		.finish(padded);
	bytes.set(chaddr, layout.chaddr);
	bytes.set(sname, layout.sname);
	if (areas.sname) writeArea(areas.sname, bytes, layout.sname);
	bytes.set(file, layout.file);
	if (areas.file) writeArea(areas.file, bytes, layout.file);
	if (cookie) {
		bytes.set(cookieBytes, layout.cookie);
		writeArea(areas.options, bytes, layout.options);
	} else bytes.set(vendorArea, layout.cookie);
	return bytes;
}
