import { concatBytes } from '../wire/bytes.ts';
import { EncodeError } from '../wire/errors.ts';
import { decodeUtf8Lossy, encodeUtf8 } from '../wire/text.ts';
import type { OptionKind } from './option-kinds.ts';

/**
 * Option 77. RFC 3004 wants a length byte before each class; iPXE and many others send one bare string (`iPXE`).
 * Bytes whose lengths add up exactly are read as RFC 3004, all others as one bare string.
 */
export interface UserClass {
	readonly form: 'rfc3004' | 'raw';
	/** The classes as bytes; exactly one in the bare form. */
	readonly classes: readonly Uint8Array[];
	/** The classes as text, with U+FFFD for what is not UTF-8. */
	readonly text: readonly string[];
	/** All bytes of the option read as one bare string: the other reading, where the form is in doubt. */
	readonly bare: string;
}

/** A user class to write. Classes may be text or bytes. */
export interface UserClassInit {
	readonly form: 'rfc3004' | 'raw';
	readonly classes: readonly (string | Uint8Array)[];
}

function splitByLengths(bytes: Uint8Array): Uint8Array[] | undefined {
	const classes: Uint8Array[] = [];
	let at = 0;
	while (at < bytes.length) {
		const length = bytes[at] as number;
		// RFC 3004 section 4: each instance has at least one byte of data.
		if (length === 0 || at + 1 + length > bytes.length) return undefined;
		classes.push(bytes.subarray(at + 1, at + 1 + length));
		at += 1 + length;
	}
	return classes.length > 0 ? classes : undefined;
}

export const userClassKind: OptionKind<UserClass, UserClassInit> = {
	decode(bytes) {
		const split = splitByLengths(bytes);
		const classes = split ?? [bytes];
		return {
			form: split ? 'rfc3004' : 'raw',
			classes,
			text: classes.map(decodeUtf8Lossy),
			bare: decodeUtf8Lossy(bytes),
		};
	},
	encode({ form, classes }, path) {
		const parts = classes.map((item) => (typeof item === 'string' ? encodeUtf8(item, path) : item));
		if (form === 'raw') {
			const only = parts[0];
			if (!only || parts.length !== 1) {
				throw new EncodeError('not-one-class', `${path} in raw form holds exactly one class, not ${parts.length}`, {
					path,
				});
			}
			if (splitByLengths(only)) {
				throw new EncodeError('ambiguous', `${path}: these bytes would be read as RFC 3004 classes`, { path });
			}
			return only;
		}
		if (parts.length === 0) throw new EncodeError('empty-list', `${path} needs at least one class`, { path });
		for (const part of parts) {
			if (part.length < 1 || part.length > 255) {
				throw new EncodeError('bad-length', `${path}: a class is 1 to 255 bytes, not ${part.length}`, { path });
			}
		}
		return concatBytes(parts.flatMap((part) => [Uint8Array.of(part.length), part]));
	},
};
