import {
	broadcastFlag,
	DhcpOptions,
	type DhcpOptionsInit,
	type DhcpPacket,
	type DhcpPacketInit,
	encodeDhcp,
	type ReceivedOn,
	type ReplyDestination,
	replyDestination,
	replyTo,
} from '../dhcp/index.ts';
import { EncodeError } from '../wire/errors.ts';
import { isIpv4, parseIpv4 } from '../wire/ipv4.ts';
import type { BootAnswer, BootFile, BootFunction, BootMenu } from './boot-answer.ts';
import { requestedBootItem } from './boot-item.ts';
import { fileOfItem, menuOptions, onlyFile } from './boot-menu.ts';
import { type BootClient, identifyClient } from './identify-client.ts';
import type { BootItem } from './pxe-option-kinds.ts';
import { encodePxeOptions, type PxeOptionsInit } from './pxe-options.ts';

/** Settings of {@link createProxyDhcp}. */
export interface ProxyDhcpOptions {
	/** The address under which clients reach this proxy: option 54, and where UEFI sends its request to port 4011. */
	readonly serverAddress: string;
	readonly boot: BootFunction;
}

/**
 * Why a proxy stays silent.
 *
 * - `reply`: not a request but somebody's answer.
 * - `own-packet`: it came from this proxy's own address and port.
 * - `bootp`: no DHCP message type.
 * - `not-pxe`: option 60 does not begin with `PXEClient` or `HTTPClient`.
 * - `not-for-proxy`: a message that a DHCP server answers, such as a REQUEST on port 67.
 * - `for-another-server`: the client chose another boot server.
 * - `credentials`: the client wants a signed file (BIS), which is not served.
 * - `nothing-to-boot`: `boot` had nothing for this client.
 * - `no-such-item`: the client asks for a menu entry that the menu does not have, or that another server serves.
 * - `http-needs-url`: an HTTP boot client, and `boot` gave no URL.
 */
export type IgnoredReason =
	| 'reply'
	| 'own-packet'
	| 'bootp'
	| 'not-pxe'
	| 'not-for-proxy'
	| 'for-another-server'
	| 'credentials'
	| 'nothing-to-boot'
	| 'no-such-item'
	| 'http-needs-url';

/** A proxy's answer, ready to send. */
export interface ProxyReply {
	readonly type: 'OFFER' | 'ACK';
	readonly reply: DhcpPacketInit;
	/** The same, encoded. */
	readonly bytes: Uint8Array;
	readonly destination: ReplyDestination;
	readonly client: BootClient;
	readonly boot: BootAnswer;
	/** The boot file that this answer names or leads to; `undefined` when it is a menu. */
	readonly file: string | undefined;
	readonly ignored?: undefined;
}

/** A proxy's silence and its reason. */
export interface ProxySilence {
	readonly ignored: IgnoredReason;
	/** Present when the packet was a boot client's. */
	readonly client?: BootClient | undefined;
	readonly reply?: undefined;
}

/** What a proxy makes of a request. */
export type ProxyAnswer = ProxyReply | ProxySilence;

/** Answers boot clients beside a DHCP server that knows nothing of booting. */
export interface ProxyDhcp {
	/**
	 * @throws what `boot` throws, and an {@link EncodeError} when its answer can't go on the wire; nothing for any
	 *   request's sake
	 */
	respond(request: DhcpPacket, received: ReceivedOn): Promise<ProxyAnswer>;
}

/** Largest UDP payload in an Ethernet frame; EDK2's Dhcp4Dxe drops longer ones. */
const largestPayload = 1472;
/** RFC 2131 section 2: every client takes 576 bytes; 28 of them are IP and UDP headers. */
const smallestPayload = 548;
const headers = 28;

/** Longest UDP payload that the client takes. */
export function payloadLimit(request: DhcpPacket): number {
	const asked = (request.options.tryGet('maximumMessageSize') ?? 0) - headers;
	return Math.min(largestPayload, Math.max(smallestPayload, asked));
}

/**
 * Most UEFI firmware wants to ask port 4011 for its file: an OFFER without option 43 and without a file makes it do
 * so, and is what all of it takes (dnsmasq does the same; some ignore offers that would skip the question). iPXE and
 * BIOS ROMs take the file from the OFFER.
 */
function asksPort4011(client: BootClient): boolean {
	return client.kind === 'pxe' && client.architecture.firmware === 'uefi' && !client.ipxe;
}

export function isUrl(file: string): boolean {
	return /^https?:\/\//i.test(file);
}

/** PC ROMs of old read past the end of option 67. */
export function endsNamesWithNul(client: BootClient): boolean {
	return client.arch === 0 && client.kind === 'pxe' && !client.ipxe;
}

/** Name of the boot file: in the header field, which all clients read, or in option 67 where it does not fit. */
export function fileFields(client: BootClient, file: string): { file?: string; options: DhcpOptionsInit } {
	// EDK2's HttpBootDxe takes the URI from option 67 (HttpBootDhcp4.c).
	const inOption = client.kind === 'http' || new TextEncoder().encode(file).length > 127;
	return inOption ? { options: { bootfileName: file } } : { file, options: {} };
}

/** The part of an answer that depends on what the client is to do next. */
interface NextStep {
	readonly file?: BootFile | undefined;
	readonly vendorOptions?: PxeOptionsInit | undefined;
	/** A first step that leads to port 4011, and so names nothing yet. */
	readonly deferred: boolean;
}

/** Take the file in this packet, show no menu, look for no boot server (PXE 2.1 table 2-1, tag 6 bit 3). */
const takeTheFile: PxeOptionsInit = { discoveryControl: { useBootFile: true } };

/** The client asks for an entry of a menu, or for a boot server of that type. */
function stepForItem(boot: BootAnswer, item: BootItem): NextStep | undefined {
	if (!boot.menu) return { file: boot, vendorOptions: { bootItem: item }, deferred: false };
	const file = fileOfItem(boot, item);
	// The menu's prompt behind the item is what dnsmasq sends; clients read the item.
	const prompt = boot.prompt && { menuPrompt: boot.prompt };
	return file && { file, vendorOptions: { bootItem: item, ...prompt }, deferred: false };
}

/** What the answer to a DISCOVER (`isOffer`), or the first answer on port 4011, says. */
export function nextStep(client: BootClient, boot: BootAnswer, isOffer: boolean, serverAddress: string): NextStep {
	const viaPxePort = asksPort4011(client);
	const file = !boot.menu ? boot : viaPxePort ? onlyFile(boot) : undefined;
	if (isOffer && viaPxePort) return { file, deferred: true };
	if (!file) return { vendorOptions: menuOptions(boot as BootMenu, serverAddress), deferred: false };
	const bare = client.kind === 'http' || viaPxePort;
	return { file, vendorOptions: bare ? undefined : takeTheFile, deferred: false };
}

/**
 * Makes a proxyDHCP responder: it tells network-boot clients what to boot, and leaves addresses to the DHCP server of
 * the network. It is pure: it has no sockets, and the same request gives the same answer. `serveProxyDhcp` in
 * `pxekit/node` puts sockets around it.
 *
 * On port 67 a DISCOVER gets an OFFER without an address, by broadcast, or to port 67 of the relay. On port 4011 a
 * REQUEST or INFORM gets an ACK to the address and port that it came from: iPXE waits on port 68, UEFI on 4011.
 *
 * @throws an {@link EncodeError} `bad-ipv4` when `serverAddress` is no IPv4 address
 * @example
 * ```ts
 * import { decodeDhcp, encodeDhcp } from 'pxekit/dhcp';
 * import { createProxyDhcp } from 'pxekit/pxe';
 *
 * const proxy = createProxyDhcp({
 *   serverAddress: '10.0.0.2',
 *   boot: (client) => (client.arch === 7 ? { file: 'ipxe.efi' } : undefined),
 * });
 * const request = decodeDhcp(encodeDhcp({
 *   op: 1, xid: 9, ciaddr: '10.0.0.77', chaddr: '52:54:00:12:34:56',
 *   options: { messageType: 'REQUEST', vendorClassIdentifier: 'PXEClient:Arch:00007:UNDI:003000', clientArchitecture: [7] },
 * }));
 * const answer = await proxy.respond(request, { port: 4011, source: { address: '10.0.0.77', port: 4011 } });
 * answer.reply?.file; // => 'ipxe.efi'
 * answer.reply && answer.destination; // => { address: '10.0.0.77', port: 4011 }
 * ```
 */
export function createProxyDhcp({ serverAddress, boot }: ProxyDhcpOptions): ProxyDhcp {
	parseIpv4(serverAddress, 'serverAddress');

	const answer = (
		request: DhcpPacket,
		client: BootClient,
		boot: BootAnswer,
		received: ReceivedOn,
		item: BootItem | undefined,
	): ProxyAnswer => {
		const isOffer = received.port === 67 && !item;
		const type = isOffer ? 'OFFER' : 'ACK';
		const step = item ? stepForItem(boot, item) : nextStep(client, boot, isOffer, serverAddress);
		if (!step) return { ignored: 'no-such-item', client };
		const { file, deferred } = step;
		const tftpServer = file?.serverAddress ?? serverAddress;
		if (!isIpv4(tftpServer)) {
			throw new EncodeError('bad-ipv4', `serverAddress of a boot answer must be an IPv4 address: ${tftpServer}`, {
				path: 'serverAddress',
			});
		}
		const named = file && !deferred ? fileFields(client, file.file) : { options: {} };
		const more = deferred ? undefined : file ? file.options : boot.options;
		const options = DhcpOptions.from({
			messageType: type,
			serverIdentifier: serverAddress,
			// PXE 2.1 section 2.2.3: the bare word, however long the client's own text is.
			vendorClassIdentifier: client.kind === 'http' ? 'HTTPClient' : 'PXEClient',
			rootPath: deferred ? undefined : file?.rootPath,
		})
			.with(named.options)
			.with(step.vendorOptions ? { vendorSpecificInformation: encodePxeOptions(step.vendorOptions) } : {})
			.with(more ?? {});
		const reply = replyTo(request, {
			// dnsmasq sets the flag in every proxy OFFER: the client has no address that a relay could unicast to.
			flags: isOffer ? request.flags | broadcastFlag : request.flags,
			// As dnsmasq answers: the address moves to yiaddr when a boot server was asked for by type.
			ciaddr: isOffer || item ? '0.0.0.0' : request.ciaddr,
			yiaddr: item ? request.ciaddr : '0.0.0.0',
			// Whom the client is to ask on port 4011: the proxy itself, wherever the file is.
			siaddr: deferred ? serverAddress : tftpServer,
			...('file' in named ? { file: named.file } : {}),
			options,
			echoClientIdentifier: false,
		});
		const bytes = encodeDhcp(reply, { maxLength: payloadLimit(request), nulTerminate: endsNamesWithNul(client) });
		// A question to boot servers is answered as on the PXE port, also when it came by broadcast.
		const destination = replyDestination(request, reply, isOffer ? received : { ...received, port: 4011 });
		return { type, reply, bytes, destination, client, boot, file: file?.file };
	};

	return {
		async respond(request, received) {
			if (request.op !== 1) return { ignored: 'reply' };
			const { source } = received;
			if (source && source.address === serverAddress && source.port === received.port) return { ignored: 'own-packet' };
			const client = identifyClient(request);
			if (!client) return { ignored: 'not-pxe' };
			const type = request.options.tryGet('messageType');
			if (type === undefined) return { ignored: 'bootp', client };
			const asksBootServer = type === 'REQUEST' || type === 'INFORM';
			const item = asksBootServer ? requestedBootItem(request) : undefined;
			// On port 67 a REQUEST is a DHCP server's business, unless it looks for a boot server by broadcast.
			const mine = received.port === 67 ? type === 'DISCOVER' || item !== undefined : asksBootServer;
			if (!mine) return { ignored: 'not-for-proxy', client };
			const chosenServer = request.options.tryGet('serverIdentifier');
			if (chosenServer !== undefined && chosenServer !== serverAddress && received.port === 67) {
				return { ignored: 'for-another-server', client };
			}
			if (item?.credentials) return { ignored: 'credentials', client };
			const chosen = await boot(client, request);
			if (!chosen) return { ignored: 'nothing-to-boot', client };
			if (client.kind === 'http' && !isUrl(chosen.file ?? '')) return { ignored: 'http-needs-url', client };
			return answer(request, client, chosen, received, item);
		},
	};
}
