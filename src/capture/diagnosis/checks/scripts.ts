import { type IpxeLintOptions, type IpxeScript, ipxeWordText, lintIpxe, parseIpxe } from '../../../ipxe/index.ts';
import { type LintPxelinuxOptions, lintPxelinux, type PxelinuxConfig, parsePxelinux } from '../../../pxelinux/index.ts';
import { decodeUtf8Lossy } from '../../../wire/text.ts';
import type { FindingSeverity } from '../finding.ts';
import { type CheckRow, type Occurrence, quoted } from './check.ts';
import type { FetchedFile } from './fetched-file.ts';
import { secretsOfConfig, secretsOfScript, withoutSecrets } from './secrets.ts';
import type { SessionView, StageView } from './view.ts';

/** Longer ones are not written by people; looking at them would take long. */
const longestScript = 256 * 1024;
/** The client has had time to run the script. */
const runTime = 5;

/** An iPXE script that the capture has whole. */
export interface FetchedScript {
	readonly stage: StageView;
	readonly file: FetchedFile;
	readonly script: IpxeScript;
}

/** A PXELINUX configuration that the capture has whole. */
export interface FetchedConfig {
	readonly stage: StageView;
	readonly file: FetchedFile;
	readonly text: string;
	readonly config: PxelinuxConfig;
}

function* wholeTexts(view: SessionView): Generator<{ stage: StageView; file: FetchedFile; content: Uint8Array }> {
	for (const stage of view.stages) {
		for (const file of stage.files) {
			const { content } = file;
			if (file.complete && content && content.length > 0 && content.length <= longestScript)
				yield { stage, file, content };
		}
	}
}

/** What `anonymize` leaves of a script: the mark by which it is told to be one. */
function isZeroed(content: Uint8Array): boolean {
	const rest = content.subarray('#!ipxe'.length);
	return rest.length > 0 && rest.every((byte) => byte === 0);
}

export function scriptsOf(view: SessionView): FetchedScript[] {
	return [...wholeTexts(view)]
		.filter(({ file, content }) => file.kind?.kind === 'ipxe-script' && !isZeroed(content))
		.map(({ stage, file, content }) => ({ stage, file, script: parseIpxe(content) }));
}

/** The client has a script whose text the capture has not: what is not in the others may be in that one. */
export function hasUnreadScripts(view: SessionView): boolean {
	const read = new Set(scriptsOf(view).map(({ file }) => file));
	return view.files.some((file) => file.complete && file.kind?.kind === 'ipxe-script' && !read.has(file));
}

/** Where PXELINUX looks; or a text with labels and kernels in it, for a loader that was told another name (option 209). */
function isConfig({ name }: FetchedFile, stage: StageView, text: string): boolean {
	if (/(^|\/)pxelinux\.cfg\//.test(name)) return true;
	return (
		stage.stage.kind !== 'ipxe' && /^\s*label\s/im.test(text) && /^\s*(kernel|linux|com32|localboot)\s/im.test(text)
	);
}

export function configsOf(view: SessionView): FetchedConfig[] {
	return [...wholeTexts(view)]
		.filter(({ file }) => file.kind?.kind === 'text')
		.map(({ stage, file, content }) => ({ stage, file, text: decodeUtf8Lossy(content) }))
		.filter(({ stage, file, text }) => isConfig(file, stage, text))
		.map((found) => ({ ...found, config: parsePxelinux(found.text) }));
}

/** Commands of a script in order, with the text of their words as written. */
export function commandsOf({ lines }: IpxeScript): { readonly line: number; readonly words: readonly string[] }[] {
	return lines.flatMap(({ commands }) =>
		commands.map(({ position, words }) => ({ line: position.line, words: words.map(ipxeWordText) })),
	);
}

/** The script is the last thing that the client fetched, and it had time to go on. */
function isEnd(view: SessionView, { stage, file }: { stage: StageView; file: FetchedFile }): boolean {
	const isLast = !stage.handedOver && stage.files.at(-1) === file;
	return isLast && view.secondsSince(file.end) >= runTime && !view.clientActsAfter(file.end);
}

/** What both linters say of a line. */
interface LintRemark {
	readonly code: string;
	readonly severity: FindingSeverity;
	readonly message: string;
	readonly line: number;
	readonly source: string;
}

function lintOccurrence(
	file: FetchedFile,
	{ code, severity, message, line, source }: LintRemark,
	secrets: readonly string[],
	ended: boolean,
): Occurrence {
	return {
		frames: file.frames,
		seen: withoutSecrets(`${file.baseName} line ${line}: ${message}`, secrets),
		severity: severityOf(severity, ended),
		rule: code,
		place: { uri: file.uri, line },
		source,
	};
}

/** A linter says what fails where it is run; whether that ended the boot, the capture shows. */
function severityOf(severity: FindingSeverity, ended: boolean): FindingSeverity {
	if (severity === 'error') return ended ? 'error' : 'warning';
	return severity === 'warning' ? 'warning' : 'info';
}

/** Not the version: what a build from git says of itself is that of the release before, which may be years back. */
function ipxeBuild({ client }: StageView): IpxeLintOptions {
	return { platform: client?.architecture.firmware === 'uefi' ? 'efi' : 'pcbios', entry: 'chained' };
}

function pxelinuxBuild(view: SessionView): LintPxelinuxOptions {
	const loaders = ['pxelinux.0', 'lpxelinux.0', 'syslinux.efi'] as const;
	const loader = loaders.find((name) => view.files.some(({ baseName, complete }) => complete && baseName === name));
	return loader ? { loader } : {};
}

/** What scripts and configurations say, and what the client makes of it. */
export const scriptChecks: readonly CheckRow[] = [
	{
		code: 'ipxe-lint',
		severity: 'error',
		title: 'The iPXE script has a mistake',
		sign: 'A script in a transfer in which `lintIpxe` finds something; `rule` is its code.',
		why: 'iPXE fails at that line, or does something else than was meant.',
		advice: 'Correct the line; the rules of the linter are listed in the guide to iPXE scripts.',
		source: 'iPXE src/image/script.c and src/hci/commands',
		find: (view) =>
			scriptsOf(view).flatMap(({ stage, file, script }) => {
				const secrets = secretsOfScript(script);
				const ended = isEnd(view, { stage, file });
				return lintIpxe(script, ipxeBuild(stage)).map((remark) =>
					lintOccurrence(file, { ...remark, line: remark.range.start.line }, secrets, ended),
				);
			}),
	},
	{
		code: 'pxelinux-lint',
		severity: 'error',
		title: 'The PXELINUX configuration has a mistake',
		sign: 'A configuration in a transfer in which `lintPxelinux` finds something; `rule` is its code.',
		why: 'PXELINUX ignores what it does not understand, and boots something else or nothing.',
		advice: 'Correct the line; the rules of the linter are listed in the guide to PXELINUX.',
		source: 'SYSLINUX com32/elflink/ldlinux/readconfig.c',
		find: (view) =>
			configsOf(view).flatMap(({ stage, file, text, config }) => {
				const secrets = secretsOfConfig(text);
				const ended = isEnd(view, { stage, file });
				return lintPxelinux(config, pxelinuxBuild(view)).map((remark) => lintOccurrence(file, remark, secrets, ended));
			}),
	},
	{
		code: 'not-a-script',
		severity: 'error',
		title: 'iPXE is given a text that is no script',
		sign: 'A whole text or web page, fetched by iPXE as the last file, that does not begin with #!ipxe.',
		why: 'iPXE knows a script by its first line. A byte order mark before it, or a web page with an error, is no script.',
		advice:
			'Begin the file with #!ipxe and save it without byte order mark; let the web server answer errors with status 404.',
		source: 'iPXE src/image/script.c (script_probe)',
		find: (view) =>
			view.stages.flatMap((stage) => {
				const file = stage.files.at(-1);
				if (stage.stage.kind !== 'ipxe' || !file?.complete || stage.handedOver || view.secondsSince(file.end) < runTime)
					return [];
				const kind = file.kind?.kind;
				const first = stage.files.length === 1;
				if (
					(kind !== 'text' && kind !== 'html') ||
					(kind === 'text' && !first) ||
					/\.(cfg|conf|ks|seed|ya?ml|json)$/i.test(file.baseName)
				)
					return [];
				return [{ frames: file.frames, seen: `${quoted(file.baseName)} of ${file.server} is ${file.kind?.what}` }];
			}),
	},
];
