import { DecodeError } from '../wire/errors.ts';
import { formatHexBetween } from '../wire/hex.ts';
import type { Issue } from '../wire/issue.ts';
import { Reader } from '../wire/reader.ts';
import { decodeUtf8, decodeUtf8Lossy } from '../wire/text.ts';
import { dataAt } from './option-index.ts';
import { optionIssues } from './option-issues.ts';
import { DhcpOptions } from './options.ts';
import {
	cookieBytes,
	type DhcpOptionArea,
	type DhcpPacket,
	layout,
	overloadBits,
	overloadOf,
	structuralCodes,
} from './packet.ts';

const { pad, end, overload: overloadCode } = structuralCodes;
const noOptions = new DhcpOptions([]);

/** Reads one area of options. Returns where End stood, or `undefined` when there was none. */
function readArea(
	bytes: Uint8Array,
	start: number,
	length: number,
	source: DhcpOptionArea,
	offsets: number[],
	issues: Issue[],
): number | undefined {
	const stop = start + length;
	let firstPad = -1;
	let at = start;
	while (at < stop) {
		const code = bytes[at] as number;
		if (code === end) return at;
		if (code === pad) {
			if (firstPad < 0) firstPad = at;
			at++;
			continue;
		}
		if (firstPad >= 0) {
			issues.push({
				code: 'pad-between-options',
				message: 'padding stands before an option',
				offset: firstPad,
				path: source,
			});
			firstPad = -1;
		}
		const size = at + 1 < stop ? (bytes[at + 1] as number) : 0;
		if (at + 2 + size > stop) {
			const message = `option ${code} says ${size} bytes, but ${Math.max(0, stop - at - 2)} are left in ${source}`;
			issues.push({ code: 'option-overruns', message, offset: at, path: `options[${code}]` });
			return undefined;
		}
		if (code === overloadCode && source !== 'options') {
			const message = `option 52 stands inside ${source}; it is not followed there`;
			issues.push({ code: 'nested-overload', message, offset: at, path: 'options[52]' });
		} else offsets.push(at);
		at += 2 + size;
	}
	issues.push({ code: 'no-end', message: `${source} has no End option`, offset: stop, path: source });
	return undefined;
}

/** Text of `sname` or `file`. Most packets leave both empty: that costs one look at each byte, and nothing else. */
function readText(bytes: Uint8Array, start: number, length: number, path: 'sname' | 'file', issues: Issue[]): string {
	const end = start + length;
	let nul = start;
	while (nul < end && bytes[nul] !== 0) nul++;
	let after = nul;
	while (after < end && bytes[after] === 0) after++;
	if (nul === end) issues.push({ code: 'unterminated', message: `${path} has no NUL at its end`, offset: start, path });
	if (after < end) {
		issues.push({ code: 'bytes-after-nul', message: `${path} has bytes after its NUL`, offset: nul, path });
	}
	if (nul === start) return '';
	const text = bytes.subarray(start, nul);
	const decoded = decodeUtf8(text);
	if (decoded === undefined) {
		issues.push({ code: 'not-text', message: `${path} is not ASCII or UTF-8`, offset: start, path });
	}
	return decoded ?? decodeUtf8Lossy(text);
}

function isAllPadding(bytes: Uint8Array, from: number): boolean {
	for (let i = from; i < bytes.length; i++) if (bytes[i] !== pad) return false;
	return true;
}

function readOverload(bytes: Uint8Array, offsets: readonly number[], issues: Issue[]): number {
	const offset = offsets.find((at) => bytes[at] === overloadCode);
	if (offset === undefined) return 0;
	const value = overloadOf(dataAt(bytes, offset));
	if (value !== undefined) return value;
	issues.push({ code: 'bad-overload', message: 'option 52 must be one byte of 1 to 3', offset, path: 'options[52]' });
	return 0;
}

function hasCookie(bytes: Uint8Array): boolean {
	for (let i = 0; i < cookieBytes.length; i++) if (bytes[layout.cookie + i] !== cookieBytes[i]) return false;
	return true;
}

/** A packet while it is being read. */
type Fields = { -readonly [K in keyof Omit<DhcpPacket, 'issues'>]: DhcpPacket[K] };

/** Reads all areas of a packet with a cookie. Returns the value of option 52. */
function readOptions(bytes: Uint8Array, packet: Fields, issues: Issue[]): number {
	const offsets: number[] = [];
	const ended = readArea(bytes, layout.options, bytes.length - layout.options, 'options', offsets, issues);
	packet.trailing = bytes.subarray(ended === undefined ? bytes.length : ended + 1);
	if (ended !== undefined && !isAllPadding(bytes, ended + 1)) {
		const message = 'bytes follow the End option';
		issues.push({ code: 'bytes-after-end', message, offset: ended + 1, path: 'trailing' });
	}
	const overload = readOverload(bytes, offsets, issues);
	const endOfOptions = offsets.length;
	if (overload & overloadBits.file) readArea(bytes, layout.file, layout.fileLength, 'file', offsets, issues);
	const endOfFile = offsets.length;
	if (overload & overloadBits.sname) readArea(bytes, layout.sname, layout.snameLength, 'sname', offsets, issues);
	packet.options = new DhcpOptions({ bytes, offsets, endOfOptions, endOfFile });
	return overload;
}

/** What was found while reading; packets with nothing odd, which are most, do not stand here. */
const foundWhileReading = new WeakMap<object, readonly Issue[]>();

/**
 * Judging every value costs more than reading the packet, so it waits until somebody asks. One property for all packets
 * and not a getter for each: engines keep objects fast only with the former (14 microseconds against 0.2).
 */
const issuesProperty = {
	enumerable: true,
	get(this: DhcpPacket): readonly Issue[] {
		return [...(foundWhileReading.get(this) ?? []), ...optionIssues(this.options)];
	},
};

/**
 * Reads a DHCP or BOOTP packet: the payload of a UDP datagram. Takes what real firmware and old servers send, and says
 * in `issues` what was odd about it. Option values are read when they are asked for: a malformed one spoils nothing else.
 *
 * Byte arrays in the result share the input's memory.
 *
 * @throws a {@link DecodeError} `too-short` below 236 bytes; nothing else
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
 *
 * const bytes = encodeDhcp({
 *   op: 1, xid: 0x1234, chaddr: '52:54:00:12:34:56',
 *   options: { messageType: 'DISCOVER', vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003016' },
 * });
 * const packet = decodeDhcp(bytes);
 * packet.mac; // => '52:54:00:12:34:56'
 * packet.options.get('messageType'); // => 'DISCOVER'
 * packet.options.get('vendorClassIdentifier'); // => 'PXEClient:Arch:00007:UNDI:003016'
 * packet.issues; // => []
 * ```
 */
export function decodeDhcp(bytes: Uint8Array): DhcpPacket {
	if (bytes.length < layout.cookie) {
		const message = `a BOOTP packet has at least ${layout.cookie} bytes, this one has ${bytes.length}`;
		throw new DecodeError('too-short', message, { offset: bytes.length, path: 'packet' });
	}
	const issues: Issue[] = [];
	const header = new Reader(bytes);
	const hlen = bytes[2] as number;
	const packet: Fields = {
		op: header.u8('op'),
		htype: header.u8('htype'),
		hlen: header.u8('hlen'),
		hops: header.u8('hops'),
		xid: header.u32('xid'),
		secs: header.u16('secs'),
		flags: header.u16('flags'),
		ciaddr: header.ipv4('ciaddr'),
		yiaddr: header.ipv4('yiaddr'),
		siaddr: header.ipv4('siaddr'),
		giaddr: header.ipv4('giaddr'),
		chaddr: header.take(layout.chaddrLength, 'chaddr'),
		mac: formatHexBetween(bytes, layout.chaddr, layout.chaddr + Math.min(hlen, layout.chaddrLength), ':'),
		sname: '',
		file: '',
		cookie: hasCookie(bytes),
		options: noOptions,
		trailing: bytes,
	};
	if (packet.hlen > layout.chaddrLength) {
		const message = `hlen is ${packet.hlen}, but chaddr has 16 bytes`;
		issues.push({ code: 'bad-hlen', message, offset: 2, path: 'hlen' });
	}
	const overload = packet.cookie ? readOptions(bytes, packet, issues) : 0;
	if (!packet.cookie) {
		packet.trailing = bytes.subarray(layout.cookie);
		issues.push({ code: 'no-cookie', message: 'no magic cookie: plain BOOTP', offset: layout.cookie, path: 'cookie' });
	}
	if (!(overload & overloadBits.sname)) {
		packet.sname = readText(bytes, layout.sname, layout.snameLength, 'sname', issues);
	}
	if (!(overload & overloadBits.file)) {
		packet.file = readText(bytes, layout.file, layout.fileLength, 'file', issues);
	}
	if (issues.length > 0) foundWhileReading.set(packet, issues);
	return Object.defineProperty(packet, 'issues', issuesProperty) as DhcpPacket;
}
