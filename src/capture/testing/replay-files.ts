import { formatText } from '../../dhcp/format.ts';
import type { HttpExchange, TftpTransfer } from '../talks/transfer.ts';
import type { BootSession } from '../timeline/session.ts';
import type { ReplayDifference, ReplayedFile, ReplayedFileRequest, ReplayResponders } from './replay-types.ts';

/** A captured request for a file, and what the capture tells of the answer. */
export interface CapturedFile {
	readonly frame: number;
	readonly request: ReplayedFileRequest;
	/** `'silent'`: nobody answered. `undefined`: the capture does not tell. */
	readonly outcome: 'found' | 'refused' | 'silent' | undefined;
	/** How the refusal was worded. */
	readonly refusal?: string | undefined;
	readonly size?: number | undefined;
	/** The first bytes of the file, or all. */
	readonly head: Uint8Array;
}

/** The files that clients of a capture asked for, in order; with `server` from this one only. */
export function capturedFiles(sessions: readonly BootSession[], server: string | undefined): CapturedFile[] {
	const files = sessions.flatMap(({ stages }) =>
		stages.flatMap(({ events }) =>
			events.flatMap((event) => {
				if (event.type === 'tftp' && event.transfer.kind === 'read' && event.transfer.filename !== '') {
					return [ofTransfer(event.transfer)];
				}
				return event.type === 'http' ? [ofExchange(event.exchange)] : [];
			}),
		),
	);
	return files
		.filter(({ request }) => server === undefined || request.server.address === server)
		.toSorted((one, other) => one.frame - other.frame);
}

const nothing = new Uint8Array();

function ofTransfer(transfer: TftpTransfer): CapturedFile {
	const { filename: name, mode, client, server, requested: options, content, announcedSize, error } = transfer;
	// Line ends change on the way: bytes as sent are not those of the file.
	const translated = mode.toLowerCase() === 'netascii';
	return {
		frame: transfer.frames[0] ?? 0,
		request: { protocol: 'tftp', name, client, server, options, mode },
		outcome: outcomeOf(transfer),
		refusal: error?.from === 'server' ? `error ${error.code} ${formatText(error.message)}` : undefined,
		size: content?.length ?? (translated ? undefined : announcedSize),
		head: content ?? (translated ? nothing : transfer.head),
	};
}

function outcomeOf({ outcome, granted, bytes }: TftpTransfer): CapturedFile['outcome'] {
	if (outcome === 'refused') return 'refused';
	if (outcome === 'complete' || outcome === 'probe' || granted !== undefined || bytes > 0) return 'found';
	return outcome === 'unanswered' ? 'silent' : undefined;
}

function ofExchange(exchange: HttpExchange): CapturedFile {
	const { target: name, method, url, client, server, status, reason, contentLength, content, head } = exchange;
	const whole = status === 200;
	return {
		frame: exchange.frames[0] ?? 0,
		request: { protocol: 'http', name, client, server, method, url },
		outcome: statusOutcome(status),
		refusal: status === undefined ? undefined : `${status} ${reason ?? ''}`.trim(),
		size: whole ? content?.length || contentLength : undefined,
		head: whole ? (content ?? head) : nothing,
	};
}

/** A redirection, or part of a file, says neither. */
function statusOutcome(status: number | undefined): CapturedFile['outcome'] {
	if (status === undefined) return undefined;
	if (status === 200 || status === 206) return 'found';
	return status >= 400 ? 'refused' : undefined;
}

/** Gives one request for a file to the function, and compares. */
export async function replayFile(
	captured: CapturedFile,
	give: NonNullable<ReplayResponders['file']>,
): Promise<{ readonly file: ReplayedFile; readonly differences: readonly ReplayDifference[] }> {
	const { frame, request, outcome } = captured;
	const found = outcome === undefined ? undefined : outcome === 'found';
	const what = `${request.method ?? 'TFTP'} ${formatText(request.url ?? request.name)}`;
	try {
		const answered = await give(request);
		if (answered !== undefined && !(answered instanceof Uint8Array)) {
			throw new TypeError('it gave neither bytes nor undefined');
		}
		const difference = compareFile(captured, answered, what);
		const file = { frame, request, found, answeredSize: answered?.length };
		return { file, differences: difference ? [difference] : [] };
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		const message = `frame ${frame}, ${what}: the responder failed: ${reason}`;
		const failure: ReplayDifference = {
			kind: 'failed',
			frame,
			field: 'failed',
			captured: outcome,
			answered: undefined,
			message,
		};
		return { file: { frame, request, found, answeredSize: undefined }, differences: [failure] };
	}
}

function compareFile(
	{ frame, outcome, refusal, size, head }: CapturedFile,
	answered: Uint8Array | undefined,
	what: string,
): ReplayDifference | undefined {
	const difference = (field: string, captured: string, ours: string): ReplayDifference => {
		const message = `frame ${frame}, ${what}: ${captured} in the capture, ${ours} as answered`;
		return { kind: 'file', frame, field, captured, answered: ours, message };
	};
	if (outcome === 'found') {
		if (answered === undefined) return difference('found', 'found', 'refused');
		const wholeSize = size ?? answered.length;
		if (wholeSize !== answered.length) return difference('size', `${size} bytes`, `${answered.length} bytes`);
		const at = head.findIndex((byte, i) => byte !== answered[i]);
		if (at < 0) return undefined;
		return difference('content', `byte ${at} is ${hex(head[at])}`, hex(answered[at]));
	}
	if (outcome === undefined || answered === undefined) return undefined;
	const captured = outcome === 'refused' ? `refused (${refusal})` : 'no answer';
	return difference('found', captured, `${answered.length} bytes`);
}

function hex(byte: number | undefined): string {
	return byte === undefined ? 'the end' : `0x${byte.toString(16).padStart(2, '0')}`;
}
