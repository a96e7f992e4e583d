import type { FailureReason } from '../pxe/firmware-errors.ts';
import type { UdpDatagram } from './endpoint.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type { BootClientProfile } from './profile.ts';
import type { FetchedFile } from './story.ts';
import { createTftpFetch, type DownloadFailure, type TftpFetch } from './tftp-fetch.ts';

/** How a download ended. */
export type DownloadResult = { readonly kind: 'fetched'; readonly file: FetchedFile } | DownloadFailure;

/** The boot file on its way, over TFTP or HTTP, with whatever the firmware asks before it. */
export interface Download {
	receive(datagram: UdpDatagram, now: number): void;
	expire(now: number): void;
	nextDatagram(now: number): UdpDatagram | undefined;
	nextHttpRequest(): HttpRequest | undefined;
	receiveHttp(response: HttpResponse, now: number): void;
	readonly deadline: number;
	/** Where answers arrive; `undefined` over HTTP. */
	readonly port: number | undefined;
	readonly result: DownloadResult | undefined;
}

/** What both kinds of download need. */
interface DownloadOptions {
	readonly profile: BootClientProfile;
	readonly maxBytes: number;
	/** Told of each request. */
	readonly onRequest: (what: string, where: string, now: number) => void;
}

/** A file on a TFTP server. */
export interface TftpDownloadOptions extends DownloadOptions {
	readonly server: string;
	readonly file: string;
	readonly sizeKnown: boolean;
	readonly address: string;
	readonly random: () => number;
}

function failed(reason: FailureReason, why: string, tftpCode?: number): DownloadResult {
	return { kind: 'failed', reason, why, tftpCode };
}

/** Asks for the size first where the firmware does, then reads. Each request has a port of its own. */
export function createTftpDownload(options: TftpDownloadOptions, now: number): Download {
	const { profile, server, file, address, random, maxBytes, onRequest } = options;
	let port = 1024 + Math.floor(random() * 30_000);
	let fetch: TftpFetch | undefined;
	let result: DownloadResult | undefined;

	function start(purpose: 'size' | 'read', size: number | undefined, at: number): void {
		port++;
		const local = { address, port };
		const next = createTftpFetch({ habits: profile.tftp, purpose, server, file, local, size, maxBytes, random }, at);
		if (typeof next === 'string') {
			result = failed('tftp-protocol', `the name can't be asked for: ${next}`);
			return;
		}
		fetch = next;
		onRequest(purpose === 'size' ? `the size of ${file}` : file, `tftp://${server}`, at);
	}

	/** Goes on when a request has ended and all of it was sent. */
	function settle(at: number): void {
		const ended = result ? undefined : fetch?.result;
		if (!ended) return;
		if (ended.kind === 'failed') result = failed(ended.reason, `${file}: ${ended.why}`, ended.tftpCode);
		else if (ended.kind === 'read') {
			const uri = `tftp://${server}/${file.replace(/^\//, '')}`;
			result = { kind: 'fetched', file: { name: file, uri, bytes: ended.bytes } };
		} else if (ended.size === undefined) result = failed('tftp-no-size', `${file}: the server does not tell the size`);
		else if (ended.size === 0) result = failed('tftp-size', `${file}: the server says that the file is empty`);
		else start('read', ended.size, at);
	}

	start(profile.tftp.sizeRequest && !options.sizeKnown ? 'size' : 'read', undefined, now);
	return {
		receive(datagram, at) {
			fetch?.receive(datagram, at);
		},
		expire(at) {
			fetch?.expire(at);
		},
		nextDatagram(at) {
			const next = fetch?.next(at);
			if (next) return next;
			settle(at);
			return fetch?.next(at);
		},
		nextHttpRequest: () => undefined,
		receiveHttp() {},
		get deadline() {
			return fetch?.deadline ?? Number.POSITIVE_INFINITY;
		},
		get port() {
			return port;
		},
		get result() {
			return result;
		},
	};
}

/** A file on a web server: UEFI asks with HEAD for the size, then with GET; iPXE with GET alone. */
export function createHttpDownload(options: DownloadOptions & { readonly url: string }, now: number): Download {
	const { profile, url, maxBytes, onRequest } = options;
	let request: HttpRequest | undefined;
	let isAsked = false;
	let result: DownloadResult | undefined;

	function start(method: HttpRequest['method'], at: number): void {
		const host = /^https?:\/\/([^/:?#]*)/i.exec(url)?.[1] ?? '';
		// Without the port: so EDK2 sends it.
		request = { method, url, headers: [['Host', host], ...profile.httpHeaders], maxBytes };
		isAsked = false;
		onRequest(method === 'HEAD' ? `the size of ${url}` : url, 'HTTP', at);
	}

	start(profile.family === 'http' ? 'HEAD' : 'GET', now);
	return {
		receive() {},
		expire() {},
		nextDatagram: () => undefined,
		nextHttpRequest() {
			if (isAsked || result) return undefined;
			isAsked = true;
			return request;
		},
		receiveHttp({ status, contentLength, body = new Uint8Array(0) }, at) {
			if (!isAsked || !request || result) return;
			const asked = `${request.method} ${url}`;
			if (status !== 200) {
				result = failed('http-failed', `${asked}: ${status === 0 ? 'no answer' : `status ${status}`}`);
			} else if (request.method === 'HEAD') {
				if (contentLength !== undefined) start('GET', at);
				else result = failed('http-failed', `${asked}: the answer has no Content-Length`);
			} else if (body.length > maxBytes) result = failed('http-failed', `${asked}: larger than allowed`);
			else result = { kind: 'fetched', file: { name: url, uri: url, bytes: body } };
		},
		deadline: Number.POSITIVE_INFINITY,
		port: undefined,
		get result() {
			return result;
		},
	};
}
