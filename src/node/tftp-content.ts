import { createNetasciiEncoder } from '../tftp/netascii.ts';
import { concatBytes } from '../wire/bytes.ts';
import type { TftpContentReader, TftpFile, TftpStreamFile } from './tftp-source.ts';
import { TftpRefusal } from './tftp-source.ts';

/** Opens whatever a source gave, as something to read part by part. */
export async function openContent(file: TftpFile): Promise<TftpContentReader> {
	if (file instanceof Uint8Array) return readerOfBytes(file);
	if ('next' in file && 'close' in file) return file;
	if (isIterable(file)) return readerOfStream({ stream: file });
	const streamFile = file as TftpStreamFile;
	if (streamFile.bufferFirst === undefined) return readerOfStream(streamFile);
	return readerOfBytes(await readWhole(readerOfStream(streamFile), streamFile.bufferFirst));
}

function isIterable(file: object): file is AsyncIterable<Uint8Array> {
	return Symbol.asyncIterator in file;
}

function readerOfBytes(bytes: Uint8Array): TftpContentReader {
	let left: Uint8Array | undefined = bytes;
	return {
		size: bytes.length,
		next() {
			const part = left;
			left = undefined;
			return part;
		},
		close() {},
	};
}

function readerOfStream({ stream, size }: TftpStreamFile): TftpContentReader {
	const iterator = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
	let closed = false;
	return {
		size,
		async next() {
			const { done, value } = await iterator.next();
			if (done) return undefined;
			// The part may be memory that the stream writes again.
			if (!(value instanceof Uint8Array)) throw new TypeError('a stream to be sent must be one of Uint8Array');
			return value.slice();
		},
		async close() {
			if (closed) return;
			closed = true;
			await iterator.return?.();
		},
	};
}

async function readWhole(reader: TftpContentReader, maxBytes: number): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	let length = 0;
	try {
		for (;;) {
			const part = await reader.next();
			if (!part) return concatBytes(parts);
			length += part.length;
			if (length > maxBytes) throw new TftpRefusal('undefined', 'File too large');
			parts.push(part);
		}
	} finally {
		await reader.close();
	}
}

/** The same content in netascii, whose size is not known before it was converted. */
export function netasciiContent(reader: TftpContentReader): TftpContentReader {
	const encoder = createNetasciiEncoder();
	return {
		async next() {
			const part = await reader.next();
			return part && encoder.push(part);
		},
		close: () => reader.close(),
	};
}

/** A reader whose first part was read already: what can't be read is known before anything is answered. */
export async function withFirstPart(reader: TftpContentReader): Promise<TftpContentReader> {
	const first = await reader.next();
	let given = false;
	return {
		size: reader.size,
		next() {
			if (given) return first && reader.next();
			given = true;
			return first;
		},
		close: () => reader.close(),
	};
}
