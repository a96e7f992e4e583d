import type { DhcpPacket } from '../dhcp/index.ts';
import type { BootItem } from './pxe-option-kinds.ts';
import { decodePxeOptions } from './pxe-options.ts';

/** Which boot server a client chose from a menu, and which of its files; `undefined` when it asks for none. */
export function requestedBootItem(packet: DhcpPacket): BootItem | undefined {
	const block = packet.options.bytes('vendorSpecificInformation');
	return block && decodePxeOptions(block).values.bootItem;
}
