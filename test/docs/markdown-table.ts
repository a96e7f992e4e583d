const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A Markdown table with its columns aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const cells = [head, ...rows].map((row) => row.map(cell));
	const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
	const line = (row: readonly string[]) =>
		`| ${row.map((text, at) => text.padEnd(widths[at] as number)).join(' | ')} |`;
	return [line(cells[0] as string[]), line(widths.map((width) => '-'.repeat(width))), ...cells.slice(1).map(line)].join(
		'\n',
	);
}
