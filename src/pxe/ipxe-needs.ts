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

/** URI schemes of iPXE (src/net, __uri_opener) and the need that each stands for. */
const schemes: Readonly<Record<string, IpxeNeed>> = {
	http: 'http',
	https: 'https',
	tftp: 'tftp',
	ftp: 'ftp',
	nfs: 'nfs',
	'x-slam': 'slam',
	iscsi: 'iscsi',
	aoe: 'aoe',
	fcp: 'fcoe',
	ib_srp: 'srp',
};

/** Commands that stand behind a build option with a marker of its own. */
const commands: Readonly<Record<string, IpxeNeed>> = {
	menu: 'menu',
	item: 'menu',
	choose: 'menu',
	vcreate: 'vlan',
	vdestroy: 'vlan',
};

/** Options of `sanboot` and `sanhook` that take a value (iPXE src/hci/commands/sanboot_cmd.c). */
const sanValueOptions = /^(-[dfelu]|--(drive|filename|extra|label|uuid))$/;

/** Whether the command names a disk on the network. Without one it boots a local disk: `sanboot --drive 0x80`. */
function hooksNetworkDisk(tokens: readonly string[], at: number): boolean {
	if (!/^san(boot|hook)$/.test(tokens[at] as string)) return false;
	const stop = tokens.findIndex((token, i) => i > at && (token === '&&' || token === '||'));
	const words = tokens.slice(at + 1, stop < 0 ? undefined : stop);
	return words.some((word, i) => /^[^-]*[:$]/.test(word) && !sanValueOptions.test(words[i - 1] ?? ''));
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
	const lines = script.replace(/\\\r?\n/g, '').split(/\r?\n/);
	for (const line of lines.filter((line) => !/^\s*[#:]/.test(line))) {
		const tokens = line.split(/\s+/).filter((token) => token !== '');
		tokens.forEach((token, i) => {
			const startsCommand = i === 0 || tokens[i - 1] === '&&' || tokens[i - 1] === '||';
			const command = startsCommand && Object.hasOwn(commands, token) ? commands[token] : undefined;
			if (command) needs.add(command);
			if (startsCommand && hooksNetworkDisk(tokens, i)) needs.add('sanboot');
		});
		for (const [, scheme = '', host = ''] of line.matchAll(/(?<![\w-])([a-z][\w-]*):(?:\/\/([^\s/:]*))?/gi)) {
			const need = Object.hasOwn(schemes, scheme.toLowerCase()) ? schemes[scheme.toLowerCase()] : undefined;
			if (!need) continue;
			needs.add(need);
			if (/[a-z]/i.test(host) && !/[$[{]/.test(host)) needs.add('dns');
		}
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
