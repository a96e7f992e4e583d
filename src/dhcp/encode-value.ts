import { EncodeError } from '../wire/errors.ts';

/**
 * Writes a value of whatever type by a kind. Callers without types may hand in anything: what a kind trips over is the
 * caller's mistake, and told as one.
 */
export function encodeValue(kind: unknown, value: unknown, path: string): Uint8Array {
	const { encode } = kind as { encode(value: unknown, path: string): Uint8Array };
	try {
		return encode(value, path);
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		const shown = String(value).slice(0, 40);
		throw new EncodeError('bad-value', `${path} can't be written from ${typeof value} ${shown}`, { path });
	}
}
