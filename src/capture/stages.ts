import type { BootClient } from '../pxe/index.ts';
import type { BootStage, DhcpEvent, StageKind, TimelineEvent } from './session.ts';
import { type Speaker, speakerOf } from './speaker.ts';

interface StageDraft {
	kind: StageKind;
	name: string;
	/** Whether the name comes from the program's own words. */
	named: boolean;
	client: BootClient | undefined;
	/** A program was fetched whole; what comes now may be that. */
	fetched: string | undefined;
	readonly events: TimelineEvent[];
}

/** Splits what one machine did, in order of time, where another program begins to speak. */
export function splitStages(events: readonly TimelineEvent[]): BootStage[] {
	const stages: StageDraft[] = [];
	for (const event of events) {
		const speaker = speakerAt(event);
		const current = stages.at(-1);
		const stage = current && (!speaker || continues(current, speaker)) ? current : begin(speaker);
		if (stage !== current) stages.push(stage);
		if (speaker) introduce(stage, speaker);
		stage.events.push(event);
	}
	return stages.map(({ kind, name, client, events }) => ({ kind, name, client, events }));
}

/** Messages of a client with which a program begins; a boot server is asked in the course of it. */
const selfIntroductions: readonly TimelineEvent['type'][] = ['discover', 'request', 'inform', 'bootp-request'];

function speakerAt(event: TimelineEvent): (Speaker & { readonly begins: boolean }) | undefined {
	if (!selfIntroductions.includes(event.type)) return undefined;
	return {
		...speakerOf((event as DhcpEvent).packet),
		begins: event.type === 'discover' || event.type === 'bootp-request',
	};
}

function begin(speaker: Speaker | undefined): StageDraft {
	const { kind, name, client } = speaker ?? { kind: 'rom', name: 'unknown', client: undefined };
	return { kind, name, client, named: speaker !== undefined, fetched: undefined, events: [] };
}

function introduce(stage: StageDraft, speaker: Speaker): void {
	if (!stage.named) Object.assign(stage, { kind: speaker.kind, name: speaker.name, named: true });
	stage.client ??= speaker.client;
}

function continues(stage: StageDraft, speaker: Speaker & { readonly begins: boolean }): boolean {
	if (!stage.named) return true;
	if (speaker.begins && stage.fetched !== undefined) return false;
	if (stage.kind === speaker.kind && stage.name === speaker.name) return true;
	// U-Boot's distro boot calls itself a UEFI client when it looks for an EFI program: include/config_distro_bootcmd.h.
	return stage.name === 'U-Boot' && speaker.client !== undefined && !speaker.client.ipxe && stage.fetched === undefined;
}
