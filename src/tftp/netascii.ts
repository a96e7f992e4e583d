const lineFeed = 10;
const carriageReturn = 13;

/** Turns bytes into others, part by part; what one part left open is finished by the next. */
export interface ByteFilter {
	/** The bytes that are ready after this part. */
	push(part: Uint8Array): Uint8Array;
	/** What was held back. Call it once, at the end. */
	end(): Uint8Array;
}

/**
 * Local text (lines end in LF) to netascii: LF becomes CR LF, and a CR becomes CR NUL (RFC 764, page 11, to which
 * RFC 1350 section 1 points).
 *
 * @example
 * ```ts
 * import { createNetasciiEncoder } from 'pxekit/tftp';
 *
 * createNetasciiEncoder().push(Uint8Array.of(0x61, 10)); // => Uint8Array.of(0x61, 13, 10)
 * ```
 */
export function createNetasciiEncoder(): ByteFilter {
	return {
		push(part) {
			let extra = 0;
			for (const byte of part) if (byte === lineFeed || byte === carriageReturn) extra++;
			const out = new Uint8Array(part.length + extra);
			let at = 0;
			for (const byte of part) {
				if (byte === lineFeed) out[at++] = carriageReturn;
				out[at++] = byte;
				if (byte === carriageReturn) out[at++] = 0;
			}
			return out;
		},
		end: () => new Uint8Array(0),
	};
}

/**
 * Netascii to local text: CR LF becomes LF, CR NUL becomes CR; a CR before anything else stays as it is.
 *
 * @example
 * ```ts
 * import { createNetasciiDecoder } from 'pxekit/tftp';
 *
 * const decoder = createNetasciiDecoder();
 * decoder.push(Uint8Array.of(0x61, 13)); // => Uint8Array.of(0x61)
 * decoder.push(Uint8Array.of(10)); // => Uint8Array.of(10)
 * ```
 */
export function createNetasciiDecoder(): ByteFilter {
	let heldReturn = false;
	return {
		push(part) {
			const out = new Uint8Array(part.length + 1);
			let at = 0;
			for (const byte of part) {
				if (heldReturn) {
					heldReturn = false;
					if (byte === lineFeed) {
						out[at++] = lineFeed;
						continue;
					}
					out[at++] = carriageReturn;
					if (byte === 0) continue;
				}
				if (byte === carriageReturn) heldReturn = true;
				else out[at++] = byte;
			}
			return out.subarray(0, at);
		},
		end() {
			const left = heldReturn ? Uint8Array.of(carriageReturn) : new Uint8Array(0);
			heldReturn = false;
			return left;
		},
	};
}
