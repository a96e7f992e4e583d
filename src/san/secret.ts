/**
 * A secret that no log shows by accident: text and JSON have `***`, Node's inspector `Secret {}`. Ask for it with `reveal`.
 *
 * @example
 * ```ts
 * import { Secret } from 'pxekit/san';
 *
 * const secret = new Secret('s3cret-s3cret');
 * `${secret}`; // => '***'
 * JSON.stringify({ secret }); // => '{"secret":"***"}'
 * secret.reveal(); // => 's3cret-s3cret'
 * ```
 */
export class Secret {
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}

	/** The secret itself. */
	reveal(): string {
		return this.#text;
	}

	/** Always `***`. */
	toString(): string {
		return '***';
	}

	/** Always `***`. */
	toJSON(): string {
		return '***';
	}
}
