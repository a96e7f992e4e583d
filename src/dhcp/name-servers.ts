import { DecodeError, EncodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { inRange, Writer } from '../wire/writer.ts';
import { domainNameKind, domainNamesKind } from './domain-search.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 146 (RFC 6731 section 4.3): which DNS server knows which domains. */
export interface ResolverSelection {
	/** 0 = medium, 1 = high, 3 = low, 2 is reserved. */
	readonly preference: number;
	readonly primaryAddress: string;
	/** `'0.0.0.0'` = none. */
	readonly secondaryAddress: string;
	/** A root name, `''`, stands for all. */
	readonly domains: readonly string[];
}

/** One instance of option 162 (RFC 9463 section 5.1): an encrypted DNS resolver. */
export interface EncryptedResolver {
	/** The lower the number, the more it is preferred. */
	readonly servicePriority: number;
	/** Name against which its certificate is checked. */
	readonly authenticationDomainName: string;
	/** Absent when the name is all that is told. */
	readonly addresses?: readonly string[] | undefined;
	/** SvcParams in the wire form of RFC 9460 section 2.2; only with `addresses`. */
	readonly serviceParameters?: Uint8Array | undefined;
}

export const resolverSelectionKind: OptionKind<ResolverSelection> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		return {
			preference: reader.u8(path) & 3,
			primaryAddress: reader.ipv4(path),
			secondaryAddress: reader.ipv4(path),
			domains: domainNamesKind.decode(reader.rest(), `${path}.domains`),
		};
	},
	encode: ({ preference, primaryAddress, secondaryAddress, domains }, path) =>
		new Writer()
			.u8(inRange(preference, 3, `${path}.preference`), path)
			.ipv4(primaryAddress, `${path}.primaryAddress`)
			.ipv4(secondaryAddress, `${path}.secondaryAddress`)
			.raw(domainNamesKind.encode(domains, `${path}.domains`))
			.finish(),
};

function decodeResolver(bytes: Uint8Array, path: string): EncryptedResolver {
	const reader = new Reader(bytes);
	const servicePriority = reader.u16(path);
	const name = reader.take(reader.u8(path), path);
	const resolver = {
		servicePriority,
		authenticationDomainName: domainNameKind.decode(name, `${path}.authenticationDomainName`),
	};
	if (reader.left === 0) return resolver;
	const length = reader.u8(path);
	if (length === 0 || length % 4 !== 0) {
		throw new DecodeError('bad-length', `${path}.addresses must be a multiple of 4 bytes, not ${length}`, { path });
	}
	const addresses = Array.from({ length: length / 4 }, () => reader.ipv4(path));
	return { ...resolver, addresses, serviceParameters: reader.rest() };
}

function encodeResolver(resolver: EncryptedResolver, path: string): Uint8Array {
	const { servicePriority, authenticationDomainName, addresses, serviceParameters } = resolver;
	const name = domainNameKind.encode(authenticationDomainName, `${path}.authenticationDomainName`);
	const writer = new Writer().u16(servicePriority, `${path}.servicePriority`).u8(name.length, path).raw(name);
	if (!addresses) {
		if (!serviceParameters) return writer.finish();
		throw new EncodeError('no-addresses', `${path}.serviceParameters needs addresses beside it`, { path });
	}
	if (addresses.length === 0) throw new EncodeError('empty-list', `${path}.addresses must not be empty`, { path });
	writer.u8(4 * addresses.length, `${path}.addresses.length`);
	for (const address of addresses) writer.ipv4(address, `${path}.addresses`);
	return writer.raw(serviceParameters ?? new Uint8Array(0)).finish();
}

export const encryptedResolversKind: OptionKind<readonly EncryptedResolver[]> = {
	decode(bytes, path) {
		const reader = new Reader(bytes);
		const resolvers: EncryptedResolver[] = [];
		do {
			const at = `${path}[${resolvers.length}]`;
			resolvers.push(decodeResolver(reader.take(reader.u16(at), at), at));
		} while (reader.left > 0);
		return resolvers;
	},
	encode(resolvers, path) {
		if (resolvers.length === 0) throw new EncodeError('empty-list', `${path} needs at least one resolver`, { path });
		const writer = new Writer();
		resolvers.forEach((resolver, i) => {
			const bytes = encodeResolver(resolver, `${path}[${i}]`);
			writer.u16(bytes.length, `${path}[${i}].length`).raw(bytes);
		});
		return writer.finish();
	},
};
