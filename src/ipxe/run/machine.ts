import type { BootOutcome } from '../../wire/boot-outcome.ts';
import type { IpxeCommandInfo } from '../commands/command-info.ts';
import { fromBinary } from './binary.ts';
import type { CompiledScript } from './compile.ts';
import type { IpxeEvent } from './events.ts';
import type { IpxeHost, IpxeQuestion } from './host.ts';
import type { SettingStore } from './setting-store.ts';
import type { ParsedUri, UriRules } from './uri.ts';

/** A file that iPXE holds. All texts are binary. */
export interface Image {
	name: string;
	readonly uri: ParsedUri;
	/** `undefined`: the contents are not known. */
	readonly body: string | undefined;
	readonly kind: 'script' | 'executable' | 'other';
	commandLine: string;
	autofree: boolean;
	registered: boolean;
	/** Set while it runs, by `--replace`. */
	replacement: Image | undefined;
}

/** Menu or form. */
export interface Menu {
	readonly title: string;
	readonly items: MenuItem[];
}

export interface MenuItem {
	readonly name: string | undefined;
	readonly text: string;
	readonly key: string | undefined;
	readonly isDefault: boolean;
	readonly secret: boolean;
}

export interface ParameterList {
	readonly method: string | undefined;
	readonly parameters: { readonly name: string; readonly value: string; readonly isHeader: boolean }[];
	used: boolean;
}

/** A script on the call stack. */
export interface RunningScript {
	readonly image: Image;
	readonly script: CompiledScript;
	/** Index of the next line. */
	next: number;
	/** Physical line of the command that runs. */
	line: number;
}

/** All that a dry run changes as it goes. */
export interface Machine {
	readonly host: IpxeHost;
	readonly settings: SettingStore;
	/** The commands of this build that were run so far. */
	readonly commands: Map<string, IpxeCommandInfo>;
	/** How this version treats URIs. */
	readonly uriRules: UriRules;
	readonly images: Image[];
	selected: Image | undefined;
	readonly menus: Map<string, Menu>;
	readonly parameterLists: Map<string, ParameterList>;
	/** Hooked SAN devices by drive number. */
	readonly drives: Map<number, readonly string[]>;
	/** Where relative URIs start. */
	cwuri: ParsedUri | undefined;
	current: RunningScript | undefined;
	errno: number;
	now: number;
	steps: number;
	/** Bytes of text that commands were given and expansions made. */
	handled: number;
	/** What ends beside the command: its line after `goto`, its script after `exit`. */
	stop: 'none' | 'line' | 'script';
	/** Set by `exit` in the outermost script. */
	exited: boolean;
	depth: number;
	/** Line of the outermost script at which it failed. */
	failedLine: number | undefined;
	readonly events: IpxeEvent[];
}

/** One command at work. */
export interface Call {
	readonly machine: Machine;
	readonly command: IpxeCommandInfo;
	/** Names as in the command table; flags are `true`. */
	readonly options: Readonly<Record<string, string | number | true>>;
	readonly arguments: readonly string[];
}

/** Returns iPXE's status: 0 for success. */
export type Handler = (call: Call) => number | Promise<number>;

/** Thrown when there is nothing left to run: the machine booted something, or the budget is used up. */
export class Ended {
	readonly outcome: BootOutcome;
	constructor(outcome: BootOutcome) {
		this.outcome = outcome;
	}
}

export function print(machine: Machine, text: string): void {
	machine.events.push({ kind: 'console', text: fromBinary(text) });
}

export function lineOf(machine: Machine): number {
	return machine.current?.line ?? 0;
}

/** Lets simulated time pass. */
export function pass(machine: Machine, milliseconds: number): void {
	machine.now += milliseconds;
	const most = machine.host.budget?.milliseconds ?? 3_600_000;
	if (machine.now > most) {
		const message = `${most} simulated milliseconds are over, at line ${lineOf(machine)}`;
		throw new Ended({ kind: 'out-of-budget', message });
	}
}

/** Asks the person. Nobody there and no timeout: the run can't go on. */
export function ask(machine: Machine, question: IpxeQuestion): string | null | undefined {
	const answer = machine.host.answer?.(question);
	if (answer === undefined && (question.kind === 'shell' || !question.timeout)) {
		if (question.kind === 'shell') throw new Ended({ kind: 'shell' });
		const what = question.kind === 'menu' ? 'a choice' : question.kind === 'read' ? 'a text' : 'a key';
		const message = `line ${question.line} waits for ${what}, and the host gives no answer`;
		throw new Ended({ kind: 'out-of-budget', message });
	}
	if (answer === undefined && question.kind !== 'shell') pass(machine, question.timeout as number);
	return answer;
}

/** Text of an option, `undefined` when it was not given. */
export function textOption(call: Call, name: string): string | undefined {
	const value = call.options[name];
	return typeof value === 'string' ? value : undefined;
}

/** Number of an option, `undefined` when it was not given. */
export function numberOption(call: Call, name: string): number | undefined {
	const value = call.options[name];
	return typeof value === 'number' ? value : undefined;
}
