import { EncodeError } from '../wire/errors.ts';
import { structuralCodes } from './packet.ts';

/** An option of the consumer's own, for `options.get` and for writing. Made with {@link defineDhcpOption}. */
export interface DhcpOptionDefinition<Value, Init = Value> {
	/** 1 to 254. */
	readonly code: number;
	/** Reads the value; throw a `DecodeError` when the bytes are wrong. */
	decode(bytes: Uint8Array): Value;
	/** Writes the value; throw an `EncodeError` when it can't be written. */
	encode(value: Init): Uint8Array;
}

/**
 * Defines an option that the table does not have, such as a site's own between 224 and 254.
 *
 * @throws an {@link EncodeError} `bad-code` when the code is not 1 to 254, or is 52, which the encoder itself writes
 * @example
 * ```ts
 * import { decodeDhcp, defineDhcpOption, encodeDhcp } from 'pxekit/dhcp';
 *
 * const rack = defineDhcpOption({
 *   code: 224,
 *   decode: (bytes) => bytes[0] ?? 0,
 *   encode: (rack: number) => Uint8Array.of(rack),
 * });
 * const bytes = encodeDhcp({
 *   op: 1, xid: 7, chaddr: '52:54:00:12:34:56',
 *   options: { messageType: 'DISCOVER', [rack.code]: rack.encode(12) },
 * });
 * decodeDhcp(bytes).options.get(rack); // => 12
 * ```
 */
export function defineDhcpOption<Value, Init = Value>(
	definition: DhcpOptionDefinition<Value, Init>,
): DhcpOptionDefinition<Value, Init> {
	assertOptionCode(definition.code);
	return definition;
}

/** 0 is padding, 255 is End, and 52 is the encoder's own. */
export function assertOptionCode(code: number): void {
	if (!Number.isInteger(code) || code < 1 || code > 254 || code === structuralCodes.overload) {
		const why =
			code === structuralCodes.overload
				? 'option 52 is written by the encoder where it is needed'
				: 'a code is 1 to 254';
		throw new EncodeError('bad-code', `DHCP option ${String(code)} can't be given: ${why}`, {
			path: `options[${code}]`,
		});
	}
}
