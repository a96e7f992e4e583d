import { existsSync, readFileSync } from 'node:fs';
import { ipxeCommandMissing, ipxeCommands, ipxeKeys, ipxeSettings, runIpxe } from 'pxekit/ipxe';
import { describe, expect, test } from 'vitest';

const facts = new URL('../../../shared/facts/ipxe-commands.json', import.meta.url);

/** Functions of iPXE's `src/core/parseopt.c`, and those of single commands. */
const typeOfParser: Readonly<Record<string, string>> = {
	parse_flag: 'flag',
	parse_string: 'string',
	parse_timeout: 'timeout',
	parse_integer: 'integer',
	parse_key: 'key',
	parse_uuid: 'uuid',
	parse_autovivified_setting: 'setting',
	parse_netdev_configurator: 'configurator',
	parse_fc_port: 'fcPort',
	parse_fc_port_id: 'fcPortId',
};

describe('tables', () => {
	test('92 commands, each once, with options whose letters differ', () => {
		expect(new Set(ipxeCommands.map(({ name }) => name)).size).toBe(92);
		for (const { name, options } of ipxeCommands) {
			expect(new Set(options.map(({ short }) => short)).size, name).toBe(options.length);
			expect(
				options.every(({ short, long }) => short.length === 1 && long.length > 0),
				name,
			).toBe(true);
		}
	});

	test.skipIf(!existsSync(facts))(
		'agree with what was read from the sources of iPXE (../shared/facts/ipxe-commands.json)',
		() => {
			interface Row {
				readonly name: string;
				readonly options: readonly { long: string; short: string; arg: string; parser: string }[] | null;
				readonly min: number;
				readonly max: number;
				readonly macro: string;
				readonly default_efi: string;
				readonly default_bios: string;
				readonly since: string;
				readonly file: string;
				readonly note: string;
			}
			const rows: readonly Row[] = JSON.parse(readFileSync(facts, 'utf8'));
			const ours = ipxeCommands.map(({ options, arguments: [min, max], usage: _, note: __, ...command }) => ({
				...command,
				min,
				max,
				options: options.map(({ long, short, type }) => `${short}/${long} ${type}`),
			}));
			expect(ours).toEqual(
				rows.map(({ name, options, min, max, macro, default_efi: efi, default_bios: bios, since, file }) => ({
					...{ name, min, max, macro, efi, bios, since },
					source: file.replace(/^src\//, ''),
					options: (options ?? []).map(({ long, short, parser }) => `${short}/${long} ${typeOfParser[parser]}`),
				})),
			);
			const dated = rows.flatMap(({ name, note }) =>
				[...note.matchAll(/--?(\w+) since ([\d-]+)/g)].map(([, long, since]) => `${name} ${long} ${since}`),
			);
			expect(dated.length).toBeGreaterThan(10);
			for (const text of dated) {
				const [name, long, since] = text.split(' ');
				const command = ipxeCommands.find((each) => each.name === name);
				const option = command?.options.find((each) => each.long === long);
				expect(option && (option.since ?? command?.since), text).toBe(since);
			}
		},
	);

	test('each command does something in a dry run', async () => {
		for (const { name } of ipxeCommands) {
			const run = await runIpxe(`#!ipxe\n${name} --help\n`, { commands: { [name]: true } });
			expect(run.console, name).not.toContain('command not found');
		}
	});

	test('builds', () => {
		expect(ipxeCommandMissing('console', { platform: 'pcbios' })).toMatch(/BIOS.*CONSOLE_CMD/);
		expect(ipxeCommandMissing('console', { platform: 'efi' })).toBeUndefined();
		expect(ipxeCommandMissing('reboot', { version: '1.21.1+git-20220113' })).toMatch(/before 2\.0\.0/);
		expect(ipxeCommandMissing('form', { version: '1.21.1' })).toMatch(/came on 2024-05-31/);
		expect(ipxeCommandMissing('goto', { version: '1.0.0' })).toMatch(/came on 2010-11-22/);
		expect(ipxeCommandMissing('imgtrust', { commands: { imgtrust: true } })).toBeUndefined();
		expect(ipxeCommandMissing('nosuch')).toBe('no such command');
	});

	test('settings that share a name differ in their block, and keys are the numbers that iPXE has', () => {
		const names = ipxeSettings.map(({ name, scope = '' }) => `${scope}/${name}`);
		expect(new Set(names).size).toBe(names.length);
		// KEY_ANSI(n, t) less KEY_MIN, include/ipxe/keys.h: Page up is ESC [ 5 ~, F5 is ESC [ 15 ~.
		expect(ipxeKeys.pageUp).toBe(((5 + 1) << 8) + '~'.charCodeAt(0));
		expect(ipxeKeys.f5).toBe(((15 + 1) << 8) + '~'.charCodeAt(0));
	});
});
