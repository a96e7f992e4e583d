import { DecodeError, EncodeError } from '../wire/errors.ts';
import { bytesKind, ipv4Kind, presentKind, textKind, unsigned } from './basic-kinds.ts';
import type { OptionKind } from './option-kinds.ts';
import { decodeSubOptions, encodeSubOptions, type SubOption } from './sub-options.ts';

/** Sub-options of option 82 that have a name here; `kind` says what `value` is. */
export const relaySubOptionTable = [
	{ code: 1, name: 'circuitId', kind: 'bytes', source: 'RFC 3046 3.1' },
	{ code: 2, name: 'remoteId', kind: 'bytes', source: 'RFC 3046 3.2' },
	{ code: 4, name: 'docsisDeviceClass', kind: 'u32', source: 'RFC 3256 2' },
	{ code: 5, name: 'linkSelection', kind: 'ipv4', source: 'RFC 3527 3' },
	{ code: 6, name: 'subscriberId', kind: 'text', source: 'RFC 3993 3' },
	{ code: 7, name: 'radiusAttributes', kind: 'bytes', source: 'RFC 4014 2' },
	{ code: 8, name: 'authentication', kind: 'bytes', source: 'RFC 4030 3' },
	{ code: 9, name: 'vendorSpecific', kind: 'bytes', source: 'RFC 4243 3' },
	{ code: 10, name: 'flags', kind: 'u8', source: 'RFC 5010 3' },
	{ code: 11, name: 'serverIdentifierOverride', kind: 'ipv4', source: 'RFC 5107 4' },
	{ code: 12, name: 'relayAgentIdentifier', kind: 'bytes', source: 'RFC 6925' },
	{ code: 13, name: 'accessTechnologyType', kind: 'u16', source: 'RFC 7839' },
	{ code: 14, name: 'accessNetworkName', kind: 'text', source: 'RFC 7839' },
	{ code: 15, name: 'accessPointName', kind: 'text', source: 'RFC 7839' },
	{ code: 16, name: 'accessPointBssid', kind: 'bytes', source: 'RFC 7839' },
	{ code: 17, name: 'operatorId', kind: 'bytes', source: 'RFC 7839' },
	{ code: 18, name: 'operatorRealm', kind: 'text', source: 'RFC 7839' },
	{ code: 19, name: 'relaySourcePort', kind: 'present', source: 'RFC 8357' },
	{ code: 151, name: 'virtualSubnetSelection', kind: 'bytes', source: 'RFC 6607' },
	{ code: 152, name: 'virtualSubnetSelectionControl', kind: 'present', source: 'RFC 6607' },
] as const;

type Row = (typeof relaySubOptionTable)[number];

/** Name of a relay sub-option: `'circuitId'`, … */
export type RelaySubOptionName = Row['name'];

/** What the kinds of relay sub-options read as. */
export interface RelaySubOptionKindValues {
	readonly bytes: Uint8Array;
	readonly text: string;
	readonly ipv4: string;
	readonly u8: number;
	readonly u16: number;
	readonly u32: number;
	/** The sub-option has no data; it is there. */
	readonly present: true;
}

/** Value of a relay sub-option. */
export type RelaySubOptionValue = RelaySubOptionKindValues[keyof RelaySubOptionKindValues];

/** A relay sub-option as it was on the wire. */
export interface RelaySubOption extends SubOption {
	/** `undefined` for codes that have no name here. */
	readonly name: RelaySubOptionName | undefined;
	/** An address as text, a number, text or bytes, as the table says; `undefined` when nameless or malformed. */
	readonly value: RelaySubOptionValue | undefined;
}

/** A relay sub-option to write: by code and bytes, or by name and value. With `bytes`, `name` and `value` are ignored. */
export type RelaySubOptionInit =
	| SubOption
	| {
			readonly [R in Row as R['name']]: {
				readonly name: R['name'];
				readonly value: RelaySubOptionKindValues[R['kind']];
				readonly bytes?: undefined;
			};
	  }[RelaySubOptionName];

const kinds: Readonly<Record<keyof RelaySubOptionKindValues, unknown>> = {
	bytes: bytesKind,
	text: textKind,
	ipv4: ipv4Kind,
	u8: unsigned(1),
	u16: unsigned(2),
	u32: unsigned(4),
	present: presentKind,
};

/** The kind whose value type the row's types vouch for. */
function kindOf(row: Row): OptionKind<RelaySubOptionValue> {
	return kinds[row.kind] as OptionKind<RelaySubOptionValue>;
}

function named({ code, bytes }: SubOption, path: string): RelaySubOption {
	const row = relaySubOptionTable.find((row) => row.code === code);
	if (!row) return { code, name: undefined, bytes, value: undefined };
	try {
		return { code, name: row.name, bytes, value: kindOf(row).decode(bytes, `${path}.${row.name}`) };
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		return { code, name: row.name, bytes, value: undefined };
	}
}

function subOptionOf(init: RelaySubOptionInit, path: string): SubOption {
	if (init.bytes) return init;
	const { name, value } = init as { readonly name: string; readonly value: RelaySubOptionValue };
	const row = relaySubOptionTable.find((row) => row.name === name);
	if (!row) throw new EncodeError('unknown-option', `${path} has no ${JSON.stringify(name)}`, { path });
	return { code: row.code, bytes: kindOf(row).encode(value, `${path}.${row.name}`) };
}

export const relayAgentInformationKind: OptionKind<readonly RelaySubOption[], readonly RelaySubOptionInit[]> = {
	decode: (bytes, path) => decodeSubOptions(bytes, path).map((item) => named(item, path)),
	encode(items, path) {
		if (items.length === 0) throw new EncodeError('empty-list', `${path} needs at least one sub-option`, { path });
		return encodeSubOptions(
			items.map((item) => subOptionOf(item, path)),
			path,
		);
	},
};
