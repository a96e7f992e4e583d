import type { CaptureFile, CaptureFrame } from '../files/capture-file.ts';
import { bootTimeline } from '../timeline/boot-timeline.ts';
import { replayDhcp } from './replay-dhcp.ts';
import { dhcpExchanges } from './replay-exchanges.ts';
import { capturedFiles, replayFile } from './replay-files.ts';
import type {
	ReplayDifference,
	ReplayedExchange,
	ReplayedFile,
	ReplayOptions,
	ReplayReport,
	ReplayResponders,
} from './replay-types.ts';

/**
 * Gives what the clients of a capture sent to functions of yours, and compares their answers with the captured ones. There
 * are no sockets and no waiting: requests are given one after the other, in the order of the capture, and each repeat only
 * once. A function that throws is a difference of kind `failed`, and the replay goes on.
 *
 * Packets are compared as clients read them, by `diffDhcp` of `pxekit/dhcp`. When a request has several captured
 * answers, each is compared with the answer that is most like it. Files are compared by their bytes when the capture has all
 * of them, otherwise by size and by the bytes that are there.
 *
 * @throws nothing of its own
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { formatReplay, readCapture, replay } from 'pxekit/capture';
 * import { createProxyDhcp } from 'pxekit/pxe';
 *
 * const capture = readCapture(readFileSync('fixtures/captures/ovmf-x64-pxe_plain+proxysingle.pcap'));
 * const proxy = createProxyDhcp({ serverAddress: '192.168.77.2', boot: () => ({ file: 'other.efi' }) });
 * const report = await replay(capture, { dhcp: proxy.respond }, { server: '192.168.77.2', except: ['sname', 'option 43'] });
 * report.differences[0]?.field; // => 'file'
 * report.differences[0]?.captured; // => '"snponly.efi"'
 * report.differences[0]?.answered; // => '"other.efi"'
 * formatReplay(report).startsWith('DHCP requests: '); // => true
 * ```
 */
export async function replay(
	capture: CaptureFile | Iterable<CaptureFrame>,
	responders: ReplayResponders,
	{ server, except = [] }: ReplayOptions = {},
): Promise<ReplayReport> {
	const sessions = bootTimeline(capture);
	const exchanges: ReplayedExchange[] = [];
	const files: ReplayedFile[] = [];
	const differences: ReplayDifference[] = [];
	if (responders.dhcp) {
		for (const captured of dhcpExchanges(sessions, server)) {
			const outcome = await replayDhcp(captured, responders.dhcp);
			exchanges.push(outcome.exchange);
			differences.push(...outcome.differences);
		}
	}
	if (responders.file) {
		for (const captured of capturedFiles(sessions, server)) {
			const outcome = await replayFile(captured, responders.file);
			files.push(outcome.file);
			differences.push(...outcome.differences);
		}
	}
	return {
		exchanges,
		files,
		differences: differences
			.filter(({ field }) => !except.includes(field))
			.toSorted((one, other) => one.frame - other.frame),
	};
}

const nothingCompared =
	'  the capture has no answer to these DHCP requests, or none of the server that was named: nothing was compared';

/**
 * A report for people: how much was compared, and a line for each difference.
 *
 * @example
 * ```ts
 * import { formatReplay } from 'pxekit/capture';
 *
 * formatReplay({ exchanges: [], files: [], differences: [] }); // => 'DHCP requests: 0, files: 0, differences: 0'
 * ```
 */
export function formatReplay({ exchanges, files, differences }: ReplayReport): string {
	const counts = `DHCP requests: ${exchanges.length}, files: ${files.length}, differences: ${differences.length}`;
	const isEmpty = exchanges.length > 0 && exchanges.every(({ captured }) => captured.length === 0);
	return [counts, ...(isEmpty ? [nothingCompared] : []), ...differences.map(({ message }) => `  ${message}`)].join(
		'\n',
	);
}
