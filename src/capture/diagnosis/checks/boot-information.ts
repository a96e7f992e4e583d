import { broadcastFlag } from '../../../dhcp/packet.ts';
import { optionText } from '../../../pxe/option-text.ts';
import { untilNul } from '../../../wire/text.ts';
import type { DhcpEvent } from '../../timeline/session.ts';
import { type CheckRow, framesOf, quoted, unlessWentOn } from './check.ts';
import { bootFileOf, givesAddress, isReply, type SessionView, type StageView, serverOf } from './view.ts';

const none = '0.0.0.0';
const isUrl = (name: string): boolean => /^(https?|ftp|nfs):\/\//i.test(name);
const isAddress = (name: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(name);

function* repliesOfStages(view: SessionView): Generator<{ stage: StageView; reply: DhcpEvent }> {
	for (const stage of view.stages) for (const reply of stage.dhcp) if (isReply(reply)) yield { stage, reply };
}

/** Not so bad when this client coped, or does not boot at all. */
const lessIfWentOn = ({ wentOn, client }: StageView) => (wentOn || !client ? ({ severity: 'info' } as const) : {});

/** What makes up no file name: a byte 0xFF from behind the name, white space, control characters. */
function strayEnding(name: Uint8Array): number | undefined {
	const last = name.at(-1);
	return last !== undefined && (last <= 0x20 || last === 0x7f || last === 0xff) ? last : undefined;
}

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;

const secondsOf = (start: bigint | undefined, end: bigint | undefined): number =>
	start === undefined || end === undefined ? 0 : Number(end - start) / 1e9;

/** What servers say of the file, the host that has it, and the lease. */
export const bootInformationChecks: readonly CheckRow[] = [
	{
		code: 'filename-not-in-file-field',
		severity: 'warning',
		title: 'The file name stands in option 67 only',
		sign: 'A reply to a PC BIOS ROM with option 67 and an empty file field.',
		why: 'Old ROMs read the file field alone, and take this for no name.',
		advice: 'Put the name into the file field (dhcpd: filename; dnsmasq: dhcp-boot) instead of option 67.',
		source: 'RFC 951 section 3; PXE 2.1 section 2.2; iPXE src/net/udp/dhcp.c',
		*find(view) {
			for (const { stage, reply } of repliesOfStages(view)) {
				if (stage.console !== 'bios' || reply.packet.file !== '' || reply.packet.options.has('optionOverload'))
					continue;
				const name = optionText(reply.packet, 'bootfileName');
				const asked = stage.files.some((file) => file.name === name);
				if (name === '') continue;
				yield {
					frames: reply.frames,
					seen: `${serverOf(reply)} names ${quoted(name)} in option 67, and nothing in the file field`,
					...(asked ? { severity: 'info' } : lessIfWentOn(stage)),
				};
			}
		},
	},
	{
		code: 'filename-trailing-byte',
		severity: 'error',
		title: 'The file name has a stray byte at its end',
		sign: 'A name in a reply, or in a read request, that ends in 0xFF, white space or a control character.',
		why: 'The server looks for a file of that very name, and has none. An 0xFF is the End option, which ROMs take in when option 67 has no NUL.',
		advice:
			'Let the DHCP server end option 67 in a NUL or use the file field; take the blank or line end out of the configuration.',
		source: 'dnsmasq CHANGELOG (dnsmasq-discuss 2006); netbootxyz/netboot.xyz#1198',
		reasons: ['tftp-error'],
		*find(view) {
			for (const { stage, reply } of repliesOfStages(view)) {
				const stray = strayEnding(untilNul(reply.packet.options.bytes('bootfileName') ?? new Uint8Array(0)));
				if (stray === undefined) continue;
				const seen = `option 67 of ${serverOf(reply)} ends in ${hex(stray)}`;
				yield { frames: reply.frames, seen, severity: stage.wentOn ? 'info' : 'warning' };
			}
			for (const stage of view.stages) {
				for (const { name, frames, complete, event } of stage.files) {
					if (event.type !== 'tftp' || complete || !/[\s\p{Cc}\u00ff\ufffd]$/u.test(name)) continue;
					yield { frames, seen: `the client asked for ${quoted(name)}`, stage, tftpCode: event.transfer.error?.code };
				}
			}
		},
	},
	{
		code: 'siaddr-zero',
		severity: 'warning',
		title: 'A file, and no server for it',
		sign: 'A reply with a boot file, and 0.0.0.0 as next server (siaddr).',
		why: 'Some firmware takes the DHCP server then; iPXE and U-Boot look at siaddr alone, and have nobody to ask. Option 66 does not help them.',
		advice: 'Set next-server to the TFTP server’s address.',
		source: 'EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c; iPXE src/net/udp/dhcp.c; U-Boot net/bootp.c',
		reasons: ['no-server-address'],
		shownOn: ['ipxe', 'u-boot'],
		*find(view) {
			for (const { stage, reply } of repliesOfStages(view)) {
				const { packet } = reply;
				const file = bootFileOf(reply);
				if (!givesAddress(reply) || packet.siaddr !== none || file === '' || isUrl(file) || stage.client === undefined)
					continue;
				const name = optionText(packet, 'tftpServerName');
				const beside = name === '' ? '' : `; option 66 says ${quoted(name)}, which these do not read`;
				const strict = stage.console === 'ipxe' || stage.console === 'u-boot';
				const stranded = strict && !stage.wentOn && stage.files.length === 0;
				yield {
					frames: reply.frames,
					seen: `${serverOf(reply)} names ${quoted(file)} and no next server${beside}`,
					...(stranded ? { stage, severity: 'error' } : lessIfWentOn(stage)),
				};
			}
		},
	},
	{
		code: 'siaddr-other-server',
		severity: 'info',
		title: 'The file is on another host than the DHCP server',
		sign: 'A reply whose next server (siaddr) is not its option 54.',
		why: 'That is allowed. When it was not meant, clients ask a host that has no such file.',
		advice: 'Nothing, if the TFTP server is there. Otherwise correct next-server.',
		source: 'RFC 2131 section 2',
		*find(view) {
			for (const { reply } of repliesOfStages(view)) {
				const server = serverOf(reply);
				const { siaddr } = reply.packet;
				if (siaddr === none || siaddr === server || bootFileOf(reply) === '') continue;
				yield {
					frames: reply.frames,
					seen: `${server} sends the client to ${siaddr} for ${quoted(bootFileOf(reply))}`,
				};
			}
		},
	},
	{
		code: 'server-name-without-dns',
		severity: 'warning',
		title: 'The server is given by name, and no name server',
		sign: 'Option 66 is a host name, siaddr is empty, and there is no option 6.',
		why: 'ROMs look up no names, and others have nobody to ask.',
		advice: 'Set next-server to the address. Send option 6 where a loader should look up names.',
		source: 'RFC 2132 section 9.4',
		*find(view) {
			for (const { stage, reply } of repliesOfStages(view)) {
				const { packet } = reply;
				const name = optionText(packet, 'tftpServerName');
				if (name === '' || isAddress(name) || packet.siaddr !== none || packet.options.has('domainNameServer'))
					continue;
				yield {
					frames: reply.frames,
					seen: `option 66 is ${quoted(name)}, without siaddr and option 6`,
					...lessIfWentOn(stage),
				};
			}
		},
	},
	{
		code: 'broadcast-flag-ignored',
		severity: 'warning',
		title: 'The server answers by unicast a client that asked for broadcast',
		sign: 'A request with the broadcast flag, and its reply sent to the address that it offers.',
		why: 'The client has not set the address yet, and drops what is sent to it.',
		advice: 'Let the server obey the flag, or always broadcast (dhcpd: always-broadcast on; dnsmasq: dhcp-broadcast).',
		source: 'RFC 2131 section 4.1',
		find: ({ replies }) =>
			replies.flatMap(({ request, reply, stage }) => {
				const { flags, giaddr, ciaddr } = request.packet;
				const asked = (flags & broadcastFlag) !== 0 && giaddr === none && ciaddr === none && request.to.port === 67;
				if (!asked || reply.to.address !== reply.packet.yiaddr || reply.packet.yiaddr === none) return [];
				const seen = `${reply.from.address} answered to ${reply.to.address}`;
				return [{ frames: framesOf(request, reply), seen, ...lessIfWentOn(stage) }];
			}),
	},
	{
		code: 'offer-to-wrong-port',
		severity: 'error',
		title: 'A reply from or to a wrong port',
		sign: 'A reply to a request on port 67 that does not go from port 67 to port 68 (to 67 for a relay).',
		why: 'Clients and relays listen on one port, and iPXE and U-Boot take offers from port 67 only.',
		advice: 'Look for port translation (containers, NAT) between server and client, and bind the server to port 67.',
		source: 'RFC 2131 section 4.1; iPXE src/net/udp/dhcp.c; U-Boot net/bootp.c',
		reasons: ['no-usable-offer'],
		find: ({ replies }) =>
			replies.flatMap(({ request, reply, stage }) => {
				if (request.to.port !== 67 || !['offer', 'ack', 'nak'].includes(reply.type)) return [];
				// A PXE server's answer to a question on port 4011 that the capture does not have.
				if (reply.from.port === 4011 && reply.type === 'ack' && reply.packet.yiaddr === none) return [];
				const wanted = request.packet.giaddr === none || request.from.port === 68 ? 68 : 67;
				if (reply.from.port === 67 && (reply.to.port === wanted || reply.to.port === request.from.port)) return [];
				const seen = `the reply went from port ${reply.from.port} to port ${reply.to.port}`;
				return [{ frames: framesOf(request, reply), seen, ...unlessWentOn(stage) }];
			}),
	},
	{
		code: 'url-as-filename',
		severity: 'error',
		title: 'A URL as file name for a PXE client',
		sign: 'A reply to firmware that asked as PXEClient, with an http:// or other URL as boot file.',
		why: 'PXE firmware knows TFTP only: it asks the TFTP server for a file of that name, or gives up.',
		advice:
			'Give the URL to clients that ask with option 60 HTTPClient, or to iPXE; give PXE firmware a TFTP file, as ipxe.efi.',
		source: 'PXE 2.1 section 2.2; DeterminateSystems/nix-netboot-serve#2',
		reasons: ['http-failed'],
		shownOn: ['uefi'],
		*find(view) {
			for (const { stage, reply } of repliesOfStages(view)) {
				const file = bootFileOf(reply);
				if (!isUrl(file) || stage.client?.kind !== 'pxe' || stage.client.ipxe || stage.console === 'u-boot') continue;
				const seen = `${serverOf(reply)} names ${quoted(file)} to ${stage.client.archName} PXE`;
				yield {
					frames: reply.frames,
					seen,
					...unlessWentOn(stage),
				};
			}
		},
	},
	{
		code: 'bad-option',
		severity: 'warning',
		title: 'A malformed option in a reply',
		sign: 'A reply with an option whose length or content is not as its RFC says.',
		why: 'Clients read such options each in their own way; UEFI drops some packets for it.',
		advice:
			'Correct the option in the server’s configuration: numbers, addresses and lists given as text are the usual reason.',
		source: 'RFC 2132; EDK2 NetworkPkg/Dhcp4Dxe/Dhcp4Option.c',
		*find(view) {
			for (const { stage, reply } of repliesOfStages(view)) {
				if (reply.cut) continue;
				for (const { code, message, path } of reply.packet.issues) {
					// A NUL at the end of text is what many servers write, and clients want.
					if (!path?.startsWith('options[') || path === 'options[52]' || code === 'nul-in-text') continue;
					yield { frames: reply.frames, seen: `${serverOf(reply)}: ${message}`, ...lessIfWentOn(stage) };
				}
			}
		},
	},
	{
		code: 'overload-misuse',
		severity: 'warning',
		title: 'Option 52 says that file or sname hold options, and they do not',
		sign: 'A reply with option 52 whose file or sname field can’t be read as options.',
		why: 'Clients that obey it take the file name for options, and those that do not take options for a name.',
		advice: 'Switch overload off in the server, or let it fill the fields with options up to End.',
		source: 'RFC 2132 section 9.3',
		*find(view) {
			for (const { stage, reply } of repliesOfStages(view)) {
				if (reply.cut || !reply.packet.options.has('optionOverload')) continue;
				const odd = reply.packet.issues.find(
					({ code, path }) => path === 'options[52]' || (code === 'no-end' && (path === 'file' || path === 'sname')),
				);
				if (odd) yield { frames: reply.frames, seen: `${serverOf(reply)}: ${odd.message}`, ...lessIfWentOn(stage) };
			}
		},
	},
	{
		code: 'lease-shorter-than-download',
		severity: 'warning',
		title: 'The lease ends before the download does',
		sign: 'A lease time that is shorter than the longest transfer.',
		why: 'Firmware does not renew: once the lease is over, the address may go to another machine in the middle of a transfer.',
		advice: 'Give leases of an hour or more to machines that boot.',
		source: 'RFC 2131 section 4.4.5',
		*find(view) {
			for (const stage of view.stages) {
				const ack = stage.dhcp.findLast(({ type }) => type === 'ack');
				const lease = ack?.packet.options.tryGet('ipAddressLeaseTime');
				if (!ack || lease === undefined) continue;
				const longest = stage.files.reduce((most, { time, end }) => Math.max(most, secondsOf(time, end)), 0);
				if (longest <= lease) continue;
				yield { frames: ack.frames, seen: `the lease is ${lease} s, and a transfer took ${Math.round(longest)} s` };
			}
		},
	},
];
