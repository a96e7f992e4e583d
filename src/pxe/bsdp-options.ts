import { wholeReader } from '../dhcp/basic-kinds.ts';
import { type OptionKind, optionKinds } from '../dhcp/option-kinds.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { encodeUtf8, readUtf8 } from '../wire/text.ts';
import { inRange, Writer } from '../wire/writer.ts';
import {
	decodeEncapsulated,
	type EncapsulatedOptions,
	type EncapsulatedOptionsPair,
	type EncapsulatedOptionsRecord,
	type EncapsulatedOptionsRow,
	encodeEncapsulated,
	type SubOptionSpace,
} from './encapsulated-options.ts';

/** Number of a boot image of Apple's NetBoot. */
export interface BsdpImageId {
	/** An installer, not a system. */
	readonly install: boolean;
	/** 0 = Mac OS 9, 1 = Mac OS X, 2 = Mac OS X Server, 3 = hardware diagnostics; 0 to 127. */
	readonly kind: number;
	/** 1 to 4095 only this server's, 4096 to 65535 the same on several servers. */
	readonly index: number;
}

/** An entry of the list that a Mac shows. */
export interface BsdpImage extends BsdpImageId {
	readonly name: string;
}

/** What each kind of BSDP sub-option decodes to, and encodes from. */
export interface BsdpOptionKindValues {
	readonly text: string;
	readonly u8: number;
	readonly u16: number;
	readonly u16List: readonly number[];
	readonly ipv4: string;
	readonly present: true;
	readonly imageId: BsdpImageId;
	readonly images: readonly BsdpImage[];
}

/** Name of a kind of BSDP sub-option. */
export type BsdpOptionKindName = keyof BsdpOptionKindValues;

/** One row of {@link bsdpOptionTable}. */
export type BsdpOptionRow = EncapsulatedOptionsRow<BsdpOptionKindName>;

/** The sub-options of option 43 between Macs and NetBoot servers, whose option 60 begins with `AAPLBSDPC`. */
export const bsdpOptionTable = [
	{ code: 1, name: 'messageType', kind: 'u8', source: 'Apple bootp bsdp.h: 1 LIST, 2 SELECT, 3 FAILED' },
	{ code: 2, name: 'version', kind: 'u16', source: 'Apple bootp bsdp.h: 0x0100, 0x0101' },
	{ code: 3, name: 'serverIdentifier', kind: 'ipv4', source: 'Apple bootp bsdp.h' },
	{ code: 4, name: 'serverPriority', kind: 'u16', source: 'Apple bootp bsdp.h' },
	{ code: 5, name: 'replyPort', kind: 'u16', source: 'Apple bootp bsdp.h' },
	{ code: 6, name: 'bootImageListPath', kind: 'text', source: 'Apple bootp bsdp.h, not used' },
	{ code: 7, name: 'defaultBootImageId', kind: 'imageId', source: 'Apple bootp bsdp.h' },
	{ code: 8, name: 'selectedBootImageId', kind: 'imageId', source: 'Apple bootp bsdp.h' },
	{ code: 9, name: 'bootImageList', kind: 'images', source: 'Apple bootp bsdp.h' },
	{ code: 10, name: 'netBoot1Firmware', kind: 'present', source: 'Apple bootp bsdp.h' },
	{ code: 11, name: 'attributesFilterList', kind: 'u16List', source: 'Apple bootp bsdp.h' },
	{ code: 12, name: 'messageSize', kind: 'u16', source: 'Wireshark packet-dhcp.c' },
	// An AFP URL with user and password.
	{ code: 128, name: 'shadowMountPath', kind: 'text', source: 'Apple bootp macNC', secret: true },
	{ code: 129, name: 'shadowFilePath', kind: 'text', source: 'Apple bootp macNC' },
	{ code: 130, name: 'machineName', kind: 'text', source: 'Apple bootp macNC' },
] as const;

type Row = (typeof bsdpOptionTable)[number];

/** What each BSDP sub-option reads as, and is written from. */
export type BsdpOptionValues = { readonly [R in Row as R['name']]: BsdpOptionKindValues[R['kind']] };

/** The inside of option 43 of a Mac or a NetBoot server. */
export type BsdpOptions = EncapsulatedOptions<BsdpOptionValues>;

/** BSDP sub-options to write: a record, or pairs. */
export type BsdpOptionsInit =
	| EncapsulatedOptionsRecord<BsdpOptionValues>
	| readonly EncapsulatedOptionsPair<BsdpOptionValues>[];

/** Bit 15 = install, 14 to 8 = kind, 7 to 0 reserved; then the index. */
function readId(reader: Reader, path: string): BsdpImageId {
	const attributes = reader.u16(path);
	if ((attributes & 0xff) !== 0) {
		throw new DecodeError('reserved-bits', `${path} has reserved attribute bits set`, { path });
	}
	return { install: attributes >= 0x8000, kind: (attributes >> 8) & 0x7f, index: reader.u16(path) };
}

function writeId(writer: Writer, { install, kind, index }: BsdpImageId, path: string): Writer {
	return writer
		.u16((install ? 0x8000 : 0) | (inRange(kind, 127, `${path}.kind`) << 8), path)
		.u16(index, `${path}.index`);
}

const imageId: OptionKind<BsdpImageId> = {
	decode: (bytes, path) => readId(wholeReader(bytes, 4, path), path),
	encode: (id, path) => writeId(new Writer(), id, path).finish(),
};

const images: OptionKind<readonly BsdpImage[]> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const list: BsdpImage[] = [];
		while (reader.left > 0) {
			const at = `${path}[${list.length}]`;
			const id = readId(reader, at);
			const name = readUtf8(reader.take(reader.u8(at), at), `${at}.name`);
			list.push({ ...id, name });
		}
		return list;
	},
	encode(list, path) {
		if (list.length === 0) throw new EncodeError('empty-list', `${path} needs at least one image`, { path });
		const writer = new Writer();
		list.forEach((image, i) => {
			const name = encodeUtf8(image.name, `${path}[${i}].name`);
			writeId(writer, image, `${path}[${i}]`).u8(name.length, `${path}[${i}].name.length`).raw(name);
		});
		return writer.finish();
	},
};

const { text, u8, u16, u16List, ipv4, present } = optionKinds;

/** Option 43 in BSDP form. */
export const bsdpSpace: SubOptionSpace = {
	path: 'vendorSpecificInformation',
	rows: bsdpOptionTable,
	kinds: { text, u8, u16, u16List, ipv4, present, imageId, images },
	print: { ipv4: String },
};

/**
 * Reads option 43 of Apple's Boot Server Discovery Protocol. Any bytes give a result: what is malformed is in
 * `issues`, and stays readable as bytes.
 *
 * @deprecated as the protocol is: Macs with a T2 chip or Apple's own processor do not boot from the network. For reading old captures.
 * @example
 * ```ts
 * import { parseHex } from 'pxekit';
 * import { decodeBsdpOptions } from 'pxekit/pxe';
 *
 * const { values } = decodeBsdpOptions(parseHex('010101 02020101 0908 81000001 03 416263'));
 * values.bootImageList; // => [{ install: true, kind: 1, index: 1, name: 'Abc' }]
 * ```
 */
export function decodeBsdpOptions(bytes: Uint8Array): BsdpOptions {
	return decodeEncapsulated(bsdpSpace, bytes) as unknown as BsdpOptions;
}

/**
 * Writes option 43 of Apple's Boot Server Discovery Protocol, in the order given and without End.
 *
 * @deprecated as the protocol is: Macs with a T2 chip or Apple's own processor do not boot from the network. For simulating old networks.
 * @throws an `EncodeError` for a value that can't be written, and `too-long` when all does not fit 255 bytes: a longer
 *   image list has to be sent in several packets
 * @example
 * ```ts
 * import { formatHex } from 'pxekit';
 * import { encodeBsdpOptions } from 'pxekit/pxe';
 *
 * formatHex(encodeBsdpOptions({ messageType: 1, serverPriority: 0x8000 })); // => '01010104028000'
 * ```
 */
export function encodeBsdpOptions(init: BsdpOptionsInit): Uint8Array<ArrayBuffer> {
	return encodeEncapsulated(bsdpSpace, init, { end: false });
}
