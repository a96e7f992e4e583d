import type { Endpoint } from '../../wire/endpoint.ts';
import type { Issue } from '../../wire/issue.ts';
import { type ContentBudget, createCollectedFile } from './collected-file.ts';
import { type BodyLength, createHttpReader, type HttpHead, type HttpReader } from './http-reader.ts';
import type { FramePlace } from './tcp-stream.ts';
import type { HttpExchange } from './transfer.ts';

/** Requests and answers on one connection. */
export interface HttpConversation {
	readonly requests: HttpReader;
	readonly answers: HttpReader;
	/** Whether a request, or an answer, was seen. */
	readonly begun: boolean;
	/** A frame with RST. */
	reset(place: FramePlace): void;
	/** Exchanges that are over, each once. */
	take(): HttpExchange[];
	/** Ends those that are not. @param silent nothing came for so long that nothing will */
	finish(silent: boolean): void;
}

/** The longest body that is kept. */
const longestContent = 16 << 20;

/** A request that is not answered keeps those after it waiting; nobody sends so many at once. */
const mostAwaiting = 64;

interface Draft {
	readonly method: string;
	readonly target: string;
	readonly fields: ReadonlyMap<string, string>;
	answer?: { status: number; reason: string; fields: ReadonlyMap<string, string> };
	frames: number[];
	start: bigint | undefined;
	end: bigint | undefined;
	bytes: number;
	parts: number;
	missing: number;
	readonly body: ReturnType<typeof createCollectedFile>;
}

/** Methods are words in capitals; of HTTP/2, which begins with one too, nothing is read. */
const requestStart = /^[A-Z][A-Z_-]*( |$)/;
const requestLine = /^([A-Z][A-Z_-]*) +(\S+) +HTTP\/1\.\d$/;
const answerStart = /^(HTTP\/|HTTP$|HTT$|HT$|H$)/;

/** What all conversations share. */
export interface HttpBudgets {
	readonly content: ContentBudget;
	/** Requests that may still wait for their answers; each keeps its head, up to 16 KiB. */
	readonly requests: { left: number };
}

export function createHttpConversation(client: Endpoint, server: Endpoint, budgets: HttpBudgets): HttpConversation {
	/** Asked and not answered in full, in order. */
	const awaiting: Draft[] = [];
	let done: HttpExchange[] = [];
	let answering: Draft | undefined;
	let asking: Draft | undefined;
	let begun = false;
	let wasReset = false;

	function draft(method: string, target: string, fields: ReadonlyMap<string, string>): Draft {
		const body = createCollectedFile(longestContent, budgets.content);
		const empty = { frames: [], start: undefined, end: undefined, bytes: 0, parts: 0, missing: 0 };
		return { method, target, fields, ...empty, body };
	}

	function touch(exchange: Draft, place: FramePlace): void {
		if (exchange.frames.at(-1) !== place.index) exchange.frames.push(place.index);
		exchange.start ??= place.time;
		exchange.end = place.time ?? exchange.end;
	}

	function close(exchange: Draft, outcome: HttpExchange['outcome']): void {
		const place = awaiting.indexOf(exchange);
		if (place >= 0) {
			awaiting.splice(place, 1);
			budgets.requests.left++;
		}
		if (answering === exchange) answering = undefined;
		done.push(exchangeOf(exchange, outcome, client, server, wasReset && outcome !== 'complete'));
	}

	function keepWaiting(exchange: Draft): void {
		awaiting.push(exchange);
		budgets.requests.left--;
	}

	const requests = createHttpReader(requestStart, {
		head({ line, fields }, place) {
			const [, method, target] = requestLine.exec(line) ?? [];
			if (method === undefined || target === undefined) return undefined;
			begun = true;
			asking = draft(method, target, fields);
			touch(asking, place);
			keepWaiting(asking);
			const isFull = awaiting.length > mostAwaiting || budgets.requests.left < 0;
			if (isFull && awaiting[0]) close(awaiting[0], 'unknown');
			return requestBody(fields);
		},
		body(_, place) {
			if (asking) touch(asking, place);
		},
		missing() {},
		end() {
			asking = undefined;
		},
	});

	const answers = createHttpReader(answerStart, {
		head(head, place) {
			begun = true;
			const [, code = '', reason = ''] = /^HTTP\/\d\.?\d? +(\d{3}) *(.*)/.exec(head.line) ?? [];
			const status = Number(code);
			if (!awaiting[0]) {
				// The request is not in the capture.
				keepWaiting(draft('', '', new Map()));
			}
			const exchange = awaiting[0] as Draft;
			touch(exchange, place);
			// 100 Continue and its like come before the answer.
			if (status >= 100 && status < 200 && status !== 101) return 0;
			exchange.answer = { status, reason: reason.trim(), fields: head.fields };
			answering = exchange;
			return answerBody(exchange.method, status, head);
		},
		body(data, place) {
			if (!answering) return;
			touch(answering, place);
			answering.bytes += data.length;
			if (answering.missing === 0) answering.body.put(++answering.parts, data);
		},
		missing(length) {
			if (!answering) return;
			answering.missing += length;
			answering.body.giveUp();
		},
		end(whole) {
			if (answering) close(answering, whole ? 'complete' : 'incomplete');
		},
	});

	return {
		requests,
		answers,
		get begun() {
			return begun;
		},
		reset(place) {
			wasReset = true;
			const [first] = awaiting;
			if (first) touch(first, place);
			for (const exchange of [...awaiting]) close(exchange, 'incomplete');
		},
		take() {
			const taken = done;
			done = [];
			return taken;
		},
		finish(silent) {
			for (const exchange of [...awaiting]) {
				close(exchange, !silent ? 'unknown' : exchange.answer ? 'incomplete' : 'unanswered');
			}
		},
	};
}

function requestBody(fields: ReadonlyMap<string, string>): BodyLength {
	if (isChunked(fields)) return 'chunked';
	return lengthOf(fields) ?? 0;
}

/** RFC 9112 section 6.3. */
function answerBody(method: string, status: number, { fields }: HttpHead): BodyLength {
	if (method === 'HEAD' || status === 204 || status === 304) return 0;
	if (isChunked(fields)) return 'chunked';
	return lengthOf(fields) ?? 'until-close';
}

function isChunked(fields: ReadonlyMap<string, string>): boolean {
	return /(^|,)\s*chunked\s*$/i.test(fields.get('transfer-encoding') ?? '');
}

function lengthOf(fields: ReadonlyMap<string, string>): number | undefined {
	const value = fields.get('content-length');
	return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function exchangeOf(
	exchange: Draft,
	outcome: HttpExchange['outcome'],
	client: Endpoint,
	server: Endpoint,
	reset: boolean,
): HttpExchange {
	const { method, target, fields, answer, body, bytes, parts, missing } = exchange;
	const issues: Issue[] = [];
	if (method === '') issues.push({ code: 'starts-in-the-middle', message: 'the request is not in the capture' });
	if (missing > 0) issues.push({ code: 'missing-bytes', message: `${missing} bytes are not in the capture` });
	if (body.overLimit)
		issues.push({ code: 'too-large-to-keep', message: 'the body is larger than what is kept in memory' });
	const content = outcome === 'complete' && missing === 0 && method !== 'HEAD' ? body.whole(parts) : undefined;
	const head = body.head();
	body.release();
	const host = fields.get('host');
	return {
		client,
		server,
		method,
		target,
		host,
		url: urlOf(target, host, server),
		userAgent: fields.get('user-agent'),
		range: fields.get('range'),
		status: answer?.status,
		reason: answer?.reason,
		contentLength: answer && lengthOf(answer.fields),
		contentType: answer?.fields.get('content-type'),
		location: answer?.fields.get('location'),
		outcome,
		bytes,
		head,
		content,
		frames: [...new Set(exchange.frames)].sort((a, b) => a - b),
		start: exchange.start,
		end: exchange.end,
		reset,
		issues,
	};
}

function urlOf(target: string, host: string | undefined, { address, port }: Endpoint): string {
	if (/^https?:\/\//i.test(target)) return target;
	const name = host ?? (address.includes(':') ? `[${address}]` : address);
	// EDK2 leaves the port out of the Host field.
	const hasPort = /:\d+$/.test(name) || port === 80;
	return `http://${name}${hasPort ? '' : `:${port}`}${target}`;
}
