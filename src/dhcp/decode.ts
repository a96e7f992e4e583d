import { DecodeError } from '../wire/errors.ts';
import type { Issue } from '../wire/issue.ts';
import { formatMac } from '../wire/mac.ts';
import { Reader } from '../wire/reader.ts';
import { decodeUtf8, decodeUtf8Lossy, untilNul } from '../wire/text.ts';
import { optionIssues } from './option-issues.ts';
import { type DhcpOptionArea, type DhcpOptionEntry, DhcpOptions } from './options.ts';
import { type DhcpPacket, layout, magicCookie } from './packet.ts';

const pad = 0;
const end = 255;
const overloadCode = 52;

/** Reads one area of options. Returns where End stood, or `undefined` when there was none. */
function readArea(
	bytes: Uint8Array,
	start: number,
	length: number,
	source: DhcpOptionArea,
	entries: DhcpOptionEntry[],
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
		} else entries.push({ code, bytes: bytes.subarray(at + 2, at + 2 + size), source, offset: at });
		at += 2 + size;
	}
	issues.push({ code: 'no-end', message: `${source} has no End option`, offset: stop, path: source });
	return undefined;
}

/** Text of `sname` or `file`. */
function readText(bytes: Uint8Array, start: number, length: number, path: 'sname' | 'file', issues: Issue[]): string {
	const field = bytes.subarray(start, start + length);
	const text = untilNul(field);
	const oddity = (code: string, message: string, offset: number) => issues.push({ code, message, offset, path });
	if (text.length === length) oddity('unterminated', `${path} has no NUL at its end`, start);
	if (field.subarray(text.length).some((byte) => byte !== 0)) {
		oddity('bytes-after-nul', `${path} has bytes after its NUL`, start + text.length);
	}
	const decoded = decodeUtf8(text);
	if (decoded === undefined) oddity('not-text', `${path} is not ASCII or UTF-8`, start);
	return decoded ?? decodeUtf8Lossy(text);
}

/** Bits of option 52: the field holds options (RFC 2132 9.3). */
const overloadBits = { file: 1, sname: 2 } as const;

function readOverload(entries: readonly DhcpOptionEntry[], issues: Issue[]): number {
	const entry = entries.find(({ code }) => code === overloadCode);
	if (!entry) return 0;
	const value = entry.bytes[0] ?? 0;
	if (entry.bytes.length === 1 && value >= 1 && value <= 3) return value;
	const message = `option 52 must be one byte of 1 to 3`;
	issues.push({ code: 'bad-overload', message, offset: entry.offset, path: 'options[52]' });
	return 0;
}

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
	const reader = new Reader(bytes);
	const issues: Issue[] = [];
	const entries: DhcpOptionEntry[] = [];
	const header = {
		op: reader.u8('op'),
		htype: reader.u8('htype'),
		hlen: reader.u8('hlen'),
		hops: reader.u8('hops'),
		xid: reader.u32('xid'),
		secs: reader.u16('secs'),
		flags: reader.u16('flags'),
		ciaddr: reader.ipv4('ciaddr'),
		yiaddr: reader.ipv4('yiaddr'),
		siaddr: reader.ipv4('siaddr'),
		giaddr: reader.ipv4('giaddr'),
		chaddr: reader.take(layout.chaddrLength, 'chaddr'),
	};
	if (header.hlen > layout.chaddrLength) {
		issues.push({
			code: 'bad-hlen',
			message: `hlen is ${header.hlen}, but chaddr has 16 bytes`,
			offset: 2,
			path: 'hlen',
		});
	}
	const cookie =
		bytes.length >= layout.options && new Reader(bytes, { at: layout.cookie }).u32('cookie') === magicCookie;
	let overload = 0;
	let trailing = bytes.subarray(layout.cookie);
	if (cookie) {
		const ended = readArea(bytes, layout.options, bytes.length - layout.options, 'options', entries, issues);
		trailing = bytes.subarray(ended === undefined ? bytes.length : ended + 1);
		if (trailing.some((byte) => byte !== pad)) {
			issues.push({
				code: 'bytes-after-end',
				message: 'bytes follow the End option',
				offset: (ended ?? 0) + 1,
				path: 'trailing',
			});
		}
		overload = readOverload(entries, issues);
		if (overload & overloadBits.file) readArea(bytes, layout.file, layout.fileLength, 'file', entries, issues);
		if (overload & overloadBits.sname) readArea(bytes, layout.sname, layout.snameLength, 'sname', entries, issues);
	} else {
		issues.push({ code: 'no-cookie', message: 'no magic cookie: plain BOOTP', offset: layout.cookie, path: 'cookie' });
	}
	const sname = overload & overloadBits.sname ? '' : readText(bytes, layout.sname, layout.snameLength, 'sname', issues);
	const file = overload & overloadBits.file ? '' : readText(bytes, layout.file, layout.fileLength, 'file', issues);
	const options = new DhcpOptions(entries);
	let all: readonly Issue[] | undefined;
	return {
		...header,
		mac: formatMac(header.chaddr.subarray(0, header.hlen)),
		sname,
		file,
		cookie,
		options,
		trailing,
		// Judging every value costs more than reading the packet: done when somebody asks.
		get issues() {
			all ??= [...issues, ...optionIssues(options)];
			return all;
		},
	};
}
