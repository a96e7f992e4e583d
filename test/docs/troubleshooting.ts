import { type BootCheckInfo, bootChecks } from 'pxekit/capture';
import { type FirmwareConsole, firmwareError } from '../../src/pxe/firmware-errors.ts';
import { table } from './markdown-table.ts';

const consoles: readonly (readonly [console: FirmwareConsole, name: string])[] = [
	['bios', 'PC BIOS'],
	['uefi', 'UEFI'],
	['uefi-http', 'UEFI HTTP boot'],
	['ipxe', 'iPXE'],
	['u-boot', 'U-Boot'],
];

/** A line on a screen. */
interface Line {
	readonly text: string;
	readonly firmware: string;
}

/** Which lines a check ends in. */
function linesOf({ code, reasons = [], shownOn }: BootCheckInfo): Line[] {
	// PC ROMs have codes of their own for some TFTP errors.
	const tftpCodes = code === 'tftp-error' ? [undefined, 1, 2] : [undefined];
	const screens = consoles.filter(([console]) => shownOn?.includes(console) ?? true);
	const lines = screens.flatMap(([console, firmware]) =>
		reasons.flatMap((reason) =>
			tftpCodes.flatMap((tftpCode) => {
				const error = firmwareError(console, reason, '', tftpCode);
				if (error.text === reason) return [];
				return [{ firmware, text: error.code ? `${error.code}: ${error.text}` : error.text }];
			}),
		),
	);
	return lines.filter(
		(line, i) => lines.findIndex(({ text, firmware }) => text === line.text && firmware === line.firmware) === i,
	);
}

/** U-Boot’s messages have backticks of their own. */
const code = (text: string) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

const link = ({ title, code }: BootCheckInfo) => `[${title.replaceAll('$', '\\$')}](#${code})`;

/** The lines on the screen, PXE codes first, each with the checks that may find its reason. */
function screenTable(): string {
	const rows = new Map<string, { line: Line; checks: BootCheckInfo[] }>();
	for (const check of bootChecks) {
		for (const line of linesOf(check)) {
			const key = `${line.text.startsWith('PXE-') ? '' : '~'}${line.text} ${line.firmware}`;
			const row = rows.get(key) ?? { line, checks: [] };
			row.checks.push(check);
			rows.set(key, row);
		}
	}
	const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
	const aligned = table(
		['on the screen', 'of', 'look at'],
		sorted.map(({ line, checks }) => [code(line.text), line.firmware, checks.map(link).join('; ')]),
	);
	// Cells of very different lengths: aligned, the page would be blanks for the most part.
	return aligned.replace(/ {2,}/g, ' ').replace(/-{4,}/g, '---');
}

/** iPXE and dnsmasq keep all in a folder of that name; here it would look like this project’s. */
const sourceText = (source: string) => source.replaceAll('src/', '');

function sectionOf(check: BootCheckInfo): string {
	const { severity, title, sign, why, advice, source } = check;
	const lines = linesOf(check).map(({ text, firmware }) => `${code(text)} (${firmware})`);
	return [
		`### <a id="${check.code}"></a>${title.replaceAll('$', '\\$')}`,
		'',
		`\`${check.code}\`, ${severity}.${lines.length > 0 ? ` On the screen: ${lines.join(', ')}.` : ''}`,
		'',
		`- **In the capture:** ${sign}`,
		`- **Why it matters:** ${why}`,
		`- **What to do:** ${advice}`,
		`- **Source:** ${sourceText(source)}`,
		'',
	].join('\n');
}

const introduction = `# Troubleshooting

This page is made from the checks of \`pxekit/capture\`: the table \`bootChecks\`. Record a boot that fails, and let the checks look at it:

\`\`\`sh
tcpdump -i any -s 0 -w boot.pcap 'arp or icmp or udp or tcp port 80'
\`\`\`

Let the recording run until the machine has given up: silence tells something only when it was recorded.

\`\`\`ts
import { readFileSync } from 'node:fs';
import { bootTimeline, diagnose, readCapture } from 'pxekit/capture';

const capture = readCapture(readFileSync('fixtures/captures/failures/ovmf_missing-file.pcap'));
const [finding] = bootTimeline(capture).flatMap((session) => diagnose(session, { least: 'error' }));
finding?.code; // => 'tftp-error'
finding?.shows; // => 'PXE-E23: Client received TFTP error from server.'
finding?.frames; // => [18, 19]
\`\`\`

A finding is an \`error\` when it is why the machine does not boot, a \`warning\` when the machine boots, or may, but others will
not, and \`info\` when it is worth knowing. When a client gets on in spite of an error, the finding is \`info\`.

## By the line on the screen

The words of PC BIOS are those of the vendors' lists of PXE errors; ROMs differ in wording, not in codes.
`;

/** docs/troubleshooting.md: the checks as the table has them, the symptoms of operators first. */
export function troubleshooting(): string {
	const topics = [...new Set(bootChecks.map(({ topic }) => topic))];
	const symptoms = 'What operators see';
	const ordered = [symptoms, ...topics.filter((topic) => topic !== symptoms)];
	return [
		introduction,
		screenTable(),
		'',
		...ordered.flatMap((topic) => [
			`## ${topic}`,
			'',
			...bootChecks.filter((check) => check.topic === topic).map(sectionOf),
		]),
	].join('\n');
}
