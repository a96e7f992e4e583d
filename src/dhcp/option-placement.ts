import { concatBytes } from '../wire/bytes.ts';
import { EncodeError } from '../wire/errors.ts';
import type { DhcpOptionEntry } from './options.ts';
import { areaOrder, type DhcpOptionArea, overloadBits, overloadOf, structuralCodes } from './packet.ts';

/** Room in bytes of each area, its End included. 0 = not free for options. */
export type AreaRoom = Readonly<Record<DhcpOptionArea, number>>;

/** Options by the area they go into. An area that is `undefined` holds no options. */
export interface PlacedOptions {
	readonly options: readonly DhcpOptionEntry[];
	readonly file?: readonly DhcpOptionEntry[] | undefined;
	readonly sname?: readonly DhcpOptionEntry[] | undefined;
}

const { overload: overloadCode, relayAgent: relayAgentCode, end: endCode } = structuralCodes;
const maxPart = 255;

/** Bytes that the options take in one area, its End included. */
export function sizeOf(entries: readonly DhcpOptionEntry[]): number {
	let size = 1;
	for (const { bytes } of entries) size += 2 + bytes.length;
	return size;
}

/** Writes code, length and data of each option, then End. Byte by byte: for a few bytes `set` costs ten times that. */
export function writeArea(entries: readonly DhcpOptionEntry[], into: Uint8Array, start: number): void {
	let at = start;
	for (const { code, bytes } of entries) {
		into[at++] = code;
		into[at++] = bytes.length;
		for (let i = 0; i < bytes.length; i++) into[at++] = bytes[i] as number;
	}
	into[at] = endCode;
}

/** Options 66 and 67 with a NUL at their end, unless they have one. */
export function nulTerminated(entries: readonly DhcpOptionEntry[]): DhcpOptionEntry[] {
	const isName = ({ code }: DhcpOptionEntry) => code === 66 || code === 67;
	return entries.map((entry, i) => {
		const goesOn = entries.slice(i + 1).some(({ code }) => code === entry.code);
		if (!isName(entry) || goesOn || entry.bytes.at(-1) === 0) return entry;
		return { ...entry, bytes: concatBytes([entry.bytes, Uint8Array.of(0)]) };
	});
}

/** Parts of at most 255 bytes each (RFC 3396 section 6). */
function splitLong(entry: DhcpOptionEntry): DhcpOptionEntry[] {
	if (entry.bytes.length <= maxPart) return [entry];
	return Array.from({ length: Math.ceil(entry.bytes.length / maxPart) }, (_, i) => ({
		...entry,
		bytes: entry.bytes.subarray(i * maxPart, (i + 1) * maxPart),
	}));
}

/** The areas as the packet had them when it was decoded, if they fit and its option 52 says the same. */
function asDecoded(entries: readonly DhcpOptionEntry[], room: AreaRoom): PlacedOptions | undefined {
	const overload = entries.find(({ code, source }) => code === overloadCode && source === 'options');
	if (!overload) return undefined;
	const bits = overloadOf(overload.bytes);
	if (bits === undefined) {
		throw new EncodeError('bad-overload', 'option 52 must be one byte of 1 to 3', { path: 'options[52]' });
	}
	const areas = areaOrder.map((area) => entries.filter(({ source }) => source === area));
	const fits = areaOrder.every((area, i) => {
		const used = area === 'options' || (bits & overloadBits[area]) !== 0;
		const inArea = areas[i] as DhcpOptionEntry[];
		return used ? sizeOf(inArea) <= room[area] : inArea.length === 0;
	});
	if (!fits) return undefined;
	return {
		options: areas[0] as DhcpOptionEntry[],
		file: bits & overloadBits.file ? areas[1] : undefined,
		sname: bits & overloadBits.sname ? areas[2] : undefined,
	};
}

/**
 * Decides where each option goes. All go into the options field while they fit; then whole options move, the first
 * that fits each area, into `file` and `sname`. Parts of one option never stand in an earlier area than the parts
 * before them.
 */
export function placeOptions(entries: readonly DhcpOptionEntry[], room: AreaRoom): PlacedOptions {
	const isPlain = ({ code, bytes }: DhcpOptionEntry) => code !== overloadCode && bytes.length <= maxPart;
	if (entries.every(isPlain) && sizeOf(entries) <= room.options) return { options: entries };

	const split = entries.flatMap(splitLong);
	const decoded = asDecoded(split, room);
	if (decoded) return decoded;
	const parts = split.filter(({ code }) => code !== overloadCode);
	if (sizeOf(parts) <= room.options) return { options: parts };

	const overload: DhcpOptionEntry = { code: overloadCode, bytes: Uint8Array.of(0), source: 'options' };
	const placed: Record<DhcpOptionArea, DhcpOptionEntry[]> = { options: [], file: [], sname: [] };
	// The relay's option stays last in the options field, so that a relay finds it: its room is kept free.
	const relay = parts.filter(({ code }) => code === relayAgentCode);
	const reserved = sizeOf([overload, ...relay]) - 1;
	const earliest = new Map<number, number>();
	for (const part of parts) {
		if (part.code === relayAgentCode) continue;
		const from = earliest.get(part.code) ?? 0;
		const index = areaOrder.findIndex((area, i) => {
			const free = room[area] - sizeOf(placed[area]) - (area === 'options' ? reserved : 0);
			return i >= from && room[area] > 0 && free >= 2 + part.bytes.length;
		});
		if (index < 0) {
			const total = room.options + room.file + room.sname;
			const message = `the options need ${sizeOf(parts)} bytes, which do not fit the ${total} there are; option ${part.code} is the first too much`;
			throw new EncodeError('too-long', message, { path: `options[${part.code}]` });
		}
		earliest.set(part.code, index);
		placed[areaOrder[index] as DhcpOptionArea].push(part);
	}
	const bits = areaOrder.reduce((sum, area) => sum + (placed[area].length > 0 ? overloadBits[area] : 0), 0);
	// Behind the message type, where readers look for what the packet is, and before anything that they might skip.
	const [first, ...rest] = placed.options;
	const head = first ? [first] : [];
	return {
		options: [...head, { ...overload, bytes: Uint8Array.of(bits) }, ...rest, ...relay],
		file: bits & overloadBits.file ? placed.file : undefined,
		sname: bits & overloadBits.sname ? placed.sname : undefined,
	};
}
