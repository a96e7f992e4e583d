/** Where in the data something is wrong. */
export interface ErrorPlace {
	/** Byte offset from the start of the data that was handed in. */
	readonly offset?: number | undefined;
	/** The field, in words of the protocol: `options[82].circuitId`. */
	readonly path?: string | undefined;
}

/**
 * What all errors of this package have in common. Catch {@link DecodeError} for bytes that a peer got wrong and
 * {@link EncodeError} for a value that can't go on the wire.
 *
 * @example
 * ```ts
 * import { PxekitError } from 'pxekit';
 * import { decodeDhcp } from 'pxekit/dhcp';
 *
 * try {
 *   decodeDhcp(new Uint8Array(10));
 * } catch (error) {
 *   error instanceof PxekitError && error.code; // => 'too-short'
 * }
 * ```
 */
export class PxekitError extends Error {
	override readonly name: string = 'PxekitError';
	/** Stable, for programs: `'too-short'`. The message is for people and may change. */
	readonly code: string;
	/** Byte offset, where one applies. */
	readonly offset: number | undefined;
	/** Field path, where one applies. */
	readonly path: string | undefined;

	constructor(code: string, message: string, place: ErrorPlace = {}) {
		super(message);
		this.code = code;
		this.offset = place.offset;
		this.path = place.path;
	}
}

/** The peer's bytes are wrong. Decoders throw nothing else, whatever the bytes. */
export class DecodeError extends PxekitError {
	override readonly name: string = 'DecodeError';
}

/** The caller's value can't go on the wire: a peer could not read it, or it would have to be cut. */
export class EncodeError extends PxekitError {
	override readonly name: string = 'EncodeError';
}
