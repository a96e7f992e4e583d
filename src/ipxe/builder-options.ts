import type { IpxeBuilder } from './builder.ts';
import type { IpxeValue } from './words.ts';

/** Options by long name; `true` for one that takes no value. What is not in the command table is refused. */
export type IpxeOptions = Readonly<Record<string, IpxeValue | boolean | undefined>>;

/** Options of commands that download. */
export interface IpxeDownloadOptions {
	/** Name of the image; by default the last part of its path. */
	readonly name?: IpxeValue | undefined;
	/** Milliseconds. */
	readonly timeout?: number | undefined;
	/** No progress; since 2026-07. */
	readonly quiet?: boolean | undefined;
	/** Free the image once it has run. */
	readonly autofree?: boolean | undefined;
}

/** Options of commands that run an image. */
export interface IpxeExecuteOptions extends IpxeDownloadOptions {
	/** Run it in place of this script, which then does not go on. */
	readonly replace?: boolean | undefined;
}

/** Options of `sanhook` and `sanboot`. */
export interface IpxeSanOptions {
	/** Drive number, `0x80` by default. */
	readonly drive?: number | undefined;
	/** Do not describe the device to the operating system. */
	readonly 'no-describe'?: boolean | undefined;
	/** Keep the device when booting fails; `sanboot` only. */
	readonly keep?: boolean | undefined;
	/** File to boot; `sanboot` only. */
	readonly filename?: IpxeValue | undefined;
	/** A file that must be on the volume to boot; `sanboot` only. */
	readonly extra?: IpxeValue | undefined;
	/** Label of the volume to boot; `sanboot` only. */
	readonly label?: IpxeValue | undefined;
	/** UUID of the volume to boot; `sanboot` only. */
	readonly uuid?: IpxeValue | undefined;
}

/** One line of a menu: an item with a name, or a line of text. */
export type IpxeMenuEntry =
	| {
			readonly name: string;
			readonly text: IpxeValue;
			/** A character, or a number of the key table. */
			readonly key?: string | number | undefined;
			readonly default?: boolean | undefined;
	  }
	| { readonly gap: IpxeValue | undefined };

/** A menu. */
export interface IpxeMenuInit {
	readonly title: IpxeValue;
	readonly items: readonly IpxeMenuEntry[];
	/** The setting that gets the name of the item chosen; `selected` by default. */
	readonly into?: string | undefined;
	/** Milliseconds after which the default is taken; none by default. */
	readonly timeout?: number | undefined;
	/** Name of the item selected at first. */
	readonly default?: string | undefined;
	/** Label to go to when the menu is left with Escape; without it the script fails then. */
	readonly onCancel?: string | undefined;
}

/** How often and at what intervals to try again. */
export interface IpxeRetryInit {
	/** Label of the loop; also the name of its counter. */
	readonly label: string;
	/** How often at most; for ever by default. */
	readonly attempts?: number | undefined;
	/** Seconds between attempts; 3 by default. */
	readonly seconds?: number | undefined;
	/** What to do when all attempts failed; by default the script fails. */
	readonly otherwise?: ((builder: IpxeBuilder) => IpxeBuilder) | undefined;
}
