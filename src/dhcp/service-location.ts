import { DecodeError, EncodeError } from '../wire/errors.ts';
import { Writer } from '../wire/writer.ts';
import { booleanKind, ipv4ListKind, textKind } from './basic-kinds.ts';
import type { OptionKind } from './option-kinds.ts';

/** Option 78 (RFC 2610 section 3). */
export interface DirectoryAgent {
	/** Use these agents only. */
	readonly mandatory: boolean;
	readonly addresses: readonly string[];
}

/** Option 79 (RFC 2610 section 4). */
export interface ServiceScope {
	/** Use these scopes only. */
	readonly mandatory: boolean;
	/** Scopes with commas between; `''` = none. */
	readonly scopes: string;
}

function mandatoryOf(bytes: Uint8Array, path: string): boolean {
	if (bytes.length === 0) throw new DecodeError('bad-length', `${path} must not be empty`, { path });
	return booleanKind.decode(bytes.subarray(0, 1), `${path}.mandatory`);
}

export const directoryAgentKind: OptionKind<DirectoryAgent> = {
	decode: (bytes, path) => ({
		mandatory: mandatoryOf(bytes, path),
		addresses: ipv4ListKind.decode(bytes.subarray(1), `${path}.addresses`),
	}),
	encode: ({ mandatory, addresses }, path) =>
		new Writer()
			.raw(booleanKind.encode(mandatory, `${path}.mandatory`))
			.raw(ipv4ListKind.encode(addresses, `${path}.addresses`))
			.finish(),
};

export const serviceScopeKind: OptionKind<ServiceScope> = {
	decode: (bytes, path) => ({
		mandatory: mandatoryOf(bytes, path),
		scopes: textKind.decode(bytes.subarray(1), `${path}.scopes`),
	}),
	encode({ mandatory, scopes }, path) {
		if (typeof scopes !== 'string') throw new EncodeError('not-text', `${path}.scopes must be a string`, { path });
		return new Writer()
			.raw(booleanKind.encode(mandatory, `${path}.mandatory`))
			.raw(scopes === '' ? new Uint8Array(0) : textKind.encode(scopes, `${path}.scopes`))
			.finish();
	},
};
