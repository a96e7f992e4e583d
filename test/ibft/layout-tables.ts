import { abftFields, ibftStructures, nbftStructures, sbftParts } from 'pxekit/ibft';

/** What a field type takes in the table, for people. */
const sizes: Readonly<Record<string, string>> = {
	u8: '1 byte',
	u16: '2 bytes',
	u32: '4 bytes',
	ip: '16 bytes, IPv4 mapped',
	mac: '6 bytes',
	lun: '8 bytes, as SCSI sends them',
	pci: '2 bytes: bus, device and function',
	origin: '1 byte',
	chapType: '1 byte',
	text: 'reference to a text',
	secret: 'reference to a text, in clear',
	hex8: '8 bytes',
	hex16: '16 bytes',
	uuid: '16 bytes, first three fields little-endian',
	bytes: 'reference to bytes',
	indexes: 'reference to bytes',
	address: 'reference to 16 bytes, IPv4 mapped',
};

interface Row {
	readonly name: string;
	readonly offset: number;
	readonly type: string;
	readonly about: string;
	readonly sysfs?: string;
}

function table(title: string, rows: readonly Row[], withSysfs: boolean): string {
	const cells = [
		['Offset', 'Field', 'In the table', 'Meaning', ...(withSysfs ? ["Linux's file"] : [])],
		...rows.map(({ offset, name, type, about, sysfs }) => [
			String(offset),
			`\`${name}\``,
			sizes[type] ?? type,
			about,
			...(withSysfs ? [sysfs === undefined ? '' : `\`${sysfs}\``] : []),
		]),
	];
	const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
	const line = (row: readonly string[], fill: string) =>
		`| ${widths.map((width, column) => (row[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
	const [head = [], ...body] = cells;
	return [`**${title}**`, '', line(head, ' '), line([], '-'), ...body.map((row) => line(row, ' ')), ''].join('\n');
}

/** The layout tables of docs/ibft.md, from the field tables that the codecs follow. */
export function layoutTables(): Readonly<Record<string, string>> {
	const titles = { initiator: 'Initiator', nic: 'NIC', target: 'Target' } as const;
	const ibft = Object.entries(ibftStructures).map(([kind, { id, length, flags, fields }]) => {
		const title = `${titles[kind as keyof typeof titles]}: id ${id}, ${length} bytes, flags ${flags.join(', ')}`;
		return table(title, fields, true);
	});
	const sbft = Object.entries(sbftParts).map(([name, { pointer, length, fields }]) =>
		table(`${name}: ${length} bytes, its offset at ${pointer}`, fields, false),
	);
	const nbft = Object.entries(nbftStructures).map(([name, { id, length, fields }]) =>
		table(`${name}: id ${id}, ${length} bytes`, fields, false),
	);
	return {
		ibft: ibft.join('\n'),
		abft: table('aBFT: 46 bytes', abftFields, false),
		sbft: sbft.join('\n'),
		nbft: nbft.join('\n'),
	};
}

/** The text with each `<!-- fields NAME -->` block filled in. */
export function withLayoutTables(text: string): string {
	let filled = text;
	for (const [name, tables] of Object.entries(layoutTables())) {
		const block = new RegExp(`(<!-- fields ${name} -->\n)[^]*?(<!-- end -->)`);
		if (!block.test(filled)) throw new Error(`no place for the tables of ${name}`);
		filled = filled.replace(block, (_, start: string, end: string) => `${start}\n${tables}\n${end}`);
	}
	return filled;
}
