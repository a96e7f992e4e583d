import { type DhcpOptionFormatter, type DhcpPacket, formatDhcp } from '../dhcp/index.ts';
import { bsdpSpace } from './bsdp-options.ts';
import { formatEncapsulated } from './encapsulated-options.ts';
import { ipxeSpace } from './ipxe-options.ts';
import { optionText } from './option-text.ts';
import { pxeSpace } from './pxe-options.ts';

/** Option 43 means what option 60 says (RFC 2132 8.4). */
const vendorSpaces = { PXEClient: pxeSpace, AAPLBSDPC: bsdpSpace };

const vendorSpecificInformation: DhcpOptionFormatter = (bytes, packet) => {
	const vendorClass = optionText(packet, 'vendorClassIdentifier');
	const space = Object.entries(vendorSpaces).find(([name]) => vendorClass.startsWith(name))?.[1];
	return space && ['', ...formatEncapsulated(space, bytes)];
};

const ipxeOptions: DhcpOptionFormatter = (bytes) => ['', ...formatEncapsulated(ipxeSpace, bytes)];

/**
 * As `formatDhcp`, with a line for each sub-option of option 43 (when option 60 says `PXEClient` or
 * `AAPLBSDPC`) and option 175.
 * Credentials are not shown.
 *
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
 * import { encodeIpxeOptions, formatBootPacket } from 'pxekit/pxe';
 *
 * const packet = decodeDhcp(encodeDhcp({
 *   op: 2, xid: 1, chaddr: '52:54:00:12:34:56',
 *   options: { messageType: 'ACK', ipxeOptions: encodeIpxeOptions({ keepSan: 1, password: 'secret' }) },
 * }));
 * formatBootPacket(packet).split('\n').slice(2); // => ['  175 ipxeOptions:', '      8 keepSan: 1', '      191 password: 6 bytes, not shown']
 * ```
 */
export function formatBootPacket(packet: DhcpPacket): string {
	return formatDhcp(packet, { formatters: { 43: vendorSpecificInformation, 175: ipxeOptions } });
}
