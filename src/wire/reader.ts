import { DecodeError } from './errors.ts';
import { formatIpv4 } from './ipv4.ts';

/** @internal */
export interface ReaderRange {
	/** Offset of the first byte to read; 0 by default. */
	at?: number;
	/** Offset after the last byte to read; all by default. */
	end?: number;
	/** Added to offsets in errors; 0 by default. */
	base?: number;
}

/**
 * Reads big-endian fields one after another. Every read is checked: one that runs past the end throws a
 * {@link DecodeError} `too-short` with the offset and the name of the field.
 *
 * @internal
 */
export class Reader {
	readonly bytes: Uint8Array;
	/** Offset of the next byte. */
	at: number;
	readonly end: number;
	/** Added to offsets in errors: where these bytes stand in the data as the caller knows it. */
	readonly base: number;

	constructor(bytes: Uint8Array, { at = 0, end = bytes.length, base = 0 }: ReaderRange = {}) {
		this.bytes = bytes;
		this.at = at;
		this.end = end;
		this.base = base;
	}

	get left(): number {
		return this.end - this.at;
	}

	need(length: number, path: string): void {
		if (this.left < length) {
			throw new DecodeError('too-short', `${path} needs ${length} bytes, but ${this.left} are left`, {
				offset: this.base + this.at,
				path,
			});
		}
	}

	u8(path: string): number {
		this.need(1, path);
		return this.bytes[this.at++] as number;
	}

	u16(path: string): number {
		this.need(2, path);
		const value = ((this.bytes[this.at] as number) << 8) | (this.bytes[this.at + 1] as number);
		this.at += 2;
		return value;
	}

	u32(path: string): number {
		this.need(4, path);
		return this.u16(path) * 0x1_0000 + this.u16(path);
	}

	ipv4(path: string): string {
		this.need(4, path);
		this.at += 4;
		return formatIpv4(this.bytes, this.at - 4);
	}

	/** The next bytes; they share the input's memory. */
	take(length: number, path: string): Uint8Array {
		this.need(length, path);
		this.at += length;
		return this.bytes.subarray(this.at - length, this.at);
	}

	/** All that is left; shares the input's memory. */
	rest(): Uint8Array {
		const rest = this.bytes.subarray(this.at, this.end);
		this.at = this.end;
		return rest;
	}
}
