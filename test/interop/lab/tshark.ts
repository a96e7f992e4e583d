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
