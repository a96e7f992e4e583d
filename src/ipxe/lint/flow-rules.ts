import { constantText, type IpxeLine, type IpxeWord, ipxeWordText, partsText } from '../tree.ts';
import { commandRange, type LintContext, type LintRule, rangeOf, type Statement, textRange } from './context.ts';

/** A word that holds one setting, with what stands before and after it: `${x}`, `item-${x}`. */
function oneSetting(word: IpxeWord | undefined): { setting: string; before: string; after: string } | undefined {
	const parts = word?.parts ?? [];
	const at = parts.findIndex(({ kind }) => kind === 'expansion');
	const part = parts[at];
	if (part?.kind !== 'expansion' || part.setting === undefined || part.setting.type !== undefined) return undefined;
	const [before, after] = [parts.slice(0, at), parts.slice(at + 1)];
	if (after.some(({ kind }) => kind === 'expansion')) return undefined;
	const { block, name } = part.setting;
	return {
		setting: block === undefined ? name : `${block}/${name}`,
		before: partsText(before),
		after: partsText(after),
	};
}

const selects: readonly string[] = ['kernel', 'imgselect', 'imgload'];

/** Statements from one on, up to the next label or the next image to boot. */
function* untilNextImage({ statements }: LintContext, from: number): Generator<Statement> {
	const firstLine = statements[from]?.lineIndex;
	for (let at = from; at < statements.length; at++) {
		const statement = statements[at] as Statement;
		if (statement.line.label && statement.lineIndex !== firstLine) return;
		yield statement;
		if (at > from && selects.includes(statement.name ?? '')) return;
	}
}

/** Index of the first statement of each line. */
function statementIndices({ statements }: LintContext): ReadonlyMap<number, number> {
	const indices = new Map<number, number>();
	for (const [at, { lineIndex }] of statements.entries()) if (!indices.has(lineIndex)) indices.set(lineIndex, at);
	return indices;
}

/** The first statement at a label, or after it. */
function statementAtLabel(
	context: LintContext,
	indices: ReadonlyMap<number, number>,
	label: string,
): number | undefined {
	let line = context.labels.get(label);
	if (line === undefined) return undefined;
	while (line < context.script.lines.length && !indices.has(line)) line++;
	return indices.get(line);
}

/** The first command from there on that frees images or selects one. */
function firstImageCommand(context: LintContext, from: number): Statement | undefined {
	for (const statement of untilNextImage(context, from)) {
		if (statement.name === 'imgfree' || selects.includes(statement.name ?? '')) return statement;
	}
	return undefined;
}

function alwaysLeaves(line: IpxeLine, labels: LintContext['labels']): boolean {
	const [command, ...others] = line.commands;
	if (!command || others.length > 0) return false;
	const name = constantText(command.words[0]);
	if (name === 'exit') return command.words.length <= 2;
	const target = constantText(command.words[1]);
	return name === 'goto' && target !== undefined && labels.has(target);
}

const hasContent = (line: IpxeLine): boolean => line.commands.some((command) => command.words.length > 0);

export const flowRules: readonly LintRule[] = [
	{
		code: 'missing-label',
		severity: 'error',
		about: '`goto` to a label that the script does not have.',
		source: 'image/script.c: goto_exec',
		*check({ statements, labels }) {
			for (const { name, arguments: args, handled } of statements) {
				const label = name === 'goto' ? constantText(args[0]) : undefined;
				if (label === undefined || labels.has(label)) continue;
				const message = `there is no label ":${label}" in this script`;
				yield { range: rangeOf(args[0]!), message, ...(handled ? { severity: 'warning' as const } : {}) };
			}
		},
	},
	{
		code: 'missing-label-for-choice',
		severity: 'warning',
		about: '`goto ${x}` where `x` can become a menu item or a value that has no label.',
		source: 'image/script.c: goto_exec',
		*check({ statements, labels }) {
			const reported = new Set<string>();
			const looked = new Set<string>();
			for (const { name, arguments: args, handled } of statements) {
				const target = name === 'goto' && !handled ? oneSetting(args[0]) : undefined;
				const written = target && ipxeWordText(args[0]!);
				if (!target || written === undefined || looked.has(written)) continue;
				looked.add(written);
				for (const { value, word } of possibleValues(statements, target.setting)) {
					const label = target.before + value + target.after;
					if (labels.has(label) || reported.has(label)) continue;
					reported.add(label);
					yield { range: rangeOf(word), message: `"${label}" has no label, but "goto ${written}" may go there` };
				}
			}
		},
	},
	{
		code: 'double-label',
		severity: 'warning',
		about: 'A label that is there already: `goto` always takes the first.',
		source: 'image/script.c: goto_find_label',
		*check({ script, labels }) {
			for (const [index, { label }] of script.lines.entries()) {
				if (!label || labels.get(label.name) === index) continue;
				yield { range: textRange(label.position, `:${label.name}`), message: `":${label.name}" is there already` };
			}
		},
	},
	{
		code: 'unreachable',
		severity: 'warning',
		about: 'Commands after a `goto` or `exit` that always leaves, with no label to come back to.',
		source: 'image/script.c',
		*check({ script, labels }) {
			let left = false;
			for (const line of script.lines) {
				if (line.label) left = false;
				const first = line.commands[0]?.words[0];
				if (left && first) {
					yield { range: rangeOf(first), message: 'nothing leads here: the line before always leaves' };
					left = false;
					continue;
				}
				if (hasContent(line)) left = alwaysLeaves(line, labels);
			}
		},
	},
	{
		code: 'boot-without-image',
		severity: 'warning',
		about: '`boot` without arguments in a script that selects no image. iPXE says so and goes on as if it had worked.',
		source: 'hci/commands/image_cmd.c',
		*check({ statements, labels }) {
			// After a label the order of the lines says nothing: any of them may lead there.
			const anywhere = statements.some(({ name }) => name === undefined || selects.includes(name));
			const [firstLabel = Number.POSITIVE_INFINITY] = labels.values();
			let selected = false;
			for (const statement of statements) {
				const { name, arguments: args, lineIndex } = statement;
				if (name === undefined || selects.includes(name) || (lineIndex >= firstLabel && anywhere)) selected = true;
				if (name !== 'boot' && name !== 'chain' && name !== 'imgexec') continue;
				if (args.length === 0 && !selected) {
					yield { range: commandRange(statement), message: `${name} has no image: nothing was selected before it` };
				}
			}
		},
	},
	{
		code: 'imgfree-missing',
		severity: 'warning',
		about: 'A second `kernel` after a failed one without `imgfree`: the first stays, and becomes an initrd.',
		source: 'core/image.c: register_image',
		*check(context) {
			const indices = statementIndices(context);
			for (const [at, statement] of context.statements.entries()) {
				if (!selects.includes(statement.name ?? '') || statement.command.operator?.text !== '||') continue;
				const next = context.statements[at + 1];
				const label = next?.name === 'goto' ? constantText(next.arguments[0]) : undefined;
				const from = label === undefined ? at + 1 : statementAtLabel(context, indices, label);
				const again = from === undefined ? undefined : firstImageCommand(context, from);
				if (!again || again.name === 'imgfree' || (label === undefined && again !== next)) continue;
				yield { range: commandRange(again), message: 'put imgfree before it: an image that failed is still there' };
			}
		},
	},
	{
		code: 'no-fallback',
		severity: 'info',
		about: 'The script ends in a command that can fail, with nothing to do then.',
		source: 'image/script.c',
		*check({ statements }) {
			const last = statements.findLast(({ command }) => command.words.length > 0);
			const boots = ['boot', 'chain', 'imgexec', 'sanboot', 'autoboot'];
			if (!last || last.handled || !boots.includes(last.name ?? '')) return;
			yield {
				range: commandRange(last),
				message: `when ${last.name} fails, the script ends; add "|| goto ..." or "|| shell"`,
			};
		},
	},
	{
		code: 'initrd-argument-missing',
		severity: 'warning',
		about: 'On UEFI the kernel finds its initrd by `initrd=` on its command line, which is not there.',
		source: 'image/efi_image.c',
		*check(context) {
			if (context.options.platform !== 'efi') return;
			for (const [at, statement] of context.statements.entries()) {
				if (!selects.includes(statement.name ?? '')) continue;
				const uri = statement.arguments[0] ? ipxeWordText(statement.arguments[0]) : '';
				if (!/vmlinuz|bzimage|\blinux(-[\w.-]+)?$/i.test(uri)) continue;
				const after = [...untilNextImage(context, at)];
				const usesInitrd = after.some(({ name }) => name === 'initrd' || name === 'module');
				const given = [statement, ...after.filter(({ name }) => name === 'imgargs')].flatMap((each) =>
					each.arguments.slice(1),
				);
				const says = given.some((word) => ipxeWordText(word).startsWith('initrd=') || constantText(word) === undefined);
				if (!usesInitrd || says) continue;
				yield { range: commandRange(statement), message: 'an initrd follows, but the command line has no initrd=NAME' };
			}
		},
	},
	{
		code: 'fetch-before-network',
		severity: 'warning',
		about: 'An embedded script fetches before `dhcp`, `ifopen` or another command that brings the network up.',
		source: 'usr/ifmgmt.c',
		*check({ statements, options }) {
			if (options.entry !== 'embedded') return;
			for (const statement of statements) {
				const { name, arguments: args } = statement;
				if (name === undefined || ['dhcp', 'ifconf', 'ifopen', 'autoboot', 'set'].includes(name)) return;
				if (!/^(https?|tftp|ftp|nfs):/.test(args[0] ? ipxeWordText(args[0]) : '')) continue;
				yield { range: commandRange(statement), message: 'the network is not up here: run dhcp first' };
				return;
			}
		},
	},
];

/** Constant values that the script may give a setting: by `set`, or as items of its menus. */
function* possibleValues(
	statements: readonly Statement[],
	setting: string,
): Generator<{ value: string; word: IpxeWord }> {
	let menu: { value: string; word: IpxeWord }[] = [];
	for (const { name, arguments: args, command } of statements) {
		const target = args[0] && ipxeWordText(args[0]);
		const second = constantText(args[1]);
		if (name === 'menu') menu = [];
		if (name === 'item' && !command.words.some((word) => word.option === 'gap')) {
			const value = constantText(args[0]);
			if (value !== undefined && value !== '') menu.push({ value, word: args[0]! });
		}
		if (name === 'choose' && target === setting) yield* menu;
		if (name === 'set' && target === setting && second !== undefined && args.length === 2)
			yield { value: second, word: args[1]! };
	}
}
