import { commandsOf, type IpxeCommandInfo, type SharedColumns } from './command-info.ts';

const begins = { options: 'n/name=string d/delete', arguments: [0, 255], usage: '[<title>]' } satisfies SharedColumns;

/** Menus, forms, colours, and the shell. */
export const screenCommands: readonly IpxeCommandInfo[] = [
	...commandsOf({ macro: 'MENU_CMD', efi: 'on', bios: 'on', source: 'hci/commands/dynui_cmd.c' }, [
		{
			name: 'choose',
			options: 'm/menu=string d/default=string t/timeout=timeout r/retimeout=timeout@2025-02-19 k/keep',
			arguments: [1, 1],
			usage: '<setting>',
			since: '2012-03-29',
		},
		{ name: 'menu', since: '2012-03-29', ...begins },
	]),
	...commandsOf({ macro: 'MENU_CMD|FORM_CMD', efi: 'on', bios: 'on', source: 'hci/commands/dynui_cmd.c' }, [
		{
			name: 'item',
			options: 'm/menu=string f/form=string@2024-05 k/key=key d/default s/secret@2024-05 g/gap',
			arguments: [0, 255],
			usage: '[<name> [<text>]]',
			since: '2012-03-29',
			note: 'without --gap the first positional is the name',
		},
	]),
	...commandsOf({ macro: 'FORM_CMD', efi: 'on', bios: 'on', source: 'hci/commands/dynui_cmd.c' }, [
		{ name: 'form', since: '2024-05-31', ...begins },
		{ name: 'present', options: 'f/form=string k/keep', since: '2024-05-31' },
	]),
	...commandsOf({ macro: 'CONSOLE_CMD', efi: 'on', bios: 'off', source: 'hci/commands/console_cmd.c' }, [
		{
			name: 'colour',
			options: 'b/basic=integer r/rgb=integer',
			arguments: [1, 1],
			usage: '<colour>',
			since: '2013-12-08',
		},
		{
			name: 'console',
			options:
				'x/x=integer y/y=integer l/left=integer r/right=integer t/top=integer b/bottom=integer d/depth=integer p/picture=string k/keep',
			since: '2013-11-27',
		},
		{
			name: 'cpair',
			options: 'f/foreground=integer b/background=integer',
			arguments: [1, 1],
			usage: '<cpair>',
			since: '2013-12-08',
		},
	]),
	...commandsOf({ macro: 'SHELL_CMD', efi: 'on', bios: 'on', source: 'hci/shell.c' }, [
		{ name: 'help', arguments: [0, 255], since: 'pre-1.0', note: 'does not parse options at all' },
		{ name: 'shell', since: '2010-11-28' },
	]),
];
