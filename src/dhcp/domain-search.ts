import { concatBytes } from '../wire/bytes.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { decodeUtf8, encodeUtf8 } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';
import type { OptionKind } from './option-kinds.ts';

/** RFC 1035 section 2.3.4: 255 bytes a name, counting length bytes and the root. */
const maxNameLength = 255;

/**
 * Reads one name. A pointer (RFC 1035 section 4.1.4) must go backwards from where the name began, or from the last
 * pointer: so it can't loop.
 */
export function decodeName(reader: Reader, path: string): string {
	const labels: string[] = [];
	let length = 1;
	let from = reader;
	let limit = reader.at;
	for (;;) {
		const offset = from.at;
		const size = from.u8(path);
		if (size === 0) return labels.join('.');
		if (size >= 0xc0) {
			const target = ((size & 0x3f) << 8) | from.u8(path);
			if (target >= limit) {
				throw new DecodeError('bad-pointer', `${path} has a pointer that does not go backwards`, { offset, path });
			}
			limit = target;
			from = new Reader(reader.bytes, { at: target });
			continue;
		}
		if (size > 63) throw new DecodeError('bad-label', `${path} has a label type that nobody defined`, { offset, path });
		const label = decodeUtf8(from.take(size, path));
		if (label === undefined || label.includes('.') || label.includes('\0')) {
			throw new DecodeError('bad-label', `${path} has a label that can't stand in a name`, { offset, path });
		}
		length += 1 + size;
		if (length > maxNameLength)
			throw new DecodeError('too-long', `${path} has a name over 255 bytes`, { offset, path });
		labels.push(label);
	}
}

function labelsOf(name: string, path: string): Uint8Array[] {
	const labels = name
		.replace(/\.$/, '')
		.split('.')
		.map((label) => encodeUtf8(label, path));
	for (const label of labels) {
		if (label.length < 1 || label.length > 63) {
			throw new EncodeError('bad-label', `${path}: labels of a name are 1 to 63 bytes: ${JSON.stringify(name)}`, {
				path,
			});
		}
	}
	if (labels.reduce((sum, label) => sum + 1 + label.length, 1) > maxNameLength) {
		throw new EncodeError('too-long', `${path}: a name is at most 255 bytes`, { path });
	}
	return labels;
}

/** One name without compression, its root byte included; `''` is the root itself. */
export function encodeName(name: string, path: string): Uint8Array {
	if (name === '' || name === '.') return new Uint8Array(1);
	return concatBytes([
		...labelsOf(name, path).flatMap((label) => [Uint8Array.of(label.length), label]),
		new Uint8Array(1),
	]);
}

/** One name and nothing else. */
export const domainNameKind: OptionKind<string> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const name = decodeName(reader, path);
		if (reader.left > 0) throw new DecodeError('bad-length', `${path} holds more than one name`, { path });
		return name;
	},
	encode: encodeName,
};

/** Names without compression (RFC 4280, RFC 5678 and RFC 6011 know none); compressed ones are read all the same. */
export const domainNamesKind: OptionKind<readonly string[]> = {
	decode: (bytes, path) => domainSearchKind.decode(bytes, path),
	encode(names, path) {
		if (names.length === 0) throw new EncodeError('empty-list', `${path} needs at least one name`, { path });
		return concatBytes(names.map((name, i) => encodeName(name, `${path}[${i}]`)));
	},
};

export const domainSearchKind: OptionKind<readonly string[]> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const names: string[] = [];
		do names.push(decodeName(reader, path));
		while (reader.left > 0);
		return names;
	},
	/** Common endings are written once and pointed to (RFC 3397 section 2). */
	encode(names, path) {
		if (names.length === 0) throw new EncodeError('empty-list', `${path} needs at least one name`, { path });
		const writer = new Writer();
		const seen = new Map<string, number>();
		names.forEach((name, i) => {
			const labels = labelsOf(name, `${path}[${i}]`);
			for (let at = 0; at <= labels.length; at++) {
				const ending = labels
					.slice(at)
					.map((label) => label.join(','))
					.join('.');
				const known = seen.get(ending);
				if (at < labels.length && known !== undefined) {
					writer.u16(0xc000 | known, path);
					return;
				}
				if (writer.length < 0x4000) seen.set(ending, writer.length);
				const label = labels[at];
				writer.u8(label?.length ?? 0, path).raw(label ?? new Uint8Array(0));
			}
		});
		return writer.finish();
	},
};
