import { editDistance } from '../../wire/edit-distance.ts';
import { commandInBuild, ipxeCommandMissing, optionMissing } from '../builds.ts';
import { ipxeCommands } from '../commands/table.ts';
import { optionOf } from '../parse.ts';
import { parseInteger } from '../run/setting-values.ts';
import { constantText, ipxeWordText } from '../tree.ts';
import { commandRange, type Finding, imageCommands, type LintRule, rangeOf, type Statement } from './context.ts';

/** A failure that a `||` catches is a warning. */
const bySeverity = (statement: Statement): Pick<Finding, 'severity'> =>
	statement.handled ? { severity: 'warning' } : {};

/** Whether a setting before all arguments may turn out to be options: `choose ${how} selected`. */
function mayBringOptions({ info, command }: Statement): boolean {
	if (info?.options.length === 0) return false;
	const unknown = command.words.findIndex((word) => word.role !== 'name' && /^-*\$\{/.test(ipxeWordText(word)));
	const end = command.words.findIndex(({ role }) => role === 'endOfOptions');
	const first = command.words.findIndex(({ role }) => role === 'argument');
	return unknown >= 0 && unknown <= first && (end < 0 || unknown < end);
}

/** The known name that differs least from a misspelt one. */
function nearest(name: string): string | undefined {
	const close = ipxeCommands.filter((command) => editDistance(command.name, name) <= (name.length < 5 ? 1 : 2));
	return close[0]?.name;
}

export const commandRules: readonly LintRule[] = [
	{
		code: 'no-magic',
		severity: 'error',
		about: 'The file does not begin with `#!ipxe` and white space, so iPXE does not take it for a script.',
		source: 'image/script.c: script_probe',
		*check({ script }) {
			const issue = script.issues.find((each) => each.code === 'no-magic');
			if (issue) yield { range: { start: issue.position, end: issue.position }, message: issue.message };
		},
	},
	{
		code: 'pending-continuation',
		severity: 'error',
		about: 'The file ends after a `\\` that continues the line: iPXE drops the line and fails.',
		source: 'image/script.c: process_script',
		*check({ script }) {
			const issue = script.issues.find((each) => each.code === 'pending-continuation');
			if (issue) yield { range: { start: issue.position, end: issue.position }, message: issue.message };
		},
	},
	{
		code: 'unknown-command',
		severity: 'error',
		about: 'iPXE has no such command. Names are case-sensitive.',
		source: 'core/exec.c: execv',
		*check({ statements }) {
			for (const statement of statements) {
				const { name, command } = statement;
				const [word] = command.words;
				if (name === undefined || statement.info || !word) continue;
				const guess = nearest(name.toLowerCase());
				const message = `iPXE has no command "${name}"${guess ? `; is "${guess}" meant?` : ''}`;
				yield { range: rangeOf(word), message, ...bySeverity(statement) };
			}
		},
	},
	{
		code: 'command-not-in-build',
		severity: 'error',
		about: 'The command exists, but not in a stock build for this platform and version.',
		source: 'config/general.h',
		*check({ statements, options }) {
			for (const statement of statements) {
				const { name, info, command } = statement;
				const why = name === undefined || !info ? undefined : ipxeCommandMissing(name, options);
				if (why === undefined) continue;
				yield { range: rangeOf(command.words[0]!), message: `${name}: ${why}`, ...bySeverity(statement) };
			}
		},
	},
	{
		code: 'unknown-option',
		severity: 'error',
		about: 'The command has no such option. A text that begins with `-` needs `--` before it.',
		source: 'core/getopt.c',
		*check({ statements }) {
			for (const statement of statements) {
				for (const word of statement.command.words) {
					const text = ipxeWordText(word);
					if (word.role !== 'option' || !statement.info || optionOf(statement.info, text)) continue;
					// Which option it is shows only when it runs.
					if (text.replace(/=.*/s, '').includes('${')) continue;
					const isText = /^-{3,}$|^-[^a-zA-Z-]/.test(text) || text === '-';
					const range = rangeOf(word);
					const message = `${statement.name} has no option ${text}${isText ? '; write -- before the text' : ''}`;
					const fix = isText ? { fix: { range: { start: range.start, end: range.start }, text: '-- ' } } : {};
					yield { range, message, ...bySeverity(statement), ...fix };
				}
			}
		},
	},
	{
		code: 'option-not-in-build',
		severity: 'error',
		about: 'The command has the option in a later version only.',
		source: 'core/getopt.c',
		*check({ statements, options: build }) {
			for (const statement of statements) {
				const { name, info, command } = statement;
				const built = name === undefined ? undefined : commandInBuild(name, build);
				if (!built || !info || built.options.length === info.options.length) continue;
				for (const word of command.words) {
					const text = ipxeWordText(word);
					if (word.role !== 'option' || !optionOf(info, text) || optionOf(built, text)) continue;
					const names = text.startsWith('--') ? [word.option] : [...text.slice(1)];
					const late = names
						.map((each) => info.options.find(({ long, short }) => each === long || each === short))
						.find((option) => option && optionMissing(option, build) !== undefined);
					if (!late) continue;
					const message = `${name} --${late.long}: ${optionMissing(late, build)}`;
					yield { range: rangeOf(word), message, ...bySeverity(statement) };
				}
			}
		},
	},
	{
		code: 'option-value',
		severity: 'error',
		about: 'An option has no value, or one that iPXE can not read as the number that it must be.',
		source: 'core/parseopt.c',
		*check({ statements }) {
			for (const statement of statements) {
				const { words } = statement.command;
				for (const [at, word] of words.entries()) {
					const option = statement.info?.options.find((each) => each.long === word.option);
					if (!option || option.type === 'flag' || word.role !== 'option') continue;
					const inline = /^--[^=]*=(.*)$/s.exec(ipxeWordText(word))?.[1];
					const next = words[at + 1];
					const separate = next?.role === 'optionValue' ? constantText(next) : undefined;
					if (inline === undefined && !next && optionOf(statement.info!, ipxeWordText(word))?.wantsValue) {
						yield { range: rangeOf(word), message: `--${option.long} needs a value`, ...bySeverity(statement) };
						continue;
					}
					const value = inline?.includes('${') ? undefined : (inline ?? separate);
					if (value === undefined) continue;
					const isNumber = option.type === 'integer' || option.type === 'timeout';
					if (isNumber && parseInteger(value) === undefined) {
						yield {
							range: rangeOf(word),
							message: `--${option.long} must be a number, not "${value}"`,
							...bySeverity(statement),
						};
					} else if (inline === undefined && value.startsWith('-')) {
						const message = `a value that begins with "-" must be joined: --${option.long}=${value}`;
						yield { range: rangeOf(word), message, ...bySeverity(statement) };
					}
				}
			}
		},
	},
	{
		code: 'argument-count',
		severity: 'error',
		about: 'Too few or too many arguments. Each word counts, and no command takes more than 255.',
		source: 'core/parseopt.c: parse_options',
		*check({ statements }) {
			for (const statement of statements) {
				if (!statement.info || statement.name === 'help') continue;
				const [minimum, maximum] = statement.info.arguments;
				const count = statement.arguments.length;
				const helps = statement.command.words.some((word) => word.option === 'help');
				if (helps || (count >= minimum && count <= maximum)) continue;
				if (count > maximum && maximum < 255 && mayBringOptions(statement)) continue;
				const wanted = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
				const message = `${statement.name} takes ${wanted} arguments, not ${count}`;
				yield { range: commandRange(statement), message, ...bySeverity(statement) };
			}
		},
	},
	{
		code: 'option-after-argument',
		severity: 'warning',
		about: 'An option after the first argument is an argument like the others.',
		source: 'core/getopt.c',
		*check({ statements }) {
			for (const statement of statements) {
				const { info, name } = statement;
				if (!info || name === undefined || name === 'echo' || name === 'set') continue;
				for (const word of statement.arguments.slice(1)) {
					const text = ipxeWordText(word);
					if (!text.startsWith('--') || text === '--' || !optionOf(info, text)) continue;
					if (imageCommands.includes(name) && optionOf(info, text)?.long === 'name') continue;
					yield {
						range: rangeOf(word),
						message: `${text} is an argument here: options come before the first argument`,
					};
				}
			}
		},
	},
];
