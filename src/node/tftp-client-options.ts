import type { TftpOption, TftpRequestPacket } from '../tftp/packet.ts';
import type { TftpTiming } from '../tftp/retransmission.ts';
import { PxekitError } from '../wire/errors.ts';

/** How a transfer gets on. */
export interface TftpProgress {
	/** Bytes that have arrived, as they were on the wire. */
	readonly bytes: number;
	/** Bytes in all, when known. */
	readonly size: number | undefined;
}

/** How to fetch or bring a file. */
export interface TftpClientOptions {
	/** `octet` by default: bytes as they are. */
	readonly mode?: 'octet' | 'netascii' | undefined;
	/** Block size to ask for; 1468, which fills an Ethernet frame. 512 asks for nothing. */
	readonly blockSize?: number | undefined;
	/** Window size to ask for; 16. 1 asks for nothing. */
	readonly windowSize?: number | undefined;
	/** Asks the server to resend after this many seconds; not asked by default. */
	readonly timeout?: number | undefined;
	/** Further options to ask for. */
	readonly options?: readonly TftpOption[] | undefined;
	/** The local address to send from; the system chooses by default. */
	readonly localAddress?: string | undefined;
	/** A larger file ends the transfer. No limit by default. */
	readonly maxBytes?: number | undefined;
	/** Told after each packet that moved something. */
	readonly onProgress?: ((progress: TftpProgress) => void) | undefined;
	/** Ends the transfer: the server is told, and the promise is rejected with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
	/** Changes to the waits. */
	readonly timing?: Partial<TftpTiming> | undefined;
}

/** A server and a file on it. */
export interface TftpAddressedFile extends TftpClientOptions {
	/** Address or host name of the server. */
	readonly address: string;
	/** 69 by default. */
	readonly port?: number | undefined;
	readonly filename: string;
}

/** A file on a server: `tftp://host:port/file` (RFC 3617; `;mode=netascii` at its end is understood), or its parts. */
export type TftpTarget = string | URL | TftpAddressedFile;

/** @internal */
export type ClientSettings = TftpAddressedFile & { readonly port: number; readonly mode: 'octet' | 'netascii' };

export function targetOf(target: TftpTarget, options: TftpClientOptions): ClientSettings {
	const file: TftpAddressedFile = typeof target === 'string' || target instanceof URL ? parseTftpUrl(target) : target;
	const settings = { ...file, ...options };
	return { ...settings, port: settings.port ?? 69, mode: settings.mode ?? 'octet' };
}

function parseTftpUrl(text: string | URL): TftpAddressedFile {
	const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : text;
	if (typeof url === 'string' || url.protocol !== 'tftp:' || url.hostname === '') {
		throw new PxekitError('bad-url', `not a TFTP address: ${JSON.stringify(String(text))}; write tftp://host/file`);
	}
	const [, path = '', mode] = /^\/?(.*?)(?:;mode=(\w+))?$/.exec(url.pathname) ?? [];
	return {
		address: url.hostname.replace(/^\[|\]$/g, ''),
		filename: decodeURIComponent(path),
		...(url.port !== '' && { port: Number(url.port) }),
		...(mode === 'netascii' && { mode }),
	};
}

export function requestOf(kind: 'rrq' | 'wrq', settings: ClientSettings, size: number | undefined): TftpRequestPacket {
	const { blockSize = 1468, windowSize = 16, timeout } = settings;
	const options: TftpOption[] = [];
	const ask = (name: string, value: number) => options.push({ name, value: String(value) });
	if (blockSize !== 512) ask('blksize', blockSize);
	if (size !== undefined) ask('tsize', size);
	if (windowSize !== 1) ask('windowsize', windowSize);
	if (timeout !== undefined) ask('timeout', timeout);
	options.push(...(settings.options ?? []));
	return { kind, filename: settings.filename, mode: settings.mode, options };
}
