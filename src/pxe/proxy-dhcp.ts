import {
	broadcastFlag,
	DhcpOptions,
	type DhcpPacket,
	type DhcpPacketInit,
	encodeDhcp,
	type ReceivedOn,
	type ReplyDestination,
	replyDestination,
	replyTo,
} from '../dhcp/index.ts';
import type { BootAnswer, BootFunction } from './boot-answer.ts';
import { requestedBootItem } from './boot-item.ts';
import { assertHost, bootServerOf, fileFields, isUrl, nextStep, stepForItem } from './boot-step.ts';
import { encodingFor } from './client-limits.ts';
import { type BootClient, identifyClient } from './identify-client.ts';
import type { BootItem } from './pxe-option-kinds.ts';
import { encodePxeOptions } from './pxe-options.ts';

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
	 * @throws what `boot` throws, and an `EncodeError` when its answer can't go on the wire; nothing for any
	 *   request's sake
	 */
	respond(request: DhcpPacket, received: ReceivedOn): Promise<ProxyAnswer>;
}

/**
 * Makes a proxyDHCP responder: it tells network-boot clients what to boot, and leaves addresses to the DHCP server of
 * the network. It is pure: it has no sockets, and the same request gives the same answer. `serveProxyDhcp` in
 * `pxekit/node` puts sockets around it.
 *
 * On port 67 a DISCOVER gets an OFFER without an address, by broadcast, or to port 67 of the relay. On port 4011 a
 * REQUEST or INFORM gets an ACK to the address and port that it came from: iPXE waits on port 68, UEFI on 4011.
 *
 * @throws an `EncodeError` `bad-ipv4` when `serverAddress` is no IPv4 address
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
	assertHost(serverAddress, 'serverAddress');

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
		const tftpServer = bootServerOf(file, serverAddress);
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
		const bytes = encodeDhcp(reply, encodingFor(client, request));
		// A question to boot servers is answered as on the PXE port, also when it came by broadcast.
		const destination = replyDestination(request, reply, isOffer ? received : { ...received, port: 4011 });
		return { type, reply, bytes, destination, client, boot, file: file?.file };
	};

	return {
		async respond(request, received) {
			if (request.op !== 1) return { ignored: 'reply' };
			const { source } = received;
			// A relay on the same host sends from the same port, and says who it is.
			const isRelayed = request.giaddr !== '0.0.0.0';
			if (!isRelayed && source?.address === serverAddress && source.port === received.port) {
				return { ignored: 'own-packet' };
			}
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
