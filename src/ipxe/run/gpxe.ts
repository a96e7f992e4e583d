import { status } from './status.ts';

/** What gPXE 1.0 takes after each of its commands: fewest and most words, and whether `--name` is known. */
const gpxeCommands: ReadonlyMap<string, readonly [minimum: number, maximum: number, named: boolean]> = new Map([
	['autoboot', [0, 0, false]],
	['boot', [0, 1, false]],
	['chain', [1, 255, true]],
	['clear', [1, 1, false]],
	['config', [0, 1, false]],
	['dhcp', [1, 1, false]],
	['echo', [0, 255, false]],
	['help', [0, 0, false]],
	['ifclose', [0, 255, false]],
	['ifopen', [0, 255, false]],
	['ifstat', [0, 255, false]],
	['imgargs', [1, 255, false]],
	['imgexec', [0, 1, false]],
	['imgfetch', [1, 255, true]],
	['imgfree', [0, 1, false]],
	['imgload', [1, 1, false]],
	['imgstat', [0, 0, false]],
	['initrd', [1, 255, true]],
	['kernel', [1, 255, true]],
	['login', [0, 0, false]],
	['module', [1, 255, true]],
	['route', [0, 0, false]],
	['sanboot', [1, 1, false]],
	['set', [2, 2, false]],
	['show', [1, 1, false]],
	['sleep', [1, 1, false]],
]);

/** Why gPXE would not run a command that iPXE knows. */
export function gpxeRefusal(
	words: readonly string[],
): { readonly status: number; readonly message: string } | undefined {
	const [name = '', ...rest] = words;
	const limits = gpxeCommands.get(name);
	if (!limits) return { status: status('ENOEXEC', 'exec'), message: `${name}: command not found` };
	const [minimum, maximum, named] = limits;
	let given = rest.length;
	if (rest[0]?.startsWith('-') && name !== 'echo') {
		if (!named || !/^(-n|--name)/.test(rest[0])) {
			return { status: status('EINVAL', 'parseopt', 2), message: `Unrecognised option "${rest[0]}"` };
		}
		given -= rest[0].includes('=') ? 1 : 2;
	}
	if (given >= minimum && given <= maximum) return undefined;
	return { status: status('ERANGE', 'parseopt'), message: `Usage: ${name} takes ${minimum} to ${maximum} words` };
}
