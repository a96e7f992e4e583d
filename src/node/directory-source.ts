import { closeSync, constants, fstatSync, open, read, realpathSync, statSync } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { PxekitError } from '../wire/errors.ts';
import { createFileCache, type FileCache } from './file-cache.ts';
import { type FileNameRule, segmentsOfName } from './file-name.ts';
import { type TftpContentReader, TftpRefusal, type TftpSource } from './tftp-source.ts';

/** How {@link directorySource} finds files. */
export interface DirectorySourceOptions {
	/** Rewrite names, in order; none by default. */
	readonly rules?: readonly FileNameRule[] | undefined;
	/** When there is no file of exactly that name, takes one that differs in case only; false by default. */
	readonly ignoreCase?: boolean | undefined;
	/** Follows symbolic links that lead out of the root; false by default: such names are refused. */
	readonly allowLinksOutside?: boolean | undefined;
	/** Where pages of files are kept; a cache of 64 MiB of its own by default. */
	readonly cache?: FileCache | undefined;
}

/** Bytes that are read from a file at once. */
const pageSize = 64 * 1024;

/** A file changed so recently may change again without its time telling. Such a file is not shared with later requests. */
const restlessFor = 100;

let restlessFiles = 0;

/** How long, in milliseconds, a name stands for the file that it was found to be, if that is still there. */
const foundFor = 1_000;
const maxFound = 1_000;

/**
 * Serves the files of a folder and of those below it. No name leads out of it, neither by `..` nor by a symbolic link;
 * only plain files are served. Files are read once for all clients that fetch them at the time. A file that changes
 * while it is sent ends that transfer with an ERROR; one that is replaced (written elsewhere and renamed) is sent as it
 * was.
 *
 * @throws a {@link PxekitError} `no-such-directory` at once when the root is none
 * @example
 * ```ts
 * import { directorySource } from 'pxekit/node';
 *
 * const source = directorySource('docs', {
 *   ignoreCase: true,
 *   rules: [{ match: /^x86_64-efi\/(.*)$/, replace: 'efi/$1' }],
 * });
 * ```
 */
export function directorySource(root: string, options: DirectorySourceOptions = {}): TftpSource {
	const { rules = [], ignoreCase = false, allowLinksOutside = false, cache = createFileCache() } = options;
	const realRoot = rootOf(root);

	async function find(segments: readonly string[]): Promise<string | undefined> {
		const exact = await quietly(realpath(join(realRoot, ...segments)));
		if (exact !== undefined || !ignoreCase) return exact;
		let folder = realRoot;
		for (const segment of segments) {
			const wanted = segment.toLowerCase();
			const names = (await quietly(readdir(folder))) ?? [];
			const name = names.includes(segment) ? segment : names.sort().find((entry) => entry.toLowerCase() === wanted);
			if (name === undefined) return undefined;
			folder = join(folder, name);
		}
		return quietly(realpath(folder));
	}

	/** Names that were found a moment ago: in a boot storm all ask for the same few. */
	const found = new Map<string, { seen: SeenFile; until: number }>();

	async function findFile(filename: string): Promise<SeenFile | undefined> {
		const segments = segmentsOfName(filename, rules);
		if (segments.length === 0) return undefined;
		const path = await find(segments);
		if (path === undefined) return undefined;
		if (!allowLinksOutside && !isBelow(realRoot, path)) throw new TftpRefusal('accessViolation');
		return lookAt(path);
	}

	return async ({ filename }) => {
		const recent = found.get(filename);
		if (recent && performance.now() < recent.until) {
			try {
				return await openFile(recent.seen, cache);
			} catch (error) {
				if (!(error instanceof OtherFile)) throw error;
			}
		}
		found.delete(filename);
		const seen = await findFile(filename);
		if (!seen) return undefined;
		if (found.size >= maxFound) found.clear();
		found.set(filename, { seen, until: performance.now() + foundFor });
		return openFile(seen, cache);
	};
}

function rootOf(root: string): string {
	try {
		if (statSync(root).isDirectory()) return realpathSync(root);
	} catch {
		// Said below.
	}
	throw new PxekitError('no-such-directory', `there is no directory ${JSON.stringify(root)} to serve files from`);
}

function isBelow(root: string, path: string): boolean {
	return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** `undefined` for a name that leads nowhere, a refusal for one that may not be read. */
async function quietly<Result>(looking: Promise<Result>): Promise<Result | undefined> {
	try {
		return await looking;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'EACCES' || code === 'EPERM') throw new TftpRefusal('accessViolation');
		if (code === 'EMFILE' || code === 'ENFILE') throw new TftpRefusal('undefined', 'Server busy');
		return undefined;
	}
}

const openDescriptor = promisify(open);
const readDescriptor = promisify(read);

/** A file that was looked at: what a later opening must find again. */
interface SeenFile {
	readonly path: string;
	readonly dev: bigint;
	readonly ino: bigint;
}

/** Looked at before it is opened, as opening a FIFO waits and opening a device may do something. */
async function lookAt(path: string): Promise<SeenFile | undefined> {
	const stat = await quietly(lstat(path, { bigint: true }));
	if (!stat) return undefined;
	if (!stat.isFile()) throw new TftpRefusal('accessViolation');
	return { path, dev: stat.dev, ino: stat.ino };
}

async function openFile(seen: SeenFile, cache: FileCache): Promise<TftpContentReader | undefined> {
	const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
	const descriptor = await quietly(openDescriptor(seen.path, flags));
	if (descriptor === undefined) return undefined;
	try {
		const stat = fstatSync(descriptor, { bigint: true });
		if (!stat.isFile() || stat.ino !== seen.ino || stat.dev !== seen.dev) throw new OtherFile('accessViolation');
		return readerOfFile(descriptor, stat, cache);
	} catch (error) {
		closeSync(descriptor);
		throw error;
	}
}

/** Another file stands now where one was looked at. */
class OtherFile extends TftpRefusal {}

/** What tells one state of a file from another. */
interface FileState {
	readonly dev: bigint;
	readonly ino: bigint;
	readonly size: bigint;
	readonly mtimeNs: bigint;
	readonly mtimeMs: bigint;
}

function readerOfFile(descriptor: number, state: FileState, cache: FileCache): TftpContentReader {
	const size = Number(state.size);
	const isRestless = Date.now() - Number(state.mtimeMs) < restlessFor;
	const identity = `${state.dev}:${state.ino}:${size}:${state.mtimeNs}${isRestless ? `:${restlessFiles++}` : ''}`;
	let nextPage = 0;
	/** Other transfers may wait for a page that is read through this descriptor: it stays open until they have it. */
	let reading = 0;
	let closed = false;

	function closeWhenUnused(): void {
		if (closed && reading === 0) closeSync(descriptor);
	}

	async function load(offset: number): Promise<Uint8Array> {
		reading++;
		try {
			const page = Buffer.allocUnsafeSlow(Math.min(pageSize, size - offset));
			for (let at = 0; at < page.length; ) {
				const { bytesRead } = await readDescriptor(descriptor, page, at, page.length - at, offset + at);
				if (bytesRead === 0) throw new FileChanged();
				at += bytesRead;
			}
			const now = fstatSync(descriptor, { bigint: true });
			if (now.size !== state.size || now.mtimeNs !== state.mtimeNs) throw new FileChanged();
			return page;
		} finally {
			reading--;
			closeWhenUnused();
		}
	}

	return {
		size,
		next() {
			const offset = nextPage * pageSize;
			if (closed || offset >= size) return undefined;
			return cache.page(identity, nextPage++, () => load(offset));
		},
		close() {
			if (closed) return;
			closed = true;
			closeWhenUnused();
		},
	};
}

class FileChanged extends TftpRefusal {
	constructor() {
		super('undefined', 'File changed during the transfer');
	}
}
