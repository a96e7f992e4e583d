import type { FailureReason } from '../../../pxe/firmware-errors.ts';
import { type ReplyRule, replyRules } from '../../../pxe/reply-rules.ts';
import { type CheckRow, framesOf, type Occurrence } from './check.ts';
import type { JudgedReply } from './view.ts';

/** What people need beside a rule of `checkReply`: a title, and what to do. `code` where operators know it by another. */
interface RuleText {
	readonly rule: string;
	readonly code?: string;
	readonly title: string;
	readonly advice: string;
}

const ruleTexts: readonly RuleText[] = [
	{
		rule: 'other-transaction',
		title: 'A reply to somebody else’s request',
		advice:
			'Let the server copy xid and chaddr of the request. A late answer to an earlier request looks the same: then the server is too slow.',
	},
	{
		rule: 'no-server-identifier',
		title: 'Option 54 is missing in a reply',
		advice: 'Let the server send its own address in option 54.',
	},
	{
		rule: 'empty-option',
		title: 'An empty option in a reply',
		advice: 'Leave the option out, or give it a value: an empty host name is the usual one.',
	},
	{ rule: 'no-end', title: 'A reply without End', advice: 'End the options with 255, also when the packet is full.' },
	{
		rule: 'longer-than-client-takes',
		title: 'The reply is longer than the client takes',
		advice: 'Send fewer options, or obey option 57 of the request (576 bytes where there is none).',
	},
	{
		rule: 'longer-than-a-frame',
		title: 'The reply does not fit a frame',
		advice: 'Send fewer options: at most 1472 bytes of UDP payload.',
	},
	{
		rule: 'overload-to-ipxe',
		title: 'Options stand in file or sname, which iPXE does not read',
		advice: 'Switch option overload (52) off for iPXE, and send fewer options.',
	},
	{
		rule: 'split-option-to-ipxe',
		title: 'A split option, of which iPXE reads the first part',
		advice: 'Keep each option within 255 bytes: a shorter URL, a script in place of long option values.',
	},
	{
		rule: 'vendor-options-split',
		title: 'Option 43 is too long for one option',
		advice: 'Shorten the menu: all of option 43 has to fit 255 bytes.',
	},
	{
		rule: 'pxe-without-boot-information',
		title: 'Option 60 says PXEClient, and nothing follows it',
		advice:
			'Take option 60 out of the DHCP server’s options, or answer on port 4011 of the same machine, or name the file beside it.',
	},
	{
		rule: 'boot-server-without-file',
		title: 'The answer from port 4011 names no file',
		advice: 'Let the proxy name a boot file for this client’s architecture, or not answer at all.',
	},
	{
		rule: 'proxy-without-vendor-class',
		code: 'opt60-missing',
		title: 'A proxy’s offer without option 60',
		advice: 'Let the proxy send option 60 = PXEClient.',
	},
	{
		rule: 'proxy-file-without-server',
		title: 'A proxy names a file, and no server for it',
		advice: 'Let the proxy fill siaddr with the address of the TFTP server.',
	},
	{
		rule: 'http-without-vendor-class',
		title: 'An offer to HTTP boot without option 60',
		advice: 'Send option 60 = HTTPClient to clients that ask with it (dnsmasq: dhcp-option-force=60,HTTPClient).',
	},
	{
		rule: 'http-without-uri',
		title: 'An offer to HTTP boot without a URI',
		advice: 'Put a URI with http:// or https:// into option 67.',
	},
	{
		rule: 'wrong-architecture',
		title: 'The boot file’s name is of another kind of machine',
		advice:
			'Choose the file by option 93: 0 is PC BIOS, 7 (and 9) x64 UEFI, 6 x86 UEFI, 11 64-bit ARM, 15 to 20 boot from HTTP.',
	},
	{
		rule: 'two-boot-files',
		title: 'The file field and option 67 name different files',
		advice: 'Name the same file in both, or in one of them only.',
	},
	{
		rule: 'file-name-not-terminated',
		title: 'Option 67 does not end in a NUL',
		advice: 'Put the name into the file field, or end option 67 in a NUL.',
	},
	{
		rule: 'server-name-is-binary',
		title: 'Option 66 holds an address in binary',
		advice: 'Write the address as text, or use option 150 or next-server.',
	},
	{
		rule: 'machine-identifier-not-echoed',
		title: 'Option 97 does not come back',
		advice: 'Let the server copy option 97 of the request into its replies.',
	},
	{
		rule: 'menu-entry-without-server',
		title: 'A menu entry without a boot server',
		advice: 'List a server for each type of the menu in sub-option 8 of option 43.',
	},
	{
		rule: 'multicast-without-address',
		code: 'opt43-mcast-missing',
		title: 'Discovery by multicast without an address for it',
		advice: 'Set bit 1 of discovery control (sub-option 6 of option 43), or give sub-option 7.',
	},
	{
		rule: 'relay-not-copied',
		title: 'The reply does not fit the relay',
		advice: 'Let the server copy giaddr and option 82 of the request.',
	},
	{
		rule: 'broadcast-flag-lost',
		title: 'The broadcast flag is lost',
		advice: 'Let the server copy the flags of the request.',
	},
	{
		rule: 'shorter-than-bootp',
		title: 'A reply shorter than BOOTP’s 300 bytes',
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
	const text = ruleTexts.find((row) => row.rule === code);
	const reason = reasons[code];
	return {
		code: text?.code ?? code,
		severity,
		title: text?.title ?? code,
		sign: `A reply in which \`checkReply\` of \`pxekit/pxe\` finds \`${code}\`.`,
		why: 'Clients drop such a packet, or take it otherwise than it was meant; the source says which.',
		advice: text?.advice ?? 'Change the server’s configuration so that the packet is as the source says.',
		source,
		...(reason && { reasons: [reason] }),
		find: ({ replies }) =>
			replies.flatMap((judged) => {
				const message = rule.find(judged.view);
				return message === undefined ? [] : [occurrenceOf(judged, message, rule)];
			}),
	};
});
