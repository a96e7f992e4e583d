import { gpxeProblem } from '../gpxe-target.ts';
import { type IpxeSettingInfo, ipxeSettingBlocks, ipxeSettings, ipxeSettingTypes } from '../settings-table.ts';
import { type IpxeExpansion, type IpxeSettingName, ipxeWordText, partsText } from '../tree.ts';
import { commandRange, expansionsOf, type LintContext, type LintRule, rangeOf, textRange, wordsOf } from './context.ts';

const byName: ReadonlyMap<string, IpxeSettingInfo> = new Map(ipxeSettings.map((setting) => [setting.name, setting]));

function* settingsOf(context: LintContext): Generator<{ expansion: IpxeExpansion; setting: IpxeSettingName }> {
	for (const { word } of wordsOf(context)) {
		for (const expansion of expansionsOf(word.parts)) {
			if (expansion.setting) yield { expansion, setting: expansion.setting };
		}
	}
}

const rangeOfExpansion = (expansion: IpxeExpansion) =>
	textRange(expansion.position, `\${${partsText(expansion.inside)}}`);

/** Commands whose text people read, so that quotes and the like are no mistake. */
const showsText = ['echo', 'menu', 'item', 'prompt', 'form'];

export const textRules: readonly LintRule[] = [
	{
		code: 'single-bar',
		severity: 'warning',
		about: 'A lone `|` or `&` is an argument; the operators are `||` and `&&`.',
		source: 'core/exec.c: command_terminator',
		*check(context) {
			for (const { statement, word } of wordsOf(context)) {
				const text = ipxeWordText(word);
				if ((text !== '|' && text !== '&') || showsText.includes(statement.name ?? '')) continue;
				const range = rangeOf(word);
				yield {
					range,
					message: `"${text}" is an argument; is "${text}${text}" meant?`,
					fix: { range, text: text + text },
				};
			}
		},
	},
	{
		code: 'glued-operator',
		severity: 'warning',
		about: 'An operator without white space around it is a part of the word.',
		source: 'core/exec.c: split_command',
		*check(context) {
			for (const { statement, word } of wordsOf(context)) {
				const text = ipxeWordText(word);
				if (showsText.includes(statement.name ?? '') || text.includes('://')) continue;
				const match = /^(\|\||&&)(.+)$/s.exec(text) ?? /^(.+?)(\|\||&&|;)$/s.exec(text);
				if (!match) continue;
				const message = `"${text}" is one word; put spaces around the operator`;
				// A ";" at the end is often a part of the value.
				const fix = text.endsWith(';') ? {} : { fix: { range: rangeOf(word), text: `${match[1]} ${match[2]}` } };
				yield { range: rangeOf(word), message, ...fix };
			}
		},
	},
	{
		code: 'literal-quotes',
		severity: 'warning',
		about: 'iPXE has no quoting: quotes are a part of the value, and do not keep words together.',
		source: 'core/exec.c: split_command',
		*check({ statements }) {
			const takesValue = ['set', 'iseq', 'isset', 'goto', 'chain', 'param', 'imgfetch', 'initrd', 'choose'];
			for (const statement of statements) {
				if (!takesValue.includes(statement.name ?? '')) continue;
				const word = statement.arguments.find((each) => /^["']|["']$/.test(ipxeWordText(each)));
				if (word) yield { range: rangeOf(word), message: 'the quotes are a part of the value' };
			}
		},
	},
	{
		code: 'unclosed-expansion',
		severity: 'warning',
		about: 'A `${` that is never closed, or has white space before its `}`, stays as it is.',
		source: 'core/settings.c: expand_settings',
		*check(context) {
			for (const { word } of wordsOf(context)) {
				if (!word.parts.some((part) => part.kind === 'text' && part.text.includes('${'))) continue;
				yield { range: rangeOf(word), message: `"\${" is not closed in this word, so it is not expanded` };
			}
		},
	},
	{
		code: 'unknown-setting',
		severity: 'info',
		about: 'A setting that iPXE does not know and this script does not set: empty, unless another script set it.',
		source: 'core/settings.c',
		*check(context) {
			const { assigned, options } = context;
			const seen = new Set<string>();
			for (const { expansion, setting } of settingsOf(context)) {
				const { block, name } = setting;
				const full = block === undefined ? name : `${block}/${name}`;
				const known =
					name === '' || byName.has(name) || assigned.has(full) || assigned.has(name) || /^(0x)?\d/.test(name);
				const top = block?.split('.')[0] ?? '';
				if (known || seen.has(full) || ipxeSettingBlocks.includes(top) || /[^!-~]/.test(name)) continue;
				seen.add(full);
				const message = `\${${full}} is set nowhere in this script and is none of iPXE's own`;
				yield {
					range: rangeOfExpansion(expansion),
					message,
					...(options.entry === 'embedded' ? { severity: 'warning' as const } : {}),
				};
			}
		},
	},
	{
		code: 'unknown-type',
		severity: 'warning',
		about: 'A type that iPXE does not know: the value is empty.',
		source: 'core/settings.c: setting_types',
		*check(context) {
			for (const { expansion, setting } of settingsOf(context)) {
				if (setting.type === undefined || Object.hasOwn(ipxeSettingTypes, setting.type)) continue;
				yield { range: rangeOfExpansion(expansion), message: `iPXE has no type "${setting.type}"; the value is empty` };
			}
		},
	},
	{
		code: 'gpxe-setting',
		severity: 'warning',
		about: 'A setting of gPXE that iPXE no longer has.',
		source: 'include/ipxe/dhcp.h',
		*check({ statements }) {
			for (const statement of statements) {
				const name = statement.name === 'set' && statement.arguments[0] ? ipxeWordText(statement.arguments[0]) : '';
				if (name !== 'use-cached' && name !== '175.178') continue;
				const message = 'use-cached has done nothing since iPXE dropped it in 2013; dhcp always asks anew';
				yield { range: commandRange(statement), message };
			}
		},
	},
	{
		code: 'comment-eats-value',
		severity: 'warning',
		about: 'A value that begins with `#` is a comment: the setting is cleared, or the argument is lost.',
		source: 'core/exec.c: command_terminator',
		*check({ script }) {
			const takesText = ['set', 'param', 'kernel', 'imgargs', 'chain', 'initrd', 'item', 'choose', 'colour'];
			for (const { comment, commands } of script.lines) {
				const command = commands.at(-1);
				const name = command?.words[0] && ipxeWordText(command.words[0]);
				if (!comment || !command || !name || !takesText.includes(name)) continue;
				const lost = /^#[^\s#!]/.test(comment.text) || (name === 'set' && command.words.length === 2);
				if (lost)
					yield {
						range: textRange(comment.position, comment.text),
						message: 'a word that begins with "#" is a comment up to the end of the line',
					};
			}
		},
	},
	{
		code: 'set-clears',
		severity: 'info',
		about: '`set` without a value deletes the setting; `clear` says so.',
		source: 'hci/commands/nvo_cmd.c',
		*check({ statements }) {
			for (const statement of statements) {
				const { name, arguments: args, line, isLast } = statement;
				if (name !== 'set' || args.length !== 1 || (isLast && line.comment)) continue;
				const word = statement.command.words[0]!;
				const fix = { range: rangeOf(word), text: 'clear' };
				yield { range: commandRange(statement), message: 'set without a value deletes; write clear', fix };
			}
		},
	},
	{
		code: 'not-in-gpxe',
		severity: 'info',
		about: 'The script begins with `#!gpxe`, but gPXE does not understand this line. iPXE does.',
		source: 'gPXE 1.0.0',
		*check({ script }) {
			if (script.magic !== 'gpxe') return;
			for (const line of script.lines) {
				const words = line.commands.flatMap(({ words, operator }) => [
					...words.map(ipxeWordText),
					...(operator ? [operator.text] : []),
				]);
				const text = [...(line.label ? [`:${line.label.name}`] : []), ...words].join(' ');
				const problem = text === '' ? undefined : gpxeProblem(text);
				if (problem) yield { range: { start: line.position, end: line.position }, message: problem };
			}
		},
	},
];
