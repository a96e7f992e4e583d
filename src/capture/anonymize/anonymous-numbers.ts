/**
 * Gives numbers other numbers: the same for the same, different ones for different ones, and none that stands in the capture itself, as
 * long as there are such. First it collects what is there; once it is settled it gives new ones, in the order in which they are asked for, so
 * that nothing of the old ones can be told from them.
 */
export class NumberMap {
	#settled = false;
	readonly #seen = new Map<string, Set<number>>();
	readonly #given = new Map<string, Map<number, number>>();
	readonly #used = new Map<string, Set<number>>();
	readonly #next = new Map<string, number>();

	settle(): void {
		this.#settled = true;
	}

	/**
	 * @param context numbers of different contexts have nothing to do with one another
	 * @param first the new number is from `first` to `last`, as the old one must be
	 * @param isFit numbers that it must not be
	 */
	map(
		context: string,
		value: number,
		first: number,
		last: number,
		isFit: (candidate: number) => boolean = always,
	): number {
		const seen = entry(this.#seen, context, () => new Set<number>());
		if (!this.#settled) {
			seen.add(value);
			return value;
		}
		const given = entry(this.#given, context, () => new Map<number, number>());
		const known = given.get(value);
		if (known !== undefined) return known;
		const used = entry(this.#used, context, () => new Set<number>());
		const free = (candidate: number) => !used.has(candidate) && isFit(candidate);
		const range = `${context}|${first}`;
		const from = this.#next.get(range) ?? first;
		const best = search(from, last, (candidate) => free(candidate) && candidate !== value && !seen.has(candidate));
		this.#next.set(range, best === undefined ? last + 1 : best + 1);
		const chosen = best ?? search(first, last, (candidate) => free(candidate) && candidate !== value) ?? value;
		given.set(value, chosen);
		used.add(chosen);
		return chosen;
	}

	/** As {@link map}, for digits of a text: the new number has as many, and 0 stays 0. */
	mapDigits(
		context: string,
		value: number,
		base: number,
		last: number,
		isFit?: (candidate: number) => boolean,
	): number {
		if (value === 0) return 0;
		const digits = value.toString(base).length;
		return this.map(context, value, base ** (digits - 1), Math.min(base ** digits - 1, last), isFit);
	}
}

const always = () => true;

function search(first: number, last: number, test: (candidate: number) => boolean): number | undefined {
	for (let candidate = first; candidate <= last; candidate++) if (test(candidate)) return candidate;
	return undefined;
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
	let value = map.get(key);
	if (value === undefined) {
		value = make();
		map.set(key, value);
	}
	return value;
}
