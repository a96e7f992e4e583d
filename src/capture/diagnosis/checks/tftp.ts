import type { TftpOption } from '../../../tftp/packet.ts';
import type { TftpTransfer } from '../../talks/transfer.ts';
import type { TftpEvent } from '../../timeline/session.ts';
import { type CheckRow, type Occurrence, quoted, unlessWentOn } from './check.ts';
import { groupedBy } from './grouped.ts';
import { bootFileOf, type SessionView, type StageView } from './view.ts';

/** What fits an Ethernet frame of 1500 bytes: RFC 2348 and IPv4, UDP and TFTP headers. */
const largestUnfragmentedBlock = 1468;
/** PC ROMs and UEFI have asked again by then, iPXE four times. */
const answerWait = 5;
/** One request, never repeated, says little: the client may have got an answer that was not recorded. */
const singleRequestWait = 10;

interface Placed {
	readonly stage: StageView;
	readonly event: TftpEvent;
	readonly transfer: TftpTransfer;
}

function* transfers(view: SessionView): Generator<Placed> {
	for (const stage of view.stages) {
		for (const event of stage.events) {
			if (event.type === 'tftp' && event.transfer.kind === 'read') yield { stage, event, transfer: event.transfer };
		}
	}
}

const durationOf = ({ start, end }: TftpTransfer): number =>
	start === undefined || end === undefined ? 0 : Number(end - start) / 1e9;
const named = ({ filename, server }: TftpTransfer): string => `${quoted(filename)} of ${server.address}`;
const optionOf = (options: readonly TftpOption[] | undefined, name: string): string | undefined =>
	options?.find((option) => option.name.toLowerCase() === name)?.value;
const blocksOf = ({ bytes, blockSize }: TftpTransfer): number => Math.floor(bytes / Math.max(1, blockSize)) + 1;

/** A file that came whole after this one was asked for: the client had another way. */
function hadAnotherWay({ lastWhole }: StageView, { start }: TftpTransfer): boolean {
	return lastWhole !== undefined && start !== undefined && lastWhole > start;
}

/** The failure ended the boot, as far as the capture shows. */
const ended = ({ stage, transfer }: Placed): boolean => !stage.handedOver && !hadAnotherWay(stage, transfer);

function failure(placed: Placed, seen: string, more: Partial<Occurrence> = {}): Occurrence {
	const { transfer, stage } = placed;
	const judged = ended(placed) ? ({ stage } as const) : ({ severity: 'info' } as const);
	return { frames: transfer.frames, seen, ...judged, ...more };
}

/** TFTP transfers. */
export const tftpChecks: readonly CheckRow[] = [
	{
		code: 'tftp-no-answer',
		severity: 'error',
		title: 'The TFTP server does not answer',
		sign: 'Read requests (RRQ) without an answer.',
		why: 'The client asks a few times and gives up.',
		advice:
			'See that a TFTP server runs at that address and listens on it, and that the firewall lets UDP port 69 in. If next-server points to the wrong host, correct it.',
		source: 'RFC 1350 section 4; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c',
		reasons: ['tftp-silent'],
		*find(view) {
			for (const placed of transfers(view)) {
				const { transfer } = placed;
				if (transfer.outcome !== 'unanswered' || !ended(placed)) continue;
				const waited = view.secondsSince(transfer.start);
				const patience = transfer.requests > 1 ? answerWait : singleRequestWait;
				if (waited < patience || (transfer.requests === 1 && view.clientActsAfter(transfer.end))) continue;
				// Said more exactly by another check.
				if (
					view.icmp.some(
						({ error }) =>
							error.destination === transfer.server.address && error.destinationPort === transfer.server.port,
					)
				)
					continue;
				const times = transfer.requests === 1 ? 'once' : `${transfer.requests} times`;
				yield failure(placed, `${named(transfer)} was asked for ${times}, without an answer`);
			}
		},
	},
	{
		code: 'tftp-stalled',
		severity: 'error',
		title: 'A transfer begins and stops',
		sign: 'An OACK or some blocks, and then nothing but repeats.',
		why: 'Requests go to port 69, and all that follows between two other ports: a firewall that lets only port 69 through stops there.',
		advice:
			'Let the firewall follow TFTP (nf_conntrack_tftp), or open the server’s port range. With large blocks see whether fragments get through.',
		source: 'RFC 1350 section 4; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c',
		reasons: ['tftp-stalled'],
		*find(view) {
			for (const placed of transfers(view)) {
				const { transfer } = placed;
				if (transfer.outcome !== 'stalled' || view.secondsSince(transfer.end) + durationOf(transfer) < answerWait)
					continue;
				yield failure(placed, `${named(transfer)} stopped after ${transfer.bytes} bytes`);
			}
		},
	},
	{
		code: 'tftp-error',
		severity: 'error',
		title: 'The TFTP server refuses the file',
		sign: 'An ERROR packet of the server in answer to a read request.',
		why: 'The file is not there under that name, or may not be read.',
		advice:
			'Compare the name letter by letter with the file below the server’s root: upper and lower case, slashes, folder. Look at its permissions.',
		source: 'RFC 1350 section 5; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c',
		reasons: ['tftp-error'],
		*find(view) {
			const byStage = groupedBy(transfers(view), ({ stage }) => stage);
			for (const [stage, placed] of byStage) {
				const refused = placed.filter(({ transfer }) => transfer.outcome === 'refused');
				const last = refused.at(-1);
				if (!last) continue;
				// Loaders look for their configuration under many names; what came of it counts.
				const wanted = stage.dhcp.some((event) => bootFileOf(event) === last.transfer.filename);
				const isQuiet = view.secondsSince(last.transfer.end) >= 2 && !view.clientActsAfter(last.transfer.end);
				const isEnd = ended(last) && (wanted || isQuiet);
				const final = refused.filter(({ transfer }) => !hadAnotherWay(stage, transfer));
				const earlier = refused.filter(({ transfer }) => hadAnotherWay(stage, transfer));
				if (earlier.length > 0) yield { ...refusalOf(earlier), severity: 'info' };
				if (final.length === 0) continue;
				const { code } = last.transfer.error ?? {};
				yield {
					...refusalOf(final),
					...(isEnd ? { stage, tftpCode: code } : { severity: stage.handedOver || !ended(last) ? 'info' : 'warning' }),
				};
			}
		},
	},
	{
		code: 'tftp-aborted',
		severity: 'error',
		title: 'The client breaks the transfer off',
		sign: 'An ERROR packet of the client that is no size probe.',
		why: 'The client could not use what came: no memory, options that it had not asked for, a user’s key.',
		advice:
			'Read the text of the ERROR. See whether the file fits the client, and whether the OACK grants only what was asked for.',
		source: 'RFC 1350 section 7; RFC 2347',
		*find(view) {
			for (const placed of transfers(view)) {
				const { transfer, stage } = placed;
				if (transfer.outcome !== 'aborted') continue;
				const { code, message } = transfer.error ?? { code: 0, message: '' };
				const seen = `the client ended ${named(transfer)} with ERROR ${code} ${quoted(message)}`;
				yield { frames: transfer.frames, seen, ...unlessWentOn(stage) };
			}
		},
	},
	{
		code: 'tftp-other-address',
		severity: 'error',
		title: 'The answer comes from another address',
		sign: 'DATA or OACK from another IP address than the one that was asked.',
		why: 'UEFI, PXELINUX and many ROMs drop such packets. A server with several addresses sends them when it does not bind each one.',
		advice:
			'Bind the TFTP server to the address that clients are sent to (tftpd --address, dnsmasq --listen-address), or send clients to the other one.',
		source: 'RFC 1350 section 4; SYSLINUX core/fs/pxe/tftp.c; EDK2 NetworkPkg/Mtftp4Dxe',
		reasons: ['tftp-silent'],
		find: (view) =>
			[...transfers(view)].flatMap((placed) => {
				const { transfer, stage } = placed;
				const { answeredFrom, server } = transfer;
				if (!answeredFrom || answeredFrom.address === server.address || /^(255\.|2(2[4-9]|3\d)\.)/.test(server.address))
					return [];
				const seen = `${server.address} was asked for ${quoted(transfer.filename)}, and ${answeredFrom.address} answered`;
				const bad = transfer.outcome !== 'complete' && ended(placed);
				return [{ frames: transfer.frames, seen, ...(bad ? { stage } : { severity: 'warning' as const }) }];
			}),
	},
	{
		code: 'blksize-fragments',
		severity: 'error',
		title: 'Blocks are larger than a frame',
		sign: `Blocks of more than ${largestUnfragmentedBlock} bytes, which go in IP fragments.`,
		why: 'One lost fragment loses the block; many ROMs and firewalls take no fragments at all.',
		advice: `Limit the block size in the TFTP server to ${largestUnfragmentedBlock} bytes (tftpd-hpa -B ${largestUnfragmentedBlock}, dnsmasq tftp-no-blocksize or a smaller MTU).`,
		source: 'RFC 2348; RFC 791 section 2.3',
		reasons: ['tftp-stalled'],
		find: (view) =>
			[...transfers(view)].flatMap((placed) => {
				const { transfer, stage } = placed;
				if (transfer.fragmented === 0 && transfer.blockSize <= largestUnfragmentedBlock) return [];
				if (transfer.granted === undefined && transfer.fragmented === 0) return [];
				const stopped =
					transfer.outcome === 'stalled' &&
					ended(placed) &&
					view.secondsSince(transfer.end) + durationOf(transfer) >= answerWait;
				const seen = `${named(transfer)} went in blocks of ${transfer.blockSize} bytes`;
				return [{ frames: transfer.frames, seen, ...(stopped ? { stage } : { severity: 'info' as const }) }];
			}),
	},
	{
		code: 'tftp-oack-bigger',
		severity: 'error',
		title: 'The server grants what was not asked for',
		sign: 'An OACK with an option that the request lacks, a larger block or window, or another timeout.',
		why: 'UEFI, PXELINUX and U-Boot end the transfer with an ERROR.',
		advice: 'Use a TFTP server that grants at most what was asked (RFC 2347).',
		source: 'RFC 2347; RFC 2348; EDK2 NetworkPkg/Mtftp4Dxe (Mtftp4RrqOackValid); SYSLINUX core/fs/pxe/tftp.c',
		reasons: ['tftp-protocol'],
		find: (view) =>
			[...transfers(view)].flatMap((placed) => {
				const { transfer, stage } = placed;
				// What was asked for is not known.
				if (transfer.requests === 0) return [];
				const excess = (transfer.granted ?? [])
					.map((option) => excessOf(option, transfer))
					.find((text) => text !== undefined);
				if (!excess) return [];
				const bad = transfer.outcome !== 'complete' && transfer.outcome !== 'probe' && ended(placed);
				const seen = `the OACK for ${quoted(transfer.filename)} ${excess}`;
				return [{ frames: transfer.frames, seen, ...(bad ? { stage } : { severity: 'warning' as const }) }];
			}),
	},
	{
		code: 'tftp-no-size',
		severity: 'error',
		title: 'The server does not tell the file’s size',
		sign: 'UEFI asks for tsize, and gets DATA or an OACK without it.',
		why: 'UEFI has to know the size before it loads the file.',
		advice: 'Use a TFTP server with the tsize option (RFC 2349), or switch it on.',
		source: 'EDK2 NetworkPkg/Mtftp4Dxe/Mtftp4Support.c (Mtftp4GetInfoCheckPacket); RFC 2349',
		reasons: ['tftp-no-size'],
		shownOn: ['uefi'],
		find: (view) =>
			[...transfers(view)].flatMap(({ stage, transfer }) => {
				const wants = stage.console === 'uefi' && optionOf(transfer.requested, 'tsize') !== undefined;
				const answered = transfer.granted !== undefined || transfer.bytes > 0;
				if (!wants || !answered || transfer.announcedSize !== undefined || stage.wentOn) return [];
				return [{ frames: transfer.frames, seen: `the size of ${named(transfer)} was asked for and not told`, stage }];
			}),
	},
	{
		code: 'tsize-mismatch',
		severity: 'error',
		title: 'The file is not as long as announced',
		sign: 'A tsize in the OACK that is not the number of bytes that follow.',
		why: 'UEFI makes room for so many bytes, and fails when more come; others stop early.',
		advice:
			'Look for a server that counts a converted (netascii) or compressed size, or a file that changes while it is read.',
		source: 'RFC 2349; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c',
		reasons: ['tftp-size'],
		shownOn: ['uefi'],
		find: (view) =>
			[...transfers(view)].flatMap(({ stage, transfer }) => {
				const { announcedSize, content, bytes } = transfer;
				if (!announcedSize || transfer.mode.toLowerCase() === 'netascii') return [];
				const differs = content ? content.length !== announcedSize : bytes > announcedSize;
				if (!differs) return [];
				const stuck = stage.console === 'uefi' && !stage.handedOver;
				const seen = `${named(transfer)} was announced with ${announcedSize} bytes and has ${content?.length ?? bytes}`;
				return [{ frames: transfer.frames, seen, ...(stuck ? { stage } : { severity: 'warning' as const }) }];
			}),
	},
	{
		code: 'tftp-retransmits',
		severity: 'warning',
		title: 'Many blocks come more than once',
		sign: 'More than one block in twenty is repeated.',
		why: 'Packets get lost: transfers take long, and break off when the luck is out.',
		advice: 'Look for a duplex mismatch, a bad cable, a full link, or a server that sends twice.',
		source: 'RFC 1350 section 6; RFC 1123 section 4.2.3.1',
		find: (view) =>
			[...transfers(view)].flatMap(({ transfer }) => {
				const { retransmits } = transfer;
				const blocks = blocksOf(transfer);
				// Of what stops at once, all is repeated.
				if (blocks < 20 || retransmits < 5 || retransmits * 20 <= blocks) return [];
				return [
					{
						frames: transfer.frames,
						seen: `${retransmits} of about ${blocks} blocks of ${named(transfer)} came again`,
					},
				];
			}),
	},
	{
		code: 'tftp-out-of-order',
		severity: 'warning',
		title: 'Blocks overtake each other',
		sign: 'Blocks of a window in another order than they were sent.',
		why: 'The client takes an overtaken block for lost, and has the window sent again.',
		advice: 'Look for links that are bundled packet by packet; ask for smaller windows.',
		source: 'RFC 7440 section 4',
		find: (view) =>
			[...transfers(view)].flatMap(({ transfer }) => {
				const { outOfOrder } = transfer;
				if (outOfOrder === 0) return [];
				const severity = outOfOrder * 20 > blocksOf(transfer) ? ('warning' as const) : ('info' as const);
				return [
					{ frames: transfer.frames, seen: `${outOfOrder} blocks of ${named(transfer)} came out of order`, severity },
				];
			}),
	},
	{
		code: 'tftp-lockstep-slow',
		severity: 'info',
		title: 'A large file, one block at a time',
		sign: 'A transfer of 20 s or more without the windowsize option.',
		why: 'Each block waits for the answer to the one before: time is blocks times the round trip.',
		advice:
			'Fetch large files over HTTP (iPXE, UEFI HTTP boot), or use a server and a client with windowsize and blocks of 1468 bytes.',
		source: 'RFC 1350 section 2; RFC 7440',
		find: (view) =>
			[...transfers(view)].flatMap(({ transfer }) => {
				const duration = durationOf(transfer);
				const blocks = Math.ceil((transfer.announcedSize ?? transfer.bytes) / Math.max(1, transfer.blockSize));
				if (transfer.outcome !== 'complete' || transfer.windowSize > 1 || duration < 20 || blocks < 1000) return [];
				const each = ((duration * 1000) / blocks).toFixed(1);
				return [
					{
						frames: transfer.frames,
						seen: `${named(transfer)} took ${Math.round(duration)} s: ${blocks} blocks of ${transfer.blockSize} bytes at ${each} ms`,
					},
				];
			}),
	},
	{
		code: 'tftp-path-style',
		severity: 'warning',
		title: 'The refused name has a backslash or begins with a slash',
		sign: 'A refused read request for a name with a backslash, a drive letter or a slash at its start.',
		why: 'Servers on Unix take a backslash for a letter of the name, and some take an absolute name from the root of the machine.',
		advice:
			'Write names relative to the server’s root, with forward slashes; or let the server map them (tftpd-hpa: a map file; Windows’ programs always ask so).',
		source: 'RFC 1350 section 5; tftpd-hpa manual (-m, -s)',
		find: (view) =>
			[...transfers(view)].flatMap(({ stage, transfer }) => {
				if (transfer.outcome !== 'refused' || !/\\|^[a-z]:|^\//i.test(transfer.filename)) return [];
				const coped = hadAnotherWay(stage, transfer) || stage.handedOver;
				return [
					{
						frames: transfer.frames,
						seen: `${named(transfer)} was refused`,
						...(coped ? { severity: 'info' as const } : {}),
					},
				];
			}),
	},
	{
		code: 'tftp-multicast',
		severity: 'info',
		title: 'TFTP over multicast',
		sign: 'The multicast option in a request or an OACK.',
		why: 'Few servers grant it, and switches must let multicast through. What came that way is not looked at here.',
		advice: 'Switch it off on the client unless both sides are set up for it.',
		source: 'RFC 2090',
		find: (view) =>
			[...transfers(view)].flatMap(({ transfer }) => {
				const who = optionOf(transfer.granted, 'multicast') !== undefined ? 'granted' : 'asked for';
				if (who === 'asked for' && optionOf(transfer.requested, 'multicast') === undefined) return [];
				return [{ frames: transfer.frames, seen: `multicast was ${who} for ${named(transfer)}` }];
			}),
	},
	{
		code: 'size-probe',
		severity: 'info',
		title: 'UEFI asks for the size first',
		sign: 'A read request with tsize, an OACK, and ERROR 8 “User aborted the transfer”; then a second request.',
		why: 'That is how EDK2 learns the size. Nothing is wrong.',
		advice: 'Nothing.',
		source: 'EDK2 NetworkPkg/Mtftp4Dxe (Mtftp4GetInfo); pin/tftp#125',
		find: (view) =>
			[...transfers(view)].flatMap(({ transfer }) =>
				transfer.outcome === 'probe'
					? [{ frames: transfer.frames, seen: `the size of ${named(transfer)} was asked for` }]
					: [],
			),
	},
];

function refusalOf(refused: readonly Placed[]): Occurrence {
	const [first] = refused as [Placed];
	const { error } = first.transfer;
	const what = error ? ` with ERROR ${error.code} ${quoted(error.message)}` : '';
	const more = refused.length > 1 ? ` and ${refused.length - 1} more` : '';
	return {
		frames: refused.flatMap(({ transfer }) => transfer.frames),
		seen: `${first.transfer.server.address} refused ${quoted(first.transfer.filename)}${more}${what}`,
	};
}

/** Values that may be smaller than asked for, but not larger. */
const atMost: readonly string[] = ['blksize', 'windowsize'];

function excessOf({ name, value }: TftpOption, { requested }: TftpTransfer): string | undefined {
	const key = name.toLowerCase();
	const asked = optionOf(requested, key);
	if (asked === undefined) return `grants ${key}, which was not asked for`;
	if (atMost.includes(key) && Number(value) > Number(asked))
		return `grants ${key} ${value}, and ${asked} was asked for`;
	return key === 'timeout' && value !== asked ? `says timeout ${value}, and ${asked} was asked for` : undefined;
}
