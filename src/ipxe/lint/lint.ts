import { parseIpxe } from '../parse.ts';
import type { IpxeScript } from '../tree.ts';
import { commandRules } from './command-rules.ts';
import {
	createContext,
	type IpxeDiagnostic,
	type IpxeLintOptions,
	type IpxeSeverity,
	type LintRule,
} from './context.ts';
import { flowRules } from './flow-rules.ts';
import { textRules } from './text-rules.ts';
import { uriRules } from './uri-rules.ts';

const rules: readonly LintRule[] = [...commandRules, ...flowRules, ...textRules, ...uriRules];

/** What the linter can find, for lists and settings pages. */
export interface IpxeLintRuleInfo {
	readonly code: string;
	/** The severity that it has by default. */
	readonly severity: IpxeSeverity;
	/** What it says, in Markdown. */
	readonly about: string;
	/** Where iPXE says so. */
	readonly source: string;
}

/** All rules of {@link lintIpxe}, in the order in which they run. */
export const ipxeLintRules: readonly IpxeLintRuleInfo[] = rules.map(({ code, severity, about, source }) => ({
	code,
	severity,
	about,
	source,
}));

/**
 * Finds what iPXE would refuse or understand differently than meant. Ordered by place. An `error` is a command that
 * fails when it is run in the build given; where a `||` catches the failure, it is a `warning`.
 *
 * @example
 * ```ts
 * import { lintIpxe } from 'pxekit/ipxe';
 *
 * const found = lintIpxe('#!ipxe\ndhcp | goto retry\nkernal vmlinuz\n', { platform: 'efi' });
 * found.map(({ code, range }) => `${range.start.line} ${code}`); // => ['2 single-bar', '3 unknown-command']
 * ```
 */
export function lintIpxe(
	script: IpxeScript | string | Uint8Array,
	options: IpxeLintOptions = {},
): readonly IpxeDiagnostic[] {
	const tree = typeof script === 'string' || script instanceof Uint8Array ? parseIpxe(script) : script;
	const context = createContext(tree, options);
	const found: IpxeDiagnostic[] = [];
	for (const rule of rules) {
		for (const { range, message, severity = rule.severity, fix } of rule.check(context)) {
			found.push({ code: rule.code, severity, range, message, source: rule.source, ...(fix ? { fix } : {}) });
		}
	}
	return found.sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.column - b.range.start.column);
}
