import { formatHex } from '../../wire/hex.ts';
import { formatIpv4, isIpv4, parseIpv4 } from '../../wire/ipv4.ts';
import { parseIpv6 } from '../../wire/ipv6.ts';
import { u16 } from '../frames/frame-reading.ts';
import { fromHexText, type Identities, latin1 } from './anonymous-identity.ts';

/** Who speaks: PXELINUX asks for files named after the beginning of its own address. */
export interface Speaker {
	/** IPv4 address before and after, in hexadecimal. */
	readonly before: string;
	readonly after: string;
}

/** Replaces every identifier in a text, in place. */
export function scrubText(
	identities: Identities,
	bytes: Uint8Array,
	start: number,
	end: number,
	speaker?: Speaker,
): void {
	if (end <= start) return;
	const text = latin1(bytes, start, end);
	learnFrom(identities, text);
	let scrubbed = text.replace(
		credentials,
		(_, before: string, secret: string) => `${before}${'x'.repeat(secret.length)}@`,
	);
	for (const phrase of identities.settled ? identities.phrases : []) {
		if (scrubbed.includes(phrase)) scrubbed = scrubbed.replaceAll(phrase, identities.pseudonym(phrase));
	}
	scrubbed = scrubbed.replace(identifiers, (found: string, ...rest: unknown[]) => {
		const { uuid, mac, ipv4, ipv6 } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
		if (uuid) return done(replaceUuid(identities, found));
		if (mac) return done(replaceMacs(identities, found));
		if (ipv4) return done(replaceIpv4(identities, found));
		if (ipv6) return done(replaceIpv6(identities, found));
		const before = scrubbed[(rest.at(-3) as number) - 1];
		const replaced = replaceHex(identities, found, before, speaker);
		return replaced === undefined ? found : done(replaced);
	});
	scrubbed = scrubbed.replace(words, (token) => replaceWords(identities, token));
	for (let i = 0; i < text.length; i++) bytes[start + i] = scrubbed.charCodeAt(i) & 0xff;
}

/** `//user:password@`, and the `user:password@` that iPXE takes in iSCSI root paths. */
const credentials = /(\/\/|iscsi:)([^\s/?#@]+)@/gi;

const identifiers = new RegExp(
	[
		'(?<uuid>(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f]))',
		'(?<mac>(?<![0-9a-z])[0-9a-f]{2}(?:(?::|-|%3a)[0-9a-f]{2}){5,}(?![0-9a-f])|(?<![0-9a-z])(?:[0-9a-f]{4}\\.){2}[0-9a-f]{4}(?![0-9a-f]))',
		'(?<ipv4>(?<![0-9])(?<![0-9]\\.)(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?![0-9]|\\.[0-9]))',
		'(?<ipv6>(?<![0-9a-z:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![0-9a-z:]))',
		'(?<hex>(?<![0-9a-f])[0-9a-f]{1,32}(?![0-9a-z]))',
	].join('|'),
	'gi',
);

const words = /[a-z0-9\x80-\xff](?:[a-z0-9_\x80-\xff-]*[a-z0-9\x80-\xff])?/gi;

/** Moved out of sight of what comes after. */
function done(text: string): string {
	return text.replace(/./gs, (character) => String.fromCharCode(character.charCodeAt(0) | 0x100));
}

const identifyingKeys =
	/[?&;](?:[\w.-]*(?:serial|asset|uuid|guid|mac|host|name|user|pass|token|secret|key|owner|domain|address|tag)[\w.-]*)=([^&#\s;]+)/gi;

/** `${next-server}`, `${net0/mac:hexhyp}`: what iPXE puts in is nobody's name. */
const expansion = /\$\{[^{}]*\}/g;
/** In its place: no part of a word. */
const expanded = '\0';
/** Of a value with an expansion in it; a shorter piece would be replaced where it stands for something else. */
const shortestPiece = 4;

/** Names and numbers that the text itself tells to be such. */
function learnFrom(identities: Identities, original: string): void {
	if (identities.settled) return;
	const text = original.replace(expansion, expanded);
	for (const [, , , host = ''] of text.matchAll(/([a-z][a-z0-9+.-]*):\/\/([^\s/?#@]*@)?([^\s/?#:[\]]+)/gi)) {
		if (!isIpv4(host)) identities.learnName(host);
	}
	// RFC 3720 section 3.2.6.3.1.
	for (const [, name = ''] of text.matchAll(/iqn\.\d{4}-\d{2}\.([^\s"'/?#]+)/gi)) identities.learnName(name);
	// RFC 4173: "iscsi:" servername.
	for (const [, host = ''] of text.matchAll(/iscsi:(?:[^\s@]*@)?([a-z][^\s:]*):/gi)) identities.learnName(host);
	for (const [, whole = ''] of text.matchAll(identifyingKeys)) {
		const pieces = whole.split(expanded);
		for (const value of pieces.length === 1 ? pieces : pieces.filter(({ length }) => length >= shortestPiece))
			if (!new RegExp(identifiers.source.slice(0, identifiers.source.indexOf('|(?<hex>')), 'i').test(value)) {
				identities.learnPhrase(value);
			}
	}
}

function likeCase(original: string, text: string): string {
	return /[A-F]/.test(original) && !/[a-f]/.test(original) ? text.toUpperCase() : text;
}

function replaceUuid(identities: Identities, found: string): string {
	const bytes = fromHexText(found);
	identities.uuid(bytes, 0);
	return likeCase(found, formatHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
}

/** Digits of `hex` where `found` has digits. */
function putDigits(found: string, hex: string): string {
	let at = 0;
	return found.replace(/%3a|[0-9a-f]/gi, (digit) => (digit.length > 1 ? digit : (hex[at++] as string)));
}

/** Six bytes, or seven with the hardware type before them, as PXELINUX writes; of a longer row, the addresses that are known. */
function replaceMacs(identities: Identities, found: string): string {
	const bytes = fromHexText(found.replace(/%3a/gi, ':'));
	const starts = bytes.length <= 7 ? [bytes.length - 6] : Array.from({ length: bytes.length - 5 }, (_, i) => i);
	for (let i = 0; i < starts.length; i++) {
		const at = starts[i] as number;
		if (bytes.length > 7 && !identities.knows(bytes.subarray(at, at + 6))) continue;
		identities.mac(bytes, at);
		i += 5;
	}
	return likeCase(found.replace(/%3a/gi, ''), putDigits(found, formatHex(bytes)));
}

/** Without separators only what is known can be told from a number. */
function replaceHex(
	identities: Identities,
	found: string,
	before: string | undefined,
	speaker: Speaker | undefined,
): string | undefined {
	const hex = found.toLowerCase();
	if (speaker && before === '/' && hex.length < 8 && speaker.before.startsWith(hex)) {
		return likeCase(found, speaker.after.slice(0, hex.length));
	}
	if (![8, 12, 32].includes(hex.length)) return undefined;
	const bytes = fromHexText(hex);
	if (!identities.knows(bytes)) return undefined;
	if (hex.length === 8) identities.ipv4(bytes, 0);
	else if (hex.length === 12) identities.mac(bytes, 0);
	else identities.uuid(bytes, 0);
	return likeCase(found, formatHex(bytes));
}

function replaceIpv4(identities: Identities, found: string): string {
	if (!isIpv4(found)) return found;
	const bytes = parseIpv4(found);
	identities.ipv4(bytes, 0);
	return formatIpv4(bytes);
}

function replaceIpv6(identities: Identities, found: string): string {
	let bytes: Uint8Array;
	try {
		bytes = parseIpv6(found);
	} catch {
		return found;
	}
	identities.ipv6(bytes, 0);
	const groups = found.split(':');
	const gap = groups.indexOf('');
	// Group by group, so that the spelling and its length stay.
	return groups
		.map((group, i) => {
			const index = gap >= 0 && i > gap ? 8 - (groups.length - i) : i;
			return group === ''
				? ''
				: likeCase(
						group,
						u16(bytes, 2 * index)
							.toString(16)
							.padStart(group.length, '0'),
					);
		})
		.join(':');
}

function replaceWords(identities: Identities, token: string): string {
	return identities.word(token) ?? token.replace(/[^_-]+/g, (part) => identities.word(part) ?? part);
}
