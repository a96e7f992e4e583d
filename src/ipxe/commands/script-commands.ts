import { commandsOf, type IpxeCommandInfo } from './command-info.ts';

/** What scripts are made of: flow, text and settings. */
export const scriptCommands: readonly IpxeCommandInfo[] = [
	...commandsOf({ macro: 'always', efi: 'on', bios: 'on', source: 'core/exec.c' }, [
		{ name: 'echo', options: 'n/n@2011-03-27', arguments: [0, 255], usage: '[...]', since: 'pre-1.0' },
		{ name: 'exit', arguments: [0, 1], usage: '[<status>]', since: 'pre-1.0 (shell only); scripts 2010-11-22' },
		{ name: 'iseq', arguments: [2, 2], usage: '<value1> <value2>', since: '2011-04-08' },
		{ name: 'isset', arguments: [1, 1], usage: '<value>', since: '2010-11-22' },
		{ name: 'sleep', arguments: [1, 1], usage: '<seconds>', since: 'pre-1.0 (off); default 2011-10-24' },
	]),
	...commandsOf({ macro: 'IMAGE_SCRIPT', efi: 'on', bios: 'on', source: 'image/script.c' }, [
		{ name: 'goto', arguments: [1, 1], usage: '<label>', since: '2010-11-22' },
		{
			name: 'prompt',
			options: 'k/key=key t/timeout=timeout',
			arguments: [0, 255],
			usage: '[<text>]',
			since: '2011-03-07',
		},
	]),
	...commandsOf({ macro: 'NVO_CMD', efi: 'on', bios: 'on', source: 'hci/commands/nvo_cmd.c' }, [
		{ name: 'clear', arguments: [1, 1], usage: '<setting>', since: 'pre-1.0' },
		{ name: 'inc', arguments: [1, 2], usage: '<setting> [<increment>]', since: '2013-08-01' },
		{
			name: 'read',
			options: 't/timeout=timeout@2021-04-23',
			arguments: [1, 1],
			usage: '<setting>',
			since: '2011-03-27',
		},
		{ name: 'set', arguments: [1, 255], usage: '<setting> <value>', since: 'pre-1.0' },
		{ name: 'show', options: 'q/quiet@2026-07-16', arguments: [1, 1], usage: '<setting>', since: 'pre-1.0' },
	]),
	...commandsOf({ macro: 'CONFIG_CMD', efi: 'on', bios: 'on', source: 'hci/commands/config_cmd.c' }, [
		{ name: 'config', arguments: [0, 1], usage: '[<scope>]', since: 'pre-1.0' },
	]),
	...commandsOf({ macro: 'LOGIN_CMD', efi: 'on', bios: 'on', source: 'hci/commands/login_cmd.c' }, [
		{ name: 'login', since: 'pre-1.0' },
	]),
];
