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
 * What tshark finds wrong in the packets that pass the display filter: malformed ones, and all that its dissectors have
 * a remark on.
 */
export async function complaints(capture: string, filter: string): Promise<string[]> {
	const rows = await tshark(
		capture,
		`(${filter}) && (_ws.malformed || _ws.expert)`,
		'frame.number',
		'_ws.expert.message',
	);
	return rows.map(([frame, message]) => `frame ${frame}: ${message || 'malformed'}`);
}
