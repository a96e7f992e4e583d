import { readdirSync } from 'node:fs';
import { type BootSession, bootTimeline, diagnose, formatTimeline, readCapture } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { mirrored, routedCopies, tagged, taggedAndNot } from '../../support/changed-frames.ts';
import { fixtureBytes } from '../../support/fixtures.ts';

const captures = readdirSync(new URL('../../../fixtures/captures', import.meta.url), {
	recursive: true,
	encoding: 'utf8',
}).filter((name) => name.endsWith('.pcap'));

/** All that is told; how many frames were cut, and where, is another matter when there are more of them. */
function story(sessions: readonly BootSession[]): string {
	return formatTimeline(sessions, { snapshot: true }).replace(
		/the beginning of \d+ frames.*/,
		'the beginning of frames',
	);
}

function findings(sessions: readonly BootSession[]): string[] {
	const all = sessions.flatMap((session) => diagnose(session, { ignore: ['vlan-tag'] }));
	return all.map(({ severity, code }) => `${severity} ${code}`);
}

describe.each([
	['every frame twice, one behind the other', mirrored(0n)],
	['every frame again after 0.2 ms', mirrored(200_000n)],
	['every frame again after 2 ms', mirrored(2_000_000n)],
	['every frame again from behind a router', routedCopies],
	['every frame with a VLAN tag and without', taggedAndNot],
	['every frame with two VLAN tags', tagged(100, 7)],
])('%s', (_, change) => {
	test.each(captures)('%s tells the same', (name) => {
		const capture = readCapture(fixtureBytes(`captures/${name}`));
		const told = bootTimeline(capture);
		const changed = bootTimeline({ ...capture, frames: change(capture.frames) });
		expect(story(changed)).toBe(story(told));
		expect(findings(changed)).toEqual(findings(told));
	});
});
