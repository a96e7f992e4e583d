import { pxelinuxDirectives, pxelinuxLintRules, pxelinuxModules, sysappendBits } from 'pxekit/pxelinux';
import { table } from './markdown-table.ts';

const code = (text: string) => `\`${text}\``;

/** docs/pxelinux-reference.md: directives, rules, SYSAPPEND bits and modules as the tables have them. */
export function reference(): string {
	const readers = ['loader', 'menu', 'u-boot', 'grub'] as const;
	const directives = pxelinuxDirectives.map(({ name, aliases = [], scope, argument, readers: known, meaning }) => [
		[name, ...aliases].map(code).join(', '),
		scope,
		argument,
		...readers.map((reader) => (known.includes(reader) ? 'yes' : '')),
		meaning,
	]);
	const rules = pxelinuxLintRules.map((rule) => [code(rule.code), rule.severity, rule.meaning, code(rule.source)]);
	const bits = sysappendBits.map(({ bit, name, prefix, meaning }) => [
		code(`0x${bit.toString(16)}`),
		name,
		code(prefix),
		meaning,
	]);
	const modules = pxelinuxModules.map(({ name, libraries, efi }) => [
		code(name),
		libraries.map(code).join(', '),
		efi ? 'yes' : '',
	]);
	return [
		'# PXELINUX directives, rules and modules',
		'',
		'This page is made from the tables of `pxekit/pxelinux`.',
		'',
		'## Directives',
		'',
		'Where each counts: `label` between LABEL and what closes it; `either` there, and elsewhere for all labels; `entry` in a',
		'label, or for the entry that opens the submenu; `menu` for the menu that is open; `global` for all. `F` is F1 to F12.',
		'',
		table(['directive', 'where', 'argument', 'loader', 'menu.c32', 'U-Boot', 'GRUB', 'what it does'], directives),
		'',
		'## Rules of the linter',
		'',
		table(['code', 'severity', 'what it finds', 'source'], rules),
		'',
		'## Bits of SYSAPPEND',
		'',
		table(['bit', 'name', 'begins with', 'what it is'], bits),
		'',
		'## Modules',
		'',
		'The libraries that a module names must be served beside it, and `ldlinux.c32` (on UEFI `ldlinux.e64` or `ldlinux.e32`).',
		'',
		table(['module', 'libraries', 'UEFI'], modules),
		'',
	].join('\n');
}
