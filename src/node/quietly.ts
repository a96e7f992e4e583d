/** Calls a listener of the consumer's. Whatever it does, now or in a promise, its own fault must not stop a server. */
export function quietly(report: () => unknown): void {
	try {
		Promise.resolve(report()).catch(() => {});
	} catch {
		// Its own fault, and nobody to tell it to.
	}
}
