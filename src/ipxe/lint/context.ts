import type { IpxeBuild } from '../builds.ts';
import type { IpxeCommandInfo } from '../commands/command-info.ts';
import { ipxeCommand } from '../commands/table.ts';
import {
	constantText,
	type IpxeCommand,
	type IpxeExpansion,
	type IpxeLine,
	type IpxePart,
	type IpxePosition,
	type IpxeScript,
	type IpxeWord,
	ipxeWordText,
} from '../tree.ts';

/** How bad it is. `error`: iPXE fails there. `warning`: it works, but hardly as meant. `info`: worth a thought. */
export type IpxeSeverity = 'error' | 'warning' | 'info';

/** A stretch of the script; `end` is the column after the last character. */
export interface IpxeRange {
	readonly start: IpxePosition;
	readonly end: IpxePosition;
}

/** A change that repairs what was found, safe to make without asking. */
export interface IpxeFix {
	readonly range: IpxeRange;
	readonly text: string;
}

/** One thing that the linter found. */
export interface IpxeDiagnostic {
	/** Stable, from {@link ipxeLintRules}. */
	readonly code: string;
	readonly severity: IpxeSeverity;
	readonly range: IpxeRange;
	/** One sentence for people. */
	readonly message: string;
	/** Where iPXE says so: a file of its source, or its build configuration. */
	readonly source: string;
	readonly fix?: IpxeFix | undefined;
}

/** Where the script will run. */
export interface IpxeLintOptions extends IpxeBuild {
	/**
	 * `embedded` in the binary: nothing is configured and no setting comes from another script. `chained`, the default:
	 * the network is up, and settings may come from the script that chained it.
	 */
	readonly entry?: 'embedded' | 'chained' | undefined;
}

/** One command in its place, as rules look at it. */
export interface Statement {
	readonly line: IpxeLine;
	readonly lineIndex: number;
	readonly command: IpxeCommand;
	/** Text of the first word; `undefined` when it is expanded. */
	readonly name: string | undefined;
	readonly info: IpxeCommandInfo | undefined;
	/** Whether a `||` after it catches its failure. */
	readonly handled: boolean;
	readonly isLast: boolean;
	readonly arguments: readonly IpxeWord[];
}

/** All that a rule may look at. */
export interface LintContext {
	readonly script: IpxeScript;
	readonly options: IpxeLintOptions;
	readonly statements: readonly Statement[];
	/** Index of the first line with the label. */
	readonly labels: ReadonlyMap<string, number>;
	/** Settings that the script itself gives a value. */
	readonly assigned: ReadonlySet<string>;
}

/** What a rule found; range and severity have defaults. */
export interface Finding {
	readonly range: IpxeRange;
	readonly message: string;
	readonly severity?: IpxeSeverity | undefined;
	readonly fix?: IpxeFix | undefined;
}

/** One rule of the linter. */
export interface LintRule {
	readonly code: string;
	readonly severity: IpxeSeverity;
	/** What it says, for the list in the docs. */
	readonly about: string;
	readonly source: string;
	readonly check: (context: LintContext) => Iterable<Finding>;
}

export function createContext(script: IpxeScript, options: IpxeLintOptions): LintContext {
	const statements: Statement[] = [];
	const labels = new Map<string, number>();
	const assigned = new Set<string>();
	for (const [lineIndex, line] of script.lines.entries()) {
		if (line.label && !labels.has(line.label.name)) labels.set(line.label.name, lineIndex);
		const lastOr = line.commands.findLastIndex((command) => command.operator?.text === '||');
		for (const [at, command] of line.commands.entries()) {
			const name = constantText(command.words[0]);
			const info = name === undefined ? undefined : ipxeCommand(name);
			const handled = at <= lastOr;
			const args = command.words.slice(1).filter((word) => word.role === 'argument');
			const isLast = at === line.commands.length - 1;
			statements.push({ line, lineIndex, command, name, info, handled, isLast, arguments: args });
			for (const setting of assignedBy(name, args, command)) assigned.add(setting);
		}
	}
	return { script, options, statements, labels, assigned };
}

/** Names of settings, without type, that a command stores to. */
function assignedBy(name: string | undefined, args: readonly IpxeWord[], command: IpxeCommand): string[] {
	const stores = ['set', 'read', 'choose', 'inc', 'imgset', 'nslookup', 'pciscan', 'usbscan', 'clear'];
	const first = args[0];
	const target = name !== undefined && stores.includes(name) && first ? ipxeWordText(first) : undefined;
	const digest = command.words.find((word) => word.role === 'optionValue' && word.option === 'set');
	return [target, digest && ipxeWordText(digest), ...(name === 'item' && first ? [ipxeWordText(first)] : [])]
		.filter((each) => each !== undefined)
		.map((each) => each.replace(/:[^/:]*$/, ''));
}

export function rangeOf(word: IpxeWord): IpxeRange {
	return textRange(word.position, ipxeWordText(word));
}

export function textRange(start: IpxePosition, text: string): IpxeRange {
	return { start, end: { line: start.line, column: start.column + text.length } };
}

export function commandRange(statement: Statement): IpxeRange {
	const { words, position } = statement.command;
	const last = words.at(-1);
	return last ? { start: position, end: rangeOf(last).end } : { start: position, end: position };
}

/** All expansions of a word, outer before inner. */
export function* expansionsOf(parts: readonly IpxePart[]): Generator<IpxeExpansion> {
	for (const part of parts) {
		if (part.kind !== 'expansion') continue;
		yield part;
		yield* expansionsOf(part.inside);
	}
}

/** Words of all commands, with their statement. */
export function* wordsOf(context: LintContext): Generator<{ statement: Statement; word: IpxeWord }> {
	for (const statement of context.statements) for (const word of statement.command.words) yield { statement, word };
}

/** Commands that download their first argument, or run it. */
export const imageCommands: readonly string[] = [
	'boot',
	'chain',
	'imgexec',
	'imgfetch',
	'imgload',
	'imgselect',
	'initrd',
	'kernel',
	'module',
	'imgargs',
	'imgverify',
	'imgextract',
	'shim',
	'fdt',
];
