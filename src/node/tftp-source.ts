import { type TftpErrorName, tftpErrorCode, tftpErrorText } from '../tftp/error-codes.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { PxekitError } from '../wire/errors.ts';

/** A request as a source or an upload handler sees it. */
export interface TftpRequest {
	/** `read`: the client wants a file. `write`: it brings one. */
	readonly kind: 'read' | 'write';
	/** As the client sent it; U+FFFD stands for bytes that are not UTF-8. */
	readonly filename: string;
	readonly mode: 'octet' | 'netascii';
	/** What the client asked for, by lower-case name. */
	readonly options: Readonly<Record<string, string>>;
	readonly client: Endpoint;
	/** The address and port that the request came to. */
	readonly local: Endpoint;
	/** Aborted when the server closes, or when the client has given up. */
	readonly signal: AbortSignal;
}

/** Content that is read part by part. */
export interface TftpContentReader {
	/** Bytes in all, when known. Firmware of the UEFI kind needs it. */
	readonly size?: number | undefined;
	/** The next part, of any length; `undefined` at the end. */
	next(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
	/** Called once, whatever happened. */
	close(): void | Promise<void>;
}

/** Content that arrives as a stream. */
export interface TftpStreamFile {
	/** A web stream, a Node stream, an async generator. */
	readonly stream: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;
	/** Bytes in all, when known. */
	readonly size?: number | undefined;
	/** Reads the whole stream before the first answer, so that the size is known; at most this many bytes. */
	readonly bufferFirst?: number | undefined;
}

/** What a source gives for a name. */
export type TftpFile =
	| Uint8Array
	| AsyncIterable<Uint8Array>
	| ReadableStream<Uint8Array>
	| TftpStreamFile
	| TftpContentReader;

/**
 * Finds the file for a request, or `undefined` when it knows none (ERROR 1). Throw a {@link TftpRefusal} to refuse in
 * other words; whatever else is thrown is answered with ERROR 0 that tells nothing of it.
 */
export type TftpSource = (request: TftpRequest) => TftpFile | undefined | Promise<TftpFile | undefined>;

/**
 * Thrown by a source or an upload handler to refuse a request with an ERROR of its own.
 *
 * @example
 * ```ts
 * import { TftpRefusal, type TftpSource } from 'pxekit/node';
 *
 * const source: TftpSource = ({ client }) => {
 *   throw new TftpRefusal('accessViolation', `Not for ${client.address}`);
 * };
 * ```
 */
export class TftpRefusal extends PxekitError {
	override readonly name: string = 'TftpRefusal';
	/** The number on the wire. */
	readonly tftpCode: number;

	/** @param message shown on the client's console: short, ASCII, without paths of the server */
	constructor(error: TftpErrorName, message: string = tftpErrorText(error)) {
		super(`tftp-${error}`, message);
		this.tftpCode = tftpErrorCode(error);
	}
}

/**
 * Asks several sources in turn; the first that knows the file gives it.
 *
 * @example
 * ```ts
 * import { firstSource, virtualFiles } from 'pxekit/node';
 *
 * const source = firstSource(virtualFiles({ 'boot.ipxe': '#!ipxe\nshell\n' }), ({ filename }) =>
 *   filename.endsWith('.txt') ? new TextEncoder().encode('hello') : undefined,
 * );
 * ```
 */
export function firstSource(...sources: readonly TftpSource[]): TftpSource {
	return async (request) => {
		for (const source of sources) {
			const file = await source(request);
			if (file !== undefined) return file;
		}
		return undefined;
	};
}

/**
 * Serves files that are no files: bytes, text, or a function of the request, by name. A slash before the name does not
 * matter.
 *
 * @example
 * ```ts
 * import { virtualFiles } from 'pxekit/node';
 *
 * const source = virtualFiles({ 'hello.ipxe': ({ client }) => `#!ipxe\necho You are ${client.address}\n` });
 * ```
 */
export function virtualFiles(
	files: Readonly<Record<string, TftpFile | string | ((request: TftpRequest) => TftpFile | string | undefined)>>,
): TftpSource {
	const byName = new Map(Object.entries(files).map(([name, file]) => [withoutSlash(name), file]));
	return (request) => {
		const entry = byName.get(withoutSlash(request.filename));
		const file = typeof entry === 'function' ? entry(request) : entry;
		return typeof file === 'string' ? new TextEncoder().encode(file) : file;
	};
}

function withoutSlash(name: string): string {
	return name.replace(/^\/+/, '');
}
