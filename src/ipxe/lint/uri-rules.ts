import { versionDay } from '../builds.ts';
import { type IpxeWord, ipxeWordText } from '../tree.ts';
import { ipxeSchemes } from '../vocabulary.ts';
import {
	expansionsOf,
	imageCommands,
	type LintContext,
	type LintRule,
	rangeOf,
	textRange,
	wordsOf,
} from './context.ts';

/** Words that name a file or device. */
function* uriWords({ statements }: LintContext): Generator<{ word: IpxeWord; text: string }> {
	for (const { name, arguments: args } of statements) {
		const isSan = name === 'sanboot' || name === 'sanhook';
		if (name === undefined || !(isSan || imageCommands.includes(name))) continue;
		for (const word of isSan ? args : args.slice(0, 1)) yield { word, text: ipxeWordText(word) };
	}
}

export const uriRules: readonly LintRule[] = [
	{
		code: 'scheme-not-in-build',
		severity: 'warning',
		about: 'A URI scheme that a stock build for this platform and version can not open, such as `https:` on BIOS.',
		source: 'config/general.h',
		*check(context) {
			const { platform = 'pcbios', version = '2.0.0' } = context.options;
			for (const { word, text } of uriWords(context)) {
				const scheme = /^([A-Za-z_-]+):/.exec(text)?.[1];
				if (scheme === undefined) continue;
				const known = ipxeSchemes.find((each) => each.scheme === scheme);
				const old = (scheme === 'https' || scheme === 'data') && versionDay(version) < '2026-03-20';
				if (known && !old && (platform === 'pcbios' ? known.bios : known.efi)) continue;
				const where = old ? 'before 2.0.0' : platform === 'pcbios' ? 'for BIOS' : 'for UEFI';
				const message = known ? `stock builds ${where} can't open ${scheme}:` : `iPXE has no scheme ${scheme}:`;
				yield { range: rangeOf(word), message };
			}
		},
	},
	{
		code: 'iscsi-uri',
		severity: 'warning',
		about: 'An iSCSI URI is `iscsi:server:protocol:port:lun:target`; iPXE refuses one with `//`, or with fewer parts.',
		source: 'net/tcp/iscsi.c: iscsi_parse_root_path',
		*check(context) {
			for (const { word, text } of uriWords(context)) {
				const iscsi = /^iscsi:(?:\[[^\]]*\])?([^$]*)/.exec(text);
				const fields = iscsi?.[1]?.split(':') ?? [];
				const lunIsOdd = fields[3] !== undefined && fields.length > 4 && !/^[0-9a-f-]*$/i.test(fields[3]);
				const isShort = fields.length < 5 && !text.includes('${');
				if (!iscsi || !(text.startsWith('iscsi:/') || lunIsOdd || isShort)) continue;
				yield { range: rangeOf(word), message: 'iPXE reads iscsi:SERVER:PROTOCOL:PORT:LUN:TARGET, without slashes' };
			}
		},
	},
	{
		code: 'comboot',
		severity: 'warning',
		about: 'COMBOOT programs (`.c32`) are not supported by stock builds, and never on UEFI.',
		source: 'config/general.h: IMAGE_COMBOOT',
		*check(context) {
			for (const { word, text } of uriWords(context)) {
				if (!/\.c32$/i.test(text.replace(/[?#].*/, ''))) continue;
				yield { range: rangeOf(word), message: 'stock builds do not run .c32 programs; build with IMAGE_COMBOOT' };
			}
		},
	},
	{
		code: 'next-server-with-proxydhcp',
		severity: 'info',
		about:
			'`${next-server}` is the address from whichever server counts most; with a proxyDHCP server it is often the wrong one.',
		source: 'net/udp/dhcp.c',
		*check(context) {
			for (const { word } of wordsOf(context)) {
				for (const { setting, position } of expansionsOf(word.parts)) {
					if (setting?.name !== 'next-server' || setting.block !== undefined) continue;
					const message = 'where a proxyDHCP server says what to boot, use ${proxydhcp/next-server} or ${cwuri}';
					yield { range: textRange(position, '${next-server}'), message };
				}
			}
		},
	},
	{
		code: 'host-name-without-dns',
		severity: 'warning',
		about: 'The script sets its address itself but no `dns`, and then uses a host name.',
		source: 'net/udp/dns.c',
		*check(context) {
			const { assigned } = context;
			const sets = (name: string) => [...assigned].some((each) => each === name || each.endsWith(`/${name}`));
			const asks = context.statements.some(({ name }) => name === 'dhcp' || name === 'ifconf' || name === 'autoboot');
			if (!sets('ip') || sets('dns') || asks) return;
			for (const { word, text } of uriWords(context)) {
				const host = /^[a-z]+:\/\/([^/:?#]+)/.exec(text)?.[1];
				if (host === undefined || !/[a-z]/i.test(host) || host.includes('${')) continue;
				yield { range: rangeOf(word), message: `"${host}" needs a name server: set net0/dns` };
			}
		},
	},
];
