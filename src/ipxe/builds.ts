import type { IpxeCommandInfo, IpxeOptionInfo } from './commands/command-info.ts';
import { ipxeCommand } from './commands/table.ts';

/** What an iPXE binary was built as. */
export interface IpxeBuild {
	/** `pcbios`, `efi`; `linux` is iPXE as a Linux program. `pcbios` by default. */
	readonly platform?: 'pcbios' | 'efi' | 'linux' | undefined;
	/** `1.0.0`, `1.21.1`, `2.0.0`, or with a day, as distributions write it: `1.21.1+git-20220113`. `2.0.0` by default. */
	readonly version?: string | undefined;
	/** Commands that this build has (`true`) or lacks (`false`), against the stock configuration. */
	readonly commands?: Readonly<Record<string, boolean>> | undefined;
}

/** Days of the releases that scripts are written for. */
const releases: readonly (readonly [version: string, day: string])[] = [
	['1.0.0', '2010-02-02'],
	['1.20.1', '2020-01-02'],
	['1.21.1', '2020-12-31'],
	['2.0.0', '2026-03-20'],
];

/** Off in the stock configuration before 2.0.0, for all platforms (`config/general.h` of 1.21.1). */
const offBefore2: readonly string[] = [
	'PARAM_CMD',
	'CONSOLE_CMD',
	'VLAN_CMD',
	'REBOOT_CMD',
	'POWEROFF_CMD',
	'PCI_CMD',
	'DIGEST_CMD',
	'NTP_CMD',
	'CERT_CMD',
	'USB_CMD',
];

/** The day that a version stands for, `YYYY-MM-DD`; the newest for a version that is not known. */
export function versionDay(version: string): string {
	const git = /git-?(\d{4})(\d\d)(\d\d)/.exec(version);
	if (git) return `${git[1]}-${git[2]}-${git[3]}`;
	return releases.find(([known]) => known === version)?.[1] ?? '9999-12-31';
}

/**
 * Why this build lacks a command, or `undefined` when it has it (or when nobody can say, as for commands that come
 * with a certain network card).
 *
 * @example
 * ```ts
 * import { ipxeCommandMissing } from 'pxekit/ipxe';
 *
 * ipxeCommandMissing('params', { platform: 'efi' }); // => undefined
 * ipxeCommandMissing('params', { platform: 'pcbios' }); // => 'off in stock BIOS builds; build with PARAM_CMD'
 * ipxeCommandMissing('imgset', { version: '2.0.0' }); // => 'came on 2026-07-14, after version 2.0.0'
 * ```
 */
export function ipxeCommandMissing(name: string, build: IpxeBuild = {}): string | undefined {
	const { platform = 'pcbios', version = '2.0.0', commands = {} } = build;
	if (Object.hasOwn(commands, name)) return commands[name] ? undefined : 'not in this build';
	const command = ipxeCommand(name);
	if (!command) return 'no such command';
	const day = versionDay(version);
	const late = cameLater(/\d{4}-\d\d-\d\d/.exec(command.since)?.[0], version);
	if (late !== undefined) return late;
	const byDefault = platform === 'pcbios' ? command.bios : command.efi;
	const platformName = platform === 'pcbios' ? 'BIOS' : platform === 'efi' ? 'UEFI' : 'Linux';
	if (byDefault === 'off' || byDefault === 'n/a') {
		return `off in stock ${platformName} builds; build with ${command.macro}`;
	}
	if (day < '2026-03-20' && offBefore2.some((macro) => command.macro.startsWith(macro))) {
		return `off in stock builds before 2.0.0; build with ${command.macro}`;
	}
	return undefined;
}

/** Why the command lacks an option in this build, although the table has it; `undefined` when it has it. */
export function optionMissing({ since }: IpxeOptionInfo, { version = '2.0.0' }: IpxeBuild): string | undefined {
	return cameLater(since, version);
}

/** The command with the options that it has in this build; `undefined` when the build lacks it. */
export function commandInBuild(name: string, build: IpxeBuild): IpxeCommandInfo | undefined {
	const command = ipxeCommand(name);
	if (!command || ipxeCommandMissing(name, build) !== undefined) return undefined;
	return { ...command, options: command.options.filter((option) => optionMissing(option, build) === undefined) };
}

/** Of a date without a day or month, all its days count as those on which the thing was there. */
function cameLater(since: string | undefined, version: string): string | undefined {
	if (since === undefined || since <= versionDay(version)) return undefined;
	return `came ${since.length < 10 ? 'in' : 'on'} ${since}, after version ${version}`;
}
