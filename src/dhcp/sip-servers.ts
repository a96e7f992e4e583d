import { concatBytes } from '../wire/bytes.ts';
import { DecodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { ipv4ListKind } from './basic-kinds.ts';
import { domainNamesKind } from './domain-search.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 120 (RFC 3361 section 3): names or addresses, not both. */
export type SipServers = { readonly names: readonly string[] } | { readonly addresses: readonly string[] };

export const sipServersKind: OptionKind<SipServers> = {
	decode(bytes, path) {
		const encoding = new Reader(bytes).u8(path);
		const rest = bytes.subarray(1);
		if (encoding === 0) return { names: domainNamesKind.decode(rest, `${path}.names`) };
		if (encoding === 1) return { addresses: ipv4ListKind.decode(rest, `${path}.addresses`) };
		throw new DecodeError('bad-encoding', `${path} has the unknown encoding ${encoding}`, { offset: 0, path });
	},
	encode: (servers, path) =>
		'names' in servers
			? concatBytes([Uint8Array.of(0), domainNamesKind.encode(servers.names, `${path}.names`)])
			: concatBytes([Uint8Array.of(1), ipv4ListKind.encode(servers.addresses, `${path}.addresses`)]),
};
