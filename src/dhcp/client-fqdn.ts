import { DecodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { encodeUtf8, readUtf8 } from '../wire/text.ts';
import { inRange, Writer } from '../wire/writer.ts';
import { decodeName, encodeName } from './domain-search.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 81 (RFC 4702 section 2): who writes the client's name into the DNS. */
export interface ClientFqdn {
	/** S: the server writes the A record. */
	readonly serverUpdates: boolean;
	/** O: the server did not follow the client's S. */
	readonly serverOverrides: boolean;
	/** E: the name is in DNS wire form; else it is ASCII, as old clients send it. */
	readonly dnsEncoded: boolean;
	/** N: the server writes nothing at all. */
	readonly noUpdates: boolean;
	/** Deprecated result codes; clients send 0, servers 255. */
	readonly rcode1: number;
	readonly rcode2: number;
	/** A dot at the end tells a full name from the beginning of one, when `dnsEncoded`. */
	readonly name: string;
}

/** In DNS form a name that is only the beginning of one lacks the root's zero byte (RFC 4702 section 2.3.1). */
function decodeDnsForm(bytes: Uint8Array, path: string): string {
	if (bytes.length === 0) return '';
	const isFull = bytes.at(-1) === 0;
	const reader = new Reader(isFull ? bytes : Uint8Array.of(...bytes, 0));
	const name = decodeName(reader, path);
	if (reader.left > 0) throw new DecodeError('bad-length', `${path} holds more than one name`, { path });
	return isFull ? `${name}.` : name;
}

function encodeDnsForm(name: string, path: string): Uint8Array {
	if (name === '') return new Uint8Array(0);
	const full = encodeName(name, path);
	return name.endsWith('.') ? full : full.subarray(0, -1);
}

export const clientFqdnKind: OptionKind<ClientFqdn> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const flags = reader.u8(path);
		const [rcode1, rcode2] = [reader.u8(path), reader.u8(path)];
		const dnsEncoded = (flags & 4) !== 0;
		const name = dnsEncoded ? decodeDnsForm(reader.rest(), `${path}.name`) : readUtf8(reader.rest(), `${path}.name`);
		return {
			serverUpdates: (flags & 1) !== 0,
			serverOverrides: (flags & 2) !== 0,
			dnsEncoded,
			noUpdates: (flags & 8) !== 0,
			rcode1,
			rcode2,
			name,
		};
	},
	encode({ serverUpdates, serverOverrides, dnsEncoded, noUpdates, rcode1, rcode2, name }, path) {
		const flags = (serverUpdates ? 1 : 0) | (serverOverrides ? 2 : 0) | (dnsEncoded ? 4 : 0) | (noUpdates ? 8 : 0);
		return new Writer()
			.u8(flags, path)
			.u8(inRange(rcode1, 255, `${path}.rcode1`), path)
			.u8(inRange(rcode2, 255, `${path}.rcode2`), path)
			.raw(dnsEncoded ? encodeDnsForm(name, `${path}.name`) : encodeUtf8(name, `${path}.name`))
			.finish();
	},
};
