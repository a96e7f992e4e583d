import { readFileSync } from 'node:fs';

/** A row of a table in docs/dnsmasq.md: lines of dnsmasq's configuration, and the call that says the same. */
export interface DnsmasqRow {
	readonly section: string;
	readonly lines: readonly string[];
	/** Source code. */
	readonly call: string;
}

/** All rows, in order. */
export function dnsmasqRows(): DnsmasqRow[] {
	const page = readFileSync(new URL('../../docs/dnsmasq.md', import.meta.url), 'utf8');
	let section = '';
	return page.split('\n').flatMap((line) => {
		section = /^## (.*)/.exec(line)?.[1] ?? section;
		const [, left = '', right = ''] = line.split(/^\| | \| | \|$/);
		const code = (cell: string) => Array.from(cell.matchAll(/`([^`]+)`/g), (match) => match[1] as string);
		const [call, ...more] = code(right);
		return call === undefined || more.length > 0 ? [] : [{ section, lines: code(left), call }];
	});
}
