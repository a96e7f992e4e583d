/** Something that the other language can't say, or says otherwise. */
export interface ConversionLoss {
	/** Stable, for programs: `'help-text'`. */
	readonly code: string;
	/** What is lost, for people. */
	readonly message: string;
	/** The entry that is not the same; absent when it is about the whole. */
	readonly entry?: string | undefined;
}
