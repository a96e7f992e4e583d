/** How bad a finding is. `error`: this is why it does not boot. `warning`: it does, or may, but some machines will not. `info`: worth knowing. */
export type FindingSeverity = 'error' | 'warning' | 'info';

/** A place in a script or configuration that the client fetched. */
export interface FindingPlace {
	/** Where it came from: `'tftp://10.0.0.1/boot.ipxe'`. */
	readonly uri: string;
	/** From 1. */
	readonly line?: number | undefined;
}

/** One thing that is wrong, or worth knowing, with what it rests on and what to do. */
export interface Finding {
	/** Stable, for programs: one of {@link bootChecks}. */
	readonly code: string;
	/** For findings in scripts: the linter's own code, as `'unknown-command'`. */
	readonly rule?: string | undefined;
	readonly severity: FindingSeverity;
	/** Wireshark's numbers of the frames that show it, ascending. */
	readonly frames: readonly number[];
	/** For findings in scripts. */
	readonly place?: FindingPlace | undefined;
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
