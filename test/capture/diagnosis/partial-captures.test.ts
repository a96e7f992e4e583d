import { readdirSync } from 'node:fs';
import { bootTimeline, type CaptureFile, type DecodedFrame, decodeFrames, diagnose, readCapture } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { fixtureBytes } from '../../support/fixtures.ts';

const names = readdirSync(new URL('../../../fixtures/captures/', import.meta.url)).filter((name) =>
	name.endsWith('.pcap'),
);

function faultsOf(capture: CaptureFile): string[] {
	return bootTimeline(capture)
		.flatMap((session) => diagnose(session, { least: 'warning' }))
		.map(({ code, rule }) => [code, rule].join(' '));
}

type IsLost = (frame: DecodedFrame, clients: readonly string[]) => boolean;

function without(capture: CaptureFile, isLost: IsLost): CaptureFile {
	const clients = bootTimeline(capture).map(({ client }) => client.mac);
	const frames = [...decodeFrames(capture.frames)].filter((frame) => isLost(frame, clients));
	const lost = new Set(frames.map(({ index }) => index));
	return { ...capture, frames: capture.frames.filter(({ index }) => !lost.has(index)) };
}

/** What captures in forums lack. */
const losses: Readonly<Record<string, IsLost>> = {
	'the read requests': ({ udp }) => udp?.destinationPort === 69,
	'what clients send': ({ link }, clients) => clients.includes(link?.source ?? ''),
	'what servers send': ({ link }, clients) => !clients.includes(link?.source ?? ''),
};

// The boots themselves: those of fixtures/captures that went well went well, whatever a capture of them lacks.
describe.each(Object.entries(losses))('a capture without %s', (_, isLost) => {
	test.each(names)('%s: no fault that the whole capture does not show', (name) => {
		const whole = readCapture(fixtureBytes(`captures/${name}`));
		const known = faultsOf(whole);
		const partial = without(whole, isLost);
		expect(faultsOf(partial).filter((fault) => !known.includes(fault))).toEqual([]);
	});
});
