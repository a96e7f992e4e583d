import type { BootOutcome } from '../../wire/boot-outcome.ts';
import type { IpxeMenuItem, IpxeRequest } from './host.ts';

/** One thing that happened in a dry run. */
export type IpxeEvent =
	/** A file was asked for. `status` 0 is success, else iPXE's error number. */
	| ({ readonly kind: 'request'; readonly status: number } & IpxeRequest)
	| { readonly kind: 'set'; readonly setting: string; readonly value: string; readonly line: number }
	| {
			readonly kind: 'menu';
			readonly title: string;
			readonly items: readonly IpxeMenuItem[];
			/** `undefined` when it was left with Escape. */
			readonly choice: string | undefined;
			readonly by: 'answer' | 'timeout';
			readonly line: number;
	  }
	| { readonly kind: 'prompt'; readonly text: string; readonly answered: boolean; readonly line: number }
	| { readonly kind: 'sleep'; readonly milliseconds: number; readonly line: number }
	| { readonly kind: 'dhcp'; readonly interface: string; readonly ok: boolean; readonly line: number }
	| { readonly kind: 'script'; readonly uri: string; readonly line: number }
	| { readonly kind: 'script-end'; readonly uri: string; readonly status: number }
	| {
			readonly kind: 'san';
			readonly action: 'hook' | 'unhook' | 'boot';
			readonly drive: number;
			readonly uris: readonly string[];
			readonly ok: boolean;
			readonly line: number;
	  }
	/** Text on the console. */
	| { readonly kind: 'console'; readonly text: string }
	/** Something that the dry run could not know and took for granted. */
	| { readonly kind: 'assumed'; readonly message: string; readonly line: number };

/** What a dry run found. */
export interface IpxeRun {
	readonly outcome: BootOutcome;
	/** Everything that happened, in order. */
	readonly events: readonly IpxeEvent[];
	/** All requests, in order: what a server's log would show. */
	readonly requests: readonly (IpxeRequest & { readonly status: number })[];
	/** All text on the console. */
	readonly console: string;
	/** iPXE's number for how the script ended; 0 for success. */
	readonly status: number;
	/** Commands that were run. */
	readonly steps: number;
	/** Simulated time that passed. */
	readonly milliseconds: number;
	/** The value of a setting at the end, as `${name}` would show it. */
	readonly setting: (name: string) => string;
}
