/** Pages of files that were read, shared by all transfers of the same file. */
export interface FileCache {
	/**
	 * A page: at once when it is there, else when it is read. Those who ask for a page while it is being read wait for
	 * the same read.
	 */
	page(file: string, index: number, load: () => Promise<Uint8Array>): Uint8Array | Promise<Uint8Array>;
	/** Bytes held. */
	readonly bytes: number;
	/** Pages read from files so far. */
	readonly loads: number;
}

/**
 * Creates a cache for {@link directorySource}, to be shared by several of them. What was used longest ago makes room.
 *
 * @param maxBytes the most to hold; 64 MiB by default
 * @example
 * ```ts
 * import { createFileCache } from 'pxekit/node';
 *
 * const cache = createFileCache(256 * 1024 * 1024);
 * cache.bytes; // => 0
 * ```
 */
export function createFileCache(maxBytes: number = 64 * 1024 * 1024): FileCache {
	/** In order of use: the first was used longest ago. */
	const pages = new Map<string, Uint8Array>();
	const loading = new Map<string, Promise<Uint8Array>>();
	let bytes = 0;
	let loads = 0;

	function keep(key: string, page: Uint8Array): void {
		if (page.length > maxBytes) return;
		pages.set(key, page);
		bytes += page.length;
		for (const [oldKey, old] of pages) {
			if (bytes <= maxBytes) break;
			pages.delete(oldKey);
			bytes -= old.length;
		}
	}

	return {
		page(file, index, load) {
			const key = `${file}#${index}`;
			const held = pages.get(key);
			if (held) {
				pages.delete(key);
				pages.set(key, held);
				return held;
			}
			const underway = loading.get(key);
			if (underway) return underway;
			loads++;
			const promise = load()
				.then((page) => {
					keep(key, page);
					return page;
				})
				.finally(() => loading.delete(key));
			loading.set(key, promise);
			return promise;
		},
		get bytes() {
			return bytes;
		},
		get loads() {
			return loads;
		},
	};
}
