import { firmwareError } from '../../pxe/firmware-errors.ts';
import { escapeControls } from '../../wire/text.ts';
import { withoutUriPasswords } from '../../wire/uri-passwords.ts';
import type { BootSession } from '../timeline/session.ts';
import type { BootCheck, CheckRow, Occurrence } from './checks/check.ts';
import { groupedBy } from './checks/grouped.ts';
import { checkTopics } from './checks/table.ts';
import { viewSession } from './checks/view.ts';
import type { Finding, FindingSeverity } from './finding.ts';

/** What to leave out of a diagnosis. */
export interface DiagnoseOptions {
	/** Codes of checks that are not made. */
	readonly ignore?: readonly string[] | undefined;
	/** The least severity that is reported. Default `info`: all. */
	readonly least?: FindingSeverity | undefined;
}

/** A row of {@link bootChecks}: a check, and what it belongs to. */
export interface BootCheckInfo extends BootCheck {
	/** `'TFTP'`, `'The boot file'`. */
	readonly topic: string;
}

/**
 * All checks that {@link diagnose} makes, in the order of a boot. docs/troubleshooting.md is made from them.
 *
 * @example
 * ```ts
 * import { bootChecks } from 'pxekit/capture';
 *
 * bootChecks.find(({ code }) => code === 'no-offer')?.title; // => 'No server offers an address'
 * ```
 */
export const bootChecks: readonly BootCheckInfo[] = checkTopics.flatMap(({ topic, checks }) =>
	checks.map(({ code, severity, title, sign, why, advice, source, reasons, shownOn }) => ({
		...{ topic, code, severity, title, sign, why, advice, source },
		...(reasons && { reasons }),
		...(shownOn && { shownOn }),
	})),
);

const ranks: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, info: 2 };

/** The line on the screen; `undefined` where the firmware's words are not known. */
function shownBy(
	{ reasons = [], shownOn }: CheckRow,
	{ stage, reason = reasons[0], tftpCode, seen }: Occurrence,
): string | undefined {
	if (!stage?.console || reason === undefined || shownOn?.includes(stage.console) === false) return undefined;
	const { code, text } = firmwareError(stage.console, reason, seen, tftpCode);
	// A console without words for it says the reason's own name.
	if (text === reason) return undefined;
	return code === undefined ? text : `${code}: ${text}`;
}

/** An error is what keeps a machine from booting: a system that runs has other worries. */
function severityOf(row: CheckRow, { severity = row.severity, stage }: Occurrence, boots: boolean): FindingSeverity {
	if (!boots || stage?.madeGood) return 'info';
	return severity === 'error' && stage?.stage.kind === 'kernel' ? 'warning' : severity;
}

/** Linters, and servers' own texts, may quote what no terminal should be given, and no forum. */
const forPeople = (text: string): string => escapeControls(withoutUriPasswords(text));

function findingOf(row: CheckRow, occurrence: Occurrence, boots: boolean): Finding {
	const { seen, rule, place, source = row.source } = occurrence;
	const severity = severityOf(row, occurrence, boots);
	const shows = shownBy(row, occurrence);
	return {
		code: row.code,
		...(rule !== undefined && { rule }),
		severity,
		frames: [...occurrence.frames],
		...(place && { place: { ...place, uri: withoutUriPasswords(place.uri) } }),
		seen: forPeople(seen),
		...(shows !== undefined && { shows: forPeople(shows) }),
		why: row.why,
		advice: row.advice,
		source,
	};
}

/** The same thing seen several times is one finding with all frames. */
function merged(findings: readonly Finding[]): Finding[] {
	const groups = groupedBy(findings, ({ code, rule, severity, seen, place }) =>
		[code, rule, severity, seen, place?.uri].join('\n'),
	);
	return [...groups.values()].map((group) => ({
		...(group[0] as Finding),
		frames: [...new Set(group.flatMap(({ frames }) => frames))].toSorted((a, b) => a - b),
	}));
}

/**
 * Says what went wrong in a boot, or may: the worst first, and then in order of the frames. An empty list says that
 * nothing known here was found, not that the machine booted.
 *
 * Silence counts only where the capture went on long enough to tell it from the recording's end. Secrets in scripts
 * and in URLs (passwords of disks and servers) are not repeated, and control characters are escaped.
 *
 * @throws nothing, whatever the session
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { bootTimeline, diagnose, readCapture } from 'pxekit/capture';
 *
 * const capture = readCapture(readFileSync('fixtures/captures/ovmf_proxydhcp-two-servers_wrong-next-server.pcap'));
 * const [finding] = bootTimeline(capture).flatMap((session) => diagnose(session, { least: 'error' }));
 * finding?.code; // => 'wrong-next-server'
 * ```
 */
export function diagnose(session: BootSession, options: DiagnoseOptions = {}): Finding[] {
	const { ignore = [], least = 'info' } = options;
	const view = viewSession(session);
	const rows = checkTopics
		.flatMap(({ checks }) => checks)
		.filter(({ code, ofSilence }) => !ignore.includes(code) && !(ofSilence && view.onlyClientSeen));
	const findings = rows.flatMap((row) =>
		[...row.find(view)].map((occurrence) => findingOf(row, occurrence, view.boots)),
	);
	return merged(findings)
		.filter(({ severity }) => ranks[severity] <= ranks[least])
		.toSorted((a, b) => ranks[a.severity] - ranks[b.severity] || (a.frames[0] ?? 0) - (b.frames[0] ?? 0));
}
