import type { IpxeCommandInfo } from './command-info.ts';
import { imageCommands } from './image-commands.ts';
import { machineCommands } from './machine-commands.ts';
import { networkCommands } from './network-commands.ts';
import { screenCommands } from './screen-commands.ts';
import { scriptCommands } from './script-commands.ts';

/**
 * Every command of iPXE (2.0.0 and the months after), with its options, limits and builds. Parser, builder, linter,
 * dry run and the reference in the docs follow from it. All but `help` also take `-h` and `--help`.
 *
 * @example
 * ```ts
 * import { ipxeCommands } from 'pxekit/ipxe';
 *
 * const choose = ipxeCommands.find((command) => command.name === 'choose');
 * choose?.options.map((option) => option.long); // => ['menu', 'default', 'timeout', 'retimeout', 'keep']
 * ```
 */
export const ipxeCommands: readonly IpxeCommandInfo[] = [
	...scriptCommands,
	...imageCommands,
	...networkCommands,
	...screenCommands,
	...machineCommands,
].sort((first, second) => (first.name < second.name ? -1 : 1));

const byName: ReadonlyMap<string, IpxeCommandInfo> = new Map(ipxeCommands.map((command) => [command.name, command]));

/** The command of that name; names are case-sensitive. */
export function ipxeCommand(name: string): IpxeCommandInfo | undefined {
	return byName.get(name);
}
