import type { PxelinuxReader } from './directives.ts';
import { evaluatePxelinux } from './evaluate.ts';
import { lintRules } from './lint-rules.ts';
import { visitLines } from './lint-walk.ts';
import type { PxelinuxConfig } from './tree.ts';

/** `error`: does not do what it says, or nothing; `warning`: hardly what was meant; `info`: worth knowing. */
export type PxelinuxSeverity = 'error' | 'warning' | 'info';

/** A replacement of a piece of text that cures a finding. */
export interface PxelinuxFix {
	/** Index in the file's text of the first character to replace. */
	readonly start: number;
	/** Index after the last. */
	readonly end: number;
	readonly text: string;
}

/** Something that the linter found. */
export interface PxelinuxDiagnostic {
	/** Stable, for programs: one of {@link pxelinuxLintRules}. */
	readonly code: string;
	readonly severity: PxelinuxSeverity;
	/** What is wrong, and what to do. */
	readonly message: string;
	/** Name of the included file it is in; absent for the configuration itself. */
	readonly file?: string | undefined;
	/** From 1. */
	readonly line: number;
	/** Index in the file's text. */
	readonly start: number;
	/** Index after the last character. */
	readonly end: number;
	readonly fix?: PxelinuxFix | undefined;
	/** Where the rule is written down. */
	readonly source: string;
}

/** For which loader and files to look. */
export interface LintPxelinuxOptions {
	/**
	 * Which loader boots it. `pxelinux.0` has TFTP only; `lpxelinux.0` HTTP and FTP too; `syslinux.efi` these, no names in
	 * URLs and no BIOS calls. Without it only what is wrong with all of them is told.
	 */
	readonly loader?: 'pxelinux.0' | 'lpxelinux.0' | 'syslinux.efi' | undefined;
	/** Names of all files that are served, to find modules without their libraries. */
	readonly files?: Iterable<string> | undefined;
	/** Who else should understand the file: `['u-boot']`. */
	readonly readers?: readonly PxelinuxReader[] | undefined;
}

/** One rule of the linter, for documentation. */
export interface PxelinuxLintRule {
	readonly code: string;
	readonly severity: PxelinuxSeverity;
	/** What it looks for. */
	readonly meaning: string;
	readonly source: string;
}

/** All rules. */
export const pxelinuxLintRules: readonly PxelinuxLintRule[] = lintRules.map(({ code, severity, meaning, source }) => ({
	code,
	severity,
	meaning,
	source,
}));

/**
 * Finds what the loader will take otherwise than it was meant, in order of the lines. Included files are looked at when
 * {@link includePxelinux} has read them.
 *
 * @example
 * ```ts
 * import { lintPxelinux, parsePxelinux } from 'pxekit/pxelinux';
 *
 * const config = parsePxelinux('default arch\nlabel arch\n  linux vmlinuz\n  append quiet # no messages\n');
 * lintPxelinux(config).map(({ code, line }) => `${line}: ${code}`); // => ['4: trailing-comment']
 * ```
 */
export function lintPxelinux(config: PxelinuxConfig, options: LintPxelinuxOptions = {}): PxelinuxDiagnostic[] {
	const context = {
		visits: [...visitLines(config)],
		meaning: evaluatePxelinux(config),
		options,
		files: options.files && new Set(options.files),
	};
	const order = new Map(context.visits.map(({ line }, index) => [line, index]));
	return lintRules
		.flatMap(({ code, severity, source, check }) =>
			check(context).map(
				({ visit, message, start = visit.line.valueStart, end = start + visit.line.value.length, fix }) => ({
					at: order.get(visit.line) ?? 0,
					diagnostic: {
						...{ code, severity, message, source },
						...(visit.file !== undefined && { file: visit.file }),
						line: visit.line.line,
						start: visit.line.offset + start,
						end: visit.line.offset + Math.max(start, end),
						...(fix && {
							fix: { start: visit.line.offset + fix.start, end: visit.line.offset + fix.end, text: fix.text },
						}),
					},
				}),
			),
		)
		.sort((a, b) => a.at - b.at)
		.map(({ diagnostic }) => diagnostic);
}
