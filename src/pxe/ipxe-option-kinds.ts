import { wholeReader } from '../dhcp/basic-kinds.ts';
import { type OptionKind, optionKinds } from '../dhcp/option-kinds.ts';
import { EncodeError } from '../wire/errors.ts';
import { inRange, Writer } from '../wire/writer.ts';

/** The network card that iPXE boots from. */
export interface IpxeBusId {
	/** 1 = PCI. */
	readonly type: number;
	/** PCI vendor number: 0x8086. */
	readonly vendor: number;
	/** PCI device number: 0x100e. */
	readonly device: number;
}

/** What each kind of iPXE sub-option decodes to, and encodes from. */
export interface IpxeOptionKindValues {
	readonly bytes: Uint8Array;
	readonly text: string;
	readonly u8: number;
	readonly i8: number;
	readonly u32: number;
	readonly ipv4: string;
	/** Version of a feature of the build; 0 = not there. */
	readonly feature: number;
	readonly busId: IpxeBusId;
	/** `'1.21.1'`. */
	readonly version: string;
}

/** Name of a kind of iPXE sub-option. */
export type IpxeOptionKindName = keyof IpxeOptionKindValues;

const busId: OptionKind<IpxeBusId> = {
	decode(bytes, path) {
		const reader = wholeReader(bytes, 5, path);
		return { type: reader.u8(path), vendor: reader.u16(path), device: reader.u16(path) };
	},
	encode: ({ type, vendor, device }, path) =>
		new Writer().u8(type, `${path}.type`).u16(vendor, `${path}.vendor`).u16(device, `${path}.device`).finish(),
};

const version: OptionKind<string> = {
	decode: (bytes, path) => Array.from(wholeReader(bytes, 3, path).rest()).join('.'),
	encode(text, path) {
		const numbers = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
		if (!numbers) throw new EncodeError('bad-version', `${path} must look like 1.21.1, not ${text}`, { path });
		return Uint8Array.from(numbers, (number) => inRange(Number(number), 255, path));
	},
};

/** How each kind is read and written; what DHCP options have too is read as there. */
export const ipxeOptionKinds: { readonly [K in IpxeOptionKindName]: OptionKind<IpxeOptionKindValues[K]> } = {
	bytes: optionKinds.bytes,
	text: optionKinds.text,
	u8: optionKinds.u8,
	i8: optionKinds.i8,
	u32: optionKinds.u32,
	ipv4: optionKinds.ipv4,
	feature: optionKinds.u8,
	busId,
	version,
};

function hex4(number: number): string {
	return number.toString(16).padStart(4, '0');
}

/** For people, where the plain value would not be readable. */
export const ipxeOptionPrinters: { readonly [K in IpxeOptionKindName]?: (value: IpxeOptionKindValues[K]) => string } = {
	ipv4: String,
	version: String,
	busId: ({ type, vendor, device }) => `${type === 1 ? 'PCI' : `type ${type}`} ${hex4(vendor)}:${hex4(device)}`,
};
