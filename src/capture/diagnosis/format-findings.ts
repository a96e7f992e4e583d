import { escapeControls } from '../../wire/text.ts';
import type { Finding } from './finding.ts';

/** Long lists of frames say little. */
const shownFrames = 8;

/**
 * Findings as text for people: what was seen and in which frames, what stands on the screen, why that is so, and what
 * to do. Indented, to stand below a timeline.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { bootTimeline, diagnose, formatFindings, readCapture } from 'pxekit/capture';
 *
 * const capture = readCapture(readFileSync('fixtures/captures/failures/ovmf_missing-file.pcap'));
 * const findings = bootTimeline(capture).flatMap((session) => diagnose(session, { least: 'error' }));
 * const lines = formatFindings(findings).split('\n');
 * lines[0]; // => '  ERROR tftp-error'
 * lines[2]; // => '    frames: 18, 19'
 * lines[3]; // => '    screen: PXE-E23: Client received TFTP error from server.'
 * ```
 */
export function formatFindings(findings: readonly Finding[]): string {
	return findings.length === 0 ? '  Nothing wrong was found.' : findings.map(textOf).join('\n\n');
}

function textOf({ code, severity, frames, place, seen, shows, why, advice, source }: Finding): string {
	const more = frames.length > shownFrames ? ` and ${frames.length - shownFrames} more` : '';
	// File names come from the network.
	const where = place ? ` (${escapeControls(place.uri)}${place.line === undefined ? '' : ` line ${place.line}`})` : '';
	return [
		`  ${severity.toUpperCase()} ${code}${where}`,
		`    seen:   ${seen}`,
		...(frames.length > 0 ? [`    frames: ${frames.slice(0, shownFrames).join(', ')}${more}`] : []),
		...(shows === undefined ? [] : [`    screen: ${shows}`]),
		`    why:    ${why}`,
		`    do:     ${advice}`,
		`    source: ${source}`,
	].join('\n');
}
