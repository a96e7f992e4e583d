import type { FailureReason } from '../../../pxe/firmware-errors.ts';
import { type ReplyRule, replyRules } from '../../../pxe/reply-rules.ts';
import { type CheckRow, framesOf, type Occurrence } from './check.ts';
import type { JudgedReply } from './view.ts';

/** What people need beside a rule of `checkReply`: a title, what it does to a client, and what to do. `code` where operators know it by another. */
interface RuleText {
	readonly rule: string;
	readonly code?: string;
	readonly title: string;
	readonly why: string;
	readonly advice: string;
}

const ruleTexts: readonly RuleText[] = [
	{
		rule: 'other-transaction',
		title: 'A reply to somebody else’s request',
		why: 'A client takes only replies with the xid and hardware address of its own request.',
		advice:
			'Let the server copy xid and chaddr of the request. A late answer to an earlier request looks the same: then the server is too slow.',
	},
	{
		rule: 'no-server-identifier',
		title: 'Option 54 is missing in a reply',
		why: 'UEFI drops the packet; others do not know whom to ask on port 4011.',
		advice: 'Let the server send its own address in option 54.',
	},
	{
		rule: 'empty-option',
		title: 'An empty option in a reply',
		why: 'UEFI drops the whole packet when option 12, 43 or 60 is empty.',
		advice: 'Leave the option out, or give it a value: an empty host name is the usual one.',
	},
	{
		rule: 'no-end',
		title: 'A reply without End',
		why: 'UEFI drops the packet.',
		advice: 'End the options with 255, also when the packet is full.',
	},
	{
		rule: 'longer-than-client-takes',
		title: 'The reply is longer than the client takes',
		why: 'The client said in option 57 how much it takes, or did not, which means 576 bytes; the rest is lost or the packet is dropped.',
		advice: 'Send fewer options, or obey option 57 of the request (576 bytes where there is none).',
	},
	{
		rule: 'longer-than-a-frame',
		title: 'The reply does not fit a frame',
		why: 'UEFI drops packets that do not fit one frame.',
		advice: 'Send fewer options: at most 1472 bytes of UDP payload.',
	},
	{
		rule: 'overload-to-ipxe',
		title: 'Options stand in file or sname, which iPXE does not read',
		why: 'iPXE does not read the options in file and sname: what stands there is as if it had not been sent.',
		advice: 'Switch option overload (52) off for iPXE, and send fewer options.',
	},
	{
		rule: 'split-option-to-ipxe',
		title: 'A split option, of which iPXE reads the first part',
		why: 'iPXE takes the first part for the whole option.',
		advice: 'Keep each option within 255 bytes: a shorter URL, a script in place of long option values.',
	},
	{
		rule: 'vendor-options-split',
		title: 'Option 43 is too long for one option',
		why: 'PXE ROMs do not join the parts: menu and servers behind the first 255 bytes are lost.',
		advice: 'Shorten the menu: all of option 43 has to fit 255 bytes.',
	},
	{
		rule: 'pxe-without-boot-information',
		title: 'Option 60 says PXEClient, and nothing follows it',
		why: 'Option 60 promises an answer on port 4011. The client asks there, and waits until it gives up.',
		advice:
			'Take option 60 out of the DHCP server’s options, or answer on port 4011 of the same machine, or name the file beside it.',
	},
	{
		rule: 'boot-server-without-file',
		title: 'The answer from port 4011 names no file',
		why: 'The client asked port 4011 for a file. An answer without one is ignored as if nothing had come.',
		advice: 'Let the proxy name a boot file for this client’s architecture, or not answer at all.',
	},
	{
		rule: 'proxy-without-vendor-class',
		code: 'opt60-missing',
		title: 'A proxy’s offer without option 60',
		why: 'By option 60 a client knows a proxy’s offer. Without it the offer is one without an address, and is dropped.',
		advice: 'Let the proxy send option 60 = PXEClient.',
	},
	{
		rule: 'proxy-file-without-server',
		title: 'A proxy names a file, and no server for it',
		why: 'iPXE asks port 4011 for ever, and others do not know where to fetch the file.',
		advice: 'Let the proxy fill siaddr with the address of the TFTP server.',
	},
	{
		rule: 'http-without-vendor-class',
		title: 'An offer to HTTP boot without option 60',
		why: 'UEFI HTTP boot takes only offers that say HTTPClient.',
		advice: 'Send option 60 = HTTPClient to clients that ask with it (dnsmasq: dhcp-option-force=60,HTTPClient).',
	},
	{
		rule: 'http-without-uri',
		title: 'An offer to HTTP boot without a URI',
		why: 'UEFI HTTP boot fetches a URI. A bare file name is nothing to it.',
		advice: 'Put a URI with http:// or https:// into option 67.',
	},
	{
		rule: 'wrong-architecture',
		title: 'The boot file’s name is of another kind of machine',
		why: 'The client fetches the file and can’t run it.',
		advice:
			'Choose the file by option 93: 0 is PC BIOS, 7 (and 9) x64 UEFI, 6 x86 UEFI, 11 64-bit ARM, 15 to 20 boot from HTTP.',
	},
	{
		rule: 'two-boot-files',
		title: 'The file field and option 67 name different files',
		why: 'Some clients take the field, some the option: they boot different things.',
		advice: 'Name the same file in both, or in one of them only.',
	},
	{
		rule: 'file-name-not-terminated',
		title: 'Option 67 does not end in a NUL',
		why: 'Some ROMs read on into the next byte, and ask for a name that ends in 0xFF.',
		advice: 'Put the name into the file field, or end option 67 in a NUL.',
	},
	{
		rule: 'server-name-is-binary',
		title: 'Option 66 holds an address in binary',
		why: 'Option 66 is a name. Clients look up four odd characters, or give up.',
		advice: 'Write the address as text, or use option 150 or next-server.',
	},
	{
		rule: 'machine-identifier-not-echoed',
		title: 'Option 97 does not come back',
		why: 'PXE 2.1 wants option 97 back; some ROMs drop answers without it.',
		advice: 'Let the server copy option 97 of the request into its replies.',
	},
	{
		rule: 'menu-entry-without-server',
		title: 'A menu entry without a boot server',
		why: 'The user chooses the entry, and the client has nobody to ask for it.',
		advice: 'List a server for each type of the menu in sub-option 8 of option 43.',
	},
	{
		rule: 'multicast-without-address',
		code: 'opt43-mcast-missing',
		title: 'Discovery by multicast without an address for it',
		why: 'The client is told to look for boot servers by multicast, and not where.',
		advice: 'Set bit 1 of discovery control (sub-option 6 of option 43), or give sub-option 7.',
	},
	{
		rule: 'relay-not-copied',
		title: 'The reply does not fit the relay',
		why: 'The relay knows its clients by giaddr and option 82. It does not pass the reply on.',
		advice: 'Let the server copy giaddr and option 82 of the request.',
	},
	{
		rule: 'broadcast-flag-lost',
		title: 'The broadcast flag is lost',
		why: 'The relay sends the reply to an address that the client does not have yet, and the client does not hear it.',
		advice: 'Let the server copy the flags of the request.',
	},
	{
		rule: 'shorter-than-bootp',
		title: 'A reply shorter than BOOTP’s 300 bytes',
		why: 'Relays and old clients drop packets below the size of BOOTP.',
		advice: 'Fill the packet up with zeros to 300 bytes.',
	},
];

/** Rules whose trap ends in a known line on the screen. */
const reasons: Readonly<Record<string, FailureReason>> = {
	'pxe-without-boot-information': 'proxy-silent',
	'boot-server-without-file': 'proxy-silent',
	'proxy-without-vendor-class': 'no-usable-offer',
	'http-without-vendor-class': 'no-usable-offer',
	'multicast-without-address': 'multicast-address-missing',
	'menu-entry-without-server': 'server-list-missing',
};

/** A reply that the client could use all the same is no error, whatever the rule says. */
function occurrenceOf({ request, reply, stage }: JudgedReply, message: string, rule: ReplyRule): Occurrence {
	return {
		frames: framesOf(request, reply),
		seen: `${reply.from.address}: ${message}`,
		rule: rule.code,
		// What a system that runs does with it is another matter.
		...(stage.wentOn || !stage.client
			? { severity: 'info' }
			: rule.severity === 'error' || reasons[rule.code]
				? { stage }
				: {}),
	};
}

/** A row for each rule of `checkReply`: what a server's packet does to the client that it is for. */
export const replyChecks: readonly CheckRow[] = replyRules.map((rule) => {
	const { code, severity, source } = rule;
	// Each rule has one: without it nothing that imports this would load.
	const text = ruleTexts.find((row) => row.rule === code) as RuleText;
	const reason = reasons[code];
	return {
		code: text.code ?? code,
		severity,
		title: text.title,
		sign: `A reply in which \`checkReply\` of \`pxekit/pxe\` finds \`${code}\`.`,
		why: text.why,
		advice: text.advice,
		source,
		...(reason && { reasons: [reason] }),
		find: ({ replies }) =>
			replies.flatMap((judged) => {
				const message = rule.find(judged.view);
				return message === undefined ? [] : [occurrenceOf(judged, message, rule)];
			}),
	};
});
