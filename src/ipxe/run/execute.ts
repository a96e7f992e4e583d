import { commandInBuild } from '../builds.ts';
import type { IpxeCommandInfo } from '../commands/command-info.ts';
import { fromBinary } from './binary.ts';
import { type CompiledCommand, type CompiledLine, compileGpxe, compileScript } from './compile.ts';
import { EndlessExpansion, expand } from './expand.ts';
import { gpxeRefusal } from './gpxe.ts';
import { handlers } from './handlers.ts';
import { Ended, type Image, lineOf, type Machine, print, type RunningScript } from './machine.ts';
import { parseOptions } from './options.ts';
import { status } from './status.ts';
import { formatUri } from './uri.ts';

const deepest = 100;

/** Runs an image to its end (`image_exec` of `src/core/image.c`). A kernel ends the run. */
export async function executeImage(machine: Machine, image: Image): Promise<number> {
	const before = { cwuri: machine.cwuri, current: machine.current };
	machine.cwuri = image.uri;
	image.replacement = undefined;
	let result: number;
	if (image.kind === 'other') result = status('ENOEXEC', 'image');
	else if (image.kind === 'script') result = await executeScript(machine, image);
	else throw new Ended(bootedWith(machine, image));
	const { replacement } = image;
	if (image.autofree) unregister(machine, image);
	machine.cwuri = before.cwuri;
	machine.current = before.current;
	return replacement ? executeImage(machine, replacement) : result;
}

function bootedWith(machine: Machine, image: Image) {
	const file = ({ name, uri, commandLine }: Image, isInitrd: boolean) => ({
		name: fromBinary(name),
		uri: fromBinary(formatUri(uri)),
		...(isInitrd && commandLine !== '' ? { arguments: fromBinary(commandLine) } : {}),
	});
	const initrds = machine.images.filter((other) => other !== image).map((other) => file(other, true));
	const given = fromBinary(image.commandLine);
	// On UEFI the name of the image comes first (`efi_image_make_cmdline` of `src/image/efi_image.c`).
	const named = machine.host.platform === 'efi' ? `${fromBinary(image.name)} ${given}`.trimEnd() : given;
	return { kind: 'booted', kernel: file(image, false), commandLine: named, initrds } as const;
}

export function register(machine: Machine, image: Image): void {
	image.registered = true;
	machine.images.push(image);
}

export function unregister(machine: Machine, image: Image): void {
	image.registered = false;
	if (machine.selected === image) machine.selected = undefined;
	const at = machine.images.indexOf(image);
	if (at >= 0) machine.images.splice(at, 1);
}

async function executeScript(machine: Machine, image: Image): Promise<number> {
	if (++machine.depth > deepest) {
		throw new Ended({ kind: 'out-of-budget', message: `scripts are nested ${deepest} deep` });
	}
	const source = image.body as string;
	const asGpxe = isGpxe(machine, source);
	const running: RunningScript = {
		image,
		script: asGpxe ? compileGpxe(source) : compileScript(source),
		next: 0,
		line: 1,
	};
	machine.events.push({ kind: 'script', uri: fromBinary(formatUri(image.uri)), line: lineOf(machine) });
	machine.current = running;
	// So that a `boot` in the script does not run the script again.
	const wasSelected = machine.selected === image;
	unregister(machine, image);
	const result = await executeLines(machine, running, asGpxe);
	if (!image.replacement && !machine.images.includes(image)) {
		register(machine, image);
		if (wasSelected) machine.selected = undefined;
	}
	machine.depth--;
	machine.events.push({ kind: 'script-end', uri: fromBinary(formatUri(image.uri)), status: result });
	return result;
}

export function isGpxe(machine: Machine, source: string): boolean {
	return machine.host.rules === undefined ? source.startsWith('#!gpxe') : machine.host.rules === 'gpxe';
}

async function executeLines(machine: Machine, running: RunningScript, asGpxe: boolean): Promise<number> {
	let result = 0;
	while (running.next < running.script.lines.length) {
		const line = running.script.lines[running.next++] as CompiledLine;
		running.line = line.line;
		if (line.pending) return fail(machine, status('EINVAL', 'script'));
		const outcome = asGpxe ? executeGpxeLine(machine, line) : executeLine(machine, line);
		result = typeof outcome === 'number' ? outcome : await outcome;
		if (machine.stop === 'script') {
			machine.stop = 'none';
			return result;
		}
		machine.stop = 'none';
		if (result !== 0) {
			machine.failedLine = running.line;
			return result;
		}
	}
	return result;
}

/** `system` of `src/core/exec.c`: operators from left to right; a skipped command leaves the status as it was. */
async function executeLine(machine: Machine, line: CompiledLine): Promise<number> {
	let result = 0;
	let process = true;
	for (const command of line.commands) {
		if (process) {
			if (machine.current) machine.current.line = command.line;
			const outcome = executeWords(machine, words(machine, command));
			result = typeof outcome === 'number' ? outcome : await outcome;
		}
		if (machine.stop !== 'none') break;
		if (command.operator === '||') process = result !== 0;
		else if (command.operator === '&&') process = result === 0;
		else process = true;
	}
	return result;
}

function words(machine: Machine, command: CompiledCommand): readonly string[] {
	return command.dynamic ? command.words.map((word) => expandWord(machine, word)) : command.words;
}

function expandWord(machine: Machine, word: string): string {
	try {
		return expand(word, machine.settings.get, (length) => spend(machine, length));
	} catch (error) {
		if (!(error instanceof EndlessExpansion)) throw error;
		const message = `line ${lineOf(machine)}: the expansion of ${word} never ends`;
		throw new Ended({ kind: 'out-of-budget', message });
	}
}

/** gPXE: the leftmost `${` up to the next `}`, before the line is split; no nesting, no operators. */
function executeGpxeLine(machine: Machine, line: CompiledLine): number | Promise<number> {
	let text = line.text;
	for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${')) {
		const close = text.indexOf('}', open);
		if (close < 0) {
			text = text.slice(0, open);
			break;
		}
		text = text.slice(0, open) + machine.settings.get(text.slice(open + 2, close)) + text.slice(close + 1);
		spend(machine, text.length);
		step(machine);
	}
	const parts = text.split(/[ \t\n\v\f\r]+/).filter((part) => part !== '');
	if (parts.length === 0 || parts[0]?.startsWith('#')) return 0;
	const refusal = gpxeRefusal(parts);
	if (refusal) {
		print(machine, `${refusal.message}\n`);
		return fail(machine, refusal.status);
	}
	return executeWords(machine, parts);
}

/** Runs one command with its words expanded (`execv` of `src/core/exec.c`). */
export function executeWords(machine: Machine, parts: readonly string[]): number | Promise<number> {
	const name = parts[0];
	if (name === undefined) return 0;
	step(machine);
	for (const part of parts) spend(machine, part.length);
	const command = commandOf(machine, name);
	const handler = handlers.get(name);
	if (!command || !handler) {
		print(machine, `${name}: command not found\n`);
		return fail(machine, status('ENOEXEC', 'exec'));
	}
	const parsed = parseOptions(command, parts);
	if ('status' in parsed) {
		print(machine, parsed.message);
		return fail(machine, parsed.status);
	}
	const outcome = handler({ machine, command, options: parsed.options, arguments: parsed.arguments });
	return typeof outcome === 'number' ? fail(machine, outcome) : outcome.then((value) => fail(machine, value));
}

function commandOf({ commands, host }: Machine, name: string): IpxeCommandInfo | undefined {
	let command = commands.get(name);
	if (!command) {
		command = commandInBuild(name, host);
		if (command) commands.set(name, command);
	}
	return command;
}

/** Remembers a status other than 0 as `errno`. */
function fail(machine: Machine, value: number): number {
	if (value !== 0) machine.errno = value;
	return value;
}

/** Text that a run may handle in all, in bytes: no real machine has the memory, and ours shall keep its own. */
const mostText = 50_000_000;

function spend(machine: Machine, length: number): void {
	machine.handled += length;
	if (machine.handled > mostText) {
		const message = `more than ${mostText} bytes of text were handled, the last at line ${lineOf(machine)}`;
		throw new Ended({ kind: 'out-of-budget', message });
	}
}

function step(machine: Machine): void {
	const most = machine.host.budget?.steps ?? 10_000;
	if (++machine.steps > most) {
		const message = `${most} commands were run, the last at line ${lineOf(machine)}`;
		throw new Ended({ kind: 'out-of-budget', message });
	}
}
