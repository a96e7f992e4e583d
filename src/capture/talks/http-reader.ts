import { decodeUtf8Lossy } from '../../wire/text.ts';
import type { FramePlace } from './tcp-stream.ts';

/** A request or status line, and the fields after it. */
export interface HttpHead {
	readonly line: string;
	/** By lower-case name; the first of several. */
	readonly fields: ReadonlyMap<string, string>;
}

/** How long a message's body is, RFC 9112 section 6.3. */
export type BodyLength = number | 'chunked' | 'until-close';

export interface HttpReaderEvents {
	/** A message begins; `undefined` when it is none of HTTP. */
	head(head: HttpHead, place: FramePlace): BodyLength | undefined;
	/** Bytes of the body, in order, without the marks of chunks. */
	body(data: Uint8Array, place: FramePlace): void;
	/** Bytes of the body that the capture does not have. */
	missing(length: number): void;
	/** A message is whole; or the stream ended, or can't be followed, before it was. */
	end(whole: boolean): void;
}

/** Reads the messages of one direction. */
export interface HttpReader {
	push(data: Uint8Array, place: FramePlace): void;
	gap(length: number): void;
	/** The sender has closed. */
	close(): void;
	/** Whether the first bytes were those of another protocol. */
	readonly foreign: boolean;
}

/** Longer heads are no boot client's or server's. */
const longestHead = 16_384;
const longestLine = 1024;

const lineFeed = 10;

type State = 'head' | 'body' | 'until-close' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'lost';

/** @param start what the first line of a message begins with; also of a beginning that is not whole */
export function createHttpReader(start: RegExp, events: HttpReaderEvents): HttpReader {
	let state: State = 'head';
	/** Of the head, or of a line. */
	let buffer = new Uint8Array(256);
	let filled = 0;
	let left = 0;
	let foreign = false;
	let sawMessage = false;

	function keep(byte: number): void {
		if (filled === buffer.length) {
			const larger = new Uint8Array(2 * filled);
			larger.set(buffer);
			buffer = larger;
		}
		buffer[filled++] = byte;
	}

	function text(): string {
		const value = decodeUtf8Lossy(buffer.subarray(0, filled));
		filled = 0;
		return value;
	}

	function lose(): void {
		if (state !== 'lost' && state !== 'head') events.end(false);
		state = 'lost';
		filled = 0;
	}

	function endMessage(): void {
		state = 'head';
		filled = 0;
		events.end(true);
	}

	function begin(length: BodyLength): void {
		sawMessage = true;
		if (length === 'chunked') state = 'chunk-size';
		else if (length === 'until-close') state = 'until-close';
		else {
			state = 'body';
			left = length;
			if (left === 0) endMessage();
		}
	}

	/** Takes bytes up to the end of the head; returns how many. */
	function takeHead(data: Uint8Array, place: FramePlace): number {
		for (let i = 0; i < data.length; i++) {
			const byte = data[i] as number;
			// RFC 9112 section 2.2: empty lines before a message are skipped.
			if (filled === 0 && (byte === lineFeed || byte === 13)) continue;
			keep(byte);
			if (filled <= 12 && !start.test(decodeUtf8Lossy(buffer.subarray(0, filled)))) {
				foreign = !sawMessage;
				lose();
				return data.length;
			}
			if (byte === lineFeed && isEmptyLine()) {
				const head = parseHead(text());
				const length = events.head(head, place);
				if (length === undefined) {
					foreign = !sawMessage;
					lose();
					return data.length;
				}
				begin(length);
				return i + 1;
			}
			if (filled > longestHead) {
				lose();
				return data.length;
			}
		}
		return data.length;
	}

	function isEmptyLine(): boolean {
		const before = buffer[filled - 2];
		return before === lineFeed || (before === 13 && buffer[filled - 3] === lineFeed);
	}

	/** Takes a line's bytes; the line when it is whole. */
	function takeLine(data: Uint8Array): { taken: number; line: string | undefined } {
		const end = data.indexOf(lineFeed);
		const part = end < 0 ? data : data.subarray(0, end);
		if (filled + part.length > longestLine) {
			lose();
			return { taken: data.length, line: undefined };
		}
		for (const byte of part) keep(byte);
		return end < 0 ? { taken: data.length, line: undefined } : { taken: end + 1, line: text().trim() };
	}

	function takeChunkLine(data: Uint8Array): number {
		const { taken, line } = takeLine(data);
		if (line === undefined) return taken;
		if (state === 'chunk-size') {
			const size = /^([0-9a-f]{1,8})\s*(;|$)/i.exec(line)?.[1];
			if (size === undefined) lose();
			else {
				left = Number.parseInt(size, 16);
				state = left === 0 ? 'trailer' : 'chunk';
			}
		} else if (state === 'chunk-end') {
			if (line === '') state = 'chunk-size';
			else lose();
		} else if (line === '') endMessage();
		return taken;
	}

	function takeBody(data: Uint8Array, place: FramePlace): number {
		const part = state === 'until-close' ? data : data.subarray(0, left);
		events.body(part, place);
		if (state === 'until-close') return part.length;
		left -= part.length;
		if (left > 0) return part.length;
		if (state === 'chunk') state = 'chunk-end';
		else endMessage();
		return part.length;
	}

	return {
		push(data, place) {
			// After a gap, a message can only be found again where it begins a segment.
			if (state === 'lost' && !foreign && start.test(decodeUtf8Lossy(data.subarray(0, 12)))) state = 'head';
			for (let rest = data; rest.length > 0 && state !== 'lost'; ) {
				const taken =
					state === 'head'
						? takeHead(rest, place)
						: state === 'body' || state === 'chunk' || state === 'until-close'
							? takeBody(rest, place)
							: takeChunkLine(rest);
				rest = rest.subarray(taken);
			}
		},
		gap(length) {
			if (state === 'until-close') events.missing(length);
			else if (state === 'body' || (state === 'chunk' && length < left)) {
				const inside = Math.min(length, left);
				events.missing(inside);
				left -= inside;
				if (left > 0) return;
				endMessage();
				if (length > inside) lose();
			} else lose();
		},
		close() {
			if (state === 'until-close') endMessage();
			else if (state !== 'head' && state !== 'lost') {
				state = 'head';
				events.end(false);
			}
		},
		get foreign() {
			return foreign;
		},
	};
}

function parseHead(text: string): HttpHead {
	const [line = '', ...rest] = text.split('\n').map((each) => each.replace(/\r$/, ''));
	const fields = new Map<string, string>();
	for (const field of rest) {
		const colon = field.indexOf(':');
		const name = field.slice(0, Math.max(colon, 0)).trim().toLowerCase();
		if (name !== '' && !fields.has(name)) fields.set(name, field.slice(colon + 1).trim());
	}
	return { line, fields };
}
