import fc from 'fast-check';
import {
	type BootSession,
	bootChecks,
	bootTimeline,
	type CaptureFile,
	diagnose,
	type TimelineEvent,
} from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { diagnosisScenes } from '../capture/diagnosis/diagnosis-scenes.ts';
import { Scene } from '../capture/diagnosis/scene.ts';
import { cpuMilliseconds } from '../support/cpu-time.ts';

const captures = Object.values(diagnosisScenes)
	.flatMap(({ fires, nearMiss }) => [fires, nearMiss])
	.map((scene) => scene().capture())
	// Those are for the size of files, and slow to change.
	.filter(({ frames }) => frames.length < 200);
const sessions = captures.flatMap((capture) => bootTimeline(capture));
const codes = new Set(bootChecks.map(({ code }) => code));

function expectFindings(session: BootSession): void {
	for (const { code, frames, seen, why, advice, source } of diagnose(session)) {
		expect(codes).toContain(code);
		expect([seen, why, advice, source].every((text) => text.length > 0)).toBe(true);
		expect(frames).toEqual([...new Set(frames)].sort((a, b) => a - b));
	}
}

/** A capture with bytes changed, frames left out, repeated or swapped, and cut. */
function mutated(
	capture: CaptureFile,
	changes: readonly (readonly [frame: number, at: number, byte: number])[],
	kept: readonly number[],
): CaptureFile {
	const data = capture.frames.map((frame) => frame.data.slice());
	for (const [frame, at, byte] of changes) {
		const bytes = data[frame % data.length] as Uint8Array;
		// Behind Ethernet, IP and UDP for the most part: what breaks those is lost to the timeline.
		if (bytes.length > 42) bytes[42 + (at % (bytes.length - 42))] = byte;
	}
	const frames = kept.map((place, i) => {
		const frame = capture.frames[place % capture.frames.length] as CaptureFile['frames'][number];
		return { ...frame, index: i + 1, data: data[place % data.length] as Uint8Array };
	});
	return { ...capture, frames, records: frames.length };
}

describe('diagnose throws nothing', () => {
	test('whatever the packets', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...captures),
				fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(255)), { maxLength: 30 }),
				fc.array(fc.nat(300), { maxLength: 60 }),
				fc.boolean(),
				(capture, changes, kept, inOrder) => {
					const all = capture.frames.map((_, i) => i);
					for (const session of bootTimeline(mutated(capture, changes, inOrder ? all : kept))) expectFindings(session);
				},
			),
			{ numRuns: 1000 },
		);
	});

	test('whatever the session: events of all kinds in any order, with and without times', () => {
		const events = sessions.flatMap(({ stages }) => stages.flatMap((stage) => stage.events));
		const anyEvent = fc
			.tuple(
				fc.constantFrom(...events),
				fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), { nil: undefined }),
			)
			.map(([event, time]): TimelineEvent => ({ ...event, time, end: time }));
		const anyStage = fc.record({
			kind: fc.constantFrom('rom', 'loader', 'ipxe', 'kernel'),
			name: fc.constantFrom('UEFI (EDK2) PXE', 'PXELINUX', 'U-Boot', 'Raspberry Pi boot ROM', ''),
			client: fc.constantFrom(undefined, ...sessions.flatMap(({ stages }) => stages.map(({ client }) => client))),
			events: fc.array(anyEvent, { maxLength: 20 }),
		});
		fc.assert(
			fc.property(
				fc.constantFrom(...sessions),
				fc.array(anyStage, { maxLength: 6 }),
				fc.oneof(fc.double(), fc.nat(100)),
				(session, stages, secondsAfter) => {
					expectFindings({ ...session, stages, secondsAfter } as BootSession);
				},
			),
			{ numRuns: 1000 },
		);
	});
});

describe('time grows with the session', () => {
	test.each<[string, (scene: Scene) => unknown]>([
		['refused files', (scene) => scene.refused(`a${scene.now}`)],
		['boots', (scene) => scene.leaseFile('undionly.kpxe').fetched('undionly.kpxe', 'x')],
		['questions to port 4011', (scene) => scene.ask4011('10.0.0.1')],
	])('%s', (_, add) => {
		const scene = new Scene('ipxe-bios').lease();
		for (let i = 0; i < 2000; i++) add(scene);
		const session = scene.silence(60).session();
		const events = session.stages.reduce((sum, stage) => sum + stage.events.length, 0);
		expect(events).toBeGreaterThan(1900);
		const start = cpuMilliseconds();
		expectFindings(session);
		expect(cpuMilliseconds() - start).toBeLessThan(1500);
	});
});
