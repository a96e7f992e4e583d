import { commandsOf, type IpxeCommandInfo } from './command-info.ts';

/** Disks, the machine itself, and how it is doing. */
export const machineCommands: readonly IpxeCommandInfo[] = [
	...commandsOf({ macro: 'AUTOBOOT_CMD', efi: 'on', bios: 'on', source: 'hci/commands/autoboot_cmd.c' }, [
		{ name: 'autoboot', arguments: [0, 255], usage: '[<interface>...]', since: 'pre-1.0' },
	]),
	...commandsOf({ macro: 'SANBOOT_CMD', efi: 'on', bios: 'on', source: 'hci/commands/sanboot_cmd.c' }, [
		{
			name: 'sanboot',
			options:
				'd/drive=integer n/no-describe k/keep f/filename=string@2017-04 e/extra=string@2024-03 l/label=string@2024-03 u/uuid=uuid@2024-03',
			arguments: [0, 255],
			usage: '[<root-path>...]',
			since: 'pre-1.0',
		},
		{
			name: 'sanhook',
			options: 'd/drive=integer n/no-describe',
			arguments: [1, 255],
			usage: '<root-path>',
			since: '2011-04-23',
		},
		{ name: 'sanunhook', options: 'd/drive=integer', since: '2011-04-23' },
	]),
	...commandsOf({ macro: 'REBOOT_CMD', efi: 'on', bios: 'on', source: 'hci/commands/reboot_cmd.c' }, [
		{ name: 'reboot', options: 'w/warm@2013 s/setup@2025-04-28', since: '2010-12-04' },
	]),
	...commandsOf({ macro: 'POWEROFF_CMD', efi: 'on', bios: 'on', source: 'hci/commands/poweroff_cmd.c' }, [
		{ name: 'poweroff', since: '2013-07-13' },
	]),
	...commandsOf({ macro: 'CPUID_CMD (x86 only)', efi: 'on', bios: 'on', source: 'arch/x86/hci/commands/cpuid_cmd.c' }, [
		{
			name: 'cpuid',
			options: 'e/ext a/amd c/ecx',
			arguments: [1, 1],
			usage: '<bit>',
			since: '2012-06-06',
			note: 'absent on arm64: use "cpuid ... || ..."',
		},
	]),
	...commandsOf({ macro: 'PCI_CMD', efi: 'on', bios: 'off', source: 'hci/commands/pci_cmd.c' }, [
		{ name: 'pciscan', arguments: [1, 1], usage: '<setting>', since: '2013-08-01' },
	]),
	...commandsOf({ macro: 'USB_CMD', efi: 'on', bios: 'off', source: 'hci/commands/usb_cmd.c' }, [
		{ name: 'usbscan', arguments: [1, 1], usage: '<setting>', since: '2024-10-17' },
	]),
	...commandsOf({ macro: 'SYNC_CMD', efi: 'on', bios: 'on', source: 'hci/commands/sync_cmd.c' }, [
		{ name: 'sync', options: 't/timeout=timeout', since: '2012-06-09' },
	]),
	...commandsOf({ macro: 'TIME_CMD', efi: 'off', bios: 'off', source: 'hci/commands/time_cmd.c' }, [
		{ name: 'time', arguments: [1, 255], usage: '<command>', since: 'pre-1.0' },
	]),
	...commandsOf({ macro: 'PROFSTAT_CMD', efi: 'off', bios: 'off', source: 'hci/commands/profstat_cmd.c' }, [
		{ name: 'profstat', since: '2014-04-27' },
	]),
	...commandsOf({ macro: 'GDBSERIAL|GDBUDP', efi: 'off', bios: 'off', source: 'hci/commands/gdbstub_cmd.c' }, [
		{ name: 'gdbstub', arguments: [1, 255], usage: '<transport> [<options>...]', since: 'pre-1.0' },
	]),
];
