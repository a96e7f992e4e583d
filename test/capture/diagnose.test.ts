import { bootChecks, diagnose, type Finding } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { diagnosisScenes, type Scenes } from './diagnosis-scenes.ts';

const codesOf = (findings: readonly Finding[]) => findings.map(({ code }) => code);
const withCode = (scene: Scenes['fires'], code: string) =>
	diagnose(scene().session()).filter((finding) => finding.code === code);

describe('each check', () => {
	test('has its scenes', () => {
		expect(Object.keys(diagnosisScenes).sort()).toEqual(codesOf(bootChecks as never).sort());
	});

	test.each(Object.entries(diagnosisScenes))(
		'%s: fires, and a near miss does not',
		(code, { fires, nearMiss, shows, also = [] }) => {
			const found = withCode(fires, code);
			expect(found).not.toEqual([]);
			expect(found[0]?.shows).toBe(shows);
			expect(codesOf(diagnose(nearMiss().session()))).not.toContain(code);
			for (const [scene, shown] of also) {
				const again = withCode(scene, code);
				expect(again).not.toEqual([]);
				expect(again[0]?.shows ?? '').toBe(shown);
			}
		},
	);
});

describe('every code that PC ROMs and UEFI print is reached', () => {
	const shown = new Set(
		Object.entries(diagnosisScenes)
			.flatMap(([code, { fires, also = [] }]) =>
				[fires, ...also.map(([scene]) => scene)].flatMap((scene) => withCode(scene, code)),
			)
			.map(({ shows }) => /^PXE-E\w\w/.exec(shows ?? '')?.[0]),
	);
	test.each(
		[
			'E05',
			'E11',
			'E16',
			'E18',
			'E21',
			'E22',
			'E23',
			'E32',
			'E35',
			'E3B',
			'E3C',
			'E51',
			'E52',
			'E53',
			'E55',
			'E74',
			'E77',
			'E78',
			'E79',
			'E99',
		].map((code) => `PXE-${code}`),
	)('%s', (code) => {
		expect(shown).toContain(code);
	});
});
