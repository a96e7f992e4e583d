import type { ContentScrubber } from './anonymous-files.ts';
import type { Identities } from './anonymous-identity.ts';
import { latin1 } from './anonymous-identity.ts';
import { changeJoined, type Slice } from './anonymous-slices.ts';
import { scrubText } from './anonymous-text.ts';

interface Part {
	readonly slice: Slice;
	readonly sequence: number;
}

/** One direction of a TCP connection. */
interface Flow {
	/** Sequence number of what comes next. */
	next: number;
	/** Segments of a head that has not ended yet. */
	head: Part[];
	/** Bytes of the body that are to come. */
	bodyLeft: number;
	bodyStarts: boolean;
	/** Of the last request. */
	method: string;
}

/** A segment of TCP with data. */
export interface Segment {
	/** Names the direction, and the other one. */
	readonly flow: string;
	readonly back: string;
	readonly sequence: number;
	readonly slice: Slice;
}

/** Takes names out of the heads of HTTP messages, and all bodies and other data out of TCP. */
export interface TcpScrubber {
	push(segment: Segment): void;
	/** Heads that never ended. */
	end(): void;
}

const startLine = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|PROPFIND|CONNECT|TRACE) \S|^HTTP\/[12]\.\d \d{3}/;
const longestHead = 65_536;

export function createTcpScrubber(identities: Identities, content: ContentScrubber): TcpScrubber {
	const flows = new Map<string, Flow>();

	function finishHead(flow: Flow, key: string, back: string): void {
		const text = flow.head.map(({ slice }) => latin1(slice.bytes, slice.start, slice.end)).join('');
		const end = headEnd(text);
		flow.bodyLeft = bodyLength(text.slice(0, end), text.startsWith('HTTP/') ? flows.get(back)?.method : undefined);
		if (!text.startsWith('HTTP/')) flow.method = text.slice(0, text.indexOf(' '));
		flow.bodyStarts = true;
		let left = end;
		const head: Slice[] = [];
		const rest: Part[] = [];
		for (const { slice, sequence } of flow.head) {
			const cut = Math.min(slice.end, slice.start + left);
			left -= cut - slice.start;
			head.push({ ...slice, end: cut });
			if (cut < slice.end) rest.push({ slice: { ...slice, start: cut }, sequence: sequence + cut - slice.start });
		}
		changeJoined(head, (joined) => scrubHead(identities, joined));
		flow.head = [];
		for (const part of rest) takeBody(flow, key, part);
	}

	/** What is behind the body belongs to nothing that is known. */
	function takeBody(flow: Flow, stream: string, { slice, sequence }: Part): void {
		const bytes = slice.bytes.subarray(slice.start, slice.end);
		const next = (sequence + bytes.length) % 2 ** 32;
		content.push(bytes, { stream, position: sequence % 2 ** 32, next, isStart: flow.bodyStarts });
		flow.bodyStarts = false;
		flow.bodyLeft = Math.max(0, flow.bodyLeft - bytes.length);
	}

	function isWhole(head: readonly Part[]): boolean {
		const text = head.map(({ slice }) => latin1(slice.bytes, slice.start, slice.end)).join('');
		return text.length > longestHead || text.includes('\r\n\r\n');
	}

	return {
		push({ flow: key, back, sequence, slice }) {
			const bytes = slice.bytes.subarray(slice.start, slice.end);
			if (bytes.length === 0) return;
			const starts = startLine.test(latin1(bytes, 0, Math.min(64, bytes.length)));
			let flow = flows.get(key);
			const after = (sequence + bytes.length) % 2 ** 32;
			if (flow === undefined) {
				flow = { next: sequence, head: [], bodyLeft: 0, bodyStarts: false, method: '' };
				flows.set(key, flow);
			}
			if (sequence !== flow.next && (flow.next - sequence + 2 ** 32) % 2 ** 32 < 2 ** 31) {
				// Sent again: it looks as it did, and nothing follows from it.
				const end = starts ? headEnd(latin1(bytes, 0, bytes.length)) : 0;
				scrubHead(identities, bytes.subarray(0, end));
				const place = { stream: key, position: (sequence + end) % 2 ** 32, next: after, isStart: false };
				if (end < bytes.length) content.push(bytes.subarray(end), place);
				return;
			}
			const isNext = sequence === flow.next;
			const part = { slice, sequence };
			flow.next = after;
			if (isNext && flow.head.length > 0) flow.head.push(part);
			else if (isNext && flow.bodyLeft > 0) return takeBody(flow, key, part);
			else if (starts) {
				if (flow.head.length > 0) finishHead(flow, key, back);
				flow.head = [part];
			} else return takeBody(flow, key, part);
			if (isWhole(flow.head)) finishHead(flow, key, back);
		},
		end() {
			for (const [key, flow] of flows) if (flow.head.length > 0) finishHead(flow, key, '');
		},
	};
}

function headEnd(text: string): number {
	const found = text.indexOf('\r\n\r\n');
	return found < 0 ? text.length : found + 4;
}

/** RFC 9112 section 6.3. A body of unknown length ends where the next head begins. */
function bodyLength(head: string, method: string | undefined): number {
	const status = /^HTTP\/\d\.\d (\d{3})/.exec(head)?.[1];
	if (method === 'HEAD' || (status && /^1|^204|^304/.test(status))) return 0;
	return Number(/\r\ncontent-length:[ \t]*(\d{1,15})/i.exec(head)?.[1] ?? 0);
}

/** Headers with secrets, whole. */
const secretHeaders =
	/^(?:authorization|proxy-authorization|www-authenticate|proxy-authenticate|cookie|set-cookie|.*(?:token|secret|api-?key|password).*)$/i;

/** Headers whose values are the protocol's own. */
const plainHeaders =
	/^(?:content-(?:length|type|encoding|range)|transfer-encoding|connection|date|accept.*|range|user-agent|keep-alive|cache-control|last-modified|age|expires|if-.*)$/i;

function scrubHead(identities: Identities, bytes: Uint8Array): void {
	const text = latin1(bytes, 0, bytes.length);
	let at = 0;
	for (const line of text.split('\n')) {
		const end = at + line.length;
		const colon = line.indexOf(':');
		const name = at === 0 ? '' : line.slice(0, Math.max(0, colon)).trim();
		const valueAt = at + colon + 1;
		if (at === 0) {
			const target = line.indexOf(' ') + 1;
			const targetEnd = line.startsWith('HTTP/') ? line.length : Math.max(target, line.lastIndexOf(' HTTP/'));
			scrubText(identities, bytes, target, targetEnd > target ? targetEnd : line.length);
		} else if (colon < 0) scrubText(identities, bytes, at, end);
		else if (secretHeaders.test(name)) blank(bytes, valueAt, end);
		else {
			if (/^(?:host|x-forwarded-host)$/i.test(name)) learnHost(identities, line.slice(colon + 1));
			if (!plainHeaders.test(name)) learnHeader(identities, name, line.slice(colon + 1));
			scrubText(identities, bytes, valueAt, end);
		}
		at = end + 1;
	}
}

function learnHost(identities: Identities, value: string): void {
	const host = value.trim().replace(/:\d+$/, '');
	if (!/^[\d.]*$|:/.test(host)) identities.learnName(host);
}

/** Made for this machine: `X-Serial: 123`. */
function learnHeader(identities: Identities, name: string, value: string): void {
	if (/serial|asset|uuid|guid|host-?name|machine|system/i.test(name)) identities.learnPhrase(value.trim());
}

function blank(bytes: Uint8Array, start: number, end: number): void {
	for (let at = start; at < end; at++) if ((bytes[at] as number) > 0x20) bytes[at] = 0x78;
}
