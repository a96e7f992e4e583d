/** A value that refers to itself expands for ever in iPXE; here it ends. */
export class EndlessExpansion extends Error {}

const mostRounds = 1000;

/**
 * `expand_settings` of `src/core/settings.c`: the innermost `${...}` is replaced, and the search starts again from the
 * beginning, so that text which came out of an expansion is expanded too. `spend` is told the length of each result.
 */
export function expand(text: string, get: (name: string) => string, spend: (length: number) => void): string {
	let result = text;
	for (let round = 0; ; round++) {
		const close = firstClosed(result);
		if (close < 0) return result;
		const open = result.lastIndexOf('${', close);
		if (round === mostRounds) throw new EndlessExpansion(text);
		result = result.slice(0, open) + get(result.slice(open + 2, close)) + result.slice(close + 1);
		spend(result.length);
	}
}

/** The first `}` that has a `${` before it. */
function firstClosed(text: string): number {
	const open = text.indexOf('${');
	return open < 0 ? -1 : text.indexOf('}', open);
}
