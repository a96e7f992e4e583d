import { withoutSlash } from '../../talks/file-answer.ts';
import type { DhcpEvent } from '../../timeline/session.ts';
import { type CheckRow, framesOf, type Occurrence, quoted } from './check.ts';
import type { FetchedFile } from './fetched-file.ts';
import { commandsOf, scriptsOf } from './scripts.ts';
import { bootFileOf, isReply, type SessionView, type StageView, serverOf } from './view.ts';

/** Programs that are iPXE, by their usual names. */
const ipxeProgram = /^(undionly|ipxe|snponly|snp|intel|realtek)[\w.-]*\.(k{0,3}pxe|efi|0|lkrn)$/i;
const baseNameOf = (name: string): string => name.replace(/[?#].*$/s, '').replace(/^.*[/\\]/s, '');

/** Names of the boot file that servers gave in a stage. */
function namesGiven({ dhcp }: StageView): { readonly event: DhcpEvent; readonly file: string }[] {
	return dhcp
		.filter(isReply)
		.map((event) => ({ event, file: bootFileOf(event) }))
		.filter(({ file }) => file !== '');
}

/** The same file again: what loaded this iPXE, or, once something was loaded, an iPXE by its name. */
function isItself(file: string, loadedBy: ReadonlySet<string>): boolean {
	return loadedBy.has(withoutSlash(file)) || (loadedBy.size > 0 && ipxeProgram.test(baseNameOf(file)));
}

/** All that servers name to this iPXE is what loaded it, and no script led on. */
function givenItself(stage: StageView, loadedBy: ReadonlySet<string>): Occurrence | undefined {
	const given = namesGiven(stage);
	const [first] = given;
	const ledOn = stage.files.some(({ kind, complete }) => complete && kind?.kind === 'ipxe-script');
	if (!first || ledOn || !given.every(({ file }) => isItself(file, loadedBy))) return undefined;
	const seen = `${serverOf(first.event)} names ${quoted(first.file)} to iPXE`;
	return { frames: framesOf(...given.map(({ event }) => event)), seen };
}

/** Addresses that DHCP servers (not proxies) told the client for a next server, or have themselves. */
function dhcpServersOf(view: SessionView): Map<string, DhcpEvent> {
	const servers = new Map<string, DhcpEvent>();
	for (const event of view.dhcp) {
		if (event.type !== 'ack' || event.packet.yiaddr === '0.0.0.0') continue;
		for (const address of [event.packet.siaddr, serverOf(event)])
			if (address !== '0.0.0.0') servers.set(address, event);
	}
	return servers;
}

const proxiesOf = (view: SessionView): Set<string> =>
	new Set(
		view.dhcp
			.filter(({ packet, type }) => (type === 'offer' && packet.yiaddr === '0.0.0.0') || type === 'proxy-ack')
			.map(({ from }) => from.address),
	);

/** The host that the file was asked of had no answer, or none but an error. */
const notThere = ({ failed, event }: FetchedFile, view: SessionView): boolean =>
	failed &&
	(event.type !== 'tftp' ||
		event.transfer.outcome !== 'unanswered' ||
		(event.transfer.requests > 1 && view.secondsSince(event.time) >= 5));

/** Boots that go round in circles, or to the wrong place. */
export const loopChecks: readonly CheckRow[] = [
	{
		code: 'ipxe-loop',
		severity: 'error',
		title: 'iPXE is given the file that loads iPXE',
		sign: 'A DISCOVER or REQUEST of iPXE (option 77 or 175), answered with the boot file that had loaded it.',
		why: 'iPXE loads itself, asks again, and so on for ever.',
		advice:
			'Answer clients whose option 77 is iPXE (or that send option 175) with a script; all others with the program.',
		source: 'iPXE src/net/udp/dhcp.c (user class); ipxe.org/howto/chainloading',
		*find(view) {
			const loadedBy = new Set<string>();
			for (const stage of view.stages) {
				const found = stage.stage.kind === 'ipxe' ? givenItself(stage, loadedBy) : undefined;
				if (found) yield found;
				for (const { failed, name } of stage.files) if (!failed) loadedBy.add(withoutSlash(name));
			}
		},
	},
	{
		code: 'wrong-next-server',
		severity: 'error',
		title: '${next-server} points to the wrong host',
		sign: 'Files come from the proxy’s host; then a file is asked for, in vain, of the host that the DHCP server named or is.',
		why: 'In iPXE ${next-server} is the DHCP server’s siaddr when a DHCP server and a proxy both answer, and not the proxy’s.',
		advice:
			'Write ${proxydhcp/next-server}, ${cwuri} or a relative name into the script, or the server’s address itself; or let the DHCP server send the right siaddr.',
		source: 'iPXE src/core/settings.c; src/net/udp/dhcp.c (proxydhcp settings)',
		reasons: ['tftp-silent'],
		shownOn: ['ipxe'],
		*find(view) {
			const servers = dhcpServersOf(view);
			const proxies = proxiesOf(view);
			const scripts = scriptsOf(view);
			for (const stage of view.stages.filter((each) => each.stage.kind === 'ipxe')) {
				const good = stage.files.find(({ complete, server }) => complete && proxies.has(server));
				const bad = stage.files.find(
					(file) => notThere(file, view) && servers.has(file.server) && !proxies.has(file.server),
				);
				if (!good || !bad || stage.files.some(({ complete, server }) => complete && server === bad.server)) continue;
				const from = scripts.find(
					({ script, file }) =>
						file.time !== undefined &&
						commandsOf(script).some(({ words }) => words.join(' ').includes('${next-server}')),
				);
				const line =
					from && commandsOf(from.script).find(({ words }) => words.join(' ').includes('${next-server}'))?.line;
				const because = from ? `; ${from.file.baseName} line ${line} says \${next-server}` : '';
				yield {
					frames: framesOf(servers.get(bad.server), good.event, bad.event),
					seen: `${quoted(good.name)} came from ${good.server}, and ${quoted(bad.name)} was asked of ${bad.server}${because}`,
					...(stage.handedOver ? { severity: 'warning' } : { stage }),
				};
			}
		},
	},
	{
		code: 'ipxe-starts-over',
		severity: 'warning',
		title: 'iPXE gives up and starts over',
		sign: 'After a failed download iPXE sends DISCOVER again.',
		why: 'A command of the script failed, and iPXE, or the firmware, began again from the start (autoboot).',
		advice:
			'See why the download failed. End scripts with “|| goto failed” and a shell or a retry, so that the reason stays on the screen.',
		source: 'iPXE src/usr/autoboot.c; src/image/script.c',
		find: (view) =>
			view.stages.flatMap((stage): Occurrence[] => {
				if (stage.stage.kind !== 'ipxe') return [];
				const failed = stage.files.find((file) => file.failed);
				const again = stage.dhcp.find(
					({ type, time }) =>
						type === 'discover' && failed?.end !== undefined && time !== undefined && time > failed.end,
				);
				const next = view.stages[stage.index + 1];
				const restarted =
					next?.stage.kind === 'rom' || next?.stage.kind === 'ipxe'
						? next.dhcp.find(({ type }) => type === 'discover')
						: undefined;
				const discover = again ?? restarted;
				if (!failed || !discover) return [];
				return [
					{
						frames: framesOf(failed.event, discover),
						seen: `${quoted(failed.name)} of ${failed.server} failed, and then DISCOVER came again`,
					},
				];
			}),
	},
	{
		code: 'restarts',
		severity: 'warning',
		title: 'The machine starts its network boot again and again',
		sign: 'Three or more times the same firmware sends DISCOVER after a boot program had been loaded.',
		why: 'What was loaded gave up, and the firmware, or a reboot, began again.',
		advice: 'Look at what was loaded last before each new start.',
		source: 'PXE 2.1 section 2.2',
		find: (view) => {
			const starts = view.stages.filter(
				({ stage, dhcp, index }) =>
					stage.kind === 'rom' &&
					dhcp.some(({ type }) => type === 'discover') &&
					(index === 0 || view.stages[index - 1]?.succeeded),
			);
			if (starts.length < 3) return [];
			const discovers = starts.map(({ dhcp }) => dhcp.find(({ type }) => type === 'discover'));
			return [{ frames: framesOf(...discovers), seen: `the firmware started ${starts.length} times` }];
		},
	},
];
