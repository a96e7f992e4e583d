import { ipxeSchemes } from '../vocabulary.ts';
import { binaryOf, fromBinary } from './binary.ts';
import type { IpxeAnswer, IpxeRequest } from './host.ts';
import { type Call, type Image, lineOf, type Machine, pass } from './machine.ts';
import { percentDecode, percentEncode } from './setting-values.ts';
import { httpStatus, status } from './status.ts';
import { formatUri, type ParsedUri, parseUri, resolveUri } from './uri.ts';

/** What came of a download. */
export interface Fetched {
	readonly status: number;
	readonly uri: ParsedUri;
	readonly body: string | undefined;
	readonly kind: Image['kind'] | undefined;
}

/** Schemes that some build of iPXE can open. */
const schemes: ReadonlySet<string> = new Set(ipxeSchemes.map(({ scheme }) => scheme));

const mostRedirects = 10;
/** How long iPXE tries to connect before it gives up, about. */
const patience = 60_000;

/** Fetches a URI with the current script's as base, following redirects. */
export async function fetchUri(
	call: Call,
	uri: ParsedUri,
	timeout: number | undefined,
	method = 'GET',
): Promise<Fetched> {
	const { machine } = call;
	let target = uri;
	const form = method === 'GET' ? takeParameters(machine, uri) : undefined;
	if (target.scheme === 'data') return { status: 0, uri: target, body: dataBody(target), kind: undefined };
	if (target.scheme !== undefined && !schemes.has(target.scheme)) {
		return { status: status('ENOTSUP', 'open'), uri: target, body: undefined, kind: undefined };
	}
	for (let hop = 0; hop <= mostRedirects; hop++) {
		const request: IpxeRequest = {
			method: form?.method ?? method,
			uri: fromBinary(formatUri(target, machine.uriRules)),
			headers: form?.headers ?? [],
			...(form?.body === undefined ? {} : { body: form.body }),
			command: call.command.name,
			line: lineOf(machine),
		};
		const answer = (await machine.host.fetch?.(request)) ?? {};
		if (answer.milliseconds !== undefined) pass(machine, answer.milliseconds);
		const result = answerStatus(answer, target);
		machine.events.push({ kind: 'request', status: result, ...request });
		if (answer.error === 'timeout') pass(machine, timeout || patience);
		if (answer.location !== undefined && [301, 302, 303, 307, 308].includes(answer.status ?? 200)) {
			target = resolveUri(target, parseLocation(answer.location));
			continue;
		}
		const body = answer.body === undefined ? undefined : binaryOf(answer.body);
		return { status: result, uri: target, body, kind: answer.kind };
	}
	return { status: status('EIO', 'http'), uri: target, body: undefined, kind: undefined };
}

function parseLocation(location: string): ParsedUri {
	return parseUri(binaryOf(location));
}

function answerStatus(answer: IpxeAnswer, uri: ParsedUri): number {
	if (answer.error === 'timeout') return status('ETIMEDOUT', 'job');
	if (answer.error === 'reset') return status('ECONNRESET', uri.scheme === 'https' ? 'tls' : 'http');
	return httpStatus(answer.status ?? 200);
}

/** The form of a `##params` URI. A list is used up by its first request. */
function takeParameters(machine: Machine, uri: ParsedUri) {
	if (uri.params === undefined) return undefined;
	const list = machine.parameterLists.get(uri.params);
	if (!list || list.used) return undefined;
	list.used = true;
	const pairs = list.parameters.filter((parameter) => !parameter.isHeader);
	const headers = list.parameters
		.filter((parameter) => parameter.isHeader)
		.map(({ name, value }) => [fromBinary(name), fromBinary(value)] as const);
	const body = pairs.map(({ name, value }) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
	const method = list.method ?? (pairs.length > 0 ? 'POST' : 'GET');
	if (pairs.length > 0) headers.push(['Content-Type', 'application/x-www-form-urlencoded']);
	return { method, headers, body: pairs.length > 0 ? body : undefined };
}

function dataBody(uri: ParsedUri): string {
	const [, isBase64, data = ''] = /^[^,]*?(;base64)?,(.*)$/s.exec(uri.opaque ?? '') ?? [];
	if (!isBase64) return percentDecode(data);
	try {
		return atob(percentDecode(data));
	} catch {
		return '';
	}
}
