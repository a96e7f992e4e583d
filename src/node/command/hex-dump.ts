import { parseHex } from '../../wire/hex.ts';
import { UsageError } from './command.ts';

/** A line that begins with its place: `0x0010:  4500 …`, `00000010: …`, `0010  45 00 …`. */
interface DumpLine {
	readonly offset: string;
	readonly hasColon: boolean;
	/** What is behind the place. */
	readonly rest: string;
}

/** A line of a dump, or `'same'`: lines like the one before were left out. */
type Row = DumpLine | 'same';

const dumpLine = /^\s*(?:0x)?([0-9a-f]{4,8})(?:(:)|(?=\s)|$)(.*)$/i;
const pair = /[0-9a-f]{2}/gi;
/** No packet or table is longer; a line of dots stands for as much as its places say. */
const longest = 1 << 20;

/**
 * Bytes as people paste them: hexadecimal digits in any grouping, the elements of a C array, or the dump of one packet by tcpdump -x (-xx,
 * -X, -XX), xxd, hexdump -C, od -t x1, tshark -x or Wireshark, places and text columns and all.
 *
 * @throws a {@link UsageError} that says what is wrong
 */
export function readHex(text: string): Uint8Array {
	return readDump(text) ?? readDigits(text);
}

function readDigits(text: string): Uint8Array {
	const elements = /\{([^}]*)\}/.exec(text)?.[1] ?? text;
	const digits = elements.replace(/(?:0x|\\x)(?=[0-9a-f])/gi, '').replace(/[\s,:-]+/g, '');
	if (/[^0-9a-f]/i.test(digits)) {
		throw new UsageError(
			`not hexadecimal bytes: ${JSON.stringify(text.slice(0, 60))}; give digits, or the dump of one packet by tcpdump -xx, xxd or Wireshark`,
		);
	}
	if (digits.length === 0) throw new UsageError('there are no bytes in it');
	if (digits.length % 2 !== 0) {
		throw new UsageError(`not hexadecimal bytes: ${digits.length} digits, so half a byte is missing`);
	}
	return parseHex(digits);
}

/** `undefined` when the text is no dump. Places are believed when they agree with the number of bytes before them. */
function readDump(text: string): Uint8Array | undefined {
	const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
	const start = lines.findIndex((line) => /^0+$/.test(dumpLine.exec(line)?.[1] ?? ''));
	if (start < 0) return undefined;
	const rows: Row[] = [];
	for (const line of lines.slice(start)) {
		const row = rowOf(line);
		if (row === undefined) return undefined;
		rows.push(row);
	}
	const [first] = rows as [DumpLine];
	if (rows.length === 1 && !first.hasColon && isDigits(first.rest) && !/^(\s+[0-9a-f]{2})+\s*$/i.test(first.rest)) {
		return undefined;
	}
	if (rows.slice(1).some((row) => row !== 'same' && /^0+$/.test(row.offset))) {
		throw new UsageError('this is the dump of several packets; give one');
	}
	// od counts in octal.
	const bytes = readRows(rows, 16) ?? readRows(rows, 8);
	if (bytes && rows.length > 1 && !first.hasColon && /^\s+[0-9a-f]{4}\s/i.test(first.rest)) {
		throw new UsageError('in this dump the bytes of each pair are swapped; make it with xxd or hexdump -C');
	}
	return bytes;
}

const isDigits = (text: string): boolean => /^[0-9a-f\s]*$/i.test(text);

function rowOf(line: string): Row | undefined {
	if (line.trim() === '*') return 'same';
	const [, offset, colon, rest] = dumpLine.exec(line) ?? [];
	return offset === undefined ? undefined : { offset, hasColon: colon === ':', rest: rest ?? '' };
}

function readRows(rows: readonly Row[], base: 8 | 16): Uint8Array | undefined {
	const bytes: number[] = [];
	/** The row before, for those that are left out. */
	let last: readonly number[] = [];
	/** Where the text column begins, at the earliest. */
	let digitsEnd: number | undefined;
	for (const [i, row] of rows.entries()) {
		if (row === 'same') continue;
		const place = Number.parseInt(row.offset, base);
		if (place > longest)
			throw new UsageError(`this is the dump of more than ${longest} bytes: give one packet or table`);
		if (rows[i - 1] === 'same') while (last.length > 0 && bytes.length < place) bytes.push(...last);
		if (place !== bytes.length) return undefined;
		const next = rows[i + 1];
		const length = next === 'same' ? last.length || 16 : next && Number.parseInt(next.offset, base) - place;
		const found = bytesOf(row.rest, length, digitsEnd);
		if (found === undefined) return undefined;
		digitsEnd ??= found.end;
		last = found.bytes;
		bytes.push(...last);
	}
	return Uint8Array.from(bytes);
}

/** @param length of the row, where a next one tells; otherwise what stands before the text column counts */
function bytesOf(
	rest: string,
	length: number | undefined,
	digitsEnd: number | undefined,
): { readonly bytes: number[]; readonly end: number } | undefined {
	const bytes: number[] = [];
	let end = 0;
	for (const { 0: token, index } of rest.matchAll(/\S+/g)) {
		if (length === undefined ? index >= (digitsEnd ?? rest.length) : bytes.length >= length) break;
		const gap = index - end;
		// In a dump of one line the text is behind two spaces or more; hexdump -C has two in the middle as well.
		const isBehindGap = bytes.length > 0 && gap > 1 && !(gap === 2 && bytes.length === 8);
		if (length === undefined && digitsEnd === undefined && isBehindGap) break;
		if (!/^(?:[0-9a-f]{2})+$/i.test(token)) break;
		bytes.push(...(token.match(pair) ?? []).map((digits) => Number.parseInt(digits, 16)));
		end = index + token.length;
	}
	return length !== undefined && bytes.length !== length ? undefined : { bytes, end };
}
