import { u16 } from '../frames/frame-reading.ts';
import type { Identities } from './anonymous-identity.ts';
import { latin1 } from './anonymous-identity.ts';

/**
 * Replaces the labels of a name as it stands on the wire (RFC 1035 section 4.1.4), up to its end or a pointer.
 *
 * @returns where the name ends; `undefined` when it is none
 */
export function scrubName(identities: Identities, bytes: Uint8Array, start: number): number | undefined {
	const labels: { readonly at: number; readonly length: number; readonly text: string }[] = [];
	let at = start;
	let end: number | undefined;
	while (end === undefined) {
		const length = bytes[at];
		if (length === undefined || (length > 63 && length < 0xc0)) return undefined;
		if (length === 0) end = at + 1;
		else if (length >= 0xc0) end = at + 2;
		else {
			if (at + 1 + length > bytes.length) return undefined;
			labels.push({ at: at + 1, length, text: latin1(bytes, at + 1, at + 1 + length) });
			at += 1 + length;
		}
	}
	if (end > bytes.length) return undefined;
	if (!scrubReverse(identities, bytes, labels)) {
		for (const label of labels) {
			identities.learnName(label.text);
			const word =
				identities.word(label.text) ?? label.text.replace(/[^_-]+/g, (part) => identities.word(part) ?? part);
			for (let i = 0; i < label.length; i++) bytes[label.at + i] = word.charCodeAt(i);
		}
	}
	return end;
}

/** `1.0.0.10.in-addr.arpa`, and the same with a digit a label in `ip6.arpa`. */
function scrubReverse(
	identities: Identities,
	bytes: Uint8Array,
	labels: readonly { readonly at: number; readonly length: number; readonly text: string }[],
): boolean {
	const suffix = labels.at(-2)?.text.toLowerCase();
	if (labels.at(-1)?.text.toLowerCase() !== 'arpa') return false;
	const parts = labels.slice(0, -2).reverse();
	let texts: string[];
	if (suffix === 'in-addr' && parts.length === 4 && parts.every(({ text }) => /^\d{1,3}$/.test(text))) {
		const address = Uint8Array.from(parts, ({ text }) => Number(text));
		identities.ipv4(address, 0);
		texts = [...address].map(String);
	} else if (suffix === 'ip6' && parts.length === 32 && parts.every(({ text }) => /^[0-9a-f]$/i.test(text))) {
		const nibbles = parts.map(({ text }) => Number.parseInt(text, 16));
		const address = Uint8Array.from(
			{ length: 16 },
			(_, i) => (nibbles[2 * i] as number) * 16 + (nibbles[2 * i + 1] as number),
		);
		identities.ipv6(address, 0);
		texts = [...address].flatMap((byte) => [(byte >> 4).toString(16), (byte & 15).toString(16)]);
	} else return false;
	parts.forEach(({ at, length }, i) => {
		const text = texts[i] as string;
		for (let k = 0; k < length; k++) bytes[at + k] = text.charCodeAt(k);
	});
	return true;
}

/** Replaces names that follow one another, as in options 88, 119, 137, 141; what is none is zeroed. */
export function scrubNames(identities: Identities, bytes: Uint8Array, start: number): void {
	let at = start;
	while (at < bytes.length) {
		const end = scrubName(identities, bytes, at);
		if (end === undefined) {
			bytes.fill(0, at);
			return;
		}
		at = end;
	}
}

const addressTypes: Readonly<Record<number, number>> = { 1: 4, 28: 16 };

/** Where a name stands in the data of a record: NS, CNAME, PTR, MX, SRV, NSEC. What is around it are numbers. */
const nameAt: Readonly<Record<number, number>> = { 2: 0, 5: 0, 12: 0, 15: 2, 33: 6, 47: 0 };

/** RFC 6891 section 6.1: options with code and length. */
const optRecord = 41;

/** A DNS message (RFC 1035 section 4.1): names and addresses are replaced, other data of records zeroed. */
export function scrubDns(identities: Identities, bytes: Uint8Array): void {
	if (bytes.length < 12) return void bytes.fill(0);
	const questions = u16(bytes, 4);
	const records = u16(bytes, 6) + u16(bytes, 8) + u16(bytes, 10);
	let at = 12;
	for (let i = 0; i < questions + records; i++) {
		const end = scrubName(identities, bytes, at);
		const fixed = i < questions ? 4 : 10;
		if (end === undefined || end + fixed > bytes.length) return void bytes.fill(0, at);
		at = end + fixed;
		if (i < questions) continue;
		const type = u16(bytes, end);
		const next = at + u16(bytes, end + 8);
		if (next > bytes.length) return void bytes.fill(0, at);
		if (addressTypes[type] === next - at) {
			if (type === 1) identities.ipv4(bytes, at);
			else identities.ipv6(bytes, at);
		} else if (type === optRecord) zeroOptions(bytes, at, next);
		else if (nameAt[type] === undefined || scrubName(identities, bytes, at + (nameAt[type] as number)) === undefined) {
			bytes.fill(0, at, next);
		}
		at = next;
	}
	bytes.fill(0, at);
}

function zeroOptions(bytes: Uint8Array, start: number, end: number): void {
	let at = start;
	while (at + 4 <= end) {
		const next = Math.min(end, at + 4 + u16(bytes, at + 2));
		bytes.fill(0, at + 4, next);
		at = next;
	}
	bytes.fill(0, at, end);
}
