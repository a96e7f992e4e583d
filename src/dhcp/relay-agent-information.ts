import { EncodeError } from '../wire/errors.ts';
import type { OptionKind } from './option-kinds.ts';
import { decodeSubOptions, encodeSubOptions, type SubOption } from './sub-options.ts';

/** Sub-options of option 82 that have a name here. */
export const relaySubOptionTable = [
	{ code: 1, name: 'circuitId', source: 'RFC 3046 3.1' },
	{ code: 2, name: 'remoteId', source: 'RFC 3046 3.2' },
	{ code: 5, name: 'linkSelection', source: 'RFC 3527 3' },
	{ code: 6, name: 'subscriberId', source: 'RFC 3993 3' },
	{ code: 9, name: 'vendorSpecific', source: 'RFC 4243 3' },
	{ code: 10, name: 'flags', source: 'RFC 5010 3' },
	{ code: 11, name: 'serverIdentifierOverride', source: 'RFC 5107 4' },
] as const;

/** Name of a relay sub-option: `'circuitId'`, … */
export type RelaySubOptionName = (typeof relaySubOptionTable)[number]['name'];

/** A relay sub-option as it was on the wire. */
export interface RelaySubOption extends SubOption {
	/** `undefined` for codes that have no name here. */
	readonly name: RelaySubOptionName | undefined;
}

/** A relay sub-option to write; the name is ignored. */
export type RelaySubOptionInit = SubOption;

export const relayAgentInformationKind: OptionKind<readonly RelaySubOption[], readonly RelaySubOptionInit[]> = {
	decode: (bytes, path) =>
		decodeSubOptions(bytes, path).map(({ code, bytes }) => ({
			code,
			name: relaySubOptionTable.find((row) => row.code === code)?.name,
			bytes,
		})),
	encode(items, path) {
		if (items.length === 0) throw new EncodeError('empty-list', `${path} needs at least one sub-option`, { path });
		return encodeSubOptions(items, path);
	},
};
