import type { IbftFinding } from './finding.ts';
import type { Ibft, IbftTarget } from './model.ts';

/** Decoder's issues by which a table breaks the specification so that a reader may refuse it. */
const grave: ReadonlySet<string> = new Set([
	'bad-checksum',
	'bad-length',
	'truncated',
	'bad-revision',
	'control-index',
]);

/**
 * What the specification asks, as far as the sources that quote it tell (u-root ibft.go, Linux's iscsi_ibft_find.c,
 * isboot): structures on 8-byte boundaries, fixed lengths, version 1, NUL after texts, unique indexes.
 *
 * @internal
 */
export function checkSpec(table: Ibft): IbftFinding[] {
	const findings: IbftFinding[] = table.issues.map((issue) => ({
		...issue,
		effect: grave.has(issue.code) ? 'refuses' : 'notes',
	}));
	const structures = [...table.nics, ...table.targets, ...(table.initiator ? [table.initiator] : [])];
	for (const { place } of structures) {
		if (!place || place.offset % 8 === 0) continue;
		const message = `structure at ${place.offset}, which is no multiple of 8 (section 1.4.4.4)`;
		findings.push({ effect: 'notes', code: 'unaligned', message, offset: place.offset, path: place.slot });
	}
	for (const kind of ['nics', 'targets'] as const) {
		const seen = new Set<number>();
		for (const [at, { index, place }] of table[kind].entries()) {
			if (seen.has(index)) {
				const message = `${kind}[${at}] has index ${index}, as one before it`;
				findings.push({
					effect: 'refuses',
					code: 'duplicate-index',
					message,
					offset: place?.offset,
					path: `${kind}[${at}].index`,
				});
			}
			seen.add(index);
		}
	}
	for (const [at, target] of table.targets.entries()) findings.push(...targetFindings(table, target, at));
	for (const [at, { origin, place, address, prefixLength }] of table.nics.entries()) {
		const path = `nics[${at}]`;
		const most = address?.includes(':') ? 128 : 32;
		if (prefixLength > most) {
			const message = `a subnet mask of ${prefixLength} bits, where ${most} are the most`;
			findings.push({
				effect: 'notes',
				code: 'prefix-length',
				message,
				offset: place?.offset,
				path: `${path}.prefixLength`,
			});
		}
		if (typeof origin === 'number') {
			const message = `origin ${origin} is not known`;
			findings.push({
				effect: 'notes',
				code: 'unknown-origin',
				message,
				offset: place?.offset,
				path: `${path}.origin`,
			});
		}
	}
	return findings;
}

function targetFindings(table: Ibft, target: IbftTarget, at: number): IbftFinding[] {
	const findings: IbftFinding[] = [];
	const path = `targets[${at}]`;
	const offset = target.place?.offset;
	if (!table.nics.some(({ index }) => index === target.nicAssociation)) {
		const message = `no NIC has index ${target.nicAssociation}`;
		findings.push({ effect: 'notes', code: 'no-such-nic', message, offset, path: `${path}.nicAssociation` });
	}
	const wanted = target.chapType === 'mutual' ? 2 : target.chapType === 'chap' ? 1 : 0;
	const forward = target.chapName !== undefined && target.chapSecret !== undefined;
	const reverse = target.reverseChapName !== undefined && target.reverseChapSecret !== undefined;
	if ((wanted >= 1 && !forward) || (wanted === 2 && !reverse)) {
		const message = `CHAP type ${target.chapType}, but a name or a secret is missing`;
		findings.push({ effect: 'notes', code: 'chap-incomplete', message, offset, path: `${path}.chapType` });
	}
	if (typeof target.chapType === 'number') {
		const message = `CHAP type ${target.chapType} is not known`;
		findings.push({ effect: 'notes', code: 'unknown-chap-type', message, offset, path: `${path}.chapType` });
	}
	return findings;
}
