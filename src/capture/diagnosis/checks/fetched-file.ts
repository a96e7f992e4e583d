import { isFound, tftpUri } from '../../talks/file-answer.ts';
import type { BootStage, HttpEvent, TftpEvent } from '../../timeline/session.ts';
import { type FileKind, fileKind } from './file-kind.ts';

/** A file that the client got, or wanted, over TFTP or HTTP. */
export interface FetchedFile {
	readonly event: TftpEvent | HttpEvent;
	readonly frames: readonly number[];
	readonly time: bigint | undefined;
	readonly end: bigint | undefined;
	/** As asked: a path. */
	readonly name: string;
	/** Without folders. */
	readonly baseName: string;
	/** `'tftp://10.0.0.1/ipxe.efi'`. */
	readonly uri: string;
	readonly server: string;
	/** All of it went over the wire. */
	readonly complete: boolean;
	/** Asked for, and not got. */
	readonly failed: boolean;
	/** Bytes on the wire, or as announced; `undefined` when neither is known. */
	readonly size: number | undefined;
	/** The beginning, as far as the capture has it without a gap. */
	readonly head: Uint8Array;
	readonly content: Uint8Array | undefined;
	/** `undefined` when the capture has no byte of it. */
	readonly kind: FileKind | undefined;
}

const baseNameOf = (name: string): string => name.replace(/[?#].*$/s, '').replace(/^.*[/\\]/s, '');

function ofTftp(event: TftpEvent): FetchedFile | undefined {
	const { transfer } = event;
	if (transfer.kind !== 'read' || transfer.outcome === 'probe') return undefined;
	const complete = transfer.outcome === 'complete';
	const head = transfer.content ?? transfer.head;
	return {
		event,
		frames: transfer.frames,
		time: transfer.start,
		end: transfer.end,
		name: transfer.filename,
		baseName: baseNameOf(transfer.filename),
		uri: tftpUri(transfer),
		server: transfer.server.address,
		complete,
		failed: ['refused', 'aborted', 'unanswered', 'stalled'].includes(transfer.outcome),
		// Blocks may be missing in the capture: what was announced is nearer to the truth.
		size: transfer.announcedSize || (complete ? transfer.bytes : undefined),
		head,
		content: transfer.content,
		kind: head.length > 0 || transfer.content ? fileKind(head) : undefined,
	};
}

function ofHttp(event: HttpEvent): FetchedFile | undefined {
	const { exchange } = event;
	if (exchange.method !== 'GET') return undefined;
	const { status, outcome } = exchange;
	const good = isFound(status);
	const head = exchange.content ?? exchange.head;
	const path = exchange.target.replace(/^https?:\/\/[^/]*/i, '');
	return {
		event,
		frames: exchange.frames,
		time: exchange.start,
		end: exchange.end,
		name: path,
		baseName: baseNameOf(path),
		uri: exchange.url,
		server: exchange.server.address,
		complete: good && outcome === 'complete',
		failed:
			(status !== undefined && status >= 400) || exchange.reset || outcome === 'incomplete' || outcome === 'unanswered',
		size: exchange.contentLength ?? exchange.content?.length,
		head,
		content: exchange.content,
		kind: good && (head.length > 0 || exchange.content) ? fileKind(head) : undefined,
	};
}

/** In the order of the first request. */
export function filesOf(stage: BootStage): FetchedFile[] {
	return stage.events.flatMap((event) => {
		const file = event.type === 'tftp' ? ofTftp(event) : event.type === 'http' ? ofHttp(event) : undefined;
		return file ? [file] : [];
	});
}
