/** One thing that is wrong, or worth knowing, with what it rests on and what to do. */
export interface Finding {
	/** Stable, for programs. */
	readonly code: string;
	/** `error`: this is why it does not boot. `warning`: it does, or may, but some machines will not. `info`: worth knowing. */
	readonly severity: 'error' | 'warning' | 'info';
	/** Wireshark's numbers of the frames that show it. */
	readonly frames: readonly number[];
	/** What was seen, one sentence. */
	readonly seen: string;
	/** What stands on the client's screen: `'PXE-E53: No boot filename received.'`; absent where nothing does. */
	readonly shows?: string | undefined;
	/** Why that stops a client. */
	readonly why: string;
	/** What to change. */
	readonly advice: string;
	/** Where the behaviour is laid down: a source file, an RFC section. */
	readonly source: string;
}
