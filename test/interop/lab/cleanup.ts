/** A list of things to undo, last first. All are tried; the first failure is thrown when the rest is done. */
export class Cleanup implements AsyncDisposable {
	readonly #undo: (() => Promise<unknown> | unknown)[] = [];

	defer(undo: () => Promise<unknown> | unknown): void {
		this.#undo.push(undo);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const failures: unknown[] = [];
		for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
			try {
				await undo();
			} catch (error) {
				failures.push(error);
			}
		}
		if (failures.length > 0) throw failures[0];
	}
}
