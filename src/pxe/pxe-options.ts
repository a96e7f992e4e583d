import {
	decodeEncapsulated,
	type EncapsulatedOptions,
	type EncapsulatedOptionsPair,
	type EncapsulatedOptionsRecord,
	type EncodeEncapsulatedOptions,
	encodeEncapsulated,
	type SubOptionSpace,
} from './encapsulated-options.ts';
import { type PxeOptionKindInits, type PxeOptionKindValues, pxeOptionKinds } from './pxe-option-kinds.ts';
import { pxeOptionPrinters } from './pxe-option-printers.ts';
import { pxeOptionTable } from './pxe-option-table.ts';

type Row = (typeof pxeOptionTable)[number];

/** Name of a PXE sub-option: `'bootMenu'`, … */
export type PxeOptionName = Row['name'];

/** What each PXE sub-option reads as. */
export type PxeOptionValues = { readonly [R in Row as R['name']]: PxeOptionKindValues[R['kind']] };

/** What each PXE sub-option is written from. */
export type PxeOptionInits = { readonly [R in Row as R['name']]: PxeOptionKindInits[R['kind']] };

/** The inside of option 43 of a PXE client or server. */
export type PxeOptions = EncapsulatedOptions<PxeOptionValues>;

/** PXE sub-options to write: a record, or pairs where a code stands twice or a number stands between names. */
export type PxeOptionsInit =
	| EncapsulatedOptionsRecord<PxeOptionInits>
	| readonly EncapsulatedOptionsPair<PxeOptionInits>[];

/** Option 43 in PXE form. */
export const pxeSpace: SubOptionSpace = {
	path: 'vendorSpecificInformation',
	rows: pxeOptionTable,
	kinds: pxeOptionKinds,
	print: pxeOptionPrinters,
};

/**
 * Reads option 43 of a packet whose option 60 begins with `PXEClient`. Any bytes give a result: what is malformed is in
 * `issues`, and stays readable as bytes.
 *
 * @example
 * ```ts
 * import { parseHex } from 'pxekit';
 * import { decodePxeOptions } from 'pxekit/pxe';
 *
 * const { values } = decodePxeOptions(parseHex('060103 0a0400505845 0807800001c0a84d02 090c800009426f6f742042494f53 ff'));
 * values.discoveryControl?.disableBroadcast; // => true
 * values.menuPrompt; // => { timeout: 0, text: 'PXE' }
 * values.bootServers; // => [{ type: 0x8000, addresses: ['192.168.77.2'] }]
 * values.bootMenu; // => [{ type: 0x8000, text: 'Boot BIOS' }]
 * ```
 */
export function decodePxeOptions(bytes: Uint8Array): PxeOptions {
	return decodeEncapsulated(pxeSpace, bytes) as unknown as PxeOptions;
}

/**
 * Writes option 43 for a PXE client, in the order given.
 *
 * @throws an `EncodeError` for a value that can't be written, and `too-long` when all does not fit one option of
 *   255 bytes, which PXE clients do not join: its `path` names the entry that was too much
 * @example
 * ```ts
 * import { formatHex } from 'pxekit';
 * import { encodePxeOptions } from 'pxekit/pxe';
 *
 * const menu = encodePxeOptions({
 *   discoveryControl: { disableBroadcast: true, disableMulticast: true },
 *   bootServers: [{ type: 0x8000, addresses: ['10.0.0.1'] }],
 *   bootMenu: [{ type: 0x8000, text: 'Install' }, { type: 0, text: 'Local disk' }],
 *   menuPrompt: { timeout: 10, text: 'Press F8' },
 * });
 * formatHex(menu.subarray(0, 3)); // => '060103'
 * ```
 */
export function encodePxeOptions(
	init: PxeOptionsInit,
	options: EncodeEncapsulatedOptions = {},
): Uint8Array<ArrayBuffer> {
	return encodeEncapsulated(pxeSpace, init, options);
}
