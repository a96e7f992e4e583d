import { formatIpv4 } from '../wire/ipv4.ts';
import { formatMac } from '../wire/mac.ts';
import { decodeUtf8Lossy, untilNul } from '../wire/text.ts';
import { type IbftField, ibftStructures } from './fields.ts';
import { dottedMask, isAbsent, isMapped } from './ip.ts';
import { folderName, type ShownStructure, viewAsLinux } from './linux.ts';
import type { Ibft } from './model.ts';

/**
 * What Linux shows below `/sys/firmware/ibft`, path by path, without the newline that ends most files. Empty when Linux
 * refuses the table. The `device` link of a NIC is left out: it depends on the machine. CHAP secrets are there in clear
 * text, as they are on the machine (for root only).
 *
 * Where a text reaches past the end of the table Linux shows whatever lies in memory there; here it ends with the table.
 *
 * @example
 * ```ts
 * import { decodeIbft, encodeIbft, ibftSysfs } from 'pxekit/ibft';
 *
 * const table = encodeIbft({ nics: [{ mac: '52:54:00:12:34:56', address: '10.0.0.2', prefixLength: 24 }] });
 * const files = ibftSysfs(decodeIbft(table));
 * files['ethernet0/mac']; // => '52:54:00:12:34:56'
 * files['ethernet0/subnet-mask']; // => '255.255.255.0'
 * ```
 */
export function ibftSysfs(table: Ibft): Record<string, string> {
	const { refusals, shown } = viewAsLinux(table, false);
	if (refusals.length > 0) return {};
	const files: Record<string, string> = {
		'acpi_header/signature': table.signature,
		'acpi_header/oem_id': table.oemId,
		'acpi_header/oem_table_id': table.oemTableId,
	};
	for (const entry of shown) addFiles(files, table, entry);
	return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addFiles(files: Record<string, string>, table: Ibft, entry: ShownStructure): void {
	const { kind, structure } = entry;
	const folder = folderName(entry);
	const { bytes } = table;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const at = structure.place?.offset as number;
	files[`${folder}/index`] = String(structure.index);
	files[`${folder}/flags`] = String(structure.flags);
	for (const field of ibftStructures[kind].fields as readonly IbftField[]) {
		if (field.sysfs === undefined) continue;
		const text = showField(bytes, view, at, field, kind === 'target');
		if (text !== undefined) files[`${folder}/${field.sysfs}`] = text;
	}
	const prefix = files[`${folder}/prefix-len`];
	if (prefix !== undefined) {
		// Beyond 32 bits the kernel shifts by a negative count; all ones come out (seen on 6.1 for 33, 48 and 64).
		files[`${folder}/subnet-mask`] = dottedMask(Number(prefix));
	}
}

/** Follows the show and check functions of iscsi_ibft.c: `undefined` for a file that is not there. */
function showField(
	bytes: Uint8Array,
	view: DataView,
	structureAt: number,
	field: IbftField,
	ofTarget: boolean,
): string | undefined {
	const at = structureAt + field.offset;
	switch (field.type) {
		case 'ip': {
			const address = bytes.subarray(at, at + 16);
			// A target's address is shown in any case.
			return isAbsent(address) && !ofTarget ? undefined : linuxIp(address);
		}
		case 'mac':
			return formatMac(bytes.subarray(at, at + 6));
		case 'lun':
			return linuxLun(bytes.subarray(at, at + 8));
		case 'u16':
			return String(view.getUint16(at, true));
		case 'text':
		case 'secret':
			return showText(bytes, view, structureAt, field);
		default: {
			const value = view.getUint8(at);
			return field.name === 'prefixLength' && value === 0 ? undefined : String(value);
		}
	}
}

/** The field whose length decides whether the file is there: a secret's is that of its name. */
const shownWith: Readonly<Record<string, number>> = { chapSecret: 38, reverseChapSecret: 46 };

function showText(bytes: Uint8Array, view: DataView, structureAt: number, field: IbftField): string | undefined {
	const at = structureAt + field.offset;
	const offset = view.getUint16(at + 2, true);
	// ibft_check_nic_for asks for the host name's offset, all others for the length.
	const there =
		field.name === 'hostName' ? offset : view.getUint16(structureAt + (shownWith[field.name] ?? field.offset), true);
	if (there === 0) return undefined;
	return decodeUtf8Lossy(untilNul(bytes.subarray(offset, offset + view.getUint16(at, true))));
}

/** The kernel's %pI4 and %pI6: the latter writes out all eight groups. */
function linuxIp(address: Uint8Array): string {
	if (isMapped(address)) return formatIpv4(address, 12);
	return Array.from({ length: 8 }, (_, at) =>
		(((address[2 * at] as number) << 8) | (address[2 * at + 1] as number)).toString(16).padStart(4, '0'),
	).join(':');
}

/**
 * A LUN as Linux prints it: each byte in hexadecimal without leading zero, so that `0010abcd…` and `100abcd…` look alike.
 *
 * @internal
 */
export function linuxLun(lun: Uint8Array): string {
	return Array.from(lun, (byte) => byte.toString(16)).join('');
}
