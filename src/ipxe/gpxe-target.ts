import { gpxeRefusal } from './run/gpxe.ts';

/** Why gPXE 1.0 would not understand a line, or `undefined`. */
export function gpxeProblem(line: string): string | undefined {
	if (line.startsWith('#')) return undefined;
	if (line.startsWith(':')) return `gPXE has no labels: ${line}`;
	const words = line.split(' ');
	const operator = words.find((word) => word === '||' || word === '&&' || word === ';');
	if (operator !== undefined) return `gPXE has no "${operator}": a command that fails ends the script`;
	if (/\$\{[^}]*\$\{/.test(line)) return 'gPXE does not expand a setting inside a setting';
	const refusal = gpxeRefusal(words.filter((word) => word !== '--'));
	return refusal && `gPXE can't run "${words[0]}": ${refusal.message}`;
}
