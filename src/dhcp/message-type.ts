import { DecodeError, EncodeError } from '../wire/errors.ts';
import { inRange } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/** DHCP message types in order of their numbers, from 1 (RFC 2132 9.6, RFC 3203, 4388, 6926, 7724). */
export const dhcpMessageTypes = [
	'DISCOVER',
	'OFFER',
	'REQUEST',
	'DECLINE',
	'ACK',
	'NAK',
	'RELEASE',
	'INFORM',
	'FORCERENEW',
	'LEASEQUERY',
	'LEASEUNASSIGNED',
	'LEASEUNKNOWN',
	'LEASEACTIVE',
	'BULKLEASEQUERY',
	'LEASEQUERYDONE',
	'ACTIVELEASEQUERY',
	'LEASEQUERYSTATUS',
	'TLS',
] as const;

/** A DHCP message type by name: `'DISCOVER'`, `'OFFER'`, … */
export type DhcpMessageType = (typeof dhcpMessageTypes)[number];

export const messageTypeKind: OptionKind<DhcpMessageType | number> = {
	fixedLength: 1,
	decode(bytes, path) {
		if (bytes.length !== 1) {
			throw new DecodeError('bad-length', `${path} must be 1 byte, not ${bytes.length}`, { path });
		}
		const number = bytes[0] as number;
		return dhcpMessageTypes[number - 1] ?? number;
	},
	encode(value, path) {
		if (typeof value === 'number') return Uint8Array.of(inRange(value, 255, path));
		const index = dhcpMessageTypes.indexOf(value);
		if (index < 0)
			throw new EncodeError('unknown-name', `${path} has no message type ${JSON.stringify(value)}`, { path });
		return Uint8Array.of(index + 1);
	},
};
