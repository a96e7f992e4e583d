import { readdirSync } from 'node:fs';
import {
	anonymize,
	bootTimeline,
	type CaptureFile,
	decodeFrames,
	diagnose,
	readCapture,
	tftpTransfers,
	writePcap,
} from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { type FileKind, fileKind } from '../../../src/capture/diagnosis/checks/file-kind.ts';
import { fixtureBytes } from '../../support/fixtures.ts';
import { madeBoot, speakers } from '../timeline/made-boots.ts';

const folder = new URL('../../../fixtures/captures/', import.meta.url).pathname;
const names = ['', 'failures/'].flatMap((sub) =>
	readdirSync(folder + sub)
		.filter((name) => name.endsWith('.pcap'))
		.map((name) => sub + name),
);

/** Without words that hold names. */
const findingsOf = (capture: CaptureFile) =>
	bootTimeline(capture).flatMap((session) =>
		diagnose(session).map(({ severity, code, rule = '', frames }) => `${severity} ${code} ${rule} ${frames.join()}`),
	);

const needsText = / (?:ipxe|pxelinux)-lint /;

// Who is sent a capture to look at must not be shown faults that were not in it.
describe.each(names)('the diagnosis of %s after anonymizing', (name) => {
	const capture = readCapture(fixtureBytes(`captures/${name}`));
	const before = findingsOf(capture);

	test('is the same when files are kept', () => {
		expect(findingsOf(anonymize(capture, { keepFiles: true }))).toEqual(before);
	});

	test('lacks what only the text of a script tells, and nothing else', () => {
		expect(findingsOf(anonymize(capture))).toEqual(before.filter((finding) => !needsText.test(finding)));
	});
});

/** Two kernels, and an initrd between them. */
function twoKernels(script: string): CaptureFile {
	const boot = madeBoot();
	boot.lease(speakers.ipxe, 1, { bootfileName: 'boot.ipxe' });
	boot.fetch('boot.ipxe', 2070, new TextEncoder().encode(script));
	for (const [i, file] of ['vmlinuz-a', 'initrd-a.img', 'vmlinuz-b'].entries()) boot.fetch(file, 2071 + i);
	return readCapture(writePcap(boot.frames));
}

test('whether a script frees images is not claimed when its text is gone', () => {
	const hasLeftOver = (capture: CaptureFile) => findingsOf(capture).some((line) => line.includes('images-left-over'));
	const loads = 'kernel vmlinuz-a\ninitrd initrd-a.img\nboot\n';
	expect(hasLeftOver(twoKernels(`#!ipxe\n${loads}`))).toBe(true);
	const freeing = twoKernels(`#!ipxe\nimgfree\n${loads}`);
	expect(hasLeftOver(freeing)).toBe(false);
	expect(hasLeftOver(anonymize(freeing))).toBe(false);
});

const text = (characters: string) => new TextEncoder().encode(characters);

/** The first bytes as the programs' own formats have them; what follows must go. */
const beginnings: readonly (readonly [FileKind['kind'], Uint8Array])[] = [
	['bios-program', Uint8Array.of(0xea, 0x05, 0, 0xc0, 0x07)],
	['bios-program', Uint8Array.of(0xe9, 0x10, 0x01)],
	['bios-program', Uint8Array.of(0xeb, 0x3c, 0x90)],
	['elf', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0x3e, 0)],
	['compressed', Uint8Array.of(0x1f, 0x8b, 8, 0)],
	['compressed', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)],
	['compressed', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)],
	['compressed', text('BZh91AY')],
	['cpio', text('070701')],
	['wim', text('MSWIM')],
	['html', text('\n<!DOCTYPE html>')],
	['ipxe-script', text('#!ipxe\n')],
];

test.each(beginnings)('%s stays what it is, and loses what is in it (%#)', (kind, beginning) => {
	const content = new Uint8Array(400).fill(3);
	content.set(beginning);
	const boot = madeBoot();
	boot.fetch('file', 2070, content);
	const [transfer] = tftpTransfers(decodeFrames(anonymize(readCapture(writePcap(boot.frames))).frames));
	const after = transfer?.content ?? new Uint8Array();
	expect([fileKind(content).kind, fileKind(after).kind]).toEqual([kind, kind]);
	expect(after.length).toBe(400);
	expect(after).not.toContain(3);
});
