/** Something odd in decoded data that did not stop the decoder. */
export interface Issue {
	/** Stable, for programs: `'no-end'`. */
	readonly code: string;
	/** One sentence for people. */
	readonly message: string;
	/** Byte offset from the start of the data, where one applies. */
	readonly offset?: number | undefined;
	/** The field, where one applies: `options[55]`. */
	readonly path?: string | undefined;
}
