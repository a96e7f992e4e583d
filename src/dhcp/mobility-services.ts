import { EncodeError } from '../wire/errors.ts';
import { ipv4ListKind } from './basic-kinds.ts';
import { domainNamesKind } from './domain-search.ts';
import type { OptionKind } from './option-kinds.ts';
import { decodeSubOptions, encodeSubOptions } from './sub-options.ts';

/** One sub-option of option 139 (RFC 5678 section 2). */
export interface MobilityServiceAddresses {
	/** 1 = information, 2 = command, 3 = event service. */
	readonly code: number;
	readonly addresses: readonly string[];
}

/** One sub-option of option 140 (RFC 5678 section 3). */
export interface MobilityServiceNames {
	/** 1 = information, 2 = command, 3 = event service. */
	readonly code: number;
	readonly names: readonly string[];
}

function services<Value>(
	kind: OptionKind<readonly string[]>,
	read: (code: number, items: readonly string[]) => Value & { readonly code: number },
	itemsOf: (value: Value) => readonly string[],
): OptionKind<readonly (Value & { readonly code: number })[]> {
	return {
		decode: (bytes, path) =>
			decodeSubOptions(bytes, path).map(({ code, bytes }) => read(code, kind.decode(bytes, `${path}[${code}]`))),
		encode(values, path) {
			if (values.length === 0) throw new EncodeError('empty-list', `${path} needs at least one service`, { path });
			const items = values.map((value) => ({
				code: value.code,
				bytes: kind.encode(itemsOf(value), `${path}[${value.code}]`),
			}));
			return encodeSubOptions(items, path);
		},
	};
}

export const mobilityServiceAddressesKind: OptionKind<readonly MobilityServiceAddresses[]> = services(
	ipv4ListKind,
	(code, addresses): MobilityServiceAddresses => ({ code, addresses }),
	({ addresses }) => addresses,
);

export const mobilityServiceNamesKind: OptionKind<readonly MobilityServiceNames[]> = services(
	domainNamesKind,
	(code, names): MobilityServiceNames => ({ code, names }),
	({ names }) => names,
);
