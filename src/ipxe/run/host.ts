import type { IpxeBuild } from '../builds.ts';

/** One request that a script makes. */
export interface IpxeRequest {
	/** `GET`, `HEAD`, `POST` or what `params --method` says. For schemes without methods always `GET`. */
	readonly method: string;
	/** Absolute where the script's own URI is known: `http://10.0.0.1/vmlinuz`. */
	readonly uri: string;
	/** From `param --header`. */
	readonly headers: readonly (readonly [name: string, value: string])[];
	/** The form that `params` made, as sent. */
	readonly body?: string | undefined;
	/** The command that asks: `kernel`, `chain`. */
	readonly command: string;
	/** Line of the script, from 1. */
	readonly line: number;
}

/** What kind of file an answer is. Told from its first bytes when there are any. */
export type IpxeFileKind = 'script' | 'executable' | 'other';

/** What the server says. */
export interface IpxeAnswer {
	/** HTTP status; 200 by default. For other schemes 200 and 404 do. */
	readonly status?: number | undefined;
	/** The file. Without it, the file exists and its contents are not known. */
	readonly body?: string | Uint8Array | undefined;
	/** What the file is, when there is no body to tell; `executable` by default for commands that need one. */
	readonly kind?: IpxeFileKind | undefined;
	/** Where to go instead, with a status of 301, 302, 303, 307 or 308. */
	readonly location?: string | undefined;
	/** No answer at all: the connection was reset, or nobody answered until the client gave up. */
	readonly error?: 'reset' | 'timeout' | undefined;
	/** How long it took; 0 by default. */
	readonly milliseconds?: number | undefined;
}

/** Something that iPXE asks the person in front of it. */
export type IpxeQuestion =
	| {
			readonly kind: 'menu';
			readonly title: string;
			readonly items: readonly IpxeMenuItem[];
			/** Name of the item that is selected at first. */
			readonly default: string;
			readonly timeout: number | undefined;
			readonly line: number;
	  }
	/** Answer with the key, as `--key` names it; any text does when the prompt asks for any key. */
	| {
			readonly kind: 'prompt';
			readonly text: string;
			readonly key: string | undefined;
			readonly timeout: number | undefined;
			readonly line: number;
	  }
	/** Answer with the text that is typed; `read` and each field of a form or of `login`. */
	| {
			readonly kind: 'read';
			readonly setting: string;
			readonly label: string;
			readonly value: string;
			readonly secret: boolean;
			readonly timeout: number | undefined;
			readonly line: number;
	  }
	/** An interactive shell. Answer with any text to leave it again. */
	| { readonly kind: 'shell'; readonly line: number };

/** One line of a menu. */
export interface IpxeMenuItem {
	/** `undefined` for a separator. */
	readonly name: string | undefined;
	readonly text: string;
	/** As `--key` says. */
	readonly key?: string | undefined;
}

/**
 * The client that a dry run pretends to be, and the world around it. All parts have defaults: a BIOS client with one
 * network card, servers that have every file, nobody at the keyboard.
 */
export interface IpxeHost extends IpxeBuild {
	/** `#!gpxe` scripts are run by gPXE's rules; `ipxe` runs them as iPXE would. */
	readonly rules?: 'ipxe' | 'gpxe' | undefined;
	/** Where the script came from; relative URIs start here. */
	readonly uri?: string | undefined;
	/** `i386` by default on BIOS, else `x86_64`. */
	readonly buildArchitecture?: string | undefined;
	/**
	 * What the client knows about itself: `{ 'net0/mac': '52:54:00:12:34:56', 'smbios/serial': 'X1', filename: 'a.0' }`.
	 * Names as in `set`, with a block and a type where needed; bytes for values that have no text form.
	 */
	readonly settings?: Readonly<Record<string, string | Uint8Array>> | undefined;
	/** Network cards; by default those that `settings` names (`net0`), or `net0`. */
	readonly interfaces?: readonly string[] | undefined;
	/** What `dhcp` gets for a card: settings, or `undefined` when nobody answers. By default it works and adds nothing. */
	readonly dhcp?: ((interfaceName: string) => Readonly<Record<string, string | Uint8Array>> | undefined) | undefined;
	/** The servers. By default each has every file, with unknown contents. */
	readonly fetch?: ((request: IpxeRequest) => IpxeAnswer | Promise<IpxeAnswer>) | undefined;
	/** The person: text for an answer, `null` for Escape, `undefined` for nobody there. By default nobody. */
	readonly answer?: ((question: IpxeQuestion) => string | null | undefined) | undefined;
	/** Whether a SAN device can be attached; by default all can. `http:` and `https:` devices are asked for with HEAD. */
	readonly san?: ((uri: string) => boolean) | undefined;
	/** Whether booting an attached SAN device works; by default it does. */
	readonly sanBoots?: boolean | undefined;
	/** Whether `ping`, `nslookup` and `ntp` get an answer; by default they do. */
	readonly reachable?: ((name: string) => boolean) | undefined;
	/** `cpuid`: the bits that are set, as `29` or `--ext 29`. By default `--ext 29` (64-bit) only. */
	readonly cpuid?: readonly string[] | undefined;
	/** Whether signatures are right for `imgverify`; by default they are. */
	readonly trusted?: boolean | undefined;
	/** Hexadecimal digest for `md5sum`, `sha256sum` and the like; without it they fail. */
	readonly digest?: ((algorithm: string, bytes: Uint8Array) => string) | undefined;
	/** Seconds since 1970 at the start; `unixtime` goes on from there. 0 by default. */
	readonly time?: number | undefined;
	/** When to stop: commands (10,000 by default) and simulated milliseconds (one hour by default). */
	readonly budget?: { readonly steps?: number | undefined; readonly milliseconds?: number | undefined } | undefined;
}
