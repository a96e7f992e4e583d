import {
	decodeEncapsulated,
	type EncapsulatedOptions,
	type EncapsulatedOptionsPair,
	type EncapsulatedOptionsRecord,
	type EncodeEncapsulatedOptions,
	encodeEncapsulated,
	type SubOptionSpace,
} from './encapsulated-options.ts';
import { type IpxeOptionKindValues, ipxeOptionKinds, ipxeOptionPrinters } from './ipxe-option-kinds.ts';
import { ipxeOptionTable } from './ipxe-option-table.ts';

type Row = (typeof ipxeOptionTable)[number];

/** Name of an iPXE sub-option: `'version'`, … */
export type IpxeOptionName = Row['name'];

/** A feature of an iPXE build: `'http'`, `'menu'`, … */
export type IpxeFeature = Extract<Row, { readonly kind: 'feature' }>['name'];

/** What each iPXE sub-option reads as, and is written from. */
export type IpxeOptionValues = { readonly [R in Row as R['name']]: IpxeOptionKindValues[R['kind']] };

/** The inside of option 175. */
export interface IpxeOptions extends EncapsulatedOptions<IpxeOptionValues> {
	/** Features whose marker is there and not 0; `values` has their versions. */
	readonly features: ReadonlySet<IpxeFeature>;
}

/** iPXE sub-options to write: a record, or pairs where a code stands twice or a number stands between names. */
export type IpxeOptionsInit =
	| EncapsulatedOptionsRecord<IpxeOptionValues>
	| readonly EncapsulatedOptionsPair<IpxeOptionValues>[];

/** Option 175. */
export const ipxeSpace: SubOptionSpace = {
	path: 'ipxeOptions',
	rows: ipxeOptionTable,
	kinds: ipxeOptionKinds,
	print: ipxeOptionPrinters,
};

const featureNames = ipxeOptionTable.flatMap((row): IpxeFeature[] => (row.kind === 'feature' ? [row.name] : []));

/**
 * Reads option 175. Any bytes give a result: what is malformed is in `issues`, and stays readable as bytes.
 *
 * @example
 * ```ts
 * import { parseHex } from 'pxekit';
 * import { decodeIpxeOptions } from 'pxekit/pxe';
 *
 * const { values, features } = decodeIpxeOptions(parseHex('b105018086100e eb03010501 130101 270101'));
 * values.version; // => '1.5.1'
 * values.busId; // => { type: 1, vendor: 0x8086, device: 0x100e }
 * [...features]; // => ['http', 'menu']
 * ```
 */
export function decodeIpxeOptions(bytes: Uint8Array): IpxeOptions {
	const block = decodeEncapsulated(ipxeSpace, bytes) as unknown as EncapsulatedOptions<IpxeOptionValues>;
	return { ...block, features: new Set(featureNames.filter((name) => (block.values[name] ?? 0) !== 0)) };
}

/**
 * Writes option 175, in the order given. A feature marker is written from its version, 1 for most.
 *
 * @throws an `EncodeError` for a value that can't be written, and `too-long` when all does not fit one option of
 *   255 bytes: iPXE does not join parts of an option
 * @example
 * ```ts
 * import { formatHex } from 'pxekit';
 * import { encodeIpxeOptions } from 'pxekit/pxe';
 *
 * formatHex(encodeIpxeOptions({ noPxeDhcp: 1, keepSan: 1 })); // => 'b00101080101ff'
 * ```
 */
export function encodeIpxeOptions(
	init: IpxeOptionsInit,
	options: EncodeEncapsulatedOptions = {},
): Uint8Array<ArrayBuffer> {
	return encodeEncapsulated(ipxeSpace, init, options);
}
