import { bootTimeline, diagnose, readCapture } from 'pxekit/capture';
import { expect } from 'vitest';
import type { Failure } from './failures.ts';

/** A diagnosis names the failure as an error, and shows what the firmware said. */
export function expectDiagnosis(capture: Uint8Array, { code, message }: Failure): void {
	const sessions = bootTimeline(readCapture(capture));
	expect(sessions).toHaveLength(1);
	const errors = sessions.flatMap((session) => diagnose(session)).filter(({ severity }) => severity === 'error');
	expect(errors.map((finding) => finding.code)).toContain(code);
	for (const { shows } of errors) if (shows !== undefined) expect(message).toContain(shows);
}
