import { TftpRefusal } from './tftp-source.ts';

/** Rewrites names of requests before they are looked up. */
export interface FileNameRule {
	/** Tried on the name with single slashes and none in front: `Boot/BCD`. */
	readonly match: RegExp;
	/** As in `String.prototype.replace`: `$1`, `$<name>`. `undefined` refuses the name with ERROR 2. */
	readonly replace: string | undefined;
	/** Whether further rules are tried after this one has matched; true by default. */
	readonly goOn?: boolean | undefined;
}

/**
 * The segments below the root that a requested name means. Boot loaders of Windows write backslashes, others double the
 * slashes; both are read as one slash, and one in front does not matter.
 *
 * @throws a {@link TftpRefusal} for a name that climbs out, holds a drive letter, or is refused by a rule
 * @internal
 */
export function segmentsOfName(filename: string, rules: readonly FileNameRule[]): string[] {
	let name = splitName(filename).join('/');
	for (const { match, replace, goOn = true } of rules) {
		match.lastIndex = 0;
		if (!match.test(name)) continue;
		if (replace === undefined) throw new TftpRefusal('accessViolation');
		match.lastIndex = 0;
		name = name.replace(match, replace);
		if (!goOn) break;
	}
	const segments = splitName(name);
	if (segments.some((segment) => segment === '..') || /^[a-z]:$/i.test(segments[0] ?? '')) {
		throw new TftpRefusal('accessViolation');
	}
	return segments;
}

function splitName(name: string): string[] {
	return name.split(/[\\/]+/).filter((segment) => segment !== '' && segment !== '.');
}
