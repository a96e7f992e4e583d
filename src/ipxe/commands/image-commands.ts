import { commandsOf, type IpxeCommandInfo, type SharedColumns } from './command-info.ts';

const transfer = 't/timeout=timeout q/quiet@2026-07';
const download = `n/name=string ${transfer} a/autofree`;
const keep = `k/keep ${transfer}`;

const downloads = {
	options: download,
	arguments: [1, 255],
	usage: '<uri> [<arguments>...]',
	note: 'synonyms; always downloads',
} satisfies SharedColumns;

const selects = {
	options: download,
	arguments: [1, 255],
	usage: '<uri|image> [<arguments>...]',
	note: 'synonyms; image must be executable',
} satisfies SharedColumns;

const executes = {
	options: `${download} r/replace`,
	arguments: [0, 255],
	usage: '[<uri|image> [<arguments>...]]',
	note: 'synonyms; no argument = selected image',
} satisfies SharedColumns;

const digest = { arguments: [1, 255], usage: '<image> [<image>...]' } satisfies SharedColumns;

/** Files: how they come, what is done with them, and whether they are trusted. */
export const imageCommands: readonly IpxeCommandInfo[] = [
	...commandsOf({ macro: 'IMAGE_CMD', efi: 'on', bios: 'on', source: 'hci/commands/image_cmd.c' }, [
		{ name: 'imgfetch', since: 'pre-1.0', ...downloads },
		{ name: 'module', since: 'pre-1.0', ...downloads },
		{ name: 'initrd', since: 'pre-1.0', ...downloads },
		{ name: 'imgselect', since: '2011-03-07', ...selects },
		{ name: 'imgload', since: 'pre-1.0', ...selects },
		{ name: 'kernel', since: 'pre-1.0', ...selects },
		{ name: 'imgexec', since: 'pre-1.0', ...executes },
		{ name: 'chain', since: 'pre-1.0', ...executes },
		{ name: 'boot', since: 'pre-1.0', ...executes },
		{
			name: 'imgargs',
			options: download,
			arguments: [1, 255],
			usage: '<uri|image> [<arguments>...]',
			since: 'pre-1.0',
		},
		{ name: 'imgfree', arguments: [0, 255], usage: '[<image>...]', since: 'pre-1.0' },
		{ name: 'imgstat', arguments: [0, 255], usage: '[<image>...]', since: 'pre-1.0' },
	]),
	...commandsOf({ macro: 'IMAGE_ARCHIVE_CMD', efi: 'on*', bios: 'on*', source: 'hci/commands/image_archive_cmd.c' }, [
		{
			name: 'imgextract',
			options: `n/name=string ${keep}`,
			arguments: [1, 1],
			usage: '<uri|image>',
			since: '2021-05-06',
			note: 'only linked in when an archive type (IMAGE_GZIP/IMAGE_ZLIB) is enabled',
		},
	]),
	...commandsOf({ macro: 'IMAGE_CRYPT_CMD', efi: 'off', bios: 'off', source: 'hci/commands/image_crypt_cmd.c' }, [
		{
			name: 'imgdecrypt',
			options: `n/name=string ${keep}`,
			arguments: [2, 2],
			usage: '<uri|image> <envelope uri|image>',
			since: '2024-08-29',
		},
	]),
	...commandsOf({ macro: 'IMAGE_TRUST_CMD', efi: 'off', bios: 'off', source: 'hci/commands/image_trust_cmd.c' }, [
		{ name: 'imgtrust', options: 'a/allow p/permanent', since: '2012-03-22' },
		{
			name: 'imgverify',
			options: `s/signer=string ${keep}`,
			arguments: [2, 2],
			usage: '<uri|image> <signature uri|image>',
			since: '2012-03-22',
		},
	]),
	...commandsOf({ macro: 'IMAGE_MEM_CMD', efi: 'off', bios: 'off', source: 'hci/commands/image_mem_cmd.c' }, [
		{ name: 'imgmem', options: 'n/name=string', arguments: [2, 2], usage: '<address> <length>', since: '2021-01-20' },
	]),
	...commandsOf({ macro: 'IMAGE_SET_CMD', efi: 'on', bios: 'on', source: 'hci/commands/image_set_cmd.c' }, [
		{ name: 'imgset', options: keep, arguments: [2, 2], usage: '<setting> <uri|image>', since: '2026-07-14' },
	]),
	...commandsOf({ macro: 'CERT_CMD', efi: 'on', bios: 'off', source: 'hci/commands/cert_cmd.c' }, [
		{ name: 'certfree', options: 's/subject=string', since: '2016-08-25' },
		{ name: 'certstat', options: 's/subject=string', since: '2016-08-25' },
		{
			name: 'certstore',
			options: 's/subject=string k/keep',
			arguments: [0, 1],
			usage: '[<uri|image>]',
			since: '2016-08-25',
		},
	]),
	...commandsOf({ macro: 'DIGEST_CMD', efi: 'on', bios: 'off', source: 'hci/commands/digest_cmd.c' }, [
		{ name: 'md5sum', options: 's/set=setting@2025-08-06', since: 'pre-1.0 (off)', ...digest },
		{ name: 'sha1sum', options: 's/set=setting@2025-08-06', since: 'pre-1.0 (off)', ...digest },
	]),
	...['MD4', 'SHA224', 'SHA256', 'SHA384', 'SHA512'].flatMap((algorithm) => {
		const macro = `DIGEST_CMD & CRYPTO_DIGEST_${algorithm}`;
		const source = `crypto/mishmash/cmd_${algorithm.toLowerCase()}.c`;
		const name = `${algorithm.toLowerCase()}sum`;
		const row = { name, options: 's/set=setting', since: '2025-08-06', ...digest };
		return commandsOf({ macro, efi: 'on', bios: 'off', source }, [row]);
	}),
	...commandsOf({ macro: 'SHIM_CMD', efi: 'on', bios: 'on (no-op)', source: 'hci/commands/shim_cmd.c' }, [
		{
			name: 'shim',
			options: `${transfer} l/require-loader p/allow-pxe s/allow-sbat`,
			arguments: [0, 1],
			usage: '[<uri|image>]',
			since: '2023-05-22',
			note: 'returns 0 without parsing options off EFI',
		},
	]),
	...commandsOf({ macro: 'FDT_CMD', efi: 'on (FDT platforms)', bios: 'n/a', source: 'hci/commands/fdt_cmd.c' }, [
		{ name: 'fdt', options: transfer, arguments: [0, 1], usage: '[<uri>]', since: '2025-03-27' },
	]),
];
