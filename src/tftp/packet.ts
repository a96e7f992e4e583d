import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Issue } from '../wire/issue.ts';
import { Reader } from '../wire/reader.ts';
import { decodeUtf8, decodeUtf8Lossy, encodeUtf8 } from '../wire/text.ts';
import { inRange, Writer } from '../wire/writer.ts';

/** One option of a request or of an OACK, spelt as on the wire (RFC 2347). */
export interface TftpOption {
	/** Compare it without regard to case: `blksize`, `BLKSIZE`. */
	readonly name: string;
	/** Always text, also for numbers. */
	readonly value: string;
}

/** A read request (RRQ) or write request (WRQ), RFC 1350 section 5 and RFC 2347. */
export interface TftpRequestPacket {
	readonly kind: 'rrq' | 'wrq';
	/** UTF-8, with U+FFFD in place of bytes that are not. */
	readonly filename: string;
	/** The name's bytes; only there when they are not UTF-8. When encoding they go before `filename`. */
	readonly filenameBytes?: Uint8Array | undefined;
	/** As the client spelt it; compare it without regard to case. */
	readonly mode: string;
	/** In wire order, repeats included. */
	readonly options: readonly TftpOption[];
	/** What was odd; absent when nothing was. Not encoded. */
	readonly issues?: readonly Issue[] | undefined;
}

/** A block of the file. */
export interface TftpDataPacket {
	readonly kind: 'data';
	/** The 16-bit number on the wire. */
	readonly block: number;
	/** Decoded, it shares the memory of the input. */
	readonly data: Uint8Array;
}

/** An acknowledgement. */
export interface TftpAckPacket {
	readonly kind: 'ack';
	/** The 16-bit number on the wire. */
	readonly block: number;
	/** The fifth byte that Windows boot managers append: the size of the window they want next. */
	readonly nextWindow?: number | undefined;
}

/** An error, which ends the transfer and is never answered. */
export interface TftpErrorPacket {
	readonly kind: 'error';
	/** 0 to 65535; those with a meaning are in {@link tftpErrorCodes}. */
	readonly code: number;
	/** Text for people. */
	readonly message: string;
}

/** The options that a server grants, RFC 2347. */
export interface TftpOackPacket {
	readonly kind: 'oack';
	/** In wire order. */
	readonly options: readonly TftpOption[];
	/** What was odd; absent when nothing was. Not encoded. */
	readonly issues?: readonly Issue[] | undefined;
}

/** Any TFTP packet. */
export type TftpPacket = TftpRequestPacket | TftpDataPacket | TftpAckPacket | TftpErrorPacket | TftpOackPacket;

/** The largest block that an option can ask for (RFC 2348). */
export const maxTftpBlockSize = 65_464;

/** The longest request, RFC 2347. */
const maxRequestLength = 512;

const opcodes = { rrq: 1, wrq: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;

/**
 * Reads one TFTP packet as real clients and servers send it. Odd but readable requests (an option without a value, a
 * mode without its NUL, NULs after the end) are read as far as they go, with `issues` to say what was odd.
 *
 * @param bytes the payload of one UDP datagram
 * @throws a {@link DecodeError} `too-short`, `unknown-opcode` or `no-mode`
 * @example
 * ```ts
 * import { decodeTftp } from 'pxekit/tftp';
 *
 * decodeTftp(Uint8Array.of(0, 4, 0, 7)); // => { kind: 'ack', block: 7 }
 * ```
 */
export function decodeTftp(bytes: Uint8Array): TftpPacket {
	// ACKs and DATA are all but a few of the packets: they are read without a detour.
	if (bytes.length >= 4 && bytes[0] === 0) {
		const block = ((bytes[2] as number) << 8) | (bytes[3] as number);
		if (bytes[1] === opcodes.ack) {
			return bytes.length === 4 ? { kind: 'ack', block } : { kind: 'ack', block, nextWindow: bytes[4] as number };
		}
		if (bytes[1] === opcodes.data) return { kind: 'data', block, data: bytes.subarray(4) };
	}
	const reader = new Reader(bytes);
	const opcode = reader.u16('opcode');
	switch (opcode) {
		case opcodes.rrq:
		case opcodes.wrq:
			return decodeRequest(opcode === opcodes.rrq ? 'rrq' : 'wrq', bytes);
		case opcodes.data:
		case opcodes.ack:
			throw new DecodeError('too-short', 'the packet ends before its block number', { offset: 2, path: 'block' });
		case opcodes.error: {
			const code = reader.u16('code');
			const text = reader.rest();
			const nul = text.indexOf(0);
			return { kind: 'error', code, message: decodeUtf8Lossy(nul < 0 ? text : text.subarray(0, nul)) };
		}
		case opcodes.oack: {
			const issues: Issue[] = [];
			const options = decodeOptions(bytes, 2, issues);
			return issues.length > 0 ? { kind: 'oack', options, issues } : { kind: 'oack', options };
		}
		default:
			throw new DecodeError('unknown-opcode', `TFTP has no operation ${opcode}`, { offset: 0, path: 'opcode' });
	}
}

function decodeRequest(kind: 'rrq' | 'wrq', bytes: Uint8Array): TftpRequestPacket {
	const issues: Issue[] = [];
	const nameEnd = bytes.indexOf(0, 2);
	if (nameEnd < 0 || nameEnd + 1 >= bytes.length) {
		throw new DecodeError('no-mode', 'the request ends before its mode', { offset: bytes.length, path: 'mode' });
	}
	let modeEnd = bytes.indexOf(0, nameEnd + 1);
	if (modeEnd < 0) {
		modeEnd = bytes.length;
		issues.push({ code: 'unterminated', message: 'the mode has no NUL after it', offset: modeEnd, path: 'mode' });
	}
	const name = bytes.subarray(2, nameEnd);
	const filename = decodeUtf8(name);
	const options = decodeOptions(bytes, modeEnd + 1, issues);
	return {
		kind,
		filename: filename ?? decodeUtf8Lossy(name),
		...(filename === undefined && { filenameBytes: name.slice() }),
		mode: latin1(bytes, nameEnd + 1, modeEnd),
		options,
		...(issues.length > 0 && { issues }),
	};
}

/** Reads pairs until the first that is not whole: some servers append garbage, and what came before it is good. */
function decodeOptions(bytes: Uint8Array, start: number, issues: Issue[]): TftpOption[] {
	const options: TftpOption[] = [];
	for (let at = start; at < bytes.length; ) {
		const nameEnd = bytes.indexOf(0, at);
		if (nameEnd === at) {
			issues.push({ code: 'bytes-after-end', message: 'an empty option name ends the options', offset: at });
			break;
		}
		const valueEnd = nameEnd < 0 ? -1 : bytes.indexOf(0, nameEnd + 1);
		if (valueEnd < 0) {
			issues.push({
				code: 'unterminated',
				message: 'the last option is not a whole pair',
				offset: at,
				path: 'options',
			});
			break;
		}
		options.push({ name: latin1(bytes, at, nameEnd), value: latin1(bytes, nameEnd + 1, valueEnd) });
		at = valueEnd + 1;
	}
	return options;
}

/** One character a byte, so that any spelling survives unchanged. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
	let text = '';
	for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] as number);
	return text;
}

/**
 * Writes one TFTP packet.
 *
 * @throws an {@link EncodeError} when a field does not fit its place: a block number over 65535, a block over
 * 65464 bytes, a request over 512 bytes, NUL in text, an error text that is not printable ASCII
 * @example
 * ```ts
 * import { encodeTftp } from 'pxekit/tftp';
 *
 * encodeTftp({ kind: 'error', code: 1, message: 'no' }); // => Uint8Array.of(0, 5, 0, 1, 0x6e, 0x6f, 0)
 * ```
 */
export function encodeTftp(packet: TftpPacket): Uint8Array<ArrayBuffer> {
	if (packet.kind === 'data') {
		if (packet.data.length > maxTftpBlockSize) {
			throw new EncodeError('too-long', `a block holds at most ${maxTftpBlockSize} bytes`, { path: 'data' });
		}
		inRange(packet.block, 0xffff, 'block');
		const bytes = new Uint8Array(4 + packet.data.length);
		writeTftpData(packet, bytes, 0);
		return bytes;
	}
	const writer = new Writer().u16(opcodes[packet.kind], 'opcode');
	switch (packet.kind) {
		case 'ack':
			writer.u16(packet.block, 'block');
			if (packet.nextWindow !== undefined) writer.u8(packet.nextWindow, 'nextWindow');
			break;
		case 'error':
			if (!/^[\x20-\x7e]*$/.test(packet.message)) {
				throw new EncodeError('not-ascii', 'an error text must be printable ASCII', { path: 'message' });
			}
			writer.u16(packet.code, 'code').raw(encodeUtf8(packet.message, 'message')).u8(0, 'message');
			break;
		case 'oack':
			writeOptions(writer, packet.options);
			break;
		default:
			writer.raw(packet.filenameBytes ? checkedName(packet.filenameBytes) : encodeUtf8(packet.filename, 'filename'));
			writer.u8(0, 'filename');
			writeText(writer, packet.mode, 'mode');
			writeOptions(writer, packet.options);
			if (writer.length > maxRequestLength) {
				throw new EncodeError('too-long', `a request holds at most ${maxRequestLength} bytes, not ${writer.length}`);
			}
	}
	return writer.finish();
}

/**
 * Writes a DATA packet into memory that the caller has made large enough, and says how long it is.
 *
 * @internal
 */
export function writeTftpData(packet: TftpDataPacket, into: Uint8Array, at: number): number {
	into[at] = 0;
	into[at + 1] = opcodes.data;
	into[at + 2] = packet.block >> 8;
	into[at + 3] = packet.block;
	into.set(packet.data, at + 4);
	return 4 + packet.data.length;
}

function checkedName(bytes: Uint8Array): Uint8Array {
	if (bytes.includes(0))
		throw new EncodeError('nul-in-text', 'filename must not hold a NUL', { path: 'filenameBytes' });
	return bytes;
}

function writeOptions(writer: Writer, options: readonly TftpOption[]): void {
	for (const [index, option] of options.entries()) {
		if (option.name === '')
			throw new EncodeError('empty-name', 'an option needs a name', { path: `options[${index}]` });
		writeText(writer, option.name, `options[${index}].name`);
		writeText(writer, option.value, `options[${index}].value`);
	}
}

function writeText(writer: Writer, text: string, path: string): void {
	if (typeof text !== 'string' || text.includes('\0') || /[^\0-\xff]/.test(text)) {
		throw new EncodeError('not-text', `${path} must be text of one-byte characters without NUL`, { path });
	}
	for (let i = 0; i < text.length; i++) writer.u8(text.charCodeAt(i), path);
	writer.u8(0, path);
}
