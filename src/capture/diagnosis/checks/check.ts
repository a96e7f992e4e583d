import { formatText } from '../../../dhcp/format.ts';
import type { FailureReason, FirmwareConsole } from '../../../pxe/firmware-errors.ts';
import type { EventPlace } from '../../timeline/session.ts';
import type { FindingPlace, FindingSeverity } from '../finding.ts';
import type { SessionView, StageView } from './view.ts';

/** One place where a check applies. */
export interface Occurrence {
	/** What shows it, in any order and with repeats. */
	readonly frames: readonly number[];
	/** What was seen, one sentence. */
	readonly seen: string;
	/** On whose screen {@link BootCheck.reasons} is read; without it nothing is said to be shown. */
	readonly stage?: StageView | undefined;
	/** Instead of the row's first. */
	readonly reason?: FailureReason | undefined;
	/** Number of the TFTP ERROR, for which PC ROMs have words of their own. */
	readonly tftpCode?: number | undefined;
	/** Instead of the row's. */
	readonly severity?: FindingSeverity | undefined;
	/** Of scripts. */
	readonly place?: FindingPlace | undefined;
	/** Of scripts: the linter's code and source. */
	readonly rule?: string | undefined;
	readonly source?: string | undefined;
}

/** What a check looks for, for lists and documentation. */
export interface BootCheck {
	/** Stable, for programs. */
	readonly code: string;
	/** The worst that it reports. */
	readonly severity: FindingSeverity;
	/** What is the matter, in a few words. */
	readonly title: string;
	/** What is in the capture, one sentence. */
	readonly sign: string;
	/** Why that stops a client. */
	readonly why: string;
	/** What to change. */
	readonly advice: string;
	/** Where the behaviour is laid down: a source file, an RFC section. */
	readonly source: string;
	/**
	 * Which failures of the firmware this ends in, the usual one first; the words on the screen follow from them. Absent where
	 * the firmware prints nothing of its own.
	 */
	readonly reasons?: readonly FailureReason[] | undefined;
	/** On whose screens that is read; all that have words for it by default. */
	readonly shownOn?: readonly FirmwareConsole[] | undefined;
}

/** A row of the table of checks. */
export interface CheckRow extends BootCheck {
	/** It says that nobody answered, which a capture of one direction can't show. */
	readonly ofSilence?: true;
	find(view: SessionView): Iterable<Occurrence>;
}

/** Frames of events, for an occurrence. */
export function framesOf(...events: readonly (EventPlace | undefined)[]): number[] {
	return events.flatMap((event) => event?.frames ?? []);
}

/** A name from the network as it can be shown: short, in quotes, control characters escaped. */
export function quoted(text: string): string {
	return formatText(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

/** An error on the client's screen, unless it got on all the same: then it is worth knowing. */
export function unlessWentOn(stage: StageView): Pick<Occurrence, 'stage' | 'severity'> {
	return stage.wentOn ? { severity: 'info' } : { stage };
}
