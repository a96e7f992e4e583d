import { percent, percentDecode } from './setting-values.ts';

/** A URI as iPXE takes it apart (`parse_uri` in `src/core/uri.c`). Parts keep the spelling that they came with. */
export interface ParsedUri {
	readonly scheme?: string | undefined;
	/** What follows the scheme when that is not `/`: `iscsi:...`, `data:...`. */
	readonly opaque?: string | undefined;
	/** `user:password@host:port`. */
	readonly authority?: string | undefined;
	readonly path?: string | undefined;
	readonly query?: string | undefined;
	readonly fragment?: string | undefined;
	/** Name of the parameter list from `##params=name`; the empty text is the unnamed list. */
	readonly params?: string | undefined;
}

/** How a version of iPXE treats URIs; the newest by default. */
export interface UriRules {
	/** Before 2022-01-13 (ipxe/ipxe#555): all before the first colon was taken for a scheme. */
	readonly anyScheme: boolean;
	/** Before 2021-11-12 (ipxe/ipxe#516): path and query were decoded, and encoded anew for the request. */
	readonly encodesAnew: boolean;
}

export function uriRulesOf(day: string): UriRules {
	return { anyScheme: day < '2022-01-13', encodesAnew: day < '2021-11-12' };
}

const newest: UriRules = { anyScheme: false, encodesAnew: false };

export function parseUri(text: string, rules: UriRules = newest): ParsedUri {
	let rest = text;
	const uri: { -readonly [K in keyof ParsedUri]: ParsedUri[K] } = {};
	const params = rest.indexOf('##params');
	if (params >= 0) {
		uri.params = /^=(.*)$/s.exec(rest.slice(params + 8))?.[1] ?? '';
		rest = rest.slice(0, params);
	}
	const hash = rest.indexOf('#');
	if (hash >= 0) {
		uri.fragment = rest.slice(hash + 1);
		rest = rest.slice(0, hash);
	}
	const scheme = (rules.anyScheme ? /^([^:]*):/ : /^([A-Za-z_-]+):/).exec(rest);
	if (scheme) {
		uri.scheme = scheme[1];
		rest = rest.slice(scheme[0].length);
		if (!rest.startsWith('/')) {
			uri.opaque = rest;
			return uri;
		}
	}
	const question = rest.indexOf('?');
	if (question >= 0) {
		uri.query = rest.slice(question + 1);
		rest = rest.slice(0, question);
	}
	if (uri.scheme !== undefined && rest.startsWith('//')) {
		const slash = rest.indexOf('/', 2);
		uri.authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
		rest = slash < 0 ? '' : rest.slice(slash);
	}
	if (rest !== '') uri.path = rest;
	return uri;
}

/** A relative URI against the one that the running script came from (`resolve_uri`). */
export function resolveUri(base: ParsedUri | undefined, uri: ParsedUri): ParsedUri {
	if (uri.scheme !== undefined || !base) return uri;
	const { params: _, ...rest } = base;
	const params = uri.params === undefined ? {} : { params: uri.params };
	if (uri.path !== undefined) {
		return {
			...rest,
			path: resolvePath(base.path ?? '/', uri.path),
			query: uri.query,
			fragment: uri.fragment,
			...params,
		};
	}
	if (uri.query !== undefined) return { ...rest, query: uri.query, fragment: uri.fragment, ...params };
	return { ...rest, ...(uri.fragment === undefined ? {} : { fragment: uri.fragment }), ...params };
}

/** `..` counts at the start only: `a/../b` is sent as it is (`resolve_path`). */
function resolvePath(base: string, relative: string): string {
	if (relative.startsWith('/')) return relative;
	let folder = dirname(base);
	let rest = relative;
	for (;;) {
		const up = /^(\.\.?)(\/|$)/.exec(rest);
		if (!up) break;
		if (up[1] === '..') folder = dirname(folder);
		rest = rest.slice(up[0].length);
		if (up[2] === '') break;
	}
	return folder + (folder.endsWith('/') ? '' : '/') + rest;
}

function dirname(path: string): string {
	const slash = path.lastIndexOf('/');
	return slash < 0 ? '.' : slash === 0 ? '/' : path.slice(0, slash);
}

/** The last component of the path: an image's default name. */
export function uriBasename(uri: ParsedUri): string {
	const path = uri.opaque !== undefined && uri.path === undefined ? uri.opaque : (uri.path ?? '');
	return percentDecode(path.slice(path.lastIndexOf('/') + 1));
}

/** The URI as text, with what can't stand in a request percent-encoded, as iPXE does. */
export function formatUri(uri: ParsedUri, rules: UriRules = newest): string {
	const encodePart = rules.encodesAnew ? encodeAnew : encodeUnsafe;
	let text = uri.scheme === undefined ? '' : `${uri.scheme}:`;
	text += uri.opaque ?? '';
	if (uri.authority !== undefined) text += `//${uri.authority}`;
	text += encodePart(uri.path ?? '');
	if (uri.query !== undefined) text += `?${encodePart(uri.query)}`;
	return text;
}

/** The URI with its fragment and without a password, as iPXE prints it. */
export function redactedUri(text: string): string {
	return text.replace(/^([A-Za-z_-]+:\/\/[^/@:]*:)[^/@]*@/, '$1***@');
}

/** What is not printable ASCII. iPXE writes other bytes as `%FFFFFFC3`: a defect of its own, and so what servers see. */
function encodeUnsafe(text: string): string {
	return text.replace(/[^!-~]/g, signedPercent);
}

/** A NUL ends what was decoded. */
function encodeAnew(text: string): string {
	return percentDecode(text)
		.replace(/\0.*/s, '')
		.replace(/[^!-~]|[%#:@?]/g, signedPercent);
}

function signedPercent(byte: string): string {
	const code = byte.charCodeAt(0);
	return code >= 0x80 ? `%FFFFFF${code.toString(16).toUpperCase()}` : percent(byte);
}

/** The folder of a URI: `${cwduri}`. */
export function uriFolder(uri: ParsedUri): string {
	const folder = uri.path === undefined ? '/' : resolvePath(uri.path, '.');
	return formatUri({ ...uri, path: folder.endsWith('/') ? folder : `${folder}/`, query: undefined });
}
