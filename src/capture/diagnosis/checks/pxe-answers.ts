import { decodePxeOptions, type PxeOptions } from '../../../pxe/pxe-options.ts';
import type { DhcpEvent } from '../../timeline/session.ts';
import { type CheckRow, framesOf, type Occurrence } from './check.ts';
import {
	bootFileOf,
	givesAddress,
	isReply,
	isWatched,
	pxeOptionsOf,
	type SessionView,
	type StageView,
	saysPxe,
	serverOf,
} from './view.ts';

/** Questions to port 4011, or to boot servers, that the capture watched long enough and saw no answer to. */
function* unanswered(
	view: SessionView,
	type: 'proxy-request' | 'boot-server-request',
): Generator<{ stage: StageView; asked: DhcpEvent[] }> {
	const answer = type === 'proxy-request' ? 'proxy-ack' : 'boot-server-ack';
	for (const stage of view.stages) {
		const asked = stage.dhcp.filter((event) => event.type === type);
		if (
			asked.length === 0 ||
			stage.dhcp.some((event) => event.type === answer) ||
			stage.files.length > 0 ||
			stage.handedOver
		)
			continue;
		if (isWatched(asked, view.secondsSince)) yield { stage, asked };
	}
}

const hostsOf = (asked: readonly DhcpEvent[]): string => [...new Set(asked.map(({ to }) => to.address))].join(' and ');

/** An offer with an address and option 60, by which a DHCP server says that it, too, knows about booting. */
const claimsPxe = (stage: StageView, address: string): DhcpEvent | undefined =>
	stage.dhcp.find(
		(event) =>
			givesAddress(event) && saysPxe(event) && (serverOf(event) === address || event.packet.siaddr === address),
	);

interface PxeReply {
	readonly stage: StageView;
	readonly reply: DhcpEvent;
	readonly pxe: PxeOptions['values'];
}

/** Replies that bring option 43 in PXE form. */
function pxeReplies(view: SessionView): PxeReply[] {
	return view.stages.flatMap((stage) =>
		stage.dhcp
			.filter(
				(reply) =>
					isReply(reply) && saysPxe(reply) && reply.packet.options.has('vendorSpecificInformation') && !reply.cut,
			)
			.map((reply) => ({ stage, reply, pxe: pxeOptionsOf(reply) })),
	);
}

const takesFile = ({ pxe, reply }: PxeReply): boolean =>
	pxe.discoveryControl?.useBootFile === true && bootFileOf(reply) !== '';

/** The client did not get on: it asked no boot server, and for no file. */
const stuck = (stage: StageView): boolean =>
	!stage.handedOver && stage.files.length === 0 && !stage.dhcp.some(({ type }) => type === 'boot-server-request');

/** An error on the screen of a client that is stuck; worth knowing for all others. */
function judged({ stage, reply }: PxeReply, seen: string): Occurrence {
	return {
		frames: reply.frames,
		seen: `${serverOf(reply)}: ${seen}`,
		...(stuck(stage) ? { stage } : { severity: 'info' }),
	};
}

/** Options 43 and 60, and port 4011. */
export const pxeAnswerChecks: readonly CheckRow[] = [
	{
		code: 'opt60-without-4011',
		severity: 'error',
		title: 'A DHCP server says PXEClient, and does not answer on port 4011',
		sign: 'An OFFER with an address and option 60 PXEClient, and requests to port 4011 of that server without an answer.',
		why: 'Option 60 tells the client that a PXE service is on that machine: it asks port 4011 and takes no file from the OFFER.',
		advice:
			'Take option 60 out of the DHCP server’s options. It belongs there only when the PXE service runs on the same machine; then start that service.',
		source: 'PXE 2.1 section 2.2.3; tianocore/edk2#8149; Microsoft KB 259670',
		reasons: ['proxy-silent'],
		*find(view) {
			for (const { stage, asked } of unanswered(view, 'proxy-request')) {
				const host = asked[0]?.to.address as string;
				const claim = claimsPxe(stage, host);
				if (!claim) continue;
				const seen = `${host} offered an address with option 60 PXEClient, and did not answer on port 4011`;
				yield { frames: framesOf(claim, ...asked), seen, stage };
			}
		},
	},
	{
		code: 'proxy-silent',
		ofSilence: true,
		severity: 'error',
		title: 'The proxy does not answer on port 4011',
		sign: 'An OFFER of a proxy, and requests to its port 4011 without an answer.',
		why: 'UEFI asks there for the file; without an answer it has none.',
		advice:
			'Open UDP port 4011 in the firewall of the proxy’s host, and see that the proxy listens there: another program may have the port.',
		source: 'PXE 2.1 section 2.2.3; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c',
		reasons: ['proxy-silent'],
		*find(view) {
			for (const { stage, asked } of unanswered(view, 'proxy-request')) {
				if (claimsPxe(stage, asked[0]?.to.address as string)) continue;
				yield { frames: framesOf(...asked), seen: `${hostsOf(asked)} did not answer on port 4011`, stage };
			}
		},
	},
	{
		code: 'bootserver-no-reply',
		ofSilence: true,
		severity: 'error',
		title: 'No boot server answers',
		sign: 'Requests for a boot server of a type (option 43, sub-option 71) without an answer.',
		why: 'The menu led to a type of server that nobody serves.',
		advice: 'Start the boot server of that type, or correct the type numbers and addresses in sub-options 8 and 9.',
		source: 'PXE 2.1 section 2.2.4; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c',
		reasons: ['boot-server-silent'],
		*find(view) {
			for (const { stage, asked } of unanswered(view, 'boot-server-request')) {
				const item = pxeOptionsOf(asked[0] as DhcpEvent).bootItem;
				const type = item ? ` of type ${item.type}` : '';
				yield {
					frames: framesOf(...asked),
					seen: `the client asked ${hostsOf(asked)} for a boot server${type}, and nobody answered`,
					stage,
				};
			}
		},
	},
	{
		code: 'opt43-malformed',
		severity: 'warning',
		title: 'Option 43 can’t be read to its end',
		sign: 'Option 43 with a length that overruns it, a repeated sub-option, or a value of the wrong size.',
		why: 'ROMs read such a block each in their own way, and some read on past its end.',
		advice:
			'Correct the block: code, length, value for each sub-option, 255 at the end. Mind servers that add the outer code and length themselves.',
		source: 'PXE 2.1 table 2-1; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c (PxeBcParseVendorOptions)',
		find: (view) =>
			pxeReplies(view).flatMap(({ stage, reply }) => {
				const block = decodePxeOptions(reply.packet.options.bytes('vendorSpecificInformation') as Uint8Array);
				return block.issues.map(({ message }) => ({
					frames: reply.frames,
					seen: `${serverOf(reply)}: ${message}`,
					...(stage.wentOn ? ({ severity: 'info' } as const) : {}),
				}));
			}),
	},
	{
		code: 'opt43-no-end',
		severity: 'info',
		title: 'Option 43 without End',
		sign: 'Option 43 whose sub-options are not ended by 255.',
		why: 'It is customary rather than required, but some ROMs read on without it.',
		advice: 'Add 255 behind the last sub-option.',
		source: 'PXE 2.1 section 2.2; dnsmasq src/rfc2131.c',
		find: (view) =>
			pxeReplies(view).flatMap(({ reply }) => {
				const block = decodePxeOptions(reply.packet.options.bytes('vendorSpecificInformation') as Uint8Array);
				if (block.end || block.items.length === 0 || block.issues.length > 0) return [];
				return [{ frames: reply.frames, seen: `option 43 of ${serverOf(reply)} has no End` }];
			}),
	},
	{
		code: 'opt43-no-control',
		severity: 'error',
		title: 'Discovery control is missing',
		sign: 'A reply with option 60 PXEClient and a boot file, without sub-option 6 of option 43, and questions to port 4011 without an answer; or a menu without sub-option 6.',
		why: 'Only discovery control with bit 3 tells the client to take the file that the packet names; without it UEFI asks port 4011.',
		advice: 'Send option 43 with sub-option 6 = 8 (06 01 08 ff; dnsmasq: dhcp-option=vendor:PXEClient,6,8).',
		source: 'PXE 2.1 table 2-1, tag 6; tianocore/edk2#8149',
		reasons: ['proxy-silent'],
		*find(view) {
			for (const { stage, asked } of unanswered(view, 'proxy-request')) {
				const reply = stage.dhcp.find(
					(event) => isReply(event) && saysPxe(event) && bootFileOf(event) !== '' && event.type === 'offer',
				);
				if (!reply || pxeOptionsOf(reply).discoveryControl) continue;
				yield {
					frames: framesOf(reply, ...asked),
					seen: `${serverOf(reply)} names a file without discovery control, and the client asked port 4011 in vain`,
					stage,
				};
			}
			for (const { stage, reply, pxe } of pxeReplies(view)) {
				const isMenu = pxe.bootMenu !== undefined && pxe.bootServers !== undefined;
				if (!isMenu || pxe.discoveryControl) continue;
				const seen = `${serverOf(reply)} sends a menu without discovery control`;
				yield { frames: reply.frames, seen, severity: stuck(stage) ? 'warning' : 'info' };
			}
		},
	},
	{
		code: 'opt43-menu-missing',
		severity: 'error',
		title: 'Discovery control asks for a menu that is not there',
		sign: 'Option 43 with sub-option 6 without bit 3, and not both of sub-options 9 (menu) and 10 (prompt).',
		why: 'The client is to show a menu, and has none to show.',
		advice: 'Add the menu and the prompt (sub-options 9 and 10), or set discovery control to 8 and name a file.',
		source: 'PXE 2.1 table 2-1, tag 6; Broadcom KB 152549',
		reasons: ['menu-missing'],
		find: (view) =>
			pxeReplies(view).flatMap((each) => {
				const { discoveryControl, bootMenu, menuPrompt, bootItem } = each.pxe;
				if (!discoveryControl || takesFile(each) || bootItem || (bootMenu && menuPrompt)) return [];
				const missing = [bootMenu ? '' : 'menu', menuPrompt ? '' : 'prompt'].filter(Boolean).join(' and no ');
				return [judged(each, `discovery control, and no ${missing}`)];
			}),
	},
	{
		code: 'opt43-servers-missing',
		severity: 'error',
		title: 'Discovery control allows listed servers only, and there is no list',
		sign: 'Option 43 with bit 2 in sub-option 6, and no sub-option 8.',
		why: 'The client may take answers of nobody.',
		advice: 'Give the list of boot servers (sub-option 8), or clear bit 2.',
		source: 'PXE 2.1 table 2-1, tags 6 and 8; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c',
		reasons: ['server-list-missing'],
		find: (view) =>
			pxeReplies(view).flatMap((each) => {
				const { discoveryControl, bootServers, bootItem } = each.pxe;
				if (!discoveryControl?.serverListOnly || bootServers || bootItem || takesFile(each)) return [];
				return [judged(each, 'discovery control has bit 2 (listed servers only), and there is no list')];
			}),
	},
	{
		code: 'boot-cancelled',
		severity: 'info',
		title: 'A menu was offered, and nothing was chosen from the network',
		sign: 'A PXE menu with an entry for the local disk (type 0), and then neither a boot server nor a file is asked for.',
		why: 'The user, or the menu’s timeout, chose the local disk, or the boot was cancelled by a key.',
		advice: 'Nothing, if that was meant. Otherwise make another entry the first one.',
		source: 'PXE 2.1 section 2.2.4; EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c',
		reasons: ['local-boot'],
		find: (view) =>
			pxeReplies(view).flatMap((each) => {
				const { bootMenu, menuPrompt } = each.pxe;
				if (!bootMenu?.some(({ type }) => type === 0) || !stuck(each.stage) || takesFile(each)) return [];
				const patience = (menuPrompt?.timeout ?? 0) + 10;
				if (menuPrompt?.timeout === 255 || view.secondsSince(each.reply.time) < patience) return [];
				if (unansweredProxy(each.stage)) return [];
				const seen = `a menu with an entry for the local disk was offered by ${serverOf(each.reply)}, and the client asked for nothing in it`;
				return [{ frames: each.reply.frames, seen, stage: each.stage }];
			}),
	},
];

const unansweredProxy = ({ dhcp }: StageView): boolean =>
	dhcp.some(({ type }) => type === 'proxy-request') && !dhcp.some(({ type }) => type === 'proxy-ack');
