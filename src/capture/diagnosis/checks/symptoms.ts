import { optionText } from '../../../pxe/option-text.ts';
import { resolvePxelinux } from '../../../pxelinux/index.ts';
import { type CheckRow, framesOf, type Occurrence, quoted } from './check.ts';
import type { FetchedFile } from './fetched-file.ts';
import { isForOtherMachine, isLinuxKernel, isNoProgram } from './file-kind.ts';
import { commandsOf, configsOf, type FetchedScript, hasUnreadScripts, scriptsOf } from './scripts.ts';
import { bootFileOf, isReply, type SessionView, type StageView } from './view.ts';

/** Firmware that has all it needs asks at once; the slowest watch the link for some seconds first. */
const askWait = 10;
/** iPXE under UEFI has been seen to need 18 s to its first DISCOVER. */
const loaderWait = 30;
/** After a script's end the firmware's next device shows at once, if it is a network device at all. */
const nextDeviceWait = 15;
/** A kernel has reached its user space by then on any machine. */
const kernelWait = 60;
/** Memory of small machines and virtual machines, less what the rest needs. */
const largeIso = 512 * 1024 * 1024;

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
const isAfter = (a: bigint | undefined, b: bigint | undefined): boolean => a !== undefined && b !== undefined && a > b;

/** The capture watched that long after the file, and the client did nothing more. */
function silentAfter(view: SessionView, file: FetchedFile, seconds: number): boolean {
	return view.secondsSince(file.end) >= seconds && !view.clientActsAfter(file.end);
}

const lastStage = ({ stages }: SessionView): StageView | undefined => stages.at(-1);

const isKernel = ({ head, complete, kind, baseName }: FetchedFile): boolean =>
	complete &&
	(isLinuxKernel(head) || (kind?.kind !== 'ipxe-script' && /^(vmlinu[xz]|bzImage|linux$)/.test(baseName))) &&
	!/memdisk/i.test(baseName);

const isInitrd = ({ kind, baseName }: FetchedFile): boolean =>
	kind?.kind === 'cpio' || kind?.kind === 'compressed' || /^(initr|core\.gz|initramfs)/i.test(baseName);

/** A script that frees images before it loads others leaves none over. */
const frees = ({ script }: FetchedScript): boolean => commandsOf(script).some(({ words }) => words[0] === 'imgfree');

/** Servers of iSCSI disks that a script, or option 17, names. */
function sanServers(view: SessionView): { readonly server: string; readonly frames: readonly number[] }[] {
	const roots = view.dhcp
		.filter(isReply)
		.map((event) => ({ text: optionText(event.packet, 'rootPath'), frames: event.frames }));
	const commands = scriptsOf(view).flatMap(({ script, file }) =>
		commandsOf(script)
			.filter(({ words }) => words[0] === 'sanhook' || words[0] === 'sanboot')
			.map(({ words }) => ({ text: words.find((word) => word.startsWith('iscsi:')) ?? '', frames: file.frames })),
	);
	return [...roots, ...commands].flatMap(({ text, frames }) => {
		const server = /^iscsi:(?:[^@]*@)?(\[[^\]]*\]|[^:]*)/.exec(text)?.[1]?.replace(/^\[|\]$/g, '');
		return server && !server.includes('$') ? [{ server, frames }] : [];
	});
}

/** Whether the script hands back to UEFI as if all had gone well: `exit`, `exit 0`, or its last line. */
function successfulEnd({ script }: FetchedScript): { readonly line: number; readonly text: string } | undefined {
	const commands = commandsOf(script).filter(({ words }) => words.length > 0);
	const exit = commands.find(({ words }) => words[0] === 'exit' && (words[1] === undefined || words[1] === '0'));
	if (exit) return { line: exit.line, text: exit.words.join(' ') };
	const last = commands.at(-1);
	const leaves = ['exit', 'boot', 'chain', 'sanboot', 'reboot', 'poweroff', 'shell', 'goto', 'autoboot', 'imgexec'];
	return last && !leaves.includes(last.words[0] as string) ? { line: last.line, text: 'its end' } : undefined;
}

/** The symptoms that operators write down, as far as a capture tells them apart. */
export const symptomChecks: readonly CheckRow[] = [
	{
		code: 'no-loader',
		severity: 'error',
		title: 'The firmware gets no boot loader',
		sign: 'The firmware’s own network boot ends without one whole file; an error when it has address, server and file name, and asks for nothing.',
		why: 'Without a loader nothing more can happen.',
		advice:
			'The other findings say where it stopped. Without any, look at the console: the firmware may have dropped the offer without a word (Secure Boot, a policy, a menu).',
		source: 'PXE 2.1 section 2.2',
		*find(view) {
			const stage = lastStage(view);
			if (stage?.stage.kind !== 'rom' || !stage.client || stage.succeeded) return;
			const last = stage.dhcp.at(-1);
			if (!last || view.session.secondsAfter < askWait) return;
			const named = stage.dhcp.find((event) => isReply(event) && bootFileOf(event) !== '');
			const hasAddress = stage.dhcp.some(({ type }) => type === 'ack');
			const asked =
				stage.files.length > 0 ||
				view.icmp.length > 0 ||
				view.arp.some(({ answers, purpose }) => purpose === 'who-has' && answers.length === 0);
			if (hasAddress && named && !asked) {
				yield {
					frames: framesOf(named, last),
					seen: `the client was told of ${quoted(bootFileOf(named))}, and asked nobody for it`,
				};
				return;
			}
			yield { frames: framesOf(last), seen: 'the firmware got no boot loader', severity: 'info' };
		},
	},
	{
		code: 'loader-silent',
		severity: 'warning',
		title: 'The loader came whole, and is not heard of again',
		sign: `A whole boot program, and then not one packet of the client for ${loaderWait} s or more.`,
		why: 'This looks like a loader that hangs while it sets up the network card (“initialising devices…”), or that the firmware refused to run.',
		advice:
			'Try another build: snponly.efi or undionly.kpxe, which use the firmware’s driver, in place of ipxe.efi and ipxe.pxe, or the other way round. Update the machine’s firmware. With Secure Boot on, the loader has to be signed.',
		source: 'iPXE src/interface/efi/efi_snp.c and src/arch/x86/drivers/net/undi.c; UEFI 2.10 section 32.5',
		find(view) {
			const stage = lastStage(view);
			const file = stage?.files.findLast(({ complete }) => complete);
			if (stage?.stage.kind !== 'rom' || !file || !silentAfter(view, file, loaderWait)) return [];
			const { kind } = file;
			if (kind && (isNoProgram(kind) || (stage.client && isForOtherMachine(kind, stage.client.architecture))))
				return [];
			const waited = Math.round(view.secondsSince(file.end));
			return [
				{ frames: file.frames, seen: `${quoted(file.name)} came whole, and for ${waited} s the client sent nothing` },
			];
		},
	},
	{
		code: 'no-next-device',
		severity: 'warning',
		title: 'The loader ends, and the machine does not go on to the next device',
		sign: 'The last thing fetched is a script or configuration that gives back to the firmware: exit without a number under UEFI, or localboot; and then silence.',
		why: 'UEFI takes exit, and the end of a script, for success: it does not try its next boot entry. What localboot does depends on the BIOS.',
		advice: 'Under UEFI end the script with “exit 1”. With PXELINUX try localboot -1, or chain.c32 hd0.',
		source: 'iPXE src/image/script.c; netbootxyz/netboot.xyz#1276; SYSLINUX core/localboot.c',
		find(view) {
			const script = scriptsOf(view).at(-1);
			const config = configsOf(view).at(-1);
			const stage = lastStage(view);
			const last = stage?.files.at(-1);
			if (!stage || !last || !silentAfter(view, last, nextDeviceWait)) return [];
			if (script && script.file === last && script.stage.client?.architecture.firmware === 'uefi') {
				const end = successfulEnd(script);
				if (end)
					return [
						{
							frames: last.frames,
							seen: `${last.baseName} line ${end.line} gives back to UEFI (${end.text}), and then nothing more was seen`,
						},
					];
			}
			if (!config || config.file !== last) return [];
			const boot = resolvePxelinux(config.config);
			if (boot.kernelType !== 'localboot') return [];
			return [
				{
					frames: last.frames,
					seen: `${last.baseName} boots by localboot ${boot.kernel}, and then nothing more was seen`,
				},
			];
		},
	},
	{
		code: 'san-not-contacted',
		severity: 'warning',
		title: 'A network disk is named, and nobody connects to it',
		sign: 'An iSCSI target in option 17 or in a script, a kernel or installer that is loaded, and no connection to the target.',
		why: 'This looks like an installer that sees no disk: the system has to log in to the target itself, and did not.',
		advice:
			'Hook the disk before the installer starts (sanhook), and let the installer read the iBFT (ip=ibft, rd.iscsi.firmware=1; for Windows the network driver in WinPE). See that the target’s port 3260 can be reached.',
		source: 'iPXE src/net/tcp/iscsi.c; dracut.cmdline(7)',
		find(view) {
			const kernel = view.files.find(isKernel);
			if (!kernel || view.secondsSince(kernel.end) < kernelWait) return [];
			const seen = new Set<string>();
			return sanServers(view).flatMap(({ server, frames }): Occurrence[] => {
				const contacted = view.other.some(
					({ type, to }) => type === 'tcp' && (to.address === server || to.port === 3260),
				);
				if (contacted || seen.has(server)) return [];
				seen.add(server);
				return [
					{
						frames: [...frames, ...kernel.frames],
						seen: `${server} has the disk, and the client did not connect to it`,
					},
				];
			});
		},
	},
	{
		code: 'dns-not-resolved',
		ofSilence: true,
		severity: 'error',
		title: 'A name is not resolved in the loader',
		sign: 'A DNS query of the loader without an address in answer; or a script with a host name, no name server (option 6), and no request to that host.',
		why: 'The loader knows only the name server of DHCP, and looks names up without the search list of a full system.',
		advice:
			'Send option 6 (name server) and, for short names, option 15; write full names, or the address itself, into URLs.',
		source: 'iPXE src/net/udp/dns.c; RFC 2132 section 3.8',
		*find(view) {
			const byName = new Map<
				string,
				{ answered: boolean; frames: number[]; inKernel: boolean; time: bigint | undefined }
			>();
			for (const event of view.other) {
				// The capture may end before the answer.
				if (event.type !== 'dns' || event.query?.outcome === 'unknown') continue;
				const known = byName.get(event.summary) ?? { answered: false, frames: [], inKernel: false, time: event.time };
				known.answered ||= event.answered;
				known.inKernel ||= view.stageOf(event)?.stage.kind === 'kernel';
				known.frames.push(...event.frames);
				byName.set(event.summary, known);
			}
			for (const [name, { answered, frames, inKernel, time }] of byName) {
				if (answered || view.secondsSince(time) < 3) continue;
				const stage = view.stages.find(({ events }) => events.some((event) => event.frames[0] === frames[0]));
				const coped = stage?.files.some((file) => file.complete && isAfter(file.time, time));
				yield {
					frames,
					seen: `no address came back for ${quoted(name)}`,
					severity: inKernel || coped ? 'info' : 'error',
				};
			}
			const hasServer = view.dhcp.some(({ packet }) => packet.options.has('domainNameServer'));
			if (hasServer || byName.size > 0) return;
			for (const { script, file, stage } of scriptsOf(view)) {
				if (stage.files.at(-1) !== file || !silentAfter(view, file, askWait)) continue;
				const urls = commandsOf(script).flatMap(({ line, words }) =>
					words.map((word) => ({ line, host: hostIn(word) })),
				);
				const named = urls.find(({ host }) => host !== undefined && !/^[\d.]+$|^\[|\$/.test(host));
				if (named)
					yield {
						frames: file.frames,
						seen: `${file.baseName} line ${named.line} names the host ${quoted(named.host as string)}, and no name server was given`,
					};
			}
		},
	},
	{
		code: 'images-left-over',
		severity: 'warning',
		title: 'A second kernel is loaded beside the images of the first',
		sign: 'In one run of iPXE: a kernel, an initrd, and then another kernel, without imgfree in the scripts.',
		why: 'iPXE gives every image that is loaded to the kernel as initrd. This looks like a kernel that panics because it finds no root file system: the first entry’s initrd is in its way.',
		advice: 'Begin each menu entry with imgfree.',
		source: 'iPXE src/core/image.c; src/arch/x86/image/bzimage.c',
		find(view) {
			if (scriptsOf(view).some(frees) || hasUnreadScripts(view)) return [];
			return view.stages.flatMap((stage): Occurrence[] => {
				if (stage.stage.kind !== 'ipxe') return [];
				const kernels = stage.files.filter(isKernel);
				const [first] = kernels;
				const second = kernels.findLast(({ uri }) => uri !== first?.uri);
				if (!first || !second || !isAfter(second.time, first.time)) return [];
				const between = stage.files.find(
					(file) =>
						isInitrd(file) && file.complete && isAfter(file.time, first.time) && isAfter(second.time, file.time),
				);
				if (!between) return [];
				const seen = `${quoted(first.name)} and ${quoted(between.name)} were loaded, and then ${quoted(second.name)}`;
				return [{ frames: [...first.frames, ...between.frames, ...second.frames], seen }];
			});
		},
	},
	{
		code: 'kernel-without-initrd',
		severity: 'warning',
		title: 'The kernel came, and its initrd did not',
		sign: 'A whole kernel, and a failed request for an initrd that is not made good.',
		why: 'Without its initrd a kernel finds no drivers and no root file system, and panics.',
		advice: 'See why the initrd failed: its name, its permissions, its size.',
		source: 'Linux Documentation/admin-guide/initrd.rst',
		find: (view) =>
			view.stages.flatMap((stage): Occurrence[] => {
				const kernel = stage.files.find(isKernel);
				const failed = stage.files.find((file) => file.failed && isInitrd(file));
				if (!kernel || !failed || stage.files.some((file) => file.complete && isInitrd(file))) return [];
				return [
					{
						frames: [...kernel.frames, ...failed.frames],
						seen: `${quoted(kernel.name)} came whole, and ${quoted(failed.name)} did not`,
					},
				];
			}),
	},
	{
		code: 'memdisk-iso-large',
		severity: 'warning',
		title: 'A large ISO for MEMDISK',
		sign: `MEMDISK and an ISO image of ${mebibytes(largeIso)} or more.`,
		why: 'The whole image has to fit into memory in one piece below 4 GiB. This looks like a machine that has too little, and hangs or restarts after the download. Systems that bring their own drivers do not see the image afterwards.',
		advice: 'Unpack the ISO and boot its kernel and initrd; or use a machine with more memory.',
		source: 'SYSLINUX memdisk/setup.c',
		find: (view) =>
			view.stages.flatMap((stage): Occurrence[] => {
				const memdisk = stage.files.find(({ baseName, complete }) => complete && /memdisk/i.test(baseName));
				const iso = stage.files.find(
					({ kind, baseName, size }) =>
						(kind?.kind === 'iso' || /\.(iso|img)(\.gz)?$/i.test(baseName)) && (size ?? 0) >= largeIso,
				);
				if (!memdisk || !iso) return [];
				return [
					{ frames: [...memdisk.frames, ...iso.frames], seen: `${quoted(iso.name)} has ${mebibytes(iso.size ?? 0)}` },
				];
			}),
	},
];

function hostIn(word: string): string | undefined {
	return /^(?:https?|tftp|ftp|nfs):\/\/(?:[^/@]*@)?([^/:]+|\[[^\]]*\])/i.exec(word)?.[1];
}
