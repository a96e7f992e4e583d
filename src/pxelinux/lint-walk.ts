import { firstWord, splitWord } from './lexical.ts';
import type { LintPxelinuxOptions } from './lint.ts';
import type { PxelinuxMeaning } from './meaning.ts';
import type { PxelinuxConfig, PxelinuxLine } from './tree.ts';

/** A line, and what is open where it stands. */
export interface LineVisit {
	readonly line: PxelinuxLine;
	/** Included file it is in. */
	readonly file: string | undefined;
	/** The label that is open before the line. */
	readonly label: string | undefined;
	/** How many submenus are open before the line. */
	readonly depth: number;
	/** Whether a label was opened before. */
	readonly afterLabel: boolean;
}

/** What a rule looks at. */
export interface LintContext {
	readonly visits: readonly LineVisit[];
	readonly meaning: PxelinuxMeaning;
	readonly options: LintPxelinuxOptions;
	readonly files: ReadonlySet<string> | undefined;
}

const closesLabel: ReadonlySet<string> = new Set(['MENU SEPARATOR', 'MENU BEGIN', 'MENU END']);

/** All lines, those of included files in their places. */
export function* visitLines(config: PxelinuxConfig): Generator<LineVisit> {
	const open: Open = { label: undefined, depth: 0, afterLabel: false };
	yield* visit(config, open);
}

interface Open {
	label: string | undefined;
	depth: number;
	afterLabel: boolean;
}

function* visit(config: PxelinuxConfig, open: Open): Generator<LineVisit> {
	for (const line of config.lines) {
		yield { line, file: config.name, ...open };
		const { directive } = line;
		if (directive === 'LABEL') Object.assign(open, { label: firstWord(line.value), afterLabel: true });
		else if (directive && closesLabel.has(directive)) open.label = undefined;
		if (directive === 'MENU BEGIN') open.depth++;
		if (directive === 'MENU END') open.depth = Math.max(0, open.depth - 1);
		if (!line.included) continue;
		const tag = directive === 'MENU INCLUDE' ? splitWord(line.value)[1] : '';
		if (tag !== '') Object.assign(open, { label: undefined, depth: open.depth + 1 });
		yield* visit(line.included, open);
		if (tag !== '') Object.assign(open, { label: undefined, depth: open.depth - 1 });
	}
}
