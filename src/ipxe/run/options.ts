import type { IpxeCommandInfo } from '../commands/command-info.ts';
import { parseInteger } from './setting-values.ts';
import { status } from './status.ts';

/** The words of a command after the options were taken out. */
export interface ParsedOptions {
	/** By long name; a flag is `true`. Integers and timeouts were checked and are numbers. */
	readonly options: Readonly<Record<string, string | number | true>>;
	readonly arguments: readonly string[];
}

/** A refusal with what iPXE prints. */
export interface RefusedOptions {
	readonly status: number;
	readonly message: string;
}

const unrecognised = status('EINVAL', 'parseopt', 2);
const badInteger = status('EINVAL', 'parseopt', 1);
const missingValue = status('EINVAL', 'parseopt', 0);

/** `getopt_long` and `parse_options` of iPXE: options first, exact long names, `--` ends them. */
export function parseOptions(command: IpxeCommandInfo, words: readonly string[]): ParsedOptions | RefusedOptions {
	const options: Record<string, string | number | true> = {};
	let at = 1;
	const refuse = (code: number, message: string): RefusedOptions => ({
		status: code,
		message: message + usage(command),
	});

	const store = (long: string, type: string, value: string): RefusedOptions | undefined => {
		if (type === 'integer' || type === 'timeout') {
			const number = parseInteger(value);
			if (number === undefined) return { status: badInteger, message: `"${value}": invalid integer value\n` };
			options[long] = number;
		} else options[long] = value;
		return undefined;
	};

	for (; at < words.length; at++) {
		const word = words[at] as string;
		if (!word.startsWith('-')) break;
		if (word === '--') {
			at++;
			break;
		}
		const long = word.startsWith('--');
		// `-abc` is three flags, or an option `-a` with the value `bc`.
		for (let letter = 1; letter < word.length || word === '-'; letter++) {
			const equals = word.indexOf('=');
			const name = long ? word.slice(2, equals < 0 ? undefined : equals) : (word[letter] ?? '\0');
			if (name === (long ? 'help' : 'h')) return refuse(status('ECANCELED', 'parseopt', 1), '');
			const option = command.options.find((each) => (long ? each.long : each.short) === name);
			if (!option) return refuse(unrecognised, `Unrecognised option "${long ? word : `-${name}`}"\n`);
			if (option.type === 'flag') {
				options[option.long] = true;
				if (long) break;
				continue;
			}
			let value = long ? (equals < 0 ? undefined : word.slice(equals + 1)) : word.slice(letter + 1) || undefined;
			if (value === undefined) {
				value = words[at + 1];
				if (value === undefined || value.startsWith('-')) {
					return refuse(missingValue, `Option "${long ? `--${name}` : `-${name}`}" requires an argument\n`);
				}
				at++;
			}
			const refused = store(option.long, option.type, value);
			if (refused) return refused;
			break;
		}
	}
	const positional = words.slice(at);
	const [minimum, maximum] = command.arguments;
	if (positional.length < minimum || positional.length > maximum) {
		return refuse(status('ERANGE', 'parseopt'), '');
	}
	return { options, arguments: positional };
}

/** The text that iPXE prints for wrong use of a command. */
export function usage(command: IpxeCommandInfo): string {
	const options = command.options.map(({ short, long, type }) =>
		type === 'flag' ? ` [-${short}|--${long}]` : ` [-${short}|--${long} <${long}>]`,
	);
	const rest = command.usage === '' ? '' : ` ${command.usage}`;
	const more = `See https://ipxe.org/cmd/${command.name} for further information`;
	return `Usage:\n\n  ${command.name}${options.join('')}${rest}\n\n${more}\n`;
}
