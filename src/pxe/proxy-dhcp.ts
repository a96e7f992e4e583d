import {
	broadcastFlag,
	DhcpOptions,
	type DhcpOptionsInit,
	type DhcpPacket,
	type DhcpPacketInit,
	encodeDhcp,
	replyTo,
} from '../dhcp/index.ts';
import { concatBytes } from '../wire/bytes.ts';
import { EncodeError } from '../wire/errors.ts';
import { isIpv4, parseIpv4 } from '../wire/ipv4.ts';
import { bootItemCode, requestedBootItem, wantsCredentials } from './boot-item.ts';
import { type BootClient, identifyClient } from './identify-client.ts';

/** What a client is to boot. */
export interface BootAnswer {
	/** File name for TFTP, or a URL where the client takes one (iPXE, UEFI HTTP boot). */
	readonly file: string;
	/** Where the file is, if not on the proxy's own address. IPv4. */
	readonly serverAddress?: string | undefined;
	/** Option 17: `'iscsi:10.0.0.1::::iqn.2010-04.org.example:disk'`. */
	readonly rootPath?: string | undefined;
	/** More options for the same packet. */
	readonly options?: DhcpOptionsInit | undefined;
}

/** Decides what a client boots; `undefined` = leave it alone. */
export type BootFunction = (
	client: BootClient,
	request: DhcpPacket,
) => BootAnswer | undefined | Promise<BootAnswer | undefined>;

/** Settings of {@link createProxyDhcp}. */
export interface ProxyDhcpOptions {
	/** The address under which clients reach this proxy: option 54, and where UEFI sends its request to port 4011. */
	readonly serverAddress: string;
	readonly boot: BootFunction;
}

/** Where a request came in. */
export interface ReceivedOn {
	/** 67: the DHCP port; 4011: the PXE port. Say which of the two it stands for when other numbers are used. */
	readonly port: 67 | 4011;
	/** The sender. On 4011 the answer goes back there. */
	readonly source?: { readonly address: string; readonly port: number } | undefined;
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
	| 'http-needs-url';

/** A proxy's answer, ready to send. */
export interface ProxyReply {
	readonly reply: DhcpPacketInit;
	/** The same, encoded. */
	readonly bytes: Uint8Array;
	readonly destination: { readonly address: string; readonly port: number };
	readonly client: BootClient;
	readonly boot: BootAnswer;
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

/** Option 43 that says: take the file in this packet, show no menu, look for no boot server (PXE 2.1, tag 6 bit 3). */
const takeTheFile = Uint8Array.of(6, 1, 8, 255);

function payloadLimit(request: DhcpPacket): number {
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

function isUrl(file: string): boolean {
	return /^https?:\/\//i.test(file);
}

/** Name of the boot file: in the header field, which all clients read, or in option 67 where it does not fit. */
function fileFields(client: BootClient, file: string): { file?: string; options: DhcpOptionsInit } {
	// EDK2's HttpBootDxe takes the URI from option 67 (HttpBootDhcp4.c).
	const inOption = client.kind === 'http' || new TextEncoder().encode(file).length > 127;
	return inOption ? { options: { bootfileName: file } } : { file, options: {} };
}

function vendorOptions(item: Uint8Array | undefined, client: BootClient): DhcpOptionsInit {
	if (item) {
		const echoed = concatBytes([Uint8Array.of(bootItemCode, item.length), item, Uint8Array.of(255)]);
		return { vendorSpecificInformation: echoed };
	}
	return client.kind === 'http' || asksPort4011(client) ? {} : { vendorSpecificInformation: takeTheFile };
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

	const answer = (request: DhcpPacket, client: BootClient, chosen: BootAnswer, received: ReceivedOn): ProxyReply => {
		const tftpServer = chosen.serverAddress ?? serverAddress;
		if (!isIpv4(tftpServer)) {
			throw new EncodeError('bad-ipv4', `serverAddress of a boot answer must be an IPv4 address: ${tftpServer}`, {
				path: 'serverAddress',
			});
		}
		const isOffer = received.port === 67;
		const item = isOffer ? undefined : requestedBootItem(request);
		// The client learns from siaddr whom to ask on port 4011: the proxy itself, wherever the file is.
		const deferred = isOffer && asksPort4011(client);
		const named = deferred ? { options: {} } : fileFields(client, chosen.file);
		const said = DhcpOptions.from({
			messageType: isOffer ? 'OFFER' : 'ACK',
			serverIdentifier: serverAddress,
			// PXE 2.1 section 2.2.3: the bare word, however long the client's own text is.
			vendorClassIdentifier: client.kind === 'http' ? 'HTTPClient' : 'PXEClient',
			rootPath: deferred ? undefined : chosen.rootPath,
		});
		const options = said
			.with(named.options)
			.with(vendorOptions(item, client))
			.with(deferred ? {} : (chosen.options ?? {}));
		const reply = replyTo(request, {
			// dnsmasq sets the flag in every proxy OFFER: the client has no address that a relay could unicast to.
			flags: isOffer ? request.flags | broadcastFlag : request.flags,
			// As dnsmasq answers: the address moves to yiaddr when a boot server was asked for by type.
			ciaddr: isOffer || item ? '0.0.0.0' : request.ciaddr,
			yiaddr: item ? request.ciaddr : '0.0.0.0',
			siaddr: deferred ? serverAddress : tftpServer,
			...('file' in named ? { file: named.file } : {}),
			options,
			echoClientIdentifier: false,
		});
		return {
			reply,
			bytes: encodeDhcp(reply, {
				maxLength: payloadLimit(request),
				// PC ROMs of old read past the end of option 67.
				nulTerminate: client.arch === 0 && client.kind === 'pxe' && !client.ipxe,
			}),
			destination: destinationOf(request, received),
			client,
			boot: chosen,
		};
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
			const mine = received.port === 67 ? type === 'DISCOVER' : type === 'REQUEST' || type === 'INFORM';
			if (!mine) return { ignored: 'not-for-proxy', client };
			const chosenServer = request.options.tryGet('serverIdentifier');
			if (chosenServer !== undefined && chosenServer !== serverAddress && received.port === 67) {
				return { ignored: 'for-another-server', client };
			}
			const item = requestedBootItem(request);
			if (item && wantsCredentials(item)) return { ignored: 'credentials', client };
			const chosen = await boot(client, request);
			if (!chosen) return { ignored: 'nothing-to-boot', client };
			if (client.kind === 'http' && !isUrl(chosen.file)) return { ignored: 'http-needs-url', client };
			return answer(request, client, chosen, received);
		},
	};
}

function destinationOf(request: DhcpPacket, { port, source }: ReceivedOn): ProxyReply['destination'] {
	// PXE 2.1 section 2.2.6, and what clients listen on: iPXE 68, UEFI 4011.
	if (port === 4011 && source) return { address: source.address, port: source.port };
	if (port === 4011) return { address: request.ciaddr, port: 68 };
	// RFC 2131 section 4.1.
	if (request.giaddr !== '0.0.0.0') return { address: request.giaddr, port: 67 };
	return { address: '255.255.255.255', port: 68 };
}
