import { DecodeError, EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { decodeUtf8, encodeUtf8, untilNul } from '../wire/text.ts';
import { inRange, Writer } from '../wire/writer.ts';
import { type ClasslessRoute, classlessRoutesKind } from './classless-routes.ts';
import { type ClientIdentifier, clientIdentifierKind } from './client-identifier.ts';
import { domainSearchKind } from './domain-search.ts';
import { type MachineIdentifier, type MachineIdentifierInit, machineIdentifierKind } from './machine-identifier.ts';
import { type DhcpMessageType, messageTypeKind } from './message-type.ts';
import { type RelaySubOption, type RelaySubOptionInit, relayAgentInformationKind } from './relay-agent-information.ts';
import { type UserClass, type UserClassInit, userClassKind } from './user-class.ts';

/** How one kind of option value stands in bytes. `path` names the option in errors. */
export interface OptionKind<Value, Init = Value> {
	decode(bytes: Uint8Array, path: string): Value;
	encode(value: Init, path: string): Uint8Array;
	/** Set when every value has this length: repeats of such an option are duplicates, not parts (RFC 3396 section 5). */
	readonly fixedLength?: number;
}

/** Network interface of a PXE client, option 94. */
export interface ClientNetworkInterface {
	/** 1 = UNDI. */
	readonly type: number;
	readonly major: number;
	readonly minor: number;
}

/** What each kind decodes to. */
export interface OptionKindValues {
	readonly bytes: Uint8Array;
	readonly text: string;
	readonly u8: number;
	readonly u16: number;
	/** Seconds in most options; 4294967295 is infinity (RFC 2131 section 3.3). */
	readonly u32: number;
	readonly u8List: readonly number[];
	readonly u16List: readonly number[];
	readonly u32List: readonly number[];
	/** One byte of 0 or 1. */
	readonly boolean: boolean;
	readonly ipv4: string;
	readonly ipv4List: readonly string[];
	/** A name, or the number when it has none. */
	readonly messageType: DhcpMessageType | number;
	readonly clientIdentifier: ClientIdentifier;
	readonly userClass: UserClass;
	readonly relayAgentInformation: readonly RelaySubOption[];
	readonly clientNetworkInterface: ClientNetworkInterface;
	readonly machineIdentifier: MachineIdentifier;
	readonly domainSearch: readonly string[];
	readonly classlessRoutes: readonly ClasslessRoute[];
	/** Always `true`: the option is there and holds F1:00:74:7E. */
	readonly pxelinuxMagic: true;
}

/** What each kind encodes from, where that is more than what it decodes to. */
export interface OptionKindInits
	extends Omit<OptionKindValues, 'userClass' | 'relayAgentInformation' | 'machineIdentifier'> {
	readonly userClass: UserClassInit;
	readonly relayAgentInformation: readonly RelaySubOptionInit[];
	readonly machineIdentifier: MachineIdentifierInit;
}

/** Name of a kind of option value. */
export type OptionKindName = keyof OptionKindValues;

function wholeReader(bytes: Uint8Array, length: number, path: string): Reader {
	if (bytes.length !== length) {
		throw new DecodeError('bad-length', `${path} must be ${length} bytes, not ${bytes.length}`, { path });
	}
	return new Reader(bytes);
}

/** Unsigned numbers of 1, 2 or 4 bytes share their shape. */
function unsigned(size: 1 | 2 | 4): OptionKind<number> {
	const read = { 1: Reader.prototype.u8, 2: Reader.prototype.u16, 4: Reader.prototype.u32 }[size];
	const write = { 1: Writer.prototype.u8, 2: Writer.prototype.u16, 4: Writer.prototype.u32 }[size];
	return {
		fixedLength: size,
		decode: (bytes, path) => read.call(wholeReader(bytes, size, path), path),
		encode: (value, path) => write.call(new Writer(), value, path).finish(),
	};
}

/** One or more values of one size, end to end (RFC 2132: "the minimum length is n, and always a multiple of n"). */
function list<Item>(
	size: number,
	read: (reader: Reader, path: string) => Item,
	write: (writer: Writer, item: Item, path: string) => void,
): OptionKind<readonly Item[]> {
	return {
		decode(bytes, path) {
			if (bytes.length === 0 || bytes.length % size !== 0) {
				const wanted = size === 1 ? 'at least 1' : `a multiple of ${size} and at least ${size}`;
				throw new DecodeError('bad-length', `${path} must be ${wanted} bytes, not ${bytes.length}`, { path });
			}
			const reader = new Reader(bytes);
			const items: Item[] = [];
			while (reader.left > 0) items.push(read(reader, path));
			return items;
		},
		encode(items, path) {
			if (!Array.isArray(items) || items.length === 0) {
				throw new EncodeError('empty-list', `${path} needs at least one entry`, { path });
			}
			const writer = new Writer();
			items.forEach((item, i) => {
				write(writer, item, `${path}[${i}]`);
			});
			return writer.finish();
		},
	};
}

const text: OptionKind<string> = {
	decode(bytes, path) {
		const decoded = decodeUtf8(untilNul(bytes));
		if (decoded === undefined) {
			throw new DecodeError('not-text', `${path} is not ASCII or UTF-8 text; read it as bytes`, { path });
		}
		return decoded;
	},
	encode(value, path) {
		const bytes = encodeUtf8(value, path);
		// RFC 2132: the minimum length of text is 1. EDK2's Dhcp4Dxe drops a packet whose 12, 43 or 60 is empty.
		if (bytes.length === 0) throw new EncodeError('empty-option', `${path} must not be empty`, { path });
		return bytes;
	},
};

const bytesKind: OptionKind<Uint8Array> = {
	decode: (bytes) => bytes,
	encode(value, path) {
		if (!(value instanceof Uint8Array)) throw new EncodeError('not-bytes', `${path} must be a Uint8Array`, { path });
		if (value.length === 0) throw new EncodeError('empty-option', `${path} must not be empty`, { path });
		return value;
	},
};

const boolean: OptionKind<boolean> = {
	fixedLength: 1,
	decode(bytes, path) {
		const value = wholeReader(bytes, 1, path).u8(path);
		if (value > 1) throw new DecodeError('bad-boolean', `${path} must be 0 or 1, not ${value}`, { path });
		return value === 1;
	},
	encode(value, path) {
		if (typeof value !== 'boolean') throw new EncodeError('not-boolean', `${path} must be true or false`, { path });
		return Uint8Array.of(value ? 1 : 0);
	},
};

const ipv4: OptionKind<string> = {
	fixedLength: 4,
	decode: (bytes, path) => wholeReader(bytes, 4, path).ipv4(path),
	encode: (value, path) => new Writer().ipv4(value, path).finish(),
};

const clientNetworkInterface: OptionKind<ClientNetworkInterface> = {
	fixedLength: 3,
	decode(bytes, path) {
		const reader = wholeReader(bytes, 3, path);
		return { type: reader.u8(path), major: reader.u8(path), minor: reader.u8(path) };
	},
	encode: ({ type, major, minor }, path) =>
		Uint8Array.of(
			inRange(type, 255, `${path}.type`),
			inRange(major, 255, `${path}.major`),
			inRange(minor, 255, `${path}.minor`),
		),
};

/** RFC 5071 section 3. */
const pxelinuxMagicNumber = 0xf100_747e;

const pxelinuxMagic: OptionKind<true> = {
	fixedLength: 4,
	decode(bytes, path) {
		if (wholeReader(bytes, 4, path).u32(path) !== pxelinuxMagicNumber) {
			throw new DecodeError('bad-magic', `${path} must be F1:00:74:7E`, { path });
		}
		return true;
	},
	encode: (_, path) => new Writer().u32(pxelinuxMagicNumber, path).finish(),
};

/** How each kind is read and written. */
export const optionKinds: { readonly [K in OptionKindName]: OptionKind<OptionKindValues[K], OptionKindInits[K]> } = {
	bytes: bytesKind,
	text,
	u8: unsigned(1),
	u16: unsigned(2),
	u32: unsigned(4),
	u8List: list(
		1,
		(reader, path) => reader.u8(path),
		(writer, item, path) => writer.u8(item, path),
	),
	u16List: list(
		2,
		(reader, path) => reader.u16(path),
		(writer, item, path) => writer.u16(item, path),
	),
	u32List: list(
		4,
		(reader, path) => reader.u32(path),
		(writer, item, path) => writer.u32(item, path),
	),
	boolean,
	ipv4,
	ipv4List: list(
		4,
		(reader, path) => reader.ipv4(path),
		(writer, item, path) => writer.ipv4(item, path),
	),
	messageType: messageTypeKind,
	clientIdentifier: clientIdentifierKind,
	userClass: userClassKind,
	relayAgentInformation: relayAgentInformationKind,
	clientNetworkInterface,
	machineIdentifier: machineIdentifierKind,
	domainSearch: domainSearchKind,
	classlessRoutes: classlessRoutesKind,
	pxelinuxMagic,
};
