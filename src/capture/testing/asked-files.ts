import { formatText } from '../../dhcp/format.ts';
import { isFound, tftpUri, withoutSlash } from '../talks/file-answer.ts';
import { transferLength } from '../talks/transfer-length.ts';
import type { BootSession, TimelineEvent } from '../timeline/session.ts';

/** A file that a client asked for, over whatever protocol. */
export interface AskedFile {
	readonly over: 'tftp' | 'http';
	/** What it may be called: as in the request, the same without a slash before it, and as a URL. */
	readonly names: readonly string[];
	/** Who gave it; who was asked, when nobody did. */
	readonly server: string;
	readonly requests: number;
	/** The client has all of it. */
	readonly complete: boolean;
	/** Length of the file, as far as known. */
	readonly bytes: number | undefined;
	/** When the capture has all of it. */
	readonly content: Uint8Array | undefined;
	/** For people. */
	readonly line: string;
}

/** All files that a client asked for, in order. A question for the size alone (TFTP's probe, HTTP's HEAD) counts as no request. */
export function filesOf({ stages }: BootSession): AskedFile[] {
	return stages.flatMap(({ events }) => events.flatMap((event) => fileOf(event) ?? []));
}

function fileOf(event: TimelineEvent): AskedFile | undefined {
	if (event.type === 'tftp' && event.transfer.kind === 'read') {
		const { filename, server, answeredFrom, requests, outcome, content, error, frames } = event.transfer;
		const bytes = transferLength(event.transfer);
		const complete = outcome === 'complete';
		const reason = error ? `, ERROR ${error.code} ${formatText(error.message)}` : '';
		return {
			over: 'tftp',
			names: [filename, withoutSlash(filename), tftpUri(event.transfer)],
			server: (answeredFrom ?? server).address,
			requests: outcome === 'probe' ? 0 : requests,
			complete,
			bytes: complete ? bytes : undefined,
			content,
			line: `frame ${frames[0]}: ${formatText(filename)} from ${server.address} over TFTP, ${outcome}, ${bytes} bytes${reason}`,
		};
	}
	if (event.type === 'http') {
		const { method, target, url, server, status, outcome, contentLength, content, frames } = event.exchange;
		return {
			over: 'http',
			names: [target, withoutSlash(target), url],
			server: server.address,
			requests: method === 'HEAD' ? 0 : 1,
			complete: method === 'GET' && isFound(status) && outcome === 'complete',
			bytes: content?.length ?? contentLength,
			content,
			line: `frame ${frames[0]}: ${formatText(method)} ${formatText(url)}, status ${status ?? 'unknown'}, ${outcome}, ${contentLength ?? 'unknown'} bytes`,
		};
	}
	return undefined;
}
