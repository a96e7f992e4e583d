import { EncodeError } from './errors.ts';
import { writeIpv4 } from './ipv4.ts';

/**
 * Writes big-endian fields one after another into memory that grows. Values that do not fit their field throw an
 * {@link EncodeError} `out-of-range`.
 *
 * @internal
 */
export class Writer {
	#bytes: Uint8Array<ArrayBuffer>;
	#length = 0;

	/** @param capacity bytes to begin with; the memory grows as needed */
	constructor(capacity = 64) {
		this.#bytes = new Uint8Array(capacity);
	}

	get length(): number {
		return this.#length;
	}

	u8(value: number, path: string): this {
		this.#reserve(1)[this.#length - 1] = inRange(value, 0xff, path);
		return this;
	}

	u16(value: number, path: string): this {
		inRange(value, 0xffff, path);
		const bytes = this.#reserve(2);
		bytes[this.#length - 2] = value >> 8;
		bytes[this.#length - 1] = value;
		return this;
	}

	u32(value: number, path: string): this {
		inRange(value, 0xffff_ffff, path);
		return this.u16(Math.floor(value / 0x1_0000), path).u16(value % 0x1_0000, path);
	}

	ipv4(text: string, path: string): this {
		writeIpv4(text, this.#reserve(4), this.#length - 4, path);
		return this;
	}

	raw(bytes: Uint8Array): this {
		this.#reserve(bytes.length).set(bytes, this.#length - bytes.length);
		return this;
	}

	zeros(count: number): this {
		this.#reserve(count);
		return this;
	}

	/** What was written, and zeros up to `length`. Nothing may be written afterwards: the memory is handed over. */
	finish(length: number = this.#length): Uint8Array<ArrayBuffer> {
		if (this.#bytes.length === length) return this.#bytes;
		const bytes = new Uint8Array(length);
		bytes.set(this.#bytes.subarray(0, Math.min(length, this.#length)));
		return bytes;
	}

	#reserve(count: number): Uint8Array<ArrayBuffer> {
		const length = this.#length + count;
		if (length > this.#bytes.length) {
			const grown = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
			grown.set(this.#bytes);
			this.#bytes = grown;
		}
		this.#length = length;
		return this.#bytes;
	}
}

/** The value itself, when it is a whole number from 0 to `max`. */
export function inRange(value: number, max: number, path: string): number {
	if (!Number.isInteger(value) || value < 0 || value > max) {
		throw new EncodeError('out-of-range', `${path} must be a whole number from 0 to ${max}, not ${String(value)}`, {
			path,
		});
	}
	return value;
}
