import { anonymize, bootTimeline, type CaptureFile, decodeFrames, readCapture } from 'pxekit/capture';
import { describe, expect, test } from 'vitest';
import { fixtureBytes, fixtureRows } from '../support/fixtures.ts';
import { type CaptureIdentifiers, found, tracesOf } from '../support/traces.ts';

const rows = fixtureRows<CaptureIdentifiers>('captures/identifiers.tshark.jsonl');
const read = (name: string) => readCapture(fixtureBytes(`captures/${name}.pcap`));

/** What happened, without who and where. */
function shapeOf(capture: CaptureFile) {
	return bootTimeline(capture).map(({ stages, client, gaps, secondsAfter, ...session }) => ({
		addresses: client.addresses.length,
		hasUuid: client.uuid !== undefined,
		gaps: gaps.map(({ code }) => code),
		secondsAfter,
		times: [session.start, session.end],
		stages: stages.map(({ kind, name, events }) => ({
			kind,
			name,
			events: events.map((event) => {
				const common = { type: event.type, frames: event.frames, time: event.time, end: event.end };
				if ('packet' in event) {
					const codes = event.packet.options.entries().map(({ code, bytes }) => [code, bytes.length]);
					return { ...common, codes, gives: event.gives, repeats: event.repeats, file: event.packet.file };
				}
				if (event.type !== 'tftp') return common;
				const { outcome, bytes, announcedSize, retransmits, granted, issues, mode } = event.transfer;
				const codes = issues.map(({ code }) => code);
				return { ...common, outcome, bytes, announcedSize, retransmits, granted, codes, mode };
			}),
		})),
	}));
}

describe.each(rows)('$capture', (row) => {
	const capture = read(row.capture);
	const traces = tracesOf(row);
	const anonymous = anonymize(capture);
	const kept = anonymize(capture, { keepFiles: true });
	const joined = (file: CaptureFile) =>
		Buffer.concat(file.frames.flatMap(({ data }) => [data, Buffer.alloc(20, 0xee)]));

	test('what tshark reads as addresses and UUIDs is nowhere any more', () => {
		expect(traces.length).toBeGreaterThan(2);
		// They are found where they are.
		expect(new Set(found(traces, joined(capture)).map((line) => line.split(' ')[0]))).toEqual(
			new Set(traces.map(({ name }) => name)),
		);
		expect(found(traces, joined(anonymous))).toEqual([]);
	});

	test('nor when files are kept', () => {
		expect(found(traces, joined(kept))).toEqual([]);
	});

	test.each([anonymous, kept])('the story is the same', (file) => {
		expect(shapeOf(file)).toEqual(shapeOf(capture));
	});

	test('lengths, times, checksums and layers stay', () => {
		const summary = (file: CaptureFile) => [
			file.frames.map(({ data, ...frame }) => ({ ...frame, length: data.length })),
			[...decodeFrames(file.frames)].map(({ issues, udp, tcp, ip, icmp, arp, link, cut }) => ({
				codes: issues.map(({ code }) => code),
				udp,
				tcp,
				protocol: ip?.protocol,
				fragment: ip?.fragment,
				icmp: icmp && [icmp.kind, icmp.sourcePort, icmp.destinationPort],
				arp: arp?.operation,
				link: link && [link.kind, link.vlans, link.protocol],
				cut,
			})),
		];
		expect(summary(anonymous)).toEqual(summary(capture));
		expect(summary(kept)).toEqual(summary(capture));
	});
});
