import { parseSanUri } from '../san/uri.ts';
import { editDistance } from '../wire/edit-distance.ts';
import { findDirective, pxelinuxDirectives } from './directives.ts';
import { byteLength, firstWord, maximumCommandLine, maximumLineBytes, splitWord } from './lexical.ts';
import type { PxelinuxSeverity } from './lint.ts';
import { fileRules } from './lint-files.ts';
import type { LineVisit, LintContext } from './lint-walk.ts';
import type { PxelinuxEntry } from './meaning.ts';

/** What a rule found. Positions are indexes in the line; by default the value. */
export interface Finding {
	readonly visit: LineVisit;
	readonly message: string;
	readonly start?: number;
	readonly end?: number;
	readonly fix?: { readonly start: number; readonly end: number; readonly text: string };
}

/** A rule and how it looks. */
export interface LintRule {
	readonly code: string;
	readonly severity: PxelinuxSeverity;
	readonly meaning: string;
	readonly source: string;
	readonly check: (context: LintContext) => Finding[];
}

const readconfig = 'SYSLINUX com32/elflink/ldlinux/readconfig.c';

/** Directives whose whole value goes somewhere: there a comment is part of it. */
const wholeValue: ReadonlySet<string> = new Set(
	pxelinuxDirectives.filter(({ argument }) => ['text', 'command', 'files'].includes(argument)).map(({ name }) => name),
);
/** Texts in which a `#` is at home. */
const freeText =
	/^(?:SAY|MENU (?:TITLE|LABEL|AUTOBOOT|TABMSG|NOTABMSG|PASSPROMPT|PASSWD|MASTER|COLOR|MSGCOLOR|BEGIN|GOTO|EXIT))$/;

/** One finding for each line that `look` has something to say about. */
function eachLine(
	look: (visit: LineVisit, context: LintContext) => Omit<Finding, 'visit'> | string | undefined,
): LintRule['check'] {
	return (context) =>
		context.visits.flatMap((visit) => {
			const found = look(visit, context);
			if (found === undefined) return [];
			return [{ visit, ...(typeof found === 'string' ? { message: found } : found) }];
		});
}

const scopeRules: readonly LintRule[] = [
	{
		code: 'trailing-comment',
		severity: 'error',
		meaning: 'a `#` after a value, which is part of the value and reaches the kernel',
		source: readconfig,
		check: eachLine(({ line }) => {
			const match =
				wholeValue.has(line.directive ?? '') &&
				!freeText.test(line.directive ?? '') &&
				/\s+#(?:\s.*|$)/.exec(line.value);
			if (!match) return undefined;
			const start = line.valueStart + match.index;
			const end = start + match[0].length;
			return {
				message: 'there are no comments after values: all of this is passed on',
				start,
				end,
				fix: { start, end, text: '' },
			};
		}),
	},
	{
		code: 'becomes-global',
		severity: 'warning',
		meaning: 'APPEND or SYSAPPEND after a MENU line that closed the label, which sets it for all labels to come',
		source: readconfig,
		check: eachLine(({ line, label, afterLabel }) =>
			(line.directive === 'APPEND' || line.directive === 'SYSAPPEND') && label === undefined && afterLabel
				? 'no label is open here (MENU SEPARATOR, BEGIN and END close it): this sets the value for other labels'
				: undefined,
		),
	},
	{
		code: 'ignored-outside-label',
		severity: 'warning',
		meaning: 'a directive of labels where no label is open',
		source: readconfig,
		check: eachLine(({ line, label }) => {
			if (label !== undefined || line.kind !== 'directive') return undefined;
			const row = findDirective(line.directive ?? '');
			return row?.scope === 'label' &&
				row.readers.includes('loader') &&
				line.directive !== 'TEXT' &&
				!/HIDE|DISABLE|INDENT/.test(row.name)
				? `no label is open here: ${row.name} is ignored`
				: undefined;
		}),
	},
	{
		code: 'unknown-directive',
		severity: 'warning',
		meaning: 'a line that does nothing because its first word is no directive',
		source: readconfig,
		check(context) {
			const suggest = suggester();
			return eachLine(({ line }) => {
				if (line.kind !== 'unknown' || /^(?:[#;/*]|rem$)/i.test(line.keyword ?? '')) return undefined;
				const isMenu = /^menu$/i.test(line.keyword ?? '');
				const name = (isMenu ? `MENU ${firstWord(line.value)}` : (line.keyword ?? '')).toUpperCase();
				const near = suggest(name);
				const start = line.raw.indexOf(line.keyword ?? '');
				const end = isMenu ? line.valueStart + firstWord(line.value).length : start + (line.keyword ?? '').length;
				return {
					message: `${name} is no directive: the line does nothing${near ? `; did you mean ${near}?` : ''}`,
					start,
					end,
					...(near && { fix: { start, end, text: near } }),
				};
			})(context);
		},
	},
	{
		code: 'label-two-words',
		severity: 'warning',
		meaning: 'LABEL with more than one word; only the first counts',
		source: readconfig,
		check: eachLine(({ line }) => {
			const [word, rest] = line.directive === 'LABEL' ? splitWord(line.value) : ['', ''];
			return rest === '' ? undefined : `the label is ${JSON.stringify(word)}; use MENU LABEL for what is shown`;
		}),
	},
	{
		code: 'label-unreachable',
		severity: 'warning',
		meaning: 'a second LABEL of the same name, which no command can name',
		source: readconfig,
		check: ({ visits }) => {
			const seen = new Map<string, number>();
			return visits.flatMap((visit) => {
				const name = visit.line.directive === 'LABEL' ? firstWord(visit.line.value) : undefined;
				const first = name === undefined ? undefined : seen.get(name);
				if (name !== undefined && first === undefined) seen.set(name, visit.line.line);
				return first === undefined
					? []
					: [{ visit, message: `line ${first} has a label ${name} already; commands find that one` }];
			});
		},
	},
	{
		code: 'no-endtext',
		severity: 'error',
		meaning: 'TEXT without ENDTEXT, which takes the rest of the file',
		source: readconfig,
		check: ({ visits }) => {
			const opening = visits.filter(({ line }) => line.directive === 'TEXT' || line.kind === 'end-text').at(-1);
			return opening?.line.directive === 'TEXT'
				? [{ visit: opening, message: 'no ENDTEXT follows: the rest of the file is text' }]
				: [];
		},
	},
	{
		code: 'menu-unbalanced',
		severity: 'warning',
		meaning: 'MENU END without MENU BEGIN, or the reverse',
		source: readconfig,
		check: ({ visits }) => {
			const extra = visits.filter(({ line, depth }) => line.directive === 'MENU END' && depth === 0);
			const last = visits.at(-1);
			const begins = visits.filter(({ line }) => line.directive === 'MENU BEGIN').length;
			const ends = visits.filter(({ line }) => line.directive === 'MENU END').length - extra.length;
			return [
				...extra.map((visit) => ({ visit, message: 'no submenu is open here' })),
				...(last && begins > ends ? [{ visit: last, message: `${begins - ends} MENU BEGIN without MENU END` }] : []),
			];
		},
	},
	{
		code: 'no-such-menu',
		severity: 'error',
		meaning: 'MENU GOTO or EXIT to a tag that no menu has, which disables the entry',
		source: readconfig,
		check: eachLine(({ line, label, depth }, { meaning }) => {
			const leaves =
				line.directive === 'MENU GOTO' || (line.directive === 'MENU EXIT' && line.value !== '' && depth > 0);
			if (!leaves || label === undefined || meaning.menus.some(({ tag }) => tag === line.value)) return undefined;
			return `there is no menu ${JSON.stringify(line.value)}: the entry can't be chosen`;
		}),
	},
	{
		code: 'exit-at-top',
		severity: 'warning',
		meaning: 'MENU EXIT in the top menu, which is ignored: the entry boots its label',
		source: readconfig,
		check: eachLine(({ line, label, depth }) =>
			line.directive === 'MENU EXIT' && label !== undefined && depth === 0
				? `ignored at the top: the entry boots ${label}`
				: undefined,
		),
	},
	{
		code: 'default-names-nothing',
		severity: 'warning',
		meaning: 'DEFAULT or ONTIMEOUT that names no label, and is taken for a file',
		source: 'SYSLINUX com32/elflink/ldlinux/ldlinux.c',
		check: ({ visits, meaning: { entries, settings } }) =>
			['DEFAULT', 'ONTIMEOUT'].flatMap((name) => {
				const visit = visits.filter(({ line }) => line.directive === name).at(-1);
				const word = firstWord(visit?.line.value ?? '');
				if (!visit || entries.some(({ label }) => label === word)) return [];
				// A name with a dot or a slash was meant as a file.
				if (word !== '' && settings.implicit !== 0 && /[./]/.test(word)) return [];
				const then =
					settings.implicit === 0 ? 'and IMPLICIT 0 allows no files' : 'the loader will ask for a file of that name';
				return [{ visit, message: `there is no label ${JSON.stringify(word)}; ${then}` }];
			}),
	},
	{
		code: 'two-initrds',
		severity: 'error',
		meaning: 'more than one `initrd=` on a command line; the loader loads the first only',
		source: 'SYSLINUX com32/elflink/ldlinux/kernel.c',
		check: (context) =>
			entryFindings(context, (commandLine) =>
				commandLine.split('initrd=').length > 2
					? 'the loader loads the first initrd= only; join the files with commas in INITRD'
					: undefined,
			),
	},
	{
		code: 'bad-san-uri',
		severity: 'error',
		meaning: 'an argument of sanboot.c32 that is no SAN URI',
		source: 'RFC 4173 section 5; iPXE net/tcp/iscsi.c',
		check: (context) =>
			entryFindings(context, (commandLine) => {
				const uris = /(?:^|[ /])sanboot(?:\.c32)? +(.*)$/.exec(commandLine)?.[1];
				return uris
					?.split(/ +/)
					.map(sanProblem)
					.find((problem) => problem !== undefined);
			}),
	},
	{
		code: 'command-line-too-long',
		severity: 'error',
		meaning: 'a command line that the loader refuses',
		source: 'SYSLINUX com32/include/menu.h, MAX_CMDLINE_LEN',
		check: (context) =>
			entryFindings(context, (commandLine) =>
				byteLength(commandLine) > maximumCommandLine
					? `${byteLength(commandLine)} bytes; the loader refuses more than ${maximumCommandLine}`
					: undefined,
			),
	},
	{
		code: 'line-too-long',
		severity: 'error',
		meaning: 'a line that the loader reads as several',
		source: `${readconfig}, MAX_LINE`,
		check: eachLine(({ line }) =>
			line.raw.endsWith('\n') || byteLength(line.raw) < maximumLineBytes - 3
				? undefined
				: `more than ${maximumLineBytes} bytes: what follows is read as a line of its own`,
		),
	},
	{
		code: 'nohalt-offset',
		severity: 'info',
		meaning: 'NOHALT, whose value the loader looks for two characters too far on',
		source: readconfig,
		check: eachLine(({ line }, { meaning }) =>
			line.directive === 'NOHALT' && Number.parseInt(line.value, 10) !== meaning.settings.noHalt
				? `the loader reads ${meaning.settings.noHalt} here: put two more spaces after NOHALT`
				: undefined,
		),
	},
	{
		code: 'not-read-by',
		severity: 'warning',
		meaning: 'a directive that one of the other readers does not know',
		source: 'U-Boot boot/pxe_utils.c; GRUB grub-core/lib/syslinux_parse.c',
		check: eachLine(({ line }, { options: { readers = [] } }) => {
			const row = line.kind === 'directive' ? findDirective(line.directive ?? '') : undefined;
			const without = row ? readers.filter((reader) => !row.readers.includes(reader)) : [];
			const closes = without.includes('u-boot') ? '; in U-Boot it also ends the label' : '';
			return row && without.length > 0 ? `${without.join(' and ')} does not know ${row.name}${closes}` : undefined;
		}),
	},
	{
		code: 'u-boot-one-initrd',
		severity: 'warning',
		meaning: 'several initial RAM disks, of which U-Boot takes one name',
		source: 'U-Boot boot/pxe_utils.c',
		check: eachLine(({ line }, { options: { readers = [] } }) =>
			line.directive === 'INITRD' && line.value.includes(',') && readers.includes('u-boot')
				? 'U-Boot takes all of this for one file name'
				: undefined,
		),
	},
];

/** All rules, in no order that matters. */
export const lintRules: readonly LintRule[] = [...scopeRules, ...fileRules];

/** One finding at the LABEL line of each entry whose command line `look` minds. */
function entryFindings({ visits, meaning }: LintContext, look: (commandLine: string) => string | undefined): Finding[] {
	// Entries stand in the order of their LABEL lines.
	const labels = visits.filter(({ line }) => line.directive === 'LABEL');
	let next = 0;
	return meaning.entries.flatMap((entry) => {
		if (entry.label === undefined) return [];
		let at = next;
		while (at < labels.length && !isLabelOf(labels[at] as LineVisit, entry)) at++;
		if (at === labels.length) return [];
		next = at + 1;
		const visit = labels[at];
		const message = entry.commandLine === undefined ? undefined : look(entry.commandLine);
		return visit && message !== undefined ? [{ visit, message }] : [];
	});
}

function sanProblem(uri: string): string | undefined {
	try {
		if (uri !== '') parseSanUri(uri, { dialect: 'ipxe' });
		return undefined;
	} catch (error) {
		return `sanboot.c32 can't take its argument: ${error instanceof Error ? error.message : String(error)}`;
	}
}

function isLabelOf({ line }: LineVisit, entry: PxelinuxEntry): boolean {
	return line.line === entry.line && firstWord(line.value) === entry.label;
}

/** How many words are compared with all directives: a file of nothing else is no configuration. */
const maximumSuggestions = 500;

/** Finds the directive that is one or two letters away. */
function suggester(): (name: string) => string | undefined {
	const known = new Map<string, string | undefined>();
	return (name) => {
		if (!known.has(name) && known.size < maximumSuggestions) known.set(name, nearest(name));
		return known.get(name);
	};
}

function nearest(name: string): string | undefined {
	const near = pxelinuxDirectives
		.flatMap((row) => [row.name, ...(row.aliases ?? [])])
		.filter((known) => known.length > 3 && Math.abs(known.length - name.length) <= 2)
		.map((known) => ({ known, distance: editDistance(name, known) }))
		.sort((a, b) => a.distance - b.distance)[0];
	return near && near.distance <= Math.min(2, Math.floor(name.length / 3)) ? near.known : undefined;
}
