import type { NbftContent } from './nbft-model.ts';

/**
 * Every index by which one entry names another.
 *
 * @internal
 */
export function* nbftIndexes({ hfis, namespaces, security, discovery }: NbftContent): Generator<{
	readonly list: readonly { readonly index: number; readonly flags: number }[];
	readonly index: number;
	readonly what: string;
	readonly path: string;
	/** 0 means none. */
	readonly optional: boolean;
}> {
	for (const [at, entry] of namespaces.entries()) {
		const path = `namespaces[${at}]`;
		yield { list: hfis, index: entry.primaryHfi, what: 'interface', path: `${path}.primaryHfi`, optional: false };
		for (const index of new Set(entry.secondaryHfis)) {
			yield { list: hfis, index, what: 'interface', path: `${path}.secondaryHfis`, optional: true };
		}
		const { discoveryIndex, securityIndex } = entry;
		const what = 'discovery controller';
		yield { list: discovery, index: discoveryIndex, what, path: `${path}.discoveryIndex`, optional: true };
		yield { list: security, index: securityIndex, what: 'profile', path: `${path}.securityIndex`, optional: true };
	}
	for (const [at, { hfiIndex, securityIndex }] of discovery.entries()) {
		const path = `discovery[${at}]`;
		yield { list: hfis, index: hfiIndex, what: 'interface', path: `${path}.hfiIndex`, optional: false };
		yield { list: security, index: securityIndex, what: 'profile', path: `${path}.securityIndex`, optional: true };
	}
}
