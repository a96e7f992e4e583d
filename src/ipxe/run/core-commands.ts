import { ipxeCommands } from '../commands/table.ts';
import { fromBinary, toBinary } from './binary.ts';
import { executeWords } from './execute.ts';
import { ask, type Call, type Handler, lineOf, numberOption, pass, print, textOption } from './machine.ts';
import { parseInteger } from './setting-values.ts';
import { status, statusText } from './status.ts';

const badInteger = status('EINVAL', 'parseopt', 1);

function integerArgument(call: Call, at: number): number | undefined {
	const text = call.arguments[at] as string;
	const value = parseInteger(text);
	if (value === undefined) print(call.machine, `"${text}": invalid integer value\n`);
	return value;
}

const echo: Handler = ({ machine, arguments: words, options }) => {
	print(machine, words.join(' ') + (options.n === true ? '' : '\n'));
	return 0;
};

const exit: Handler = (call) => {
	const value = call.arguments.length > 0 ? integerArgument(call, 0) : 0;
	if (value === undefined) return badInteger;
	call.machine.stop = 'script';
	if (call.machine.depth === 1) call.machine.exited = true;
	// iPXE keeps a status as a negative number: `exit -- -1` and `exit 1` are the same.
	return Math.abs(value) >>> 0;
};

const goto: Handler = ({ machine, arguments: [label = ''] }) => {
	const running = machine.current;
	if (!running) return status('ENOTTY', 'script');
	const target = running.script.labels.get(label);
	if (target === undefined) {
		const pending = running.script.lines.at(-1)?.pending === true;
		return pending ? status('EINVAL', 'script') : status('ENOENT', 'script');
	}
	running.next = target;
	machine.stop = 'line';
	return 0;
};

const sleep: Handler = (call) => {
	const seconds = integerArgument(call, 0);
	if (seconds === undefined) return badInteger;
	const milliseconds = Math.max(0, seconds * 1000);
	call.machine.events.push({ kind: 'sleep', milliseconds, line: lineOf(call.machine) });
	pass(call.machine, milliseconds);
	return 0;
};

const prompt: Handler = (call) => {
	const { machine } = call;
	const text = call.arguments.join(' ');
	const key = textOption(call, 'key');
	const timeout = numberOption(call, 'timeout');
	print(machine, text);
	const line = lineOf(machine);
	const shown = fromBinary(text);
	const answer = ask(machine, { kind: 'prompt', text: shown, key, timeout, line });
	print(machine, '\b \b'.repeat(text.length));
	const answered = typeof answer === 'string' && (key === undefined || answer === key);
	machine.events.push({ kind: 'prompt', text: shown, answered, line });
	if (answered) return 0;
	return answer === undefined ? status('ETIMEDOUT', 'prompt') : status('ECANCELED', 'prompt');
};

const set: Handler = ({ machine, arguments: [setting = '', ...value] }) => {
	const text = value.join(' ');
	const result = machine.settings.set(setting, text);
	if (result !== 0) return couldNotStore(machine, setting, result);
	const name = fromBinary(setting);
	machine.events.push({ kind: 'set', setting: name, value: fromBinary(text), line: lineOf(machine) });
	return 0;
};

function couldNotStore(machine: Call['machine'], setting: string, result: number): number {
	print(machine, `Could not store "${setting.replace(/:[^/:]*$/, '')}": ${statusText(result)}\n`);
	return result;
}

const clear: Handler = ({ machine, arguments: [setting = ''] }) => {
	machine.events.push({ kind: 'set', setting: fromBinary(setting), value: '', line: lineOf(machine) });
	return machine.settings.clear(setting);
};

const inc: Handler = (call) => {
	const [setting = ''] = call.arguments;
	const by = call.arguments.length > 1 ? integerArgument(call, 1) : 1;
	if (by === undefined) return badInteger;
	const result = call.machine.settings.increment(setting, by);
	return result === 0 ? 0 : couldNotStore(call.machine, setting, result);
};

const show: Handler = ({ machine, arguments: [setting = ''], options }) => {
	const type = machine.settings.typeOf(setting);
	if (type === undefined) {
		const result = status('ENOENT', 'settings');
		print(machine, `Could not find "${setting}": ${statusText(result)}\n`);
		return result;
	}
	const value = machine.settings.get(setting);
	const name = setting.includes(':') ? setting : `${setting}:${type}`;
	print(machine, options.quiet === true ? `${value}\n` : `${name} = ${value}\n`);
	return 0;
};

const read: Handler = (call) => {
	const { machine } = call;
	const [setting = ''] = call.arguments;
	const timeout = numberOption(call, 'timeout');
	const result = readField(call, setting, '', false, timeout);
	print(machine, '\n');
	return result;
};

/** One line of text from the person into a setting. */
export function readField(
	call: Call,
	setting: string,
	label: string,
	secret: boolean,
	timeout?: number | undefined,
): number {
	const { machine } = call;
	const line = lineOf(machine);
	const name = fromBinary(setting);
	const value = fromBinary(machine.settings.get(setting));
	const answer = ask(machine, { kind: 'read', setting: name, label, value, secret, timeout, line });
	if (answer === undefined) return status('ETIMEDOUT', 'prompt');
	if (answer === null) return status('ECANCELED', 'prompt');
	const result = machine.settings.set(setting, toBinary(answer));
	if (result !== 0) return couldNotStore(machine, setting, result);
	machine.events.push({ kind: 'set', setting: name, value: secret ? '' : answer, line });
	return 0;
}

const shell: Handler = ({ machine }) => {
	ask(machine, { kind: 'shell', line: lineOf(machine) });
	return 0;
};

const help: Handler = ({ machine }) => {
	const names = ipxeCommands.map((command) => command.name);
	print(machine, `\nAvailable commands:\n\n  ${names.join(' ')}\n\n`);
	return 0;
};

const cpuid: Handler = (call) => {
	const bit = integerArgument(call, 0);
	if (bit === undefined) return badInteger;
	const { ext, amd, ecx } = call.options;
	const query = `${ext || amd ? '--ext ' : ''}${ecx ? '--ecx ' : ''}${bit}`;
	return (call.machine.host.cpuid ?? ['--ext 29']).includes(query) ? 0 : status('ENOENT', 'exec');
};

export const coreHandlers: readonly (readonly [string, Handler])[] = [
	['echo', echo],
	['exit', exit],
	['goto', goto],
	['isset', ({ arguments: [value] }) => (value === '' ? status('ENOENT', 'exec') : 0)],
	['iseq', ({ arguments: [first, second] }) => (first === second ? 0 : status('ERANGE', 'exec'))],
	['sleep', sleep],
	['prompt', prompt],
	['set', set],
	['clear', clear],
	['inc', inc],
	['show', show],
	['read', read],
	['login', (call) => readField(call, 'username', 'Username', false) || readField(call, 'password', 'Password', true)],
	['shell', shell],
	['help', help],
	['cpuid', cpuid],
	['time', ({ machine, arguments: words }) => executeWords(machine, words)],
];
