import { ipxeCommands, ipxeLintRules, ipxeSettings } from 'pxekit/ipxe';
import { table } from './markdown-table.ts';

/** The rules of the linter, as docs/ipxe.md shows them. */
export function lintRules(): string {
	const rows = ipxeLintRules.map(({ code, severity, about, source }) => [
		`\`${code}\``,
		severity,
		about,
		`\`${source}\``,
	]);
	return table(['code', 'severity', 'what it finds', 'where iPXE says so'], rows);
}

/** docs/ipxe-reference.md: commands and settings as the tables have them. */
export function reference(): string {
	const commands = ipxeCommands.map(({ name, options, usage, macro, efi, bios, since }) => [
		`\`${name}\``,
		[
			...options.map(
				({ long, type, since: from }) =>
					`\`--${long}${type === 'flag' ? '' : ` ${type}`}\`${from === undefined ? '' : ` (${from})`}`,
			),
			usage && `\`${usage}\``,
		]
			.filter(Boolean)
			.join(' '),
		macro,
		efi,
		bios,
		since,
	]);
	const settings = ipxeSettings.map(({ name, tag = '', type, scope = '', about }) => [
		`\`${name}\``,
		tag,
		type,
		scope,
		about,
	]);
	return [
		'# iPXE commands and settings',
		'',
		'This page is made from the tables of `pxekit/ipxe`: `ipxeCommands` and `ipxeSettings`.',
		'',
		'## Commands',
		'',
		'UEFI and BIOS say whether a stock build of 2.0.0 has the command. All but `help` also take `--help`.',
		'A date behind an option says when it came, if that was later than its command.',
		'',
		table(['command', 'options and arguments', 'build switch', 'UEFI', 'BIOS', 'since'], commands),
		'',
		'## Settings',
		'',
		table(['setting', 'tag', 'type', 'block', 'what it is'], settings),
		'',
	].join('\n');
}
