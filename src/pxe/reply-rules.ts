import { broadcastFlag } from '../dhcp/index.ts';
import { equalBytes } from '../wire/bytes.ts';
import { misfit } from './boot-file-kinds.ts';
import { isUrl } from './boot-step.ts';
import { headersLength, largestPayload, readsPastNames, shortestMessage } from './client-limits.ts';
import type { ReplyView } from './reply-view.ts';

/** One row of {@link replyRules}. */
export interface ReplyRule {
	/** Stable, for programs. */
	readonly code: string;
	/** `error`: the client that asked is stranded, or drops the packet. `warning`: some clients are. */
	readonly severity: 'error' | 'warning';
	/** Where the client's behaviour is laid down. */
	readonly source: string;
	/** What is wrong, as one sentence; `undefined` when nothing is. */
	find(view: ReplyView): string | undefined;
}

const none = '0.0.0.0';
/** EDK2's Dhcp4Dxe drops packets with one of these empty. */
const neverEmpty: readonly number[] = [12, 43, 60];

const isPxe = ({ vendorClass }: ReplyView): boolean => vendorClass.startsWith('PXEClient');
const namesFile = ({ fileField, fileOption }: ReplyView): boolean => fileField !== '' || fileOption !== '';
const typeOf = ({ reply }: ReplyView) => reply.options.tryGet('messageType');
const isFirmware = ({ client }: ReplyView): boolean => client?.architecture.firmware === 'uefi' && !client.ipxe;
/** The file is to be taken as it is: no menu, no discovery (PXE 2.1 table 2-1, tag 6 bit 3). */
const takesFile = (view: ReplyView): boolean => view.pxe.discoveryControl?.useBootFile === true && namesFile(view);
const partsOf = ({ reply }: ReplyView, code: number): number =>
	reply.options.entries().filter((entry) => entry.code === code).length;

/**
 * What strands network-boot clients, each with the source that says so. {@link checkReply} goes through these rows.
 *
 * @example
 * ```ts
 * import { replyRules } from 'pxekit/pxe';
 *
 * replyRules.find(({ code }) => code === 'empty-option')?.source; // => 'EDK2 NetworkPkg/Dhcp4Dxe/Dhcp4Option.c'
 * ```
 */
export const replyRules: readonly ReplyRule[] = [
	{
		code: 'other-transaction',
		severity: 'error',
		source: 'RFC 2131 section 4.4.1',
		find: ({ request, reply }) =>
			request.xid === reply.xid && equalBytes(request.chaddr, reply.chaddr)
				? undefined
				: 'xid or chaddr is not the request’s: the client takes it for somebody else’s',
	},
	{
		code: 'no-server-identifier',
		severity: 'error',
		source: 'RFC 2131 table 3; EDK2 NetworkPkg/Dhcp4Dxe',
		find: ({ reply }) =>
			reply.options.has('messageType') && !reply.options.has('serverIdentifier')
				? 'option 54 is missing: UEFI drops the packet, and others do not know whom to ask on port 4011'
				: undefined,
	},
	{
		code: 'empty-option',
		severity: 'error',
		source: 'EDK2 NetworkPkg/Dhcp4Dxe/Dhcp4Option.c',
		find({ reply }) {
			const empty = reply.options.entries().find(({ code, bytes }) => neverEmpty.includes(code) && bytes.length === 0);
			return empty && `option ${empty.code} is empty: UEFI drops the whole packet`;
		},
	},
	{
		code: 'no-end',
		severity: 'error',
		source: 'RFC 2132 section 3.2; EDK2 NetworkPkg/Dhcp4Dxe/Dhcp4Option.c',
		find: ({ reply }) =>
			reply.issues.some(({ code, path }) => code === 'no-end' && path === 'options')
				? 'there is no End option: UEFI drops the packet'
				: undefined,
	},
	{
		code: 'longer-than-client-takes',
		severity: 'error',
		source: 'RFC 2132 section 9.10',
		find({ request, length }) {
			const asked = request.options.tryGet('maximumMessageSize');
			if (asked === undefined || length + headersLength <= Math.max(asked, shortestMessage)) return undefined;
			return `the packet is ${length + headersLength} bytes with IP and UDP headers, and the client takes ${asked}`;
		},
	},
	{
		code: 'longer-than-a-frame',
		severity: 'error',
		source: 'EDK2 NetworkPkg/Dhcp4Dxe',
		find: ({ length }) =>
			length > largestPayload ? `${length} bytes are more than the ${largestPayload} that UEFI takes` : undefined,
	},
	{
		code: 'overload-to-ipxe',
		severity: 'error',
		source: 'iPXE src/net/dhcppkt.c',
		find: ({ client, reply }) =>
			client?.ipxe && reply.options.has('optionOverload')
				? 'options stand in file or sname (option 52): iPXE does not read them, and takes them for names'
				: undefined,
	},
	{
		code: 'split-option-to-ipxe',
		severity: 'error',
		source: 'iPXE src/net/dhcpopts.c',
		find(view) {
			const codes = view.reply.options.entries().map(({ code }) => code);
			const split = view.client?.ipxe && codes.find((code) => code !== 82 && partsOf(view, code) > 1);
			return split ? `option ${split} comes in parts (RFC 3396): iPXE reads the first alone` : undefined;
		},
	},
	{
		code: 'vendor-options-split',
		severity: 'error',
		source: 'iPXE src/net/dhcpopts.c; dnsmasq src/rfc2131.c',
		find: (view) =>
			isPxe(view) && partsOf(view, 43) > 1
				? 'option 43 is over 255 bytes and comes in parts, which PXE ROMs do not join'
				: undefined,
	},
	{
		code: 'pxe-without-boot-information',
		severity: 'error',
		source: 'EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c; iPXE src/net/udp/dhcp.c',
		find: (view) =>
			isPxe(view) &&
			typeOf(view) !== 'NAK' &&
			view.port === 67 &&
			!view.answersPort4011 &&
			!namesFile(view) &&
			!view.reply.options.has(43)
				? 'option 60 is PXEClient, but there is no boot file, no option 43, and nobody on port 4011: UEFI waits for it'
				: undefined,
	},
	{
		code: 'boot-server-without-file',
		severity: 'error',
		source: 'EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c; iPXE src/net/udp/dhcp.c',
		find: (view) =>
			view.port === 4011 && typeOf(view) === 'ACK' && !namesFile(view) && !view.pxe.bootMenu
				? 'an ACK from port 4011 names neither a boot file nor a menu: clients ignore it and ask again'
				: undefined,
	},
	{
		code: 'proxy-without-vendor-class',
		severity: 'error',
		source: 'EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c; iPXE src/net/udp/dhcp.c',
		find: (view) =>
			view.client?.kind === 'pxe' && view.isProxyOffer && !isPxe(view)
				? 'an OFFER without an address counts only with option 60 = PXEClient'
				: undefined,
	},
	{
		code: 'proxy-file-without-server',
		severity: 'error',
		source: 'iPXE src/net/udp/dhcp.c; ipxe/ipxe#954',
		find: (view) =>
			view.client?.kind === 'pxe' &&
			(view.isProxyOffer || view.port === 4011) &&
			view.reply.siaddr === none &&
			namesFile(view) &&
			!view.pxe.bootMenu
				? 'a boot file without siaddr: iPXE takes it for incomplete, and asks port 4011 again and again'
				: undefined,
	},
	{
		code: 'http-without-vendor-class',
		severity: 'error',
		source: 'EDK2 NetworkPkg/HttpBootDxe/HttpBootDhcp4.c',
		find: (view) =>
			view.client?.kind === 'http' && typeOf(view) === 'OFFER' && !view.vendorClass.startsWith('HTTPClient')
				? 'option 60 is not HTTPClient: UEFI HTTP boot ignores the OFFER'
				: undefined,
	},
	{
		code: 'http-without-uri',
		severity: 'error',
		source: 'EDK2 NetworkPkg/HttpBootDxe/HttpBootDhcp4.c',
		find: ({ client, vendorClass, fileField, fileOption }) =>
			client?.kind === 'http' &&
			vendorClass.startsWith('HTTPClient') &&
			!isUrl(fileOption === '' ? fileField : fileOption)
				? 'neither option 67 nor the file field holds a URI that begins with http:// or https://'
				: undefined,
	},
	{
		code: 'wrong-architecture',
		severity: 'error',
		source: 'IANA processor architecture types; UEFI 2.10 section 3.5.1.1',
		find({ client, fileField, fileOption, pxe }) {
			// Of a boot item the name ends in the layer, on machines of all kinds: `grub.0` (PXE 2.1 section 2.4).
			const named = [fileField, fileOption].filter((file) => file !== '' && !(pxe.bootItem && /\.\d+$/.test(file)));
			return client && named.map((file) => misfit(file, client.architecture)).find((why) => why !== undefined);
		},
	},
	{
		code: 'two-boot-files',
		severity: 'warning',
		source: 'iPXE src/net/udp/dhcp.c (file); EDK2 PxeBcDhcp4.c, U-Boot net/bootp.c (option 67)',
		find: ({ fileField, fileOption }) =>
			fileField !== '' && fileOption !== '' && fileField !== fileOption
				? `the file field says ${JSON.stringify(fileField)}, which iPXE takes; option 67 says ${JSON.stringify(fileOption)}, which others take`
				: undefined,
	},
	{
		code: 'file-name-not-terminated',
		severity: 'warning',
		source: 'netbootxyz/netboot.xyz#1198; dnsmasq CHANGELOG',
		find: ({ client, reply }) =>
			client && readsPastNames(client) && (reply.options.bytes(67)?.at(-1) ?? 0) !== 0
				? 'option 67 does not end in a NUL: some PC ROMs read on and ask for a name that ends in 0xFF'
				: undefined,
	},
	{
		code: 'server-name-is-binary',
		severity: 'warning',
		source: 'RFC 2132 section 9.4',
		find({ reply }) {
			const name = reply.options.bytes(66);
			const binary = name?.length === 4 && name.some((byte) => byte < 0x20 || byte > 0x7e);
			return binary ? 'option 66 holds four bytes of an address; it is text. Addresses go into option 150' : undefined;
		},
	},
	{
		code: 'machine-identifier-not-echoed',
		severity: 'warning',
		source: 'RFC 4578 section 2.3',
		find(view) {
			// A DHCP server that knows nothing of PXE leaves it out, and its clients boot all the same.
			const sent = isPxe(view) && view.request.options.bytes(97);
			const back = view.reply.options.bytes(97);
			return !sent || (back && equalBytes(sent, back)) ? undefined : 'option 97 does not come back as it was sent';
		},
	},
	{
		code: 'menu-entry-without-server',
		severity: 'error',
		source: 'EDK2 NetworkPkg/UefiPxeBcDxe/PxeBcBoot.c',
		find(view) {
			const { bootServers, bootMenu = [] } = view.pxe;
			if (!bootServers || takesFile(view) || !isFirmware(view)) return undefined;
			const lost = bootMenu.find(({ type }) => type !== 0 && !bootServers.some((server) => server.type === type));
			return lost && `menu entry ${JSON.stringify(lost.text)} has type ${lost.type}, which the boot server list lacks`;
		},
	},
	{
		code: 'multicast-without-address',
		severity: 'warning',
		source: 'PXE 2.1 table 2-1, tag 6 bit 1',
		find(view) {
			const { discoveryControl, discoveryMulticastAddress, bootMenu, bootServers } = view.pxe;
			if ((!bootMenu && !bootServers) || takesFile(view)) return undefined;
			return discoveryControl?.disableMulticast || discoveryMulticastAddress !== undefined
				? undefined
				: 'discovery by multicast is not switched off (43.6 bit 1), but there is no multicast address (43.7)';
		},
	},
	{
		code: 'relay-not-copied',
		severity: 'error',
		source: 'RFC 2131 table 3; RFC 3046 section 2.2',
		find({ request, reply }) {
			if (request.giaddr === none) return undefined;
			if (reply.giaddr !== request.giaddr) return 'giaddr is not the request’s: the relay does not pass the reply on';
			const sent = request.options.bytes(82);
			const back = reply.options.bytes(82);
			return !sent || (back && equalBytes(sent, back))
				? undefined
				: 'option 82 does not come back as the relay sent it';
		},
	},
	{
		code: 'broadcast-flag-lost',
		severity: 'warning',
		source: 'RFC 2131 sections 4.1 and 2',
		find: ({ request, reply }) =>
			request.flags & broadcastFlag && !(reply.flags & broadcastFlag)
				? 'the client asked for broadcast, and the flag is not in the reply: a relay will send it to an address that the client does not have yet'
				: undefined,
	},
	{
		code: 'shorter-than-bootp',
		severity: 'warning',
		source: 'RFC 951 section 3; RFC 1542 section 2.1',
		find: ({ length }) =>
			length < 300 ? `${length} bytes: relays and old clients drop packets of less than 300` : undefined,
	},
];
