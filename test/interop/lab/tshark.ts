import { run } from './command.ts';

/**
 * What tshark, an independent reader, finds in a capture: a row for each packet that passes the display filter, a
 * column for each field; `''` where a packet lacks it.
 */
export async function tshark(capture: string, filter: string, ...fields: readonly string[]): Promise<string[][]> {
	const columns = fields.flatMap((field) => ['-e', field]);
	const output = await run('tshark', ['-n', '-r', capture, '-Y', filter, '-T', 'fields', ...columns]);
	return output
		.split('\n')
		.filter(Boolean)
		.map((line) => line.split('\t'));
}

/**
 * What tshark finds wrong in the packets that pass the display filter: malformed ones, and what its dissectors mark as
 * a note, a warning or an error. Its talk of what is normal (0x00200000) is left out.
 */
export async function complaints(capture: string, filter: string): Promise<string[]> {
	const wrong = '(_ws.malformed || _ws.expert.severity >= 0x00400000)';
	const rows = await tshark(capture, `(${filter}) && ${wrong}`, 'frame.number', '_ws.expert.message');
	return rows.map(([frame, message]) => `frame ${frame}: ${message || 'malformed'}`);
}
