import { commandsOf, type IpxeCommandInfo, type SharedColumns } from './command-info.ts';

const interfaces = { arguments: [0, 255], usage: '[<interface>...]' } satisfies SharedColumns;
const configures = { options: 'c/configurator=configurator t/timeout=timeout', ...interfaces } satisfies SharedColumns;

/** Network cards, what is asked over them, and what is sent with a request. */
export const networkCommands: readonly IpxeCommandInfo[] = [
	...commandsOf({ macro: 'DHCP_CMD', efi: 'on', bios: 'on', source: 'hci/commands/dhcp_cmd.c' }, [
		{ name: 'dhcp', since: 'pre-1.0', ...configures, note: 'synonym of ifconf' },
		{ name: 'pxebs', arguments: [2, 2], usage: '<interface> <server type>', since: 'pre-1.0' },
	]),
	...commandsOf({ macro: 'IFMGMT_CMD', efi: 'on', bios: 'on', source: 'hci/commands/ifmgmt_cmd.c' }, [
		{ name: 'ifclose', since: 'pre-1.0', ...interfaces },
		{ name: 'ifconf', since: '2013-11-04', ...configures },
		{ name: 'iflinkwait', options: 't/timeout=timeout', since: '2021-01-26', ...interfaces },
		{ name: 'ifopen', since: 'pre-1.0', ...interfaces },
		{ name: 'ifstat', since: 'pre-1.0', ...interfaces },
	]),
	...commandsOf(
		{ macro: 'IWMGMT_CMD', efi: '802.11 builds', bios: '802.11 builds', source: 'hci/commands/iwmgmt_cmd.c' },
		[
			{ name: 'iwlist', since: 'pre-1.0', ...interfaces },
			{ name: 'iwstat', since: 'pre-1.0', ...interfaces },
		],
	),
	...commandsOf({ macro: 'VLAN_CMD', efi: 'on', bios: 'off', source: 'hci/commands/vlan_cmd.c' }, [
		{
			name: 'vcreate',
			options: 't/tag=integer p/priority=integer',
			arguments: [1, 1],
			usage: '<trunk interface>',
			since: '2010-11-19',
		},
		{ name: 'vdestroy', arguments: [1, 1], usage: '<VLAN interface>', since: '2010-11-19' },
	]),
	...commandsOf({ macro: 'ROUTE_CMD', efi: 'on', bios: 'on', source: 'hci/commands/route_cmd.c' }, [
		{ name: 'route', since: 'pre-1.0' },
	]),
	...commandsOf({ macro: 'PARAM_CMD', efi: 'on', bios: 'off', source: 'hci/commands/param_cmd.c' }, [
		{
			name: 'param',
			options: 'p/params=string H/header@2023-02-28',
			arguments: [1, 255],
			usage: '<key> [<value>...]',
			since: '2013-08-13',
		},
		{ name: 'params', options: 'n/name=string m/method=string@2026-07-13 d/delete', since: '2013-08-13' },
	]),
	...commandsOf({ macro: 'NSLOOKUP_CMD', efi: 'off', bios: 'off', source: 'hci/commands/nslookup_cmd.c' }, [
		{ name: 'nslookup', arguments: [2, 2], usage: '<setting> <name>', since: '2012-08-30' },
	]),
	...commandsOf({ macro: 'NTP_CMD', efi: 'on', bios: 'off', source: 'hci/commands/ntp_cmd.c' }, [
		{ name: 'ntp', arguments: [1, 1], usage: '<server>', since: '2016-06-13' },
	]),
	...commandsOf({ macro: 'PING_CMD', efi: 'off', bios: 'off', source: 'hci/commands/ping_cmd.c' }, [
		{
			name: 'ping',
			options: 's/size=integer t/timeout=timeout c/count=integer q/quiet',
			arguments: [1, 1],
			usage: '<host>',
			since: '2013-10-21',
		},
	]),
	...commandsOf({ macro: 'IPSTAT_CMD', efi: 'off', bios: 'off', source: 'hci/commands/ipstat_cmd.c' }, [
		{ name: 'ipstat', since: '2014-03-02' },
	]),
	...commandsOf({ macro: 'NEIGHBOUR_CMD', efi: 'off', bios: 'off', source: 'hci/commands/neighbour_cmd.c' }, [
		{ name: 'nstat', since: '2013-09-25' },
	]),
	...commandsOf({ macro: 'LOTEST_CMD', efi: 'off', bios: 'off', source: 'hci/commands/lotest_cmd.c' }, [
		{
			name: 'lotest',
			options: 'm/mtu=integer b/broadcast',
			arguments: [2, 2],
			usage: '<sending interface> <receiving interface>',
			since: '2010-09-20',
		},
	]),
	...commandsOf({ macro: 'FCMGMT_CMD', efi: 'FC builds', bios: 'FC builds', source: 'hci/commands/fcmgmt_cmd.c' }, [
		{
			name: 'fcels',
			options: 'p/port=fcPort i/id=fcPortId',
			arguments: [1, 1],
			usage: '<request>',
			since: '2010-09-15',
		},
		{ name: 'fcstat', since: '2010-09-15' },
	]),
	...commandsOf({ macro: 'IBMGMT_CMD', efi: 'IB builds', bios: 'IB builds', source: 'hci/commands/ibmgmt_cmd.c' }, [
		{ name: 'ibstat', since: '2016-03-08' },
	]),
	...commandsOf({ macro: 'PXE_CMD', efi: 'n/a', bios: 'off', source: 'arch/x86/hci/commands/pxe_cmd.c' }, [
		{ name: 'startpxe', arguments: [0, 255], usage: '[<interface>]', since: '2009-06-28' },
		{ name: 'stoppxe', since: '2009-06-28' },
	]),
];
