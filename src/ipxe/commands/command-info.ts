/** What kind of value an option takes; `flag` takes none (`src/core/parseopt.c`). */
export type IpxeOptionType =
	| 'flag'
	| 'string'
	/** A whole number, base 0: `16`, `0x10`, `020`. */
	| 'integer'
	/** Milliseconds. */
	| 'timeout'
	/** One character, or a number from the key table. */
	| 'key'
	| 'uuid'
	/** The name of a setting to write to. */
	| 'setting'
	/** `dhcp`, `ipv6`, `lldp` and so on. */
	| 'configurator'
	| 'fcPort'
	| 'fcPortId';

/** One option of a command: `--name`, `-n`. */
export interface IpxeOptionInfo {
	readonly long: string;
	readonly short: string;
	readonly type: IpxeOptionType;
	/** When it came, if later than its command: a date, as exact as it is known (`2026-07`). */
	readonly since?: string | undefined;
}

/** Whether a stock build has a command: `on`, `off`, or on under the condition named. */
export type IpxeBuildDefault = string;

/** One command as iPXE knows it. */
export interface IpxeCommandInfo {
	readonly name: string;
	readonly options: readonly IpxeOptionInfo[];
	/** Least and most positional arguments. 255 is iPXE's own limit for all commands. */
	readonly arguments: readonly [minimum: number, maximum: number];
	/** The arguments as iPXE prints them in its usage text. */
	readonly usage: string;
	/** The build switch that puts it in (`config/general.h`). */
	readonly macro: string;
	/** In a stock UEFI build since 2.0.0. */
	readonly efi: IpxeBuildDefault;
	/** In a stock BIOS build since 2.0.0. */
	readonly bios: IpxeBuildDefault;
	/** When it came: a date, or `pre-1.0`. */
	readonly since: string;
	/** File in iPXE's `src/`. */
	readonly source: string;
	readonly note?: string | undefined;
}

/** The build switch that puts commands in, what stock builds say of it, and the file that has them. */
type Build = Pick<IpxeCommandInfo, 'macro' | 'efi' | 'bios' | 'source'>;

/** What distinguishes a command from the others of its build switch. */
export interface CommandRow extends Pick<IpxeCommandInfo, 'name' | 'since' | 'note'> {
	/** `n/name=string q/quiet@2026-07`: short, long, type and date; a flag has no type. None by default. */
	readonly options?: string;
	/** None by default. */
	readonly arguments?: IpxeCommandInfo['arguments'];
	/** Empty by default. */
	readonly usage?: string;
}

/** What several commands have in common. */
export type SharedColumns = Partial<CommandRow>;

/** The commands that one build switch puts in. */
export function commandsOf(build: Build, rows: readonly CommandRow[]): readonly IpxeCommandInfo[] {
	return rows.map(({ options = '', arguments: limits = [0, 0], usage = '', ...row }) => ({
		...build,
		...row,
		arguments: limits,
		usage,
		options: options === '' ? [] : options.split(' ').map(option),
	}));
}

function option(text: string): IpxeOptionInfo {
	const [description = '', since] = text.split('@');
	const [names = '', type = 'flag'] = description.split('=');
	const [short = '', long = ''] = names.split('/');
	return { long, short, type: type as IpxeOptionType, ...(since === undefined ? {} : { since }) };
}
