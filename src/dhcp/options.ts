import { concatBytes } from '../wire/bytes.ts';
import { EncodeError } from '../wire/errors.ts';
import { encodeValue } from './encode-value.ts';
import { assertOptionCode, type DhcpOptionDefinition } from './option-definition.ts';
import { dataAt, entriesOfIndex, type OptionIndex } from './option-index.ts';
import { optionKinds } from './option-kinds.ts';
import {
	type DhcpOptionInits,
	type DhcpOptionName,
	type DhcpOptionValues,
	pathOfOption,
	rowOfCode,
	rowOfName,
} from './option-names.ts';
import { type DhcpOptionArea, structuralCodes } from './packet.ts';

/** One option as it stands in the packet, not joined with its repeats. */
export interface DhcpOptionEntry {
	readonly code: number;
	/** The data without code and length; shares the packet's memory when decoded. */
	readonly bytes: Uint8Array;
	readonly source: DhcpOptionArea;
	/** Offset of the code byte in the decoded packet. */
	readonly offset?: number | undefined;
}

/** Options by name, and by number for those that the table does not have. */
export type DhcpOptionsRecord = { readonly [N in DhcpOptionName]?: DhcpOptionInits[N] | undefined } & {
	readonly [code: number]: Uint8Array | undefined;
};

/** One option as a pair: name and value, or code and bytes. */
export type DhcpOptionPair =
	| { readonly [N in DhcpOptionName]: readonly [N, DhcpOptionInits[N]] }[DhcpOptionName]
	| readonly [number, Uint8Array];

/** Options to write: a record, or pairs where their order matters or a code stands twice. */
export type DhcpOptionsInit = DhcpOptionsRecord | readonly DhcpOptionPair[];

function entryOf([key, value]: readonly [string | number, unknown]): DhcpOptionEntry {
	const code = typeof key === 'number' || /^\d+$/.test(key) ? Number(key) : rowOfName(key).code;
	assertOptionCode(code);
	const path = pathOfOption(code);
	if (typeof key === 'number' || /^\d+$/.test(key)) {
		if (!(value instanceof Uint8Array)) {
			throw new EncodeError('not-bytes', `${path} is given by number, so its value must be a Uint8Array`, { path });
		}
		return { code, bytes: value, source: 'options' };
	}
	return { code, bytes: encodeValue(optionKinds[rowOfName(key).kind], value, `${path} ${key}`), source: 'options' };
}

/** A record names each option once; by name and by number at the same time would be joined by its readers. */
function refuseTwice(entries: readonly DhcpOptionEntry[]): void {
	const seen = new Set<number>();
	for (const { code } of entries) {
		const path = pathOfOption(code);
		if (seen.has(code)) throw new EncodeError('given-twice', `${path} is given by name and by number`, { path });
		seen.add(code);
	}
}

function isPairs(init: DhcpOptionsInit): init is readonly DhcpOptionPair[] {
	return Array.isArray(init);
}

function entriesOf(init: DhcpOptions | DhcpOptionsInit): readonly DhcpOptionEntry[] {
	if (init instanceof DhcpOptions) return init.entries();
	const pairs: readonly (readonly [string | number, unknown])[] = isPairs(init) ? init : Object.entries(init);
	const entries = pairs.filter(([, value]) => value !== undefined).map(entryOf);
	if (!isPairs(init)) refuseTwice(entries);
	return entries;
}

/**
 * The options of a packet in wire order. Repeats of a code are kept apart here and joined when read.
 *
 * @example
 * ```ts
 * import { DhcpOptions } from 'pxekit/dhcp';
 *
 * const options = DhcpOptions.from({ bootfileName: 'pxelinux.0', messageType: 'OFFER' });
 * options.get('bootfileName'); // => 'pxelinux.0'
 * options.get('router'); // => undefined
 * options.entries().map((entry) => entry.code); // => [53, 67]
 * ```
 */
export class DhcpOptions {
	#entries: readonly DhcpOptionEntry[] | undefined;
	readonly #index: OptionIndex | undefined;

	/** For the decoder; use {@link DhcpOptions.from} to make options from values. */
	constructor(options: readonly DhcpOptionEntry[] | OptionIndex) {
		if ('offsets' in options) this.#index = options;
		else this.#entries = options;
	}

	/**
	 * Options from values. The message type goes first and the relay agent information last; all others keep the
	 * order in which they were given.
	 *
	 * @param order codes that go first, in this order, instead of the message type
	 * @throws an {@link EncodeError} for an unknown name or a value that can't be written
	 */
	static from(init: DhcpOptionsInit, order: readonly number[] = [structuralCodes.messageType]): DhcpOptions {
		const rank = ({ code }: DhcpOptionEntry): number => {
			const index = order.indexOf(code);
			if (index >= 0) return index - order.length;
			return code === structuralCodes.relayAgent ? 1 : 0;
		};
		return new DhcpOptions([...entriesOf(init)].sort((a, b) => rank(a) - rank(b)));
	}

	/** Every option in wire order: the options field, then `file`, then `sname` (RFC 3396 section 5). */
	entries(): readonly DhcpOptionEntry[] {
		this.#entries ??= this.#index ? entriesOfIndex(this.#index) : [];
		return this.#entries;
	}

	/** Whether the option is there at all. */
	has(option: DhcpOptionName | number): boolean {
		const code = typeof option === 'number' ? option : rowOfName(option).code;
		return this.entries().some((entry) => entry.code === code);
	}

	/**
	 * The raw value of a code, repeats joined in order of appearance (RFC 3396), or `undefined` when absent. Of an
	 * option whose values all have one length, repeats are no parts but duplicates, and the first one counts.
	 */
	bytes(option: DhcpOptionName | number): Uint8Array | undefined {
		const code = typeof option === 'number' ? option : rowOfName(option).code;
		const parts = this.#partsOf(code);
		const first = parts[0];
		if (!first || parts.length === 1) return first;
		const row = rowOfCode(code);
		if (row && optionKinds[row.kind].fixedLength === first.length) return first;
		return concatBytes(parts);
	}

	/** Plain loops: this runs for every option that is read, and a closure for each would cost more than the search. */
	#partsOf(code: number): Uint8Array[] {
		const parts: Uint8Array[] = [];
		const index = this.#index;
		if (index) {
			for (const offset of index.offsets) if (index.bytes[offset] === code) parts.push(dataAt(index.bytes, offset));
		} else {
			for (const entry of this.entries()) if (entry.code === code) parts.push(entry.bytes);
		}
		return parts;
	}

	/**
	 * The value of an option, or `undefined` when absent.
	 *
	 * @throws a `DecodeError` when its bytes are malformed; they are still there as {@link DhcpOptions.bytes}
	 */
	get<N extends DhcpOptionName>(name: N): DhcpOptionValues[N] | undefined;
	get<Value>(definition: DhcpOptionDefinition<Value, never>): Value | undefined;
	get(option: DhcpOptionName | DhcpOptionDefinition<unknown, never>): unknown {
		const bytes = this.bytes(typeof option === 'string' ? option : option.code);
		if (bytes === undefined) return undefined;
		if (typeof option !== 'string') return option.decode(bytes);
		const row = rowOfName(option);
		return optionKinds[row.kind].decode(bytes, row.path);
	}

	/** As {@link DhcpOptions.get}, but `undefined` also when the bytes are malformed. */
	tryGet<N extends DhcpOptionName>(name: N): DhcpOptionValues[N] | undefined {
		try {
			return this.get(name);
		} catch {
			return undefined;
		}
	}

	/**
	 * A copy in which these options stand where those of the same code stood. New ones come behind all others, but a
	 * message type goes first, and the relay agent information stays last.
	 */
	with(init: DhcpOptions | DhcpOptionsInit): DhcpOptions {
		const added = entriesOf(init);
		const toPlace = new Set(added.map(({ code }) => code));
		const present = new Set<number>();
		const replaced: DhcpOptionEntry[] = [];
		for (const entry of this.entries()) {
			if (!toPlace.has(entry.code)) replaced.push(entry);
			else if (!present.has(entry.code)) replaced.push(...added.filter(({ code }) => code === entry.code));
			present.add(entry.code);
		}
		const isNew = ({ code }: DhcpOptionEntry) => !present.has(code);
		const isFirst = (entry: DhcpOptionEntry) => entry.code === structuralCodes.messageType && isNew(entry);
		const isLast = ({ code }: DhcpOptionEntry) => code === structuralCodes.relayAgent;
		const all = [...replaced, ...added.filter(isNew)];
		const middle = all.filter((entry) => !isFirst(entry) && !isLast(entry));
		return new DhcpOptions([...added.filter(isFirst), ...middle, ...all.filter(isLast)]);
	}

	/** A copy without these options. */
	without(...options: readonly (DhcpOptionName | number)[]): DhcpOptions {
		const codes = options.map((option) => (typeof option === 'number' ? option : rowOfName(option).code));
		return new DhcpOptions(this.entries().filter(({ code }) => !codes.includes(code)));
	}
}
