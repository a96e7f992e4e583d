import { ipxeCommand } from '../ipxe/commands/table.ts';
import { parseIpxe } from '../ipxe/parse.ts';
import { type IpxeCommand, ipxeWordText } from '../ipxe/tree.ts';
import { ipxeSchemes } from '../ipxe/vocabulary.ts';
import type { IpxeFeature } from './ipxe-options.ts';

/** What a script asks of the build that runs it. */
export type IpxeNeed =
	| 'http'
	| 'https'
	| 'tftp'
	| 'ftp'
	| 'nfs'
	| 'slam'
	| 'iscsi'
	| 'aoe'
	| 'fcoe'
	| 'srp'
	| 'sanboot'
	| 'menu'
	| 'vlan'
	| 'dns';

/** A need is met by any one of these features, the need's own name where none are listed. */
const metBy: Partial<Record<IpxeNeed, readonly IpxeFeature[]>> = {
	// iPXE src/usr/autoboot.c hooks whatever block device the URI names; HTTP is one (a disk image by ranges).
	sanboot: ['iscsi', 'aoe', 'fcoe', 'srp', 'http', 'https'],
};

/** The need that a command stands for, by its build switch, where that has a marker of its own. */
function needOfCommand(name: string): IpxeNeed | undefined {
	const macro = ipxeCommand(name)?.macro ?? '';
	if (macro.startsWith('MENU_CMD')) return 'menu';
	return macro === 'VLAN_CMD' ? 'vlan' : undefined;
}

/** Whether the command names a disk on the network. Without one it boots a local disk: `sanboot --drive 0x80`. */
function hooksNetworkDisk(name: string, { words }: IpxeCommand): boolean {
	if (name !== 'sanboot' && name !== 'sanhook') return false;
	return words.some((word) => word.role === 'argument' && /[:$]/.test(ipxeWordText(word)));
}

/** What the URIs in a word need. */
function* needsOfUris(text: string): Generator<IpxeNeed> {
	for (const [, name = '', host = ''] of text.matchAll(/(?<![\w-])([a-z][\w-]*):(?:\/\/([^/:]*))?/gi)) {
		const feature = ipxeSchemes.find(({ scheme }) => scheme === name.toLowerCase())?.feature;
		if (!feature) continue;
		yield feature;
		if (/[a-z]/i.test(host) && !/[$[{]/.test(host)) yield 'dns';
	}
}

/**
 * What an iPXE script needs of the build that runs it, as far as its own text tells: commands, and the schemes of the
 * URIs that are written out. It can't know what stands in settings (`${base}`) or in scripts that this one chains to.
 *
 * @example
 * ```ts
 * import { ipxeScriptNeeds } from 'pxekit/pxe';
 *
 * ipxeScriptNeeds('#!ipxe\nmenu Install\nitem a A\nchoose x && chain https://10.0.0.1/a.ipxe'); // => ['menu', 'https']
 * ```
 */
export function ipxeScriptNeeds(script: string): IpxeNeed[] {
	const needs = new Set<IpxeNeed>();
	for (const command of parseIpxe(script).lines.flatMap(({ commands }) => commands)) {
		const name = command.words[0] ? ipxeWordText(command.words[0]) : '';
		const need = needOfCommand(name);
		if (need) needs.add(need);
		if (hooksNetworkDisk(name, command)) needs.add('sanboot');
		for (const word of command.words) for (const each of needsOfUris(ipxeWordText(word))) needs.add(each);
	}
	return [...needs];
}

/**
 * Which needs of a script a client's build does not meet, by the feature markers that it sent in option 175.
 * `undefined` when it sent none: then nobody knows.
 *
 * @param features `client.ipxe.features` of `identifyClient`, or of `decodeIpxeOptions`
 * @example
 * ```ts
 * import { missingIpxeFeatures } from 'pxekit/pxe';
 *
 * missingIpxeFeatures(new Set(['http', 'iscsi']), ['https', 'sanboot']); // => ['https']
 * missingIpxeFeatures(new Set(), ['https']); // => undefined
 * ```
 */
export function missingIpxeFeatures(
	features: ReadonlySet<IpxeFeature>,
	needs: readonly IpxeNeed[],
): IpxeNeed[] | undefined {
	if (features.size === 0) return undefined;
	return needs.filter((need) => !(metBy[need] ?? [need as IpxeFeature]).some((feature) => features.has(feature)));
}
