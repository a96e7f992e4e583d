import type { BootClient } from '../../pxe/index.ts';
import { optionText } from '../../pxe/option-text.ts';
import { agentSpeaking, baseName, isProgramDownloaded, isProgramFetched, loaderAsking } from './file-speaker.ts';
import type { BootStage, DhcpEvent, HttpEvent, StageKind, TftpEvent, TimelineEvent } from './session.ts';
import { type Speaker, speakerOf } from './speaker.ts';

interface StageDraft {
	kind: StageKind;
	name: string;
	/** Whether anything told who it is. */
	known: boolean;
	client: BootClient | undefined;
	/** The program that was fetched to its end: what comes next may be that. */
	fetched: string | undefined;
	/** Where PXELINUX finds its configuration, if DHCP told (RFC 5071). */
	configuration: string | undefined;
	readonly events: TimelineEvent[];
}

type Place = { readonly continues: boolean; readonly speaker?: Speaker | undefined };

/** Splits what one machine did, in order of time, where another program begins to speak. */
export function splitStages(events: readonly TimelineEvent[]): BootStage[] {
	const stages: StageDraft[] = [];
	for (const event of events) {
		const current = stages.at(-1);
		const { continues, speaker } = placeOf(event, current);
		const stage = current && continues ? current : begin(current);
		if (stage !== current) stages.push(stage);
		if (speaker) introduce(stage, speaker);
		remember(stage, event);
		stage.events.push(event);
	}
	return stages.map(({ kind, name, client, events }) => ({ kind, name, client, events }));
}

function begin(before: StageDraft | undefined): StageDraft {
	return {
		kind: 'rom',
		name: 'unknown firmware',
		known: false,
		client: undefined,
		fetched: undefined,
		configuration: before?.configuration,
		events: [],
	};
}

function introduce(stage: StageDraft, { kind, name, client }: Speaker): void {
	if (!stage.known) Object.assign(stage, { kind, name, known: true });
	stage.client ??= client;
}

/** Whether an event belongs to the stage that is open, and whom it shows. */
function placeOf(event: TimelineEvent, stage: StageDraft | undefined): Place {
	switch (event.type) {
		case 'discover':
		case 'bootp-request':
			return dhcpPlace(event, stage, true);
		case 'request':
		case 'inform':
			return dhcpPlace(event, stage, false);
		case 'tftp':
			return filePlace(event.transfer.filename, fileSpeaker(event, stage), stage);
		case 'http':
			return filePlace(event.exchange.target, fileSpeaker(event, stage), stage);
		default:
			return { continues: true };
	}
}

function dhcpPlace({ packet, cut }: DhcpEvent, stage: StageDraft | undefined, begins: boolean): Place {
	// Who it is stands behind the cut.
	if (cut && !packet.options.has('vendorClassIdentifier')) return { continues: true };
	const speaker = speakerOf(packet);
	if (!stage?.known) return { continues: true, speaker };
	if (begins && stage.fetched !== undefined) return { continues: false, speaker };
	const same = stage.kind === speaker.kind && sameProgram(stage.name, speaker.name);
	// U-Boot's distro boot calls itself a UEFI client when it looks for an EFI program: include/config_distro_bootcmd.h.
	const disguised = stage.name === 'U-Boot' && speaker.client !== undefined && !speaker.client.ipxe;
	return { continues: same || disguised, speaker };
}

/** The name may have a version that another sign of the program lacks: iPXE and iPXE 1.21.1. */
function sameProgram(one: string, other: string): boolean {
	return one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);
}

function fileSpeaker(event: TftpEvent | HttpEvent, stage: StageDraft | undefined): Speaker | undefined {
	const current = stage?.kind ?? 'rom';
	if (event.type === 'http')
		return agentSpeaking(event.exchange) ?? loaderAsking(event.exchange.target, current, stage?.fetched);
	const { filename } = event.transfer;
	if (current === 'rom' && stage?.configuration === filename) {
		return { kind: 'loader', name: 'PXELINUX' };
	}
	return loaderAsking(filename, current, stage?.fetched);
}

function filePlace(file: string, speaker: Speaker | undefined, stage: StageDraft | undefined): Place {
	if (!stage) return { continues: true, speaker };
	if (speaker) {
		const same = stage.kind === speaker.kind && sameProgram(stage.name, speaker.name);
		return { continues: !stage.known || same, speaker };
	}
	// Firmware starts what it has fetched. A file after that is wanted by the program, whatever it is.
	const handedOver =
		stage.kind === 'rom' && stage.fetched !== undefined && stage.fetched !== file && !fetchesManyFiles(stage);
	if (!handedOver) return { continues: true };
	return { continues: false, speaker: { kind: 'loader', name: `loader (${baseName(stage.fetched ?? '')})` } };
}

/** The boot ROM of a Raspberry Pi fetches its firmware, settings and kernel one after the other. */
function fetchesManyFiles({ name }: StageDraft): boolean {
	return name.startsWith('Raspberry Pi');
}

/** What tells later who speaks. */
function remember(stage: StageDraft, event: TimelineEvent): void {
	if (event.type === 'ack' || event.type === 'proxy-ack' || event.type === 'boot-server-ack') {
		const file = optionText(event.packet, 'configurationFile');
		if (file !== '') stage.configuration = optionText(event.packet, 'pathPrefix') + file;
	} else if (event.type === 'tftp' && isProgramFetched(event.transfer, stage.kind)) {
		stage.fetched = event.transfer.filename;
	} else if (event.type === 'http' && isProgramDownloaded(event.exchange, stage.kind)) {
		stage.fetched = event.exchange.target;
	}
}
