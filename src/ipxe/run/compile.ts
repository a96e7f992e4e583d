import { magicOf, parseIpxe } from '../parse.ts';
import { type IpxeMagic, type IpxeOperator, ipxeWordText } from '../tree.ts';

/** A line in the form that runs fast. */
export interface CompiledLine {
	readonly line: number;
	readonly commands: readonly CompiledCommand[];
	readonly pending: boolean;
	/** The whole text, for gPXE, which expands before it splits. */
	readonly text: string;
}

export interface CompiledCommand {
	readonly words: readonly string[];
	/** Whether any word holds `${`. */
	readonly dynamic: boolean;
	readonly operator: IpxeOperator | undefined;
	readonly line: number;
}

export interface CompiledScript {
	readonly magic: IpxeMagic;
	readonly lines: readonly CompiledLine[];
	/** Index of the first line that has the label. */
	readonly labels: ReadonlyMap<string, number>;
}

const recent = new Map<string, CompiledScript>();

/** A binary text as a script; the last few are kept, because loops chain the same script over and over. */
export function compileScript(source: string): CompiledScript {
	const known = recent.get(source);
	if (known) return known;
	const labels = new Map<string, number>();
	const lines = parseIpxe(source).lines.map((line, index): CompiledLine => {
		if (line.label && !line.pending && !labels.has(line.label.name)) labels.set(line.label.name, index);
		const commands = line.commands.map((command): CompiledCommand => {
			const words = command.words.map(ipxeWordText);
			return {
				words,
				dynamic: words.some((word) => word.includes('${')),
				operator: command.operator?.text,
				line: command.position.line,
			};
		});
		return { line: line.position.line, commands, pending: line.pending, text: '' };
	});
	const script: CompiledScript = { magic: magicOf(source), lines, labels };
	if (recent.size >= 8) recent.clear();
	recent.set(source, script);
	return script;
}

/** gPXE knows no labels, operators, joins or comments but at the start of a line. */
export function compileGpxe(source: string): CompiledScript {
	const lines = source.split('\n').map(
		(text, index): CompiledLine => ({
			line: index + 1,
			commands: [],
			pending: false,
			text: text.endsWith('\r') ? text.slice(0, -1) : text,
		}),
	);
	return { magic: magicOf(source), lines, labels: new Map() };
}
