import type { DhcpPacket } from '../dhcp/index.ts';
import { decodeTlvBlock } from '../wire/tlv.ts';

/** Sub-option 71 of option 43: which boot server and which of its files is asked for (PXE 2.1 section 2.4). */
export const bootItemCode = 71;

/** Its four bytes, or `undefined` when the packet asks for none. */
export function requestedBootItem(packet: DhcpPacket): Uint8Array | undefined {
	const block = packet.options.bytes('vendorSpecificInformation');
	if (!block) return undefined;
	const item = decodeTlvBlock(block, 'vendorSpecificInformation').items.find(({ code }) => code === bootItemCode);
	return item?.bytes.length === 4 ? item.bytes : undefined;
}

/** Bit 15 of the layer: the client wants a signature with the file (BIS). */
export function wantsCredentials(item: Uint8Array): boolean {
	return ((item[2] as number) & 0x80) !== 0;
}
