import { formatHex, parseHex } from '../../wire/hex.ts';
import { parseUuid } from '../../wire/uuid.ts';
import { anonymizeIpv4, anonymizeIpv6, anonymizeMac, isSolicitedNode } from './anonymous-addresses.ts';
import { NumberMap } from './anonymous-numbers.ts';

/**
 * All identifiers of a capture and what stands for them. The capture is gone through twice: the first time everything is collected and stays
 * as it is, the second time it is replaced.
 */
export class Identities {
	readonly #numbers = new NumberMap();
	/** Identifiers in binary form by their latin-1 text, with what replaces them at a place. */
	readonly #binary = new Map<string, (bytes: Uint8Array, at: number) => void>();
	readonly #firstBytes = new Uint8Array(256);
	readonly #words = new Set<string>();
	readonly #phrases: string[] = [];
	readonly #uuids = new Map<string, number>();
	readonly #pseudonyms = new Map<string, string>();
	readonly #nextWord = new Map<number, number>();
	settled = false;

	settle(): void {
		this.settled = true;
		this.#numbers.settle();
		this.#phrases.sort((one, other) => other.length - one.length);
	}

	// The following write over the bytes that stand at a place where such a thing must stand.

	ipv4(bytes: Uint8Array, at: number): void {
		const old = this.settled ? undefined : bytes.slice(at, at + 4);
		if (anonymizeIpv4(this.#numbers, bytes, at) && old) this.#learn(old, (into, place) => this.ipv4(into, place));
	}

	ipv6(bytes: Uint8Array, at: number): void {
		const old = this.settled ? undefined : bytes.slice(at, at + 16);
		if (anonymizeIpv6(this.#numbers, bytes, at) && old) this.#learn(old, (into, place) => this.ipv6(into, place));
	}

	mac(bytes: Uint8Array, at: number): void {
		const old = this.settled ? undefined : bytes.slice(at, at + 6);
		if (anonymizeMac(this.#numbers, bytes, at) && old) this.#learn(old, (into, place) => this.mac(into, place));
	}

	/** Both byte orders of a UUID become the same number, which reads the same in both. */
	uuid(bytes: Uint8Array, at: number): void {
		const old = bytes.slice(at, at + 16);
		if (old.every((byte) => byte === 0) || old.every((byte) => byte === 0xff)) return;
		const text = formatHex(old).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
		const swapped = parseUuid(text, 'le');
		const key = [formatHex(old), formatHex(swapped)].sort()[0] as string;
		if (this.settled) {
			const number = this.#numbers.map('uuid', this.#uuids.get(key) ?? this.#count(key), 1, 2 ** 31);
			bytes.fill(0, at, at + 16);
			bytes[at + 8] = 0x80;
			this.#writeNumber(bytes, at + 10, at + 16, number);
			return;
		}
		this.#count(key);
		for (const form of [old, swapped]) this.#learn(form, (into, place) => this.uuid(into, place));
	}

	#count(key: string): number {
		const number = this.#uuids.get(key) ?? this.#uuids.size + 1;
		this.#uuids.set(key, number);
		return number;
	}

	/** Something that names somebody in a form of its own. */
	opaque(bytes: Uint8Array, start: number, end: number): void {
		if (end <= start || !this.settled) return;
		const key = `opaque ${formatHex(bytes.subarray(start, end))}`;
		const number = this.#count(key);
		bytes.fill(0, start, end);
		this.#writeNumber(bytes, start, end, number);
	}

	#writeNumber(bytes: Uint8Array, start: number, end: number, number: number): void {
		let left = number;
		for (let at = end - 1; at >= start && left > 0; at--) {
			bytes[at] = left & 0xff;
			left = Math.floor(left / 256);
		}
	}

	// Names.

	/** `'web01.example.org'`: its parts are words. */
	learnName(name: string): void {
		if (this.settled) return;
		for (const word of name.split(/[^A-Za-z0-9_\x80-\xff-]+/)) {
			if (isIdentifying(word)) this.#words.add(word.toLowerCase());
		}
	}

	/** To be replaced wherever it stands, whatever is around it. */
	learnPhrase(phrase: string): void {
		if (!this.settled && phrase.length > 1 && !this.#phrases.includes(phrase)) this.#phrases.push(phrase);
	}

	get phrases(): readonly string[] {
		return this.#phrases;
	}

	/** What stands for a word; `undefined` when it may stay. */
	word(word: string): string | undefined {
		const key = word.toLowerCase();
		return this.settled && this.#words.has(key) ? this.pseudonym(key) : undefined;
	}

	/** As long as the text, and of small letters. */
	pseudonym(text: string): string {
		const known = this.#pseudonyms.get(text);
		if (known !== undefined) return known;
		const { length } = text;
		const last = 26 ** Math.min(length > 3 ? length - 1 : length, 6) - 1;
		for (let number = this.#nextWord.get(length) ?? 0; ; number++) {
			const word = lettersOf(number, length);
			if ((this.#words.has(word) || word === text) && number < last) continue;
			this.#nextWord.set(length, Math.min(number + 1, last));
			this.#pseudonyms.set(text, word);
			return word;
		}
	}

	// Looking for what is known.

	/** Whether these bytes are an address or UUID that was met. */
	knows(bytes: Uint8Array): boolean {
		return this.#binary.has(latin1(bytes, 0, bytes.length));
	}

	/** Replaces what is known in binary form, wherever it stands. */
	scan(bytes: Uint8Array, start: number, end: number): void {
		if (!this.settled) return;
		for (let at = start; at < end; at++) {
			if (this.#firstBytes[bytes[at] as number] === 0) continue;
			if (end - at >= 16 && isSolicitedNode(bytes, at)) {
				this.ipv6(bytes, at);
				at += 15;
				continue;
			}
			for (const length of [16, 6, 4]) {
				const replace = at + length <= end ? this.#binary.get(latin1(bytes, at, at + length)) : undefined;
				if (replace === undefined) continue;
				replace(bytes, at);
				at += length - 1;
				break;
			}
		}
	}

	#learn(bytes: Uint8Array, replace: (bytes: Uint8Array, at: number) => void): void {
		this.#binary.set(latin1(bytes, 0, bytes.length), replace);
		this.#firstBytes[bytes[0] as number] = 1;
	}

	constructor() {
		this.#firstBytes[0xff] = 1;
	}
}

/** Words of protocols, and names that are everybody's. */
const everybodys = new Set(
	(
		'arpa com edu example gov home internal invalid ip6 in-addr lan lab local localdomain localhost net org test www ' +
		'http https tftp ftp nfs iscsi iqn aoe fcp ipxe gpxe pxe uefi efi bios kpxe cfg default pxelinux dnsmasq boot'
	).split(' '),
);

function isIdentifying(word: string): boolean {
	// RFC 6763 section 7: `_tcp` and other names of services.
	return word.length >= 2 && !/^\d+$|^_/.test(word) && !everybodys.has(word.toLowerCase());
}

function lettersOf(number: number, length: number): string {
	let text = '';
	let left = number;
	while (text.length < length) {
		text = String.fromCharCode(0x61 + (left % 26)) + text;
		left = Math.floor(left / 26);
	}
	// A number is short: what is before it tells that it is a made-up name.
	return length > 3 ? `x${text.slice(1)}` : text;
}

/** A text with a character for each byte. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
	if (end - start < 64) return String.fromCharCode(...bytes.subarray(start, end));
	let text = '';
	for (let at = start; at < end; at += 8192)
		text += String.fromCharCode(...bytes.subarray(at, Math.min(at + 8192, end)));
	return text;
}

export function fromHexText(text: string): Uint8Array {
	return parseHex(text.replace(/[^0-9a-f]/gi, ''));
}
